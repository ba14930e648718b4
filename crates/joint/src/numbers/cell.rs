//! A cell of a column of numbers: what may have been meant, before the rest of its row is asked.

use lustrate_model::{Candidate, CellPosterior, Contribution, Evidence, Noise};
use lustrate_rules::Constraints;
use lustrate_table::{RowId, Table, parse_number};

use super::columns::{NumberColumn, NumberColumns};
use super::decimal::Bare;
use super::density::Asked;
use super::slips::{KINDS, Texts, Written, inverses, log_unrelated};
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
struct Read<'t> {
    written: Option<Written<'t>>,
    /// The log share of what is written, as the row is.
    usual: f64,
    /// What the density of the row is asked with.
    asked: Asked,
    /// The log odds that a cell of the column is wrong.
    log_wrong: f64,
}

/// A number that may have been meant. There are many for each cell, few of which become choices.
struct Meant<'t> {
    text: &'t str,
    number: Option<f64>,
    /// Its log weight before the factors.
    log_weight: f64,
    /// How what is written may have come of it, and the log odds of that.
    noise: Noise,
    log_error: f64,
    /// How much more usual it is than what is written, where that is weighed here.
    usual: Option<f64>,
}

impl Meant<'_> {
    fn choice(&self, column: &NumberColumn) -> Choice {
        let mut contributions = Vec::with_capacity(2);
        let error = Evidence::Error { noise: self.noise };
        contributions.push(Contribution { evidence: error, log_odds: self.log_error });
        if let Some(log_odds) = self.usual {
            let evidence = Evidence::Usual { given: column.density.given() };
            contributions.push(Contribution { evidence, log_odds });
        }
        Choice { contributions, ..self.bare_choice() }
    }

    /// The choice without what its weight is made of.
    fn bare_choice(&self) -> Choice {
        let value = Value::Listed(Some(self.text.to_owned()));
        Choice { value, number: self.number, log_weight: self.log_weight, contributions: Vec::new() }
    }
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
        let read = self.read(column, written);
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
        let new = |text: &&str| Some(*text) != written && !choices.iter().any(|choice| choice.text() == Some(*text));
        let mut texts: Vec<&str> = proposed.iter().map(String::as_str).filter(new).collect();
        texts.sort_unstable();
        texts.dedup();
        let slips =
            written.map_or_else(Texts::default, |written| inverses(written, column.places, &column.errors.units));
        let is_slip = |text: &&str| new(text) && !proposed.iter().any(|proposed| proposed == text);
        let meant = |text| self.meant(column, &read, text, observed);
        let mut named: Vec<Meant<'_>> = texts.into_iter().map(meant).collect();
        let mut slipped: Vec<Meant<'_>> = Vec::with_capacity(slips.len());
        slipped.extend(slips.iter().filter(is_slip).map(meant));
        // Those that the rest of the row names are held against it with the weights that they have by themselves.
        let named_alone: Vec<f64> = named.iter().map(|meant| self.alone(column, meant)).collect();
        if let Some(known) = known {
            // What the model leaves to values that it does not list is all that there is for them.
            let listed = known.observed_probability + known.candidates.iter().map(|c| c.probability).sum::<f64>();
            let left = (1.0 - listed).max(1e-9).ln();
            let weights = || named.iter().chain(&slipped).map(|meant| meant.log_weight);
            let all = log_sum(&weights().chain([unlisted]).collect::<Vec<_>>());
            unlisted += left - all;
            for meant in named.iter_mut().chain(&mut slipped) {
                meant.log_weight += left - all;
                (meant.log_error, meant.usual) = (meant.log_weight - observed, None);
            }
        }
        let by_itself = |meant: &Meant<'_>| {
            let usual =
                || meant.number.map_or(f64::NEG_INFINITY, |number| column.density.log_mass(number, &read.asked));
            meant.log_weight + if column.is_determined { 0.0 } else { usual() }
        };
        let mut by_weight: Vec<(f64, usize)> =
            slipped.iter().enumerate().map(|(place, meant)| (by_itself(meant), place)).collect();
        // They are in the order of their texts.
        by_weight.sort_unstable_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        let (likely, rest) = by_weight.split_at(by_weight.len().min(MOST_SLIPS));
        let mut left: Vec<f64> = rest.iter().map(|(weight, _)| *weight).collect();
        let mut weighed: Vec<(f64, bool, &Meant<'_>)> =
            named_alone.into_iter().zip(&named).map(|(alone, meant)| (alone, true, meant)).collect();
        let mut masses = Vec::new();
        for &(mass, place) in likely {
            let meant = &slipped[place];
            masses.push((weighed.len(), mass));
            weighed.push((self.alone(column, meant), false, meant));
        }
        let mut order: Vec<usize> = (0..weighed.len()).collect();
        let by_weight = |&a: &usize, &b: &usize| {
            let (one, other) = (&weighed[a], &weighed[b]);
            let weight = other.1.cmp(&one.1).then(other.0.total_cmp(&one.0));
            weight.then_with(|| one.2.text.cmp(other.2.text))
        };
        order.sort_by(by_weight);
        let kept = &order[..order.len().min(MOST)];
        left.extend(masses.iter().filter(|(place, _)| !kept.contains(place)).map(|(_, mass)| *mass));
        left.push(unlisted);
        choices.extend(kept.iter().map(|&place| weighed[place].2.choice(column)));
        let log_weight = log_sum(&left);
        choices.push(Choice { value: Value::Unlisted, number: None, log_weight, contributions: Vec::new() });
        Cell { attribute: column.attribute, choices }
    }

    fn read<'t>(&self, column: &NumberColumn, written: Option<&'t str>) -> Read<'t> {
        let as_it_is = as_written(self.table, self.row);
        let rate = column.errors.rate;
        Read {
            written: written.map(Written::new),
            usual: column.log_usual(&as_it_is, self.columns),
            asked: column.asked(&as_it_is, self.columns),
            log_wrong: rate.ln() - (1.0 - rate).ln(),
        }
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
        let choice = self.meant(column, read, candidate.value.as_deref()?, 0.0).choice(column);
        let usual = choice.number.map_or(0.0, |number| column.density.log_mass(number, &read.asked));
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
    fn meant<'t>(&self, column: &NumberColumn, read: &Read<'_>, text: &'t str, observed: f64) -> Meant<'t> {
        let errors = &column.errors;
        let bare = Bare::parse(text);
        let (log_error, noise) = match &read.written {
            None => ((COMMONLY_MISSING / column.missing.max(1e-4)).ln(), Noise::Missing),
            Some(written) => {
                let logs = written.log_likelihoods(text, bare, &errors.kinds, &errors.units);
                let loudest = (0..KINDS.len()).max_by(|&a, &b| logs[a].total_cmp(&logs[b])).unwrap_or(0);
                (read.log_wrong + log_sum(&logs), KINDS[loudest])
            }
        };
        let number = bare.map_or_else(|| parse_number(text), |bare| Some(bare.number()));
        let usual = number.filter(|_| column.is_determined);
        let usual = usual.map(|number| column.density.log_mass(number, &read.asked) - read.usual);
        let log_weight = observed + log_error;
        let log_weight = usual.map_or(log_weight, |usual| log_weight + usual);
        Meant { text, number, log_weight, noise, log_error, usual }
    }

    /// How probable the row is with this change alone.
    fn alone(&self, column: &NumberColumn, meant: &Meant<'_>) -> f64 {
        if self.factors.is_empty() {
            return meant.log_weight;
        }
        let cells = [Cell { attribute: column.attribute, choices: vec![meant.bare_choice()] }];
        let imagined = Imagined::new(self.table, self.row, &cells, &[0]);
        let factors = self.factors.iter().map(|factor| factor.log_factor(&imagined, self.constraints, self.columns));
        meant.log_weight + factors.sum::<f64>()
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

/// The logarithm of the sum of what these are the logarithms of.
fn log_sum(logs: &[f64]) -> f64 {
    let most = logs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    if most == f64::NEG_INFINITY {
        return most;
    }
    // Of most numbers nearly all kinds of error are impossible, and one is by far the likeliest.
    let share = |&log: &f64| match log {
        f64::NEG_INFINITY => 0.0,
        _ if log == most => 1.0,
        _ => (log - most).exp(),
    };
    most + logs.iter().map(share).sum::<f64>().ln()
}
