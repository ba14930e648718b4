//! Changes of one row that lean on each other.
//!
//! That a key is wrong is read off the cells that it determines, and that these are wrong is read off the key: two
//! changes of a row can be sure of each other while what is written speaks for neither. So each is asked what would be
//! said of it if the rest of the row read as it is written. How much less sure a change then is than it seems was
//! measured once, on 45,000 repairs of tables that were spoilt on purpose, made-up and real ones together: the share of right ones is a logistic function
//! of the log odds by which a change stands alone.

use std::sync::Arc;

use lustrate_table::RowId;
use rayon::prelude::*;

use crate::column::{ColumnModel, Membership, first_confidence, key_codes};
use crate::exchange::Exchanges;
use crate::lexicon::slot;
use crate::map::HashMap;
use crate::model::Model;
use crate::outcomes::Outcomes;
use crate::posterior::{CellPosterior, Contribution, Evidence, Posterior};
use crate::round::{Outcome, Shared, scorer};
use crate::scorer::{FactsCache, Scored};
use crate::state::{ColumnState, State};

/// How the changes of rows with several of them stand alone, in log odds by column and row.
pub(crate) type Standing = HashMap<(u32, u32), f64>;

/// The log odds of being right of a change that stands alone as well as what is written does.
const AT_EVEN: f64 = 1.6;
/// What a nat adds to them by which a change stands alone.
const PER_NAT: f64 = 0.2;
/// What a nat takes from them by which what is written does: the rest of the row speaks for the change all the same.
const PER_NAT_AGAINST: f64 = 0.12;
/// Probabilities below this are taken for it.
const LEAST: f64 = 1e-12;

/// How sure a change can be that stands alone by so many nats.
fn most(alone: f64) -> f64 {
    let log_odds = AT_EVEN + if alone > 0.0 { PER_NAT } else { PER_NAT_AGAINST } * alone;
    1.0 / (1.0 + (-log_odds).exp())
}

/// Asks every change of a row with several of them how it stands alone. An exchange of two cells is one change, and is
/// judged by both of them already.
pub(crate) fn standing(
    model: &Model,
    shared: &Shared<'_>,
    outcomes: &[Option<Outcomes>],
    exchanges: &Exchanges,
) -> Standing {
    let membership = shared.membership;
    let changes = changes(shared.state, outcomes, exchanges);
    let mut rows: Vec<usize> = changes.iter().map(|&(row, _)| row).collect();
    rows.dedup();
    let believed = shared.state.of_rows(&rows.iter().map(|&row| RowId(row as u32)).collect::<Vec<_>>());
    let written = model.columns.iter().zip(believed.columns()).map(|(column, rows)| as_written(column, rows));
    let written = State::new(written.collect());
    let shared = &model.shared(&model.columns, &written, &[], Membership::New, shared.values);
    let of_column = |(place, column): (usize, &ColumnModel)| {
        let changes = changes.iter().filter(move |&&(_, changed)| changed == place);
        let asked = changes.map(|&(row, _)| (rows.partition_point(|&other| other < row), row));
        let asked: Vec<(usize, usize, u32)> = asked
            .filter_map(|(at, row)| outcomes[place].as_ref()?.get(row).map(|outcome| (at, row, outcome.best)))
            .collect();
        let odds = if asked.is_empty() { Vec::new() } else { log_odds(column, shared, &believed, membership, &asked) };
        asked.into_iter().zip(odds).map(move |((_, row, _), odds)| ((place as u32, row as u32), odds))
    };
    let standing: Vec<((u32, u32), f64)> = model.columns.par_iter().enumerate().flat_map_iter(of_column).collect();
    standing.into_iter().collect()
}

/// The changes of rows with more than one, as row and column, by row.
fn changes(state: &State, outcomes: &[Option<Outcomes>], exchanges: &Exchanges) -> Vec<(usize, usize)> {
    let of_column = |(place, outcomes): (usize, &Option<Outcomes>)| {
        let observed = &state.columns()[place].observed;
        let is_change = |&(row, outcome): &(usize, &Outcome)| {
            let exchange = exchanges.get(&(place as u32, row as u32));
            outcome.changes(slot(observed[row]) as u32) && exchange.is_none_or(|exchange| exchange.slot != outcome.best)
        };
        let changed = outcomes.iter().flat_map(Outcomes::iter).filter(is_change);
        changed.map(|(row, _)| (row, place)).collect::<Vec<_>>()
    };
    let mut changes: Vec<(usize, usize)> = outcomes.iter().enumerate().flat_map(of_column).collect();
    changes.sort_unstable();
    changes.chunk_by(|a, b| a.0 == b.0).filter(|changes| changes.len() > 1).flatten().copied().collect()
}

