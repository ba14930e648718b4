//! Whether confidence means what it says.

use serde::{Deserialize, Serialize};

/// The number of bins.
pub(crate) const BINS: usize = 10;
/// From this confidence on a repair is called sure.
pub(crate) const SURE: f64 = 0.9;

/// Changed cells by their confidence, in [`BINS`] bins of equal width over `[0.5, 1]`; what is below goes into the first.
/// Calibrations add up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Calibration {
    /// The bins, from the least confidence to the greatest. Each has its lower bound, and the last also 1.
    pub(crate) bins: [Bin; BINS],
    /// The cells with a confidence of at least [`SURE`].
    pub(crate) sure: Bin,
}

/// Changed cells of similar confidence.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Bin {
    /// How many.
    pub(crate) cells: u64,
    /// How many of them now equal the truth.
    pub(crate) right: u64,
    /// The sum of their confidences.
    pub(crate) confidence: f64,
}

impl Calibration {
    /// Sorts changed cells, each with its confidence and whether it is right, into the bins.
    pub(crate) fn of(changed: impl IntoIterator<Item = (f64, bool)>) -> Self {
        let mut calibration = Calibration::default();
        for (confidence, right) in changed {
            let one = Bin { cells: 1, right: u64::from(right), confidence };
            calibration.bins[place(confidence)].add(one);
            if confidence >= SURE {
                calibration.sure.add(one);
            }
        }
        calibration
    }

    /// Adds the cells of another.
    pub(crate) fn add(&mut self, other: &Calibration) {
        self.bins.iter_mut().zip(other.bins).for_each(|(bin, more)| bin.add(more));
        self.sure.add(other.sure);
    }

    /// The number of changed cells.
    pub(crate) fn cells(&self) -> u64 {
        self.bins.iter().map(|bin| bin.cells).sum()
    }

    /// The expected calibration error, from 0 to 1: the mean over the cells of how far the share of right cells of their
    /// bin is from its mean confidence (Naeini, Cooper and Hauskrecht 2015; Guo et al. 2017, equation 3). `None` without
    /// a changed cell.
    pub(crate) fn error(&self) -> Option<f64> {
        let cells = self.cells();
        // Both sides of the difference are multiplied by the number of cells in the bin.
        let error: f64 = self.bins.iter().map(|bin| (bin.confidence - bin.right as f64).abs()).sum();
        (cells > 0).then(|| error / cells as f64)
    }
}

impl Bin {
    fn add(&mut self, more: Bin) {
        self.cells += more.cells;
        self.right += more.right;
        self.confidence += more.confidence;
    }

    /// The share of right cells; `None` without a cell.
    pub(crate) fn share(&self) -> Option<f64> {
        (self.cells > 0).then(|| self.right as f64 / self.cells as f64)
    }

    /// The mean confidence; `None` without a cell.
    pub(crate) fn mean(&self) -> Option<f64> {
        (self.cells > 0).then(|| self.confidence / self.cells as f64)
    }
}

/// The lower and the upper bound of a bin.
pub(crate) fn bounds(bin: usize) -> (f64, f64) {
    let bound = |bin: usize| 0.5 + 0.5 * bin as f64 / BINS as f64;
    (bound(bin), bound(bin + 1))
}

fn place(confidence: f64) -> usize {
    // The bound .95 must lie in the bin that it begins: multiplied before anything is taken off, it is exact.
    let place = (confidence * (2 * BINS) as f64).floor() - BINS as f64;
    (place.max(0.0) as usize).min(BINS - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_near(a: f64, b: f64) -> bool {
        (a - b).abs() < 1e-9
    }

    #[test]
    fn a_bound_belongs_to_the_bin_that_it_begins() {
        let bounds = [0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95];
        assert_eq!(bounds.map(place), [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
        assert_eq!((place(1.0), place(0.9499), place(0.2)), (9, 8, 0));
    }

    #[test]
    fn the_bounds_cover_one_half_to_one() {
        assert_eq!((bounds(0).0, bounds(BINS - 1).1), (0.5, 1.0));
        assert!((1..BINS).all(|bin| bounds(bin - 1).1 == bounds(bin).0));
    }

    #[test]
    fn the_error_is_weighted_by_cells() {
        // Three cells at .8 of which two are right are off by .1333, one at .96 that is right by .04.
        let calibration = Calibration::of([(0.8, true), (0.8, false), (0.8, true), (0.96, true)]);
        assert!(is_near(calibration.error().unwrap(), (3.0 * (0.8 - 2.0 / 3.0) + 0.04) / 4.0));
        assert_eq!((calibration.sure.cells, calibration.sure.right), (1, 1));
    }

    #[test]
    fn errors_in_one_bin_cancel_and_in_two_do_not() {
        assert!(is_near(
            Calibration::of([(0.75, true), (0.75, true), (0.75, true), (0.75, false)]).error().unwrap(),
            0.0
        ));
        assert!(is_near(Calibration::of([(0.7, true), (0.8, false)]).error().unwrap(), 0.55));
    }

    #[test]
    fn nothing_changed_has_no_error() {
        assert_eq!(Calibration::default().error(), None);
        assert_eq!((Bin::default().share(), Bin::default().mean()), (None, None));
    }

    #[test]
    fn calibrations_add_up() {
        let (one, other) = ([(0.93, true), (0.71, false)], [(0.97, false)]);
        let mut sum = Calibration::of(one);
        sum.add(&Calibration::of(other));
        assert_eq!(sum, Calibration::of(one.into_iter().chain(other)));
    }
}
