//! A cell of a column of numbers: what may have been meant, before the rest of its row is asked.

use lustrate_model::{Candidate, CellPosterior, Contribution, Evidence, Noise};
use lustrate_rules::Constraints;
use lustrate_table::{RowId, Table};

use super::columns::{NumberColumn, NumberColumns};
use super::slips::{KINDS, Written, inverses, log_unrelated};
use crate::factors::Factor;
use crate::row::{Cell, Choice, Imagined, Value, as_written};

/// Numbers that are weighed for a cell, beside what is written.
const MOST: usize = 8;
/// Slips that are held against the whole row: the likeliest.
const MOST_SLIPS: usize = 24;
/// A missing cell is as probable as one that was lost where so many of the column are missing.
const COMMONLY_MISSING: f64 = 0.25;
/// What the model would write instead counts if it is so sure of it: of numbers it knows no more than how often they are
/// there.
const SURE: f64 = 0.8;
/// What it costs, in nats, that a missing cell has another value than the one that the row gives.
const OTHERWISE: f64 = 6.0;

/// What a cell is weighed by.
pub(crate) struct Asking<'a, 'f> {
    pub(crate) table: &'a Table,
    pub(crate) constraints: &'a Constraints,
    pub(crate) row: RowId,
    pub(crate) columns: &'a NumberColumns,
    pub(crate) factors: &'a [&'a Factor<'f>],
}

/// What a cell reads, as all that may have been meant is held against it.
struct Read {
    written: Option<Written>,
    /// The log share of what is written, as the row is.
    usual: f64,
}

