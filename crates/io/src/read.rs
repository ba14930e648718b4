//! Files to tables, the format being found by content and extension.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::Path;
use std::sync::atomic::AtomicU64;

use lustrate_diagnostic::{Diagnostic, Diagnostics, nearest};
use lustrate_table::{Compression, OriginFile, Table};

use crate::ReadError;
use crate::compression::{MAGIC_LENGTH, compression_of, decompressed, not_decompressed, shown};
use crate::csv_messages::too_much_memory;
use crate::csv_read::{CsvOptions, read_csv_file};
use crate::format::{Format, PARQUET_MAGIC};
use crate::parquet_read::read_parquet;
use crate::sheet_read::read_sheet;
use crate::source::Source;
use crate::table_file::TableFile;
use crate::unpacking::Unpacking;
use crate::workbook::{is_workbook_name, may_be_workbook};

/// A table that was read, and what was noticed on the way.
#[derive(Clone, Debug)]
pub struct Reading {
    /// The table.
    pub table: Table,
    /// Warnings and notes: ragged rows, renamed columns, a guessed encoding, columns that are passed through.
    pub notes: Diagnostics,
}

/// Reads a table from a file; the notes of [`read_table_with`] are dropped.
///
/// # Errors
/// As [`read_table_with`].
pub fn read_table(path: impl AsRef<Path>) -> Result<Table, ReadError> {
    read_table_with(path, &CsvOptions::default()).map(|reading| reading.table)
}

/// Reads a Parquet file, a sheet of a workbook, text that is compressed with gzip or Zstandard (all by their first bytes) or
/// delimited text (all else). The file becomes the origin of the table, so that [`write_table`](crate::write_table) can give untouched cells back
/// as they were.
///
/// # Errors
/// When there is no such file, it cannot be read, it is empty or holds no data row, it is neither text nor Parquet,
/// or it is damaged. The message names the file, the place where there is one, and the mend.
pub fn read_table_with(path: impl AsRef<Path>, options: &CsvOptions) -> Result<Reading, ReadError> {
    read(&TableFile::new(path.as_ref()).text(*options), NoRows::Refused)
}

/// The same for a file of which more is known than its path.
///
/// # Errors
/// As [`read_table_with`].
pub fn read_table_file(file: &TableFile) -> Result<Reading, ReadError> {
    read(file, NoRows::Refused)
}

/// The same for a file that may hold no data row, as one that is left when all rows were set apart.
///
/// # Errors
/// As [`read_table_with`].
pub fn read_table_without_rows(file: &TableFile) -> Result<Reading, ReadError> {
    read(file, NoRows::Taken)
}

/// What to do with a table that has columns and no data row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NoRows {
    /// It is refused: there is nothing to find in it.
    Refused,
    /// It is taken as it is.
    Taken,
}

/// Reads a file, of which more may be known than its path.
pub(crate) fn read(wanted: &TableFile, no_rows: NoRows) -> Result<Reading, ReadError> {
    let reading = read_all(wanted, no_rows)?;
    match wanted.options().memory {
        Some(most) if reading.table.room() as u64 > most => {
            Err(too_much_memory(&wanted.name().display().to_string()).into())
        }
        _ => Ok(reading),
    }
}

fn read_all(wanted: &TableFile, no_rows: NoRows) -> Result<Reading, ReadError> {
    let (path, name) = (wanted.path(), wanted.name());
    let (start, file) = start_of(path, name)?;
    if start == PARQUET_MAGIC {
        refuse_no_workbook(wanted, &start)?;
        return read_parquet(wanted, file, no_rows);
    }
    if may_be_workbook(&start) {
        return read_sheet(wanted, &file, no_rows);
    }
    refuse_no_workbook(wanted, &start)?;
    let compression = compression_of(&start);
    if compression == Compression::None && Format::by_extension(path) == Format::Parquet && !start.is_empty() {
        let title = format!("`{}` is no Parquet file: it does not start with `PAR1`", name.display());
        return Err(Diagnostic::error("not-parquet", title).help("if it is CSV, name it `.csv`").into());
    }
    let metadata = file.metadata().map_err(|error| cannot_read(name, &error))?;
    let origin = OriginFile { path: path.to_owned(), bytes: metadata.len(), compression };
    if !metadata.is_file() {
        // What is no file, as a pipe, can be read once only.
        let text = whole_text(name, start.as_slice().chain(file), compression, metadata.len())?;
        return read_csv_file(name, origin, &Source::Bytes(&text), &wanted.options(), no_rows);
    }
    let (length, memory) = (metadata.len(), wanted.options().memory);
    let source = Source::File { file: &file, name, compression, length, memory, read: AtomicU64::new(0) };
    refuse_packed_twice(name, &source.start(MAGIC_LENGTH)?, compression)?;
    read_csv_file(name, origin, &source, &wanted.options(), no_rows)
}

