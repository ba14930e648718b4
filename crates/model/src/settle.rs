//! What a round makes of the rows.

use crate::lexicon::{code, slot};
use crate::round::Outcome;
use crate::settings::LEAST_CONFIDENCE;
use crate::state::{ColumnState, State};

/// Whether changes are made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stage {
    /// Only confidences.
    WarmUp,
    /// The changes too.
    Repair,
}

/// What the round makes of the rows: in a warm-up round only confidences; later the changes too, of which those that
/// compete are made one a row, the one of greatest gain.
pub(crate) fn settle(state: &mut State, outcomes: &[Option<Vec<Outcome>>], stage: Stage) {
    let rows = state.rows();
    let mut best_gain = vec![f64::NEG_INFINITY; if stage == Stage::WarmUp { 0 } else { rows }];
    let competes = |column: &ColumnState, outcome: &Outcome, row: usize| {
        let observed = slot(column.observed[row]) as u32;
        outcome.competes && outcome.changes(observed) && outcome.best as usize != slot(column.current[row])
    };
    if stage == Stage::Repair {
        for (column, outcomes) in state.columns().iter().zip(outcomes) {
            for (row, outcome) in outcomes.iter().flatten().enumerate() {
                if competes(column, outcome, row) {
                    best_gain[row] = best_gain[row].max(outcome.gain);
                }
            }
        }
    }
    for (column, outcomes) in state.columns_mut().iter_mut().zip(outcomes) {
        for (row, outcome) in outcomes.iter().flatten().enumerate() {
            if stage == Stage::WarmUp {
                column.confidence[row] = (outcome.observed as f32).clamp(LEAST_CONFIDENCE, 1.0);
                continue;
            }
            if competes(column, outcome, row) && outcome.gain < best_gain[row] {
                continue;
            }
            let changes = outcome.changes(slot(column.observed[row]) as u32);
            let confidence = if changes { outcome.probability } else { outcome.observed };
            column.confidence[row] = (confidence as f32).clamp(LEAST_CONFIDENCE, 1.0);
            column.current[row] = if changes { code(outcome.best as usize) } else { column.observed[row] };
        }
    }
}
