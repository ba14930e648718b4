//! Neighbouring keys: `Rome` becomes `Tomw`.
//!
//! A hand that slipped: about a third of the keys hit the key beside them on a QWERTY keyboard.

use rand::RngExt;
use rand::seq::IndexedRandom;

use super::{Example, Kind, Plant, Stream};

pub(super) const KIND: Kind = Kind {
    name: "keyboard",
    summary: "keys hit beside the right ones",
    example: Example { before: "Rome", after: "Tomw" },
    plant: Plant::Text(plant),
};

/// The share of keys that are missed.
const MISSED: f64 = 0.35;

const ROWS: [&[u8]; 4] = [b"1234567890", b"qwertyuiop", b"asdfghjkl", b"zxcvbnm"];

fn plant(text: &str, stream: &mut Stream) -> Option<String> {
    let missed = text.chars().map(|char| if stream.random_bool(MISSED) { beside(char, stream) } else { char });
    Some(missed.collect())
}

/// A key beside that of the character, in the same case; the character itself where the keyboard has no such key.
fn beside(char: char, stream: &mut Stream) -> char {
    let lower = char.to_ascii_lowercase();
    let place = ROWS.iter().find_map(|row| Some((row, row.iter().position(|&key| lower == key.into())?)));
    let Some((row, at)) = place else { return char };
    let neighbours = [at.checked_sub(1), Some(at + 1)];
    let keys: Vec<u8> = neighbours.into_iter().flatten().filter_map(|at| row.get(at).copied()).collect();
    let key = keys.choose(stream).map_or(lower, |&key| key.into());
    if char.is_ascii_uppercase() { key.to_ascii_uppercase() } else { key }
}
