//! Numbers with units and clock forms: `2 h`, `1 h 30 min`, `5 ft 3 in`, `1:30`.

use std::fmt;

use crate::numerals::numbers;
use crate::{Dimension, Unit};

/// A duration with colons. It displays as rules write it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Clock {
    /// `h:mm`
    HoursMinutes,
    /// `h:mm:ss`
    HoursMinutesSeconds,
    /// `m:ss`
    MinutesSeconds,
}

impl Clock {
    /// All clock forms.
    pub const ALL: [Clock; 3] = [Clock::HoursMinutes, Clock::HoursMinutesSeconds, Clock::MinutesSeconds];

    /// The form that is written so; a first part of two letters (`hh:mm`) means the same.
    pub fn find(written: &str) -> Option<Clock> {
        let short = written.strip_prefix("hh").map(|rest| format!("h{rest}"));
        let short = short.or_else(|| written.strip_prefix("mm").map(|rest| format!("m{rest}")));
        let short = short.unwrap_or_else(|| written.to_owned());
        Clock::ALL.into_iter().find(|clock| clock.written() == short)
    }

    /// How it is written.
    pub fn written(self) -> &'static str {
        match self {
            Clock::HoursMinutes => "h:mm",
            Clock::HoursMinutesSeconds => "h:mm:ss",
            Clock::MinutesSeconds => "m:ss",
        }
    }

    /// The seconds that a text of this form stands for. All parts but the first have two digits and are below 60.
    pub(crate) fn seconds(self, text: &str) -> Option<f64> {
        let (sign, digits) = match text.strip_prefix('-') {
            Some(digits) => (-1.0, digits),
            None => (1.0, text),
        };
        let parts: Vec<&str> = digits.split(':').collect();
        let (first, rest) = parts.split_first()?;
        let seconds_of_parts: &[f64] = match self {
            Clock::HoursMinutes => &[3600.0, 60.0],
            Clock::HoursMinutesSeconds => &[3600.0, 60.0, 1.0],
            Clock::MinutesSeconds => &[60.0, 1.0],
        };
        let whole = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit()).then(|| part.parse::<f64>().ok())?;
        if parts.len() != seconds_of_parts.len() || first.is_empty() || first.len() > 9 {
            return None;
        }
        let mut seconds = whole(first)? * seconds_of_parts[0];
        for (part, each) in rest.iter().zip(&seconds_of_parts[1..]) {
            let number = whole(part).filter(|&number| part.len() == 2 && number < 60.0)?;
            seconds += number * each;
        }
        Some(sign * seconds)
    }
}

impl fmt::Display for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.written())
    }
}

/// A number and what is written behind it, blanks between them apart; `None` where nothing is.
pub(crate) fn split_suffix(text: &str) -> Option<(&str, &str)> {
    let is_of_number =
        |c: char| c.is_ascii_digit() || matches!(c, '+' | '-' | '.' | ',' | '\'' | '’') || c.is_whitespace();
    let mut end = text.find(|c: char| !is_of_number(c))?;
    // An exponent is of the number, as in `1e3 m`.
    if let Some(exponent) = text[end..].strip_prefix(['e', 'E']) {
        let digits = exponent.trim_start_matches(['+', '-']);
        let length = digits.bytes().take_while(u8::is_ascii_digit).count();
        if length > 0 {
            end = text.len() - digits.len() + length;
        }
    }
    let (number, suffix) = (text[..end].trim(), text[end..].trim());
    (!number.is_empty() && !suffix.is_empty()).then_some((number, suffix))
}

