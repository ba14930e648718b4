//! The values of two columns of a row exchanged that look alike: last and first name, postal code and number.
//!
//! As `exchange`, but where a person or a form would mix fields up: letters with letters, digits with digits. Few
//! of the values look wrong where they stand.

use lustrate_table::CellId;
use rand::seq::IteratorRandom;

use super::{Edit, Example, Kind, Plant, Stream};
use crate::dirt::Site;

pub(super) const KIND: Kind = Kind {
    name: "exchange_alike",
    summary: "two values of one row exchanged, both of letters or both of digits",
    example: Example {
        before: "Anna | 1970 | Rossi\nEva | 1981 | Weiß",
        after: "Rossi | 1970 | Anna\nEva | 1981 | Weiß",
    },
    plant: Plant::Cells(plant),
};

/// What a text is made of.
#[derive(Debug, PartialEq)]
enum Script {
    Letters,
    /// Digits with these marks between them: a day is not like a number.
    Digits(String),
}

fn plant(site: &Site<'_>, stream: &mut Stream) -> Vec<Edit> {
    let here = site.cell();
    let Some((text, script)) = site.text(here).and_then(with_script) else { return Vec::new() };
    let others = site.other_columns().filter(|&other| site.has_room(other));
    let alike = others.filter_map(|attribute| {
        let there = CellId { row: here.row, attribute };
        let (other, other_script) = with_script(site.text(there)?)?;
        (other_script == script && other != text).then_some((there, other))
    });
    let Some((there, other)) = alike.choose(stream) else { return Vec::new() };
    vec![(here, Some(other.to_owned())), (there, Some(text.to_owned()))]
}

/// What a text is made of, the spaces and marks within names left aside; `None` where it is mixed.
fn with_script(text: &str) -> Option<(&str, Script)> {
    let (marks, rest): (String, String) = text.chars().partition(|char| matches!(char, ' ' | '-' | '.' | '\'' | ','));
    let of = |test: fn(&char) -> bool| !rest.is_empty() && rest.chars().all(|char| test(&char));
    if of(char::is_ascii_digit) {
        Some((text, Script::Digits(marks)))
    } else {
        of(|char| char.is_alphabetic()).then_some((text, Script::Letters))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_letters_and_codes_are_digits() {
        let script = |text| with_script(text).map(|(_, script)| script);
        assert_eq!(["O'Brien-Søn", "St. Clair"].map(script), [const { Some(Script::Letters) }; 2]);
        let digits = |marks: &str| Some(Script::Digits(marks.to_owned()));
        assert_eq!(["1970", "12.50", "2024-01-31"].map(script), ["", ".", "--"].map(digits));
        assert_eq!(["12 Mill Road", "P-1047", "-", ""].map(script), [const { None }; 4]);
    }
}
