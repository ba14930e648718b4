//! Tables to Parquet files: the file they came from with the changed cells patched in, or text columns.

use std::fs::File;
use std::io::{self, Write};
use std::path::Path;

use lustrate_diagnostic::Diagnostic;
use lustrate_table::{AttributeId, Column, RowId, Table};
use polars::frame::DataFrame;
use polars::prelude::{
    BooleanChunked, IdxSize, NamedFrom, ParquetReader, ParquetWriter, PolarsError, SerReader, Series,
};

use crate::frame::to_data_frame;
use crate::parquet_read::damaged;
use crate::typed::{describe, parse, texts, value_type};
use crate::write::changed_since;
use crate::{Selection, WriteError};

/// Writes a table as text columns.
pub(crate) fn write_plain_parquet(
    table: &Table,
    selection: Selection<'_>,
    out: &mut impl Write,
) -> Result<(), WriteError> {
    let mut frame = select(table, to_data_frame(table).map_err(failed)?, selection)?;
    ParquetWriter::new(out).finish(&mut frame).map_err(failed)?;
    Ok(())
}

/// Writes the Parquet file that a table came from, with other values in the cells that have another text now. Types,
/// nulls, the order of columns, nested columns and the size of row groups stay.
///
/// # Errors
/// When the file does not hold the rows of the table, or a new text does not parse as the type of its column.
pub(crate) fn write_patched_parquet(
    table: &Table,
    path: &Path,
    file: File,
    selection: Selection<'_>,
    out: &mut impl Write,
) -> Result<(), WriteError> {
    let mut reader = ParquetReader::new(file);
    let metadata = reader.get_metadata().map_err(|error| damaged(path, &error))?;
    let group_rows = metadata.row_groups.iter().map(|group| group.num_rows()).max();
    let mut frame = reader.finish().map_err(|error| damaged(path, &error))?;
    patch_frame(table, path, &mut frame)?;
    let mut frame = select(table, frame, selection)?;
    ParquetWriter::new(out)
        .with_row_group_size(group_rows.filter(|&rows| rows > 0))
        .finish(&mut frame)
        .map_err(failed)?;
    Ok(())
}

/// The rows that are written, with the column of reasons if there is one.
fn select(table: &Table, frame: DataFrame, selection: Selection<'_>) -> Result<DataFrame, WriteError> {
    if matches!(selection, Selection::All) {
        return Ok(frame);
    }
    let rows = || table.row_ids().filter(|&row| selection.has(row));
    let mask = table.row_ids().map(|row| selection.has(row)).collect::<BooleanChunked>();
    let mut frame = frame.filter(&mask).map_err(failed)?;
    if let Some(name) = selection.reason_column(table) {
        let reasons: Vec<&str> = rows().filter_map(|row| selection.reason(row)).collect();
        frame.with_column(Series::new(name.as_str().into(), reasons).into()).map_err(failed)?;
    }
    Ok(frame)
}

fn patch_frame(table: &Table, path: &Path, frame: &mut DataFrame) -> Result<(), WriteError> {
    if frame.height() != table.rows() {
        return Err(changed_since(path).into());
    }
    for attribute in table.schema().ids() {
        let name = table.schema().name(attribute);
        let place = frame.get_column_index(name).ok_or_else(|| changed_since(path))?;
        let old = frame.columns()[place].as_materialized_series().clone();
        let old_texts = texts(&old).map_err(failed)?;
        let changed = changed_rows(&old_texts, table.column(attribute));
        if !changed.is_empty() {
            let new = patch_series(table, attribute, &old, &changed)?;
            frame.replace_column(place, new.into()).map_err(failed)?;
        }
    }
    Ok(())
}

fn changed_rows(old: &Column, new: &Column) -> Vec<RowId> {
    (0..old.len() as u32).map(RowId).filter(|&row| old.text(row) != new.text(row)).collect()
}

/// The old values with the new ones in the changed rows. The old ones are not parsed, so that nothing can happen to
/// them.
fn patch_series(table: &Table, attribute: AttributeId, old: &Series, changed: &[RowId]) -> Result<Series, WriteError> {
    let column = table.column(attribute);
    let new: Vec<_> = changed.iter().map(|&row| column.text(row)).collect();
    let value_type = value_type(old.dtype()).expect("an attribute is a flat column of its file");
    let new = parse(&new, &value_type).map_err(|at| {
        let (row, text) = (changed[at], new[at].unwrap_or(""));
        let name = table.schema().name(attribute);
        let title = format!("row {}, column `{name}`: `{text}` does not fit the column's type", row.number());
        Diagnostic::error("does-not-fit", title).help(format!("the column holds {}", describe(&value_type)))
    })?;
    let mut source: Vec<IdxSize> = (0..old.len() as IdxSize).collect();
    for (place, row) in changed.iter().enumerate() {
        source[row.index()] = (old.len() + place) as IdxSize;
    }
    let new = new.cast(old.dtype()).map_err(failed)?.with_name(old.name().clone());
    let mut both = old.clone();
    both.append(&new).map_err(failed)?;
    both.take_slice(&source).map_err(failed)
}

fn failed(error: PolarsError) -> WriteError {
    WriteError::Io(io::Error::other(error))
}
