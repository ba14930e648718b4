//! Taking back what was written into a table: fields as they were, rows where they were.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::ops::Range;
use std::path::{Path, PathBuf};

use lustrate_table::{CellId, CsvDialect, Origin, RowId, Table};
use tempfile::Builder;

use crate::bytes_of_text::BytesOfText;
use crate::compression::{compression_by_name, write_compressed};
use crate::encoding::{Detected, decode};
use crate::hash::{Fingerprint, Hashing};
use crate::origin_bytes::origin_bytes;
use crate::parquet_restore::write_merged_parquet;
use crate::read::bytes_within;
use crate::scan::{Record, Scanner};
use crate::trace::{RowSpelling, Spelling, bytes_of};
use crate::unfinished::TemporaryFile;
use crate::write::changed_since;
use crate::{Overwrite, Selection, WriteError, write_file_safely, write_rows};

/// What is put back into a table that was repaired.
#[derive(Clone, Debug, Default)]
pub struct Restoration {
    /// Cells of the repaired table, each with its text (`None` for missing) and how that was written.
    pub cells: BTreeMap<CellId, (Option<String>, Spelling)>,
    /// The rows that were set apart, if they are put back.
    pub rows: Option<ApartRows>,
}

/// Rows of a file that [`Selection::SetApart`] wrote.
#[derive(Clone, Debug)]
pub struct ApartRows {
    /// The file.
    pub file: PathBuf,
    /// The rows, in order.
    pub rows: Vec<ApartRow>,
    /// The rows of each row group that the whole table had ([`row_groups`](crate::row_groups())); none where that is not known.
    pub row_groups: Vec<u64>,
}

/// One of these rows.
#[derive(Clone, Copy, Debug)]
pub struct ApartRow {
    /// Which row of the whole table it is.
    pub row: RowId,
    /// Which row of the file it is.
    pub place: RowId,
    /// How it was written.
    pub spelling: RowSpelling,
}

/// Writes the file that a table came from with cells and rows put back. All else comes out byte for byte (CSV) or in its
/// type (Parquet); what is put back into a text file is written with the bytes that it was once written with.
///
/// # Errors
/// As [`write_rows`]; when the file of the rows that were set apart is not what it was.
pub fn write_restored(
    table: &Table,
    path: impl AsRef<Path>,
    overwrite: Overwrite,
    restoration: &Restoration,
) -> Result<(), WriteError> {
    match (table.origin(), &restoration.rows) {
        (Some(Origin::Csv { file: from, dialect }), _) => {
            let file = origin_bytes(from)?;
            let edits = Edits::of(&from.path, &file, dialect, restoration)?;
            let compression = compression_by_name(path.as_ref());
            write_file_safely(path, overwrite, |out| {
                write_compressed(out, compression, |mut out| Ok(edits.write(&file, &mut out)?)).map(drop)
            })
        }
        (Some(Origin::Parquet { .. }), Some(rows)) => {
            let cells = TemporaryFile::new(|| Builder::new().suffix(".parquet").tempfile())?;
            write_rows(&with_cells(table, restoration), cells.file().path(), Overwrite::Yes, Selection::All)?;
            write_file_safely(path, overwrite, |out| write_merged_parquet(cells.file().path(), rows, out))
        }
        (Some(Origin::Parquet { .. } | Origin::Sheet { .. } | Origin::Files(_)) | None, _) => {
            write_rows(&with_cells(table, restoration), path, overwrite, Selection::All)
        }
    }
}

/// The fingerprint that [`write_restored`] gives a text file, without its compression; `None` for others, where the same values can be written in many
/// ways.
///
/// # Errors
/// As [`write_restored`].
pub fn restored_fingerprint(table: &Table, restoration: &Restoration) -> Result<Option<Fingerprint>, WriteError> {
    let Some(Origin::Csv { file: from, dialect }) = table.origin() else { return Ok(None) };
    let file = origin_bytes(from)?;
    let mut hashing = Hashing::new(io::sink());
    Edits::of(&from.path, &file, dialect, restoration)?.write(&file, &mut hashing)?;
    Ok(Some(hashing.finish()))
}

fn with_cells(table: &Table, restoration: &Restoration) -> Table {
    let mut restored = table.clone();
    for (cell, (text, _)) in &restoration.cells {
        restored.set(*cell, text.as_deref());
    }
    restored
}

/// Parts of a file's bytes and what stands there instead, in order.
#[derive(Default)]
struct Edits {
    items: Vec<(Range<usize>, Vec<u8>)>,
}

