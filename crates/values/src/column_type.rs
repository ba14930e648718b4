//! The types of columns.

use crate::measured::{split_suffix, with_units};
use crate::numerals::numbers;
use crate::{Clock, Dimension, Format, Moment, Unit, print_number};

/// What the values of a column are.
///
/// ```
/// use lustrate_values::{ColumnType, DurationForm, Unit};
///
/// let [min, h] = ["min", "h"].map(|name| Unit::find(name).unwrap());
/// let wait = ColumnType::Duration { unit: min, accept: vec![DurationForm::Unit(h)] };
/// let read = wait.read("2 h").unwrap();
/// assert_eq!((read.number, read.canonical.as_deref()), (Some(120.0), Some("120")));
/// assert!(wait.read("2 kg").is_none());
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub enum ColumnType {
    /// Any text; its order is that of code points, where a rule asks for it.
    #[default]
    Text,
    /// A whole number.
    Integer,
    /// A decimal number.
    Number,
    /// A decimal number behind which this unit may be written; with it and without it, it is the same number.
    NumberOf(String),
    /// One of these texts.
    OneOf(Vec<String>),
    /// A day.
    Date {
        /// How it is written.
        format: Format,
        /// How it may be written too.
        accept: Vec<Format>,
    },
    /// A time of day.
    Time {
        /// How it is written.
        format: Format,
        /// How it may be written too.
        accept: Vec<Format>,
    },
    /// A day and a time of it.
    DateTime {
        /// How it is written.
        format: Format,
        /// How it may be written too.
        accept: Vec<Format>,
    },
    /// A span of time, written as a number of this unit.
    Duration {
        /// The unit of bare numbers.
        unit: Unit,
        /// How it may be written too.
        accept: Vec<DurationForm>,
    },
    /// A number of this unit.
    Quantity {
        /// The unit of bare numbers.
        unit: Unit,
        /// Other units that may be written behind the number.
        accept: Vec<Unit>,
    },
}

/// How a duration may be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DurationForm {
    /// With a unit behind the number: `2 h`.
    Unit(Unit),
    /// With colons: `1:30`.
    Clock(Clock),
}

/// A text as a type reads it.
#[derive(Clone, Debug, PartialEq)]
pub struct Reading {
    /// What it is compared by, where the type has an order: the number, days since 1970 for a date, seconds since midnight
    /// for a time of day, seconds since 1970 for a date with a time, the declared unit for a duration or a quantity.
    pub number: Option<f64>,
    /// How the declared format writes it, where the text is written otherwise; `None` where it is written so, or where the
    /// declared format would lose a part of it.
    pub canonical: Option<String>,
    /// What else the text may mean, in the declared format: `2020-03-04` beside `2020-04-03` for `03/04/2020`, where days
    /// and months may come first. Where it is not empty, `canonical` is only what the form that is listed first says.
    pub also: Vec<String>,
}

/// One way to read a text.
#[derive(Clone, Debug, PartialEq)]
pub struct Interpretation {
    /// Which form reads it so: 0 is the declared one, and those that are accepted follow from 1.
    pub form: usize,
    /// What it is compared by.
    pub number: f64,
    /// The text in the declared form; `None` where the declared form would lose a part of it.
    pub canonical: Option<String>,
}

impl ColumnType {
    /// The text, without blanks around it, as a value of this type; `None` where it is none.
    pub fn read(&self, text: &str) -> Option<Reading> {
        let unordered = Reading { number: None, canonical: None, also: Vec::new() };
        match self {
            ColumnType::Text => Some(unordered),
            ColumnType::OneOf(values) => values.iter().any(|value| value == text).then_some(unordered),
            _ => {
                let mut read = self.interpretations(text).into_iter();
                let first = read.next()?;
                let also = read.filter_map(|other| other.canonical).collect();
                let canonical = first.canonical.filter(|canonical| canonical != text);
                Some(Reading { number: Some(first.number), canonical, also })
            }
        }
    }

