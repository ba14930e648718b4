//! What a run does with less memory than it needs: columns are left as they are, and a warning says which.
//!
//! The table itself is in memory throughout: four bytes a cell and each distinct value once. What a run takes beside it is
//! mostly what the model knows of the values of each column that it looks at, and the list of repairs.

use lustrate_diagnostic::Diagnostic;
use lustrate_model::room_of;
use lustrate_table::{AttributeId, Table};

use crate::{Error, Settings};

/// Columns that are left as they are because a run may not take the memory that they need.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct LeftOut {
    /// These, in their order.
    pub(crate) columns: Vec<AttributeId>,
    /// The bytes that a run takes which looks at all columns.
    needed: u64,
    /// The bytes that it may take.
    most: u64,
}

/// What every run takes: the program, blocks of text, and what is told of one part of the rows.
const BASE: u64 = 128 << 20;
/// Bytes that are taken for each row, beside its cells.
const OF_ROW: u64 = 24;
/// Bytes for what is told of repairs, for each cell of a column that is looked at: with one cell in fifty wrong.
const OF_CELL: u64 = 12;
/// What is asked of the system is more than what is used, by so much in a hundred.
const UNUSED: u64 = 15;

/// The columns that are left as they are so that a run takes no more memory than it may; `idle` are left so anyway.
///
/// # Errors
/// When the table alone takes more.
pub(crate) fn left_out(table: &Table, idle: &[AttributeId], settings: &Settings) -> Result<LeftOut, Error> {
    let Some(most) = settings.most_memory() else { return Ok(LeftOut::default()) };
    let rows = table.rows() as u64;
    let fixed = asked(BASE + table.room() as u64 + rows * OF_ROW);
    let of_column = |id: AttributeId| (asked(room_of(table.column(id)) + rows * OF_CELL), id);
    let mut columns: Vec<(u64, AttributeId)> =
        table.schema().ids().filter(|id| !idle.contains(id)).map(of_column).collect();
    columns.sort_unstable();
    let needed = fixed + columns.iter().map(|(room, _)| room).sum::<u64>();
    if fixed > most {
        let (fixed, most) = (shown(fixed), shown(most));
        let title = format!("the table alone takes about {fixed} of memory, and the run may take {most}");
        let help = format!("allow {} or more", shown(needed));
        return Err(Error::settings("too-little-memory", title, help));
    }
    let (mut left, mut out) = (needed, Vec::new());
    while left > most {
        let Some((room, column)) = columns.pop() else { break };
        left -= room;
        out.push(column);
    }
    out.sort_unstable();
    Ok(LeftOut { columns: out, needed, most })
}

/// What is asked of the system for so many bytes.
fn asked(bytes: u64) -> u64 {
    bytes + bytes / 100 * UNUSED
}

impl LeftOut {
    /// The warning that names what was left out; `None` where nothing was.
    pub(crate) fn warning(&self, table: &Table) -> Option<Diagnostic> {
        let names: Vec<String> = self.columns.iter().map(|&id| format!("`{}`", table.schema().name(id))).collect();
        let (last, others) = names.split_last()?;
        let (names, are) =
            if others.is_empty() { (last.clone(), "is") } else { (format!("{} and {last}", others.join(", ")), "are") };
        let (needed, most) = (shown(self.needed), shown(self.most));
        let title = format!(
            "{names} {are} left as written: looking at all columns takes about {needed} of memory, and the run may take {most}"
        );
        Some(
            Diagnostic::warning("left-out-for-memory", title)
                .help(format!("allow {needed}, or split the file into smaller ones")),
        )
    }
}

/// An amount of memory, rounded up so that who allows it allows enough.
fn shown(bytes: u64) -> String {
    const MEBIBYTE: u64 = 1 << 20;
    let (unit, name) = if bytes >= 10 << 30 { (1 << 30, "GiB") } else { (MEBIBYTE, "MiB") };
    format!("{} {name}", bytes.div_ceil(unit))
}
