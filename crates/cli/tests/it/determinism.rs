//! The same bytes whatever surrounds a run: threads, time zone, language, width of the terminal, folder for temporary files.
//! That no clock is read, a test of `testkit` says.

use std::collections::BTreeMap;
use std::fs;

use crate::session::Session;

/// Each with another value than the tests run under.
const SURROUNDINGS: [&[(&str, &str)]; 5] = [
    &[],
    &[("TZ", "Pacific/Kiritimati"), ("LC_ALL", "de_DE.UTF-8"), ("LANG", "de_DE.UTF-8"), ("RAYON_NUM_THREADS", "1")],
    &[
        ("TZ", "America/Los_Angeles"),
        ("LC_ALL", "C"),
        ("LANG", "C"),
        ("RAYON_NUM_THREADS", "3"),
        ("POLARS_MAX_THREADS", "1"),
    ],
    &[("TZ", "Asia/Kathmandu"), ("LC_ALL", "tr_TR.UTF-8"), ("LANG", "tr_TR.UTF-8"), ("COLUMNS", "30"), ("HOME", "/")],
    &[
        ("TZ", ":nonsense"),
        ("LC_ALL", "xx_XX"),
        ("SOURCE_DATE_EPOCH", "1"),
        ("RUST_LOG", "trace"),
        ("LC_NUMERIC", "fr_FR.UTF-8"),
    ],
];

/// The forms that outputs have, with and without rules, and what is cleaned for a model.
const LINES: [&str; 7] = [
    "repair orders.csv -r orders.rules -o o.csv --repairs o.jsonl --report o.html --save-model o.lustrate",
    "repair orders.csv -o found.csv.gz --repairs found.parquet --force",
    "repair orders.csv -r orders.rules -o o.parquet --repairs p.csv --seed 3 --force",
    "labels orders.csv -t category -o l.csv --repairs l.repairs.csv --report l.html --force",
    "sanitize orders.csv -r orders.rules -t category -o s.csv --repairs s.repairs.csv --force",
    "boost orders.csv -r orders.rules -t category -o b.csv --repairs b.repairs.csv --force",
    "active orders.csv -r orders.rules -t category --budget 60 --batch 30 --by-repairs -o a.csv --repairs a.repairs.csv --force",
];

/// All that a run gives, by name, standard output among it.
fn outcome(surroundings: &[(&str, &str)], threads: Option<usize>) -> BTreeMap<String, Vec<u8>> {
    let session = Session::with(&[]);
    session.done("dirt --generate orders --rows 300 --seed 5 -o orders.csv");
    let mut all = BTreeMap::new();
    for (number, line) in LINES.iter().enumerate() {
        let threads = threads.map_or(String::new(), |threads| format!(" --threads {threads}"));
        let mut command = session.command(&format!("{line}{threads}"));
        for name in ["TZ", "LC_ALL", "LANG", "RAYON_NUM_THREADS"] {
            command.env_remove(name);
        }
        let output = command.envs(surroundings.iter().copied()).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        all.insert(format!("stdout {number}"), output.stdout);
        all.insert(format!("stderr {number}"), output.stderr);
    }
    all.extend(session.names().into_iter().map(|name| (name.clone(), fs::read(session.path().join(&name)).unwrap())));
    all
}

#[test]
fn the_same_bytes_whatever_surrounds_a_run() {
    let expected = outcome(&[], Some(2));
    assert!(expected.len() > 14, "{:?}", expected.keys());
    let threads = [None, None, None, Some(1), Some(4)];
    for (surroundings, threads) in SURROUNDINGS.into_iter().zip(threads) {
        let found = outcome(surroundings, threads);
        assert!(found.keys().eq(expected.keys()));
        for (name, bytes) in &found {
            assert!(*bytes == expected[name], "{name} differs under {surroundings:?}, threads {threads:?}");
        }
    }
}
