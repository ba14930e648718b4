//! What labels teach of the changes that the model would make: for which reasons, by which kinds of noise and in which
//! columns they are right more often, or less often, than it believes.
//!
//! ```text
//! ln odds'(c) = ln odds(c) + w        of the best candidate c of a cell
//! w = argmax  sum over labelled cells i of  k_i ln P(y_i | ln odds_i + w)  -  w² / 2 s²
//! k_i = (share of groups in common) · exp(-(ln odds - ln odds_i)² / 2)
//! ```
//!
//! This is Platt's (1999) calibration with a fixed slope, made local: people are asked of cells that are in doubt, and what
//! they say of those tells nothing of changes that are nearly sure (covariate shift). With few labels little changes.

use std::collections::BTreeMap;

use lustrate_table::CellId;
use serde::{Deserialize, Serialize};

use crate::posterior::{Candidate, CellPosterior, Contribution, Evidence, Posterior};

/// The standard deviation of a shift before anything is labelled, in nats.
const SPREAD: f64 = 0.35;
/// Log odds beyond this count as this much: nothing is so sure that labels could not tell otherwise.
const MOST_LOG_ODDS: f64 = 6.0;
/// A candidate that is less probable is no change that the model would make.
const LEAST_PROBABILITY: f64 = 0.05;
/// A labelled cell that is less like another says nothing of it.
const LEAST_LIKENESS: f64 = 0.01;
/// Steps of Newton's method.
const STEPS: usize = 12;

/// What labels say of the changes that the model would make.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Judgement {
    cases: Vec<Case>,
}

/// A labelled cell that would be changed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Case {
    /// What it has in common with other cells whose changes may be right more often than the model believes: the column, the
    /// kind of noise, the reason.
    groups: Vec<String>,
    log_odds: f64,
    /// Whether the change is what was said.
    right: bool,
    /// The probability that what was said is right.
    weight: f64,
}

impl Judgement {
    /// Learns from what is believed of labelled cells by a model that was not told of the labels. `truth` is what they should
    /// read, with the probability that the label is right.
    pub fn learn(posterior: &Posterior, truth: &BTreeMap<CellId, (Option<String>, f64)>) -> Self {
        let case = |cell: &CellPosterior| {
            let ((value, weight), best) = (truth.get(&cell.cell)?, change(cell)?);
            let right = best.value == *value;
            Some(Case { groups: groups(cell, best), log_odds: log_odds(cell), right, weight: *weight })
        };
        Judgement { cases: posterior.cells.iter().filter_map(case).collect() }
    }

    /// The posterior as the labels say that it should be.
    pub fn apply(&self, mut posterior: Posterior) -> Posterior {
        for cell in &mut posterior.cells {
            let Some(best) = change(cell) else { continue };
            let groups = groups(cell, best);
            let (shift, right, of) = self.shift(&groups, log_odds(cell));
            if of > 0 {
                shifted(cell, shift, right, of);
            }
        }
        posterior
    }

    /// By how much the log odds of a change are wrong; and of how many labelled cells like it the change was right.
    fn shift(&self, groups: &[String], log_odds: f64) -> (f64, usize, usize) {
        let likeness = |case: &Case| {
            let shared = case.groups.iter().filter(|group| groups.contains(group)).count() as f64;
            let distance = case.log_odds - log_odds;
            shared / groups.len().max(case.groups.len()) as f64 * (-distance * distance / 2.0).exp()
        };
        let like: Vec<(f64, &Case)> = self.cases.iter().map(|case| (likeness(case), case)).collect();
        let like: Vec<(f64, &Case)> = like.into_iter().filter(|(likeness, _)| *likeness >= LEAST_LIKENESS).collect();
        let mut shift = 0.0;
        for _ in 0..STEPS {
            let (mut slope, mut curve) = (-shift / (SPREAD * SPREAD), 1.0 / (SPREAD * SPREAD));
            for (likeness, case) in &like {
                let believed = 1.0 / (1.0 + (-case.log_odds - shift).exp());
                slope += likeness * case.weight * (f64::from(u8::from(case.right)) - believed);
                curve += likeness * case.weight * believed * (1.0 - believed);
            }
            shift += slope / curve;
        }
        let right = like.iter().filter(|(_, case)| case.right).count();
        (shift, right, like.len())
    }
}

fn shifted(cell: &mut CellPosterior, shift: f64, right: usize, of: usize) {
    let mut total = cell.observed_probability + cell.unlisted;
    for candidate in &mut cell.candidates {
        candidate.probability *= shift.exp();
        total += candidate.probability;
        candidate.contributions.push(Contribution { evidence: Evidence::Labels { right, of }, log_odds: shift });
    }
    cell.observed_probability /= total;
    cell.unlisted /= total;
    cell.candidates.iter_mut().for_each(|candidate| candidate.probability /= total);
}

