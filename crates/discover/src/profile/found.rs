//! What a search makes of a column.

use std::collections::BTreeMap;

use lustrate_values::ColumnType;

use super::values::{Value, cells, sample};
use super::{ColumnKind, slips};

/// A kind and how it reads every value.
#[derive(Clone, Debug)]
pub(super) struct Found {
    pub(super) kind: ColumnKind,
    /// What it makes of each value, in their order.
    pub(super) readings: Vec<Reading>,
    /// The declaration that fits, where there is one.
    pub(super) column_type: Option<ColumnType>,
    /// What whole texts match, as a rule writes it between slashes.
    pub(super) pattern: Option<String>,
}

/// What a kind makes of a value.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Reading {
    /// Nothing: it is of another kind.
    Unread,
    /// One of its values.
    Read,
    /// The number that it is compared by.
    Number(f64),
}

/// A kind is that of a column if it reads this share of the cells with a value.
pub(super) const MOST: f64 = 0.9;
/// A declaration reads this share of the cells,
const DECLARED: f64 = 0.95;
/// breaks on no shape of values that has more than this share of them, as what repeats is meant,
const MEANT: f64 = 0.01;
/// and writes no more than this share otherwise.
const REWRITTEN: f64 = 0.1;
/// Of fewer cells nothing is declared.
const FEWEST: u64 = 20;
/// A number or a date is no longer than this, in bytes.
const LONGEST: usize = 256;

impl Found {
    pub(super) fn new(kind: ColumnKind, readings: Vec<Reading>) -> Found {
        Found { kind, readings, column_type: None, pattern: None }
    }

    /// Declares a type, if that is safe: if it reads nearly all values, leaves nearly all as they are written, and if what
    /// it does not read are single values rather than a way of writing.
    pub(super) fn declared(mut self, column_type: ColumnType, values: &[Value<'_>]) -> Found {
        self.column_type = is_safe(&column_type, values).then_some(column_type);
        self
    }

    /// The cells that the kind reads.
    pub(super) fn read(&self, values: &[Value<'_>]) -> u64 {
        let read = values.iter().zip(&self.readings).filter(|(_, reading)| **reading != Reading::Unread);
        read.map(|(value, _)| value.cells).sum()
    }

    /// The numbers that the values stand for, and the cells of each.
    pub(super) fn numbers(&self, values: &[Value<'_>]) -> Vec<(f64, u64)> {
        let number = |(value, reading): (&Value<'_>, &Reading)| match reading {
            Reading::Number(number) => Some((*number, value.cells)),
            _ => None,
        };
        values.iter().zip(&self.readings).filter_map(number).collect()
    }
}

/// Whether a share of some cells is enough for a kind.
pub(super) fn is_most(read: u64, whole: u64) -> bool {
    read > 0 && read as f64 >= MOST * whole as f64
}

/// Whether a share of some cells is enough for a declaration of the rest.
pub(super) fn is_nearly_all(read: u64, whole: u64) -> bool {
    whole >= FEWEST && read as f64 >= DECLARED * whole as f64
}

fn is_safe(column_type: &ColumnType, values: &[Value<'_>]) -> bool {
    if *column_type == ColumnType::Text {
        return is_nearly_all(cells(values), cells(values));
    }
    let values = &sample(values)[..];
    let whole = cells(values);
    let mut rewritten = 0;
    let reading = |value: &Value<'_>| {
        // No text of a number or a date is longer.
        let read = (value.text.len() <= LONGEST).then(|| column_type.read(value.text));
        match read.flatten() {
            Some(read) => {
                rewritten += if read.canonical.is_some() { value.cells } else { 0 };
                Reading::Read
            }
            None => Reading::Unread,
        }
    };
    let found = Found::new(ColumnKind::Text, values.iter().map(reading).collect());
    if !is_nearly_all(found.read(values), whole) || rewritten as f64 > REWRITTEN * whole as f64 {
        return false;
    }
    let mut alike: BTreeMap<String, u64> = BTreeMap::new();
    for value in slips::unexplained(values, &found) {
        *alike.entry(slips::letter_by_letter(value.text)).or_default() += value.cells;
    }
    let meant = (MEANT * whole as f64).max(1.0);
    alike.into_values().all(|cells| cells as f64 <= meant)
}
