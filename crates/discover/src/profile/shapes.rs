//! How texts look: their letters and digits by class, `9999-99-99` or `Aa+ Aa+`.

use std::collections::BTreeMap;

use super::values::Value;

/// A shape and the cells whose values have it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shape {
    /// The shape: `9` for a digit, `A` and `a` for a letter, `A+`, `a+` and `9+` for many, and every other character as
    /// it is. A text that goes on ends in `…`.
    pub written: String,
    /// The cells.
    pub cells: u64,
}

/// So many digits in a row are counted; more are many.
const COUNTED_DIGITS: usize = 10;
/// So many capitals in a row are counted; more, and small letters after the first, are many.
const COUNTED_CAPITALS: usize = 3;
/// A shape says no more runs than these of a text.
const RUNS: usize = 12;

/// The classes of characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Class {
    Digit,
    Capital,
    Small,
    /// A letter of a script without capitals.
    Letter,
    /// Any other character, as itself.
    Other(char),
}

impl Class {
    pub(super) fn of(character: char) -> Class {
        match character {
            '0'..='9' => Class::Digit,
            'A'..='Z' => Class::Capital,
            'a'..='z' => Class::Small,
            _ if character.is_uppercase() => Class::Capital,
            _ if character.is_lowercase() => Class::Small,
            _ if character.is_alphabetic() => Class::Letter,
            _ if character.is_whitespace() => Class::Other(' '),
            _ => Class::Other(character),
        }
    }
}

/// A class and how many characters of it stand in a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Run {
    pub(super) class: Class,
    pub(super) length: usize,
}

/// The runs of a text; at most one more than `most`, so that a long text costs no more than its beginning.
pub(super) fn runs(text: &str, most: usize) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    for character in text.chars() {
        let class = Class::of(character);
        let full = runs.len() > most;
        match runs.last_mut() {
            Some(last) if last.class == class => last.length += 1,
            _ if full => break,
            _ => runs.push(Run { class, length: 1 }),
        }
    }
    runs
}

/// The shape of a text.
pub(super) fn shape(text: &str) -> String {
    let runs = runs(text, RUNS);
    let mut written = String::new();
    for (place, run) in runs.iter().take(RUNS).enumerate() {
        let (letter, counted) = match run.class {
            Class::Digit => ('9', COUNTED_DIGITS),
            Class::Capital => ('A', COUNTED_CAPITALS),
            Class::Small => ('a', 1),
            Class::Letter => ('a', 0),
            Class::Other(character) => (character, 1),
        };
        // A word that goes on after its capital reads `Aa+`, whether one letter follows or many.
        let after_capital = run.class == Class::Small && place > 0 && runs[place - 1].class == Class::Capital;
        if run.length <= counted && !after_capital {
            written.extend(std::iter::repeat_n(letter, run.length));
        } else {
            written.push(letter);
            if !matches!(run.class, Class::Other(' ')) {
                written.push('+');
            }
        }
    }
    if runs.len() > RUNS {
        written.push('…');
    }
    written
}

/// The shapes of a column, commonest first; of those that are as common, in the order of their signs.
pub(super) fn shapes(values: &[Value<'_>]) -> Vec<Shape> {
    let mut cells: BTreeMap<String, u64> = BTreeMap::new();
    for value in values {
        *cells.entry(shape(value.text)).or_default() += value.cells;
    }
    let mut shapes: Vec<Shape> = cells.into_iter().map(|(written, cells)| Shape { written, cells }).collect();
    shapes.sort_by_key(|shape| std::cmp::Reverse(shape.cells));
    shapes
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::profile::values::of;

    #[test]
    fn digits_and_capitals_are_counted_and_words_are_not() {
        for (text, expected) in [
            ("2020-01-31", "9999-99-99"),
            ("Ada Lovelace", "Aa+ Aa+"),
            ("Al", "Aa+"),
            ("NY", "AA"),
            ("HOSPITAL", "A+"),
            ("scip-inf-1", "a+-a+-9"),
            ("x", "a"),
            ("12345678901", "9+"),
            ("Zoë  Ö.", "Aa+ A."),
            ("東京 1", "a+ 9"),
        ] {
            assert_eq!(shape(text), expected, "{text}");
        }
    }

    #[test]
    fn long_texts_are_cut() {
        let long = "ab 1 ".repeat(200_000);
        assert_eq!(shape(&long), "a+ 9 a+ 9 a+ 9 …");
    }

    #[test]
    fn the_commonest_shape_comes_first() {
        let found = shapes(&of(&[("a1", 2), ("b2", 3), ("xx", 5), ("yy", 1)]));
        let found: Vec<_> = found.iter().map(|shape| (shape.written.as_str(), shape.cells)).collect();
        assert_eq!(found, [("a+", 6), ("a9", 5)]);
    }
}
