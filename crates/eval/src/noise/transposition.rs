//! Two neighbouring characters in the wrong order: `Rome` becomes `Rmoe`.
//!
//! The commonest slip of fast hands.

use rand::seq::IteratorRandom;

use super::{Example, Kind, Plant, Stream};

pub(super) const KIND: Kind = Kind {
    name: "transposition",
    summary: "two neighbouring characters in the wrong order",
    example: Example { before: "Rome", after: "Rmoe" },
    plant: Plant::Text(plant),
};

fn plant(text: &str, stream: &mut Stream) -> Option<String> {
    let mut chars: Vec<char> = text.chars().collect();
    let places = (1..chars.len()).filter(|&at| chars[at - 1] != chars[at]);
    let at = places.choose(stream)?;
    chars.swap(at - 1, at);
    Some(chars.into_iter().collect())
}
