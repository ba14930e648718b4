//! Whether a repairs file is that of its metadata, and whether it is all there.

use std::collections::HashMap;

use lustrate_diagnostic::{Diagnostic, nearest};

use crate::line::{Line, Mistakes};
use crate::{Metadata, Shortened};

/// Tells the records that are of no cell of the run, that are twice there, and in which what was written in the cell was
/// edited; and whether the end of the file is missing.
pub(crate) fn check_whole(lines: &[Line], metadata: &Metadata, shortened: Shortened, mistakes: &mut Mistakes) {
    let places = metadata.repairs.places();
    let columns: HashMap<&str, u32> = metadata.data.columns.iter().map(String::as_str).zip(0..).collect();
    let mut seen: HashMap<(u64, u32), u64> = HashMap::new();
    let mut ends_early = mistakes.is_empty() && (lines.len() as u64) < metadata.repairs.records;
    for (number, line) in lines.iter().enumerate() {
        let Some(cell) = cell(line, &columns, metadata, mistakes) else {
            ends_early = false;
            continue;
        };
        if let Some(first) = seen.insert(cell, line.at) {
            let what = format!(
                "row {}, column `{}` has a record in {} {first} already",
                line.row,
                line.column(),
                mistakes.unit
            );
            mistakes.push(line.at, "two-records", what, "delete one of the two");
        }
        let Some(&place) = places.get(&cell) else {
            ends_early = false;
            let what = format!("the run has no record of row {}, column `{}`", line.row, line.column());
            let help = "delete the line, or put its row and column back; cells that the run did not doubt are changed in the \
                        table itself";
            mistakes.push(line.at, "no-such-record", what, help);
            continue;
        };
        if !metadata.repairs.had_old(place, line.old_value()) {
            ends_early = false;
            let what = format!("`old` was edited: the cell never held {}", shown(line.old_value()));
            let help =
                "put back what was there; a spreadsheet may have changed it by itself: let it take all columns as text";
            mistakes.push(line.at, "edited-old", what, help);
        }
        ends_early &= place == number && metadata.repairs.proposed(place, line.new_value(), line.mark);
    }
    if ends_early && shortened == Shortened::ByAccident {
        mistakes.push_whole(cut_short(lines.len() as u64, metadata, mistakes));
    }
}

/// What a value is called in messages.
pub(crate) fn shown(value: Option<&str>) -> String {
    value.map_or("nothing (missing)".to_owned(), |text| format!("`{}`", text.escape_debug()))
}

/// The row and the place of the column of a record, if the table has both.
fn cell(line: &Line, columns: &HashMap<&str, u32>, metadata: &Metadata, mistakes: &mut Mistakes) -> Option<(u64, u32)> {
    let data = &metadata.data;
    let has_row = (1..=data.rows).contains(&line.row);
    if !has_row {
        let what = format!("{} has no data row {}", data.file.name, line.row);
        let help = format!("its data rows are 1 to {}: put the number back, or delete the line", data.rows);
        mistakes.push(line.at, "unknown-row", what, help);
    }
    let column = columns.get(line.column()).copied();
    if column.is_none() {
        let near = nearest(line.column(), data.columns.iter().map(String::as_str));
        let meant = near.map_or(String::new(), |near| format!("write `{near}`; "));
        let what = format!("{} has no column `{}`", data.file.name, line.column());
        let help = format!("{meant}its columns are {}", data.columns.join(", "));
        mistakes.push(line.at, "unknown-column", what, help);
    }
    column.filter(|_| has_row).map(|column| (line.row, column))
}

/// The records are the first of those that were written, unchanged and in their order, and the others are missing.
fn cut_short(lines: u64, metadata: &Metadata, mistakes: &Mistakes) -> Diagnostic {
    let all = metadata.repairs.records;
    let title =
        format!("`{}` was cut short: its first {lines} of {all} records are there, the rest is missing", mistakes.name);
    let help = format!(
        "fetch the whole file again; if you deleted its last {} records on purpose, add `--shortened`",
        all - lines
    );
    Diagnostic::error("cut-short", title).help(help)
}
