//! What a run was worth, as far as the truth is known.

use serde::Serialize;

/// A run held against the truth. These are plain numbers: who compares has the truth, and a report does not.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct AgainstTruth {
    /// The name of the file with the truth.
    pub truth: String,
    /// All cells; the same is what is the same to the letter.
    pub all: Judged,
    /// All cells, with case, outer white space and spellings of missing and of numbers folded.
    pub folded: Judged,
    /// The columns with an error or a change, in the order of the table, to the letter.
    pub columns: Vec<(String, Judged)>,
    /// What the run said of cells, made or for review, by confidence.
    pub claims: Vec<ClaimedCells>,
    /// How far on average the share of right ones is from the confidence, from 0 to 1; `None` where nothing was said.
    pub calibration_error: Option<f64>,
}

/// Cells that were held against the truth.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Judged {
    /// Cells that were wrong.
    pub errors: u64,
    /// Cells that were changed.
    pub changed: u64,
    /// Changed cells that are right now.
    pub correct: u64,
    /// Cells that were right and are wrong now.
    pub broken: u64,
    /// Cells that are wrong now.
    pub after: u64,
    /// The share of the changes that are right, from 0 to 1.
    pub precision: f64,
    /// The share of the errors that are mended, from 0 to 1.
    pub recall: f64,
    /// The harmonic mean of both.
    pub f1: f64,
}

/// What was said of cells with about one confidence.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct ClaimedCells {
    /// The least confidence.
    pub from: f64,
    /// All are below this.
    pub to: f64,
    /// The cells.
    pub cells: u64,
    /// Those of which it is right.
    pub right: u64,
    /// Their mean confidence.
    pub confidence: f64,
}
