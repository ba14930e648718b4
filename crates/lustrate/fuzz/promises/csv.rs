//! What is promised of any bytes that are given as delimited text, compressed or not.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use lustrate_io::{
    CsvOptions, Overwrite, Reading, Restoration, fingerprint_within, fits, misfit, read_csv_bytes, read_table_with,
    trace, write_restored, write_table,
};
use lustrate_table::{AttributeId, CellId, Compression, CsvDialect, Encoding, Origin, RowId, Table};

use crate::messages::{are_sound, is_sound};
use crate::tables::{differ_only_in, number_of};

/// What the table of a file may take: compressed bytes can stand for a thousand times as many.
const MEMORY: u64 = 64 << 20;

/// What is written into cells, a missing value too.
const VALUES: [Option<&str>; 6] =
    [Some("x"), None, Some("a,b;c\td|e"), Some("\"q\"\r\n"), Some("é€𝄞"), Some("\u{feff}")];

/// Reads the bytes as a file in whatever form they seem to be in, and in one that is asked for; writes what was read,
/// unchanged and with one other value, and takes that back.
///
/// # Panics
/// If one of the promises is broken.
pub fn hold(bytes: &[u8]) {
    // Workbooks and Parquet files are none of this.
    if bytes.starts_with(b"PAR1") || bytes.starts_with(b"PK") || bytes.starts_with(b"\xd0\xcf") {
        return;
    }
    let folder = tempfile::tempdir().expect("there is a folder for temporary files");
    fs::write(folder.path().join("t.csv"), bytes).expect("the folder can be written to");
    let number = number_of(bytes);
    let found_out = CsvOptions { memory: Some(MEMORY), ..CsvOptions::default() };
    let encodings = [Encoding::Utf8, Encoding::Utf16Le, Encoding::Utf16Be, Encoding::Windows1252];
    let delimiter = [b',', b';', b'\t', b'|', b' ', b'a', 0x7f, b'"', 0xe9][number / 4 % 9];
    let asked = CsvOptions { delimiter: Some(delimiter), encoding: Some(encodings[number % 4]), ..found_out };
    for options in [found_out, asked] {
        match read_table_with(folder.path().join("t.csv"), &options) {
            Ok(Reading { table, notes }) => {
                are_sound(&notes);
                hold_of_table(&table, bytes, &options, (folder.path(), number));
            }
            Err(error) => is_sound(error.diagnostic()),
        }
    }
}

fn hold_of_table(table: &Table, bytes: &[u8], options: &CsvOptions, (folder, number): (&Path, usize)) {
    assert!(table.rows() > 0 && !table.schema().is_empty(), "a table without rows is refused");
    assert!(table.room() as u64 <= MEMORY, "it takes {} bytes", table.room());
    let Some(Origin::Csv { file, dialect }) = table.origin() else { panic!("it is no text: {:?}", table.origin()) };
    if file.compression == Compression::None {
        let again = read_csv_bytes("t.csv", bytes, options).expect("what is in the file is read from memory too");
        differ_only_in(table, &again.table, None);
    }
    let out = folder.join(if file.compression == Compression::None { "out.csv" } else { "out.csv.zst" });
    write_table(table, &out, Overwrite::Yes).expect("what was read is written");
    gives_the_text_of(&out, bytes, file.compression, folder);
    if file.compression == Compression::None {
        one_changed_cell_is_all_that_differs(table, bytes, *dialect, (folder, number));
    }
}

/// That a file holds the bytes of another: compressed ones, those that are within.
fn gives_the_text_of(out: &Path, bytes: &[u8], compression: Compression, folder: &Path) {
    if compression == Compression::None {
        assert!(fs::read(out).expect("it was written") == bytes, "the file is not given back byte for byte");
        return;
    }
    let within = |path: &Path| fingerprint_within(path).expect("it was read before");
    assert_eq!(within(out), within(&folder.join("t.csv")), "the text is not given back byte for byte");
}

fn one_changed_cell_is_all_that_differs(
    table: &Table,
    bytes: &[u8],
    dialect: CsvDialect,
    (folder, number): (&Path, usize),
) {
    let row = RowId((number / 7 % table.rows()) as u32);
    let cell = CellId { row, attribute: AttributeId((number / 11 % table.schema().len()) as u32) };
    let value = VALUES[number / 13 % VALUES.len()];
    assert_eq!(fits(table, cell, value), misfit(table, cell, value).is_none());
    // How the last row is to go on may be unknown; it is then given back as it is, and what else is in it is not asked.
    let last = table.row_ids().last();
    if !fits(table, cell, value) || (Some(row) == last && table.ragged().last().copied() == last) {
        return;
    }
    let mut changed = table.clone();
    changed.set(cell, value);
    let out = folder.join("changed.csv");
    write_table(&changed, &out, Overwrite::Yes).expect("what fits is written");
    let as_before = CsvOptions { delimiter: Some(dialect.delimiter), encoding: Some(dialect.encoding), memory: None };
    let again = read_table_with(&out, &as_before).expect("what was written is read").table;
    differ_only_in(table, &again, Some(cell));
    assert_eq!(again.text(cell).unwrap_or(""), value.unwrap_or(""), "the new value is not there");
    is_taken_back(table, &again, cell, bytes, folder);
}

/// What was changed in one cell is put back with the bytes that it had.
fn is_taken_back(table: &Table, changed: &Table, cell: CellId, bytes: &[u8], folder: &Path) {
    let mut spellings = trace(table, &[cell], &[]).expect("the file is as it was").cells;
    let spelling = spellings.pop().expect("each cell is written in some way");
    let cells = BTreeMap::from([(cell, (table.text(cell).map(str::to_owned), spelling))]);
    let back = folder.join("back.csv");
    let restoration = Restoration { cells, rows: None };
    write_restored(changed, &back, Overwrite::Yes, &restoration).expect("the cell is where it was");
    assert!(fs::read(&back).expect("it was written") == bytes, "the file is not taken back byte for byte");
}
