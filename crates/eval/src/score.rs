//! How much of a repair was right: dirty, repaired and true table compared cell by cell.

mod fold;
mod report;

use std::collections::HashMap;
use std::hash::Hash;
use std::iter::Sum;

use lustrate_table::{Column, Table};
use serde::ser::{SerializeMap, Serializer};

use fold::fold;
pub use report::Detail;

/// The comparison of a repaired table with its truth, under both readings of "the same".
///
/// Serialises to the JSON of the reference implementation: `{"raw": {…}, "normalised": {…}}`.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct Score {
    /// Cells are the same where their texts are; a missing cell is the empty text.
    pub raw: TableScore,
    /// Case, outer white space, spellings of missing and of numbers (`12.0` and `12`) are folded first.
    pub normalised: TableScore,
}

/// The tally of a whole table and of its columns.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct TableScore {
    /// All cells.
    #[serde(flatten)]
    pub total: Tally,
    /// The columns with an error or a change, in the order of the dirty table. In JSON a map by name.
    #[serde(serialize_with = "as_map")]
    pub columns: Vec<(String, Tally)>,
}

/// Counts of cells, and the rates that follow from them, rounded to four places. Tallies add up: the rates of a sum are
/// those of its counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Tally {
    /// Cells in which the dirty table differs from the truth.
    pub errors: u64,
    /// Cells in which the repaired table differs from the dirty one.
    pub changed: u64,
    /// Changed cells that now equal the truth.
    pub correct: u64,
    /// Cells that were right before and are wrong now.
    pub broken: u64,
    /// Cells in which the repaired table differs from the truth.
    pub after: u64,
    /// `correct / changed`. Without a change: 1 where there was no error, else 0.
    pub precision: f64,
    /// `correct / errors`; 1 where there was no error.
    pub recall: f64,
    /// The harmonic mean of precision and recall.
    pub f1: f64,
    /// Error drop rate: `(errors - after) / errors`, negative where the repair did harm; 0 where there was no error.
    pub edr: f64,
}

/// Why three tables cannot be compared.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ScoreError {
    /// The tables have different numbers of rows.
    #[error("rows differ: dirty {dirty}, repaired {repaired}, truth {truth}")]
    Rows {
        /// Rows of the dirty table.
        dirty: usize,
        /// Rows of the repaired table.
        repaired: usize,
        /// Rows of the truth.
        truth: usize,
    },
    /// The truth has more or fewer columns than the dirty table.
    #[error("columns differ: dirty {dirty}, truth {truth}")]
    Columns {
        /// Columns of the dirty table.
        dirty: usize,
        /// Columns of the truth.
        truth: usize,
    },
    /// Columns of the dirty table that the repaired one does not have, in order.
    #[error("repaired lacks columns: {}", .0.join(", "))]
    Lacking(Vec<String>),
}

/// Scores a repair.
///
/// Rows are matched by position. Columns of `repaired` are matched by the names of `dirty`, and further columns of it
/// are ignored; columns of `truth` are matched by position, since published truths name them otherwise.
///
/// # Errors
/// When the tables have different numbers of rows, `truth` another number of columns, or `repaired` lacks one.
pub fn score(dirty: &Table, repaired: &Table, truth: &Table) -> Result<Score, ScoreError> {
    let triples = matching_columns(dirty, repaired, truth)?;
    let mut raw = Vec::with_capacity(triples.len());
    let mut normalised = Vec::with_capacity(triples.len());
    for (attribute, columns) in dirty.schema().ids().zip(triples) {
        let name = dirty.schema().name(attribute);
        raw.push((name.to_owned(), Tally::of(columns, str::to_owned)));
        normalised.push((name.to_owned(), Tally::of(columns, fold)));
    }
    Ok(Score { raw: TableScore::new(raw), normalised: TableScore::new(normalised) })
}

/// The columns to compare with each other: dirty, repaired, truth.
type Triple<'a> = [&'a Column; 3];

