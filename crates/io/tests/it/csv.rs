//! What is read from delimited text.

use lustrate_diagnostic::Diagnostics;
use lustrate_io::{CsvOptions, Reading, read_csv_bytes, read_table};
use lustrate_table::{Encoding, RowId, Table};

fn read(bytes: impl AsRef<[u8]>) -> Reading {
    read_csv_bytes("t.csv", bytes.as_ref(), &CsvOptions::default()).unwrap()
}

fn names(table: &Table) -> Vec<&str> {
    table.schema().attributes().iter().map(|attribute| attribute.name.as_str()).collect()
}

pub(crate) fn cells(table: &Table) -> Vec<Vec<Option<&str>>> {
    table.row_ids().map(|row| table.schema().ids().map(|id| table.column(id).text(row)).collect()).collect()
}

fn titles(notes: &Diagnostics) -> Vec<&str> {
    notes.iter().map(|note| note.title.as_str()).collect()
}

#[test]
fn empty_fields_are_missing_and_all_other_text_is_kept() {
    let reading = read("a,b\n,\"\"\n x ,null\n\"1\n2\",\"say \"\"hi\"\"\"\n");
    let expected = [[None, None], [Some(" x "), Some("null")], [Some("1\n2"), Some("say \"hi\"")]];
    assert_eq!(cells(&reading.table), expected);
    assert!(reading.notes.is_empty());
}

#[test]
fn every_delimiter_and_line_end_is_found() {
    for delimiter in [",", ";", "\t", "|"] {
        for end in ["\n", "\r\n", "\r"] {
            let text = format!("a{delimiter}b{end}1{delimiter}2{end}3{delimiter}4");
            assert_eq!(cells(&read(text).table), [[Some("1"), Some("2")], [Some("3"), Some("4")]]);
        }
    }
}

#[test]
fn every_encoding_gives_the_same_table() {
    let text = "name,city\nZoë,Köln\n";
    let utf16 = |bytes: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(bytes).collect::<Vec<u8>>();
    let with = |bom: &[u8], bytes: Vec<u8>| [bom, &bytes].concat();
    let latin: Vec<u8> = text.chars().map(|c| c as u8).collect();
    let files = [
        text.as_bytes().to_vec(),
        with(b"\xef\xbb\xbf", text.as_bytes().to_vec()),
        utf16(u16::to_le_bytes),
        utf16(u16::to_be_bytes),
        with(b"\xff\xfe", utf16(u16::to_le_bytes)),
        with(b"\xfe\xff", utf16(u16::to_be_bytes)),
        latin,
    ];
    for file in files {
        let reading = read(&file);
        assert_eq!(
            (names(&reading.table), cells(&reading.table)),
            (vec!["name", "city"], vec![vec![Some("Zoë"), Some("Köln")]])
        );
    }
}

#[test]
fn a_stated_delimiter_and_encoding_are_believed() {
    let options = CsvOptions { delimiter: Some(b'^'), encoding: Some(Encoding::Windows1252), ..CsvOptions::default() };
    let reading = read_csv_bytes("t.csv", "a^b,c\né^1\n".as_bytes(), &options).unwrap();
    assert_eq!(cells(&reading.table), [[Some("Ã©"), Some("1")]]);
    assert!(reading.notes.is_empty());
}

#[test]
fn ragged_rows_are_kept_and_noted_with_their_lines() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("t.csv");
    std::fs::write(&path, "a,b\n1\n\n2,3\n4,5,6\n\"7\n\"\n8\n").unwrap();
    let reading = lustrate_io::read_table_with(&path, &CsvOptions::default()).unwrap();
    let table = &reading.table;
    assert_eq!(table.ragged(), [RowId(0), RowId(2), RowId(3), RowId(4)]);
    assert_eq!(cells(table)[2], [Some("4"), Some("5")]);
    assert_eq!(table.row_ids().map(|row| table.line(row).unwrap()).collect::<Vec<_>>(), [2, 4, 5, 6, 8]);
    let name = path.display();
    assert_eq!(
        titles(&reading.notes),
        [
            format!("`{name}`: 3 rows have fewer fields than the header, which has 2: lines 2, 6 and 8"),
            format!("`{name}`: 1 row has more fields than the header, which has 2: line 5"),
        ]
    );
}

#[test]
fn duplicate_and_empty_names_are_made_unique_and_noted() {
    let reading = read("city,city,\n1,2,3\n");
    assert_eq!(names(&reading.table), ["city", "city.2", "column_3"]);
    assert_eq!(reading.notes.iter().len(), 2);
}

#[test]
fn the_table_is_the_same_for_any_number_of_threads() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("t.csv");
    let row = |i: u32| format!("{},\"x\n{}\",5\" pipe,{}\r\n", i, i % 97, i * 7919 % 1000);
    let text: String = "id,a,b,c\n".chars().chain((0..60_000).map(row).collect::<String>().chars()).collect();
    std::fs::write(&path, text).unwrap();
    let read = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| read_table(&path).unwrap())
    };
    let (one, three) = (read(1), read(3));
    for id in one.schema().ids() {
        assert_eq!(one.column(id).codes(), three.column(id).codes());
        assert!(one.column(id).dictionary().iter().eq(three.column(id).dictionary().iter()));
    }
    assert_eq!(one.line(RowId(59_999)), Some(119_999 + 1));
    assert_eq!(three.line(RowId(59_999)), one.line(RowId(59_999)));
}

#[test]
fn a_quote_that_is_open_on_the_last_line_is_told_and_its_row_is_left_alone() {
    for end in ["", "\n", "\r\n"] {
        let reading = read(format!("a,b\n1,2\n3,\"x{end}"));
        assert_eq!(cells(&reading.table)[1], [Some("3"), Some(format!("x{end}").as_str())]);
        assert_eq!(reading.table.ragged(), [RowId(1)]);
        assert_eq!(
            titles(&reading.notes),
            ["`t.csv`, line 3, column 3: nothing closes the quote that opens on the last line"]
        );
    }
}

#[test]
fn a_zero_byte_in_a_text_is_told_and_kept() {
    let reading = read(format!("a,b\n1,x\0\n{}", "3,4\n".repeat(9)));
    assert_eq!(cells(&reading.table)[0], [Some("1"), Some("x\0")]);
    assert_eq!(titles(&reading.notes), ["`t.csv` holds bytes that are zero: line 2, byte 4 is 0x00"]);
}

#[test]
fn half_a_character_at_the_end_is_told_and_its_row_is_left_alone() {
    let units = "a,b\n1,2\n3,x".encode_utf16().flat_map(u16::to_le_bytes);
    let reading = read([b"\xff\xfe".to_vec(), units.collect(), b"y".to_vec()].concat());
    assert_eq!(reading.table.ragged(), [RowId(1)]);
    assert_eq!(titles(&reading.notes), ["`t.csv` is UTF-16 and breaks off within its last character"]);
}

#[cfg(unix)]
#[test]
fn a_pipe_is_read_though_it_gives_its_bytes_once() {
    let folder = tempfile::tempdir().unwrap();
    let pipe = folder.path().join("pipe");
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let giver = {
        let pipe = pipe.clone();
        std::thread::spawn(move || std::fs::write(pipe, b"a,b\ncaf\xe9,1\n").unwrap())
    };
    assert_eq!(cells(&read_table(&pipe).unwrap()), [[Some("café"), Some("1")]]);
    giver.join().unwrap();
}
