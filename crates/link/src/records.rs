//! Rows that are one thing, by how probable that is: a model of Fellegi and Sunter whose weights are learned from the table.
//!
//! [`Records::fit`] compares the rows in the given columns, each by what its values are (texts, codes, days, numbers, prose),
//! and learns what agreement and disagreement weigh (`weights.rs`, `learn.rs`). Which pairs are compared, `blocking.rs` says;
//! [`Records::clusters`] puts together what belongs together, and [`Records::waterfall`] says why. Nothing is named by hand
//! and nothing labelled. The order of the rows and the number of threads make no difference.

mod blocking;
mod clusters;
mod comparisons;
mod field;
mod learn;
mod sample;
mod weights;

use std::hash::BuildHasher;

use foldhash::quality::FixedState;
use lustrate_table::{AttributeId, RowId, Table};
use rayon::prelude::*;

use blocking::{Pair, candidates};
use field::Field;
use weights::Weights;

use crate::map::HashMap;

/// The probability that records of two clusters are one thing, on average over all their pairs, from which on the clusters are
/// joined: rather than not.
const JOINED: f64 = 0.5;

/// Pairs less probable than this are not told.
const LEAST_TOLD: f64 = 0.01;

/// How rows are compared.
#[derive(Clone, Debug)]
pub struct RecordSettings {
    /// The seed of the random pairs. 0.
    pub seed: u64,
    /// The most rows of one key of which all pairs are compared. 16.
    pub block: usize,
    /// The most pairs for each row that keys may bring together. 60.
    pub pairs_per_row: usize,
}

impl Default for RecordSettings {
    fn default() -> Self {
        RecordSettings { seed: 0, block: 16, pairs_per_row: 60 }
    }
}

/// How alike two values of a column are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// The same but for case, blanks and punctuation.
    Same,
    /// One slip apart: a letter or digit wrong, two exchanged, words in another order, day and month exchanged.
    Slip,
    /// Alike in more than half.
    Alike,
    /// Different.
    Differs,
}

impl Level {
    /// All levels, from the most alike.
    pub const ALL: [Level; 4] = [Level::Same, Level::Slip, Level::Alike, Level::Differs];
}

/// How many pairs were compared.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Compared {
    /// The pairs of different rows that were compared.
    pub pairs: u64,
    /// The pairs that share a key and were not compared for it: the key is that of too many rows.
    pub left_out: u64,
}

/// Why two rows are one thing, or not: the log odds before anything is known, and what each column adds. They add up.
#[derive(Clone, Debug, PartialEq)]
pub struct Waterfall {
    /// The prior log odds, to base 2.
    pub prior: f64,
    /// What columns add, in the order of the attributes that were given.
    pub steps: Vec<WaterfallStep>,
    /// The probability that the rows are one thing.
    pub probability: f64,
}

/// What one column adds.
#[derive(Clone, Debug, PartialEq)]
pub struct WaterfallStep {
    /// The column.
    pub attribute: AttributeId,
    /// How alike the rows are in it; `None` where a value is missing.
    pub level: Option<Level>,
    /// The likeness of texts that are not the same, from 0 to 1.
    pub likeness: Option<f64>,
    /// A column in which the rows agree and that tells something of this one, so that this one adds less.
    pub given: Option<AttributeId>,
    /// The weight, to base 2: log₂ m/u.
    pub weight: f64,
}

/// The rows of a table as they are compared, and what was learned.
#[derive(Clone, Debug)]
pub struct Records {
    fields: Vec<Field>,
    /// The record of each row: rows that are the same in all columns are one record.
    of_row: Vec<u32>,
    /// The rows of each record.
    rows: Vec<Vec<RowId>>,
    weights: Weights,
    /// Pairs of records, and how probable it is that they are one thing.
    pairs: Vec<(Pair, f64)>,
    compared: Compared,
}

impl Records {
    /// Learns from the rows what it weighs that two of them agree in each of the columns. Columns that can tell nothing, as those
    /// that number the rows, are left out.
    ///
    /// # Panics
    /// When the table has no such attribute.
    pub fn fit(table: &Table, attributes: &[AttributeId], settings: &RecordSettings) -> Records {
        let every: Vec<RowId> = table.row_ids().collect();
        let of_attribute = |&attribute: &AttributeId| Field::new(attribute, table.column(attribute), &every);
        let mut fields: Vec<Field> = attributes.par_iter().filter_map(of_attribute).collect();
        let (of_row, rows) = records(&fields, table.rows());
        let firsts: Vec<usize> = rows.iter().map(|rows| rows[0].index()).collect();
        fields.iter_mut().for_each(|field| field.keep(&firsts));
        let copies: Vec<u32> = rows.iter().map(|rows| rows.len() as u32).collect();
        let (pairs, compared) = candidates(&fields, rows.len(), settings);
        let (weights, pairs) = learn::learn(&fields, pairs, &copies, settings);
        let probable = |&pair: &Pair| Some((pair, weights.of_pair(&fields, pair))).filter(|(_, p)| *p >= LEAST_TOLD);
        let pairs = pairs.par_iter().filter_map(probable).collect();
        Records { fields, of_row, rows, weights, pairs, compared }
    }

    /// How many pairs were compared.
    pub fn compared(&self) -> Compared {
        self.compared
    }

    /// The columns that are compared, in the order in which they were given.
    pub fn attributes(&self) -> Vec<AttributeId> {
        self.fields.iter().map(|field| field.attribute).collect()
    }

