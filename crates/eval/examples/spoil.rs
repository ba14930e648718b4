//! Makes a true table of a shape and the same table dirty:
//! `cargo run -p lustrate-eval --example spoil -- SHAPE ROWS RATE SEED [KINDS] FOLDER`.
//!
//! KINDS is `all` (the default), the name of a set below, or names of kinds with commas between them. It writes
//! `clean.csv`, `dirty.csv`, `planted.csv` and `rules.rules` into FOLDER and prints how many cells each kind hit. The
//! shape `reports` is made dirty source by source, whatever KINDS are given.

use std::collections::BTreeMap;
use std::error::Error;
use std::path::Path;
use std::{env, fs};

use lustrate_eval::{DirtSettings, KINDS, Kind, Shape, SourceDirt, Spoiled, find_kind, generate, spoil, spoil_sources};

#[path = "testdata.rs"]
#[expect(dead_code, reason = "of the other program this one needs no more than how tables are written")]
mod testdata;

const USAGE: &str = "usage: spoil SHAPE ROWS RATE SEED [KINDS] FOLDER";

/// Kinds that are used together, by the name of the set.
const SETS: [(&str, &[&str]); 3] = [
    ("mixed", &["scramble", "reversal", "placeholder", "foreign", "stray", "keyboard", "missing", "swap", "typo"]),
    ("numbers", &["decimal_shift", "sign", "unit", "digit_slip", "outlier", "typo"]),
    ("swaps", &["exchange_alike", "value_exchange", "swap"]),
];

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let (shape, rows, rate, seed, kinds, folder) = match *arguments.as_slice() {
        [shape, rows, rate, seed, folder] => (shape, rows, rate, seed, "all", folder),
        [shape, rows, rate, seed, kinds, folder] => (shape, rows, rate, seed, kinds, folder),
        _ => return Err(USAGE.into()),
    };
    make(find_shape(shape)?, rows.parse()?, rate.parse()?, seed.parse()?, &find_kinds(kinds)?, Path::new(folder))
}

fn make(
    shape: Shape,
    rows: usize,
    rate: f64,
    seed: u64,
    kinds: &[&'static Kind],
    folder: &Path,
) -> Result<(), Box<dyn Error>> {
    let truth = generate(shape, rows, seed);
    let spoiled = match shape {
        Shape::Reports => spoil_sources(&truth.table, &SourceDirt::new("source", "sailing").rate(rate).seed(seed))?,
        _ => spoil(&truth.table, &DirtSettings::new(rate).seed(seed).kinds(kinds.iter().copied()))?,
    };
    fs::create_dir_all(folder)?;
    testdata::write_table(&folder.join("clean.csv"), &truth.table)?;
    testdata::write_table(&folder.join("dirty.csv"), &spoiled.dirty)?;
    testdata::write_planted(&folder.join("planted.csv"), &spoiled.planted)?;
    fs::write(folder.join("rules.rules"), truth.rules_text)?;
    print(&spoiled, truth.table.cells());
    Ok(())
}

#[expect(clippy::print_stdout, reason = "what a program tells")]
fn print(spoiled: &Spoiled, cells: usize) {
    let mut counts = BTreeMap::new();
    for planted in &spoiled.planted {
        *counts.entry(planted.kind.name).or_insert(0) += 1;
    }
    println!("{} of {cells} cells", spoiled.planted.len());
    for (kind, count) in counts {
        println!("{kind:14} {count:6}");
    }
}

fn find_shape(name: &str) -> Result<Shape, String> {
    let shape = Shape::ALL.into_iter().find(|shape| shape.name() == name);
    shape.ok_or_else(|| format!("no shape `{name}`: write one of {:?}", Shape::ALL.map(Shape::name)))
}

fn find_kinds(names: &str) -> Result<Vec<&'static Kind>, String> {
    if names == "all" {
        return Ok(KINDS.iter().collect());
    }
    let set = SETS.iter().find(|(set, _)| *set == names);
    let names = set.map_or_else(|| names.split(',').collect(), |(_, names)| names.to_vec());
    names.into_iter().map(|name| find_kind(name).ok_or_else(|| format!("no kind `{name}`"))).collect()
}
