//! A date with its parts in another order: `2024-03-05` becomes `05/03/2024`.
//!
//! Sources of several countries in one column. The value is the same, its reading is not.

use rand::RngExt;

use super::{Example, Kind, Plant, Stream};

pub(super) const KIND: Kind = Kind {
    name: "date_order",
    summary: "the parts of a date in another order",
    example: Example { before: "2024-03-05", after: "05/03/2024" },
    plant: Plant::Text(plant),
};

fn plant(text: &str, stream: &mut Stream) -> Option<String> {
    let separator = text.chars().find(|char| matches!(char, '-' | '/' | '.'))?;
    let parts: Vec<&str> = text.split(separator).collect();
    let &[first, second, third] = parts.as_slice() else { return None };
    if !parts.iter().all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit())) {
        return None;
    }
    match [first.len(), second.len(), third.len()] {
        [4, 1..=2, 1..=2] if stream.random_bool(0.5) => Some(format!("{third}/{second}/{first}")),
        [4, 1..=2, 1..=2] => Some(format!("{second}/{third}/{first}")),
        [1..=2, 1..=2, 4] => Some(format!("{second}{separator}{first}{separator}{third}")),
        _ => None,
    }
}