    /// The pairs of rows that are one thing with at least this probability, by their rows, the first before the second. Of
    /// probabilities below 0.01 none is told.
    pub fn pairs(&self, least: f64) -> Vec<(RowId, RowId, f64)> {
        let mut found = Vec::new();
        for (record, rows) in self.rows.iter().enumerate().filter(|(_, rows)| rows.len() > 1) {
            let p = self.of_copies(record);
            if p >= least {
                found.extend(
                    rows.iter()
                        .enumerate()
                        .flat_map(|(place, &one)| rows[place + 1..].iter().map(move |&other| (one, other, p))),
                );
            }
        }
        for &((one, other), p) in self.pairs.iter().filter(|(_, p)| *p >= least) {
            for &one in &self.rows[one as usize] {
                found.extend(self.rows[other as usize].iter().map(|&other| (one.min(other), one.max(other), p)));
            }
        }
        found.sort_by_key(|&(one, other, _)| (one, other));
        found
    }

    /// The rows that are one thing, two or more each, in order and by their first rows. Pairs that are at least so probable are
    /// joined, from the surest on, as far as the rows of both sides are one thing rather than not, on average over all pairs
    /// between them.
    pub fn clusters(&self, threshold: f64) -> Vec<Vec<RowId>> {
        // Where rows that are the same in everything may still be two things, rows that differ are no surer one.
        let told = |record: u32| self.rows[record as usize].len() < 2 || self.of_copies(record as usize) >= threshold;
        let sure = self.pairs.iter().copied().filter(|&((a, b), p)| p >= threshold && told(a) && told(b)).collect();
        let of_pair = |pair: Pair| self.weights.of_pair(&self.fields, pair);
        let joined = clusters::clusters(self.rows.len(), sure, JOINED, of_pair);
        let mut alone: Vec<bool> = vec![true; self.rows.len()];
        joined.iter().flatten().for_each(|&record| alone[record as usize] = false);
        let copies = (0..self.rows.len() as u32)
            .filter(|&record| alone[record as usize] && self.rows[record as usize].len() > 1 && told(record));
        let records = joined.into_iter().chain(copies.map(|record| vec![record]));
        let mut clusters: Vec<Vec<RowId>> = records
            .map(|records| {
                let mut rows: Vec<RowId> =
                    records.iter().flat_map(|&record| self.rows[record as usize].iter().copied()).collect();
                rows.sort_unstable();
                rows
            })
            .collect();
        clusters.sort_unstable();
        clusters
    }

    /// The probability that two rows are one thing.
    ///
    /// # Panics
    /// When the table has no such row.
    pub fn probability(&self, one: RowId, other: RowId) -> f64 {
        self.weights.of_pair(&self.fields, self.pair(one, other))
    }

    /// Why two rows are one thing with the probability that they have.
    ///
    /// # Panics
    /// When the table has no such row.
    pub fn waterfall(&self, one: RowId, other: RowId) -> Waterfall {
        use std::f64::consts::LN_2;
        let pair = self.pair(one, other);
        let levels = weights::levels_of(&self.fields, pair);
        let of_field = |(field, level): (&Field, &Option<Level>)| {
            let apart = level.is_some_and(|level| level != Level::Same);
            let likeness = field.likeness(pair.0 as usize, pair.1 as usize).filter(|_| apart);
            WaterfallStep { attribute: field.attribute, level: *level, likeness, given: None, weight: 0.0 }
        };
        let mut steps: Vec<WaterfallStep> = self.fields.iter().zip(&levels).map(of_field).collect();
        self.weights.shares(&self.fields, pair, &levels, &mut |share| {
            let step = &mut steps[share.field];
            step.given = share.given.map(|field| self.fields[field].attribute);
            step.weight = share.log_weight / LN_2;
        });
        let probability = self.weights.probability(&self.fields, pair, &levels);
        Waterfall { prior: self.weights.prior / LN_2, steps, probability }
    }

    fn of_copies(&self, record: usize) -> f64 {
        self.weights.of_pair(&self.fields, (record as u32, record as u32))
    }

    fn pair(&self, one: RowId, other: RowId) -> Pair {
        let (one, other) = (self.of_row[one.index()], self.of_row[other.index()]);
        (one.min(other), one.max(other))
    }
}

/// The record of each row, and the rows of each record. Records come in an order that depends on their values alone.
fn records(fields: &[Field], rows: usize) -> (Vec<u32>, Vec<Vec<RowId>>) {
    let state = FixedState::default();
    let codes = |row: usize| fields.iter().map(move |field| field.codes[row]);
    let key = |row: usize| -> Vec<u32> { codes(row).collect() };
    let mut of_key: HashMap<Vec<u32>, Vec<RowId>> = HashMap::default();
    for row in (0..rows as u32).map(RowId) {
        of_key.entry(key(row.index())).or_default().push(row);
    }
    let mut records: Vec<(u64, Vec<u32>, Vec<RowId>)> =
        of_key.into_iter().map(|(key, rows)| (state.hash_one(&key), key, rows)).collect();
    records.par_sort_unstable();
    let mut of_row = vec![0u32; rows];
    for ((_, _, rows), record) in records.iter().zip(0..) {
        rows.iter().for_each(|row| of_row[row.index()] = record);
    }
    (of_row, records.into_iter().map(|(_, _, rows)| rows).collect())
}