    /// All ways to read a text of a type with an order, no two of the same number. A text in the declared form has that
    /// one meaning; of the other forms each that reads it counts, in the order in which they are accepted.
    pub fn interpretations(&self, text: &str) -> Vec<Interpretation> {
        match self {
            ColumnType::Text | ColumnType::OneOf(_) => Vec::new(),
            ColumnType::Number => plain_numbers(text),
            ColumnType::Integer => plain_numbers(text).into_iter().filter(|read| read.number.fract() == 0.0).collect(),
            ColumnType::NumberOf(unit) => numbers_of(text, unit),
            ColumnType::Date { format, accept }
            | ColumnType::Time { format, accept }
            | ColumnType::DateTime { format, accept } => moments(text, format, accept),
            ColumnType::Duration { unit, accept } => {
                let units = accept.iter().filter_map(|form| match form {
                    DurationForm::Unit(unit) => Some(*unit),
                    DurationForm::Clock(_) => None,
                });
                let mut found = measures(text, *unit, &units.collect::<Vec<_>>());
                for read in &mut found {
                    // The place among the units becomes the one among all forms.
                    let units = accept.iter().enumerate().filter(|(_, form)| matches!(form, DurationForm::Unit(_)));
                    if let Some((place, _)) = read.form.checked_sub(1).and_then(|nth| units.clone().nth(nth)) {
                        read.form = place + 1;
                    }
                }
                found.extend(clocks(text, *unit, accept));
                without_repeats(found)
            }
            ColumnType::Quantity { unit, accept } => without_repeats(measures(text, *unit, accept)),
        }
    }

    /// The number of a constant in a rule: as the type reads it, or a date or time in ISO 8601 whatever the format of the
    /// column is.
    pub fn constant(&self, text: &str) -> Option<f64> {
        let moment = match self {
            ColumnType::Date { .. } => Some(Moment::Date),
            ColumnType::Time { .. } => Some(Moment::Time),
            ColumnType::DateTime { .. } => Some(Moment::DateTime),
            _ => None,
        };
        self.read(text).map_or_else(|| moment?.read_constant(text), |read| read.number)
    }

    /// What a number that values of this type are compared by stands for, for people: `2020-03-04`, `42 min`.
    pub fn show(&self, number: f64) -> String {
        let moment = match self {
            ColumnType::Date { format, .. } | ColumnType::Time { format, .. } | ColumnType::DateTime { format, .. } => {
                format.show(number)
            }
            _ => None,
        };
        let plain = print_number((number * 1e6).round() / 1e6);
        match self {
            ColumnType::NumberOf(unit) if unit == "%" => format!("{plain}%"),
            ColumnType::NumberOf(unit) => format!("{plain} {unit}"),
            ColumnType::Duration { unit, .. } | ColumnType::Quantity { unit, .. } => {
                format!("{plain} {}", unit.symbol())
            }
            _ => moment.unwrap_or(plain),
        }
    }

    /// Whether its values have an order that is not that of text.
    pub fn is_ordered(&self) -> bool {
        !matches!(self, ColumnType::Text | ColumnType::OneOf(_))
    }

    /// Whether its values add up and have a mean: numbers, durations and quantities.
    pub fn is_number(&self) -> bool {
        matches!(
            self,
            ColumnType::Integer
                | ColumnType::Number
                | ColumnType::NumberOf(_)
                | ColumnType::Duration { .. }
                | ColumnType::Quantity { .. }
        )
    }
}

fn plain_numbers(text: &str) -> Vec<Interpretation> {
    let form = |plain: &Option<String>| usize::from(plain.is_some());
    let read = |(number, plain)| Interpretation {
        form: form(&plain),
        number,
        canonical: Some(plain.unwrap_or(text.to_owned())),
    };
    numbers(text).into_iter().map(read).collect()
}

/// Numbers with or without a unit, which stays where it is.
fn numbers_of(text: &str, unit: &str) -> Vec<Interpretation> {
    let Some((number, suffix)) = split_suffix(text) else { return plain_numbers(text) };
    let same =
        suffix == unit || Unit::find(unit).is_some_and(|unit| Unit::find_of(unit.dimension(), suffix) == Some(unit));
    if !same {
        return Vec::new();
    }
    let mut found = plain_numbers(number);
    for read in &mut found {
        // The number is written plainly, and the unit stays.
        let canonical = read.canonical.as_deref().unwrap_or(number);
        read.canonical = Some(text.replacen(number, canonical, 1));
    }
    found
}

fn moments(text: &str, declared: &Format, accept: &[Format]) -> Vec<Interpretation> {
    let read = |(form, format): (usize, &Format)| {
        let (number, canonical) = format.read(text, declared)?;
        Some(Interpretation { form, number, canonical })
    };
    if let Some(declared) = read((0, declared)) {
        return vec![declared];
    }
    without_repeats((1..).zip(accept).filter_map(read).collect())
}

