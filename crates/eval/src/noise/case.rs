//! Another case: `Rome` becomes `ROME`, `rome` or `rOME`.
//!
//! Caps lock, systems that shout, and hands that do not press shift. Not an error to a reader who folds case.

use rand::RngExt;

use super::{Example, Kind, Plant, Stream};

pub(super) const KIND: Kind = Kind {
    name: "case",
    summary: "letters in another case",
    example: Example { before: "Rome", after: "rOME" },
    plant: Plant::Text(plant),
};

fn plant(text: &str, stream: &mut Stream) -> Option<String> {
    let changed = match stream.random_range(0..3) {
        0 => text.to_uppercase(),
        1 => text.to_lowercase(),
        _ => text.chars().map(inverted).collect(),
    };
    Some(changed)
}

/// The letter in the other case, where that is one letter too.
fn inverted(char: char) -> char {
    let mut other = if char.is_uppercase() { char.to_lowercase().to_string() } else { char.to_uppercase().to_string() };
    match (other.pop(), other.is_empty()) {
        (Some(single), true) => single,
        _ => char,
    }
}
