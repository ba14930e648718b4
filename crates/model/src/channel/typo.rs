//! Typo: a short edit script, whose emitted characters are learned over the whole table.

use super::{Strings, TableNoise};
use crate::text::edits::{Emission, Workspace, script_within};

pub(super) const PRIOR_SHARE: f64 = 0.22;

/// The edits that a typing error may hold: a third of the text, and never fewer than three.
fn most_edits(meant: &[char]) -> usize {
    (meant.len() * 34 / 100).max(3)
}

pub(super) fn edits<'w>(meant: &[char], written: &[char], work: &'w mut Workspace) -> Option<&'w [Emission]> {
    script_within(meant, written, most_edits(meant), work)
}

/// `Π over edits [ q(emission) / (distinct characters of v + 1) ] · e^-(edits - 1)`.
pub(super) fn log_likelihood(edits: &[Emission], meant: &Strings<'_>, table: &TableNoise) -> f64 {
    let places = f64::from(meant.distinct + 1).max(2.0).ln();
    let emitted: f64 = edits.iter().map(|&emission| table.log_emission(emission) - places).sum();
    emitted - (edits.len() as f64 - 1.0)
}
