//! Rows to sort by a place: the place with the position of the row behind it, in one number.

/// A place with a position behind it.
pub(crate) fn packed(place: u32, position: u32) -> u64 {
    u64::from(place) << 32 | u64::from(position)
}

/// The place.
pub(crate) fn place(packed: u64) -> u32 {
    (packed >> 32) as u32
}

/// The position.
pub(crate) fn position(packed: u64) -> usize {
    (packed & u64::from(u32::MAX)) as usize
}

/// Fewer items are sorted by comparing them.
const FEW: usize = 512;
/// The bits of a digit: its counts lie in the nearest cache.
const DIGIT: u32 = 11;

/// Sorts items whose positions rise by their places, equals by their positions. `spare` is memory that is used beside.
///
/// Places are ranks, and those of one block lie within a few digits: a counting sort for each is faster than comparing.
pub(crate) fn sort_by_place(items: &mut Vec<u64>, spare: &mut Vec<u64>) {
    if items.len() < FEW {
        items.sort_unstable();
        return;
    }
    let places = || items.iter().map(|&item| place(item));
    let (Some(least), Some(most)) = (places().min(), places().max()) else { return };
    let bits = u32::BITS - (most - least).leading_zeros();
    spare.clear();
    spare.resize(items.len(), 0);
    let mut starts = [0usize; 1 << DIGIT];
    for shift in (0..bits).step_by(DIGIT as usize) {
        let digit = |item: u64| ((place(item) - least) >> shift) as usize & ((1 << DIGIT) - 1);
        starts.fill(0);
        items.iter().for_each(|&item| starts[digit(item)] += 1);
        let mut start = 0;
        for of_digit in &mut starts {
            start += std::mem::replace(of_digit, start);
        }
        for &item in items.iter() {
            let next = &mut starts[digit(item)];
            spare[*next] = item;
            *next += 1;
        }
        std::mem::swap(items, spare);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn many_are_sorted_as_few_are(
            places in prop::collection::vec(any::<u32>(), FEW..3 * FEW),
            shift in 0u32..32,
            turn in prop::sample::select(vec![0, u32::MAX]),
        ) {
            let items = (0..).zip(&places).map(|(position, place)| packed((place >> shift) ^ turn, position));
            let mut sorted: Vec<u64> = items.collect();
            let mut plain = sorted.clone();
            plain.sort_unstable();
            sort_by_place(&mut sorted, &mut vec![7; 3]);
            prop_assert_eq!(sorted, plain);
        }
    }
}
