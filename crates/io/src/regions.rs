//! Where the fields of cells are written in a text file.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::{ControlFlow, Range};

use lustrate_table::{AttributeId, CellId, Origin, OriginPart, RowId, Table};

use crate::WriteError;
use crate::scan::{Record, count_line_ends};
use crate::walk::{Step, walk};

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
    if let Some(Origin::Files(parts)) = table.origin() {
        for (part, of_part) in parts.iter().zip(table.parts()) {
            found.extend(regions_of_part(part, &of_part, cells)?);
        }
        return Ok(found);
    }
    let Some(Origin::Csv { file, dialect }) = table.origin() else { return Ok(found) };
    let mut wanted = cells.iter().copied().peekable();
    let (mut next, mut place) = (None, Place { line: 1, column: 1, behind_return: false });
    walk(file, dialect, |Step { text, record, from, to, .. }| {
        let mut done = from;
        while let Some(cell) = wanted.next_if(|cell| Some(cell.row) == next) {
            if let Some(raw) = field(record, cell.attribute) {
                place.pass(&text[done..raw.start]);
                let (start, mut end) = (place, place);
                end.pass(&text[raw.clone()]);
                found.insert(cell, region(start, end));
                done = raw.start;
            }
        }
        place.pass(&text[done..to]);
        next = Some(next.map_or(RowId(0), |row: RowId| RowId(row.0 + 1)));
        if wanted.peek().is_some() { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    })?;
    Ok(found)
}

/// Where those of the cells are written that are in one of several files, of which `table` is made.
fn regions_of_part(
    part: &OriginPart,
    table: &Table,
    cells: &BTreeSet<CellId>,
) -> Result<Vec<(CellId, Region)>, WriteError> {
    let first = part.rows.start as u32;
    let own = |cell: &CellId| {
        let is_in_part = part.rows.contains(&cell.row.index());
        let attribute = part.column(cell.attribute).filter(|_| is_in_part)?;
        Some(CellId { row: RowId(cell.row.0 - first), attribute })
    };
    let found = regions(table, &cells.iter().filter_map(own).collect())?;
    let whole =
        |cell: CellId| CellId { row: RowId(cell.row.0 + first), attribute: part.columns[cell.attribute.index()] };
    Ok(found.into_iter().map(|(cell, region)| (whole(cell), region)).collect())
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
