//! The text from its end: `Rome` becomes `emoR`.
//!
//! Right-to-left marks lost on the way, and strings turned by a program.

use super::{Example, Kind, Plant, Stream};

pub(super) const KIND: Kind = Kind {
    name: "reversal",
    summary: "the text from its end",
    example: Example { before: "Rome", after: "emoR" },
    plant: Plant::Text(plant),
};

fn plant(text: &str, _: &mut Stream) -> Option<String> {
    Some(text.chars().rev().collect())
}
