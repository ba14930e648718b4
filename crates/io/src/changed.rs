//! Which cells of a file have other values in a table.

use lustrate_table::{CellId, RowId, Table};
use rayon::prelude::*;

use crate::split::Split;

/// The cells of the rows of a part of a text, which in the table begin with row `first`, that have other values in the table,
/// in order. Missing values and empty ones are alike, as both are empty fields.
///
/// # Panics
/// When the table has fewer rows.
pub(crate) fn changed_cells(table: &Table, first: RowId, split: &Split, text: &str) -> Vec<CellId> {
    let attributes: Vec<_> = table.schema().ids().collect();
    let changed = attributes.into_par_iter().flat_map_iter(|attribute| {
        let differing = table.column(attribute).differing(first, split.column(text, attribute.index()));
        differing.into_iter().map(move |row| CellId { row, attribute })
    });
    let mut changed: Vec<CellId> = changed.collect();
    changed.sort_unstable();
    changed
}
