//! A table to delimited text: the file it came from with the changed fields patched in, or plain text.

use std::io::{self, Write};
use std::path::Path;

use lustrate_diagnostic::Diagnostic;
use lustrate_table::{CellId, CsvDialect, Encoding, Quoting, RowId, Table};

use crate::encoding::{Detected, bom, decode, encode, width};
use crate::quoting::{needs_quotes, quoted, write_delimited};
use crate::scan::{Record, Scanner};
use crate::write::changed_since;
use crate::{Selection, WriteError};

/// Writes a table as plain text: UTF-8, `\n`, quotes where they are needed. Missing cells and empty ones are both
/// empty fields.
pub(crate) fn write_plain_csv(
    table: &Table,
    delimiter: u8,
    selection: Selection<'_>,
    out: &mut impl Write,
) -> io::Result<()> {
    let names = table.schema().attributes().iter().map(|attribute| attribute.name.as_str());
    let reason_column = selection.reason_column(table);
    write_delimited(out, delimiter, names.chain(reason_column.as_deref()))?;
    for row in table.row_ids().filter(|&row| selection.has(row)) {
        let cells = table.schema().ids().map(|attribute| table.text(CellId { row, attribute }).unwrap_or(""));
        write_delimited(out, delimiter, cells.chain(selection.reason(row)))?;
    }
    Ok(())
}

/// Writes the bytes of the file that a table came from, with the fields replaced whose cells have another value now.
/// All else comes out byte for byte.
///
/// # Errors
/// When the file does not hold the rows of the table, or a new value has a character that its encoding lacks.
pub(crate) fn write_patched_csv(
    table: &Table,
    path: &Path,
    file: &[u8],
    dialect: &CsvDialect,
    selection: Selection<'_>,
    out: &mut impl Write,
) -> Result<(), WriteError> {
    let from = Detected { encoding: dialect.encoding, bom: dialect.bom };
    let text = decode(&path.display().to_string(), file, from)?;
    let start = if dialect.bom { bom(dialect.encoding).len() } else { 0 };
    out.write_all(&file[..start])?;
    let mut patcher = Patcher { text: &text, at: 0, file, file_at: start, encoding: dialect.encoding, out };

    let (mut scanner, mut record) = (Scanner::new(&text, dialect.delimiter), Record::default());
    if !scanner.read(&mut record) {
        return Err(changed_since(path).into());
    }
    if let Some(name) = selection.reason_column(table) {
        patcher.append(&record, table.schema().len(), &name, dialect)?;
    }
    let mut rows = table.row_ids();
    while scanner.read(&mut record) {
        let row = rows.next().ok_or_else(|| changed_since(path))?;
        if selection.has(row) {
            patch_record(table, row, &record, dialect, &mut patcher)?;
        } else {
            patcher.drop_record(&record)?;
        }
        if let Some(reason) = selection.reason(row) {
            patcher.append(&record, table.schema().len(), reason, dialect)?;
        }
    }
    if rows.next().is_some() {
        return Err(changed_since(path).into());
    }
    patcher.finish()
}

fn patch_record(
    table: &Table,
    row: RowId,
    record: &Record,
    dialect: &CsvDialect,
    patcher: &mut Patcher<'_, impl Write>,
) -> Result<(), WriteError> {
    let mut lacking = 0;
    for attribute in table.schema().ids() {
        let cell = CellId { row, attribute };
        let new = table.text(cell).unwrap_or("");
        let field = attribute.index();
        if field < record.len() {
            if new != record.value(field) {
                let raw = record.raw(field);
                let field = as_its_neighbours(new, &patcher.text[raw.clone()], record, patcher.text, dialect);
                patcher.replace(raw.start, raw.end, &field).map_err(|error| error.naming(table, cell))?;
            }
        } else {
            // The line is shorter than the header: a new value needs the delimiters before it too.
            lacking += 1;
            if !new.is_empty() {
                let delimiters = (dialect.delimiter as char).to_string().repeat(lacking);
                let field = if needs_quotes(new, dialect.delimiter) { quoted(new) } else { new.to_owned() };
                let end = record.extent().end;
                patcher.replace(end, end, &(delimiters + &field)).map_err(|error| error.naming(table, cell))?;
                lacking = 0;
            }
        }
    }
    Ok(())
}

