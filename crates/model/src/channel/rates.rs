//! The rates of noise: sums over cells, and the probabilities that they give.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use super::{ByNoise, NOISES, Noise};
use crate::map::HashMap;
use crate::text::edits::Emission;

/// Expected counts of noise in one column: a mergeable sum over its cells.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct NoiseTally {
    /// The cells looked at.
    pub(crate) cells: f64,
    /// The expected number of wrong cells, over the cells that are more probably wrong than right.
    pub(crate) errors: f64,
    /// The expected number of errors of each kind.
    pub(crate) kinds: ByNoise,
    /// The expected number of unrelated errors that read each text.
    pub(crate) unrelated: BTreeMap<String, f64>,
    /// The expected number of stray errors that added each character.
    pub(crate) stray: BTreeMap<char, f64>,
    /// The number of changes of each kind that other rows with the same key bear out.
    pub(crate) borne_out: ByNoise,
    /// The emissions of probable typing errors.
    pub(crate) emissions: Vec<(Emission, f64)>,
}

impl NoiseTally {
    /// Adds the sums of other cells.
    pub(crate) fn merge(&mut self, other: NoiseTally) {
        self.cells += other.cells;
        self.errors += other.errors;
        for (kind, sum) in self.kinds.iter_mut().zip(other.kinds) {
            *kind += sum;
        }
        for (kind, sum) in self.borne_out.iter_mut().zip(other.borne_out) {
            *kind += sum;
        }
        for (text, sum) in other.unrelated {
            *self.unrelated.entry(text).or_default() += sum;
        }
        for (character, sum) in other.stray {
            *self.stray.entry(character).or_default() += sum;
        }
        for (emission, sum) in other.emissions {
            self.add_emission(emission, sum);
        }
    }

    /// Counts an emission of a typing error.
    pub(crate) fn add_emission(&mut self, emission: Emission, times: f64) {
        match self.emissions.binary_search_by_key(&emission, |&(emission, _)| emission) {
            Ok(place) => self.emissions[place].1 += times,
            Err(place) => self.emissions.insert(place, (emission, times)),
        }
    }
}

/// The noise of the whole table: what the columns share.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct TableNoise {
    /// The mean share of wrong cells over the columns.
    mean_error_rate: f64,
    shares: ByNoise,
    /// The number of changes of each kind that other rows with the same key bear out, over the columns.
    borne_out: ByNoise,
    emissions: LogEmissions,
}

/// The log probability of each thing that a typing error puts into a text.
#[derive(Clone, Debug, PartialEq)]
struct LogEmissions {
    delete: f64,
    /// Of characters that were seen, in their order.
    substitute: Vec<(char, f64)>,
    insert: Vec<(char, f64)>,
    /// Of one that was not.
    other_substitute: f64,
    other_insert: f64,
}

impl LogEmissions {
    fn new(seen: &BTreeMap<Emission, f64>) -> Self {
        let emitted: f64 = seen.values().sum();
        let log = |base: f64, times: f64| ((times + EMISSION_WEIGHT * base) / (emitted + EMISSION_WEIGHT)).ln();
        let (delete, substitute, insert) = (0.3, 0.5 / 60.0, 0.2 / 60.0);
        let mut logs = LogEmissions {
            delete: log(delete, seen.get(&Emission::Delete).copied().unwrap_or(0.0)),
            substitute: Vec::new(),
            insert: Vec::new(),
            other_substitute: log(substitute, 0.0),
            other_insert: log(insert, 0.0),
        };
        for (&emission, &times) in seen {
            match emission {
                Emission::Substitute(c) => logs.substitute.push((c, log(substitute, times))),
                Emission::Insert(c) => logs.insert.push((c, log(insert, times))),
                Emission::Delete => {}
            }
        }
        logs
    }

    fn of(&self, emission: Emission) -> f64 {
        let (seen, c, other) = match emission {
            Emission::Delete => return self.delete,
            Emission::Substitute(c) => (&self.substitute, c, self.other_substitute),
            Emission::Insert(c) => (&self.insert, c, self.other_insert),
        };
        seen.binary_search_by_key(&c, |&(c, _)| c).map_or(other, |place| seen[place].1)
    }
}