/// All bytes of a file of such a length that is no Parquet file, without the compression.
fn whole_text(
    name: &Path,
    file: impl Read + Send,
    compression: Compression,
    length: u64,
) -> Result<Vec<u8>, ReadError> {
    let failed = |error: io::Error| match compression {
        Compression::None => cannot_read(name, &error),
        Compression::Gzip | Compression::Zstd => not_decompressed(name, compression, &error),
    };
    let mut text = Vec::new();
    let read = decompressed(file, compression).and_then(|mut input| match compression {
        Compression::None => input.read_to_end(&mut text),
        Compression::Gzip | Compression::Zstd => Unpacking::new(input, length, None).read_to_end(&mut text),
    });
    read.map_err(failed)?;
    refuse_packed_twice(name, &text, compression)?;
    Ok(text)
}

/// Refuses a compressed file in which, by the first bytes, there is something else than text.
fn refuse_packed_twice(name: &Path, start: &[u8], compression: Compression) -> Result<(), ReadError> {
    if compression == Compression::None {
        return Ok(());
    }
    let what = match compression_of(start) {
        Compression::None if start.starts_with(PARQUET_MAGIC) => "a Parquet file",
        Compression::None if may_be_workbook(start) => "a workbook or an archive",
        Compression::None => return Ok(()),
        Compression::Gzip | Compression::Zstd => "compressed once more",
    };
    let title = format!("`{}` is compressed with {}, and what is in it is {what}", name.display(), shown(compression));
    let help = "decompress it first (`gzip -d` or `zstd -d`): Parquet files and workbooks are read as they are, and text is compressed once";
    Err(Diagnostic::error("compressed-twice", title).help(help).into())
}

/// Whether a file may be a workbook, by its first bytes.
///
/// # Errors
/// When there is no such file, or it cannot be read.
pub fn is_workbook(file: &TableFile) -> Result<bool, ReadError> {
    Ok(may_be_workbook(&start_of(file.path(), file.name())?.0))
}

/// Refuses a file that is no workbook where a sheet is asked for, or is called like one.
fn refuse_no_workbook(wanted: &TableFile, start: &[u8]) -> Result<(), ReadError> {
    let name = wanted.name().display();
    if let Some(sheet) = wanted.asked_sheet() {
        let title = format!("`{name}` is no workbook, so it has no sheet `{sheet}`");
        return Err(Diagnostic::error("no-workbook", title).help("leave `--sheet` out").into());
    }
    if is_workbook_name(wanted.path()) && !start.is_empty() {
        let title = format!("`{name}` is called like a workbook and is none");
        return Err(Diagnostic::error("no-workbook", title).help("save it again; if it is CSV, name it `.csv`").into());
    }
    Ok(())
}

/// The first bytes of a file, which tell what it is, and the file, read so far.
pub(crate) fn start_of(path: &Path, name: &Path) -> Result<(Vec<u8>, File), ReadError> {
    let mut file = open(path)?;
    let mut start = Vec::new();
    let read = (&mut file).take(MAGIC_LENGTH as u64).read_to_end(&mut start);
    read.map_err(|error| cannot_read(name, &error))?;
    Ok((start, file))
}

/// All bytes of a text file, without its compression.
pub(crate) fn bytes_within(path: &Path) -> Result<Vec<u8>, ReadError> {
    let (start, file) = start_of(path, path)?;
    let compression = compression_of(&start);
    let length = file.metadata().map_err(|error| cannot_read(path, &error))?.len();
    whole_text(path, start.as_slice().chain(file), compression, length)
}

/// Opens a file for reading.
pub(crate) fn open(path: &Path) -> Result<File, ReadError> {
    let file = File::open(path).map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => missing(path),
        _ => cannot_read(path, &error).into(),
    })?;
    let metadata = file.metadata().map_err(|error| cannot_read(path, &error))?;
    if metadata.is_dir() {
        let title = format!("`{}` is a folder", path.display());
        return Err(Diagnostic::error("is-a-folder", title).help("name a file in it").into());
    }
    Ok(file)
}

/// The message for a file that the system does not give.
pub(crate) fn cannot_read(path: &Path, error: &io::Error) -> Diagnostic {
    let diagnostic = Diagnostic::error("cannot-read", format!("cannot read `{}`: {error}", path.display()));
    match error.kind() {
        io::ErrorKind::PermissionDenied => diagnostic.help("ask for the right to read it, or copy it"),
        _ => diagnostic,
    }
}

fn missing(path: &Path) -> ReadError {
    let diagnostic = Diagnostic::error("no-such-file", format!("there is no file `{}`", path.display()));
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let Ok(entries) = fs::read_dir(folder) else {
        return diagnostic.help(format!("there is no folder `{}` either: check the path", folder.display())).into();
    };
    let mut names: Vec<String> = entries.flatten().filter_map(|entry| entry.file_name().into_string().ok()).collect();
    names.sort_unstable();
    let wanted = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    match nearest(&wanted, names.iter().map(String::as_str)) {
        Some(near) => diagnostic.help(format!("did you mean `{}`?", path.with_file_name(near).display())).into(),
        None => diagnostic.help("check the path").into(),
    }
}
