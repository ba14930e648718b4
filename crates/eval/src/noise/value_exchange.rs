//! The values of a column exchanged between two rows: each stands where the other belongs.
//!
//! Rows sorted or pasted in part. One error, two cells, and the column as a whole keeps its values.

use lustrate_table::{CellId, RowId};
use rand::RngExt;

use super::{Edit, Example, Kind, Plant, Stream};
use crate::dirt::Site;

pub(super) const KIND: Kind = Kind {
    name: "value_exchange",
    summary: "the values of two rows of one column exchanged",
    example: Example { before: "Rome\nOslo\nBern", after: "Bern\nOslo\nRome" },
    plant: Plant::Cells(plant),
};

fn plant(site: &Site<'_>, stream: &mut Stream) -> Vec<Edit> {
    let here = site.cell();
    let rows = site.column().len() as u32;
    // The planner takes both cells or none: an exchange wants room for two.
    if rows < 2 || site.room() < 2 {
        return Vec::new();
    }
    let row = RowId((here.row.0 + stream.random_range(1..rows)) % rows);
    let there = CellId { row, ..here };
    match (site.text(here), site.text(there)) {
        (Some(a), Some(b)) => vec![(here, Some(b.to_owned())), (there, Some(a.to_owned()))],
        _ => Vec::new(),
    }
}
