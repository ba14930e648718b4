//! Where texts end that lie end to end.

use std::ops::Range;

/// The ends of texts that lie end to end, in four bytes each: what the higher half of an end is, is told by the few places at
/// which it changes.
#[derive(Clone, Debug, Default)]
pub struct Ends {
    low: Vec<u32>,
    /// The places from which on the higher half is one more.
    turns: Vec<u32>,
}

impl Ends {
    /// The number of texts.
    pub fn len(&self) -> usize {
        self.low.len()
    }

    /// Whether there is no text.
    pub fn is_empty(&self) -> bool {
        self.low.is_empty()
    }

    /// Adds the end of a text behind the others.
    ///
    /// # Panics
    /// When there are more than 2³² texts.
    pub fn push(&mut self, end: usize) {
        let high = (end as u64 >> 32) as usize;
        // A place is less than 2^32, as a code is.
        self.turns.resize(high, self.low.len() as u32);
        self.low.push(end as u32);
    }

    /// The bytes that the ends take.
    pub fn room(&self) -> usize {
        self.low.capacity() * size_of::<u32>()
    }

    /// Where the text at a place lies.
    ///
    /// # Panics
    /// When there is no text at the place.
    #[inline]
    pub fn range(&self, place: usize) -> Range<usize> {
        let start = if place == 0 { 0 } else { self.end(place - 1) };
        start..self.end(place)
    }

    /// Gives room back that was taken in advance.
    pub fn shrink(&mut self) {
        self.low.shrink_to_fit();
    }

    #[inline]
    fn end(&self, place: usize) -> usize {
        let low = self.low[place] as usize;
        if self.turns.is_empty() { low } else { self.turned(place) + low }
    }

    #[cold]
    fn turned(&self, place: usize) -> usize {
        let high = self.turns.partition_point(|&turn| turn as usize <= place);
        ((high as u64) << 32) as usize
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ends_behind_four_gigabytes_are_kept() {
        let ends = [0, 7, u32::MAX as usize, (1 << 32) + 1, (1 << 32) + 2, 4 << 32, (4 << 32) + 9];
        let mut kept = Ends::default();
        ends.iter().for_each(|&end| kept.push(end));
        assert_eq!(kept.len(), ends.len());
        assert_eq!(kept.range(0), 0..0);
        for place in 1..ends.len() {
            assert_eq!(kept.range(place), ends[place - 1]..ends[place]);
        }
    }
}
