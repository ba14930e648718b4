//! `infer unit [by COLUMN]`: bare numbers that are in another unit become numbers of the declared one.

use lustrate_rules::ColumnRule;
use lustrate_table::{AttributeId, CellId, Groups, RowId, Table};
use lustrate_values::{ColumnType, DurationForm, Unit, print_number};

use crate::conversion::{Conversion, ConversionKind, SURE};
use crate::units::{Amount, UnitInference, UnitScale, infer_units};
use crate::values::names_unit;

/// The view takes the likelier unit; what is less likely than a review asks for is not told.
const LIKELIER: f64 = 0.5;
const TOLD: f64 = 0.3;

/// Converts the bare numbers of a column into its declared unit in `view`, where the column asks for it, and adds what it
/// did to the column's conversions. `raw` is the table as it was read, `formatted` the view before any unit is inferred.
pub(crate) fn infer(
    raw: &Table,
    formatted: &Table,
    view: &mut Table,
    (attribute, rule): (AttributeId, &ColumnRule),
    conversions: &mut Vec<Conversion>,
) {
    let (Some(declared), Some(by)) = (&rule.column_type, &rule.infer_unit) else { return };
    let Some((unit, others)) = units(declared) else { return };
    let Some(scale) = UnitScale::new(unit, &others) else { return };
    let amounts = amounts(raw, formatted, attribute, declared);
    let by: Vec<AttributeId> = by.by.iter().copied().filter(|by| by.index() < raw.schema().len()).collect();
    let groups = groups(formatted, &by);
    let inference = infer_units(&amounts, &groups, &scale);
    let evidence = Evidence::new(&amounts, &groups, &inference, others.len());
    let mut new = Vec::new();
    for row in raw.row_ids() {
        let (Some(guess), Some(Amount::Bare(number))) = (inference.guesses[row.index()], amounts[row.index()]) else {
            continue;
        };
        let other = others[guess.unit];
        let cell = CellId { row, attribute };
        let kept = formatted.text(cell).unwrap_or_default().to_owned();
        let converted = in_declared(declared, &kept, number, (other, unit)).filter(|_| guess.probability >= TOLD);
        let Some(text) = converted else { continue };
        let mut alternatives = vec![(text.clone(), guess.probability), (kept, 1.0 - guess.probability)];
        alternatives.sort_by(|a, b| b.1.total_cmp(&a.1));
        let place = conversions.binary_search_by_key(&cell, |conversion| conversion.cell);
        if guess.probability < LIKELIER
            && let Ok(place) = place
        {
            conversions[place].alternatives = alternatives;
            conversions[place].confidence = conversions[place].confidence.min(1.0 - guess.probability);
            continue;
        }
        if guess.probability >= LIKELIER {
            view.set(cell, Some(&text));
        }
        let group = name(formatted, &by, row);
        let conversion = Conversion {
            cell,
            old: raw.text(cell).map(str::to_owned),
            new: Some(text),
            confidence: guess.probability.min(SURE),
            kind: ConversionKind::InferredUnit,
            reason: evidence.sentence(&group, groups[row.index()] as usize, guess.unit, (other, unit)),
            alternatives,
        };
        match place {
            Ok(place) => conversions[place] = conversion,
            Err(_) => new.push(conversion),
        }
    }
    conversions.extend(new);
}

/// A number of another unit as one of the declared unit, as exact as it would be with its unit behind it.
fn in_declared(declared: &ColumnType, text: &str, number: f64, (other, unit): (Unit, Unit)) -> Option<String> {
    let named = declared.read(&format!("{text} {other}")).and_then(|read| read.canonical);
    named.or_else(|| other.convert(number, unit).map(print_number))
}

/// The declared unit, and the accepted ones that are others.
fn units(declared: &ColumnType) -> Option<(Unit, Vec<Unit>)> {
    let (unit, accepted) = match declared {
        ColumnType::Duration { unit, accept } => {
            let units = accept.iter().filter_map(|form| match form {
                DurationForm::Unit(unit) => Some(*unit),
                DurationForm::Clock(_) => None,
            });
            (*unit, units.collect::<Vec<_>>())
        }
        ColumnType::Quantity { unit, accept } => (*unit, accept.clone()),
        _ => return None,
    };
    let others = accepted.into_iter().filter(|other| other.factor_to(unit) != Some(1.0));
    Some((unit, others.collect()))
}