fn matching_columns<'a>(
    dirty: &'a Table,
    repaired: &'a Table,
    truth: &'a Table,
) -> Result<Vec<Triple<'a>>, ScoreError> {
    if dirty.rows() != repaired.rows() || dirty.rows() != truth.rows() {
        return Err(ScoreError::Rows { dirty: dirty.rows(), repaired: repaired.rows(), truth: truth.rows() });
    }
    if dirty.schema().len() != truth.schema().len() {
        return Err(ScoreError::Columns { dirty: dirty.schema().len(), truth: truth.schema().len() });
    }
    let mut lacking = Vec::new();
    let mut triples = Vec::with_capacity(dirty.schema().len());
    for id in dirty.schema().ids() {
        match repaired.schema().find(dirty.schema().name(id)) {
            Some(same_name) => triples.push([dirty.column(id), repaired.column(same_name), truth.column(id)]),
            None => lacking.push(dirty.schema().name(id).to_owned()),
        }
    }
    if lacking.is_empty() { Ok(triples) } else { Err(ScoreError::Lacking(lacking)) }
}

impl TableScore {
    fn new(mut columns: Vec<(String, Tally)>) -> Self {
        let total = columns.iter().map(|(_, tally)| *tally).sum();
        columns.retain(|(_, tally)| tally.errors > 0 || tally.changed > 0);
        TableScore { total, columns }
    }
}

impl Sum for Tally {
    fn sum<I: Iterator<Item = Tally>>(tallies: I) -> Tally {
        let mut total = Tally::default();
        for tally in tallies {
            total.errors += tally.errors;
            total.changed += tally.changed;
            total.correct += tally.correct;
            total.broken += tally.broken;
            total.after += tally.after;
        }
        total.with_rates()
    }
}

impl Tally {
    /// Compares three columns by a key of their values: cells are the same where their keys are.
    fn of<K: Eq + Hash>(columns: Triple<'_>, key: impl Fn(&str) -> K) -> Self {
        let mut keys = HashMap::new();
        let [dirty, repaired, truth] = columns.map(|column| ids_of_cells(column, &mut keys, &key));
        let mut tally = Tally::default();
        for ((d, r), t) in dirty.into_iter().zip(repaired).zip(truth) {
            tally.errors += u64::from(d != t);
            tally.changed += u64::from(d != r);
            tally.correct += u64::from(d != r && r == t);
            tally.broken += u64::from(d == t && r != t);
            tally.after += u64::from(r != t);
        }
        tally.with_rates()
    }

    fn with_rates(self) -> Self {
        let part = |of: u64, whole: u64| of as f64 / whole as f64;
        let precision = match (self.changed, self.errors) {
            (0, 0) => 1.0,
            (0, _) => 0.0,
            (changed, _) => part(self.correct, changed),
        };
        let recall = if self.errors == 0 { 1.0 } else { part(self.correct, self.errors) };
        let sum = precision + recall;
        let f1 = if sum == 0.0 { 0.0 } else { 2.0 * precision * recall / sum };
        let edr = if self.errors == 0 { 0.0 } else { (self.errors as f64 - self.after as f64) / self.errors as f64 };
        Tally { precision: rounded(precision), recall: rounded(recall), f1: rounded(f1), edr: rounded(edr), ..self }
    }
}

/// One number a row, equal where the keys of the cells are. The map carries the numbers from column to column.
fn ids_of_cells<K: Eq + Hash>(column: &Column, keys: &mut HashMap<K, usize>, key: impl Fn(&str) -> K) -> Vec<usize> {
    let mut id = |text: &str| {
        let next = keys.len();
        *keys.entry(key(text)).or_insert(next)
    };
    let of_code: Vec<usize> = column.dictionary().iter().map(|(_, text)| id(text)).collect();
    let of_null = id("");
    column.codes().iter().map(|code| if code.is_null() { of_null } else { of_code[code.index()] }).collect()
}

/// Rounds the decimal expansion to four places, a tie to the even digit, which is what Python's `round` does.
fn rounded(rate: f64) -> f64 {
    format!("{rate:.4}").parse().expect("a formatted number parses")
}

