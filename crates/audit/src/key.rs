//! Whether rows of a table that was changed since the run are those that the records are of.

use std::collections::BTreeSet;

use lustrate_table::{AttributeId, CellId, RowId, Table};

use crate::RepairsFile;
use crate::line::{Line, Mistakes};
use crate::standing::Standing;
use crate::whole::shown;

/// The columns that identify rows, where the key of a record is held against them.
pub(crate) struct Keys {
    columns: Vec<AttributeId>,
    /// The rows whose key was repaired: it may be the old one or the new one.
    repaired: BTreeSet<u64>,
}

impl Keys {
    /// Of a table that is neither what the run read nor what it wrote, if the run knew what identifies rows; nothing needs to
    /// be held against a table whose hash says what it is, where a spreadsheet may have changed the keys of the records.
    pub(crate) fn of(table: &Table, standing: Standing, repairs: &RepairsFile) -> Option<Keys> {
        let ids = &repairs.metadata.settings.ids;
        let columns: Vec<AttributeId> = ids.iter().map(|id| table.schema().find(id)).collect::<Option<_>>()?;
        let of_keys = repairs.lines.iter().filter(|line| ids.iter().any(|id| id == line.column()));
        let repaired = of_keys.map(|line| line.row).collect();
        (standing == Standing::Other && !columns.is_empty()).then_some(Keys { columns, repaired })
    }

    /// Tells a record whose key is not that of its row in the table.
    pub(crate) fn hold(&self, table: &Table, row: RowId, line: &Line, mistakes: &mut Mistakes) {
        let Some(key) = line.key().filter(|_| !self.repaired.contains(&line.row)) else { return };
        let text = |&attribute: &AttributeId| table.text(CellId { row, attribute }).unwrap_or("");
        let there = self.columns.iter().map(text).collect::<Vec<_>>().join("|");
        if there != key {
            let what = format!(
                "row {}: the key of the table's row is {}, where the record has {}",
                line.row,
                shown(Some(&there)),
                shown(Some(key))
            );
            let help = "name the table that the run read: in this one rows were moved, or added and taken away; if a \
                        spreadsheet has changed the key of the record, put it back";
            mistakes.push(line.at, "other-key", what, help);
        }
    }
}
