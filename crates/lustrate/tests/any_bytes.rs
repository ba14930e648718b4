//! The seeds of the fuzz targets keep the promises that these hold against made-up bytes: whole, cut off, and with some bytes
//! changed.

use std::fs;
use std::panic::catch_unwind;
use std::path::Path;

use lustrate_testkit::{project_root, seeds, spoiled};

#[path = "../fuzz/promises/csv.rs"]
mod csv;
#[path = "../fuzz/promises/holoclean.rs"]
mod holoclean;
#[path = "../fuzz/promises/labels.rs"]
mod labels;
#[path = "../fuzz/promises/messages.rs"]
mod messages;
#[path = "../fuzz/promises/model.rs"]
mod model;
#[path = "../fuzz/promises/parquet.rs"]
mod parquet;
#[path = "../fuzz/promises/repairs.rs"]
mod repairs;
#[path = "../fuzz/promises/rule_text.rs"]
mod rule_text;
#[path = "../fuzz/promises/rules.rs"]
mod rules;
#[path = "../fuzz/promises/state.rs"]
mod state;
#[path = "../fuzz/promises/tables.rs"]
mod tables;

/// The fuzz targets, in alphabetical order.
const TARGETS: [&str; 8] = ["csv", "holoclean", "labels", "model", "parquet", "repairs", "rules", "state"];

/// Holds promises against all seeds of a target.
fn replay(target: &str, hold: fn(&[u8])) {
    assert!(TARGETS.contains(&target), "{target} is listed");
    for (name, bytes) in seeds(target) {
        for (change, bytes) in spoiled(&bytes) {
            let held = catch_unwind(|| hold(&bytes));
            assert!(held.is_ok(), "the promises are not kept by {target}/{name}, {change}: {}", bytes.escape_ascii());
        }
    }
}

#[test]
fn any_bytes_may_be_delimited_text() {
    replay("csv", csv::hold);
}

#[test]
fn any_bytes_may_be_denial_constraints_of_holoclean() {
    replay("holoclean", holoclean::hold);
}

#[test]
fn any_bytes_may_be_a_label_file() {
    replay("labels", labels::hold);
}

#[test]
fn any_bytes_may_be_a_saved_model() {
    replay("model", model::hold);
}

#[test]
fn any_bytes_may_be_a_parquet_file() {
    replay("parquet", parquet::hold);
}

#[test]
fn any_bytes_may_be_a_repairs_file() {
    replay("repairs", repairs::hold);
}

#[test]
fn any_bytes_may_be_a_rule_file() {
    replay("rules", rules::hold);
}

#[test]
fn any_bytes_may_be_the_state_of_a_loop() {
    replay("state", state::hold);
}

#[test]
fn every_fuzz_target_is_replayed() {
    let names = |folder: &Path| -> Vec<String> {
        let entries = fs::read_dir(folder)
            .expect("a folder of the project can be read")
            .map(|entry| entry.expect("so can its entries").path());
        let mut names: Vec<_> = entries.filter_map(|path| Some(path.file_stem()?.to_str()?.to_owned())).collect();
        names.retain(|name| !["README", "make"].contains(&name.as_str()));
        names.sort();
        names
    };
    assert_eq!(names(&Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/fuzz_targets")), TARGETS);
    assert_eq!(names(&project_root().join("testdata/fuzz")), TARGETS);
}
