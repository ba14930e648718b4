//! The real data sets, where they are.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use lustrate_io::{CsvOptions, Overwrite, read_table_with, write_table};

fn folder() -> PathBuf {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/datasets");
    env::var_os("LUSTRATE_DATASETS").map_or_else(beside, PathBuf::from)
}

#[test]
#[expect(clippy::print_stderr, reason = "a skipped test says so")]
fn every_data_set_comes_back_byte_for_byte() {
    let Ok(sets) = fs::read_dir(folder()) else {
        eprintln!("skipped: no data sets; set LUSTRATE_DATASETS to their folder");
        return;
    };
    let out = tempfile::tempdir().unwrap();
    for set in sets.map(|set| set.unwrap().path()).filter(|set| set.is_dir()) {
        for name in ["dirty.csv", "clean.csv"] {
            let (input, output) = (set.join(name), out.path().join(name));
            let reading = read_table_with(&input, &CsvOptions::default()).unwrap();
            assert!(reading.notes.is_empty(), "{}: {:?}", input.display(), reading.notes);
            write_table(&reading.table, &output, Overwrite::Yes).unwrap();
            assert!(fs::read(&input).unwrap() == fs::read(&output).unwrap(), "{} differs", input.display());
        }
    }
}
