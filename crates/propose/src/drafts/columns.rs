//! What a column holds, and how it is written.

use std::collections::BTreeMap;

use lustrate_discover::{ColumnProfile, Doubt};
use lustrate_normalise::FoundFormat;
use lustrate_rules::{Pattern, column_name, quoted};
use lustrate_table::{AttributeId, Table, parse_number};
use lustrate_values::{ColumnType, Format};

use crate::Section;
use crate::draft::{Draft, Evidence};
use crate::drafts::units::MixedType;
use crate::words::{of_values, such_as};

/// The statements on columns of which something is to be said: what type nearly all values are of, in the view that the
/// conventions make of the table, and which conventions these are.
pub(crate) fn drafts(
    table: &Table,
    profiles: &[ColumnProfile],
    formats: &[FoundFormat],
    mixed: &BTreeMap<AttributeId, MixedType>,
) -> Vec<Draft> {
    profiles.iter().filter_map(|profile| draft(table, profile, formats, mixed.get(&profile.attribute))).collect()
}

fn draft(table: &Table, profile: &ColumnProfile, formats: &[FoundFormat], mixed: Option<&MixedType>) -> Option<Draft> {
    let id = profile.attribute;
    let formats: Vec<&FoundFormat> = formats.iter().filter(|format| format.attribute == id).collect();
    let names: Vec<&str> = formats.iter().map(|format| format.convention.name).collect();
    let format = if names.is_empty() { String::new() } else { format!(" format {}", names.join(", ")) };
    // Words that stand among the values for a missing one would break the type, and whether they do is for a person to say.
    let typed = if profile.stand_ins.is_empty() { type_words(profile) } else { None };
    let name = column_name(table.schema().name(id));
    let mixed = mixed.filter(|_| typed.is_some());
    let mut statements = Vec::new();
    statements.extend(mixed.map(|mixed| format!("column {name} {}{format}", mixed.words)));
    if let Some(typed) = &typed {
        statements.push(format!("column {name} {typed}{format}"));
    }
    if !format.is_empty() {
        statements.push(format!("column {name}{format}"));
    }
    let mut told: Vec<String> = Vec::new();
    if typed.is_some() {
        told.push(kind_evidence(table, profile));
    }
    told.extend(formats.iter().map(|format| format.evidence.clone()));
    let declares = Some(id);
    let told = told.join("; ");
    let evidence = match mixed {
        Some(mixed) => Evidence::ToldOfFirst(mixed.evidence.clone(), told),
        None => Evidence::Told(told),
    };
    (!statements.is_empty()).then_some(Draft { section: Section::Columns, statements, declares, evidence })
}

/// The type as a rule writes it, where it says more than that the values are texts.
fn type_words(profile: &ColumnProfile) -> Option<String> {
    let constant = |text: &String| if parse_number(text).is_some() { text.clone() } else { quoted(text) };
    let formatted = |word: &str, format: &Format| format!("{word} {}", quoted(&format.to_string()));
    Some(match profile.column_type()? {
        ColumnType::Text => format!("text {}", Pattern::new(profile.pattern.as_deref()?).ok()?),
        ColumnType::Integer => "integer".to_owned(),
        ColumnType::Number => "number".to_owned(),
        ColumnType::NumberOf(unit) => format!("number unit {}", quoted(&unit)),
        ColumnType::OneOf(values) => format!("one of {}", values.iter().map(constant).collect::<Vec<_>>().join(", ")),
        ColumnType::Date { format, .. } => formatted("date", &format),
        ColumnType::Time { format, .. } => formatted("time", &format),
        ColumnType::DateTime { format, .. } => formatted("datetime", &format),
        ColumnType::Duration { unit, .. } => format!("duration in {unit}"),
        ColumnType::Quantity { unit, .. } => format!("quantity in {unit}"),
    })
}

/// How many values are of the kind, and such as are not.
fn kind_evidence(table: &Table, profile: &ColumnProfile) -> String {
    let read = of_values(profile.read, profile.present());
    let others = profile.present() - profile.read;
    let dictionary = table.column(profile.attribute).dictionary();
    let not_of_kind = profile
        .suspicious
        .iter()
        .filter(|value| matches!(value.doubt, Doubt::Unread { .. } | Doubt::Misspelling { .. }));
    let odd: Vec<&str> = not_of_kind.filter_map(|value| dictionary.text(value.code)).collect();
    let odd = if others == 0 { String::new() } else { such_as(others, &odd) };
    format!("{read}{odd}")
}
