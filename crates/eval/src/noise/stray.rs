//! A character too many that does not belong: `Rome` becomes `Ro¶me`.
//!
//! Broken encodings and marks of other programs. One character a column, from another script or a sign.

use rand::RngExt;
use rand::seq::IndexedRandom;

use super::{Edit, Example, Kind, Plant, Stream};
use crate::dirt::Site;

pub(super) const KIND: Kind = Kind {
    name: "stray",
    summary: "an alien character too many, one a column",
    example: Example { before: "Rome", after: "Ro¶me" },
    plant: Plant::Cells(plant),
};

/// Signs of Latin-1, letters of Latin Extended, Greek and Cyrillic letters, box drawings.
const ALIEN: [std::ops::RangeInclusive<char>; 5] = ['¡'..='¿', 'Ā'..='ɏ', 'α'..='ω', 'А'..='я', '─'..='╿'];

fn plant(site: &Site<'_>, stream: &mut Stream) -> Vec<Edit> {
    let Some(text) = site.text(site.cell()) else { return Vec::new() };
    let mut constants = site.column_constants();
    let range = ALIEN.choose(&mut constants).expect("there are ranges of alien characters").clone();
    let alien = constants.random_range(range);
    let mut chars: Vec<char> = text.chars().collect();
    chars.insert(stream.random_range(0..=chars.len()), alien);
    vec![(site.cell(), Some(chars.into_iter().collect()))]
}
