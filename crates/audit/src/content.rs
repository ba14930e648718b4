//! What tells two tables apart of which the same values can be written in many ways.

use std::io::{self, Write};
use std::path::Path;

use lustrate_io::{Hashing, ReadError, fingerprint_within};
use lustrate_table::{AttributeId, CellId, Origin, RowId, Table};

/// The hash of the names, types and texts of a table's columns, taken from several tables of the same columns: each row is
/// that of one of them. Columns that a table does not have in common with the first are left out.
pub(crate) fn content_hash(tables: &[&Table], rows: &[(usize, RowId)]) -> String {
    let mut hash = Hashing::new(io::sink());
    let first = tables[0];
    let mut put = |bytes: Option<&[u8]>| {
        let length = bytes.map_or(u64::MAX, |bytes| bytes.len() as u64);
        // A sink takes everything.
        let _ = hash.write_all(&length.to_le_bytes()).and_then(|()| hash.write_all(bytes.unwrap_or_default()));
    };
    if let Some(Origin::Parquet { types, .. }) = first.origin() {
        put(Some(format!("{types:?}").as_bytes()));
    }
    for attribute in first.schema().ids() {
        let name = first.schema().name(attribute);
        put(Some(name.as_bytes()));
        let places: Vec<Option<AttributeId>> = tables.iter().map(|table| table.schema().find(name)).collect();
        for &(table, row) in rows {
            let text = places[table].and_then(|attribute| tables[table].text(CellId { row, attribute }));
            put(text.map(str::as_bytes));
        }
    }
    hash.finish().sha256
}

/// What tells a file apart whose bytes may be others for the same table: the hash of a Parquet table, or that of what is in a
/// compressed file; `None` for others. `table` is what is in the file, as far as its `rows` are.
///
/// # Errors
/// A file that cannot be read.
pub(crate) fn content(
    table: &Table,
    rows: impl Iterator<Item = RowId>,
    file: &Path,
) -> Result<Option<String>, ReadError> {
    match values_hash(table, rows) {
        Some(hash) => Ok(Some(hash)),
        None => Ok(fingerprint_within(file)?.map(|print| print.sha256)),
    }
}

/// The hash of a whole table of Parquet or of a sheet; `None` for a table of text, whose bytes tell it apart.
fn values_hash(table: &Table, rows: impl Iterator<Item = RowId>) -> Option<String> {
    match table.origin() {
        Some(Origin::Parquet { .. } | Origin::Sheet { .. }) => {
            Some(content_hash(&[table], &rows.map(|row| (0, row)).collect::<Vec<_>>()))
        }
        Some(Origin::Csv { .. } | Origin::Files(_)) | None => None,
    }
}
