//! The value of another column of the row: the city where the street belongs.
//!
//! Shifted fields and copies into the wrong field. The other cell keeps its value.

use lustrate_table::CellId;
use rand::seq::IteratorRandom;

use super::{Edit, Example, Kind, Plant, Stream};
use crate::dirt::Site;

pub(super) const KIND: Kind = Kind {
    name: "foreign",
    summary: "the value of another column of the row",
    example: Example { before: "Mill Road | Rome", after: "Rome | Rome" },
    plant: Plant::Cells(plant),
};

fn plant(site: &Site<'_>, stream: &mut Stream) -> Vec<Edit> {
    let here = site.cell();
    let Some(attribute) = site.other_columns().choose(stream) else { return Vec::new() };
    let there = site.text(CellId { row: here.row, attribute });
    there.map(|text| (here, Some(text.to_owned()))).into_iter().collect()
}
