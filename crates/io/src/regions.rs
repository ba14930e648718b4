//! Where the fields of cells are written in a text file.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use lustrate_table::{AttributeId, CellId, Origin, RowId, Table};

use crate::WriteError;
use crate::csv_write::fill;
use crate::encoding::bom;
use crate::read::cannot_read;
use crate::scan::{Record, Scanner, count_line_ends};
use crate::window::{STEP, Window};
use crate::write::{changed_since, open_again};

/// A part of a text file, its quotes among it: lines and characters in them, all from 1. The end is behind the last
/// character.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Region {
    /// The line on which it starts.
    pub line: u64,
    /// The character in that line at which it starts.
    pub column: u64,
    /// The line on which it ends.
    pub end_line: u64,
    /// The character in that line before which it ends.
    pub end_column: u64,
}

/// Where some cells of a table are written in the text file that it came from, which is read again, a part at a time. None
/// for tables of other origin, and for cells that their line lacks.
///
/// # Errors
/// When the file has gone or changed since it was read.
pub fn regions(table: &Table, cells: &BTreeSet<CellId>) -> Result<BTreeMap<CellId, Region>, WriteError> {
    let mut found = BTreeMap::new();
    let Some(Origin::Csv { path, dialect, bytes }) = table.origin() else { return Ok(found) };
    let mut file = open_again(path, *bytes)?;
    let mark = if dialect.bom { bom(dialect.encoding).len() } else { 0 };
    std::io::copy(&mut std::io::Read::take(&mut file, mark as u64), &mut std::io::sink())
        .map_err(|error| cannot_read(path, &error))?;
    let mut window = Window::new(file, dialect.encoding, STEP);
    let mut wanted = cells.iter().copied().peekable();
    let (mut record, mut next, mut place) =
        (Record::default(), None, Place { line: 1, column: 1, behind_return: false });
    while wanted.peek().is_some() {
        if window.is_last() {
            return Err(changed_since(path).into());
        }
        fill(&mut window, path)?;
        let text = window.text();
        let (mut scanner, mut done) = (Scanner::new(text, dialect.delimiter), 0);
        while scanner.read(&mut record) && (window.is_last() || scanner.position() < text.len()) {
            if let Some(row) = next {
                while let Some(cell) = wanted.next_if(|cell| cell.row == row) {
                    if let Some(raw) = field(&record, cell.attribute) {
                        place.pass(&text[done..raw.start]);
                        let (start, mut end) = (place, place);
                        end.pass(&text[raw.clone()]);
                        found.insert(cell, region(start, end));
                        done = raw.start;
                    }
                }
            }
            next = Some(next.map_or(RowId(0), |row: RowId| RowId(row.0 + 1)));
            place.pass(&text[done..scanner.position()]);
            done = scanner.position();
        }
        let raw = crate::encoding::width(&text[..done], dialect.encoding).min(window.raw().len());
        window.advance(done, raw);
    }
    Ok(found)
}

fn field(record: &Record, attribute: AttributeId) -> Option<Range<usize>> {
    (attribute.index() < record.len()).then(|| record.raw(attribute.index()))
}

fn region(start: Place, end: Place) -> Region {
    Region { line: start.line, column: start.column, end_line: end.line, end_column: end.column }
}

/// A place in a text.
#[derive(Clone, Copy)]
struct Place {
    line: u64,
    column: u64,
    /// Whether the character before it is `\r`, which a `\n` behind it belongs to.
    behind_return: bool,
}

impl Place {
    /// Goes on behind a text.
    fn pass(&mut self, text: &str) {
        if text.is_empty() {
            return;
        }
        let text = if self.behind_return { text.strip_prefix('\n').unwrap_or(text) } else { text };
        self.behind_return = text.ends_with('\r');
        self.line += count_line_ends(text, 0..text.len());
        match text.rfind(['\n', '\r']) {
            Some(end) => self.column = 1 + text[end + 1..].chars().count() as u64,
            None => self.column += text.chars().count() as u64,
        }
    }
}