impl Asking<'_, '_> {
    /// The cell. Where others determine the column, what the model believes of it is all that is asked; elsewhere what it
    /// would write instead, where it is sure, counts as much as it says, if that is more than the numbers say. `proposed` are the numbers that
    /// the rest of the row gives.
    pub(crate) fn cell(&self, column: &NumberColumn, believed: Option<&CellPosterior>, proposed: &[String]) -> Cell {
        let written = self.table.column(column.attribute).text(self.row);
        let known = believed.filter(|_| column.is_determined);
        let log = |probability: f64| probability.max(1e-299).ln();
        let observed = known.map_or(0.0, |known| log(known.observed_probability));
        let usual = column.log_usual(&as_written(self.table, self.row), self.columns);
        let read = Read { written: written.map(Written::new), usual };
        let mut unlisted = self.unlisted(column, written, observed, &read);
        let mut choices = vec![Choice::listed(written.map(str::to_owned), observed, Vec::new())];
        let candidates = believed.into_iter().flat_map(|believed| &believed.candidates);
        let as_model = |candidate: &Candidate| {
            Choice::listed(candidate.value.clone(), log(candidate.probability), candidate.contributions.clone())
        };
        match (known, believed) {
            (None, Some(believed)) => {
                let sure = candidates.filter(|candidate| candidate.probability >= SURE && believed.hold.is_none());
                choices.extend(sure.filter_map(|c| self.as_believed(column, (believed, c), unlisted, &read)));
            }
            _ => choices.extend(candidates.map(as_model)),
        }
        let new = |text: &String| {
            Some(text.as_str()) != written && !choices.iter().any(|choice| choice.text() == Some(text.as_str()))
        };
        let mut texts: Vec<String> = proposed.iter().filter(|text| new(text)).cloned().collect();
        texts.sort_unstable();
        texts.dedup();
        let mut weighed: Vec<(f64, bool, Choice)> = Vec::new();
        for text in texts {
            let choice = self.choice(column, &read, text, observed);
            weighed.push((self.alone(column, &choice), true, choice));
        }
        let slips = written.map_or_else(Vec::new, |written| inverses(written, column.places, &column.errors.units));
        let mut slipped: Vec<Choice> = slips
            .into_iter()
            .filter(|text| new(text) && !proposed.contains(text))
            .map(|text| self.choice(column, &read, text, observed))
            .collect();
        if let Some(known) = known {
            // What the model leaves to values that it does not list is all that there is for them.
            let listed = known.observed_probability + known.candidates.iter().map(|c| c.probability).sum::<f64>();
            let left = (1.0 - listed).max(1e-9).ln();
            let proposals = weighed.iter_mut().map(|(.., choice)| choice).chain(&mut slipped);
            let mut weights: Vec<&mut f64> = proposals.map(|choice| &mut choice.log_weight).collect();
            weights.push(&mut unlisted);
            let all = log_sum(&weights.iter().map(|weight| **weight).collect::<Vec<_>>());
            weights.into_iter().for_each(|weight| *weight += left - all);
            for choice in weighed.iter_mut().map(|(.., choice)| choice).chain(&mut slipped) {
                let log_odds = choice.log_weight - observed;
                choice.contributions.truncate(1);
                choice.contributions.iter_mut().for_each(|contribution| contribution.log_odds = log_odds);
            }
        }
        let as_it_is = as_written(self.table, self.row);
        let mut slipped: Vec<(f64, Choice)> = slipped
            .into_iter()
            .map(|choice| {
                let mass = |number: f64| column.log_mass(number, &as_it_is, self.columns);
                let alone = || choice.number.map_or(f64::NEG_INFINITY, mass);
                (choice.log_weight + if column.is_determined { 0.0 } else { alone() }, choice)
            })
            .collect();
        slipped.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.text().cmp(&b.1.text())));
        let rest = slipped.split_off(slipped.len().min(MOST_SLIPS));
        let mut left: Vec<f64> = rest.into_iter().map(|(weight, _)| weight).collect();
        let mut masses = Vec::new();
        for (mass, choice) in slipped {
            masses.push((weighed.len(), mass));
            weighed.push((self.alone(column, &choice), false, choice));
        }
        let mut order: Vec<usize> = (0..weighed.len()).collect();
        let by_weight = |&a: &usize, &b: &usize| {
            let (one, other) = (&weighed[a], &weighed[b]);
            let weight = other.1.cmp(&one.1).then(other.0.total_cmp(&one.0));
            weight.then_with(|| one.2.text().cmp(&other.2.text()))
        };
        order.sort_by(by_weight);
        let kept = &order[..order.len().min(MOST)];
        left.extend(masses.iter().filter(|(place, _)| !kept.contains(place)).map(|(_, mass)| *mass));
        left.push(unlisted);
        let mut weighed: Vec<Option<Choice>> = weighed.into_iter().map(|(.., choice)| Some(choice)).collect();
        choices.extend(kept.iter().filter_map(|&place| weighed[place].take()));
        let log_weight = log_sum(&left);
        choices.push(Choice { value: Value::Unlisted, number: None, log_weight, contributions: Vec::new() });
        Cell { attribute: column.attribute, choices }
    }

    /// A candidate of the model for a column that nothing determines: with the odds that the model gives it, or those of
    /// being meant if what is written is wrong, where the numbers give it less. `None` where they do not.
    fn as_believed(
        &self,
        column: &NumberColumn,
        (believed, candidate): (&CellPosterior, &Candidate),
        unlisted: f64,
        read: &Read,
    ) -> Option<Choice> {
        /// The model is never surer than so of the values that it lists.
        const LEAST_UNLISTED: f64 = 0.05;
        let text = candidate.value.clone()?;
        let as_it_is = as_written(self.table, self.row);
        let choice = self.choice(column, read, text, 0.0);
        let usual = choice.number.map_or(0.0, |number| column.log_mass(number, &as_it_is, self.columns));
        let log = |probability: f64| probability.max(1e-299).ln();
        let odds = log(candidate.probability) - log(believed.observed_probability);
        let of_itself = odds - (usual - read.usual);
        let if_wrong = unlisted - usual + log(candidate.probability / believed.unlisted.max(LEAST_UNLISTED));
        let log_weight = of_itself.max(if_wrong);
        if log_weight <= choice.log_weight {
            return Some(choice).filter(|choice| choice.number.is_some());
        }
        let mut contributions = candidate.contributions.clone();
        // What the numbers take from it or add to it, so that the sum is what is weighed.
        let sum: f64 = contributions.iter().map(|contribution| contribution.log_odds).sum();
        let evidence = Evidence::Usual { given: column.density.given() };
        contributions.push(Contribution { evidence, log_odds: log_weight - sum });
        Some(Choice { log_weight, contributions, ..choice })
    }

    /// A number that may have been meant: how it may have become what is written and, where the model weighs what is
    /// written by itself, how usual it is in comparison.
    fn choice(&self, column: &NumberColumn, read: &Read, text: String, observed: f64) -> Choice {
        let errors = &column.errors;
        let (log_odds, noise) = match &read.written {
            None => ((COMMONLY_MISSING / column.missing.max(1e-4)).ln(), Noise::Missing),
            Some(written) => {
                let logs = written.log_likelihoods(&text, &errors.kinds, &errors.units);
                let loudest = (0..KINDS.len()).max_by(|&a, &b| logs[a].total_cmp(&logs[b])).unwrap_or(0);
                (errors.rate.ln() - (1.0 - errors.rate).ln() + log_sum(&logs), KINDS[loudest])
            }
        };
        let mut contributions = Vec::with_capacity(2);
        contributions.push(Contribution { evidence: Evidence::Error { noise }, log_odds });
        let mut choice = Choice::listed(Some(text), observed + log_odds, contributions);
        if let (true, Some(number)) = (column.is_determined, choice.number) {
            let as_it_is = as_written(self.table, self.row);
            let usual = column.log_mass(number, &as_it_is, self.columns) - read.usual;
            let evidence = Evidence::Usual { given: column.density.given() };
            choice.contributions.push(Contribution { evidence, log_odds: usual });
            choice.log_weight += usual;
        }
        choice
    }

    /// How probable the row is with this change alone.
    fn alone(&self, column: &NumberColumn, choice: &Choice) -> f64 {
        let cell = Cell { attribute: column.attribute, choices: vec![choice.clone()] };
        let cells = [cell];
        let imagined = Imagined::new(self.table, self.row, &cells, &[0]);
        let factors = self.factors.iter().map(|factor| factor.log_factor(&imagined, self.constraints, self.columns));
        choice.log_weight + factors.sum::<f64>()
    }

    /// The log weight of any number that is not listed: what is written has nothing to do with what was meant.
    fn unlisted(&self, column: &NumberColumn, written: Option<&str>, observed: f64, read: &Read) -> f64 {
        let Some(text) = written else { return observed - OTHERWISE };
        let errors = &column.errors;
        let unrelated = errors.kinds[KINDS.len() - 1].ln() + log_unrelated(text);
        let log = observed + errors.rate.ln() - (1.0 - errors.rate).ln() + unrelated;
        if column.is_determined { log - read.usual } else { log }
    }
}

fn log_sum(logs: &[f64]) -> f64 {
    let most = logs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    if most == f64::NEG_INFINITY { most } else { most + logs.iter().map(|log| (log - most).exp()).sum::<f64>().ln() }
}
