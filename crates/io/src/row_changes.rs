//! What is written otherwise in some rows, line by line.

use std::collections::BTreeSet;
use std::ops::ControlFlow;

use lustrate_table::{CellId, Origin, RowId, Table};

use crate::WriteError;
use crate::edits::edits;
use crate::encoding::SAMPLE;
use crate::habits::Habits;
use crate::quoting::{needs_quotes, quoted};
use crate::walk::{Step, walk};

/// A row as it was and as it is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowChange {
    /// The row.
    pub row: RowId,
    /// The line of the file on which it starts, from 1; `None` for a table that came from no text file.
    pub line: Option<u64>,
    /// Its line in parts, without the line end.
    pub parts: Vec<LinePart>,
}

/// A part of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LinePart {
    /// It stays.
    Same(String),
    /// It is written otherwise.
    Changed {
        /// What was written.
        old: String,
        /// What is.
        new: String,
    },
}

/// What is written otherwise in some rows of a table that was read as `original`: the lines of its text file, which is read
/// again, as [`write_table`](crate::write_table) writes them, or for a table of another origin lines of comma-separated text.
///
/// # Errors
/// When the file has gone or changed since it was read.
pub fn row_changes(original: &Table, table: &Table, rows: &BTreeSet<RowId>) -> Result<Vec<RowChange>, WriteError> {
    let Some(Origin::Csv { file, dialect }) = original.origin() else {
        return Ok(rows.iter().map(|&row| plain(original, table, row)).collect());
    };
    let mut wanted = rows.iter().copied().peekable();
    let (mut changes, mut next, mut habits) = (Vec::with_capacity(rows.len()), None, None);
    walk(file, dialect, |Step { text, record, .. }| {
        let sample = &text[..text.floor_char_boundary(SAMPLE)];
        let habits = habits.get_or_insert_with(|| Habits::of(sample, dialect.delimiter));
        if let Some(row) = wanted.next_if(|&row| Some(row) == next) {
            let (edits, _) = edits(table, row, record, text, habits, dialect.delimiter);
            let (mut parts, mut at) = (Vec::new(), record.extent().start);
            for edit in edits {
                same(&mut parts, &text[at..edit.range.start]);
                parts.push(LinePart::Changed { old: text[edit.range.clone()].to_owned(), new: edit.field });
                at = edit.range.end;
            }
            same(&mut parts, &text[at..record.extent().end]);
            changes.push(RowChange { row, line: original.line(row), parts });
        }
        next = Some(next.map_or(RowId(0), |row: RowId| RowId(row.0 + 1)));
        if wanted.peek().is_some() { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    })?;
    Ok(changes)
}

fn same(parts: &mut Vec<LinePart>, text: &str) {
    if !text.is_empty() {
        parts.push(LinePart::Same(text.to_owned()));
    }
}

fn plain(original: &Table, table: &Table, row: RowId) -> RowChange {
    let field = |table: &Table, cell| {
        let text = table.text(cell).unwrap_or("");
        if needs_quotes(text, b',') { quoted(text) } else { text.to_owned() }
    };
    let (mut parts, mut before) = (Vec::new(), String::new());
    for attribute in table.schema().ids() {
        let cell = CellId { row, attribute };
        if attribute.index() > 0 {
            before.push(',');
        }
        let (old, new) = (field(original, cell), field(table, cell));
        if original.text(cell) == table.text(cell) {
            before += &old;
        } else {
            same(&mut parts, &std::mem::take(&mut before));
            parts.push(LinePart::Changed { old, new });
        }
    }
    same(&mut parts, &before);
    RowChange { row, line: original.line(row), parts }
}
