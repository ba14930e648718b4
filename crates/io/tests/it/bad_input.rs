//! One clear message for each bad input, with its place and mend.

use std::fs;

use lustrate_io::{CsvOptions, Overwrite, read_csv_bytes, read_table, write_table};
use lustrate_table::{AttributeId, CellId, Encoding, RowId};

/// The message for the bytes of a file, its folder left out.
fn message(name: &str, bytes: &[u8]) -> String {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    fs::write(&path, bytes).unwrap();
    let error = read_table(&path).unwrap_err().into_diagnostic();
    let text = format!("{}: {} ({})", error.code, error.title, error.help.unwrap());
    text.replace(&format!("{}/", folder.path().display()), "")
}

#[test]
fn each_bad_file_has_its_message() {
    let cases: [(&str, &[u8], &str); 9] = [
        ("t.csv", b"", "empty-file: `t.csv` is empty (name a file with a header and at least one data row)"),
        ("t.csv", b"\n\r\n", "empty-file: `t.csv` is empty (name a file with a header and at least one data row)"),
        (
            "t.csv",
            b"a,b\n\n",
            "no-rows: `t.csv` has a header and no data rows (name a file with at least one data row below the header)",
        ),
        (
            "t.csv",
            b"a,b\n1,2\n\x7fELF\0\0\0",
            "not-text: `t.csv` is no text: line 3, byte 5 is 0x00 (name a CSV or Parquet file)",
        ),
        (
            "t.csv",
            b"PK\x03\x04\x14\0\x08",
            "not-a-workbook: `t.csv` is an archive or a document, and no workbook (unpack it, or export the table in it as CSV)",
        ),
        (
            "t.csv",
            "a,b\r\né,\"1\n2\"\r\nü ,\"3\nx,y\n".as_bytes(),
            "open-quote: `t.csv`, line 4, column 4: nothing closes the quote that opens here (close the quote; if it is part of the text, put the field in quotes and double it: `\"\"`)",
        ),
        (
            "t.parquet",
            b"PAR1\x15\x04\x15\x10\x15\x14\x4c\x15",
            "cut-short: `t.parquet` is a Parquet file that was cut short: it does not end with `PAR1` (write or download the file again)",
        ),
        (
            "t.csv",
            b"PAR1",
            "cut-short: `t.csv` is a Parquet file that was cut short: it does not end with `PAR1` (write or download the file again)",
        ),
        (
            "t.parquet",
            b"a,b\n1,2\n",
            "not-parquet: `t.parquet` is no Parquet file: it does not start with `PAR1` (if it is CSV, name it `.csv`)",
        ),
    ];
    for (name, bytes, expected) in cases {
        assert_eq!(message(name, bytes), expected);
    }
    let garbled = message("t.parquet", b"PAR1xxxxxxxx\x04\0\0\0PAR1");
    assert!(garbled.starts_with("damaged-parquet: `t.parquet` is a Parquet file that cannot be read: "), "{garbled}");
}

#[test]
fn a_rule_given_as_a_table_is_told_where_rules_go() {
    let rules = [
        "fd zip -> city, state",
        "zip -> city",
        "fd zip",
        "deny city = \"Bend\" and zip < 3\n\n",
        "\u{feff}t1&t2&EQ(t1.a,t2.a)",
    ];
    for rule in rules {
        let expected = "no-rows: `t.csv` has a header and no data rows (is this a rule file? give it with `--rules`, after the table)";
        assert_eq!(message("t.csv", rule.as_bytes()), expected, "{rule}");
    }
}

#[test]
fn a_missing_file_is_named_with_the_one_that_was_meant() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("orders.csv"), "a\n1\n").unwrap();
    let wanted = folder.path().join("order.csv");
    let error = read_table(&wanted).unwrap_err().into_diagnostic();
    assert_eq!(error.title, format!("there is no file `{}`", wanted.display()));
    assert_eq!(error.help.unwrap(), format!("did you mean `{}`?", folder.path().join("orders.csv").display()));
    assert_eq!(read_table(folder.path()).unwrap_err().diagnostic().code, "is-a-folder");
}

#[test]
fn bytes_that_are_no_utf8_are_refused_where_utf8_was_asked_for() {
    let options = CsvOptions { encoding: Some(Encoding::Utf8), ..CsvOptions::default() };
    let error = read_csv_bytes("t.csv", b"a\nx\xff\n", &options).unwrap_err();
    assert_eq!(error.to_string(), "`t.csv`, line 2, byte 2: the bytes are no UTF-8");
}

#[test]
fn a_delimiter_that_cannot_be_one_is_refused() {
    let options = CsvOptions { delimiter: Some(b'"'), ..CsvOptions::default() };
    let error = read_csv_bytes("t.csv", b"a\nx\n", &options).unwrap_err();
    assert_eq!(error.to_string(), "the byte \\\" cannot be the delimiter");
}

#[test]
fn the_input_is_never_written_to_and_must_not_change() {
    let folder = tempfile::tempdir().unwrap();
    let (path, out) = (folder.path().join("t.csv"), folder.path().join("out.csv"));
    fs::write(&path, "a\n1\n").unwrap();
    let table = read_table(&path).unwrap();
    let code = |out: &std::path::Path| write_table(&table, out, Overwrite::Yes).unwrap_err().into_diagnostic().code;
    assert_eq!(code(&path), "output-is-input");
    assert_eq!(code(&folder.path().join("./t.csv")), "output-is-input");
    fs::write(&path, "a\n1\n2\n").unwrap();
    assert_eq!(code(&out), "input-changed");
    fs::write(&path, "a\n\n\n").unwrap();
    assert_eq!(code(&out), "input-changed");
    fs::remove_file(&path).unwrap();
    assert_eq!(code(&out), "input-gone");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn a_value_that_the_encoding_lacks_is_refused_with_its_cell() {
    let folder = tempfile::tempdir().unwrap();
    let (path, out) = (folder.path().join("t.csv"), folder.path().join("out.csv"));
    fs::write(&path, b"a,b\n1,caf\xe9\n").unwrap();
    let mut table = read_table(&path).unwrap();
    let cell = CellId { row: RowId(0), attribute: AttributeId(1) };
    assert!(lustrate_io::fits(&table, cell, Some("thé")) && !lustrate_io::fits(&table, cell, Some("茶")));
    table.set(cell, Some("茶"));
    let error = write_table(&table, &out, Overwrite::No).unwrap_err();
    assert_eq!(error.to_string(), "row 1, column `b`: the file is windows-1252, which has no `茶`");
    assert!(!out.exists());
    table.set(cell, Some("thé"));
    write_table(&table, &out, Overwrite::No).unwrap();
    assert_eq!(fs::read(&out).unwrap(), b"a,b\n1,th\xe9\n");
}