/// Bare numbers are in the declared unit, whose own name may stand behind them too.
fn measures(text: &str, declared: Unit, accept: &[Unit]) -> Vec<Interpretation> {
    let bare = plain_numbers(text);
    if !bare.is_empty() {
        return bare;
    }
    let units: Vec<Unit> = std::iter::once(declared).chain(accept.iter().copied()).collect();
    let read = |(number, found): (f64, Unit)| {
        let form = units.iter().position(|unit| *unit == found).unwrap_or_default();
        let printed = match split_suffix(text) {
            // Several units add up, and none of them says how exact the sum is.
            Some((written, _)) if found != declared && numbers(written).len() == 1 => as_exact_as(written, number),
            _ => print_number(number),
        };
        Interpretation { form, number, canonical: Some(printed) }
    };
    with_units(text, &units, declared).into_iter().filter(|(number, _)| number.is_finite()).map(read).collect()
}

/// A converted number as exact as the one that was written: of as many significant digits, three at least. One that ends
/// soon is exact and stays: `2 h` are `120` minutes, `132 lb` are `59.9` kg.
fn as_exact_as(written: &str, number: f64) -> String {
    const LEAST: usize = 3;
    let digits = written.trim_start_matches(|c: char| !c.is_ascii_digit() || c == '0');
    let digits = digits.chars().filter(char::is_ascii_digit).count().max(LEAST);
    let exact = print_number(number);
    let decimals = exact.split_once('.').map_or(0, |(_, decimals)| decimals.len());
    if decimals <= 1 {
        return exact;
    }
    let rounded = format!("{number:.*e}", digits - 1);
    print_number(rounded.parse().unwrap_or(number))
}

fn clocks(text: &str, declared: Unit, accept: &[DurationForm]) -> Vec<Interpretation> {
    let second = Unit::find_of(Dimension::Time, "s");
    let read = |(form, accepted): (usize, &DurationForm)| {
        let DurationForm::Clock(clock) = accepted else { return None };
        let number = second?.convert(clock.seconds(text)?, declared)?;
        Some(Interpretation { form, number, canonical: Some(print_number(number)) })
    };
    (1..).zip(accept).filter_map(read).collect()
}

