//! What is promised of any bytes that are given as a Parquet file.

use std::fs;
use std::path::Path;

use lustrate_io::{Overwrite, Reading, fits, misfit, read_table_with, write_table};
use lustrate_table::{AttributeId, CellId, RowId, Table};

use crate::messages::{are_sound, is_sound};
use crate::tables::{differ_only_in, number_of};

/// Reads the bytes as a file, and writes what was read, unchanged and with one other value.
///
/// # Panics
/// If one of the promises is broken.
pub fn hold(bytes: &[u8]) {
    // All else is read as something else.
    if !bytes.starts_with(b"PAR1") {
        return;
    }
    let folder = tempfile::tempdir().expect("there is a folder for temporary files");
    let path = folder.path().join("t.parquet");
    fs::write(&path, bytes).expect("the folder can be written to");
    match read_table_with(&path, &Default::default()) {
        Ok(Reading { table, notes }) => {
            are_sound(&notes);
            is_given_back(&table, folder.path());
            one_changed_cell_is_all_that_differs(&table, number_of(bytes), folder.path());
        }
        Err(error) => is_sound(error.diagnostic()),
    }
}

fn is_given_back(table: &Table, folder: &Path) {
    let Some(again) = written_and_read(table, folder) else { return };
    differ_only_in(table, &again, None);
}

/// Another value of the same column, or none, in one cell.
fn one_changed_cell_is_all_that_differs(table: &Table, number: usize, folder: &Path) {
    let row = |by: usize| RowId((number / by % table.rows()) as u32);
    let attribute = AttributeId((number / 11 % table.schema().len()) as u32);
    let cell = CellId { row: row(7), attribute };
    let value = table.text(CellId { row: row(13), attribute }).filter(|_| !number.is_multiple_of(5));
    assert_eq!(fits(table, cell, value), misfit(table, cell, value).is_none());
    if !fits(table, cell, value) {
        return;
    }
    let mut changed = table.clone();
    changed.set(cell, value);
    let Some(again) = written_and_read(&changed, folder) else { return };
    differ_only_in(table, &again, Some(cell));
    assert_eq!(again.text(cell), value, "the new value is not there");
}

/// The table that is read of what is written of another; `None` where a part of the file is damaged that is not read but
/// copied, which is told.
fn written_and_read(table: &Table, folder: &Path) -> Option<Table> {
    let out = folder.join("out.parquet");
    match write_table(table, &out, Overwrite::Yes) {
        Ok(()) => Some(read_table_with(&out, &Default::default()).expect("what was written is read").table),
        Err(error) => {
            is_sound(&error.into_diagnostic());
            None
        }
    }
}