/// The amount of each row: bare, or with the unit that was written.
fn amounts(raw: &Table, formatted: &Table, attribute: AttributeId, declared: &ColumnType) -> Vec<Option<Amount>> {
    let (written, column) = (raw.column(attribute), formatted.column(attribute));
    let named: Vec<bool> = written.dictionary().iter().map(|(_, text)| names_unit(declared, text.trim())).collect();
    let numbers: Vec<Option<f64>> =
        column.dictionary().iter().map(|(_, text)| declared.read(text).and_then(|read| read.number)).collect();
    let amount = |row: RowId| {
        let number = (*numbers.get(column.code(row).0 as usize)?)?;
        let named = *named.get(written.code(row).0 as usize)?;
        Some(if named { Amount::Sure(number) } else { Amount::Bare(number) })
    };
    raw.row_ids().map(amount).collect()
}

/// The group of each row; rows with a missing part of the key are one group of their own.
fn groups(table: &Table, by: &[AttributeId]) -> Vec<u32> {
    if by.is_empty() {
        return vec![0; table.rows()];
    }
    let groups = Groups::new(&by.iter().map(|&by| table.column(by)).collect::<Vec<_>>());
    table.row_ids().map(|row| groups.group(row).unwrap_or(groups.len()) as u32).collect()
}

/// What a group is called: `ward B: `; nothing where there are no groups.
fn name(table: &Table, by: &[AttributeId], row: RowId) -> String {
    let part = |&attribute: &AttributeId| {
        format!("{} {}", table.schema().name(attribute), table.text(CellId { row, attribute }).unwrap_or("missing"))
    };
    let parts: Vec<String> = by.iter().map(part).collect();
    if parts.is_empty() { String::new() } else { format!("{}: ", parts.join(", ")) }
}

/// What the reasons of conversions tell.
struct Evidence {
    /// For each group the number of its bare numbers.
    bare: Vec<usize>,
    /// For each group and other unit the numbers that are likelier in that unit, in order.
    converted: Vec<Vec<Vec<f64>>>,
    centres: Vec<Option<f64>>,
}

impl Evidence {
    fn new(amounts: &[Option<Amount>], groups: &[u32], inference: &UnitInference, units: usize) -> Self {
        let len = inference.centres.len();
        let mut evidence = Evidence {
            bare: vec![0; len],
            converted: vec![vec![Vec::new(); units]; len],
            centres: inference.centres.clone(),
        };
        for ((amount, &group), guess) in amounts.iter().zip(groups).zip(&inference.guesses) {
            let Some(Amount::Bare(number)) = amount else { continue };
            evidence.bare[group as usize] += 1;
            if let Some(guess) = guess.filter(|guess| guess.probability >= LIKELIER) {
                evidence.converted[group as usize][guess.unit].push(*number);
            }
        }
        evidence.converted.iter_mut().flatten().for_each(|numbers| numbers.sort_by(f64::total_cmp));
        evidence
    }

    /// Why numbers of a group are taken for those of another unit.
    fn sentence(&self, name: &str, group: usize, unit: usize, (other, declared): (Unit, Unit)) -> String {
        let (converted, bare) = (&self.converted[group][unit], self.bare[group]);
        let Some(middle) = converted.get(converted.len() / 2) else {
            return format!("{name}it may be in {other}, but {declared} is likelier");
        };
        let count = converted.len();
        let centre = self.centres[group].unwrap_or_default();
        let of = if count < bare { "the other values" } else { "other groups" };
        let (middle, centre) = (rounded(*middle), rounded(centre));
        format!(
            "{name}{count} of {bare} bare numbers lie around {middle}; as {other} they fit the {centre} {declared} of {of}"
        )
    }
}

/// A number to three digits.
fn rounded(number: f64) -> String {
    let digits = (2.0 - number.abs().max(1e-9).log10().floor()).clamp(0.0, 12.0) as usize;
    print_number(format!("{number:.digits$}").parse().unwrap_or(number))
}