fn without_repeats(found: Vec<Interpretation>) -> Vec<Interpretation> {
    let mut kept: Vec<Interpretation> = Vec::with_capacity(found.len());
    for read in found {
        if !kept.iter().any(|earlier| earlier.number == read.number) {
            kept.push(read);
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unit(name: &str) -> Unit {
        Unit::find(name).unwrap()
    }

    fn wait() -> ColumnType {
        let clock = DurationForm::Clock(Clock::HoursMinutes);
        ColumnType::Duration { unit: unit("min"), accept: vec![clock, DurationForm::Unit(unit("h"))] }
    }

    fn admitted() -> ColumnType {
        let format = |written| Format::new(Moment::Date, written).unwrap();
        ColumnType::Date { format: format("%Y-%m-%d"), accept: vec![format("%d/%m/%Y"), format("%m/%d/%Y")] }
    }

    fn check(column_type: &ColumnType, text: &str, expected: Option<(f64, Option<&str>, &[&str])>) {
        let read = column_type.read(text);
        let expected = expected.map(|(number, canonical, also)| Reading {
            number: Some(number),
            canonical: canonical.map(str::to_owned),
            also: also.iter().map(|text| (*text).to_owned()).collect(),
        });
        assert_eq!(read, expected, "{text}");
    }

    #[test]
    fn a_suffix_converts_and_a_bare_number_stays() {
        check(&wait(), "2 h", Some((120.0, Some("120"), &[])));
        check(&wait(), "1:30", Some((90.0, Some("90"), &[])));
        check(&wait(), "20 min", Some((20.0, Some("20"), &[])));
        check(&wait(), "20", Some((20.0, None, &[])));
        check(&wait(), "20 s", None);
        check(&wait(), "soon", None);
        let forms = ["2 h", "1:30", "20 min"].map(|text| wait().interpretations(text)[0].form);
        assert_eq!(forms, [2, 1, 0]);
    }

    #[test]
    fn a_date_that_two_formats_read_differently_is_in_doubt() {
        check(&admitted(), "2020-01-31", Some((18_292.0, None, &[])));
        check(&admitted(), "31/01/2020", Some((18_292.0, Some("2020-01-31"), &[])));
        check(&admitted(), "03/04/2020", Some((18_355.0, Some("2020-04-03"), &["2020-03-04"])));
        check(&admitted(), "04/04/2020", Some((18_356.0, Some("2020-04-04"), &[])));
        check(&admitted(), "2020-1-5", Some((18_266.0, Some("2020-01-05"), &[])));
        check(&admitted(), "32/01/2020", None);
    }

    #[test]
    fn the_declared_format_wins_outright() {
        let format = |written| Format::new(Moment::Date, written).unwrap();
        let american = ColumnType::Date { format: format("%m/%d/%Y"), accept: vec![format("%d/%m/%Y")] };
        check(&american, "03/04/2020", Some((18_325.0, None, &[])));
        check(&american, "31/01/2020", Some((18_292.0, Some("01/31/2020"), &[])));
    }

    #[test]
    fn constants_are_read_in_iso_form_too() {
        let format = Format::new(Moment::Date, "%d.%m.%Y").unwrap();
        let german = ColumnType::Date { format, accept: Vec::new() };
        assert_eq!(german.constant("2020-01-31"), Some(18_292.0));
        assert_eq!(german.constant("31.01.2020"), Some(18_292.0));
        assert_eq!(german.constant("31/01/2020"), None);
        assert_eq!(german.read("2020-01-31"), None);
        assert_eq!(wait().constant("2 h"), Some(120.0));
    }

    #[test]
    fn numbers_are_plain_or_become_so() {
        check(&ColumnType::Number, "1,234.50", Some((1234.5, Some("1234.50"), &[])));
        check(&ColumnType::Number, "1,234", Some((1234.0, Some("1234"), &["1.234"])));
        check(&ColumnType::Integer, "1,234", Some((1234.0, Some("1234"), &[])));
        check(&ColumnType::Integer, "12,5", None);
        check(&ColumnType::Integer, "12", Some((12.0, None, &[])));
    }

    #[test]
    fn a_unit_of_numbers_may_be_written_or_not() {
        let share = ColumnType::NumberOf("%".to_owned());
        check(&share, "85%", Some((85.0, None, &[])));
        check(&share, "85", Some((85.0, None, &[])));
        check(&share, "85 percent", Some((85.0, None, &[])));
        check(&share, "12,5 %", Some((12.5, Some("12.5 %"), &[])));
        check(&share, "85 kg", None);
        let patients = ColumnType::NumberOf("patients".to_owned());
        check(&patients, "32 patients", Some((32.0, None, &[])));
    }

    #[test]
    fn quantities_convert_from_the_units_that_are_accepted() {
        let weight = ColumnType::Quantity { unit: unit("kg"), accept: vec![unit("g"), unit("lb")] };
        check(&weight, "2 lbs", Some((0.90718474, Some("0.907"), &[])));
        check(&weight, "300 g", Some((0.3, Some("0.3"), &[])));
        check(&weight, "1 oz", None);
        let body = ColumnType::Quantity { unit: unit("°C"), accept: vec![unit("°F")] };
        let read = body.read("98.6 F").unwrap();
        assert_eq!(read.canonical.as_deref(), Some("37"));
    }

    #[test]
    fn a_conversion_is_as_exact_as_what_was_written() {
        let kilograms = ColumnType::Quantity { unit: unit("kg"), accept: vec![unit("lb"), unit("g")] };
        let check = |text: &str, expected: &str| {
            assert_eq!(kilograms.read(text).unwrap().canonical.as_deref(), Some(expected), "{text}");
        };
        check("132 lb", "59.9");
        check("132.25 lb", "59.988");
        check("5 lb", "2.27");
        check("70250 g", "70.25");
        check("999999 lb", "453592");
    }

    #[test]
    fn numbers_are_shown_as_values_of_the_type() {
        assert_eq!(wait().show(42.5), "42.5 min");
        assert_eq!(admitted().show(18_262.4), "2020-01-01");
        assert_eq!(ColumnType::NumberOf("%".into()).show(1.0 / 3.0), "0.333333%");
        let format = Moment::Time.plain_format();
        assert_eq!(ColumnType::Time { format, accept: Vec::new() }.show(3_660.0), "01:01");
        // Beyond the calendar it is a number.
        assert!(admitted().show(1e300).starts_with("1000"));
    }

    #[test]
    fn texts_and_enumerations_have_no_order() {
        let sex = ColumnType::OneOf(vec!["Male".to_owned(), "Female".to_owned()]);
        assert!(sex.read("Male").is_some() && sex.read("male").is_none() && !sex.is_ordered());
        assert_eq!(ColumnType::Text.read("x").unwrap().number, None);
    }
}
