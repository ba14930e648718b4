//! Parquet files with the rows put back that were set apart.

use std::io::Write;
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use parquet::file::metadata::ParquetMetaData;
use parquet::file::writer::SerializedFileWriter;

use crate::WriteError;
use crate::column_chunk::{Place, Source, copy_chunk};
use crate::merged_chunk::{MergedRow, merge_chunk};
use crate::parquet_read::damaged;
use crate::parquet_write::{file_properties, not_written};
use crate::read::open;
use crate::restore::ApartRows;
use crate::write::changed_since;

/// Writes the rows of a Parquet file and, where they were, those of another that were set apart from it. Types, nested
/// columns, codecs, encodings and all that is said of the file and its columns are those of the first; the row groups are
/// those that the rows once were in, and one that has all its rows in the first is copied as it is.
pub(crate) fn write_merged_parquet(
    kept: &Path,
    apart: &ApartRows,
    out: &mut (impl Write + Send),
) -> Result<(), WriteError> {
    let (kept, returning) = (source(kept)?, source(&apart.file)?);
    // The rows that were kept have been written just now.
    let not_written = |error| not_written(&apart.file, error);
    if !belong_together(kept.metadata(), returning.metadata(), apart) {
        return Err(changed_since(&apart.file).into());
    }
    let rows = rows(kept.metadata().file_metadata().num_rows() as usize, apart);
    let groups = groups(rows.len(), kept.metadata(), &apart.row_groups);
    let file = kept.metadata().file_metadata();
    // A file without rows has no row groups that say how they are indexed and sorted.
    let of_groups = if kept.metadata().num_row_groups() > 0 { kept.metadata() } else { returning.metadata() };
    let properties = file_properties((kept.metadata(), of_groups), &Vec::new(), None).map_err(not_written)?;
    let schema = file.schema_descr().root_schema_ptr();
    let mut writer = SerializedFileWriter::new(out, schema, Arc::new(properties)).map_err(not_written)?;
    for group in groups {
        let rows = &rows[group];
        let same = same_group(rows, kept.metadata());
        let mut to = writer.next_row_group().map_err(not_written)?;
        for column in 0..file.schema_descr().num_columns() {
            match same {
                Some(group) => copy_chunk(&kept, Place { group, column }, &mut to),
                None => merge_chunk([&kept, &returning], rows, column, &mut to),
            }
            .map_err(not_written)?;
        }
        to.close().map_err(not_written)?;
    }
    writer.close().map_err(not_written)?;
    Ok(())
}

fn source(path: &Path) -> Result<Source, WriteError> {
    Source::new(open(path)?).map_err(|error| damaged(path, &error).into())
}

/// Whether rows that were set apart have the columns of those that were kept, and the reasons behind them, and are all there.
fn belong_together(kept: &ParquetMetaData, returning: &ParquetMetaData, apart: &ApartRows) -> bool {
    let (kept, returning) = (kept.file_metadata(), returning.file_metadata());
    let fields = |schema: &parquet::schema::types::SchemaDescriptor| schema.root_schema().get_fields().to_vec();
    let has_rows = apart.rows.iter().all(|row| (row.place.index() as i64) < returning.num_rows());
    has_rows && fields(returning.schema_descr()).starts_with(&fields(kept.schema_descr()))
}

/// Where each row comes from: the rows that were kept, so many, and those set apart between them.
fn rows(kept: usize, apart: &ApartRows) -> Vec<MergedRow> {
    let (mut returning, mut staying) = (apart.rows.iter().peekable(), 0..kept);
    let row = |row: usize| match returning.next_if(|apart| apart.row.index() == row) {
        Some(apart) => Some(MergedRow { source: 1, row: apart.place.index() }),
        None => staying.next().map(|row| MergedRow { source: 0, row }),
    };
    (0..kept + apart.rows.len()).filter_map(row).collect()
}

/// The row groups that so many rows once were in; where nobody knows, groups of the size of those that are left.
fn groups(rows: usize, kept: &ParquetMetaData, known: &[u64]) -> Vec<Range<usize>> {
    let usual = kept.row_groups().iter().map(|group| group.num_rows() as usize).max().filter(|&rows| rows > 0);
    let mut start = 0;
    let mut next = |size: usize| {
        let group = start..rows.min(start + size);
        start = group.end;
        group
    };
    match known.iter().sum::<u64>() == rows as u64 {
        true => known.iter().map(|&size| next(size as usize)).collect(),
        false => {
            let size = usual.unwrap_or(rows).max(1);
            (0..rows.div_ceil(size)).map(|_| next(size)).collect()
        }
    }
}

/// The row group of the first file that consists of these rows and no others.
fn same_group(rows: &[MergedRow], kept: &ParquetMetaData) -> Option<usize> {
    let first = rows.first().filter(|_| rows.iter().all(|row| row.source == 0))?.row;
    let mut start = 0;
    kept.row_groups().iter().position(|group| {
        let begins = start;
        start += group.num_rows() as usize;
        begins == first && group.num_rows() as usize == rows.len()
    })
}
