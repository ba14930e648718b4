//! What a run did to the values of each column.

mod numbers;
mod population;

use std::cmp::Reverse;
use std::collections::BTreeMap;

use lustrate_table::{AttributeId, Column, count_codes};
use serde::Serialize;

use crate::outcome::{Outcome, Repair};

pub use numbers::{HistogramBin, NumberChange, Quantiles};
pub use population::{Population, ValueGroup, ValueShift};

/// Values of a column that are told.
const MOST_VALUES: usize = 8;

/// The values of one column before and after a run, all rows among them, those that are set apart too.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ColumnChange {
    /// The column.
    pub column: String,
    /// The cells that were changed.
    pub changed: u64,
    /// The column as it was read.
    pub before: ColumnProfile,
    /// The column as it is now.
    pub after: ColumnProfile,
    /// Its most frequent values, before or after, eight at most; of equals those that come first in the alphabet.
    pub values: Vec<ValueChange>,
    /// Its numbers; `None` where fewer than nine in ten of its values are some, now.
    pub numbers: Option<NumberChange>,
    /// Whether it still looks like what it is a sample of; `None` where that cannot be asked: no repair gave a cell another
    /// meaning, or no other cell holds a value.
    pub population: Option<Population>,
}

/// How many values a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct ColumnProfile {
    /// Cells.
    pub cells: u64,
    /// Cells in which nothing is written.
    pub missing: u64,
    /// Values that differ.
    pub distinct: u64,
}

/// How many cells hold a value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ValueChange {
    /// The value.
    pub value: String,
    /// Cells that held it.
    pub before: u64,
    /// Cells that hold it now.
    pub after: u64,
}

/// What a run did to the values of each column, in the order of the columns. It counts every cell twice at most, and texts
/// once for each distinct value.
///
/// ```
/// use lustrate::{Settings, column_changes, repair};
/// # use lustrate::{Column, Rules, Table};
/// # fn main() -> Result<(), lustrate::Error> {
/// # let cells = |odd: &'static str| {
/// #     (0..30).map(move |row| Some(if row % 2 == 1 { "x" } else if row == 6 { odd } else { "Rome" })).collect::<Column>()
/// # };
/// # let table = Table::new(vec![("zip".into(), cells("Rome")), ("city".into(), cells("Rone"))]).expect("columns of one length");
/// # let rules = Rules::default();
/// let changes = column_changes(&repair(&table, &rules, &Settings::new())?);
/// assert_eq!((changes[1].before.distinct, changes[1].after.distinct), (3, 2));
/// # Ok(())
/// # }
/// ```
pub fn column_changes(outcome: &Outcome) -> Vec<ColumnChange> {
    let mut repairs: BTreeMap<&str, Vec<&Repair>> = BTreeMap::new();
    for repair in outcome.applied() {
        repairs.entry(&repair.column).or_default().push(repair);
    }
    let asked = repairs.values().filter(|repairs| repairs.iter().any(|repair| !repair.kind.is_form())).count();
    let change = |attribute: AttributeId| {
        let name = outcome.original.schema().name(attribute);
        let repairs = repairs.get(name).map_or(&[][..], Vec::as_slice);
        let counts = Counts::of(outcome, attribute);
        ColumnChange {
            column: name.to_owned(),
            changed: repairs.len() as u64,
            before: counts.profile(|value| value.before, counts.missing.0),
            after: counts.profile(|value| value.after, counts.missing.1),
            values: counts.most_frequent(),
            numbers: numbers::change(&counts),
            population: population::population(&counts, repairs, asked),
        }
    };
    outcome.original.schema().ids().map(change).collect()
}

/// How many cells hold each value of a column.
struct Counts<'a> {
    /// Every value that some cell holds, before or after.
    values: Vec<Counted<'a>>,
    /// Cells without one, before and after.
    missing: (u64, u64),
}

#[derive(Clone, Copy)]
struct Counted<'a> {
    text: &'a str,
    before: u64,
    after: u64,
}

impl<'a> Counts<'a> {
    fn of(outcome: &'a Outcome, attribute: AttributeId) -> Self {
        let [before, after] = [&outcome.original, &outcome.table].map(|table| table.column(attribute));
        let count = |column: &Column| count_codes(column.codes(), column.dictionary().len());
        let (of_before, of_after) = (count(before), count(after));
        let missing = |column: &Column| column.codes().iter().filter(|code| code.is_null()).count() as u64;
        let in_after = |text: &str| after.dictionary().find(text).map_or(0, |code| of_after[code.index()]);
        let old = before.dictionary().iter().map(|(code, text)| Counted {
            text,
            before: u64::from(of_before[code.index()]),
            after: u64::from(in_after(text)),
        });
        let new = after.dictionary().iter().filter(|(_, text)| before.dictionary().find(text).is_none());
        let new = new.map(|(code, text)| Counted { text, before: 0, after: u64::from(of_after[code.index()]) });
        let values = old.chain(new).filter(|value| value.before + value.after > 0).collect();
        Counts { values, missing: (missing(before), missing(after)) }
    }

    fn profile(&self, cells: impl Fn(&Counted<'_>) -> u64, missing: u64) -> ColumnProfile {
        let counts = || self.values.iter().map(&cells);
        let distinct = counts().filter(|&cells| cells > 0).count() as u64;
        ColumnProfile { cells: counts().sum::<u64>() + missing, missing, distinct }
    }

    fn most_frequent(&self) -> Vec<ValueChange> {
        let mut values = self.values.clone();
        values.sort_unstable_by_key(|value| (Reverse(value.before.max(value.after)), value.text));
        values.truncate(MOST_VALUES);
        let named =
            |value: Counted<'_>| ValueChange { value: value.text.to_owned(), before: value.before, after: value.after };
        values.into_iter().map(named).collect()
    }
}

#[cfg(test)]
mod tests {
    use lustrate_table::Table;

    use super::*;
    use crate::{Rules, Settings, repair};

    fn outcome(cells: &[Option<&str>]) -> Outcome {
        let table = Table::new(vec![("a".into(), cells.iter().copied().collect())]).unwrap();
        repair(&table, &Rules::default(), &Settings::new()).unwrap()
    }

    #[test]
    fn a_column_that_nothing_was_done_to_is_the_same_before_and_after() {
        let cells = [Some("b"), None, Some("a"), Some("b"), Some("c")];
        let change = column_changes(&outcome(&cells)).remove(0);
        assert_eq!(change.before, ColumnProfile { cells: 5, missing: 1, distinct: 3 });
        assert_eq!((change.before, change.changed), (change.after, 0));
        let values: Vec<(&str, u64)> = change.values.iter().map(|v| (v.value.as_str(), v.after)).collect();
        assert_eq!(values, [("b", 2), ("a", 1), ("c", 1)]);
        assert_eq!((change.numbers, change.population), (None, None));
    }

    #[test]
    fn a_value_that_is_gone_and_one_that_is_new_are_both_counted() {
        let mut outcome = outcome(&[Some("a"), Some("a"), Some("b")]);
        let cell = lustrate_table::CellId { row: lustrate_table::RowId(2), attribute: AttributeId(0) };
        outcome.table.set(cell, Some("c"));
        let change = column_changes(&outcome).remove(0);
        let counts: Vec<_> = change.values.iter().map(|v| (v.value.as_str(), v.before, v.after)).collect();
        assert_eq!(counts, [("a", 2, 2), ("b", 1, 0), ("c", 0, 1)]);
        assert_eq!((change.before.distinct, change.after.distinct), (2, 2));
    }
}
