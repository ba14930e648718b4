//! Tables to files.

use std::fs::{self, File};
use std::io::{Read, Write};
use std::path::Path;

use lustrate_diagnostic::Diagnostic;
use lustrate_table::{Origin, OriginFile, Table};

use crate::compression::{check_table_name, compression_by_name, decompressed, without_compression, write_compressed};
use crate::csv_write::{write_patched_csv, write_plain_csv};
use crate::format::Format;
use crate::parquet_write::{write_patched_parquet, write_plain_parquet};
use crate::read::{cannot_read, open};
use crate::safely::{Overwrite, write_file_safely};
use crate::{Selection, WriteError};

/// Writes a table as Parquet (`.parquet`, `.pq`) or as delimited text (all else), which is compressed where the name ends in
/// `.gz` or `.zst`.
///
/// A table that came from a file of the same format is written back as that file, which is read again: cells that
/// were not changed come out byte for byte (CSV) or in their type (Parquet), and so does what is not in the table:
/// byte order mark, line ends, blank lines, the fields too many of a long line, nested columns. A new value is in
/// quotes where it must be and where its neighbours are. All other tables are written plainly: UTF-8, commas (tabs in a `.tsv`), `\n`, or text
/// columns. The input itself is never written to.
///
/// # Errors
/// When the file is there and must not be overwritten, cannot be written, is the input; when the input has gone or
/// changed since it was read; when a new value has a character that the encoding lacks, or does not parse as the type
/// of its Parquet column (the message names row and column). Nothing is left half written.
pub fn write_table(table: &Table, path: impl AsRef<Path>, overwrite: Overwrite) -> Result<(), WriteError> {
    write_rows(table, path, overwrite, Selection::All)
}

/// The same for some of the rows. What is written of them does not depend on which others are.
///
/// # Errors
/// As [`write_table`].
pub fn write_rows(
    table: &Table,
    path: impl AsRef<Path>,
    overwrite: Overwrite,
    selection: Selection<'_>,
) -> Result<(), WriteError> {
    let path = path.as_ref();
    if let Some(file) = table.origin().and_then(Origin::file) {
        refuse_input(&file.path, path)?;
    }
    check_table_name(path)?;
    let within = without_compression(path);
    write_file_safely(path, overwrite, |out| match (Format::by_extension(&within), table.origin()) {
        (Format::Csv, origin) => {
            let write = |out: &mut dyn Write| match origin {
                Some(Origin::Csv { file, dialect }) => write_patched_csv(table, file, dialect, selection, out),
                _ => write_csv(table, &within, selection, out),
            };
            write_compressed(out, compression_by_name(path), write).map(drop)
        }
        (Format::Parquet, Some(Origin::Parquet { file, types, .. })) => {
            write_patched_parquet(table, (&file.path, open_again(file)?), types, selection, out)
        }
        (Format::Parquet, _) => write_plain_parquet(table, selection, out),
    })
}

fn write_csv(table: &Table, path: &Path, selection: Selection<'_>, mut out: impl Write) -> Result<(), WriteError> {
    let tabs = path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("tsv"));
    Ok(write_plain_csv(table, if tabs { b'\t' } else { b',' }, selection, &mut out)?)
}

fn refuse_input(input: &Path, output: &Path) -> Result<(), WriteError> {
    let same = match (fs::canonicalize(input), fs::canonicalize(output)) {
        (Ok(input), Ok(output)) => input == output,
        _ => false,
    };
    if !same {
        return Ok(());
    }
    let title = format!("`{}` is the input, which is never written to", output.display());
    Err(Diagnostic::error("output-is-input", title).help("name another output").into())
}

/// The message for an input that is no longer what was read.
pub(crate) fn changed_since(path: &Path) -> Diagnostic {
    let title = format!("`{}` has changed since it was read", path.display());
    Diagnostic::error("input-changed", title).help("run again on the file as it is now")
}

/// Opens the file that a table came from once more, if it is as long as it was.
pub(crate) fn open_again(origin: &OriginFile) -> Result<File, WriteError> {
    let path = &origin.path;
    if !path.exists() {
        let title = format!("`{}` has gone since it was read", path.display());
        return Err(Diagnostic::error("input-gone", title).help("put it back: the output is made from it").into());
    }
    let file = open(path)?;
    let length = file.metadata().map_err(|error| cannot_read(path, &error))?.len();
    if length == origin.bytes { Ok(file) } else { Err(changed_since(path).into()) }
}

/// The same for reading it from its start, without its compression.
pub(crate) fn read_again(origin: &OriginFile) -> Result<Box<dyn Read + Send>, WriteError> {
    let file = open_again(origin)?;
    Ok(decompressed(file, origin.compression).map_err(|error| cannot_read(&origin.path, &error))?)
}
