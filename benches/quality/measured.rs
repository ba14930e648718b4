//! What one job, or several of one kind, came to.

use lustrate_eval::Tally;
use serde::{Deserialize, Serialize};

use crate::calibration::Calibration;

/// What was measured.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Measured {
    /// All cells of the table.
    pub(crate) cells: u64,
    /// Cells are the same where their texts are.
    pub(crate) raw: Tally,
    /// The same with case, outer space, spellings of missing and of numbers folded.
    pub(crate) normalised: Tally,
    /// What only a run of our own has.
    pub(crate) run: Option<OwnRun>,
}

/// What is known of a run of our own.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct OwnRun {
    /// The number of runs.
    pub(crate) runs: u32,
    /// The changed cells by their confidence.
    pub(crate) calibration: Calibration,
    /// Seconds of all runs together, reading the files and repairing.
    pub(crate) seconds: f64,
    /// The most memory that the process held until then, in bytes; `None` where the system does not tell.
    pub(crate) peak_bytes: Option<u64>,
}

impl Measured {
    /// Several as one: counts and seconds are added, of memory the most is taken. `None` for none.
    pub(crate) fn pooled(all: &[Measured]) -> Option<Measured> {
        if all.is_empty() {
            return None;
        }
        Some(Measured {
            cells: all.iter().map(|measured| measured.cells).sum(),
            raw: all.iter().map(|measured| measured.raw).sum(),
            normalised: all.iter().map(|measured| measured.normalised).sum(),
            run: all.iter().filter_map(|measured| measured.run).reduce(OwnRun::and),
        })
    }
}

impl OwnRun {
    fn and(mut self, other: OwnRun) -> OwnRun {
        self.calibration.add(&other.calibration);
        OwnRun {
            runs: self.runs + other.runs,
            calibration: self.calibration,
            seconds: self.seconds + other.seconds,
            peak_bytes: self.peak_bytes.max(other.peak_bytes),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn measured(errors: u64, correct: u64, seconds: f64, peak_bytes: Option<u64>) -> Measured {
        let raw = Tally { errors, changed: correct, correct, after: errors - correct, ..Tally::default() };
        let run = OwnRun { runs: 1, calibration: Calibration::of([(0.9, true)]), seconds, peak_bytes };
        Measured { cells: 100, raw, normalised: raw, run: Some(run) }
    }

    #[test]
    fn counts_are_added_before_rates_are_taken() {
        let pooled = Measured::pooled(&[measured(30, 30, 1.0, Some(7)), measured(10, 0, 3.0, Some(9))]).unwrap();
        let run = pooled.run.unwrap();
        assert_eq!((pooled.cells, pooled.raw.errors, pooled.raw.recall), (200, 40, 0.75));
        assert_eq!((run.runs, run.seconds, run.peak_bytes, run.calibration.cells()), (2, 4.0, Some(9), 2));
    }

    #[test]
    fn nothing_is_pooled_from_nothing() {
        assert_eq!(Measured::pooled(&[]), None);
    }
}
