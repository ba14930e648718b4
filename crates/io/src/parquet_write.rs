//! Tables to Parquet files: the file they came from with the changed cells patched in, or text columns.
//!
//! A column chunk in which nothing changes is copied byte for byte, whatever it holds; the others are written anew, value
//! by value as they are stored. So types, row groups, codecs and what is said of the file and its columns stay.

use std::fs::File;
use std::io::{self, Write};
use std::path::Path;
use std::sync::Arc;

use arrow::datatypes::{DataType, Field, Schema};
use lustrate_diagnostic::Diagnostic;
use lustrate_table::{AttributeId, Column, RowId, Table, ValueType};
use parquet::arrow::{ARROW_SCHEMA_META_KEY, encode_arrow_schema, parquet_to_arrow_schema};
use parquet::basic::{ConvertedType, LogicalType, Repetition, Type as PhysicalType};
use parquet::data_type::{ByteArray, ByteArrayType};
use parquet::errors::ParquetError;
use parquet::file::metadata::{KeyValue, ParquetMetaData};
use parquet::file::properties::{WriterProperties, WriterVersion};
use parquet::file::writer::{SerializedFileWriter, SerializedRowGroupWriter};
use parquet::schema::types::{Type, TypePtr};
use polars::frame::DataFrame;
use polars::prelude::{BooleanChunked, NamedFrom, ParquetReader, ParquetWriter, PolarsError, SerReader, Series};

use crate::column_chunk::{Change, Place, Source, copy_chunk, rewrite_chunk};
use crate::frame::to_data_frame;
use crate::guarded::{CONTRADICTS_ITSELF, guarded};
use crate::parquet_read::damaged;
use crate::physical::{Physical, physical};
use crate::typed::{describe, texts};
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

/// Writes the Parquet file that a table came from, with other values in the cells that have another text now. Types,
/// nulls, columns that are no attributes, row groups, codecs, encodings and metadata stay; a row group that keeps no row
/// goes.
///
/// # Errors
/// When the file does not hold the rows of the table, or a new text does not fit the type of its column.
pub(crate) fn write_patched_parquet(
    table: &Table,
    (path, file): (&Path, File),
    types: &[ValueType],
    selection: Selection<'_>,
    out: &mut (impl Write + Send),
) -> Result<(), WriteError> {
    let written = guarded(|| write_patched(table, (path, file), types, selection, out))?;
    written.unwrap_or_else(|| Err(damaged(path, &CONTRADICTS_ITSELF).into()))
}

fn write_patched(
    table: &Table,
    (path, file): (&Path, File),
    types: &[ValueType],
    selection: Selection<'_>,
    out: &mut (impl Write + Send),
) -> Result<(), WriteError> {
    let unreadable = |error: ParquetError| WriteError::from(damaged(path, &error));
    let not_written = |error| not_written(path, error);
    let source = Source::new(file).map_err(unreadable)?;
    let metadata = source.metadata();
    if metadata.file_metadata().num_rows() != table.rows() as i64 {
        return Err(changed_since(path).into());
    }
    let changes = changes(table, path, types, &source)?;
    let reasons = selection.reason_column(table);
    let schema = schema(metadata, reasons.as_deref()).map_err(not_written)?;
    let properties = file_properties((metadata, metadata), &changes, reasons.as_deref()).map_err(not_written)?;
    let mut writer = SerializedFileWriter::new(out, schema, Arc::new(properties)).map_err(not_written)?;
    let mut first = 0;
    for group in 0..metadata.num_row_groups() {
        let rows = metadata.row_group(group).num_rows() as usize;
        let kept: Vec<bool> = (first..first + rows).map(|row| selection.has(RowId(row as u32))).collect();
        if rows == 0 || kept.contains(&true) {
            let mut to = writer.next_row_group().map_err(not_written)?;
            let kept = kept.contains(&false).then_some(kept.as_slice());
            write_columns(&source, (group, first..first + rows), kept, &changes, &mut to).map_err(not_written)?;
            write_reasons(selection, first..first + rows, &mut to).map_err(not_written)?;
            to.close().map_err(not_written)?;
        }
        first += rows;
    }
    writer.close().map_err(not_written)?;
    Ok(())
}

