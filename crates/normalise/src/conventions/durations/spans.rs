//! Reading and writing spans of time.

use lustrate_values::{Clock, ColumnType, Dimension, DurationForm, Unit, print_number};

/// A form in which spans of time are written.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Form {
    /// `1:30`
    Clock,
    /// `1:30:00`
    ClockWithSeconds,
    /// `PT1H30M` (ISO 8601)
    Iso,
    /// A number with this behind it, blanks included: `90 min`
    Suffix(String),
    /// Hours and minutes, with this behind each: `1 h 30 min`
    Parts([String; 2]),
    /// `90`
    Bare,
}

/// A text that is a span of time.
#[derive(Clone, Debug)]
pub(super) struct Read {
    pub form: Form,
    /// The number of a bare one.
    pub number: f64,
    text: String,
}

/// The form of a text; `None` where it is no span of time.
pub(super) fn read(text: &str) -> Option<Read> {
    let form = form(text)?;
    let number = if form == Form::Bare { text.parse().ok()? } else { 0.0 };
    let read = Read { form, number, text: text.to_owned() };
    (read.form == Form::Bare || !read.seconds(&Form::Bare).is_empty()).then_some(read)
}

fn form(text: &str) -> Option<Form> {
    let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let parts: Vec<&str> = text.split(':').collect();
    match parts[..] {
        [_, _] => return Some(Form::Clock),
        [_, _, _] => return Some(Form::ClockWithSeconds),
        _ => {}
    }
    if text.starts_with('P') {
        return Some(Form::Iso);
    }
    let number = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    let (number, behind) = text.split_at(number);
    if behind.is_empty() {
        let plain = number == "0" || !number.starts_with('0') || number.starts_with("0.");
        return (plain && number.parse::<f64>().is_ok()).then_some(Form::Bare);
    }
    match behind.find(|c: char| c.is_ascii_digit()) {
        None => Some(Form::Suffix(behind.to_owned())),
        Some(start) => {
            let (first, rest) = behind.split_at(start);
            let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
            is_digits(&rest[..end]).then(|| Form::Parts([first.to_owned(), rest[end..].to_owned()]))
        }
    }
}

impl Read {
    /// What it may stand for, in seconds, in a column of a form: a clock of two parts is of hours and minutes where the column
    /// is, and else of these or of minutes and seconds.
    pub fn seconds(&self, column: &Form) -> Vec<f64> {
        let of_column = matches!(column, Form::Clock | Form::ClockWithSeconds);
        let clocks: &[Clock] = match &self.form {
            Form::Clock if of_column => &[Clock::HoursMinutes],
            Form::Clock => &[Clock::HoursMinutes, Clock::MinutesSeconds],
            Form::ClockWithSeconds => &[Clock::HoursMinutesSeconds],
            _ => &[],
        };
        let named = match &self.form {
            Form::Iso => self.text.strip_prefix("PT").map(|parts| parts.to_lowercase()),
            // Minutes need not say what they are behind hours.
            Form::Parts([_, last]) if last.trim().is_empty() => Some(format!("{}min", self.text.trim_end())),
            Form::Bare => None,
            _ => Some(self.text.clone()),
        };
        let units = ["min", "h", "d"].iter().filter_map(|name| Unit::find_of(Dimension::Time, name));
        let accept = units.map(DurationForm::Unit).chain(clocks.iter().copied().map(DurationForm::Clock)).collect();
        let (Some(text), Some(unit)) = (named, Unit::find_of(Dimension::Time, "s")) else { return Vec::new() };
        let spans = ColumnType::Duration { unit, accept };
        spans.interpretations(&text).into_iter().map(|read| read.number).filter(|&seconds| seconds >= 0.0).collect()
    }
}

impl Form {
    /// The seconds of a bare number in a column of this form.
    pub fn of_bare(&self, number: f64) -> Option<f64> {
        match self {
            Form::Suffix(unit) => unit_of(unit)?.convert(number, Unit::find_of(Dimension::Time, "s")?),
            _ => None,
        }
    }

    /// A span of time in this form, with so many digits at least before the first colon; `None` where a part of it would be
    /// lost.
    pub fn write(&self, seconds: f64, digits: usize) -> Option<String> {
        let whole = seconds.round();
        let is_whole = (seconds - whole).abs() < 1e-6;
        let seconds = if is_whole { whole } else { seconds };
        let (hours, minutes, rest) = (seconds as u64 / 3600, seconds as u64 / 60 % 60, seconds as u64 % 60);
        match self {
            Form::Clock => (is_whole && rest == 0).then(|| format!("{hours:0digits$}:{minutes:02}")),
            Form::ClockWithSeconds => is_whole.then(|| format!("{hours:0digits$}:{minutes:02}:{rest:02}")),
            Form::Iso => {
                let part = |number: u64, unit: &str| if number > 0 { format!("{number}{unit}") } else { String::new() };
                let parts = part(hours, "H") + &part(minutes, "M") + &part(rest, "S");
                (is_whole && !parts.is_empty()).then(|| format!("PT{parts}"))
            }
            Form::Suffix(unit) => {
                let number = print_number(Unit::find_of(Dimension::Time, "s")?.convert(seconds, unit_of(unit)?)?);
                // A number that does not end is not what was meant.
                (number.len() <= LONGEST).then(|| format!("{number}{unit}"))
            }
            Form::Parts([first, last]) => {
                let of_hours =
                    unit_of(first)?.symbol() == "h" && (last.trim().is_empty() || unit_of(last)?.symbol() == "min");
                (is_whole && rest == 0 && of_hours).then(|| format!("{hours}{first}{minutes}{last}"))
            }
            Form::Bare => None,
        }
    }
}

/// The characters of a number that ends soon.
const LONGEST: usize = 7;

fn unit_of(suffix: &str) -> Option<Unit> {
    Unit::find_of(Dimension::Time, suffix.trim().trim_end_matches('.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_back() {
        for text in ["1:30", "01:30", "1:30:15", "PT1H30M", "PT45M", "90 min", "1.5h", "1 h 30 min", "1h30", "90 s"] {
            let read = read(text).unwrap();
            let seconds = read.seconds(&Form::Clock);
            assert_eq!(read.form.write(seconds[0], text.find(':').unwrap_or(1)).as_deref(), Some(text));
        }
    }

    #[test]
    fn other_texts_are_no_spans() {
        for text in ["", "h", "1:75", "P", "PT", "1 kg", "30 min 1 h", "-5 min", "a:b", "007"] {
            assert!(read(text).is_none(), "{text}");
        }
    }
}
