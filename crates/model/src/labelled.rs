//! What labels teach of the changes that the model would make: of which columns, for which reasons and by which kinds of
//! noise they are right more often, or less often, than it believes.
//!
//! ```text
//! ln odds'(c) = ln odds(c) + w + w_column + w_noise + w_reason            of the best candidate c
//! ```
//!
//! The weights are the most probable ones given the labelled cells, each normal around 0 beforehand: Platt's (1999)
//! calibration with a fixed slope and crossed groups. With few labels little changes.

use std::collections::BTreeMap;

use lustrate_rules::ConstraintId;
use lustrate_table::{AttributeId, CellId};

use crate::channel::Noise;
use crate::posterior::{Candidate, CellPosterior, Contribution, Evidence, Posterior};

/// The standard deviation of each weight before anything is labelled, in nats.
const SPREAD: f64 = 0.7;
/// Log odds beyond this count as this much: nothing is so sure that labels could not tell otherwise.
const MOST_LOG_ODDS: f64 = 6.0;
/// A candidate that is less probable is no change that the model would make.
const LEAST_PROBABILITY: f64 = 0.05;
/// Rounds of the search, each over all weights in turn.
const ROUNDS: usize = 60;

/// What cells have in common whose changes may be right more often than the model believes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Group {
    All,
    Column(AttributeId),
    Noise(Noise),
    Context(Vec<AttributeId>),
    Rule(ConstraintId),
    Other(&'static str),
}

/// What labels say of the changes that the model would make.
#[derive(Clone, Debug, Default)]
pub struct Judgement {
    weights: BTreeMap<Group, f64>,
    /// The labelled cells: their groups, and whether the change was right.
    seen: Vec<(Vec<Group>, bool)>,
}

impl Judgement {
    /// Learns from what is believed of labelled cells by a model that was not told of the labels. `truth` is what they should
    /// read, with the probability that the label is right.
    pub fn learn(posterior: &Posterior, truth: &BTreeMap<CellId, (Option<String>, f64)>) -> Self {
        let mut cases: Vec<(Vec<Group>, f64, bool, f64)> = Vec::new();
        for cell in &posterior.cells {
            let (Some((value, weight)), Some(best)) = (truth.get(&cell.cell), change(cell)) else { continue };
            cases.push((groups(cell, best), log_odds(cell), best.value == *value, *weight));
        }
        let mut weights: BTreeMap<Group, f64> = BTreeMap::new();
        weights.extend(cases.iter().flat_map(|(groups, ..)| groups).map(|group| (group.clone(), 0.0)));
        let all: Vec<Group> = weights.keys().cloned().collect();
        for _ in 0..ROUNDS {
            for group in &all {
                let old = weights[group];
                let (mut slope, mut curve) = (-old / (SPREAD * SPREAD), 1.0 / (SPREAD * SPREAD));
                for (groups, log_odds, right, weight) in cases.iter().filter(|(groups, ..)| groups.contains(group)) {
                    let sum = log_odds + groups.iter().map(|group| weights[group]).sum::<f64>();
                    let believed = 1.0 / (1.0 + (-sum).exp());
                    slope += weight * (f64::from(u8::from(*right)) - believed);
                    curve += weight * believed * (1.0 - believed);
                }
                weights.insert(group.clone(), old + slope / curve);
            }
        }
        Judgement { weights, seen: cases.into_iter().map(|(groups, _, right, _)| (groups, right)).collect() }
    }

    /// The posterior as the labels say that it should be.
    pub fn apply(&self, mut posterior: Posterior) -> Posterior {
        if self.seen.is_empty() {
            return posterior;
        }
        for cell in &mut posterior.cells {
            let Some(best) = change(cell) else { continue };
            let groups = groups(cell, best);
            let shift: f64 = groups.iter().filter_map(|group| self.weights.get(group)).sum();
            self.shift(cell, &groups, shift);
        }
        posterior
    }

