//! About half of the letters and digits replaced by random ones: `P-1047` becomes `F-1947`.
//!
//! Damaged records and scans. Length, punctuation and classes of characters stay.

use rand::RngExt;

use super::{Example, Kind, Plant, Stream, typo};

pub(super) const KIND: Kind = Kind {
    name: "scramble",
    summary: "half of the letters and digits replaced by random ones",
    example: Example { before: "a1-b", after: "a7-b" },
    plant: Plant::Text(plant),
};

fn plant(text: &str, stream: &mut Stream) -> Option<String> {
    let scrambled = text.chars().map(|char| {
        let hit = char.is_alphanumeric() && stream.random_bool(0.5);
        if hit { typo::like(char, stream) } else { char }
    });
    Some(scrambled.collect())
}
