//! Sheets of workbooks.

use std::fs;
use std::path::{Path, PathBuf};

use lustrate_io::{Overwrite, Reading, TableFile, read_table_file, read_table_with, write_table};
use lustrate_table::{CellId, Origin, RowId};

fn workbook(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata/workbooks").join(name)
}

fn read(name: &str, sheet: Option<&str>) -> Result<Reading, String> {
    read_table_file(&TableFile::new(workbook(name)).called(name).sheet(sheet)).map_err(|error| {
        let diagnostic = error.into_diagnostic();
        format!("{}: {} ({})", diagnostic.code, diagnostic.title, diagnostic.help.unwrap_or_default())
    })
}

/// The rows of a reading, a line each, `·` for missing.
fn shown(reading: &Reading) -> Vec<String> {
    let table = &reading.table;
    let row = |row: RowId| {
        let cells = table.schema().ids().map(|attribute| table.text(CellId { row, attribute }).unwrap_or("·"));
        cells.collect::<Vec<_>>().join("|")
    };
    let header = table.schema().attributes().iter().map(|attribute| attribute.name.as_str());
    std::iter::once(header.collect::<Vec<_>>().join("|")).chain(table.row_ids().map(row)).collect()
}

const ORDERS: [&str; 8] = [
    "zip|city|ordered|at|paid|price|units|note",
    "00184|Rome|2024-01-31|2024-01-31T08:30:00|TRUE|12.5|3| x ",
    "10115|Berlin|2024-02-01|2024-02-01T00:00:01|FALSE|0.3|10|·",
    "00184|Rome|2024-02-29|2024-02-29T23:59:59|TRUE|7|1|·",
    "·|·|·|·|·|·|·|·",
    "00184|Rom|2024-03-01|2024-03-01T12:00:00|TRUE|1000000|2|·",
    "10115|Berlin|·|·|·|·|·|·",
    "00184|Rome|2024-03-02|·|TRUE|4|5|·",
];

#[test]
fn cells_are_read_as_people_see_them_whatever_the_kind_of_the_workbook() {
    for name in ["orders.xlsx", "orders.xls", "orders.ods"] {
        let reading = read(name, None).unwrap();
        assert_eq!(shown(&reading), ORDERS, "{name}");
        let lines: Vec<_> = reading.table.row_ids().map(|row| reading.table.line(row)).collect();
        assert_eq!(lines, (2..=8).map(Some).collect::<Vec<_>>(), "{name}");
        let Some(Origin::Sheet { sheet, file }) = reading.table.origin() else { panic!("{name} is the origin") };
        assert_eq!((sheet.as_str(), file.bytes), ("Orders", fs::metadata(workbook(name)).unwrap().len()));
    }
}

#[test]
fn what_a_file_is_the_content_tells() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["orders.xlsx", "orders.xls", "orders.ods"] {
        let path = folder.path().join("orders");
        fs::copy(workbook(name), &path).unwrap();
        assert_eq!(shown(&read_table_with(&path, &Default::default()).unwrap()), ORDERS, "{name}");
    }
}

#[test]
fn a_sheet_is_found_by_its_name_or_its_number_and_others_are_told() {
    let places = ["zip|town", "1|Bern", "2|Basel"];
    for sheet in ["Places", "places", "3"] {
        let reading = read("orders.xlsx", Some(sheet)).unwrap();
        assert_eq!(shown(&reading), places);
        assert!(reading.notes.is_empty());
    }
    let notes = read("orders.xlsx", None).unwrap().notes;
    let note = notes.iter().next().unwrap();
    assert_eq!((note.code, note.title.as_str()), ("other-sheets", "of `orders.xlsx` the sheet `Orders` is read"));
    assert_eq!(note.help.as_deref(), Some("`--sheet NAME` reads another: `Places`"));
    assert!(read("orders.xls", None).unwrap().notes.is_empty());
    assert_eq!(
        read("orders.xlsx", Some("Place")).unwrap_err(),
        "no-such-sheet: `orders.xlsx` has no sheet `Place` (did you mean `Places`? its sheets are `Orders`, `Empty`, `Places`)"
    );
    assert_eq!(
        read("orders.xlsx", Some("Empty")).unwrap_err(),
        "empty-sheet: sheet `Empty` of `orders.xlsx` is empty (`--sheet NAME` reads another: `Orders`, `Places`)"
    );
}

#[test]
fn a_sheet_is_written_as_text_and_no_workbook_is_written() {
    let folder = tempfile::tempdir().unwrap();
    let mut table = read("orders.ods", None).unwrap().table;
    let cell = CellId { row: RowId(4), attribute: table.schema().find("city").unwrap() };
    table.set(cell, Some("Rome"));
    let out = folder.path().join("orders.csv");
    write_table(&table, &out, Overwrite::No).unwrap();
    let expected: String =
        ORDERS.map(|line| line.replace('·', "").replace('|', ",").replace("Rom,", "Rome,") + "\n").concat();
    assert_eq!(fs::read_to_string(out).unwrap(), expected);
    let refused = write_table(&table, folder.path().join("orders.xlsx"), Overwrite::No).unwrap_err().into_diagnostic();
    assert_eq!(refused.code, "output-is-workbook");
}

#[test]
fn what_is_damaged_or_no_workbook_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let told = |name: &str, bytes: &[u8], sheet: Option<&str>| {
        let path = folder.path().join(name);
        fs::write(&path, bytes).unwrap();
        let error = read_table_file(&TableFile::new(&path).called(name).sheet(sheet)).unwrap_err().into_diagnostic();
        (error.code, error.title)
    };
    for name in ["orders.xlsx", "orders.xls", "orders.ods"] {
        let bytes = fs::read(workbook(name)).unwrap();
        // Older workbooks end with room for more, which nobody misses.
        let lengths = if name == "orders.xls" { [8, 100, 700] } else { [8, bytes.len() / 3, bytes.len() - 30] };
        for length in lengths {
            let (code, title) = told(name, &bytes[..length], None);
            assert!(
                ["damaged-workbook", "no-sheet", "empty-sheet"].contains(&code),
                "{name}, {length}: {code}: {title}"
            );
        }
    }
    let archive = fs::read(workbook("orders.ods")).unwrap();
    assert_eq!(told("archive.zip", &archive[..200], None).0, "not-a-workbook");
    assert_eq!(told("orders.xlsx", b"zip,city\n1,Bern\n", None).0, "no-workbook");
    assert_eq!(told("orders.csv", b"zip,city\n1,Bern\n", Some("2")).0, "no-workbook");
}

#[test]
fn a_workbook_with_any_byte_changed_is_read_or_refused() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["orders.xlsx", "orders.xls", "orders.ods"] {
        let whole = fs::read(workbook(name)).unwrap();
        let path = folder.path().join(name);
        // Older workbooks have no checksums: one changed byte can put a cell where there is no room for a sheet up to it.
        let places = if name == "orders.xls" { 512..1_700 } else { 0..whole.len() };
        for place in places.step_by(23) {
            let mut bytes = whole.clone();
            bytes[place] ^= 0x5a;
            fs::write(&path, bytes).unwrap();
            match read_table_with(&path, &Default::default()) {
                Ok(reading) => assert!(reading.table.rows() > 0, "{name}, byte {place}"),
                Err(error) => assert!(error.diagnostic().help.is_some(), "{name}, byte {place}: {error}"),
            }
        }
    }
}
