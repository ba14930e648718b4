//! Parquet files with the rows put back that were set apart.

use std::io::{self, Write};

use lustrate_table::{Origin, Table};
use polars::prelude::{IdxCa, IdxSize, NamedFrom, ParquetReader, ParquetWriter, PolarsError, SerReader};

use crate::WriteError;
use crate::parquet_read::{damaged, read_frame};
use crate::parquet_write::patch_frame;
use crate::read::open;
use crate::restore::ApartRows;
use crate::write::changed_since;

/// Writes the Parquet file that a table came from with other values where it has another text, and with the rows of another
/// file where they were. Types, nulls, the order of columns, nested columns and the size of row groups are those of the
/// first.
pub(crate) fn write_restored_parquet(table: &Table, apart: &ApartRows, out: &mut impl Write) -> Result<(), WriteError> {
    let Some(Origin::Parquet { path, .. }) = table.origin() else {
        return Err(io::Error::other("the table came from no Parquet file").into());
    };
    let mut reader = ParquetReader::new(open(path)?);
    let metadata = reader.get_metadata().map_err(|error| damaged(path, &error))?;
    let group_rows = metadata.row_groups.iter().map(|group| group.num_rows()).max();
    let mut frame = reader.finish().map_err(|error| damaged(path, &error))?;
    patch_frame(table, path, &mut frame)?;
    let (kept, width) = (frame.height(), frame.width());
    let set_apart = read_frame(&apart.file, open(&apart.file)?)?;
    // Behind the columns of the table is the one with the reasons.
    let columns = set_apart.columns().iter().take(width).map(|column| column.name().clone());
    let set_apart = set_apart.select(columns).map_err(|error| damaged(&apart.file, &error))?;
    if set_apart.schema() != frame.schema() || apart.rows.iter().any(|row| row.place.index() >= set_apart.height()) {
        return Err(changed_since(&apart.file).into());
    }
    frame.vstack_mut(&set_apart).map_err(failed)?;
    let mut returning = apart.rows.iter().peekable();
    let mut staying = 0..kept;
    let place = |row: usize| match returning.next_if(|apart| apart.row.index() == row) {
        Some(apart) => kept + apart.place.index(),
        None => staying.next().unwrap_or_default(),
    };
    let order: Vec<IdxSize> = (0..kept + apart.rows.len()).map(place).map(|place| place as IdxSize).collect();
    let mut frame = frame.take(&IdxCa::new("".into(), order)).map_err(failed)?;
    ParquetWriter::new(out)
        .with_row_group_size(group_rows.filter(|&rows| rows > 0))
        .finish(&mut frame)
        .map_err(failed)?;
    Ok(())
}

fn failed(error: PolarsError) -> WriteError {
    WriteError::Io(io::Error::other(error))
}
