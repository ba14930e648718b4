//! Where findings are in the file of a table.

use std::collections::{BTreeMap, BTreeSet};

use lustrate_io::{Region, regions};
use lustrate_table::{CellId, RowId, Table};

use crate::{BlamedCell, Error, Findings};

/// Where the rows and cells of findings are written in the text file that the table came from; nothing for a table of
/// another origin.
#[derive(Clone, Debug, Default)]
pub struct Places {
    lines: BTreeMap<u64, u64>,
    cells: BTreeMap<(u64, String), Region>,
}

impl Places {
    /// The line on which a data row, counted from 1, starts.
    pub fn line(&self, row: u64) -> Option<u64> {
        self.lines.get(&row).copied()
    }

    /// Where a cell is written.
    pub fn region(&self, cell: &BlamedCell) -> Option<Region> {
        self.cells.get(&(cell.row, cell.column.clone())).copied()
    }
}

/// Looks up where findings are: the lines of their rows and, reading the file once more, the characters of their cells.
///
/// # Errors
/// A file that has gone or changed since it was read.
pub fn places(table: &Table, findings: &Findings) -> Result<Places, Error> {
    let blamed = || findings.rules.iter().flat_map(|rule| &rule.cells);
    let things = findings.duplicates.iter().flat_map(|duplicates| &duplicates.things);
    let unknown = findings.unknown.iter().flat_map(|unknown| &unknown.rows);
    let rows = blamed().map(|cell| cell.row).chain(things.flat_map(|thing| thing.rows.clone())).chain(unknown.copied());
    let id = |row: u64| RowId((row - 1) as u32);
    let lines = rows.filter_map(|row| Some((row, table.line(id(row))?))).collect();
    let cell = |cell: &BlamedCell| Some(CellId { row: id(cell.row), attribute: table.schema().find(&cell.column)? });
    let cells: BTreeSet<CellId> = blamed().filter_map(cell).collect();
    let named = |(cell, region): (CellId, Region)| {
        ((cell.row.number(), table.schema().name(cell.attribute).to_owned()), region)
    };
    Ok(Places { lines, cells: regions(table, &cells)?.into_iter().map(named).collect() })
}
