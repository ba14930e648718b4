//! The rows of a text file that a table came from, split again one part after the other. Only of rows that are asked about is
//! looked at how they are written.

use std::io::{Read, copy, sink};
use std::ops::{ControlFlow, Range};
use std::path::Path;

use lustrate_table::{CsvDialect, OriginFile, RowId};

use crate::WriteError;
use crate::bytes_of_text::behind_line_end;
use crate::csv_write::fill;
use crate::encoding::{bom, width};
use crate::read::cannot_read;
use crate::scan::{Record, Scanner};
use crate::split::{LONGEST, Split};
use crate::trace::RowSpelling;
use crate::window::{STEP, Window};
use crate::write::read_again;

/// A row in a part of the file.
pub(crate) struct RowStep<'w, 't> {
    /// The text of the part.
    pub(crate) text: &'t str,
    /// The bytes that the text stands for.
    pub(crate) bytes: &'t [u8],
    split: &'w Split,
    /// The piece of the text that is split, and where it begins.
    piece: (&'t str, usize),
    place: usize,
    /// The characters between the row before, or the header, and the piece.
    behind: usize,
    scanner: &'w mut Scanner<'t>,
    record: &'w mut Record,
}

impl RowStep<'_, '_> {
    /// Where a field is written in the text, quotes and all, and its value; `Err` with the number of fields where the line does
    /// not have it.
    pub(crate) fn field(&mut self, column: usize) -> Result<(Range<usize>, &str), usize> {
        let (piece, from) = self.piece;
        if let Some(Range { start, end }) = self.split.raw(piece, self.place, column) {
            return Ok((from + start..from + end, self.split.value(piece, self.place, column)));
        }
        self.read();
        match self.record.len() {
            fields if column < fields => Ok((self.record.raw(column), self.record.value(column))),
            fields => Err(fields),
        }
    }

    /// How the row is written.
    pub(crate) fn spelling(&mut self) -> RowSpelling {
        self.read();
        let end = self.record.extent().end;
        let before = match self.place.checked_sub(1) {
            Some(place) => self.split.rows[self.place].start as usize - end_of_row(self.piece.0, self.split, place),
            None => self.behind + self.split.rows[0].start as usize,
        };
        RowSpelling { fields: self.record.len(), before, line_end: behind_line_end(self.text, end) - end }
    }

