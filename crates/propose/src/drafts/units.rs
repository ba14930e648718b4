//! Which columns of bare numbers mix two units.

use std::collections::BTreeMap;

use lustrate_discover::{ColumnKind, ColumnProfile, Digits};
use lustrate_normalise::{MixedUnits, NamedUnit, find_mixed_units};
use lustrate_rules::column_name;
use lustrate_table::{AttributeId, Schema, Table};
use lustrate_values::{Dimension, Unit, print_number};

/// The type of a column that mixes units, as a statement has it, and what speaks for it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct MixedType {
    pub words: String,
    pub evidence: String,
}

/// What is to be said of the columns of a view that mix units.
pub(crate) fn mixed_types(
    view: &Table,
    profiles: &[ColumnProfile],
    left_out: &[AttributeId],
) -> BTreeMap<AttributeId, MixedType> {
    let considered = || profiles.iter().filter(|profile| !left_out.contains(&profile.attribute));
    let numbers: Vec<AttributeId> =
        considered().filter(|profile| is_bare(profile)).map(|profile| profile.attribute).collect();
    let keys: Vec<AttributeId> =
        profiles.iter().filter(|profile| is_key(profile)).map(|profile| profile.attribute).collect();
    let found = find_mixed_units(view, &numbers, &keys);
    found.iter().map(|mixed| (mixed.attribute, mixed_type(mixed, view.schema()))).collect()
}

/// Whether a column holds numbers without a unit, all of which a statement could convert.
fn is_bare(profile: &ColumnProfile) -> bool {
    let plain =
        matches!(profile.kind, ColumnKind::Integer(Digits::Plain) | ColumnKind::Number { digits: Digits::Plain, .. });
    plain && profile.stand_ins.is_empty()
}

/// Whether a column says what rows are of: anything that is not measured, and whole numbers of few values.
fn is_key(profile: &ColumnProfile) -> bool {
    /// Whole numbers of more values are amounts.
    const MOST: u64 = 40;
    match profile.kind {
        ColumnKind::Empty | ColumnKind::Constant(_) => false,
        ColumnKind::Integer(_) => profile.distinct <= MOST.min(profile.rows / 8),
        _ => !profile.kind.is_measured(),
    }
}

fn mixed_type(mixed: &MixedUnits, schema: &Schema) -> MixedType {
    let by = mixed.by.map(|by| column_name(schema.name(by)));
    let words = if mixed.unit.dimension() == Dimension::Time { "duration" } else { "quantity" };
    let grouped = by.as_ref().map_or(String::new(), |by| format!(" by {by}"));
    let (unit, other) = (written(mixed.unit), written(mixed.other));
    MixedType { words: format!("{words} in {unit} accept {other} infer unit{grouped}"), evidence: evidence(mixed) }
}

fn evidence(mixed: &MixedUnits) -> String {
    let (unit, other) = (in_full(mixed.unit), in_full(mixed.other));
    let units = match mixed.named {
        NamedUnit::Nothing => format!("as between {unit} and {other}, whose names are a guess"),
        NamedUnit::Dimension(_) | NamedUnit::Unit(_) => format!("{other} among {unit}"),
    };
    format!(
        "{} of {} bare numbers lie around {}, where the others lie around {}: {units}",
        mixed.in_other,
        mixed.numbers,
        rounded(mixed.others_around),
        rounded(mixed.around)
    )
}

/// A unit as a statement has it.
fn written(unit: Unit) -> String {
    column_name(unit.symbol())
}

/// A unit in full and in the plural: the first of its longest names, or the last where none is a plural in s.
fn in_full(unit: Unit) -> &'static str {
    let longest = unit.names().map(|name| name.chars().count()).max().unwrap_or_default();
    let names: Vec<&str> = unit.names().filter(|name| name.chars().count() == longest).collect();
    names.iter().find(|name| name.ends_with('s')).or(names.last()).copied().unwrap_or(unit.symbol())
}

/// A number to three digits.
fn rounded(number: f64) -> String {
    let digits = (2.0 - number.abs().max(1e-9).log10().floor()).clamp(0.0, 12.0) as usize;
    print_number(format!("{number:.digits$}").parse().unwrap_or(number))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_are_told_in_full() {
        let told = |name: &str| in_full(Unit::find(name).unwrap());
        assert_eq!(
            ["h", "ft", "kg", "m", "lb", "cent"].map(told),
            ["hours", "feet", "kilograms", "metres", "pounds", "cents"]
        );
    }
}
