//! Values that are unlike the others of their column.

use std::collections::BTreeMap;
use std::fmt;

use lustrate_table::Code;

use super::found::{Found, Reading};
use super::members::misspelt;
use super::shapes::{Shape, shape};
use super::spread::bounds;
use super::values::{Value, cells};
use super::{ColumnKind, Numbering};

/// A value that is unlike the others of its column.
#[derive(Clone, Debug, PartialEq)]
pub struct Suspicious {
    /// The value, in the dictionary of its column.
    pub code: Code,
    /// The cells that hold it.
    pub cells: u64,
    /// What is unlike.
    pub doubt: Doubt,
}

/// Why a value is suspicious. It displays as a clause about the value: `is no integer`.
#[derive(Clone, Debug, PartialEq)]
pub enum Doubt {
    /// It is nearly as another value is written.
    Misspelling {
        /// The other value.
        of: String,
    },
    /// The kind of the column does not read it.
    Unread {
        /// What it is not: `integer`.
        kind: &'static str,
    },
    /// It is rare where the other values repeat.
    Rare,
    /// It lies far from the other numbers or moments.
    FarOff,
    /// Few values look so, where nearly all look alike.
    RareShape {
        /// How it looks.
        shape: String,
    },
    /// It has blanks around it, and few others do.
    Blanks,
}

/// A shape is rare in a smaller share of the cells,
const RARE: f64 = 0.01;
/// where so few shapes
const USUAL_SHAPES: usize = 3;
/// are those of this share of the cells.
const USUAL: f64 = 0.97;

impl fmt::Display for Doubt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Doubt::Misspelling { of } => write!(f, "reads nearly as `{of}`"),
            Doubt::Unread { kind } => write!(f, "is no {kind}"),
            Doubt::Rare => f.write_str("is rare where the other values repeat"),
            Doubt::FarOff => f.write_str("lies far from all others"),
            Doubt::RareShape { shape } => write!(f, "is written as few others are: {shape}"),
            Doubt::Blanks => f.write_str("has blanks around it"),
        }
    }
}

/// All suspicious values, those in most cells first, then in the order of their texts.
pub(super) fn suspicious(values: &[Value<'_>], found: &Found, shapes: &[Shape]) -> Vec<Suspicious> {
    let members: Vec<&Value<'_>> = match found.kind {
        ColumnKind::Enumeration { .. } | ColumnKind::Boolean { .. } | ColumnKind::Constant(_) => {
            let of_kind = values.iter().zip(&found.readings).filter(|(_, reading)| **reading != Reading::Unread);
            of_kind.map(|(value, _)| value).collect()
        }
        _ => Vec::new(),
    };
    let far = bounds(&mut found.numbers(values));
    let rare = rare_shapes(values, found, shapes);
    let whole = cells(values) as f64;
    let padded = cells(values.iter().filter(|value| value.padded)) as f64;
    let doubt = |value: &Value<'_>, reading: &Reading| match *reading {
        Reading::Unread => Some(match misspelt(value, &members) {
            Some(member) => Doubt::Misspelling { of: member.text.to_owned() },
            None if !members.is_empty() => Doubt::Rare,
            None => Doubt::Unread { kind: what(&found.kind) },
        }),
        Reading::Number(number) if far.is_some_and(|(low, high)| !(low..=high).contains(&number)) => {
            Some(Doubt::FarOff)
        }
        _ if value.padded && padded <= RARE * whole => Some(Doubt::Blanks),
        _ if rare.is_empty() => None,
        _ => {
            let shape = shape(value.text);
            rare.contains_key(shape.as_str()).then_some(Doubt::RareShape { shape })
        }
    };
    let mut found: Vec<Suspicious> = values
        .iter()
        .zip(&found.readings)
        .filter_map(|(value, reading)| {
            Some(Suspicious { code: value.code, cells: value.cells, doubt: doubt(value, reading)? })
        })
        .collect();
    found.sort_by_key(|suspicious| std::cmp::Reverse(suspicious.cells));
    found
}

/// What a value of another kind is not.
fn what(kind: &ColumnKind) -> &'static str {
    match kind {
        ColumnKind::Code(Numbering::Shape) => "code of these shapes",
        ColumnKind::Phone => "phone number as the others are",
        ColumnKind::Measured { .. } => "number with this unit",
        ColumnKind::Moment { .. } => match kind.name() {
            "date" => "date in these forms",
            "time of day" => "time of day in this form",
            _ => "date with a time in these forms",
        },
        kind => kind.name(),
    }
}

/// The shapes that few cells have, in a column of texts of which nearly all look alike.
fn rare_shapes<'s>(values: &[Value<'_>], found: &Found, shapes: &'s [Shape]) -> BTreeMap<&'s str, u64> {
    let whole = cells(values) as f64;
    let usual: u64 = shapes.iter().take(USUAL_SHAPES).map(|shape| shape.cells).sum();
    if found.kind != ColumnKind::Text || (usual as f64) < USUAL * whole {
        return BTreeMap::new();
    }
    let rare = shapes.iter().filter(|shape| (shape.cells as f64) < RARE * whole);
    rare.map(|shape| (shape.written.as_str(), shape.cells)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::profile::members::members;
    use crate::profile::numbers::numbers;
    use crate::profile::shapes::shapes;
    use crate::profile::values::of;

    fn check(cells: &[(&str, u64)], found: impl Fn(&[Value<'_>]) -> Found, expected: &[(&str, &str)]) {
        let values = of(cells);
        let found = suspicious(&values, &found(&values), &shapes(&values));
        let text = |code: Code| values.iter().find(|value| value.code == code).unwrap().text;
        let found: Vec<_> = found.iter().map(|one| (text(one.code), one.doubt.to_string())).collect();
        let found: Vec<_> = found.iter().map(|(text, doubt)| (*text, doubt.as_str())).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn other_kinds_and_far_numbers_are_suspicious() {
        let ages: Vec<String> = (20..80).map(|age| age.to_string()).collect();
        let cells: Vec<_> = ages.iter().map(|age| (age.as_str(), 4)).chain([("4x", 3), ("4000", 1)]).collect();
        let expected = [("4x", "is no integer"), ("4000", "lies far from all others")];
        check(&cells, |values| numbers(values).unwrap(), &expected);
    }

    #[test]
    fn misspellings_name_what_they_stand_for() {
        let cells = [("pneumonia", 60), ("heart attack", 60), ("pneumxnia", 1), ("?", 1)];
        let expected = [("?", "is rare where the other values repeat"), ("pneumxnia", "reads nearly as `pneumonia`")];
        check(&cells, |values| members(values).unwrap(), &expected);
    }

    #[test]
    fn shapes_are_rare_only_where_the_others_are_alike() {
        let text = |values: &[Value<'_>]| Found::new(ColumnKind::Text, vec![Reading::Read; values.len()]);
        check(&[("Ada", 300), ("Bob", 300), ("C0b", 1)], text, &[("C0b", "is written as few others are: A9a")]);
        check(&[("Ada", 30), ("Bob Ek", 30), ("a", 30), ("a b", 30), ("C0b", 1)], text, &[]);
    }
}