    fn read(&mut self) {
        self.scanner.go_to(self.piece.1 + self.split.rows[self.place].start as usize);
        self.scanner.read(self.record);
    }
}

/// The place before the line end of a row that another may follow.
fn end_of_row(text: &str, split: &Split, place: usize) -> usize {
    let end = split.rows[place].end as usize;
    match &text.as_bytes()[..end] {
        [.., b'\r', b'\n'] => end - 2,
        [.., b'\r' | b'\n'] => end - 1,
        _ => end,
    }
}

/// Looks at the rows of a file of so many columns, the first below the header, until enough are seen. Of the file no more than a
/// part is in memory at a time; `new_part` is called for each.
///
/// # Errors
/// When the file has gone or changed since it was read.
pub(crate) fn walk_rows<S>(
    origin: &OriginFile,
    dialect: &CsvDialect,
    columns: usize,
    new_part: impl FnMut() -> S,
    each: impl FnMut(RowId, RowStep<'_, '_>, &mut S) -> ControlFlow<()>,
) -> Result<(), WriteError> {
    walk_in_steps(&origin.path, (read_again(origin)?, STEP), dialect, columns, new_part, each)
}

/// The same of a file that is read in steps of so many bytes, on which nothing depends.
fn walk_in_steps<S>(
    path: &Path,
    (mut file, step): (impl Read, usize),
    dialect: &CsvDialect,
    columns: usize,
    mut new_part: impl FnMut() -> S,
    mut each: impl FnMut(RowId, RowStep<'_, '_>, &mut S) -> ControlFlow<()>,
) -> Result<(), WriteError> {
    let mark = if dialect.bom { bom(dialect.encoding).len() } else { 0 };
    copy(&mut (&mut file).take(mark as u64), &mut sink()).map_err(|error| cannot_read(path, &error))?;
    let mut window = Window::new(file, dialect.encoding, step);
    let (mut record, mut split) = (Record::default(), Split::default());
    let (mut next, mut behind) = (None, 0);
    while !window.is_last() {
        fill(&mut window, path)?;
        let (text, bytes) = (window.text(), window.raw());
        let (mut scanner, mut done, mut of_part) = (Scanner::new(text, dialect.delimiter), 0, new_part());
        if next.is_none() {
            // A record that ends where the part does may go on behind it.
            if !scanner.read(&mut record) || !(window.is_last() || scanner.position() < text.len()) {
                continue;
            }
            (next, done) = (Some(RowId(0)), scanner.position());
            behind = done - record.extent().end;
        }
        loop {
            let rest = &text[done..];
            let piece = &rest[..rest.floor_char_boundary(LONGEST)];
            let is_rest = piece.len() == rest.len();
            split.fill(piece, dialect.delimiter, columns, is_rest && window.is_last());
            for place in 0..split.rows.len() {
                let row = next.expect("the header is read");
                let (scanner, record) = (&mut scanner, &mut record);
                let step = RowStep { text, bytes, split: &split, piece: (piece, done), place, behind, scanner, record };
                if each(row, step, &mut of_part).is_break() {
                    return Ok(());
                }
                next = Some(RowId(row.0 + 1));
            }
            behind = match split.rows.len().checked_sub(1) {
                Some(last) => split.end - end_of_row(piece, &split, last),
                None => behind + split.end,
            };
            done += split.end;
            if is_rest || split.rows.is_empty() {
                break;
            }
        }
        let raw = width(&text[..done], dialect.encoding).min(bytes.len());
        window.advance(done, raw);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use lustrate_table::Encoding;
    use proptest::prelude::*;

    use super::*;
    use crate::encoding::encode;

    /// How each row is written, and of each of its first columns how and what.
    type Rows = Vec<(RowSpelling, Vec<Result<(String, String), usize>>)>;

    const COLUMNS: usize = 2;

    fn walked(bytes: &[u8], dialect: &CsvDialect, step: usize) -> Rows {
        let mut rows = Rows::new();
        let each = |row: RowId, mut step: RowStep<'_, '_>, _: &mut ()| {
            assert_eq!(row.index(), rows.len());
            let text = step.text;
            let field = |column| step.field(column).map(|(range, value)| (text[range].to_owned(), value.to_owned()));
            let fields = (0..COLUMNS).map(field).collect();
            rows.push((step.spelling(), fields));
            ControlFlow::Continue(())
        };
        walk_in_steps(Path::new("t.csv"), (bytes, step), dialect, COLUMNS, || (), each).unwrap();
        rows
    }

    fn scanned(text: &str) -> Rows {
        let (mut scanner, mut record, mut rows) = (Scanner::new(text, b','), Record::default(), Rows::new());
        scanner.read(&mut record);
        let mut before = record.extent().end;
        while scanner.read(&mut record) {
            let Range { start, end } = record.extent();
            let line_end = behind_line_end(text, end) - end;
            let fields = (0..COLUMNS).map(|column| match column < record.len() {
                true => Ok((text[record.raw(column)].to_owned(), record.value(column).to_owned())),
                false => Err(record.len()),
            });
            rows.push((RowSpelling { fields: record.len(), before: start - before, line_end }, fields.collect()));
            before = end;
        }
        rows
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]

        #[test]
        fn rows_are_those_that_a_scan_finds_whatever_the_length_of_the_steps(
            text in "[ab],[ab](\n|\r\n|\r){1,3}([ab,é]|\"a\n,b\"|\n|\r\n|\r|\"\"|\"|𝄞){0,30}",
            utf16 in any::<bool>(),
            step in 1usize..40,
        ) {
            let encoding = if utf16 { Encoding::Utf16Le } else { Encoding::Utf8 };
            let dialect = CsvDialect { encoding, ..CsvDialect::default() };
            let bytes = encode(&text, encoding).unwrap();
            prop_assert_eq!(walked(&bytes, &dialect, step), scanned(&text));
        }
    }
}