/// A new value as a field: in quotes where the old one was, where the file has all fields in quotes, and where it
/// must be.
fn as_its_neighbours(new: &str, old: &str, record: &Record, text: &str, dialect: &CsvDialect) -> String {
    let bare_neighbour =
        || (0..record.len()).any(|i| !record.raw(i).is_empty() && !text[record.raw(i)].starts_with('"'));
    let habit = match dialect.quoting {
        Quoting::Always => old.is_empty() && !new.is_empty() && !bare_neighbour(),
        Quoting::WhereNeeded => false,
    };
    // A line that is empty altogether would be no record.
    let vanishing = new.is_empty() && record.len() == 1;
    if old.starts_with('"') || habit || vanishing || needs_quotes(new, dialect.delimiter) {
        quoted(new)
    } else {
        new.to_owned()
    }
}

/// Walks over the text of a file and copies the bytes that it stands for, but for what is replaced.
struct Patcher<'t, W> {
    text: &'t str,
    at: usize,
    file: &'t [u8],
    file_at: usize,
    encoding: Encoding,
    out: &'t mut W,
}

/// Why a field was not replaced.
enum PatchError {
    Lacking(char, Encoding),
    Io(io::Error),
}

impl PatchError {
    /// The error where what was written is none of the table's cells, so that the encoding has it.
    fn nameless(self) -> WriteError {
        match self {
            PatchError::Io(error) => error.into(),
            PatchError::Lacking(c, _) => io::Error::other(format!("`{c}` cannot be written")).into(),
        }
    }

    fn naming(self, table: &Table, cell: CellId) -> WriteError {
        match self {
            PatchError::Io(error) => error.into(),
            PatchError::Lacking(c, encoding) => {
                let column = table.schema().name(cell.attribute);
                let title = format!(
                    "row {}, column `{column}`: the file is {}, which has no `{c}`",
                    cell.row.number(),
                    name_of(encoding)
                );
                Diagnostic::error("not-in-encoding", title)
                    .help("convert the input to UTF-8, or leave this cell as it is")
                    .into()
            }
        }
    }
}

fn name_of(encoding: Encoding) -> &'static str {
    match encoding {
        Encoding::Utf8 => "utf-8",
        Encoding::Utf16Le => "utf-16le",
        Encoding::Utf16Be => "utf-16be",
        Encoding::Windows1252 => "windows-1252",
    }
}

impl<W: Write> Patcher<'_, W> {
    /// Copies up to `start`, passes over the old field up to `end`, and writes the new one.
    fn replace(&mut self, start: usize, end: usize, new: &str) -> Result<(), PatchError> {
        let bytes = encode(new, self.encoding).map_err(|c| PatchError::Lacking(c, self.encoding))?;
        let copied = self.file_at + width(&self.text[self.at..start], self.encoding);
        self.out.write_all(&self.file[self.file_at..copied]).map_err(PatchError::Io)?;
        self.out.write_all(&bytes).map_err(PatchError::Io)?;
        self.file_at = copied + width(&self.text[start..end], self.encoding);
        self.at = end;
        Ok(())
    }

    /// Passes over a record and the line end behind it.
    fn drop_record(&mut self, record: &Record) -> Result<(), WriteError> {
        let extent = record.extent();
        let behind = &self.text.as_bytes()[extent.end..];
        let line_end = if behind.starts_with(b"\r\n") { 2 } else { usize::from(!behind.is_empty()) };
        self.replace(extent.start, extent.end + line_end, "").map_err(PatchError::nameless)
    }

    /// Writes a field behind those of a record, which is filled up if it is shorter than the header. Characters that the
    /// encoding lacks become question marks: the field is ours.
    fn append(&mut self, record: &Record, width: usize, field: &str, dialect: &CsvDialect) -> Result<(), WriteError> {
        let delimiter = dialect.delimiter as char;
        let mut text = delimiter.to_string().repeat(1 + width.saturating_sub(record.len()));
        let known = |c: char| if encode(c.encode_utf8(&mut [0; 4]), self.encoding).is_ok() { c } else { '?' };
        let field: String = field.chars().map(known).collect();
        text += &if needs_quotes(&field, dialect.delimiter) { quoted(&field) } else { field };
        let end = record.extent().end;
        self.replace(end, end, &text).map_err(PatchError::nameless)
    }

    /// Copies what is left.
    fn finish(self) -> Result<(), WriteError> {
        Ok(self.out.write_all(&self.file[self.file_at..])?)
    }
}
