//! The value of another row: a legitimate value in the wrong place.
//!
//! Rows mixed up in sorting, pasting or joining. Nothing but the rest of the row gives it away.

use lustrate_table::{CellId, RowId};
use rand::RngExt;

use super::{Edit, Example, Kind, Plant, Stream};
use crate::dirt::Site;

pub(super) const KIND: Kind = Kind {
    name: "swap",
    summary: "the value of another row",
    example: Example { before: "Rome\nOslo\nBern", after: "Bern\nOslo\nBern" },
    plant: Plant::Cells(plant),
};

fn plant(site: &Site<'_>, stream: &mut Stream) -> Vec<Edit> {
    let CellId { row, attribute } = site.cell();
    let rows = site.column().len() as u32;
    if rows < 2 {
        return Vec::new();
    }
    let other = RowId((row.0 + stream.random_range(1..rows)) % rows);
    let text = site.text(CellId { row: other, attribute });
    text.map(|text| (site.cell(), Some(text.to_owned()))).into_iter().collect()
}