/// The numbers, in `unit`, that a text with units of this list may stand for, each with the unit that it is written in:
/// `2 h`, or parts of falling units as in `1 h 30 min`, whose unit is the first.
pub(crate) fn with_units(text: &str, units: &[Unit], unit: Unit) -> Vec<(f64, Unit)> {
    let named = |name: &str| Unit::find_of(unit.dimension(), name).filter(|found| units.contains(found));
    if let Some((number, found)) = split_suffix(text).and_then(|(number, name)| Some((number, named(name)?))) {
        let converted = numbers(number).into_iter().filter_map(|(number, _)| found.convert(number, unit));
        return converted.map(|number| (number, found)).collect();
    }
    compound(text, unit, &named).into_iter().collect()
}

/// The sum of several plain numbers with units, each unit smaller than the one before, where a minus before the first is
/// one of all.
fn compound(text: &str, unit: Unit, named: &dyn Fn(&str) -> Option<Unit>) -> Option<(f64, Unit)> {
    if !unit.begins_at_nothing() || unit.dimension() == Dimension::Share {
        return None;
    }
    let (sign, mut rest) = match text.strip_prefix('-') {
        Some(rest) => (-1.0, rest),
        None => (1.0, text),
    };
    let mut parts: Vec<(f64, Unit)> = Vec::new();
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit() && c != '.')?;
        let number: f64 = rest[..digits].parse().ok()?;
        let behind = rest[digits..].trim_start();
        let end = behind.find(|c: char| c.is_ascii_digit()).unwrap_or(behind.len());
        let found = named(behind[..end].trim_end())?;
        if let Some((_, before)) = parts.last()
            && before.factor_to(found).is_none_or(|factor| factor <= 1.0 || number >= factor)
        {
            return None;
        }
        parts.push((number, found));
        rest = &behind[end..];
    }
    let sum: Option<f64> = parts.iter().map(|(number, found)| found.convert(*number, unit)).sum();
    let (_, first) = parts.first().filter(|_| parts.len() > 1)?;
    sum.map(|sum| (sign * sum, *first))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &[f64]) {
        let [min, h, d] = ["min", "h", "d"].map(|name| Unit::find_of(Dimension::Time, name).unwrap());
        let found: Vec<f64> = with_units(text, &[min, h, d], min).into_iter().map(|(number, _)| number).collect();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn a_suffix_says_the_unit() {
        check("2 h", &[120.0]);
        check("2h", &[120.0]);
        check("1,5 hours", &[90.0]);
        check("-2 h", &[-120.0]);
        check("1e1 h", &[600.0]);
        check("30 m", &[30.0]);
    }

    #[test]
    fn units_that_fall_add_up() {
        check("1 h 30 min", &[90.0]);
        check("1h30m", &[90.0]);
        check("-1 d 2 h 3 min", &[-1563.0]);
        for text in ["30 min 1 h", "1 h 90 min", "1 h 30", "1 h 2 h", "h 30 min", "1 h -30 min"] {
            check(text, &[]);
        }
    }

    #[test]
    fn other_units_are_not_read() {
        for text in ["2 s", "2 kg", "2", "h", "2 h x", "", "two h"] {
            check(text, &[]);
        }
    }

    #[test]
    fn clock_forms_take_two_digits_below_sixty_behind_the_colon() {
        assert_eq!(Clock::HoursMinutes.seconds("1:30"), Some(5400.0));
        assert_eq!(Clock::HoursMinutes.seconds("-100:05"), Some(-360_300.0));
        assert_eq!(Clock::HoursMinutesSeconds.seconds("0:01:30"), Some(90.0));
        assert_eq!(Clock::MinutesSeconds.seconds("1:30"), Some(90.0));
        for text in ["1:60", "1:5", "1:30:00", ":30", "1", "1:3x", "", "1:-5"] {
            assert_eq!(Clock::HoursMinutes.seconds(text), None, "{text}");
        }
    }

    #[test]
    fn clock_forms_are_found_by_how_they_are_written() {
        assert_eq!(Clock::find("hh:mm"), Some(Clock::HoursMinutes));
        assert_eq!(Clock::find("mm:ss"), Some(Clock::MinutesSeconds));
        assert_eq!(Clock::find("h:m"), None);
    }
}
