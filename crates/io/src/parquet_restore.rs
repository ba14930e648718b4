//! Parquet files with the rows put back that were set apart.

use std::io::{self, Write};
use std::path::Path;

use polars::frame::DataFrame;
use polars::prelude::{
    IdxCa, IdxSize, KeyValueMetadata, NamedFrom, ParquetReader, ParquetWriter, PolarsError, SerReader,
};

use crate::WriteError;
use crate::parquet_read::damaged;
use crate::read::open;
use crate::restore::ApartRows;
use crate::write::changed_since;

/// The key under which the Arrow schema of a Parquet file is, which writers make themselves.
const ARROW_SCHEMA: &str = "ARROW:schema";

/// Writes the rows of a Parquet file and, where they were, those of another that were set apart from it. Types, nulls, the
/// order of columns, nested columns, the size of row groups and the pairs of the metadata are those of the first.
pub(crate) fn write_merged_parquet(kept: &Path, apart: &ApartRows, out: &mut impl Write) -> Result<(), WriteError> {
    let mut reader = ParquetReader::new(open(kept)?);
    let metadata = reader.get_metadata().map_err(|error| damaged(kept, &error))?;
    let group_rows = metadata.row_groups.iter().map(|group| group.num_rows()).max();
    let pairs = metadata.key_value_metadata().iter().flatten().filter(|pair| pair.key != ARROW_SCHEMA);
    let pairs = pairs.filter_map(|pair| Some((pair.key.clone(), pair.value.clone()?))).collect::<Vec<_>>();
    let mut frame = reader.finish().map_err(|error| damaged(kept, &error))?;
    let order = order(frame.height(), apart);
    frame.vstack_mut(&set_apart(apart, &frame)?).map_err(failed)?;
    let mut frame = frame.take(&IdxCa::new("".into(), order)).map_err(failed)?;
    ParquetWriter::new(out)
        .with_row_group_size(group_rows.filter(|&rows| rows > 0))
        .with_key_value_metadata((!pairs.is_empty()).then(|| KeyValueMetadata::from_static(pairs)))
        .finish(&mut frame)
        .map_err(failed)?;
    Ok(())
}

/// The rows that were set apart, without the column of reasons behind them.
fn set_apart(apart: &ApartRows, kept: &DataFrame) -> Result<DataFrame, WriteError> {
    let frame = ParquetReader::new(open(&apart.file)?).finish().map_err(|error| damaged(&apart.file, &error))?;
    let names = frame.columns().iter().take(kept.width()).map(|column| column.name().clone());
    let frame = frame.select(names).map_err(|error| damaged(&apart.file, &error))?;
    let is_whole = apart.rows.iter().all(|row| row.place.index() < frame.height());
    if frame.schema() == kept.schema() && is_whole { Ok(frame) } else { Err(changed_since(&apart.file).into()) }
}

/// The place of each row among those that were kept, so many, and those set apart behind them.
fn order(kept: usize, apart: &ApartRows) -> Vec<IdxSize> {
    let (mut returning, mut staying) = (apart.rows.iter().peekable(), 0..kept);
    let place = |row: usize| match returning.next_if(|apart| apart.row.index() == row) {
        Some(apart) => Some(kept + apart.place.index()),
        None => staying.next(),
    };
    (0..kept + apart.rows.len()).filter_map(place).map(|place| place as IdxSize).collect()
}

fn failed(error: PolarsError) -> WriteError {
    WriteError::Io(io::Error::other(error))
}
