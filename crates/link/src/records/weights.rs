//! What agreement and disagreement in each column weighs.
//!
//! Fellegi & Sunter, "A theory for record linkage", JASA 64 (1969): of two records that are one thing a column shows level l
//! with probability m(l), of two that are not with u(l), and the weights ln m(l)/u(l) of the columns add up to the log odds.
//!
//! Agreement on a value weighs by how rare the value is: u(same) is its frequency (Winkler, "Frequency-based matching in the
//! Fellegi–Sunter model of record linkage", 2000). Columns are not independent: who has the postcode has the town, and who
//! has the telephone number is of the family. u of a column is therefore that of pairs that agree in an earlier column, of
//! those that tell something of it the one that tells most (a dependence tree as of Chow & Liu, "Approximating discrete
//! probability distributions with dependence trees", 1968, chosen for each pair of records).

use super::Level;
use super::blocking::Pair;
use super::field::Field;

/// The number of levels.
pub(super) const LEVELS: usize = 4;

/// The probability of each level.
pub(super) type Probabilities = [f64; LEVELS];

/// The weights of all columns, and the prior.
#[derive(Clone, Debug)]
pub(super) struct Weights {
    /// ln λ/(1 − λ), with λ the share of all pairs that are one thing.
    pub prior: f64,
    /// Of each field, in pairs that are one thing.
    pub m: Vec<Probabilities>,
    /// Of each field, in pairs that are not.
    pub u: Vec<Probabilities>,
    /// For each field those that tell something of it, with u where they are the same, the most telling first.
    pub given: Vec<Vec<(usize, Probabilities)>>,
    /// The fields from the one in which two records agree the most seldom.
    pub order: Vec<usize>,
}

/// The share that a field has in the log odds.
#[derive(Clone, Copy, Debug)]
pub(super) struct Share {
    pub field: usize,
    /// The field that is the same in both records and tells something of this one.
    pub given: Option<usize>,
    /// ln m/u.
    pub log_weight: f64,
}

impl Weights {
    /// The probability that two records are one thing.
    pub fn probability(&self, fields: &[Field], pair: Pair, levels: &[Option<Level>]) -> f64 {
        let mut log_odds = self.prior;
        self.shares(fields, pair, levels, &mut |share| log_odds += share.log_weight);
        1.0 / (1.0 + (-log_odds).exp())
    }

    /// The same of records whose levels are not known yet.
    pub fn of_pair(&self, fields: &[Field], pair: Pair) -> f64 {
        self.probability(fields, pair, &levels_of(fields, pair))
    }

    /// What each field adds to the log odds, in the order in which they are asked. Missing values add nothing.
    pub fn shares(&self, fields: &[Field], pair: Pair, levels: &[Option<Level>], each: &mut impl FnMut(Share)) {
        for &field in &self.order {
            let Some(level) = levels[field] else { continue };
            let given = self.given[field].iter().find(|(earlier, _)| levels[*earlier] == Some(Level::Same));
            let mut u = given.map_or(self.u[field], |&(_, u)| u);
            if level == Level::Same {
                let of_value = fields[field].chance_of(pair.0 as usize);
                u[0] = if given.is_some() { u[0].max(of_value) } else { of_value };
            }
            let log_weight = log_weight(self.m[field], u, level);
            each(Share { field, given: given.map(|&(earlier, _)| earlier), log_weight });
        }
    }
}

/// The level of each field in a pair; `None` where a value is missing.
pub(super) fn levels_of(fields: &[Field], (one, other): Pair) -> Vec<Option<Level>> {
    fields.iter().map(|field| field.level(one as usize, other as usize)).collect()
}

/// ln m/u of a level. What is less alike never weighs more than what is more alike, a difference never speaks for, and
/// agreement never against.
fn log_weight(m: Probabilities, u: Probabilities, level: Level) -> f64 {
    let same = (m[0] / u[0]).ln().max(0.0);
    let weight = (1..=level as usize).map(|level| (m[level] / u[level]).ln()).fold(same, f64::min);
    if level == Level::Differs { weight.min(0.0) } else { weight }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn less_alike_never_weighs_more() {
        let (m, u) = ([0.8, 0.1, 0.05, 0.05], [0.01, 0.0001, 0.2, 0.7899]);
        let weight = |level| log_weight(m, u, level);
        assert_eq!(weight(Level::Same), 80f64.ln());
        assert_eq!(weight(Level::Slip), weight(Level::Same), "a slip is as good as the same at most");
        assert_eq!(weight(Level::Alike), 0.25f64.ln());
        assert!(weight(Level::Differs) < weight(Level::Alike));
    }
}
