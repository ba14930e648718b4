//! Several files as one table, and compressed ones.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use lustrate_io::{
    CsvOptions, Overwrite, TableFile, fits, misfit, read_table, read_table_files, read_table_with, regions, write_table,
};
use lustrate_table::{AttributeId, CellId, Compression, Origin, RowId, Table};

fn cell(row: u32, attribute: u32) -> CellId {
    CellId { row: RowId(row), attribute: AttributeId(attribute) }
}

fn files(folder: &Path, texts: &[(&str, &[u8])]) -> Vec<TableFile> {
    let file = |(name, bytes): &(&str, &[u8])| {
        fs::write(folder.join(name), bytes).unwrap();
        TableFile::new(folder.join(name)).called(*name)
    };
    texts.iter().map(file).collect()
}

fn written(table: &Table, path: &Path) -> Vec<u8> {
    write_table(table, path, Overwrite::Yes).unwrap();
    fs::read(path).unwrap()
}

const FIRST: &[u8] = b"\xef\xbb\xbfzip;city\r\n1;\"Rome\"\r\n\r\n2;Bern;more\r\n";
const SECOND: &[u8] = b"city\tzip\nK\xf6ln\t3\n\x80\t4";

#[test]
fn every_part_is_written_as_its_own_file_would_be() {
    let folder = tempfile::tempdir().unwrap();
    let files = files(folder.path(), &[("a.csv", FIRST), ("b.csv", SECOND)]);
    let mut table = read_table_files(&files).unwrap().table;
    let out = folder.path().join("out.csv");
    let bytes: Vec<_> = table.parts().iter().map(|part| written(part, &out)).collect();
    assert_eq!(bytes, [FIRST, SECOND]);
    for (row, attribute, text) in [(0, 1, "Roma"), (2, 1, "Koln"), (3, 0, "5")] {
        table.set(cell(row, attribute), Some(text));
    }
    let bytes: Vec<_> = table.parts().iter().map(|part| written(part, &out)).collect();
    let changed = [
        b"\xef\xbb\xbfzip;city\r\n1;\"Roma\"\r\n\r\n2;Bern;more\r\n".to_vec(),
        b"city\tzip\nKoln\t3\n\x80\t5".to_vec(),
    ];
    assert_eq!(bytes, changed);
}

#[test]
fn what_a_cell_can_hold_and_where_it_is_its_own_file_says() {
    let folder = tempfile::tempdir().unwrap();
    let files = files(folder.path(), &[("a.csv", FIRST), ("b.csv", SECOND)]);
    let table = read_table_files(&files).unwrap().table;
    assert!(fits(&table, cell(0, 1), Some("\u{141}\u{f3}d\u{17a}")));
    assert!(!fits(&table, cell(2, 1), Some("\u{141}\u{f3}d\u{17a}")), "Windows-1252 has no such letter");
    assert!(misfit(&table, cell(2, 1), Some("\u{141}\u{f3}d\u{17a}")).is_some());
    let cells: BTreeSet<CellId> = [cell(1, 1), cell(3, 0)].into();
    let found = regions(&table, &cells).unwrap();
    let places: Vec<_> = found.values().map(|region| (region.line, region.column)).collect();
    assert_eq!(places, [(4, 3), (3, 3)]);
}

#[test]
fn a_file_with_other_columns_is_told_with_them() {
    let folder = tempfile::tempdir().unwrap();
    let files = files(folder.path(), &[("a.csv", b"zip,city\n1,Rome\n"), ("b.csv", b"zip,town\n1,Rome\n")]);
    let error = read_table_files(&files).unwrap_err();
    assert_eq!(error.to_string(), "`b.csv` has other columns than `a.csv`: it lacks `city` and has besides `town`");
}

#[test]
fn a_compressed_file_is_patched_as_what_is_in_it() {
    let folder = tempfile::tempdir().unwrap();
    let plain = folder.path().join("t.csv");
    fs::write(&plain, SECOND).unwrap();
    let table = read_table(&plain).unwrap();
    for (name, compression) in [("t.csv.gz", Compression::Gzip), ("t.csv.zst", Compression::Zstd)] {
        let packed = folder.path().join(name);
        write_table(&table, &packed, Overwrite::Yes).unwrap();
        let mut again = read_table_with(&packed, &CsvOptions::default()).unwrap().table;
        let Some(Origin::Csv { file, .. }) = again.origin() else { panic!("{name} is the origin") };
        assert_eq!((file.compression, file.bytes), (compression, fs::metadata(&packed).unwrap().len()));
        again.set(cell(0, 0), Some("Koln"));
        assert_eq!(written(&again, &folder.path().join("out.csv")), b"city\tzip\nKoln\t3\n\x80\t4");
        // A file that has changed since is not written from.
        fs::write(&packed, b"city\tzip\n").unwrap();
        let refused = write_table(&again, folder.path().join("late.csv"), Overwrite::No).unwrap_err();
        assert_eq!(refused.into_diagnostic().code, "input-changed");
    }
}
