//! Columns of numbers: bare ones, with a unit or a sign of money, shares in percent, durations.

use std::collections::BTreeMap;

use lustrate_table::parse_number;
use lustrate_values::{Clock, ColumnType, Dimension, DurationForm, Unit};

use super::found::{Found, Reading, is_most};
use super::values::{Value, are_few, cells};
use super::{ColumnKind, Digits};

/// A text that is longer is no number.
const LONGEST: usize = 48;
/// A unit that is in this share of the numbers is one of the column.
const OFTEN: f64 = 0.1;
/// A unit that is behind this share of them is what they are numbers of; a word that is no known unit must be.
const USUAL: f64 = 0.5;
/// What is declared of all must be behind this share of them: bare numbers beside it may be of something else, as `0.5`
/// beside `50%` is.
const HABIT: f64 = 0.9;
/// Numbers with a fraction in more of the cells than these make a column of whole numbers one of decimal numbers.
const FRACTIONS: f64 = 0.005;
/// Signs of money.
const SIGNS: [char; 8] = ['$', '€', '£', '¥', '₹', '₩', '₽', '₺'];
/// Codes of money (ISO 4217) that are written beside amounts.
const CURRENCIES: [&str; 16] =
    ["AUD", "BRL", "CAD", "CHF", "CNY", "DKK", "EUR", "GBP", "INR", "JPY", "MXN", "NOK", "PLN", "SEK", "USD", "ZAR"];

/// A number as a text writes it.
#[derive(Clone, Debug, PartialEq)]
struct Written<'a> {
    number: f64,
    of: Of<'a>,
    digits: Digits,
    /// The digits behind the point.
    decimals: usize,
}