/// For each column of the file the rows with a new value, and the value.
pub(crate) type Changes = Vec<Vec<(usize, Option<Physical>)>>;

fn changes(table: &Table, path: &Path, types: &[ValueType], source: &Source) -> Result<Changes, WriteError> {
    let schema = source.metadata().file_metadata().schema_descr();
    let mut changes = vec![Vec::new(); schema.num_columns()];
    for (attribute, value_type) in table.schema().ids().zip(types) {
        let name = table.schema().name(attribute);
        let column = (0..schema.num_columns()).find(|&column| schema.column(column).path().parts() == [name]);
        let column = column.ok_or_else(|| changed_since(path))?;
        let old = old_texts(source.file(), path, name)?;
        if old.len() != table.rows() {
            return Err(changed_since(path).into());
        }
        let rows = changed_rows(&old, table.column(attribute));
        let new: Vec<_> = rows.iter().map(|&row| table.column(attribute).text(row)).collect();
        let descriptor = schema.column(column);
        if let Some(place) = new.iter().position(Option::is_none).filter(|_| descriptor.max_def_level() == 0) {
            return Err(does_not_fit(table, attribute, rows[place], None, value_type).into());
        }
        let values = physical(&new, value_type, &descriptor)
            .map_err(|place| does_not_fit(table, attribute, rows[place], new[place], value_type))?;
        changes[column] = rows.iter().map(|row| row.index()).zip(values).collect();
    }
    Ok(changes)
}

/// What the reader reads of a column.
fn old_texts(file: &File, path: &Path, name: &str) -> Result<Column, WriteError> {
    let reader = ParquetReader::new(file.try_clone()?).with_columns(Some(vec![name.to_owned()]));
    let frame = reader.finish().map_err(|error| damaged(path, &error))?;
    let column = frame.columns().first().ok_or_else(|| changed_since(path))?;
    texts(column.as_materialized_series()).map_err(failed)
}

fn changed_rows(old: &Column, new: &Column) -> Vec<RowId> {
    (0..old.len() as u32).map(RowId).filter(|&row| old.text(row) != new.text(row)).collect()
}

fn does_not_fit(
    table: &Table,
    attribute: AttributeId,
    row: RowId,
    text: Option<&str>,
    value_type: &ValueType,
) -> Diagnostic {
    let text = text.map_or("a missing value".to_owned(), |text| format!("`{text}`"));
    let name = table.schema().name(attribute);
    let title = format!("row {}, column `{name}`: {text} does not fit the column's type", row.number());
    Diagnostic::error("does-not-fit", title).help(format!("the column holds {}", describe(value_type)))
}

/// The columns of the new file: those of the old one, and behind them the reasons if there are any.
fn schema(metadata: &ParquetMetaData, reasons: Option<&str>) -> Result<TypePtr, ParquetError> {
    let schema = metadata.file_metadata().schema_descr();
    let Some(name) = reasons else { return Ok(schema.root_schema_ptr()) };
    let reason = Type::primitive_type_builder(name, PhysicalType::BYTE_ARRAY)
        .with_repetition(Repetition::OPTIONAL)
        .with_logical_type(Some(LogicalType::String))
        .with_converted_type(ConvertedType::UTF8)
        .build()?;
    let fields = schema.root_schema().get_fields().iter().cloned().chain([Arc::new(reason)]).collect();
    Ok(Arc::new(Type::group_type_builder(schema.root_schema().name()).with_fields(fields).build()?))
}

