//! The values of two columns of a row exchanged: the first name in the last name and the reverse.
//!
//! Forms filled in the wrong field. One error, two cells, and each of them explains the other.

use lustrate_table::CellId;
use rand::seq::IteratorRandom;

use super::{Edit, Example, Kind, Plant, Stream};
use crate::dirt::Site;

pub(super) const KIND: Kind = Kind {
    name: "exchange",
    summary: "the values of two columns of one row exchanged",
    example: Example { before: "Anna | Rossi\nEva | Weiß", after: "Rossi | Anna\nEva | Weiß" },
    plant: Plant::Cells(plant),
};

fn plant(site: &Site<'_>, stream: &mut Stream) -> Vec<Edit> {
    let here = site.cell();
    let partner = site.other_columns().filter(|&other| site.has_room(other)).choose(stream);
    let Some(attribute) = partner else { return Vec::new() };
    let there = CellId { row: here.row, attribute };
    match (site.text(here), site.text(there)) {
        (Some(a), Some(b)) => vec![(here, Some(b.to_owned())), (there, Some(a.to_owned()))],
        _ => Vec::new(),
    }
}