/// What a number is one of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Of<'a> {
    Nothing,
    Percent,
    Money(&'a str),
    /// A known unit by its symbol.
    Unit(&'static str),
    Word(&'a str),
}

/// What the numbers of a column are; `None` where they are too few.
pub(super) fn numbers(values: &[Value<'_>]) -> Option<Found> {
    if are_few(values, |text| read(text).is_some()) {
        return None;
    }
    let whole = cells(values);
    let written: Vec<Option<Written<'_>>> = values.iter().map(|value| read(value.text)).collect();
    let mut of: BTreeMap<Of<'_>, u64> = BTreeMap::new();
    for (value, written) in values.iter().zip(&written) {
        if let Some(written) = written {
            *of.entry(written.of).or_default() += value.cells;
        }
    }
    let bare = of.remove(&Of::Nothing).unwrap_or_default();
    // Of two that are as frequent, the first in their order.
    let (&marked, &cells_marked) = of.iter().rev().max_by_key(|(_, cells)| **cells).unwrap_or((&Of::Nothing, &0));
    let together = with_others(marked, &of);
    let all = bare + together.iter().map(|of_one| of.get(of_one).copied().unwrap_or_default()).sum::<u64>();
    if !is_most(all, whole) {
        return None;
    }
    let share = if matches!(marked, Of::Word(_)) { USUAL } else { OFTEN };
    let is_marked = cells_marked as f64 >= share * all as f64 && cells_marked > 0;
    if !is_marked && !is_most(bare, whole) {
        return None;
    }
    let counts = |written: &&Written<'_>| written.of == Of::Nothing || (is_marked && together.contains(&written.of));
    let counted =
        || values.iter().zip(&written).filter_map(|(value, read)| Some((value, read.as_ref().filter(counts)?)));
    let readings = written.iter().map(|read| match read.as_ref().filter(counts) {
        Some(read) => Reading::Number(read.number),
        None => Reading::Unread,
    });
    let readings = readings.collect();
    if !is_marked || (cells_marked as f64) < USUAL * all as f64 && bare > cells_marked {
        return Some(bare_numbers(&counted().collect::<Vec<_>>(), readings, values));
    }
    let is_habit = cells_marked as f64 >= HABIT * all as f64;
    let declared = |found: Found, unit: String| {
        if is_habit { found.declared(ColumnType::NumberOf(unit), values) } else { found }
    };
    let spelling = spelling(counted().map(|(value, _)| value));
    Some(match marked {
        Of::Percent => declared(Found::new(ColumnKind::Percent, readings), "%".to_owned()),
        Of::Money(sign) => {
            let found = Found::new(ColumnKind::Currency(sign.to_owned()), readings);
            // Amounts with the sign before them are read by no type.
            declared(found, spelling)
        }
        _ => {
            let known = match marked {
                Of::Unit(symbol) => Unit::all().find(|unit| unit.symbol() == symbol),
                _ => None,
            };
            let others = together.iter().filter(|of_one| **of_one != marked).filter_map(|of_one| match of_one {
                Of::Unit(symbol) => Some((*symbol).to_owned()),
                _ => None,
            });
            let others: Vec<String> = others.collect();
            let readings = if others.is_empty() { readings } else { converted(&written, known, readings) };
            let kind = match known {
                Some(unit) if unit.dimension() == Dimension::Time => ColumnKind::Duration { unit: Some(unit) },
                _ => ColumnKind::Measured { unit: spelling.clone(), known, others },
            };
            declared(Found::new(kind, readings), spelling)
        }
    })
}

/// Spans of time with several units (`1 h 30 min`) or with colons that are no times of day.
pub(super) fn durations(values: &[Value<'_>]) -> Option<Found> {
    let minute = Unit::find_of(Dimension::Time, "min")?;
    let units = Unit::all().filter(|unit| unit.dimension() == Dimension::Time).map(DurationForm::Unit);
    let clocks = [Clock::HoursMinutes, Clock::HoursMinutesSeconds].map(DurationForm::Clock);
    let span = ColumnType::Duration { unit: minute, accept: units.chain(clocks).collect() };
    let read = |text: &str| {
        let may_be = text.len() <= LONGEST && parse_number(text).is_none();
        may_be.then(|| span.read(text)?.number).flatten()
    };
    if are_few(values, |text| read(text).is_some()) {
        return None;
    }
    let reading = |value: &Value<'_>| read(value.text).map_or(Reading::Unread, Reading::Number);
    let readings = values.iter().map(reading).collect();
    let found = Found::new(ColumnKind::Duration { unit: None }, readings);
    is_most(found.read(values), cells(values)).then_some(found)
}

/// The marks that belong to one column: units of one dimension, or one mark alone.
fn with_others<'a>(marked: Of<'a>, of: &BTreeMap<Of<'a>, u64>) -> Vec<Of<'a>> {
    let dimension = |of: &Of<'_>| match of {
        Of::Unit(symbol) => Unit::all().find(|unit| unit.symbol() == *symbol).map(Unit::dimension),
        _ => None,
    };
    match dimension(&marked) {
        Some(shared) => of.keys().copied().filter(|other| dimension(other) == Some(shared)).collect(),
        None => vec![marked],
    }
}

fn bare_numbers(counted: &[(&Value<'_>, &Written<'_>)], readings: Vec<Reading>, values: &[Value<'_>]) -> Found {
    let whole: u64 = counted.iter().map(|(value, _)| value.cells).sum();
    let of = |test: &dyn Fn(&Written<'_>) -> bool| -> u64 {
        counted.iter().filter(|(_, read)| test(read)).map(|(value, _)| value.cells).sum()
    };
    let digits =
        if 2 * of(&|read| read.digits == Digits::Separated) > whole { Digits::Separated } else { Digits::Plain };
    let fractions = of(&|read| read.number.fract() != 0.0);
    if fractions as f64 <= FRACTIONS * whole as f64 {
        let kind = ColumnKind::Integer(digits);
        // Decimals that are all zero are how the column is written.
        return match usual_decimals(counted) {
            0 => Found::new(kind, readings).declared(ColumnType::Integer, values),
            decimals => {
                Found::new(ColumnKind::Number { digits, decimals }, readings).declared(ColumnType::Number, values)
            }
        };
    }
    let kind = ColumnKind::Number { digits, decimals: usual_decimals(counted) };
    Found::new(kind, readings).declared(ColumnType::Number, values)
}

fn usual_decimals(counted: &[(&Value<'_>, &Written<'_>)]) -> usize {
    let mut cells: BTreeMap<usize, u64> = BTreeMap::new();
    counted.iter().for_each(|(value, read)| *cells.entry(read.decimals).or_default() += value.cells);
    cells.into_iter().max_by_key(|&(_, cells)| cells).map_or(0, |(decimals, _)| decimals)
}

/// How most cells spell what stands behind their numbers.
fn spelling<'v, 'a: 'v>(values: impl Iterator<Item = &'v Value<'a>>) -> String {
    let mut cells: BTreeMap<&str, u64> = BTreeMap::new();
    for value in values {
        if let Some((_, suffix)) = split(value.text).filter(|(_, suffix)| !suffix.is_empty()) {
            *cells.entry(suffix).or_default() += value.cells;
        }
    }
    cells.into_iter().rev().max_by_key(|&(_, cells)| cells).map_or(String::new(), |(suffix, _)| suffix.to_owned())
}

/// Numbers of several units in the commonest; bare ones are taken to be of it.
fn converted(written: &[Option<Written<'_>>], known: Option<Unit>, readings: Vec<Reading>) -> Vec<Reading> {
    let Some(known) = known else { return readings };
    let convert = |written: &Option<Written<'_>>| {
        let written = written.as_ref()?;
        let Of::Unit(symbol) = written.of else { return None };
        Unit::find_of(known.dimension(), symbol)?.convert(written.number, known)
    };
    let reading = |(reading, written): (Reading, &Option<Written<'_>>)| match (reading, convert(written)) {
        (Reading::Number(_), Some(number)) => Reading::Number(number),
        (reading, _) => reading,
    };
    readings.into_iter().zip(written).map(reading).collect()
}

fn read(text: &str) -> Option<Written<'_>> {
    if text.len() > LONGEST {
        return None;
    }
    if let Some(number) = parse_number(text) {
        return Some(Written { number, of: Of::Nothing, digits: Digits::Plain, decimals: decimals(text, '.') });
    }
    let (sign, amount) = money_before(text);
    let (number, suffix) = split(amount)?;
    let of = match (sign, suffix) {
        (Some(sign), "") => Of::Money(sign),
        (Some(_), _) => return None,
        (None, suffix) => meaning(suffix)?,
    };
    let negative = text.starts_with('-') && sign.is_some();
    let (number, digits, decimals) = plain(number)?;
    Some(Written { number: if negative { -number } else { number }, of, digits, decimals })
}

/// A number with or without separators, and how many digits it has behind the point.
fn plain(text: &str) -> Option<(f64, Digits, usize)> {
    if let Some(number) = parse_number(text) {
        return Some((number, Digits::Plain, decimals(text, '.')));
    }
    let found = ColumnType::Number.interpretations(text).into_iter().next()?;
    let decimals = found.canonical.as_deref().map_or(0, |plain| decimals(plain, '.'));
    Some((found.number, Digits::Separated, decimals))
}

fn decimals(text: &str, point: char) -> usize {
    text.split_once(point).map_or(0, |(_, fraction)| fraction.bytes().take_while(u8::is_ascii_digit).count())
}

/// The sign of money that a text starts with, and the amount.
fn money_before(text: &str) -> (Option<&str>, &str) {
    let unsigned = text.strip_prefix('-').unwrap_or(text);
    let end = match unsigned.chars().next() {
        Some(sign) if SIGNS.contains(&sign) => sign.len_utf8(),
        _ => match unsigned.get(..3) {
            Some(code) if CURRENCIES.contains(&code) => 3,
            _ => return (None, text),
        },
    };
    (Some(&unsigned[..end]), unsigned[end..].trim_start())
}

/// A number and what stands behind it.
fn split(text: &str) -> Option<(&str, &str)> {
    let is_of_number =
        |c: char| c.is_ascii_digit() || matches!(c, '+' | '-' | '.' | ',' | '\'' | '’') || c.is_whitespace();
    let end = text.find(|c: char| !is_of_number(c)).unwrap_or(text.len());
    let (number, suffix) = (text[..end].trim(), text[end..].trim());
    number.bytes().any(|byte| byte.is_ascii_digit()).then_some((number, suffix))
}

/// What stands behind a number says.
fn meaning(suffix: &str) -> Option<Of<'_>> {
    /// A suffix is a word or two.
    const LONGEST_SUFFIX: usize = 20;
    if suffix.is_empty() {
        return Some(Of::Nothing);
    }
    if suffix == "%" {
        return Some(Of::Percent);
    }
    let mut characters = suffix.chars();
    if characters.next().is_some_and(|sign| SIGNS.contains(&sign)) && characters.next().is_none() {
        return Some(Of::Money(suffix));
    }
    if CURRENCIES.contains(&suffix) {
        return Some(Of::Money(suffix));
    }
    let word = suffix.trim_end_matches('.');
    match Unit::find(word) {
        Some(unit) if unit.dimension() == Dimension::Share && unit.symbol() == "%" => Some(Of::Percent),
        Some(unit) => Some(Of::Unit(unit.symbol())),
        None => {
            let is_word = word.len() <= LONGEST_SUFFIX && word.chars().all(|c| c.is_alphabetic() || c == ' ');
            // One patient and two patients are counted alike.
            is_word.then(|| Of::Word(word.strip_suffix('s').unwrap_or(word)))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::profile::values::of;

    fn kind(cells: &[(&str, u64)]) -> Option<String> {
        numbers(&of(cells)).map(|found| found.kind.to_string())
    }

    fn declared(cells: &[(&str, u64)]) -> Option<ColumnType> {
        numbers(&of(cells))?.column_type
    }

    #[test]
    fn whole_and_decimal_numbers_are_told_apart_by_many_cells() {
        assert_eq!(declared(&[("1", 50), ("2", 50), ("x", 1)]), Some(ColumnType::Integer));
        assert_eq!(kind(&[("1.25", 40), ("2.5", 10), ("3", 9)]).as_deref(), Some("number of 2 decimals"));
        assert_eq!(kind(&[("12.0", 40), ("16.0", 10)]).as_deref(), Some("number of 1 decimal"));
        assert_eq!(kind(&[("1", 30), ("x", 30)]), None);
    }

    #[test]
    fn separators_that_are_usual_are_not_declared_away() {
        let found = [("1,200", 40), ("12,000", 40), ("900", 9)];
        assert_eq!(kind(&found).as_deref(), Some("integer, with separators"));
        assert_eq!(declared(&found), None);
        assert_eq!(declared(&[("1200", 80), ("12000", 40), ("1,300", 2)]), Some(ColumnType::Integer));
    }

    #[test]
    fn a_unit_that_most_numbers_have_is_declared() {
        let unit = |unit: &str| Some(ColumnType::NumberOf(unit.to_owned()));
        assert_eq!(declared(&[("98%", 40), ("100%", 40), ("7", 3)]), unit("%"));
        assert_eq!(declared(&[("25 patients", 40), ("3 patients", 40)]), unit("patients"));
        assert_eq!(kind(&[("30 min", 40), ("45 min", 40)]).as_deref(), Some("duration in min"));
    }

    #[test]
    fn a_unit_behind_some_numbers_is_not_declared_of_all() {
        assert_eq!(kind(&[("0.5", 60), ("50%", 30)]).as_deref(), Some("number of 1 decimal"));
        assert_eq!(declared(&[("0.5", 60), ("50%", 30)]), None);
        assert_eq!(kind(&[("85", 30), ("50%", 60)]).as_deref(), Some("percent"));
        assert_eq!(declared(&[("85", 30), ("50%", 60)]), None);
    }

    #[test]
    fn a_unit_in_several_spellings_is_found_and_not_declared() {
        let found = [("12 oz", 40), ("12 oz.", 60), ("16 ounces", 30)];
        assert_eq!(kind(&found).as_deref(), Some("number with a unit: oz."));
        assert_eq!(declared(&found), None);
    }

    #[test]
    fn several_units_of_one_dimension_are_one_column() {
        let found = numbers(&of(&[("500 g", 20), ("2 kg", 50)])).unwrap();
        assert_eq!(found.kind.to_string(), "number with a unit: kg, g");
        assert_eq!(found.readings, [Reading::Number(2.0), Reading::Number(0.5)]);
        assert_eq!(found.column_type, None);
        assert_eq!(kind(&[("500 g", 30), ("2 m", 30)]), None);
    }

    #[test]
    fn amounts_have_their_currency_on_either_side() {
        assert_eq!(kind(&[("$1,200.50", 30), ("-$3", 9)]).as_deref(), Some("amount of money in $"));
        assert_eq!(declared(&[("12 EUR", 30), ("7.5 EUR", 9)]), Some(ColumnType::NumberOf("EUR".to_owned())));
    }

    #[test]
    fn streets_are_no_quantities() {
        assert_eq!(kind(&[("12 Main St", 3), ("14 High St", 3), ("3 Mill Lane", 3)]), None);
    }

    #[test]
    fn spans_of_several_units_are_durations() {
        let found = durations(&of(&[("1 h 30 min", 5), ("45 min", 5), ("26:30", 5)])).unwrap();
        assert_eq!(
            found.numbers(&of(&[("1 h 30 min", 5), ("45 min", 5), ("26:30", 5)])),
            [(90.0, 5), (1590.0, 5), (45.0, 5)]
        );
        assert!(durations(&of(&[("12", 5), ("14", 5)])).is_none());
    }
}