impl Edits {
    fn of(path: &Path, file: &[u8], dialect: &CsvDialect, restoration: &Restoration) -> Result<Self, WriteError> {
        let from = Detected { encoding: dialect.encoding, bom: dialect.bom };
        let text = decode(&path.display().to_string(), file, from)?;
        let (mut scanner, mut record) = (Scanner::new(&text, dialect.delimiter), Record::default());
        if !scanner.read(&mut record) {
            return Err(changed_since(path).into());
        }
        let mut apart = match &restoration.rows {
            Some(rows) => read_apart(rows, dialect)?.into_iter().peekable(),
            None => Vec::new().into_iter().peekable(),
        };
        let mut cells = restoration.cells.iter().peekable();
        let (mut edits, mut bytes) = (Edits::default(), BytesOfText::new(&text, dialect));
        // A line end that was taken out with its row is in the text no more: two that were apart may read as one now.
        let (mut at, mut taken_out, mut whole) = (record.extent().end, 0, 0..);
        for row in (0..).map(RowId) {
            // Rows that were set apart stand before the next row that stayed.
            while let Some((_, spelling, line)) = apart.next_if(|(row, _, _)| row.0 == whole.start) {
                at = at.saturating_add(spelling.before.saturating_sub(taken_out));
                taken_out = spelling.line_end;
                if !text.is_char_boundary(at) {
                    return Err(changed_since(path).into());
                }
                let byte = bytes.byte(at);
                edits.items.push((byte..byte, line));
                whole.next();
            }
            if !scanner.read(&mut record) {
                break;
            }
            whole.next();
            let mut of_row = Vec::new();
            while let Some((cell, restored)) = cells.next_if(|(cell, _)| cell.row == row) {
                of_row.push((cell.attribute.index(), restored));
            }
            edits.restore(&record, &of_row, &mut bytes, dialect).map_err(|_| changed_since(path))?;
            (at, taken_out) = (record.extent().end, 0);
        }
        if cells.peek().is_some() || apart.peek().is_some() {
            return Err(changed_since(path).into());
        }
        Ok(edits)
    }

    /// Puts back the fields of one line, by place; `Err` where the encoding lacks a character of one.
    fn restore(
        &mut self,
        record: &Record,
        cells: &[(usize, &(Option<String>, Spelling))],
        bytes: &mut BytesOfText<'_>,
        dialect: &CsvDialect,
    ) -> Result<(), char> {
        let cut = cut_to(record, cells);
        for &(field, (text, spelling)) in cells.iter().filter(|(field, _)| *field < cut) {
            let range = bytes.range(record.raw(field));
            self.items.push((range, bytes_of(spelling, text.as_deref().unwrap_or(""), dialect)?));
        }
        if cut < record.len() {
            let range = bytes.range(record.raw(cut - 1).end..record.extent().end);
            self.items.push((range, Vec::new()));
        }
        Ok(())
    }

    fn write(&self, file: &[u8], out: &mut impl Write) -> io::Result<()> {
        let mut at = 0;
        for (range, new) in &self.items {
            out.write_all(&file[at..range.start])?;
            out.write_all(new)?;
            at = range.end;
        }
        out.write_all(&file[at..])
    }
}

/// How many fields a line keeps. One that was shorter than the header got fields behind its end, which go again unless
/// another repair is still in them.
fn cut_to(record: &Record, cells: &[(usize, &(Option<String>, Spelling))]) -> usize {
    let short = cells.iter().find_map(|(_, (_, spelling))| match spelling {
        Spelling::Absent { fields } => Some(*fields),
        _ => None,
    });
    let Some(short) = short else { return record.len() };
    let is_restored = |field: usize| cells.iter().any(|&(other, _)| other == field);
    let holds = |&field: &usize| !is_restored(field) && !record.raw(field).is_empty();
    (short..record.len()).rev().find(holds).map_or(short.min(record.len()), |field| field + 1)
}

/// The rows that were set apart, each with the bytes of its line, its line end among them.
fn read_apart(apart: &ApartRows, dialect: &CsvDialect) -> Result<Vec<(RowId, RowSpelling, Vec<u8>)>, WriteError> {
    let path = &apart.file;
    let file = bytes_within(path)?;
    let from = Detected { encoding: dialect.encoding, bom: dialect.bom };
    let text = decode(&path.display().to_string(), &file, from)?;
    let (mut scanner, mut record) = (Scanner::new(&text, dialect.delimiter), Record::default());
    scanner.read(&mut record);
    let mut bytes = BytesOfText::new(&text, dialect);
    let (mut lines, mut wanted) = (Vec::new(), apart.rows.iter().peekable());
    for place in (0..).map(RowId) {
        if !scanner.read(&mut record) {
            break;
        }
        let Some(row) = wanted.next_if(|row| row.place == place) else { continue };
        let (extent, fields) = (record.extent(), row.spelling.fields);
        let behind = extent.end + row.spelling.line_end;
        if fields == 0 || fields >= record.len() || !text.is_char_boundary(behind) {
            return Err(changed_since(path).into());
        }
        let line = bytes.range(extent.start..record.raw(fields - 1).end);
        let line_end = bytes.range(extent.end..behind);
        lines.push((row.row, row.spelling, [&file[line], &file[line_end]].concat()));
    }
    if wanted.peek().is_some() { Err(changed_since(path).into()) } else { Ok(lines) }
}