    fn shift(&self, cell: &mut CellPosterior, groups: &[Group], shift: f64) {
        // Those that share the reason or the column; that all are changes is no likeness.
        let like = |seen: &&(Vec<Group>, bool)| groups[1..].iter().any(|group| seen.0.contains(group));
        let of = self.seen.iter().filter(like).count();
        let right = self.seen.iter().filter(like).filter(|(_, right)| *right).count();
        let (right, of) = if of > 0 {
            (right, of)
        } else {
            (self.seen.iter().filter(|(_, right)| *right).count(), self.seen.len())
        };
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
}

/// The change that would be made, if it is worth looking at.
fn change(cell: &CellPosterior) -> Option<&Candidate> {
    cell.candidates.first().filter(|best| best.probability >= LEAST_PROBABILITY)
}

fn log_odds(cell: &CellPosterior) -> f64 {
    let probability = cell.candidates.first().map_or(0.0, |best| best.probability);
    (probability.max(1e-12) / (1.0 - probability).max(1e-12)).ln().clamp(-MOST_LOG_ODDS, MOST_LOG_ODDS)
}

fn groups(cell: &CellPosterior, best: &Candidate) -> Vec<Group> {
    let mut groups = vec![Group::All, Group::Column(cell.cell.attribute)];
    let noise = best.contributions.iter().find_map(|contribution| match contribution.evidence {
        Evidence::Error { noise } => Some(noise),
        _ => None,
    });
    groups.extend(noise.map(Group::Noise));
    let reason = |contribution: &&Contribution| !matches!(contribution.evidence, Evidence::Error { .. });
    let loudest = best.contributions.iter().filter(reason).max_by(|a, b| a.log_odds.total_cmp(&b.log_odds));
    groups.extend(loudest.map(|contribution| match &contribution.evidence {
        Evidence::Context { key, rule: None, .. } => Group::Context(key.iter().map(|(part, _)| *part).collect()),
        Evidence::Context { rule: Some(rule), .. } | Evidence::Rule { rule, .. } | Evidence::Reference { rule, .. } => {
            Group::Rule(*rule)
        }
        Evidence::Reverse { .. } => Group::Other("reverse"),
        Evidence::Spelling => Group::Other("spelling"),
        Evidence::Exchanged { .. } => Group::Other("exchanged"),
        Evidence::Relation { .. } => Group::Other("relation"),
        Evidence::Usual { .. } => Group::Other("usual"),
        Evidence::Sources { .. } => Group::Other("sources"),
        _ => Group::Other("prior"),
    }));
    groups
}

#[cfg(test)]
mod tests {
    use lustrate_table::RowId;

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
        let posterior = Posterior { cells: (0..of).map(|row| cell(row, 0, 0.6)).collect() };
        let value = |row: u32| Some(if row < right { "b" } else { "a" }.to_owned());
        let truth = (0..of).map(|row| (cell(row, 0, 0.6).cell, (value(row), 1.0))).collect();
        let judged = Judgement::learn(&posterior, &truth).apply(Posterior { cells: vec![cell(99, attribute, 0.6)] });
        let cell = &judged.cells[0];
        let sum: f64 = cell.candidates[0].contributions.iter().map(|contribution| contribution.log_odds).sum();
        assert!((sum - (cell.candidates[0].probability / cell.observed_probability).ln()).abs() < 1e-9);
        cell.candidates[0].probability
    }

    #[test]
    fn changes_that_were_right_are_believed_and_those_that_were_wrong_are_not() {
        assert!(after(8, 8, 0) > 0.85, "{}", after(8, 8, 0));
        assert!(after(0, 8, 0) < 0.2, "{}", after(0, 8, 0));
        assert!((after(6, 10, 0) - 0.6).abs() < 0.02);
    }

    #[test]
    fn a_column_learns_from_itself_more_than_from_others() {
        assert!(after(0, 8, 0) < after(0, 8, 1));
        assert!(after(0, 8, 1) < 0.6);
    }

    #[test]
    fn without_labels_nothing_changes() {
        let posterior = Posterior { cells: vec![cell(0, 0, 0.6)] };
        let judged = Judgement::learn(&posterior, &BTreeMap::new()).apply(posterior.clone());
        assert_eq!(judged, posterior);
    }
}
