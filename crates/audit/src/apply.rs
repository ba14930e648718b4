//! Making the repairs of a file once more.

use std::collections::BTreeSet;

use lustrate_diagnostic::Diagnostics;
use lustrate_io::{TableFile, misfit};
use lustrate_rules::Filter;
use lustrate_table::{CellId, Origin, RowId, Table};

use crate::edited::{Places, edited, mangled};
use crate::key::Keys;
use crate::line::{Line, Mistakes};
use crate::replayed::{Apart, Body, Change, Changed, Left};
use crate::standing::{Standing, Subject, has_shape, other_table, read_subject, wrong_direction};
use crate::whole::shown;
use crate::{Choice, Direction, Mark, RepairsFile, Replayed};

/// Makes the repairs of a file in the table that they are of: those that are marked `apply`, as far as they are chosen.
///
/// With the file as the run wrote it, and nothing chosen, what [`Replayed::write`] writes is what the run wrote. Rows that the
/// run set apart are left out again, unless a repair in them is made: somebody has decided what the row should be.
///
/// # Errors
/// All at once: every mistake in the repairs file with its place; a table that the run did not read, with what it is instead;
/// cells that do not hold what the records say; new values that the file of the table cannot hold.
pub fn replay(repairs: &RepairsFile, data: impl Into<TableFile>, choice: &Choice) -> Result<Replayed, Diagnostics> {
    let metadata = &repairs.metadata;
    let mut mistakes = repairs.mistakes.clone();
    let Some(subject) = original(repairs, &data.into(), choice, &mut mistakes) else { return Err(mistakes.told()) };
    let made = make(&subject, repairs, choice, &mut mistakes);
    let table = subject.table;
    if !mistakes.is_empty() {
        return Err(mistakes.told());
    }
    let set_apart: BTreeSet<RowId> = set_apart(repairs).collect();
    let touched: BTreeSet<RowId> = made.changes.iter().map(|change| RowId((change.row - 1) as u32)).collect();
    let without: BTreeSet<RowId> = set_apart.difference(&touched).copied().collect();
    Ok(Replayed {
        direction: Direction::Apply,
        rows: table.rows() as u64,
        columns: table.schema().len() as u64,
        cells: table.cells() as u64,
        records: repairs.lines.len() as u64,
        changes: made.changes,
        left: made.left,
        edited: edited(repairs),
        set_apart: Apart {
            file: metadata.quarantine.as_ref().map(|quarantine| quarantine.file.name.clone()),
            whole: metadata.data.rows,
            left_out: without.len() as u64,
            back: (set_apart.len() - without.len()) as u64,
        },
        gives_input_back: None,
        table: made.table,
        body: Body::Applied { without, output: metadata.output.clone() },
    })
}

/// The table that the run read, or one that is taken for it; `None` where it is neither, which is told.
fn original(repairs: &RepairsFile, data: &TableFile, choice: &Choice, mistakes: &mut Mistakes) -> Option<Subject> {
    let metadata = &repairs.metadata;
    let subject = match read_subject(data, metadata, Direction::Apply) {
        Ok(subject) => subject,
        Err(error) => {
            mistakes.push_whole(error);
            return None;
        }
    };
    match subject.standing {
        Standing::Input => return Some(subject),
        // Where rows were added or taken away, the numbers of the records are of other rows, which may hold the same values.
        Standing::Other
            if choice.changed == Changed::Accepted && has_shape(&subject.table, metadata, metadata.data.rows) =>
        {
            return Some(subject);
        }
        Standing::Output => mistakes.push_whole(wrong_direction(data.name(), metadata, Direction::Apply)),
        Standing::Other => mistakes.push_whole(other_table(data.name(), &subject.table, metadata)),
    }
    None
}

/// A table with repairs in it.
struct Made {
    table: Table,
    changes: Vec<Change>,
    left: Left,
}