/// The same rows, each changed cell believed as it is written, as surely as before anything was known of it.
fn as_written(column: &ColumnModel, rows: &ColumnState) -> ColumnState {
    let confidence = |row: usize| {
        let (current, observed) = (rows.current[row], rows.observed[row]);
        if current == observed { rows.confidence[row] } else { first_confidence(column, observed) }
    };
    let confidence = (0..rows.observed.len()).map(confidence).collect();
    ColumnState { current: Arc::clone(&rows.observed), confidence, observed: Arc::clone(&rows.observed) }
}

/// The log odds of each change, given by its place among the rows and its slot, against what is written, where the
/// other cells of its row read as `shared` says.
fn log_odds(
    column: &ColumnModel,
    shared: &Shared<'_>,
    believed: &State,
    membership: Membership,
    asked: &[(usize, usize, u32)],
) -> Vec<f64> {
    let facts = FactsCache::default();
    let mut scorer = scorer(column, &shared.values[column.attribute.index()], shared, &facts);
    // The cell itself is counted with what is believed of it, and left out as such.
    scorer.rows = believed.column(column.attribute);
    scorer.membership = membership;
    for (context, model) in scorer.contexts.iter_mut().zip(&column.contexts) {
        if membership == Membership::Written {
            continue;
        }
        let key = key_codes(believed, &model.key);
        let counted = model.counts.of_rows(&key, believed.rows());
        context.moved = (0..believed.rows()).map(|row| context.groups.get(row) != counted.get(row)).collect();
    }
    let mut scored = Scored::default();
    let odds = asked.iter().map(|&(at, _, change)| {
        scored.extra = Some(change);
        scorer.prepare(at, &mut scored);
        scorer.weigh(&mut scored);
        let place = scored.candidates.iter().position(|&candidate| candidate == change);
        let change = place.map_or(0.0, |place| scored.posterior[place]);
        (change.max(LEAST) / scored.posterior[0].max(LEAST)).ln()
    });
    odds.collect()
}

/// Takes from changes the confidence that they only have from other changes of their rows. The last thing that is done
/// to a posterior: what is weighed jointly rests on what the cells say by themselves.
pub fn temper(mut posterior: Posterior) -> Posterior {
    posterior.cells.iter_mut().for_each(temper_cell);
    posterior
}

fn temper_cell(cell: &mut CellPosterior) {
    let (Some(alone), Some(best)) = (&cell.alone, cell.candidates.first()) else { return };
    let (most, probability) = (most(alone.log_odds), best.probability);
    if best.value != alone.value || probability <= most || probability <= cell.observed_probability {
        return;
    }
    let observed = cell.observed_probability + probability - most;
    let term = |factor: f64| Contribution {
        evidence: Evidence::OtherChanges,
        log_odds: factor.ln() - (observed / cell.observed_probability).ln(),
    };
    for (place, candidate) in cell.candidates.iter_mut().enumerate() {
        let factor = if place == 0 { most / probability } else { 1.0 };
        candidate.probability *= factor;
        candidate.contributions.push(term(factor));
    }
    cell.observed_probability = observed;
}

#[cfg(test)]
mod tests {
    use lustrate_table::{AttributeId, CellId, RowId};

    use super::*;
    use crate::posterior::{Alone, Candidate};

    fn cell(log_odds: Option<f64>) -> CellPosterior {
        let candidate = |value: &str, probability: f64| Candidate {
            value: Some(value.into()),
            probability,
            contributions: vec![Contribution { evidence: Evidence::Prior, log_odds: (probability / 0.001_f64).ln() }],
        };
        CellPosterior {
            cell: CellId { row: RowId(0), attribute: AttributeId(0) },
            observed: Some("Rom".into()),
            observed_probability: 0.001,
            candidates: vec![candidate("Rome", 0.99), candidate("Romey", 0.009)],
            unlisted: 0.0,
            contradiction: None,
            hold: None,
            alone: log_odds.map(|log_odds| Alone { value: Some("Rome".into()), log_odds }),
        }
    }

    fn tempered(log_odds: Option<f64>) -> CellPosterior {
        temper(Posterior { cells: vec![cell(log_odds)] }).cells.remove(0)
    }

    #[test]
    fn the_less_a_change_stands_alone_the_less_sure_it_is() {
        let sure = |log_odds| tempered(Some(log_odds)).candidates[0].probability;
        assert!(sure(20.0) > 0.98 && sure(20.0) > sure(3.0) && sure(3.0) > sure(0.0) && sure(0.0) > sure(-6.0));
        assert!(sure(-6.0) > 0.5 && sure(-20.0) < 0.5);
        assert_eq!(tempered(None), cell(None));
    }

    #[test]
    fn what_is_taken_is_told_and_goes_to_what_is_written() {
        let cell = tempered(Some(0.0));
        let all: f64 = cell.candidates.iter().map(|candidate| candidate.probability).sum();
        assert!((cell.observed_probability + all - 1.0).abs() < 1e-9, "{cell:?}");
        for candidate in &cell.candidates {
            let told: f64 = candidate.contributions.iter().map(|term| term.log_odds).sum();
            assert!((told - (candidate.probability / cell.observed_probability).ln()).abs() < 1e-9, "{cell:?}");
        }
    }
}
