//! Writing the repairs into a table.

use lustrate_table::Table;

use crate::repairs::Repairs;

/// A copy of the table with the applied repairs in it. Columns without a repair are shared with the original.
pub fn apply(table: &Table, repairs: &Repairs) -> Table {
    let mut repaired = table.clone();
    for repair in repairs.applied() {
        repaired.set(repair.cell, repair.new.as_deref());
    }
    repaired
}
