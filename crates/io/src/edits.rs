//! What is written otherwise in a line.

use std::ops::Range;

use lustrate_table::{CellId, RowId, Table};

use crate::habits::Habits;
use crate::quoting::quoted;
use crate::scan::{Record, is_open};

/// A part of a line that is written otherwise.
pub(crate) struct Edit {
    /// What is replaced: the field, or nothing at the end of a line that lacks it.
    pub(crate) range: Range<usize>,
    /// What is written instead.
    pub(crate) field: String,
    /// The cell because of which.
    pub(crate) cell: CellId,
}

/// What is written otherwise in the line of a row, of which `record` tells the places in a text, and how the line ends then.
pub(crate) fn edits(
    table: &Table,
    row: RowId,
    record: &Record,
    text: &str,
    habits: &Habits,
    delimiter: u8,
) -> (Vec<Edit>, LineEnd) {
    let (mut edits, mut line) = (Vec::new(), LineEnd::of(record, text));
    for attribute in table.schema().ids() {
        let cell = CellId { row, attribute };
        let new = table.text(cell).unwrap_or("");
        let column = attribute.index();
        let old = if column < record.len() { record.value(column) } else { "" };
        if new == old {
            continue;
        }
        let (range, field) = if column < record.len() {
            let raw = record.raw(column);
            let field = habits.field(new, column, Some((old, &text[raw.clone()])));
            // A line that is empty altogether would be no record.
            let vanishing = field.is_empty() && record.len() == 1;
            line.is_open &= column + 1 < record.len();
            (raw, if vanishing { quoted(new) } else { field })
        } else {
            // The line is shorter than the header: a new value needs the delimiters before it too.
            let end = record.extent().end;
            (end..end, line.go_on(column, delimiter) + &habits.field(new, column, None))
        };
        edits.push(Edit { range, field, cell });
    }
    (edits, line)
}

/// What a new field behind a line goes by: how many are there, and whether the last is one that nothing closes.
pub(crate) struct LineEnd {
    fields: usize,
    is_open: bool,
}

impl LineEnd {
    /// How the line of a record ends as it was read.
    pub(crate) fn of(record: &Record, text: &str) -> Self {
        LineEnd { fields: record.len(), is_open: is_open(&text[record.raw(record.len() - 1)]) }
    }

    /// What comes between the line and a new field in a column behind it, which then is its last.
    pub(crate) fn go_on(&mut self, column: usize, delimiter: u8) -> String {
        let close = if self.is_open { "\"" } else { "" };
        let delimiters = (delimiter as char).to_string().repeat(1 + column - self.fields);
        *self = LineEnd { fields: column + 1, is_open: false };
        close.to_owned() + &delimiters
    }
}