/// The weight of the prior in the shares of kinds and in the emissions, in errors.
const SHARE_WEIGHT: f64 = 20.0;
const EMISSION_WEIGHT: f64 = 20.0;
/// A table is never taken for cleaner than this: two wrong cells in ten thousand.
const LEAST_MEAN: f64 = 2e-4;
/// Errors that may have gone unseen (Jeffreys' prior): thirty cells without an error do not show that one cell in ten
/// thousand is wrong.
const UNSEEN_ERRORS: f64 = 0.5;
/// Errors of a kind that a table must show for it to be one of its kinds.
const SHOWN: f64 = 3.0;
/// The share of wrong cells that is assumed before anything is seen.
const FIRST_ERROR_RATE: f64 = 0.1;

impl TableNoise {
    /// What is assumed before anything is seen.
    pub(crate) fn prior() -> Self {
        TableNoise {
            mean_error_rate: FIRST_ERROR_RATE,
            shares: NOISES.map(Noise::prior_share),
            borne_out: [0.0; NOISES.len()],
            emissions: LogEmissions::new(&BTreeMap::new()),
        }
    }

    /// What the columns show.
    pub(crate) fn new<'a>(columns: impl Iterator<Item = &'a NoiseTally> + Clone) -> Self {
        let looked_at = columns.clone().filter(|tally| tally.cells > 0.0);
        let rates: Vec<f64> = looked_at.map(|tally| tally.errors / tally.cells).collect();
        let mean = if rates.is_empty() { 0.0 } else { rates.iter().sum::<f64>() / rates.len() as f64 };
        let mut kinds = NOISES.map(Noise::prior_share).map(|share| share * SHARE_WEIGHT);
        let mut emissions: BTreeMap<Emission, f64> = BTreeMap::new();
        let mut borne_out = [0.0; NOISES.len()];
        for tally in columns {
            for (kind, sum) in kinds.iter_mut().zip(tally.kinds) {
                *kind += sum;
            }
            for (kind, sum) in borne_out.iter_mut().zip(tally.borne_out) {
                *kind += sum;
            }
            for &(emission, sum) in &tally.emissions {
                *emissions.entry(emission).or_default() += sum;
            }
        }
        let total: f64 = kinds.iter().sum();
        let shares = kinds.map(|kind| kind / total);
        let emissions = LogEmissions::new(&emissions);
        TableNoise { mean_error_rate: mean.max(LEAST_MEAN), shares, borne_out, emissions }
    }

    /// Whether the table shows errors of a kind where other rows say what was meant: where it does not, what merely looks
    /// like one may be as it was meant.
    pub(crate) fn shows(&self, kind: Noise) -> bool {
        self.borne_out[kind.index()] >= SHOWN
    }

    /// The log probability that a typing error emits this.
    pub(crate) fn log_emission(&self, emission: Emission) -> f64 {
        self.emissions.of(emission)
    }
}

/// The noise of one column.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct ColumnNoise {
    /// The share of wrong cells.
    pub(crate) error_rate: f64,
    shares: ByNoise,
    log_shares: ByNoise,
    /// Expected unrelated errors by text.
    unrelated: HashMap<String, f64>,
    unrelated_total: f64,
    /// The part of the total that is left out: one error for each text that was read, or what was expected of less.
    unrelated_single: f64,
    stray: BTreeMap<char, f64>,
    stray_total: f64,
    alien: Vec<char>,
}

/// Longer texts are taken to be of so many characters.
const LONGEST: usize = 400;
/// The probability of a string of so many characters, whichever it is.
static ANY_STRING: LazyLock<[f64; LONGEST + 1]> =
    LazyLock::new(|| std::array::from_fn(|characters| (1.0 / 60.0) * 40.0_f64.powi(-(characters as i32))));

/// Pseudo-counts of the broad base in the emission of unrelated errors.
const BROAD_WEIGHT: f64 = 20.0;

impl ColumnNoise {
    /// The share of a kind of noise among the wrong cells.
    pub(crate) fn share(&self, noise: Noise) -> f64 {
        self.shares[noise.index()]
    }

