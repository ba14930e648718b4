//! How cells and rows are written in the file of a table: what has to be known to write them so again.

use std::path::Path;

use lustrate_table::{CellId, CsvDialect, Origin, RowId, Table};

use crate::WriteError;
use crate::bytes_of_text::{BytesOfText, behind_line_end};
use crate::encoding::{Detected, decode, encode};
use crate::origin_bytes::origin_bytes;
use crate::quoting::{needs_quotes, quoted};
use crate::scan::{Record, Scanner};
use crate::write::changed_since;

/// How a field is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Spelling {
    /// In quotes only if its text needs them.
    Plain,
    /// In quotes that its text does not need.
    Quoted,
    /// In another way: by these bytes.
    Bytes(Vec<u8>),
    /// Not at all: its line has only so many fields.
    Absent {
        /// The fields of the line.
        fields: usize,
    },
}

/// How a row is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RowSpelling {
    /// The fields of its line.
    pub fields: usize,
    /// The characters between it and the row before it, or the header: line ends.
    pub before: usize,
    /// The characters of its own line end; none where the text ends with it.
    pub line_end: usize,
}

/// How some cells and rows are written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Trace {
    /// Of each cell that was asked for.
    pub cells: Vec<Spelling>,
    /// Of each row that was asked for.
    pub rows: Vec<RowSpelling>,
}

/// Reads the file that a table came from once more and says how some of its cells and rows are written there. Both are in
/// the order of the table. A table that did not come from a text file writes everything in one way.
///
/// # Errors
/// When the file is no longer what it was.
pub fn trace(table: &Table, cells: &[CellId], rows: &[RowId]) -> Result<Trace, WriteError> {
    match table.origin() {
        Some(Origin::Csv { file, dialect }) => trace_text(&file.path, &origin_bytes(file)?, dialect, cells, rows),
        origin => {
            // A sheet is written as text, a line for each row.
            let line_end = usize::from(matches!(origin, Some(Origin::Sheet { .. })));
            let row = RowSpelling { fields: table.schema().len(), before: line_end, line_end };
            Ok(Trace { cells: vec![Spelling::Plain; cells.len()], rows: vec![row; rows.len()] })
        }
    }
}

fn trace_text(
    path: &Path,
    file: &[u8],
    dialect: &CsvDialect,
    cells: &[CellId],
    rows: &[RowId],
) -> Result<Trace, WriteError> {
    let from = Detected { encoding: dialect.encoding, bom: dialect.bom };
    let text = decode(&path.display().to_string(), file, from)?;
    let (mut scanner, mut record) = (Scanner::new(&text, dialect.delimiter), Record::default());
    if !scanner.read(&mut record) {
        return Err(changed_since(path).into());
    }
    let mut bytes = BytesOfText::new(&text, dialect);
    let mut trace = Trace::default();
    let (mut cells, mut rows) = (cells.iter().peekable(), rows.iter().peekable());
    let mut end = record.extent().end;
    for row in (0..).map(RowId) {
        if (cells.peek().is_none() && rows.peek().is_none()) || !scanner.read(&mut record) {
            break;
        }
        if rows.next_if_eq(&&row).is_some() {
            let extent = record.extent();
            let line_end = behind_line_end(&text, extent.end) - extent.end;
            trace.rows.push(RowSpelling { fields: record.len(), before: extent.start - end, line_end });
        }
        while let Some(cell) = cells.next_if(|cell| cell.row == row) {
            trace.cells.push(spelling(&record, cell.attribute.index(), &text, file, &mut bytes, dialect));
        }
        end = record.extent().end;
    }
    if cells.peek().is_some() || rows.peek().is_some() {
        return Err(changed_since(path).into());
    }
    Ok(trace)
}

fn spelling(
    record: &Record,
    field: usize,
    text: &str,
    file: &[u8],
    bytes: &mut BytesOfText<'_>,
    dialect: &CsvDialect,
) -> Spelling {
    if field >= record.len() {
        return Spelling::Absent { fields: record.len() };
    }
    let raw = record.raw(field);
    let written = &file[bytes.range(raw.clone())];
    let is = |spelling: &Spelling| bytes_of(spelling, record.value(field), dialect).is_ok_and(|bytes| bytes == written);
    match [Spelling::Plain, Spelling::Quoted].into_iter().find(is) {
        Some(spelling) if !text[raw].is_empty() || spelling == Spelling::Plain => spelling,
        _ => Spelling::Bytes(written.to_vec()),
    }
}

/// The bytes of a field with a text; `Err` with the first character that the encoding lacks.
pub(crate) fn bytes_of(spelling: &Spelling, text: &str, dialect: &CsvDialect) -> Result<Vec<u8>, char> {
    let field = match spelling {
        Spelling::Bytes(bytes) => return Ok(bytes.clone()),
        Spelling::Absent { .. } => return Ok(Vec::new()),
        Spelling::Plain if !needs_quotes(text, dialect.delimiter) => text.to_owned(),
        Spelling::Plain | Spelling::Quoted => quoted(text),
    };
    Ok(encode(&field, dialect.encoding)?.into_owned())
}

#[cfg(test)]
mod tests {
    use lustrate_table::AttributeId;

    use super::*;
    use crate::{CsvOptions, read_table_with};

    fn trace_of(bytes: &[u8], cells: &[(u32, u32)], rows: &[u32]) -> Trace {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("t.csv");
        std::fs::write(&path, bytes).unwrap();
        let table = read_table_with(&path, &CsvOptions { delimiter: Some(b','), encoding: None }).unwrap().table;
        let cell = |&(row, column): &(u32, u32)| CellId { row: RowId(row), attribute: AttributeId(column) };
        let rows: Vec<RowId> = rows.iter().map(|&row| RowId(row)).collect();
        trace(&table, &cells.iter().map(cell).collect::<Vec<_>>(), &rows).unwrap()
    }

    #[test]
    fn only_what_its_text_does_not_tell_of_a_field_is_kept_as_bytes() {
        let bytes = b"a,b,c\nx,\"y\",\"p,q\"\n\"\", z ,\"x\"y\nu\n";
        let cells = [(0, 0), (0, 1), (0, 2), (1, 0), (1, 1), (1, 2), (2, 0), (2, 2)];
        let expected = [
            Spelling::Plain,
            Spelling::Quoted,
            Spelling::Plain,
            Spelling::Quoted,
            Spelling::Plain,
            Spelling::Bytes(b"\"x\"y".to_vec()),
            Spelling::Plain,
            Spelling::Absent { fields: 1 },
        ];
        assert_eq!(trace_of(bytes, &cells, &[]).cells, expected);
    }

    #[test]
    fn bytes_that_are_no_text_of_their_encoding_are_kept() {
        let units: Vec<u16> = "a,b\nx,".encode_utf16().chain([0xd800, u16::from(b'y'), u16::from(b'\n')]).collect();
        let bytes: Vec<u8> = [0xff, 0xfe].into_iter().chain(units.into_iter().flat_map(u16::to_le_bytes)).collect();
        assert_eq!(trace_of(&bytes, &[(0, 1)], &[]).cells, [Spelling::Bytes(vec![0, 0xd8, b'y', 0])]);
    }

    #[test]
    fn line_ends_around_a_row_are_counted() {
        let rows = trace_of(b"a,b\r\n\r\n1,2\n3\n\n\r\n4,5,6", &[], &[0, 1, 2]).rows;
        let spelling = |fields, before, line_end| RowSpelling { fields, before, line_end };
        assert_eq!(rows, [spelling(2, 4, 1), spelling(1, 1, 1), spelling(3, 4, 0)]);
    }
}
