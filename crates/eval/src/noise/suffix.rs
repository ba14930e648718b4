//! A number with its unit: `12` becomes `12 kg`.
//!
//! Columns of numbers filled by hand. One unit a column.

use lustrate_table::parse_number;
use rand::seq::IndexedRandom;

use super::{Edit, Example, Kind, Plant, Stream};
use crate::dirt::Site;

pub(super) const KIND: Kind = Kind {
    name: "suffix",
    summary: "a number with a unit behind it, one a column",
    example: Example { before: "12", after: "12 kg" },
    plant: Plant::Cells(plant),
};

const SUFFIXES: [&str; 8] = [" EUR", " h", " kg", " m", " pcs", " units", "$", "%"];

fn plant(site: &Site<'_>, _: &mut Stream) -> Vec<Edit> {
    let number = site.text(site.cell()).filter(|text| parse_number(text).is_some());
    let suffix = SUFFIXES.choose(&mut site.column_constants());
    number.zip(suffix).map(|(number, suffix)| (site.cell(), Some(format!("{number}{suffix}")))).into_iter().collect()
}