/// What is said of the file: the same as of the first, whose row groups are those of the second.
pub(crate) fn file_properties(
    (metadata, of_groups): (&ParquetMetaData, &ParquetMetaData),
    changes: &Changes,
    reasons: Option<&str>,
) -> Result<WriterProperties, ParquetError> {
    let file = metadata.file_metadata();
    let version = if file.version() < 2 { WriterVersion::PARQUET_1_0 } else { WriterVersion::PARQUET_2_0 };
    let mut said = file.key_value_metadata().cloned();
    if let Some(name) = reasons {
        let arrow = parquet_to_arrow_schema(file.schema_descr(), said.as_ref())?;
        for entry in said.iter_mut().flatten().filter(|entry| entry.key == ARROW_SCHEMA_META_KEY) {
            let reason = Arc::new(Field::new(name, DataType::Utf8, true));
            let fields: Vec<_> = arrow.fields().iter().cloned().chain([reason]).collect();
            let schema = Schema::new_with_metadata(fields, arrow.metadata().clone());
            *entry = KeyValue::new(entry.key.clone(), encode_arrow_schema(&schema));
        }
    }
    // The order of the rows stands as long as no value that they are sorted by is another.
    let sorting = of_groups.row_groups().first().and_then(|group| group.sorting_columns()).filter(|sorting| {
        let stands = |column: usize| changes.get(column).is_none_or(Vec::is_empty);
        of_groups.row_groups().iter().all(|group| group.sorting_columns() == Some(*sorting))
            && sorting.iter().all(|by| stands(by.column_idx as usize))
    });
    Ok(WriterProperties::builder()
        .set_writer_version(version)
        .set_created_by(file.created_by().unwrap_or_default().to_owned())
        .set_key_value_metadata(said)
        .set_sorting_columns(sorting.cloned())
        .set_offset_index_disabled(of_groups.offset_index().is_none())
        .build())
}

fn write_columns<W: Write + Send>(
    source: &Source,
    (group, rows): (usize, std::ops::Range<usize>),
    kept: Option<&[bool]>,
    changes: &Changes,
    out: &mut SerializedRowGroupWriter<'_, W>,
) -> Result<(), ParquetError> {
    for (column, all) in changes.iter().enumerate() {
        let here = all.partition_point(|&(row, _)| row < rows.start)..all.partition_point(|&(row, _)| row < rows.end);
        let values: Vec<_> = all[here].iter().map(|(row, value)| (row - rows.start, value.clone())).collect();
        let place = Place { group, column };
        if values.is_empty() && kept.is_none() {
            copy_chunk(source, place, out)?;
        } else {
            rewrite_chunk(source, place, &Change { values: &values, kept }, out)?;
        }
    }
    Ok(())
}

/// Writes the column of reasons for the rows of a row group, if there is one.
fn write_reasons<W: Write + Send>(
    selection: Selection<'_>,
    rows: std::ops::Range<usize>,
    out: &mut SerializedRowGroupWriter<'_, W>,
) -> Result<(), ParquetError> {
    let Selection::SetApart(_) = selection else { return Ok(()) };
    let reasons = rows.filter_map(|row| selection.reason(RowId(row as u32)));
    let reasons: Vec<ByteArray> = reasons.map(ByteArray::from).collect();
    if let Some(mut column) = out.next_column()? {
        column.typed::<ByteArrayType>().write_batch(&reasons, Some(&vec![1; reasons.len()]), None)?;
        column.close()?;
    }
    Ok(())
}

fn failed(error: PolarsError) -> WriteError {
    WriteError::Io(io::Error::other(error))
}

/// The error of a file that is made from another, which is at the path: that of the system where it is one; otherwise there
/// is something in the other that was copied unread until now.
pub(crate) fn not_written(from: &Path, error: ParquetError) -> WriteError {
    if let ParquetError::External(inner) = error {
        return match inner.downcast::<io::Error>() {
            Ok(error) if error.raw_os_error().is_some() => WriteError::Io(*error),
            Ok(error) => damaged(from, &error).into(),
            Err(error) => damaged(from, &error).into(),
        };
    }
    damaged(from, &error).into()
}