fn as_map<S: Serializer>(columns: &[(String, Tally)], serializer: S) -> Result<S::Ok, S::Error> {
    let mut map = serializer.serialize_map(Some(columns.len()))?;
    for (name, tally) in columns {
        map.serialize_entry(name, tally)?;
    }
    map.end()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(columns: &[(&str, &[&str])]) -> Table {
        let columns = columns.iter().map(|(name, cells)| {
            let cells = cells.iter().map(|cell| (*cell != "null").then_some(*cell));
            ((*name).to_owned(), cells.collect())
        });
        Table::new(columns.collect()).unwrap()
    }

    #[test]
    fn each_cell_is_counted_by_what_happened_to_it() {
        let dirty = table(&[("city", &["Rom", "Oslo", "Bern", "Pari", "Kiev"])]);
        let repaired = table(&[("city", &["Rome", "Oslo", "Berlin", "Parma", "Kiev"])]);
        let truth = table(&[("city", &["Rome", "Oslo", "Bern", "Paris", "Kyiv"])]);
        let tally = score(&dirty, &repaired, &truth).unwrap().raw.total;
        assert_eq!((tally.errors, tally.changed, tally.correct, tally.broken, tally.after), (3, 3, 1, 1, 3));
        assert_eq!((tally.precision, tally.recall, tally.f1, tally.edr), (0.3333, 0.3333, 0.3333, 0.0));
    }

    #[test]
    fn a_missing_cell_is_the_empty_text() {
        let dirty = table(&[("a", &["null", ""])]);
        let truth = table(&[("a", &["", "null"])]);
        assert_eq!(score(&dirty, &dirty, &truth).unwrap().raw.total.errors, 0);
    }

    #[test]
    fn columns_match_by_name_in_the_repair_and_by_place_in_the_truth() {
        let dirty = table(&[("a", &["1"]), ("b", &["2"])]);
        let repaired = table(&[("more", &["x"]), ("b", &["2"]), ("a", &["1"])]);
        let truth = table(&[("A", &["1"]), ("B", &["2"])]);
        let score = score(&dirty, &repaired, &truth).unwrap();
        assert_eq!((score.raw.total.errors, score.raw.total.changed), (0, 0));
        assert!(score.raw.columns.is_empty());
    }

    #[test]
    fn unequal_tables_are_refused() {
        let two = table(&[("a", &["1"]), ("b", &["2"])]);
        let longer = table(&[("a", &["1", "2"]), ("b", &["2", "3"])]);
        let one = table(&[("a", &["1"])]);
        let message = |dirty, repaired, truth| score(dirty, repaired, truth).unwrap_err().to_string();
        assert_eq!(message(&two, &longer, &two), "rows differ: dirty 1, repaired 2, truth 1");
        assert_eq!(message(&two, &two, &one), "columns differ: dirty 2, truth 1");
        assert_eq!(message(&two, &one, &two), "repaired lacks columns: b");
    }

    #[test]
    fn the_rates_of_a_sum_are_those_of_its_counts() {
        let one = Tally { errors: 2, changed: 1, correct: 1, after: 1, ..Tally::default() };
        let other = Tally { errors: 2, changed: 3, correct: 1, broken: 1, after: 2, ..Tally::default() };
        let sum: Tally = [one, other].into_iter().sum();
        assert_eq!((sum.errors, sum.changed, sum.correct, sum.broken, sum.after), (4, 4, 2, 1, 3));
        assert_eq!((sum.precision, sum.recall, sum.f1, sum.edr), (0.5, 0.5, 0.5, 0.25));
    }

    #[test]
    fn rates_are_rounded_as_python_rounds() {
        // The halves are not halves in binary: 0.00005 lies above one, 0.00015 below.
        assert_eq!([0.00005, 0.00015, 2.0 / 3.0, 0.03125].map(rounded), [0.0001, 0.0001, 0.6667, 0.0312]);
    }
}
