//! How cells and rows are written in the file of a table: what has to be known to write them so again.

use std::borrow::Cow;
use std::ops::{ControlFlow, Range};

use lustrate_table::{CellId, CsvDialect, Encoding, Origin, OriginFile, RowId, Table};

use crate::WriteError;
use crate::encoding::{encode, width};
use crate::quoting::{needs_quotes, quoted};
use crate::walk_rows::{RowStep, walk_rows};
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

/// Reads the file that a table came from once more, of which no more than a part is in memory at a time, and says how some of its
/// cells and rows are written there. Both are in the order of the table. A table that did not come from a text file writes everything in one way.
///
/// # Errors
/// When the file is no longer what it was.
pub fn trace(table: &Table, cells: &[CellId], rows: &[RowId]) -> Result<Trace, WriteError> {
    match table.origin() {
        Some(Origin::Csv { file, dialect }) => trace_text(table, (file, dialect), cells, rows),
        origin => {
            // A sheet is written as text, a line for each row.
            let line_end = usize::from(matches!(origin, Some(Origin::Sheet { .. })));
            let row = RowSpelling { fields: table.schema().len(), before: line_end, line_end };
            Ok(Trace { cells: vec![Spelling::Plain; cells.len()], rows: vec![row; rows.len()] })
        }
    }
}

fn trace_text(
    table: &Table,
    (origin, dialect): (&OriginFile, &CsvDialect),
    cells: &[CellId],
    rows: &[RowId],
) -> Result<Trace, WriteError> {
    let (mut cells, mut rows) = (cells.iter().peekable(), rows.iter().peekable());
    let mut trace = Trace::default();
    walk_rows(origin, dialect, table.schema().len(), Place::default, |row, mut step, place| {
        if rows.next_if_eq(&&row).is_some() {
            trace.rows.push(step.spelling());
        }
        while let Some(cell) = cells.next_if(|cell| cell.row == row) {
            trace.cells.push(spelling(&mut step, cell.attribute.index(), place, dialect));
        }
        match cells.peek().is_none() && rows.peek().is_none() {
            true => ControlFlow::Break(()),
            false => ControlFlow::Continue(()),
        }
    })?;
    if cells.peek().is_some() || rows.peek().is_some() {
        return Err(changed_since(&origin.path).into());
    }
    Ok(trace)
}

/// How far a part of a file has been looked at, in its text and in its bytes.
#[derive(Clone, Copy, Default)]
struct Place {
    text: usize,
    byte: usize,
}

impl Place {
    /// The bytes of a part of the text, which does not start before the last place that was asked for.
    fn bytes(&mut self, text: &str, part: Range<usize>, encoding: Encoding) -> Range<usize> {
        let start = self.byte + width(&text[self.text..part.start], encoding);
        let end = start + width(&text[part.clone()], encoding);
        *self = Place { text: part.end, byte: end };
        start..end
    }
}

fn spelling(step: &mut RowStep<'_, '_>, column: usize, place: &mut Place, dialect: &CsvDialect) -> Spelling {
    let (text, bytes) = (step.text, step.bytes);
    let (raw, value) = match step.field(column) {
        Ok(field) => field,
        Err(fields) => return Spelling::Absent { fields },
    };
    let range = place.bytes(text, raw.clone(), dialect.encoding);
    // Of a last character that breaks off the file has fewer bytes than its text stands for.
    let written = &bytes[range.start..range.end.min(bytes.len())];
    let is = |spelling: &Spelling| {
        let field = spelled(spelling, value, dialect);
        encode(&field, dialect.encoding).is_ok_and(|bytes| *bytes == *written)
    };
    match [Spelling::Plain, Spelling::Quoted].into_iter().find(is) {
        Some(spelling) if !text[raw].is_empty() || spelling == Spelling::Plain => spelling,
        _ => Spelling::Bytes(written.to_vec()),
    }
}

/// The bytes of a field with a text; `Err` with the first character that the encoding lacks.
pub(crate) fn bytes_of(spelling: &Spelling, text: &str, dialect: &CsvDialect) -> Result<Vec<u8>, char> {
    match spelling {
        Spelling::Bytes(bytes) => Ok(bytes.clone()),
        Spelling::Absent { .. } => Ok(Vec::new()),
        Spelling::Plain | Spelling::Quoted => {
            Ok(encode(&spelled(spelling, text, dialect), dialect.encoding)?.into_owned())
        }
    }
}

/// A text as a field that is in quotes, or in quotes where it needs them.
fn spelled<'a>(spelling: &Spelling, text: &'a str, dialect: &CsvDialect) -> Cow<'a, str> {
    match spelling {
        Spelling::Quoted => Cow::Owned(quoted(text)),
        _ if needs_quotes(text, dialect.delimiter) => Cow::Owned(quoted(text)),
        _ => Cow::Borrowed(text),
    }
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
        let table =
            read_table_with(&path, &CsvOptions { delimiter: Some(b','), encoding: None, ..CsvOptions::default() })
                .unwrap()
                .table;
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
    fn a_file_that_is_longer_than_a_part_is_traced_as_a_short_one() {
        let rows = 3 * crate::window::STEP / 8;
        for encoding in [Encoding::Utf8, Encoding::Utf16Le] {
            let lines = (0..rows).map(|row| if row % 2 == 0 { "é,y\r\n" } else { "é,\"y\"\r\n" });
            let text: String = ["\u{feff}a,b\r\n"].into_iter().chain(lines).collect();
            let cells: Vec<(u32, u32)> = (0..rows as u32).map(|row| (row, 1)).collect();
            let asked: Vec<u32> = (0..rows as u32).collect();
            let trace = trace_of(&encode(&text, encoding).unwrap(), &cells, &asked);
            let spelling = |row: usize| if row.is_multiple_of(2) { Spelling::Plain } else { Spelling::Quoted };
            assert!(trace.cells.iter().enumerate().all(|(row, found)| *found == spelling(row)), "{encoding:?}");
            let row = RowSpelling { fields: 2, before: 2, line_end: 2 };
            assert!(trace.rows.len() == rows && trace.rows.iter().all(|found| *found == row), "{encoding:?}");
        }
    }

    #[test]
    fn a_last_character_that_breaks_off_is_kept_as_its_bytes() {
        let units: Vec<u16> = "a,b\nx,y".encode_utf16().collect();
        let bytes: Vec<u8> = [0xff, 0xfe].into_iter().chain(units.into_iter().flat_map(u16::to_le_bytes)).collect();
        let torn = [&bytes[..], b"z"].concat();
        assert_eq!(trace_of(&torn, &[(0, 1)], &[]).cells, [Spelling::Bytes(vec![b'y', 0, b'z'])]);
    }

    #[test]
    fn line_ends_around_a_row_are_counted() {
        let rows = trace_of(b"a,b\r\n\r\n1,2\n3\n\n\r\n4,5,6", &[], &[0, 1, 2]).rows;
        let spelling = |fields, before, line_end| RowSpelling { fields, before, line_end };
        assert_eq!(rows, [spelling(2, 4, 1), spelling(1, 1, 1), spelling(3, 4, 0)]);
    }
}
