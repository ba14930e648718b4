//! Untouched cells come out byte for byte.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use lustrate_io::{Overwrite, Selection, read_table, write_rows, write_table};
use lustrate_table::{AttributeId, CellId, RowId, Table};
use proptest::prelude::*;

use crate::csv::cells;

fn write(table: &Table, folder: &Path) -> Vec<u8> {
    let out = folder.join("out.csv");
    write_table(table, &out, Overwrite::Yes).unwrap();
    fs::read(out).unwrap()
}

/// Reads a file, sets cells (row, column, text), and gives back what is written.
fn patched(text: &[u8], changes: &[(u32, u32, Option<&str>)]) -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("t.csv");
    fs::write(&path, text).unwrap();
    let mut table = read_table(&path).unwrap();
    for &(row, attribute, text) in changes {
        table.set(CellId { row: RowId(row), attribute: AttributeId(attribute) }, text);
    }
    write(&table, folder.path())
}

fn patched_text(text: &str, changes: &[(u32, u32, Option<&str>)]) -> String {
    String::from_utf8(patched(text.as_bytes(), changes)).unwrap()
}

#[test]
fn only_the_changed_fields_differ() {
    let text = "\u{feff}a;\"b\";c\r\n\r\n1;\"x\";\"p;q\"\r\n 2 ;y;;extra\r\n3";
    let changes = [(0, 1, Some("X")), (0, 2, Some("r")), (1, 0, Some("a;b")), (1, 2, Some("z")), (2, 2, Some("w"))];
    let expected = "\u{feff}a;\"b\";c\r\n\r\n1;\"X\";r\r\n\"a;b\";y;z;extra\r\n3;;w";
    assert_eq!(patched_text(text, &changes), expected);
}

#[test]
fn a_new_value_is_quoted_as_its_neighbours_are() {
    assert_eq!(patched_text("\"a\",\"b\"\n\"x\",\n", &[(0, 1, Some("y"))]), "\"a\",\"b\"\n\"x\",\"y\"\n");
    assert_eq!(patched_text("a,b\n\"x\",\n", &[(0, 0, None), (0, 1, Some("y\"z"))]), "a,b\n,\"y\"\"z\"\n");
}

#[test]
fn a_row_that_becomes_empty_does_not_vanish() {
    assert_eq!(patched_text("a\nx\ny\n", &[(0, 0, None)]), "a\n\"\"\ny\n");
}

#[test]
fn fields_are_found_behind_wide_characters_and_lone_surrogates() {
    let units = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
    let lone = 0xd800u16.to_le_bytes();
    let file = |value: &str| [b"\xff\xfe", &*units("a,b\n𝄞é"), &lone, &*units(&format!(",{value}\nlast,1\n"))].concat();
    assert_eq!(patched(&file("x"), &[(0, 1, Some("𝄞y"))]), file("𝄞y"));
    assert_eq!(patched(&file("x"), &[]), file("x"));
}

#[test]
fn behind_an_open_field_a_new_one_closes_it() {
    let text = "a,b,c\n1,2,3\n4,\"5\n";
    assert_eq!(patched_text(text, &[(1, 2, Some("6"))]), "a,b,c\n1,2,3\n4,\"5\n\",6");
    assert_eq!(patched_text(text, &[(1, 0, Some("7"))]), text.replace('4', "7"));
}

#[test]
fn behind_half_a_character_a_new_field_is_whole() {
    let units = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
    let file = [b"\xff\xfe", &*units("a,b\n1,2\nx"), b"y"].concat();
    assert_eq!(patched(&file, &[]), file);
    assert_eq!(patched(&file, &[(1, 1, Some("3"))]), [b"\xff\xfe", &*units("a,b\n1,2\nx\u{fffd},3")].concat());
    assert_eq!(patched(&file, &[(1, 0, Some("z"))]), [b"\xff\xfe", &*units("a,b\n1,2\nz")].concat());
}

#[test]
fn a_table_without_origin_is_written_plainly() {
    let table = lustrate_io::read_csv_bytes("t", b"a;\"b c\"\r\n\"1,5\";\r\n", &Default::default()).unwrap().table;
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(write(&table, folder.path()), b"a,b c\n\"1,5\",\n");
    let out = folder.path().join("out.tsv");
    write_table(&table, &out, Overwrite::No).unwrap();
    assert_eq!(fs::read(out).unwrap(), b"a\tb c\n1,5\t\n");
}

/// A field as people and programs write them.
fn field() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => "[abé ]{0,4}",
        1 => "[ab]\"[ab]{0,2}",
        2 => "[ab,;\né]{0,4}".prop_map(|text| format!("\"{text}\"")),
        1 => "([ab]|\"\"){0,4}".prop_map(|text| format!("\"{text}\" ")),
        1 => Just("\u{feff}".to_owned()),
    ]
}

