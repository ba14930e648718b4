//! A column whose numbers lie in two heaps, whatever group they are of.

use super::compared::{Heap, log_evidence};
use crate::units::Map;

/// Two heaps of the numbers of a column: those below a place, and the others.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Split {
    /// Half way between the heaps.
    pub between: f64,
    /// Whether most numbers lie above.
    pub most_above: bool,
}

/// Numbers that a heap has at the least, how many of them are different, and the share that one number may have.
const FEWEST: usize = 8;
const VARIETY: (usize, f64) = (5, 0.4);
/// The largest share of the smaller heap.
const LARGEST: f64 = 0.45;
/// The part of the way from one heap to the other that is all but empty, and how many numbers lie there for each of the
/// smaller heap.
const EMPTY: f64 = 0.25;
const STRAY: f64 = 0.1;

/// Ways to take ordered numbers for two heaps: where that leaves the least variance (Otsu 1979), and at the largest gap.
pub(super) fn splits(places: &[f64]) -> Vec<Split> {
    let count = places.len();
    if count < 2 * FEWEST {
        return Vec::new();
    }
    let whole: f64 = places.iter().sum();
    let mut below = places[..FEWEST - 1].iter().sum::<f64>();
    let (mut otsu, mut gap) = ((0.0, 0), (0.0, 0));
    for at in FEWEST..=count - FEWEST {
        below += places[at - 1];
        let (low, high) = (at as f64, (count - at) as f64);
        let between = low * high * (below / low - (whole - below) / high).powi(2);
        let empty = places[at] - places[at - 1];
        if empty > 0.0 {
            otsu = if between > otsu.0 { (between, at) } else { otsu };
            gap = if empty > gap.0 { (empty, at) } else { gap };
        }
    }
    let mut ends = vec![otsu.1, gap.1];
    ends.dedup();
    let split = |at: usize| {
        let between = 0.5 * (places[at - 1] + places[at]);
        Split { between, most_above: 2 * (count - at) > count }
    };
    ends.into_iter().filter(|&at| at > 0).map(split).collect()
}

impl Split {
    /// Whether a number is of the smaller heap.
    pub fn is_other(&self, place: f64) -> bool {
        (place < self.between) == self.most_above
    }

    /// The larger heap and the smaller one of ordered numbers.
    pub fn heaps<'a>(&self, places: &'a [f64]) -> (Heap<'a>, Heap<'a>) {
        let (low, high) = places.split_at(places.partition_point(|&place| place < self.between));
        if self.most_above { (Heap(high), Heap(low)) } else { (Heap(low), Heap(high)) }
    }

    /// Whether these are two heaps: apart, each of several different numbers.
    pub fn is_clear(&self, places: &[f64]) -> bool {
        let (most, others) = self.heaps(places);
        let varied = |heap: Heap<'_>| {
            let (different, commonest) = heap.variety();
            different >= VARIETY.0 && commonest <= VARIETY.1
        };
        let enough = others.0.len() >= FEWEST && others.count() <= LARGEST * places.len() as f64;
        if !enough || !varied(most) || !varied(others) {
            return false;
        }
        let (from, to) = (most.middle(), others.middle());
        let middle = 0.5 * (from + to);
        let half = 0.5 * EMPTY * (to - from).abs();
        let within = places.partition_point(|&place| place <= middle + half)
            - places.partition_point(|&place| place < middle - half);
        // Tails that fall evenly from one heap leave too much there.
        within as f64 <= STRAY * others.count()
    }

    /// The logarithm of the evidence that the smaller heap is the larger one in another unit.
    pub fn log_evidence(&self, places: &[f64], map: Map) -> Option<f64> {
        let (most, others) = self.heaps(places);
        log_evidence(most, others, map)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_heaps_are_clear_and_one_is_not() {
        let mut two: Vec<f64> = (0..90).map(|at| 4.0 + f64::from(at % 30) / 30.0).collect();
        two.extend((0..12).map(|at| f64::from(at) / 12.0));
        two.sort_by(f64::total_cmp);
        let clear: Vec<Split> = splits(&two).into_iter().filter(|split| split.is_clear(&two)).collect();
        assert!(!clear.is_empty() && clear.iter().all(|split| split.most_above && split.is_other(0.5)));
        let one: Vec<f64> = (0..300).map(|at| f64::from(at) / 40.0).collect();
        assert!(splits(&one).iter().all(|split| !split.is_clear(&one)));
        assert_eq!(splits(&[1.0]), []);
    }
}
