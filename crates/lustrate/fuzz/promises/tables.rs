//! What the promises about tables of any bytes have in common.

use lustrate_table::{CellId, Table};

/// A number that the bytes decide: where and what is changed in a table that was read of them.
pub fn number_of(bytes: &[u8]) -> usize {
    bytes.iter().fold(0, |number, &byte| number.wrapping_mul(31).wrapping_add(usize::from(byte)))
}

/// Holds against two tables that they have the same columns and the same texts, but for one cell.
///
/// # Panics
/// If they differ in another.
pub fn differ_only_in(table: &Table, other: &Table, changed: Option<CellId>) {
    let names = |table: &Table| table.schema().attributes().iter().map(|it| it.name.clone()).collect::<Vec<_>>();
    assert_eq!((names(table), table.rows()), (names(other), other.rows()));
    for attribute in table.schema().ids() {
        for cell in table.row_ids().map(|row| CellId { row, attribute }).filter(|&cell| Some(cell) != changed) {
            assert_eq!(table.text(cell), other.text(cell), "{cell:?}");
        }
    }
}
