//! Parquet files to tables.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::Path;

use lustrate_diagnostic::{Diagnostic, Diagnostics};
use lustrate_table::Origin;
use polars::frame::DataFrame;
use polars::prelude::{ParquetReader, PolarsError, SerReader};

use crate::format::PARQUET_MAGIC;
use crate::frame::table_of_frame;
use crate::read::cannot_read;
use crate::{ReadError, Reading};

/// Reads a Parquet file, which becomes the origin of the table.
pub(crate) fn read_parquet(path: &Path, mut file: File) -> Result<Reading, ReadError> {
    let bytes = refuse_cut_short(path, &mut file)?;
    let frame = read_frame(path, file)?;
    let mut notes = Diagnostics::new();
    let (table, types) = table_of_frame(&path.display().to_string(), &frame, &mut notes)?;
    let origin = Origin::Parquet { path: path.to_owned(), bytes, types };
    Ok(Reading { table: table.with_origin(origin), notes })
}

/// All columns of a Parquet file, nested ones too.
pub(crate) fn read_frame(path: &Path, file: File) -> Result<DataFrame, ReadError> {
    ParquetReader::new(file).finish().map_err(|error| damaged(path, &error))
}

/// The message for a Parquet file that Polars cannot read.
pub(crate) fn damaged(path: &Path, error: &PolarsError) -> ReadError {
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
