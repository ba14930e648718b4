//! What a file is to a run: what it read, what it wrote, or neither.

use std::path::Path;

use lustrate_diagnostic::Diagnostic;
use lustrate_io::{CsvOptions, ReadError, TableFile, fingerprint, is_workbook, read_table_without_rows};
use lustrate_table::Table;

use crate::content::content;
use crate::metadata::HashedFile;
use crate::{Direction, Metadata};

/// What a file is to a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Standing {
    /// What it read.
    Input,
    /// What it wrote.
    Output,
    /// Neither.
    Other,
}

/// A table and what it is to a run.
pub(crate) struct Subject {
    pub table: Table,
    pub standing: Standing,
}

/// Reads a table the way the run read its own, and finds out what it is. Where nothing was repaired, what was read and what was
/// written are the same, and it is what `direction` asks for.
///
/// # Errors
/// A file that is missing or cannot be read so.
pub(crate) fn read_subject(data: &TableFile, metadata: &Metadata, direction: Direction) -> Result<Subject, Diagnostic> {
    let print = fingerprint(data.path()).map_err(ReadError::into_diagnostic)?;
    let options = metadata.data.text.map_or_else(CsvOptions::default, |text| CsvOptions {
        delimiter: u8::try_from(text.delimiter).ok(),
        encoding: Some(text.encoding()),
        ..CsvOptions::default()
    });
    // Of a table all rows of which were set apart the run wrote the header.
    let is_workbook = is_workbook(data).map_err(ReadError::into_diagnostic)?;
    let sheet = metadata.data.sheet.as_deref().filter(|_| is_workbook);
    let reading = read_table_without_rows(&data.clone().text(options).sheet(sheet));
    let table = reading.map_err(|error| unlike(data.name(), metadata, &error.into_diagnostic()))?.table;
    let content = content(&table, table.row_ids(), data.path()).map_err(ReadError::into_diagnostic)?;
    let is = |file: &HashedFile| file.holds(&print, content.as_deref());
    let (input, output) = (is(&metadata.data.file), is(&metadata.output));
    let standing = match (input, output, direction) {
        (true, false, _) | (true, true, Direction::Apply) => Standing::Input,
        (_, true, _) => Standing::Output,
        (false, false, _) => Standing::Other,
    };
    Ok(Subject { table, standing })
}

/// The message for a file that cannot be read as the table of the run was.
fn unlike(data: &Path, metadata: &Metadata, error: &Diagnostic) -> Diagnostic {
    let input = &metadata.data.file.name;
    let title = format!("`{}` cannot be read as {input} was: {}", data.display(), error.title);
    Diagnostic::error("other-table", title).help(format!("name {input}, or what the run made of it"))
}

/// The message for a table that is already what is asked for.
pub(crate) fn wrong_direction(data: &Path, metadata: &Metadata, direction: Direction) -> Diagnostic {
    let (shown, input, output) = (data.display(), &metadata.data.file.name, &metadata.output.name);
    match direction {
        Direction::Apply => {
            let title = format!("`{shown}` has these repairs already: it is what the run wrote as {output}");
            let help = format!("name {input}, which the run read, or add `--undo` to take them back");
            Diagnostic::error("already-applied", title).help(help)
        }
        Direction::Undo => {
            let title = format!("`{shown}` has none of these repairs: it is what the run read as {input}");
            let help = format!("name {output}, which the run wrote, or leave `--undo` out to make the repairs");
            Diagnostic::error("nothing-to-undo", title).help(help)
        }
    }
}

/// Whether a table has so many rows, and as many columns as the run knew.
pub(crate) fn has_shape(table: &Table, metadata: &Metadata, rows: u64) -> bool {
    table.rows() as u64 == rows && table.schema().len() == metadata.data.columns.len()
}

/// The message for a table that is not what the run read.
pub(crate) fn other_table(data: &Path, table: &Table, metadata: &Metadata) -> Diagnostic {
    let input = &metadata.data.file;
    let title = format!(
        "`{}` is not the table that these repairs are of: {}",
        data.display(),
        difference(table, metadata, metadata.data.rows, &input.name)
    );
    let mend = match has_shape(table, metadata, metadata.data.rows) {
        true => {
            "if you know that only other cells were changed, add `--accept-changed`, which holds each `old` against its cell"
        }
        false => OTHER_SHAPE,
    };
    let digits = first_digits(&input.sha256);
    let help = format!("name {} as the run read it ({} bytes, SHA-256 {digits}…); {mend}", input.name, input.bytes);
    Diagnostic::error("other-table", title).help(help)
}

/// The message for a table that is not what the run wrote, nor anything that leads back to what it read.
pub(crate) fn no_way_back(data: &Path, table: &Table, metadata: &Metadata) -> Diagnostic {
    let (input, output) = (&metadata.data.file, &metadata.output);
    let rows = metadata.data.rows - metadata.quarantine.as_ref().map_or(0, |quarantine| quarantine.rows.len() as u64);
    let title = format!(
        "`{}` is neither what the run wrote nor made from {} by these repairs: {}",
        data.display(),
        input.name,
        difference(table, metadata, rows, &output.name)
    );
    let has_columns = table.schema().len() == metadata.data.columns.len();
    let came_back = has_columns && (rows + 1..=metadata.data.rows).contains(&(table.rows() as u64));
    let mend = match has_shape(table, metadata, rows) {
        true => {
            "if you know that only other cells were changed since, add `--accept-changed`, which holds each `new` against its \
             cell"
        }
        false if came_back => {
            "if `apply --accept` brought rows back that were set apart, add `--accept` with the same conditions"
        }
        false => OTHER_SHAPE,
    };
    let help = format!(
        "name {} as the run wrote it ({} bytes, SHA-256 {}…), or what `apply` wrote with this repairs file; {mend}",
        output.name,
        output.bytes,
        first_digits(&output.sha256)
    );
    Diagnostic::error("other-table", title).help(help)
}

/// What `--accept-changed` cannot help with.
const OTHER_SHAPE: &str =
    "where rows or columns were added or taken away, nobody can tell which cells the records are of";

fn difference(table: &Table, metadata: &Metadata, rows: u64, name: &str) -> String {
    let columns: Vec<&str> = table.schema().attributes().iter().map(|attribute| attribute.name.as_str()).collect();
    let (there, known) = (columns.len(), metadata.data.columns.len());
    if there != known {
        let (these, those) = (listed(&columns), listed(&metadata.data.columns));
        return format!("it has {there} columns ({these}), {name} has {known} ({those})");
    }
    if columns != metadata.data.columns {
        return format!("its columns are {}, those of {name} are {}", listed(&columns), listed(&metadata.data.columns));
    }
    match table.rows() as u64 {
        there if there != rows => format!("it has {there} data rows, {name} has {rows}"),
        _ => format!("it has the columns and the number of rows of {name}, but was changed since the run"),
    }
}

/// `a, b, c`; of many columns the first and how many more there are.
fn listed(columns: &[impl AsRef<str>]) -> String {
    const SHOWN: usize = 6;
    let names: Vec<&str> = columns.iter().take(SHOWN).map(AsRef::as_ref).collect();
    match columns.len().saturating_sub(SHOWN) {
        0 => names.join(", "),
        more => format!("{} and {more} more", names.join(", ")),
    }
}

fn first_digits(hash: &str) -> &str {
    hash.get(..12).unwrap_or(hash)
}