/// The change that would be made, if it is worth looking at.
fn change(cell: &CellPosterior) -> Option<&Candidate> {
    cell.candidates.first().filter(|best| best.probability >= LEAST_PROBABILITY)
}

fn log_odds(cell: &CellPosterior) -> f64 {
    let probability = cell.candidates.first().map_or(0.0, |best| best.probability);
    (probability.max(1e-12) / (1.0 - probability).max(1e-12)).ln().clamp(-MOST_LOG_ODDS, MOST_LOG_ODDS)
}

fn groups(cell: &CellPosterior, best: &Candidate) -> Vec<String> {
    let mut groups = vec![format!("column {}", cell.cell.attribute.0)];
    let noise = best.contributions.iter().find_map(|contribution| match contribution.evidence {
        Evidence::Error { noise } => Some(noise),
        _ => None,
    });
    groups.extend(noise.map(|noise| format!("noise {noise:?}")));
    let reason = |contribution: &&Contribution| !matches!(contribution.evidence, Evidence::Error { .. });
    let loudest = best.contributions.iter().filter(reason).max_by(|a, b| a.log_odds.total_cmp(&b.log_odds));
    groups.extend(loudest.map(|contribution| match &contribution.evidence {
        Evidence::Context { key, rule: None, .. } => {
            format!("context {:?}", key.iter().map(|(part, _)| part.0).collect::<Vec<_>>())
        }
        Evidence::Context { rule: Some(rule), .. } | Evidence::Rule { rule, .. } | Evidence::Reference { rule, .. } => {
            format!("rule {}", rule.0)
        }
        Evidence::Reverse { .. } => "reverse".to_owned(),
        Evidence::Spelling => "spelling".to_owned(),
        Evidence::Exchanged { .. } => "exchanged".to_owned(),
        Evidence::Relation { .. } => "relation".to_owned(),
        Evidence::Usual { .. } => "usual".to_owned(),
        Evidence::Sources { .. } => "sources".to_owned(),
        _ => "prior".to_owned(),
    }));
    groups
}

#[cfg(test)]
mod tests {
    use lustrate_table::{AttributeId, RowId};

    use super::*;

    fn cell(row: u32, attribute: u32, probability: f64) -> CellPosterior {
        let log_odds = (probability / (1.0 - probability)).ln();
        let contributions = vec![Contribution { evidence: Evidence::Spelling, log_odds }];
        CellPosterior {
            cell: CellId { row: RowId(row), attribute: AttributeId(attribute) },
            observed: Some("a".into()),
            observed_probability: 1.0 - probability,
            candidates: vec![Candidate { value: Some("b".into()), probability, contributions }],
            unlisted: 0.0,
            contradiction: None,
            hold: None,
            alone: None,
        }
    }

    /// The probability of a change of the column after `right` of `of` labelled ones were right.
    fn after(right: u32, of: u32, attribute: u32) -> f64 {
        judged(right, of, cell(99, attribute, 0.6))
    }

    fn judged(right: u32, of: u32, other: CellPosterior) -> f64 {
        let posterior = Posterior { cells: (0..of).map(|row| cell(row, 0, 0.6)).collect() };
        let value = |row: u32| Some(if row < right { "b" } else { "a" }.to_owned());
        let truth = (0..of).map(|row| (cell(row, 0, 0.6).cell, (value(row), 1.0))).collect();
        let judged = Judgement::learn(&posterior, &truth).apply(Posterior { cells: vec![other] });
        let cell = &judged.cells[0];
        let sum: f64 = cell.candidates[0].contributions.iter().map(|contribution| contribution.log_odds).sum();
        assert!((sum - (cell.candidates[0].probability / cell.observed_probability).ln()).abs() < 1e-9);
        cell.candidates[0].probability
    }

    #[test]
    fn changes_that_were_right_are_believed_and_those_that_were_wrong_are_not() {
        assert!(after(8, 8, 0) > 0.65, "{}", after(8, 8, 0));
        assert!(after(0, 8, 0) < 0.5, "{}", after(0, 8, 0));
        assert!((after(6, 10, 0) - 0.6).abs() < 0.02);
    }

    #[test]
    fn a_column_learns_from_itself_more_than_from_others() {
        assert!(after(0, 8, 0) < after(0, 8, 1));
        assert!(after(0, 8, 1) < 0.6);
    }

    #[test]
    fn what_is_nearly_sure_is_not_judged_by_what_was_in_doubt() {
        assert!(judged(0, 8, cell(99, 0, 0.99)) > 0.98);
    }

    #[test]
    fn without_labels_nothing_changes() {
        let posterior = Posterior { cells: vec![cell(0, 0, 0.6)] };
        let judged = Judgement::learn(&posterior, &BTreeMap::new()).apply(posterior.clone());
        assert_eq!(judged, posterior);
    }
}
