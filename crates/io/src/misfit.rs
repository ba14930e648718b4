//! Why a text cannot be written to a cell.

use lustrate_table::{CellId, Origin, Table};

use crate::encoding::encode;
use crate::fits::fits;
use crate::typed::describe;

/// Why the file that a table came from cannot hold a text, or a missing value, in a cell, in words that go on after "but";
/// `None` where it can.
pub fn misfit(table: &Table, cell: CellId, text: Option<&str>) -> Option<String> {
    if fits(table, cell, text) {
        return None;
    }
    let Some(text) = text else { return Some("the column takes no missing value".to_owned()) };
    Some(table.origin().map_or_else(String::new, |origin| why(origin, cell, text)))
}

fn why(origin: &Origin, cell: CellId, text: &str) -> String {
    match origin {
        Origin::Parquet { types, .. } => {
            let value_type = types.get(cell.attribute.index());
            value_type.map_or_else(String::new, |value_type| format!("the column holds {}", describe(value_type)))
        }
        Origin::Csv { dialect, .. } => {
            let lacking = encode(text, dialect.encoding).err().map_or_else(String::new, |c| format!(" no `{c}`"));
            format!("the encoding of the file has{lacking}")
        }
        Origin::Sheet { .. } => String::new(),
        Origin::Files(parts) => {
            let part = parts.iter().find(|part| part.rows.contains(&cell.row.index()));
            let own = part.and_then(|part| Some((&part.origin, part.column(cell.attribute)?)));
            own.map_or_else(String::new, |(origin, attribute)| why(origin, CellId { attribute, ..cell }, text))
        }
    }
}
