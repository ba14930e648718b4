//! Parquet files and their types.

use std::fs::File;
use std::path::Path;

use lustrate_io::{CsvOptions, Overwrite, fits, read_table, read_table_with, write_table};
use lustrate_table::{AttributeId, CellId, Origin, RowId, SecondPart, ValueType, Zone};
use polars::prelude::*;

use crate::csv::cells;

/// One column of each family: text, small integer, float, boolean, day, moment, and two that are passed over.
fn frame() -> DataFrame {
    let moment = DataType::Datetime(TimeUnit::Milliseconds, TimeZone::opt_try_new(Some("UTC")).unwrap());
    let list = Series::new(
        "tags".into(),
        [Series::new("".into(), ["p", "q"]), Series::new("".into(), ["r"]), Series::new("".into(), [""; 0])],
    );
    DataFrame::new_infer_height(vec![
        Column::new("city".into(), [Some("Rom"), None, Some("")]),
        list.into(),
        Column::new("stars".into(), [Some(1i32), Some(-2), None]).cast(&DataType::Int8).unwrap(),
        Column::new("share".into(), [Some(0.1), Some(2.0), None]),
        Column::new("open".into(), [Some(true), Some(false), None]),
        Column::new("day".into(), [Some(19_723i32), None, Some(0)]).cast(&DataType::Date).unwrap(),
        Column::new("seen".into(), [Some(1_704_164_645_123i64), None, Some(0)]).cast(&moment).unwrap(),
        Column::new("blob".into(), [b"\xff".as_slice(), b"", b"x"]),
    ])
    .unwrap()
}

fn write_frame(frame: &DataFrame, path: &Path) {
    ParquetWriter::new(File::create(path).unwrap()).with_row_group_size(Some(2)).finish(&mut frame.clone()).unwrap();
}

fn read_frame(path: &Path) -> DataFrame {
    ParquetReader::new(File::open(path).unwrap()).finish().unwrap()
}

fn cell(row: u32, attribute: u32) -> CellId {
    CellId { row: RowId(row), attribute: AttributeId(attribute) }
}

#[test]
fn flat_columns_are_text_and_the_others_are_noted() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("t.parquet");
    write_frame(&frame(), &path);
    let reading = read_table_with(&path, &CsvOptions::default()).unwrap();
    let rows = [
        [Some("Rom"), Some("1"), Some("0.1"), Some("true"), Some("2024-01-01"), Some("2024-01-02 03:04:05.123+00:00")],
        [None, Some("-2"), Some("2"), Some("false"), None, None],
        [Some(""), None, None, None, Some("1970-01-01"), Some("1970-01-01 00:00:00.000+00:00")],
    ];
    assert_eq!(cells(&reading.table), rows);
    assert_eq!(reading.notes.iter().len(), 2);
    let Some(Origin::Parquet { types, .. }) = reading.table.origin() else { panic!("no origin") };
    let moment = ValueType::Datetime { unit: SecondPart::Milli, zone: Zone::Known };
    let expected =
        [ValueType::Text, ValueType::Signed(8), ValueType::Float(64), ValueType::Boolean, ValueType::Date, moment];
    assert_eq!(types[..], expected);
}

#[test]
fn an_unchanged_table_gives_the_same_frame() {
    let folder = tempfile::tempdir().unwrap();
    let (path, out) = (folder.path().join("t.parquet"), folder.path().join("out.parquet"));
    write_frame(&frame(), &path);
    write_table(&read_table(&path).unwrap(), &out, Overwrite::No).unwrap();
    assert!(read_frame(&out).equals_missing(&frame()));
    assert_eq!(read_frame(&out).schema(), frame().schema());
    let groups = |path: &Path| {
        let mut reader = ParquetReader::new(File::open(path).unwrap());
        reader.get_metadata().unwrap().row_groups.iter().map(|group| group.num_rows()).collect::<Vec<_>>()
    };
    assert_eq!(groups(&out), groups(&path));
}

#[test]
fn changed_cells_are_written_in_the_type_of_their_column() {
    let folder = tempfile::tempdir().unwrap();
    let (path, out) = (folder.path().join("t.parquet"), folder.path().join("out.parquet"));
    write_frame(&frame(), &path);
    let mut table = read_table(&path).unwrap();
    let changes = [
        (cell(0, 0), Some("Rome")),
        (cell(2, 1), Some("7")),
        (cell(1, 2), None),
        (cell(2, 3), Some("true")),
        (cell(1, 4), Some("2024-02-29")),
        (cell(0, 5), Some("2024-01-02T03:04:05+01:00")),
    ];
    for (cell, text) in changes {
        assert!(fits(&table, cell, text));
        table.set(cell, text);
    }
    write_table(&table, &out, Overwrite::No).unwrap();
    let written = read_frame(&out);
    assert_eq!(written.schema(), frame().schema());
    table.set(cell(0, 5), Some("2024-01-02 02:04:05.000+00:00"));
    assert_eq!(cells(&read_table(&out).unwrap()), cells(&table));
    assert!(written.column("tags").unwrap().equals_missing(frame().column("tags").unwrap()));
    assert!(written.column("blob").unwrap().equals_missing(frame().column("blob").unwrap()));
}

#[test]
fn a_text_that_does_not_fit_is_refused_with_its_cell() {
    let folder = tempfile::tempdir().unwrap();
    let (path, out) = (folder.path().join("t.parquet"), folder.path().join("out.parquet"));
    write_frame(&frame(), &path);
    let mut table = read_table(&path).unwrap();
    assert!(!fits(&table, cell(1, 1), Some("200")));
    table.set(cell(1, 1), Some("200"));
    let error = write_table(&table, &out, Overwrite::No).unwrap_err().into_diagnostic();
    assert_eq!(error.title, "row 2, column `stars`: `200` does not fit the column's type");
    assert_eq!(error.help.unwrap(), "the column holds whole numbers of 8 bits");
    assert!(!out.exists());
}

#[test]
fn formats_can_be_exchanged() {
    let folder = tempfile::tempdir().unwrap();
    let (csv, parquet) = (folder.path().join("t.csv"), folder.path().join("t.parquet"));
    std::fs::write(&csv, "a,b\n1,\n,x\n").unwrap();
    let table = read_table(&csv).unwrap();
    write_table(&table, &parquet, Overwrite::No).unwrap();
    let typed = read_table(&parquet).unwrap();
    assert_eq!(cells(&typed), cells(&table));
    write_table(&typed, folder.path().join("back.csv"), Overwrite::No).unwrap();
    assert_eq!(std::fs::read(folder.path().join("back.csv")).unwrap(), std::fs::read(&csv).unwrap());
}
