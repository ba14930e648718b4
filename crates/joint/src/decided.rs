//! What a row that was weighed says of each of its cells: candidates, why, and what a person is shown.

use std::collections::BTreeMap;

use lustrate_model::{Candidate, CellPosterior, Contradiction, Contribution, Evidence, Hold, Noise, Way};
use lustrate_rules::{ColumnRole, ConstraintId, Strength};
use lustrate_table::{AttributeId, CellId, RowId, Table};

use crate::factors::Factor;
use crate::prepared::Prepared;
use crate::row::{Cell, Choice, Marginals, Value, as_written};

/// Candidates that are reported for a cell.
const REPORTED: usize = 6;
/// A way out that is less probable than this is not told.
const TOLD: f64 = 0.05;
/// A way out of a broken rule that is at least so probable is shown to a person, if none is taken.
const TORN: f64 = 0.2;

/// A row after it was weighed.
pub(crate) struct Decided<'r, 'a> {
    pub(crate) prepared: &'r Prepared<'a>,
    pub(crate) table: &'r Table,
    pub(crate) row: RowId,
    pub(crate) cells: Vec<Cell>,
    pub(crate) found: Marginals,
    pub(crate) factors: Vec<&'r Factor<'a>>,
    pub(crate) has_shares: bool,
}

impl Decided<'_, '_> {
    /// The posterior of each cell.
    pub(crate) fn posteriors(&self, known: &BTreeMap<CellId, CellPosterior>, places: &[usize]) -> Vec<CellPosterior> {
        let ways = self.ways();
        let written = as_written(self.table, self.row);
        let broken = places.iter().find_map(|&place| match &self.prepared.factors[place] {
            factor @ (Factor::Row { .. } | Factor::Relation(_) | Factor::Order(_))
                if factor.is_authority(self.prepared.constraints) =>
            {
                let log_factor = factor.log_factor(&written, self.prepared.constraints, &self.prepared.columns);
                factor.rule(AttributeId(0)).filter(|_| log_factor < 0.0)
            }
            _ => None,
        });
        let posterior = |place: usize| {
            let id = CellId { row: self.row, attribute: self.cells[place].attribute };
            self.posterior(place, known.get(&id), &ways, broken)
        };
        (0..self.cells.len()).map(posterior).collect()
    }

    /// The likeliest changes of single cells, likeliest first.
    fn ways(&self) -> Vec<Way> {
        let last = self.found.stages.last().expect("there is a stage before the factors");
        let mut ways: Vec<Way> = Vec::new();
        for (cell, logs) in self.cells.iter().zip(last) {
            for (choice, log) in cell.choices.iter().zip(logs).skip(1) {
                if let (Value::Listed(value), true) = (&choice.value, log.exp() >= TOLD) {
                    ways.push(Way { attribute: cell.attribute, value: value.clone(), probability: log.exp() });
                }
            }
        }
        ways.sort_by(|a, b| b.probability.total_cmp(&a.probability));
        ways.truncate(3);
        ways
    }

    fn posterior(
        &self,
        place: usize,
        known: Option<&CellPosterior>,
        ways: &[Way],
        broken: Option<ConstraintId>,
    ) -> CellPosterior {
        let cell = &self.cells[place];
        let id = CellId { row: self.row, attribute: cell.attribute };
        let logs = &self.found.stages.last().expect("there is a stage before the factors")[place];
        let candidate = |(k, choice): (usize, &Choice)| {
            let Value::Listed(value) = &choice.value else { return None };
            let contributions = self.contributions(place, k, ways);
            Some(Candidate { value: value.clone(), probability: logs[k].exp(), contributions })
        };
        let mut candidates: Vec<Candidate> = cell.choices.iter().enumerate().skip(1).filter_map(candidate).collect();
        candidates.sort_by(|a, b| b.probability.total_cmp(&a.probability).then_with(|| a.value.cmp(&b.value)));
        candidates.truncate(REPORTED);
        let observed_probability = logs[0].exp();
        let listed: f64 = candidates.iter().map(|candidate| candidate.probability).sum();
        let best = candidates.first().map(|best| &best.value);
        let was_best = known.and_then(|known| known.candidates.first()).map(|best| &best.value);
        // A row that breaks a hard rule is never passed over: its likeliest way out is shown, however improbable.
        let contradiction = match broken {
            Some(rule) => {
                let way = ways.first().filter(|way| way.attribute == cell.attribute);
                way.map(|way| Contradiction { rule, value: way.value.clone() })
            }
            None => known.and_then(|known| known.contradiction.clone()).or_else(|| self.torn(cell.attribute, ways)),
        };
        let authority = candidates.first().is_some_and(|best| authority(best, self.prepared) > 0.0);
        CellPosterior {
            cell: id,
            observed: match &cell.choices[0].value {
                Value::Listed(text) => text.clone(),
                Value::Unlisted => None,
            },
            observed_probability,
            unlisted: (1.0 - observed_probability - listed).max(0.0),
            contradiction: contradiction.filter(|c| candidates.iter().any(|other| other.value == c.value)),
            hold: known
                .and_then(|known| known.hold)
                .filter(|_| best == was_best && !authority)
                .or_else(|| candidates.first().filter(|best| is_alone(best)).map(|_| Hold::FewSupporters)),
            // What hard rules and references say needs no other cell of the row.
            alone: known.and_then(|known| known.alone.clone()).filter(|_| !authority),
            candidates,
        }
    }