    /// What is assumed before anything is seen; `placeholders` are texts that stand for missing values, with the
    /// number of cells that hold each; `alien` are the characters that do not belong to the column.
    pub(crate) fn prior(placeholders: BTreeMap<String, f64>, alien: Vec<char>) -> Self {
        let tally = NoiseTally { unrelated: placeholders, ..NoiseTally::default() };
        let mut noise = Self::new(&tally, &TableNoise::prior(), alien);
        noise.error_rate = FIRST_ERROR_RATE;
        noise
    }

    /// What the cells of the column show, with the table as prior.
    pub(crate) fn new(tally: &NoiseTally, table: &TableNoise, alien: Vec<char>) -> Self {
        let error_rate = (tally.errors + 0.1 * tally.cells * table.mean_error_rate + UNSEEN_ERRORS)
            / (1.1 * tally.cells + 2.0 * UNSEEN_ERRORS);
        let total: f64 = tally.kinds.iter().sum::<f64>() + SHARE_WEIGHT;
        let mut shares = table.shares;
        for (share, sum) in shares.iter_mut().zip(tally.kinds) {
            *share = (sum + SHARE_WEIGHT * *share) / total;
        }
        ColumnNoise {
            error_rate: error_rate.clamp(1e-4, 0.5),
            shares,
            log_shares: shares.map(|share| share.max(1e-6).ln()),
            unrelated_total: tally.unrelated.values().sum(),
            unrelated_single: tally.unrelated.values().map(|seen| seen.min(1.0)).sum(),
            unrelated: tally.unrelated.iter().map(|(text, &seen)| (text.clone(), seen)).collect(),
            stray_total: tally.stray.values().sum(),
            stray: tally.stray.clone(),
            alien,
        }
    }

    pub(crate) fn log_share(&self, kind: Noise) -> f64 {
        self.log_shares[kind.index()]
    }

    /// The log probability that an unrelated error reads a text: what such errors were seen to read, over a broad
    /// base of the column's own language, of the values of other columns (`foreign`, the share of the text among them),
    /// and of strings in general. One expected error is left out, because the cell that is asked about is among those
    /// counted; what it leaves goes to the base, so that errors that all differ keep their probability (as a Pitman-Yor
    /// process of discount one would have it).
    pub(crate) fn log_emission(&self, text: &str, characters: usize, log_prior: f64, foreign: f64) -> f64 {
        let any_string = ANY_STRING[characters.min(LONGEST)];
        let base = 0.4 * log_prior.min(0.0).exp() + 0.3 * foreign + 0.3 * any_string + 1e-300;
        let repeated = (self.unrelated.get(text).copied().unwrap_or(0.0) - 1.0).max(0.0);
        let broad = BROAD_WEIGHT + self.unrelated_single;
        ((repeated + broad * base) / (self.unrelated_total + BROAD_WEIGHT)).ln()
    }

    /// The probability that a stray error adds this character.
    pub(crate) fn stray_emission(&self, character: char) -> f64 {
        let seen = self.stray.get(&character).copied().unwrap_or(0.0);
        let base = if self.alien.contains(&character) { 1.0 / 300.0 } else { 1.0 / 6000.0 };
        0.7 * (seen + 0.02) / (self.stray_total + 2.0) + 0.3 * base
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_emission_that_repeats_is_learned() {
        let mut tally = NoiseTally::default();
        (0..400).for_each(|_| tally.add_emission(Emission::Substitute('x'), 1.0));
        let learned = TableNoise::new([&tally].into_iter());
        let prior = TableNoise::prior();
        assert!(learned.log_emission(Emission::Substitute('x')) > prior.log_emission(Emission::Substitute('x')) + 3.0);
        assert!(learned.log_emission(Emission::Substitute('q')) < prior.log_emission(Emission::Substitute('q')) - 2.0);
    }

    #[test]
    fn a_single_unrelated_error_does_not_explain_itself() {
        let tally = |times| NoiseTally { unrelated: [("n/k".to_owned(), times)].into(), ..NoiseTally::default() };
        let log =
            |times| ColumnNoise::new(&tally(times), &TableNoise::prior(), vec![]).log_emission("n/k", 3, -12.0, 0.0);
        assert!(log(1.0) < -8.0);
        assert!(log(40.0) > -1.0);
    }
}
