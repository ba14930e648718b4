//! The files of `testdata/learn`.

use std::fs;
use std::path::PathBuf;

use lustrate_testkit::project_root;

fn path(name: &str) -> PathBuf {
    project_root().join("testdata/learn").join(name)
}

/// The records of a file, without its header.
pub fn records(name: &str) -> Vec<Vec<String>> {
    let mut reader = csv::Reader::from_path(path(name)).expect("the file is saved");
    let record = |record: csv::Result<csv::StringRecord>| record.expect("a record").iter().map(str::to_owned).collect();
    reader.records().map(record).collect()
}

/// What a file of JSON holds.
pub fn json<T: serde::de::DeserializeOwned>(name: &str) -> T {
    serde_json::from_str(&fs::read_to_string(path(name)).expect("the file is saved"))
        .expect("the JSON that is looked for")
}