    /// A rule on numbers that the row breaks, where it does not tell which of the cells is wrong: no one of the ways out is
    /// likelier than not, and each is for a person to see.
    fn torn(&self, attribute: AttributeId, ways: &[Way]) -> Option<Contradiction> {
        let way = ways.first().filter(|way| way.attribute == attribute && way.probability >= TORN)?;
        let written = as_written(self.table, self.row);
        let broken = self.factors.iter().find_map(|factor| match factor {
            Factor::Relation(relation) => {
                let number = |named| written.number(named, &self.prepared.columns);
                let broken = relation.attributes.contains(&attribute) && relation.holds(&number) == Some(false);
                relation.rule.filter(|_| broken)
            }
            _ => None,
        });
        Some(Contradiction { rule: broken?, value: way.value.clone() })
    }

    /// What speaks for a choice: its own, then what each stage added to its log odds.
    fn contributions(&self, place: usize, choice: usize, ways: &[Way]) -> Vec<Contribution> {
        let cell = CellId { row: self.row, attribute: self.cells[place].attribute };
        let mut contributions = self.cells[place].choices[choice].contributions.clone();
        let odds = |stage: &Vec<Vec<f64>>| stage[place][choice] - stage[place][0];
        // Where not every assignment is looked at, the cells alone are not quite what they are by themselves.
        let own: f64 = contributions.iter().map(|contribution| contribution.log_odds).sum();
        let beside = self.found.stages.first().map_or(0.0, odds) - own;
        if let Some(first) = contributions.first_mut().filter(|_| beside.abs() > 1e-9) {
            first.log_odds += beside;
        }
        let written = as_written(self.table, self.row);
        for (j, pair) in self.found.stages.windows(2).enumerate() {
            let log_odds = odds(&pair[1]) - odds(&pair[0]);
            if log_odds.abs() < 1e-12 {
                continue;
            }
            let evidence = match j.checked_sub(usize::from(self.has_shares)) {
                None => Evidence::Prior,
                Some(factor) => match self.factors[factor].evidence(self.prepared.constraints, cell, &written) {
                    Evidence::Rule { rule, .. } => Evidence::Rule { rule, ways: ways.to_vec() },
                    other => other,
                },
            };
            contributions.push(Contribution { evidence, log_odds });
        }
        contributions
    }
}

/// How much hard rules and references speak for a candidate, in nats.
fn authority(candidate: &Candidate, prepared: &Prepared<'_>) -> f64 {
    let of = |contribution: &Contribution| match contribution.evidence {
        Evidence::Reference { .. } => contribution.log_odds,
        Evidence::Rule { rule, .. } if prepared.constraints.get(rule).strength == Strength::Hard => {
            contribution.log_odds
        }
        _ => 0.0,
    };
    candidate.contributions.iter().map(of).sum()
}

/// Whether one number is to take the place of another, and nothing speaks for it but that the column as a whole has it more
/// often: no other cell of the row does.
fn is_alone(candidate: &Candidate) -> bool {
    const SPEAKS: f64 = 1.0;
    let slip = |evidence: &Evidence| {
        matches!(evidence, Evidence::Error { noise: Noise::Shift | Noise::Sign | Noise::Unit | Noise::Digits })
    };
    let of_column = |evidence: &Evidence| matches!(evidence, Evidence::Usual { given: None });
    let of_text = |evidence: &Evidence| matches!(evidence, Evidence::Prior | Evidence::InSum | Evidence::Error { .. });
    let speaks = |contribution: &&Contribution| contribution.log_odds >= SPEAKS;
    let mut speaking = candidate.contributions.iter().filter(speaks).map(|contribution| &contribution.evidence);
    candidate.contributions.iter().any(|contribution| slip(&contribution.evidence))
        && speaking.all(|evidence| of_column(evidence) || of_text(evidence))
}

/// A change of a protected column is held unless a hard rule or a reference speaks for it.
pub(crate) fn hold_protected(cell: &mut CellPosterior, prepared: &Prepared<'_>) {
    let protected = prepared.constraints.columns().get(cell.cell.attribute).roles.contains(&ColumnRole::Protected);
    let held = |best: &Candidate| authority(best, prepared) <= 0.0;
    if protected && cell.candidates.first().is_some_and(held) {
        cell.hold = Some(Hold::Protected);
    }
}
