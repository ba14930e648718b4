//! Parquet files to tables.

use std::fmt::Display;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::Path;

use lustrate_diagnostic::{Diagnostic, Diagnostics};
use lustrate_table::{AttributeId, Compression, Origin, OriginFile, Table, ValueType};
use parquet::file::reader::FileReader;
use parquet::file::serialized_reader::SerializedFileReader;
use parquet::schema::types::ColumnDescPtr;
use polars::prelude::{ParquetReader, SerReader};

use crate::ended::EndedFile;
use crate::format::PARQUET_MAGIC;
use crate::frame::table_of_frame;
use crate::guarded::{CONTRADICTS_ITSELF, guarded};
use crate::parquet_claims::check_claims;
use crate::physical::unit;
use crate::read::{NoRows, cannot_read};
use crate::table_file::TableFile;
use crate::{ReadError, Reading};

/// Reads a Parquet file, which becomes the origin of the table.
pub(crate) fn read_parquet(wanted: &TableFile, mut file: File, no_rows: NoRows) -> Result<Reading, ReadError> {
    let path = wanted.name();
    let bytes = refuse_cut_short(path, &mut file)?;
    let reading = guarded(|| read_whole(wanted, file, bytes, no_rows)).map_err(|error| cannot_read(path, &error))?;
    reading.unwrap_or_else(|| Err(damaged(path, &CONTRADICTS_ITSELF)))
}

fn read_whole(wanted: &TableFile, file: File, bytes: u64, no_rows: NoRows) -> Result<Reading, ReadError> {
    let path = wanted.name();
    let reader = open_parquet(path, &file, bytes, wanted.options().memory)?;
    let frame = ParquetReader::new(file).finish().map_err(|error| damaged(path, &error))?;
    let mut notes = Diagnostics::new();
    let (table, mut types) = table_of_frame(&path.display().to_string(), &frame, no_rows, &mut notes)?;
    let required = look_closer(&table, &mut types, &reader);
    let file = OriginFile { path: wanted.path().to_owned(), bytes, compression: Compression::None };
    let origin = Origin::Parquet { file, types, required };
    Ok(Reading { table: table.with_origin(origin), notes })
}

/// Makes types as narrow as the columns of the file are, where the frame has wider ones, and gives back the attributes
/// whose columns hold no null.
fn look_closer(table: &Table, types: &mut [ValueType], reader: &SerializedFileReader<EndedFile>) -> Vec<AttributeId> {
    let schema = reader.metadata().file_metadata().schema_descr();
    let mut required = Vec::new();
    for (attribute, value_type) in table.schema().ids().zip(types) {
        let is_of = |column: &&ColumnDescPtr| column.path().parts() == [table.schema().name(attribute)];
        let Some(column) = schema.columns().iter().find(is_of) else { continue };
        if column.max_def_level() == 0 {
            required.push(attribute);
        }
        if let (ValueType::Time { unit: of }, Some(stored)) = (value_type, unit(column)) {
            *of = stored;
        }
    }
    required
}

/// What a file says of itself, with sizes that its pages have; the file is at its start again.
pub(crate) fn open_parquet(
    path: &Path,
    mut file: &File,
    bytes: u64,
    memory: Option<u64>,
) -> Result<SerializedFileReader<EndedFile>, ReadError> {
    let again = file.try_clone().map_err(|error| cannot_read(path, &error))?;
    let reader = SerializedFileReader::new(EndedFile::new(again)).map_err(|error| damaged(path, &error))?;
    check_claims(path, &reader, bytes, memory)?;
    file.rewind().map_err(|error| cannot_read(path, &error))?;
    Ok(reader)
}

/// The message for a Parquet file that cannot be read.
pub(crate) fn damaged(path: &Path, error: &dyn Display) -> ReadError {
    let title = format!("`{}` is a Parquet file that cannot be read: {error}", path.display());
    Diagnostic::error("damaged-parquet", title).help("write or download the file again").into()
}

/// The length of a file that ends as Parquet files do.
fn refuse_cut_short(path: &Path, file: &mut File) -> Result<u64, ReadError> {
    let mut end = [0; PARQUET_MAGIC.len()];
    let mut read_end = || {
        let length = file.seek(SeekFrom::End(0))?;
        file.seek(SeekFrom::End(-(end.len() as i64)))?;
        file.read_exact(&mut end)?;
        file.rewind()?;
        Ok(length)
    };
    let length = read_end().map_err(|error| cannot_read(path, &error))?;
    if length < 12 || end != PARQUET_MAGIC {
        let title = format!("`{}` is a Parquet file that was cut short: it does not end with `PAR1`", path.display());
        return Err(Diagnostic::error("cut-short", title).help("write or download the file again").into());
    }
    Ok(length)
}