/// Makes the repairs that are chosen; a cell that does not hold what its record says, and a value that it cannot hold, are told.
fn make(subject: &Subject, repairs: &RepairsFile, choice: &Choice, mistakes: &mut Mistakes) -> Made {
    let table = &subject.table;
    let keys = Keys::of(table, subject.standing, repairs);
    let mut made = Made { table: table.clone(), changes: Vec::new(), left: Left::default() };
    let places = Places::of(repairs);
    // What is wrong with a record by itself is told already.
    for line in repairs.lines.iter().filter(|line| !repairs.mistakes.has(line.at)) {
        let Some(cell) = held(table, line, line.old_value(), mistakes) else { continue };
        if let Some(keys) = &keys {
            keys.hold(table, cell.row, line, mistakes);
        }
        let (old, new) = (as_in(table, line.old_value()), as_in(table, line.new_value()));
        if !is_chosen(line, choice, &mut made.left) {
            continue;
        }
        if old == new {
            made.left.same_value += 1;
            continue;
        }
        if let Some(why) = misfit(table, cell, new) {
            let what = format!("column `{}` cannot hold {}: {why}", line.column(), shown(new));
            mistakes.push(line.at, "does-not-fit", what, "write a value that it can hold, or mark the line `review`");
        }
        if let Some(meant) = places.of_line(line).and_then(|place| mangled(line, place, repairs)) {
            let what = format!("`new` is {} and was `{meant}`", shown(new));
            let help =
                format!("write `{meant}`: a spreadsheet has taken it for a number; let it take all columns as text");
            mistakes.push(line.at, "changed-number", what, help);
        }
        made.table.set(cell, new);
        let text = |value: Option<&str>| value.map(str::to_owned);
        made.changes.push(Change { row: line.row, column: line.column().to_owned(), from: text(old), to: text(new) });
    }
    made
}

/// Whether a record is made; counted among those that are left if not.
fn is_chosen(line: &Line, choice: &Choice, left: &mut Left) -> bool {
    let accepted = choice.accepted.as_ref().is_some_and(|filter| selects(filter, line));
    match line.mark {
        Mark::Keep => left.keep += 1,
        Mark::Review if !accepted => left.review += 1,
        Mark::Apply | Mark::Review if choice.only.as_ref().is_some_and(|filter| !selects(filter, line)) => {
            left.not_chosen += 1;
        }
        Mark::Apply | Mark::Review => return true,
    }
    false
}

/// Whether a record satisfies conditions.
pub(crate) fn selects(filter: &Filter, line: &Line) -> bool {
    filter.selects(&|attribute| line.text(attribute))
}

/// The cell of a record, if it holds what it should; told otherwise.
fn held(table: &Table, line: &Line, expected: Option<&str>, mistakes: &mut Mistakes) -> Option<CellId> {
    let cell = find(table, line, line.row, mistakes)?;
    let there = table.text(cell);
    if there == as_in(table, expected) {
        return Some(cell);
    }
    let what = format!(
        "row {}, column `{}`: the table holds {}, where the record has {}",
        line.row,
        line.column(),
        shown(there),
        shown(expected)
    );
    mistakes.push(line.at, "other-value", what, "name the table that the run read, or delete the line");
    None
}

/// The cell of a record in a row of the table, which has the number `row`; told where there is none.
pub(crate) fn find(table: &Table, line: &Line, row: u64, mistakes: &mut Mistakes) -> Option<CellId> {
    let attribute = table.schema().find(line.column());
    let has_row = (1..=table.rows() as u64).contains(&row);
    match (attribute, has_row) {
        (Some(attribute), true) => Some(CellId { row: RowId((row - 1) as u32), attribute }),
        _ => {
            let what = format!("the table has no cell in row {}, column `{}`", line.row, line.column());
            mistakes.push(line.at, "no-such-cell", what, "name the table that the run read, or delete the line");
            None
        }
    }
}

/// A value as a table holds it: in text there is no empty value that is not missing.
pub(crate) fn as_in<'v>(table: &Table, value: Option<&'v str>) -> Option<&'v str> {
    match table.origin() {
        Some(Origin::Csv { .. } | Origin::Sheet { .. } | Origin::Files(_)) => value.filter(|text| !text.is_empty()),
        Some(Origin::Parquet { .. }) | None => value,
    }
}

/// The rows that the run set apart, in order.
pub(crate) fn set_apart(repairs: &RepairsFile) -> impl Iterator<Item = RowId> {
    let rows = repairs.metadata.quarantine.iter().flat_map(|quarantine| &quarantine.rows);
    rows.map(|apart| RowId(apart.row.saturating_sub(1) as u32))
}