fn file() -> impl Strategy<Value = String> {
    let line =
        (prop::collection::vec(field(), 1..4), prop::sample::select(vec!["\n", "\r\n", "\n\n", "\r", "\r\n\r\n"]));
    (prop::collection::vec(line, 2..12), prop::sample::select(vec![",", ";"]), any::<bool>()).prop_map(
        |(lines, delimiter, last_end)| {
            let ends = lines.len() - usize::from(!last_end);
            let line = |(i, (fields, end)): (usize, (Vec<String>, &str))| {
                format!("{}{}", fields.join(delimiter), if i < ends { end } else { "" })
            };
            format!("k{delimiter}v\n{}", lines.into_iter().enumerate().map(line).collect::<String>())
        },
    )
}

fn bytes_of(text: &str, encoding: u8) -> Vec<u8> {
    match encoding {
        0 => text.as_bytes().to_vec(),
        1 => [b"\xef\xbb\xbf", text.as_bytes()].concat(),
        2 => text.encode_utf16().flat_map(u16::to_le_bytes).fold(b"\xff\xfe".to_vec(), |mut all, b| {
            all.push(b);
            all
        }),
        3 => text.encode_utf16().flat_map(u16::to_be_bytes).fold(b"\xfe\xff".to_vec(), |mut all, b| {
            all.push(b);
            all
        }),
        _ => text.chars().map(|c| u8::try_from(c).unwrap_or(b'?')).collect(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1500))]

    #[test]
    fn any_file_comes_back_byte_for_byte(text in file(), encoding in 0u8..5) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("t.csv");
        let bytes = bytes_of(&text, encoding);
        fs::write(&path, &bytes).unwrap();
        // Files whose lines are all blank or whose last quote is open are refused.
        if let Ok(table) = read_table(&path) {
            prop_assert_eq!(write(&table, folder.path()), bytes);
        }
    }

    #[test]
    fn any_bytes_are_refused_or_come_back(
        bytes in prop::collection::vec(prop::sample::select(b"a,;\"\n\r\x00\xff\xc3\xa9\t\xd8 ".to_vec()), 0..60),
    ) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("t.csv");
        fs::write(&path, &bytes).unwrap();
        if let Ok(table) = read_table(&path) {
            prop_assert_eq!(write(&table, folder.path()), bytes);
        }
    }

    #[test]
    fn changed_cells_are_read_back_and_all_others_are_as_they_were(
        text in file(),
        encoding in 0u8..5,
        changes in prop::collection::vec(
            (any::<prop::sample::Index>(), 0u32..2, prop::option::of("[xy,;\"\n ]{1,3}")),
            1..5,
        ),
    ) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("t.csv");
        fs::write(&path, bytes_of(&text, encoding)).unwrap();
        let Ok(mut table) = read_table(&path) else { return Ok(()) };
        if table.schema().len() < 2 {
            return Ok(());
        }
        for (row, attribute, text) in &changes {
            let row = RowId(row.index(table.rows()) as u32);
            table.set(CellId { row, attribute: AttributeId(*attribute) }, text.as_deref());
        }
        let again = folder.path().join("again.csv");
        fs::write(&again, write(&table, folder.path())).unwrap();
        let Ok(back) = read_table(&again) else { return Err(TestCaseError::fail("refused")) };
        prop_assert_eq!(cells(&back), cells(&table));
        prop_assert_eq!(back.ragged().len() <= table.ragged().len(), true);
    }
}

#[test]
fn rows_that_are_left_out_and_rows_that_are_set_apart_are_all_rows() {
    let text = "\u{feff}a;b\r\n1;\"x\r\ny\"\r\n2\r\n\r\n3;z;extra\r\n4;ü";
    let folder = tempfile::tempdir().unwrap();
    let [input, kept, apart] = ["t.csv", "kept.csv", "apart.csv"].map(|name| folder.path().join(name));
    fs::write(&input, text).unwrap();
    let table = read_table(&input).unwrap();
    let reasons: BTreeMap<RowId, String> =
        [(RowId(1), "it; says \"no\"".to_owned()), (RowId(3), "late".to_owned())].into();
    write_rows(&table, &kept, Overwrite::No, Selection::Without(&reasons.keys().copied().collect())).unwrap();
    write_rows(&table, &apart, Overwrite::No, Selection::SetApart(&reasons)).unwrap();
    let read = |path| fs::read_to_string(path).unwrap();
    assert_eq!(read(&kept), "\u{feff}a;b\r\n1;\"x\r\ny\"\r\n\r\n3;z;extra\r\n");
    let expected = "\u{feff}a;b;quarantined_because\r\n2;;\"it; says \"\"no\"\"\"\r\n\r\n4;ü;late";
    assert_eq!(read(&apart), expected);
}
