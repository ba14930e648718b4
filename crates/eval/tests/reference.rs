//! The score against the reference implementation, a Python program beside the data sets.
//!
//! It is `score.py` in the folder above the data sets. Where it, Python or a data set is absent the tests say so.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use lustrate_eval::{Detail, Score, score};
use lustrate_table::{Column, Table};
use lustrate_testkit::{dataset, project_root, skip};
use rand::seq::IndexedRandom;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde::Serialize;

const DATASETS: [&str; 7] = ["beers", "beers-mixed20", "flights", "hospital", "hospital-mixed20", "rayyan", "tax10k"];

/// Spellings of one another, and texts that look like it.
const SPELLINGS: [&str; 50] = [
    "",
    " ",
    "-",
    "--",
    "n/a",
    "N/A ",
    "na",
    "null",
    "None",
    "nan",
    "+nan",
    "-NaN",
    "inf",
    "-inf",
    "Infinity",
    "+INF",
    "12",
    "12.0",
    " 12 ",
    "012",
    "1_2",
    "1__2",
    "_12",
    "12_",
    "1_2.0_0",
    "1_.5",
    "1.2e1",
    "1.2E+1",
    "1e1_0",
    "1e999",
    "-0",
    "0",
    ".0",
    "0.",
    ".",
    "e1",
    "0x10",
    "٣",
    "3",
    "३.०",
    "²",
    "１２",
    "Straße",
    "STRASSE",
    "İ",
    "i̇",
    "ΟΔΟΣ",
    "οδος",
    "\u{1f}x\u{3000}",
    "X\r\n",
];

/// The reference, where it and Python are at hand.
fn reference() -> Option<PathBuf> {
    let datasets = std::env::var_os("LUSTRATE_DATASETS").map(PathBuf::from);
    let datasets = datasets.unwrap_or_else(|| project_root().join("../shared/datasets"));
    let script = datasets.parent()?.join("score.py");
    let python = Command::new("python3").arg("--version").output();
    (script.is_file() && python.is_ok_and(|output| output.status.success())).then_some(script)
}

fn read(path: &Path) -> Table {
    let mut reader = csv::Reader::from_path(path).unwrap();
    let names: Vec<String> = reader.headers().unwrap().iter().map(str::to_owned).collect();
    let records: Vec<_> = reader.records().map(|record| record.unwrap()).collect();
    let columns = names.into_iter().enumerate().map(|(place, name)| {
        let column: Column = records.iter().map(|record| Some(&record[place])).collect();
        (name, column)
    });
    Table::new(columns.collect()).unwrap()
}

fn write(path: &Path, names: &[String], rows: &[Vec<&str>]) {
    let mut writer = csv::Writer::from_path(path).unwrap();
    writer.write_record(names).unwrap();
    rows.iter().for_each(|row| writer.write_record(row).unwrap());
    writer.flush().unwrap();
}

fn run(script: &Path, files: [&Path; 3], option: &str) -> String {
    let output = Command::new("python3").arg(script).args(files).arg(option).env("PYTHONUTF8", "1").output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// The JSON as Python's `json.dumps` with an indent of one writes it, for names in ASCII.
fn json(score: &Score) -> String {
    let mut bytes = Vec::new();
    let indented = serde_json::ser::PrettyFormatter::with_indent(b" ");
    score.serialize(&mut serde_json::Serializer::with_formatter(&mut bytes, indented)).unwrap();
    String::from_utf8(bytes).unwrap() + "\n"
}

fn assert_equal_to_reference(script: &Path, files: [&Path; 3]) {
    let [dirty, repaired, truth] = files.map(read);
    let score = score(&dirty, &repaired, &truth).unwrap();
    let shown = files[1].display();
    let by_column = run(script, files, "--by-column");
    let totals: String = by_column.split_inclusive('\n').filter(|line| !line.starts_with("  ")).collect();
    assert_eq!(score.report(Detail::ByColumn), by_column, "{shown}");
    assert_eq!(score.to_string(), totals, "{shown}");
    assert_eq!(json(&score), run(script, files, "--json"), "{shown}");
}

#[test]
fn real_tables_score_as_in_the_reference() {
    let Some(script) = reference() else { return skip("scores of real tables", "no score.py or no python3") };
    for name in DATASETS {
        let Some(set) = dataset(name) else {
            skip(name, "the data set is absent");
            continue;
        };
        let peers = script.with_file_name("peers").join(name);
        let mut outputs = vec![set.dirty.clone(), set.truth.clone()];
        outputs.extend(fs::read_dir(peers).into_iter().flatten().map(|entry| entry.unwrap().path()));
        // The truth has names of its own where a reading by name would fail.
        outputs.retain(|path| *path != set.truth || same_names(&set.dirty, path));
        outputs.sort();
        for output in outputs {
            assert_equal_to_reference(&script, [&set.dirty, &output, &set.truth]);
        }
    }
}

fn same_names(a: &Path, b: &Path) -> bool {
    let names = |path| csv::Reader::from_path(path).unwrap().headers().unwrap().clone();
    names(a) == names(b)
}

#[test]
fn every_pair_of_spellings_folds_as_in_the_reference() {
    let Some(script) = reference() else { return skip("folding of spellings", "no score.py or no python3") };
    let folder = tempfile::tempdir().unwrap();
    let [dirty, repaired] = ["dirty.csv", "repaired.csv"].map(|name| folder.path().join(name));
    let names: Vec<String> = (0..SPELLINGS.len()).map(|place| format!("c{place}")).collect();
    write(&dirty, &names, &vec![SPELLINGS.to_vec(); SPELLINGS.len()]);
    write(&repaired, &names, &SPELLINGS.map(|spelling| vec![spelling; SPELLINGS.len()]));
    assert_equal_to_reference(&script, [&dirty, &repaired, &dirty]);
}

#[test]
fn generated_tables_score_as_in_the_reference() {
    let Some(script) = reference() else { return skip("scores of generated tables", "no score.py or no python3") };
    let folder = tempfile::tempdir().unwrap();
    let files = ["dirty.csv", "repaired.csv", "truth.csv"].map(|name| folder.path().join(name));
    for seed in 0..12 {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let names: Vec<String> = (0..rng.random_range(1..6)).map(|place| format!("column {place}")).collect();
        let rows = rng.random_range(1..40);
        let few = rng.random_range(1..SPELLINGS.len());
        for file in &files {
            let mut row = || names.iter().map(|_| *SPELLINGS[..few].choose(&mut rng).unwrap()).collect();
            let rows: Vec<Vec<&str>> = (0..rows).map(|_| row()).collect();
            write(file, &names, &rows);
        }
        assert_equal_to_reference(&script, [&files[0], &files[1], &files[2]]);
    }
}
