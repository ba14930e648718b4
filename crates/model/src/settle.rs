//! What a round makes of the rows, and which of its changes give way to others.

use crate::lexicon::{code, slot};
use crate::map::HashMap;
use crate::outcomes::Outcomes;
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

/// What the round makes of the rows: in a warm-up round only confidences; later the changes too, but for those that
/// give way to their [`Rivals`].
pub(crate) fn settle(state: &mut State, outcomes: &[Option<Outcomes>], stage: Stage) {
    let rivals = Rivals::new(state, outcomes);
    for (place, (column, outcomes)) in state.columns_mut().iter_mut().zip(outcomes).enumerate() {
        let Some(outcomes) = outcomes else { continue };
        let mut listed = outcomes.iter().peekable();
        for row in 0..column.current.len() {
            let Some((_, outcome)) = listed.next_if(|&(next, _)| next == row) else {
                // Nothing but what is written comes into question.
                column.confidence[row] = 1.0;
                continue;
            };
            if stage == Stage::WarmUp {
                column.confidence[row] = (outcome.observed as f32).clamp(LEAST_CONFIDENCE, 1.0);
            } else if !rivals.win(place, column, row, outcome) {
                let changes = outcome.changes(slot(column.observed[row]) as u32);
                let confidence = if changes { outcome.probability } else { outcome.observed };
                column.confidence[row] = (confidence as f32).clamp(LEAST_CONFIDENCE, 1.0);
                column.believe(row, if changes { code(outcome.best as usize) } else { column.observed[row] });
            }
        }
    }
}

/// New changes of a round that explain the same contradiction; all are found on the same state, and only one of them
/// is to be made.
pub(crate) struct Rivals {
    /// For each row the greatest gain of its changes that compete: one cell of the row is to blame.
    of_row: Vec<f64>,
    /// For each column and each change (from, to) the greatest gain of changes that few rows support: of two rows that
    /// each take the other's value, one is to blame.
    of_exchange: Vec<HashMap<(u32, u32), f64>>,
}

impl Rivals {
    /// The rivals among the outcomes of a round.
    pub(crate) fn new(state: &State, outcomes: &[Option<Outcomes>]) -> Self {
        let mut rivals = Rivals { of_row: vec![f64::NEG_INFINITY; state.rows()], of_exchange: Vec::new() };
        for (column, outcomes) in state.columns().iter().zip(outcomes) {
            let mut exchanges: HashMap<(u32, u32), f64> = HashMap::default();
            for (row, outcome) in outcomes.iter().flat_map(Outcomes::iter).filter(|&(row, o)| is_new(column, row, o)) {
                if outcome.competes {
                    rivals.of_row[row] = rivals.of_row[row].max(outcome.gain);
                }
                if outcome.lonely {
                    let change = (slot(column.current[row]) as u32, outcome.best);
                    let gain = exchanges.entry(change).or_insert(f64::NEG_INFINITY);
                    *gain = gain.max(outcome.gain);
                }
            }
            rivals.of_exchange.push(exchanges);
        }
        rivals
    }

    /// Whether a rival of greater gain wins over a change.
    pub(crate) fn win(&self, column_place: usize, column: &ColumnState, row: usize, outcome: &Outcome) -> bool {
        if !is_new(column, row, outcome) {
            return false;
        }
        let back = (outcome.best, slot(column.current[row]) as u32);
        let exchanged = self.of_exchange[column_place].get(&back).filter(|_| outcome.lonely);
        outcome.competes && outcome.gain < self.of_row[row] || exchanged.is_some_and(|&gain| outcome.gain < gain)
    }
}

/// Whether an outcome changes a cell away from what is written, to something else than is believed already.
fn is_new(column: &ColumnState, row: usize, outcome: &Outcome) -> bool {
    outcome.changes(slot(column.observed[row]) as u32) && outcome.best as usize != slot(column.current[row])
}
