//! What a Parquet file says of its sizes, held against its pages before memory is taken for them.

use std::path::Path;

use lustrate_table::TableError;
use parquet::column::page::PageReader;
use parquet::errors::ParquetError;
use parquet::file::metadata::ParquetMetaData;
use parquet::file::reader::FileReader;
use parquet::file::serialized_reader::SerializedFileReader;

use crate::ReadError;
use crate::csv_messages::too_much_memory;
use crate::ended::EndedFile;
use crate::guarded::CONTRADICTS_ITSELF;
use crate::no_table::no_table;
use crate::parquet_read::damaged;
use crate::unpacking::stands_for_more;

/// The bytes that a table takes for a cell, whatever is in it.
const OF_CELL: u64 = 4;

/// The bytes that Polars takes for a cell of the column that it reads.
const OF_CELL_READ: u64 = 16;

/// Bytes that any file may stand for once Polars has read it.
const ALWAYS: u64 = 4 << 30;

/// How many times its own bytes a file may stand for: columns of few values shrink to a thousandth and less.
const TIMES: u64 = 1000;

/// Refuses a file that says that it has other numbers of rows or values than its pages have: what reads it takes memory for all
/// of them beforehand, and what is copied of it would be another table; and one that stands for more than its bytes may, or
/// whose table takes more memory than it may or than there is. Of the pages only the headers are read.
///
/// # Errors
/// A message for such a file, and for one that has no pages where they should be.
pub(crate) fn check_claims(
    name: &Path,
    reader: &SerializedFileReader<EndedFile>,
    bytes: u64,
    memory: Option<u64>,
) -> Result<(), ReadError> {
    let metadata = reader.metadata();
    let shown = || name.display().to_string();
    let rows = rows(metadata).ok_or_else(|| damaged(name, &CONTRADICTS_ITSELF))?;
    if rows > u64::from(u32::MAX) {
        return Err(no_table(&shown(), &TableError::TooManyRows).into());
    }
    if any_is_negative(metadata) {
        return Err(damaged(name, &CONTRADICTS_ITSELF));
    }
    if !pages_hold_them(reader).map_err(|error| damaged(name, &error))? {
        return Err(damaged(name, &CONTRADICTS_ITSELF));
    }
    let columns = metadata.file_metadata().schema_descr().columns();
    let flat = columns.iter().filter(|column| column.path().parts().len() == 1).count() as u64;
    let table = rows.saturating_mul(OF_CELL * flat);
    match memory {
        Some(most) if table > most => return Err(too_much_memory(&shown()).into()),
        None => {
            let frame = frame(metadata);
            if frame > ALWAYS.max(bytes.saturating_mul(TIMES)) {
                return Err(stands_for_more(name, frame >> 20).into());
            }
        }
        Some(_) => {}
    }
    let there_is = usize::try_from(table.saturating_add(rows * OF_CELL_READ))
        .is_ok_and(|bytes| Vec::<u8>::new().try_reserve_exact(bytes).is_ok());
    if there_is { Ok(()) } else { Err(too_much_memory(&shown()).into()) }
}

/// The bytes that Polars takes for all columns.
fn frame(metadata: &ParquetMetaData) -> u64 {
    let chunks = metadata.row_groups().iter().flat_map(|group| group.columns());
    let taken = chunks.map(|chunk| {
        let [values, unpacked] = [chunk.num_values(), chunk.uncompressed_size()].map(|claim| claim.max(0) as u64);
        unpacked.max(values.saturating_mul(OF_CELL_READ))
    });
    taken.fold(0, u64::saturating_add)
}

/// Whether some size is less than none: what is copied says it again, and what reads that refuses it.
fn any_is_negative(metadata: &ParquetMetaData) -> bool {
    metadata.row_groups().iter().flat_map(|group| group.columns()).any(|chunk| {
        [chunk.num_values(), chunk.compressed_size(), chunk.uncompressed_size()].iter().any(|size| *size < 0)
    })
}

/// The rows of all row groups; `None` where there are fewer than none, or others than the file says.
fn rows(metadata: &ParquetMetaData) -> Option<u64> {
    let add = |rows: u64, group: i64| rows.checked_add(u64::try_from(group).ok()?);
    let rows = metadata.row_groups().iter().map(|group| group.num_rows()).try_fold(0, add)?;
    (i64::try_from(rows).ok()? == metadata.file_metadata().num_rows()).then_some(rows)
}

/// Whether the pages of every column have as many values as are said to be in it, and of a flat column as many as there are
/// rows.
fn pages_hold_them(reader: &SerializedFileReader<EndedFile>) -> Result<bool, ParquetError> {
    for group in 0..reader.num_row_groups() {
        let group = reader.get_row_group(group)?;
        for (place, column) in group.metadata().columns().iter().enumerate() {
            let held = values(&mut *group.get_column_page_reader(place)?)?;
            let is_flat = column.column_descr().max_rep_level() == 0;
            let are_held = |claimed: i64| u64::try_from(claimed) == Ok(held);
            if !are_held(column.num_values()) || (is_flat && !are_held(group.metadata().num_rows())) {
                return Ok(false);
            }
        }
    }
    Ok(true)
}

/// The values of all pages, by their headers.
fn values(pages: &mut dyn PageReader) -> Result<u64, ParquetError> {
    let mut values = 0_u64;
    while let Some(page) = pages.peek_next_page()? {
        // They are written as a number of 32 bits with a sign, and given as one without.
        let of_page = i32::try_from(page.num_levels.or(page.num_rows).unwrap_or(0));
        let of_page = of_page.map_err(|_| ParquetError::General("a page has fewer than no values".to_owned()))?;
        values += u64::from(of_page.unsigned_abs());
        pages.skip_next_page()?;
    }
    Ok(values)
}
