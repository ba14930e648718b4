//! Whether a field reads like a value that a spreadsheet may have written otherwise.

use lustrate_table::parse_number;

/// How a field of a file compares to the value that it was made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Likeness {
    /// They differ.
    Different,
    /// A spreadsheet that took the value for a number, a date or a truth value would have written the field.
    Rewritten,
    /// They are the same but for blanks, line ends, and missing against empty.
    Same,
}

/// How the names of months begin in the languages of most spreadsheets, and which month it is.
const MONTHS: [(&str, u64); 17] = [
    ("jan", 1),
    ("feb", 2),
    ("mar", 3),
    ("mär", 3),
    ("mrz", 3),
    ("apr", 4),
    ("may", 5),
    ("mai", 5),
    ("jun", 6),
    ("jul", 7),
    ("aug", 8),
    ("sep", 9),
    ("oct", 10),
    ("okt", 10),
    ("nov", 11),
    ("dec", 12),
    ("dez", 12),
];

/// Other words in dates and times.
const DATE_WORDS: [&str; 7] = ["am", "pm", "utc", "gmt", "t", "z", "h"];

/// Compares a value of the table with a field. Missing and empty are both the empty text here.
pub(crate) fn likeness(value: &str, field: &str) -> Likeness {
    if value == field || same_text(value) == same_text(field) {
        return Likeness::Same;
    }
    let rewritten = as_number(value, field) || as_date(value, field) || as_truth(value, field);
    if rewritten { Likeness::Rewritten } else { Likeness::Different }
}

/// A text by which values are looked up that may have been rewritten as numbers: those that are read alike have one, dates
/// apart.
pub(crate) fn folded(text: &str) -> String {
    match number(text) {
        Some(number) => format!("{number}"),
        None => same_text(text).to_lowercase(),
    }
}

fn same_text(text: &str) -> String {
    text.trim().replace("\r\n", "\n")
}

/// A number, written with a point or a comma.
fn number(text: &str) -> Option<f64> {
    parse_number(text).or_else(|| {
        let one_comma = text.matches(',').count() == 1 && !text.contains('.');
        parse_number(&text.replacen(',', ".", 1)).filter(|_| one_comma)
    })
}

/// Whether both are one number. A spreadsheet shows six digits of one that it writes with an exponent, and keeps fifteen.
fn as_number(value: &str, field: &str) -> bool {
    let (Some(value), Some(read)) = (number(value), number(field)) else { return false };
    let has_exponent = field.contains(['e', 'E']);
    let slack = if has_exponent { 1e-5 } else { 1e-14 };
    (value - read).abs() <= slack * value.abs()
}

/// Whether a spreadsheet that took the value for a date or a time could have written the field: all numbers of the value are in
/// it, and it has others beside.
fn as_date(value: &str, field: &str) -> bool {
    let (Some(written), Some(mut read)) = (date_numbers(value), date_numbers(field)) else { return false };
    // A year may have lost its century, or got one.
    let same = |number: u64, other: u64| number == other || number % 100 == other || number == other % 100;
    !written.is_empty()
        && written.iter().all(|&number| {
            let exact = read.iter().position(|&other| other == number);
            let place = exact.or_else(|| read.iter().position(|&other| same(number, other)));
            place.map(|place| read.remove(place)).is_some()
        })
}

/// The numbers of a text that may be a date or a time: groups of digits, months and other words of dates, with signs between
/// them.
fn date_numbers(text: &str) -> Option<Vec<u64>> {
    let text = text.trim().to_lowercase();
    if text.len() > 40 || !text.starts_with(|letter: char| letter.is_alphanumeric()) {
        return None;
    }
    let mut numbers = Vec::new();
    let mut parts = 0;
    let mut rest = text.as_str();
    while let Some(first) = rest.chars().next() {
        let is_part: fn(char) -> bool = match first {
            first if first.is_ascii_digit() => |letter| letter.is_ascii_digit(),
            first if first.is_alphabetic() => char::is_alphabetic,
            ' ' | '/' | '-' | '.' | ':' | ',' => |letter| matches!(letter, ' ' | '/' | '-' | '.' | ':' | ','),
            _ => return None,
        };
        let end = rest.find(|letter| !is_part(letter)).unwrap_or(rest.len());
        let part = &rest[..end];
        if first.is_ascii_digit() {
            numbers.push(part.parse().ok()?);
            parts += 1;
        } else if first.is_alphabetic() {
            match MONTHS.iter().find(|(month, _)| part.starts_with(month)) {
                Some(&(_, number)) => numbers.push(number),
                None if DATE_WORDS.contains(&part) => {}
                None => return None,
            }
            parts += 1;
        }
        rest = &rest[end..];
    }
    (parts >= 2).then_some(numbers)
}

fn as_truth(value: &str, field: &str) -> bool {
    ["true", "false"].iter().any(|word| [value, field].iter().all(|text| text.trim().eq_ignore_ascii_case(word)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_spreadsheet_makes_of_values_is_like_them() {
        for (value, field) in [
            ("00184", "184"),
            ("1.50", "1.5"),
            ("1.5", "1,5"),
            ("123456789012", "1.23457E+11"),
            ("12345678901234567", "12345678901234500"),
            ("1/2", "02.01.2026"),
            ("1/2", "2-Jan"),
            ("2026-03-05", "05.03.2026"),
            ("2026-03-05", "3/5/26"),
            ("SEPT2", "02. Sep"),
            ("9:30", "09:30:00"),
            ("true", "TRUE"),
        ] {
            assert_eq!(likeness(value, field), Likeness::Rewritten, "{value} {field}");
        }
    }

    #[test]
    fn other_values_are_not() {
        for (value, field) in [
            ("Rom", "Rome"),
            ("184", "185"),
            ("12 Main", "14 Main"),
            ("2026-03-05", "2026-03-06"),
            ("", "x"),
            ("1/2", "1/3"),
            ("2/2", "1/2"),
        ] {
            assert_eq!(likeness(value, field), Likeness::Different, "{value} {field}");
        }
        assert_eq!(likeness(" a\r\nb", "a\nb "), Likeness::Same);
    }

    #[test]
    fn numbers_are_looked_up_however_they_are_written() {
        assert_eq!((folded("00184"), folded("1,50")), (folded("184"), folded("1.5")));
        assert_ne!(folded("184"), folded("184a"));
    }
}
