//! Whether a new value can be written back to the file that a table came from.

use lustrate_table::{CellId, Origin, Table};

use crate::encoding::encode;
use crate::typed::parse;

/// Whether a text can be written to a cell: whether it parses, without loss, as the type of its Parquet column, or
/// has only characters of the encoding of its text file. A table from no file takes every text.
///
/// [`write_table`](crate::write_table) refuses what does not fit; who proposes a value asks first.
pub fn fits(table: &Table, cell: CellId, text: &str) -> bool {
    match table.origin() {
        None => true,
        Some(Origin::Csv { dialect, .. }) => encode(text, dialect.encoding).is_ok(),
        Some(Origin::Parquet { types, .. }) => {
            types.get(cell.attribute.index()).is_none_or(|value_type| parse(&[Some(text)], value_type).is_ok())
        }
    }
}
