//! One character replaced, inserted or left out: `Rome` becomes `Rme`.
//!
//! The plain slip. What comes in is of the class of its neighbour: a digit among digits, a letter among letters.

use rand::RngExt;

use super::{Example, Kind, Plant, Stream};

pub(super) const KIND: Kind = Kind {
    name: "typo",
    summary: "one character replaced, inserted or left out",
    example: Example { before: "Rome", after: "Rme" },
    plant: Plant::Text(plant),
};

pub(super) fn plant(text: &str, stream: &mut Stream) -> Option<String> {
    let mut chars: Vec<char> = text.chars().collect();
    let at = stream.random_range(0..chars.len());
    let other = like(chars[at], stream);
    match stream.random_range(0..3) {
        0 => chars[at] = other,
        1 => chars.insert(at, other),
        _ => drop(chars.remove(at)),
    }
    Some(chars.into_iter().collect())
}

/// A random digit for a digit, and a random letter of the English alphabet for all else, in upper case where the
/// character is.
pub(super) fn like(char: char, stream: &mut Stream) -> char {
    if char.is_numeric() {
        stream.random_range('0'..='9')
    } else if char.is_uppercase() {
        stream.random_range('A'..='Z')
    } else {
        stream.random_range('a'..='z')
    }
}
