//! Where cells are written.

use std::fs;

use lustrate_io::{Region, read_table, regions};
use lustrate_table::{AttributeId, CellId, RowId};

#[test]
fn cells_are_found_by_line_and_character_behind_line_ends_of_every_kind() {
    let text = "\u{feff}a;b;c\r\n\r\n1;\"x\r\ny\";ü\r\n𝄞é;2;3\rk\n5;6;7";
    let expected = [
        ((0, 0), Some((3, 1, 3, 2))),
        ((0, 1), Some((3, 3, 4, 3))),
        ((0, 2), Some((4, 4, 4, 5))),
        ((1, 0), Some((5, 1, 5, 3))),
        ((1, 2), Some((5, 6, 5, 7))),
        ((2, 0), Some((6, 1, 6, 2))),
        ((2, 1), None),
        ((3, 2), Some((7, 5, 7, 6))),
    ];
    let utf16 = text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
    let folder = tempfile::tempdir().unwrap();
    for bytes in [text.as_bytes().to_vec(), utf16] {
        let path = folder.path().join("t.csv");
        fs::write(&path, bytes).unwrap();
        let table = read_table(&path).unwrap();
        let cell = |(row, attribute)| CellId { row: RowId(row), attribute: AttributeId(attribute) };
        let found = regions(&table, &expected.iter().map(|&(place, _)| cell(place)).collect()).unwrap();
        for (place, expected) in expected {
            let region =
                expected.map(|(line, column, end_line, end_column)| Region { line, column, end_line, end_column });
            assert_eq!(found.get(&cell(place)).copied(), region, "{place:?}");
        }
    }
}

#[test]
fn cells_far_behind_the_start_are_found_too() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("t.csv");
    let rows = 60_000;
    let text: String = (0..rows).map(|row| format!("{row:06},\"x\r\n{}\"\r\n", row % 7)).collect();
    fs::write(&path, format!("a,b\r\n{text}")).unwrap();
    let table = read_table(&path).unwrap();
    let cells = (0..rows).map(|row| CellId { row: RowId(row), attribute: AttributeId(1) });
    for (cell, region) in regions(&table, &cells.collect()).unwrap() {
        let line = u64::from(2 * cell.row.0 + 2);
        assert_eq!((region.line, region.column, region.end_line, region.end_column), (line, 8, line + 1, 3));
        assert_eq!(table.line(cell.row), Some(line));
    }
}
