//! Metadata in which somebody has written what cannot be.

use std::fs;

use lustrate_audit::{Choice, Mark, Shortened, metadata_path, read_repairs, undo};
use lustrate_io::CsvOptions;
use serde_json::{Value, json};

use crate::round::{Proposal, Round};

/// A run that changed a cell of the first row and set the second apart.
fn round() -> (Round, Value) {
    let proposals = [Proposal { row: 0, column: 1, new: Some("q".to_owned()), mark: Mark::Apply }];
    let write = |path: &std::path::Path| fs::write(path, "a;b\n1;x\n2;y\n3;z\n").unwrap();
    let round = Round::new("d.csv", write, &CsvOptions::default(), &proposals, &[1], "csv").unwrap();
    let json = fs::read_to_string(metadata_path(&round.repairs)).unwrap();
    (round, serde_json::from_str(&json).unwrap())
}

fn edit(round: &Round, json: &Value, place: &str, value: Value) {
    let mut edited = json.clone();
    *edited.pointer_mut(place).unwrap_or_else(|| panic!("there is no {place}")) = value;
    fs::write(metadata_path(&round.repairs), edited.to_string()).unwrap();
}

#[test]
fn rows_and_columns_that_no_table_has_are_refused() {
    let (round, json) = round();
    let edits = [
        ("/data/rows", json!(0)),
        ("/data/rows", json!(u64::MAX)),
        ("/data/columns", json!([])),
        ("/quarantine/rows/0/row", json!(0)),
        ("/quarantine/rows/0/row", json!(4)),
        ("/repairs/rows/0", json!(0)),
        ("/repairs/rows/0", json!(u64::MAX)),
        ("/repairs/columns/0", json!(2)),
    ];
    for (place, value) in edits {
        edit(&round, &json, place, value.clone());
        let told = read_repairs(&round.repairs, None, Shortened::ByAccident).unwrap_err();
        assert_eq!(told.iter().map(|it| it.code).collect::<Vec<_>>(), ["bad-metadata"], "{place} is {value}: {told}");
    }
}

#[test]
fn line_ends_that_the_table_does_not_have_are_refused_when_rows_are_put_back() {
    let (round, json) = round();
    for part in ["before", "line_end", "fields"] {
        for value in [json!(u64::MAX), json!(9)] {
            edit(&round, &json, &format!("/quarantine/rows/0/{part}"), value.clone());
            let repairs = read_repairs(&round.repairs, None, Shortened::ByAccident).unwrap();
            let told = undo(&repairs, &round.cleaned, &Choice::default()).unwrap_err();
            assert!(told.has_errors(), "{part} is {value}");
        }
    }
}
