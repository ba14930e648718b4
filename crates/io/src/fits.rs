//! Whether a new value can be written back to the file that a table came from.

use lustrate_table::{CellId, Origin, Table};

use crate::encoding::encode;
use crate::typed::parse;

/// Whether a text, or none, can be written to a cell: whether it parses, without loss, as the type of its Parquet column,
/// which may have to hold something, or has only characters of the encoding of its text file. A table from no file takes
/// every text.
///
/// [`write_table`](crate::write_table) refuses what does not fit; who proposes a value asks first.
pub fn fits(table: &Table, cell: CellId, text: Option<&str>) -> bool {
    fits_origin(table.origin(), cell, text)
}

fn fits_origin(origin: Option<&Origin>, cell: CellId, text: Option<&str>) -> bool {
    match (origin, text) {
        (None | Some(Origin::Sheet { .. }), _) | (Some(Origin::Csv { .. }), None) => true,
        (Some(Origin::Csv { dialect, .. }), Some(text)) => encode(text, dialect.encoding).is_ok(),
        (Some(Origin::Parquet { required, .. }), None) => required.binary_search(&cell.attribute).is_err(),
        (Some(Origin::Parquet { types, .. }), Some(_)) => {
            types.get(cell.attribute.index()).is_none_or(|value_type| parse(&[text], value_type).is_ok())
        }
        (Some(Origin::Files(parts)), _) => {
            let after = parts.partition_point(|part| part.rows.end <= cell.row.index());
            let own = parts.get(after).and_then(|part| Some((part, part.column(cell.attribute)?)));
            own.is_none_or(|(part, attribute)| fits_origin(Some(&part.origin), CellId { attribute, ..cell }, text))
        }
    }
}
