//! What is written otherwise, line by line.

use std::fs;

use lustrate_io::{LinePart, Overwrite, read_csv_bytes, read_table, row_changes, write_table};
use lustrate_table::{AttributeId, CellId, RowId, Table};
use proptest::prelude::*;

fn set(table: &Table, changes: &[(u32, u32, &str)]) -> Table {
    let mut changed = table.clone();
    for &(row, attribute, text) in changes {
        let cell = CellId { row: RowId(row), attribute: AttributeId(attribute) };
        changed.set(cell, Some(text).filter(|text| !text.is_empty()));
    }
    changed
}

#[test]
fn lines_are_told_in_parts_with_their_quotes() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("t.csv");
    fs::write(&path, "a;b;c\r\n\r\n1;\"x\r\ny\";z\r\n2\r\n").unwrap();
    let original = read_table(&path).unwrap();
    let table = set(&original, &[(0, 1, "p;q"), (1, 2, "w")]);
    let changes = row_changes(&original, &table, &[RowId(0), RowId(1)].into()).unwrap();
    let same = |text: &str| LinePart::Same(text.to_owned());
    let changed = |old: &str, new: &str| LinePart::Changed { old: old.to_owned(), new: new.to_owned() };
    assert_eq!(changes[0].parts, [same("1;"), changed("\"x\r\ny\"", "\"p;q\""), same(";z")]);
    assert_eq!(changes[1].parts, [same("2"), changed("", ";;w")]);
    assert_eq!(changes.iter().map(|change| change.line).collect::<Vec<_>>(), [Some(3), Some(5)]);
}

#[test]
fn a_table_of_no_text_file_is_told_as_comma_separated_text() {
    let original = read_csv_bytes("t", b"a;b;c\n1;x,y;z\n", &Default::default()).unwrap().table;
    let table = set(&original, &[(0, 2, "")]);
    let changes = row_changes(&original, &table, &[RowId(0)].into()).unwrap();
    let changed = LinePart::Changed { old: "z".to_owned(), new: String::new() };
    assert_eq!(changes[0].parts, [LinePart::Same("1,\"x,y\",".to_owned()), changed]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn the_lines_told_are_those_that_are_written(
        lines in prop::collection::vec("[ab]{0,3}(,([ab]{0,3}|\"[a,]{1,3}\")){0,2}", 1..8),
        changes in prop::collection::vec((any::<prop::sample::Index>(), 0u32..3, "[ab,]{0,2}"), 1..5),
    ) {
        let folder = tempfile::tempdir().unwrap();
        let [path, out] = ["t.csv", "out.csv"].map(|name| folder.path().join(name));
        fs::write(&path, format!("x,y,z\nk,l,m\n{}\n", lines.join("\n"))).unwrap();
        let original = read_table(&path).unwrap();
        let changes: Vec<_> =
            changes.iter().map(|(row, column, text)| (row.index(original.rows()) as u32, *column, text.as_str())).collect();
        let table = set(&original, &changes);
        write_table(&table, &out, Overwrite::No).unwrap();
        let side = |new_side: bool| -> String {
            let told = row_changes(&original, &table, &original.row_ids().collect()).unwrap();
            let text = |part: &LinePart| match part {
                LinePart::Same(text) => text.clone(),
                LinePart::Changed { old, new } => if new_side { new.clone() } else { old.clone() },
            };
            told.iter().map(|change| change.parts.iter().map(text).collect::<String>() + "\n").collect()
        };
        let below_header = |path| fs::read_to_string(path).unwrap().lines().skip(1).filter(|l| !l.is_empty()).map(|l| format!("{l}\n")).collect::<String>();
        prop_assert_eq!(side(false), below_header(&path));
        prop_assert_eq!(side(true), below_header(&out));
    }
}
