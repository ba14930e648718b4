//! What is found in real dirty tables, without rules, against the published dependencies that are true: those that hold in
//! the table without errors. Where the tables are absent the test says so. Truth is for scoring only.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::sync::Arc;

use lustrate_diagnostic::SourceText;
use lustrate_discover::{DependencySearch, KeyGroups, Marginal, ProposedDependency, contested_thing, support};
use lustrate_rules::{Dependency, bind, parse};
use lustrate_table::{AttributeId, Column, Table};
use lustrate_testkit::{DatasetPaths, dataset, skip};

use crate::tables::Texts;

/// A dependency is true if at most so many rows of the true table are exceptions.
const TRUE: f64 = 0.005;
/// One is worth stating if its key repeats in so many rows of the true table, and its target is not that nearly constant.
const REPEATS: f64 = 0.05;
const CONSTANT: f64 = 0.99;

/// What a data set shows.
struct Expected {
    name: &'static str,
    /// The published dependencies that are true and worth stating.
    published: usize,
    /// Of these, those that are neither proposed nor follow from what is, at most.
    missed: usize,
    /// Proposed dependencies that the true table contradicts, at most.
    untrue: usize,
}

const fn expected(name: &'static str, published: usize, missed: usize, untrue: usize) -> Expected {
    Expected { name, published, missed, untrue }
}

/// `flights` holds reports of sources that contradict each other: what it shows is asked for apart.
const EXPECTED: &[Expected] = &[
    expected("beers", 4, 0, 2),
    expected("beers-mixed20", 4, 1, 1),
    expected("flights", 4, 4, 0),
    expected("hospital", 13, 0, 1),
    expected("hospital-mixed20", 13, 1, 1),
    expected("rayyan", 1, 0, 2),
    expected("tax10k", 7, 0, 0),
];

/// Of a dependency that is not true, exceptions are at most this share of the rows of the true table.
const NEARLY_TRUE: f64 = 0.1;

fn read(path: &Path) -> Texts {
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_path(path).expect("the table is there");
    let headers = reader.headers().expect("the table has a header");
    let names: Vec<String> = headers.iter().map(|name| name.trim_start_matches('\u{feff}').to_owned()).collect();
    let records: Vec<csv::StringRecord> = reader.records().map(|record| record.expect("it is CSV")).collect();
    let column = |place: usize| -> Column {
        records.iter().map(|record| record.get(place).filter(|text| !text.is_empty())).collect::<Column>().sorted()
    };
    let columns = (0..names.len()).map(column).collect();
    Texts { names, columns }
}

/// The published dependencies, by the columns of the dirty table.
fn published(paths: &DatasetPaths, dirty: &Texts) -> Vec<Dependency> {
    let text = fs::read_to_string(&paths.constraints).expect("the constraints are there");
    let rules = parse(&Arc::new(SourceText::new("constraints.txt", text))).rules;
    let columns = dirty.names.iter().cloned().zip(dirty.columns.iter().cloned());
    let table = Table::new(columns.collect()).expect("names differ");
    let constraints = bind(&rules, table.schema()).unwrap_or_else(|errors| panic!("{errors}"));
    constraints.iter().filter_map(|(_, constraint)| constraint.as_dependency()).collect()
}

/// The share of the rows of the true table that contradict a dependency, and whether it says anything there.
fn truth(clean: &Texts, lhs: &[AttributeId], rhs: AttributeId) -> (f64, bool) {
    let (codes, hashes) = (clean.codes(), (0..clean.rows() as u64).collect::<Vec<_>>());
    let key: Vec<_> = lhs.iter().map(|part| codes[part.index()]).collect();
    let groups = KeyGroups::new(&key, &hashes, usize::MAX);
    let target = codes[rhs.index()];
    let found = support(groups.iter(), target, &Marginal::new(target));
    let mut counts = target.counts();
    counts.pop();
    let most = f64::from(counts.iter().copied().max().unwrap_or(0));
    let present = f64::from(counts.iter().sum::<u32>());
    let contradict = f64::from(found.exceptions) / f64::from(found.rows.max(1));
    (contradict, f64::from(found.rows) >= REPEATS * clean.rows() as f64 && most <= CONSTANT * present)
}

/// Whether a dependency follows from lines.
fn follows(lines: &[ProposedDependency], lhs: &[AttributeId], rhs: AttributeId) -> bool {
    let mut known: BTreeSet<AttributeId> = lhs.iter().copied().collect();
    for _ in 0..lines.len() {
        for line in lines {
            if line.lhs.iter().all(|part| known.contains(part)) {
                known.extend(line.rhs.iter().map(|&(target, _)| target));
            }
        }
    }
    known.contains(&rhs)
}

#[test]
fn the_true_published_dependencies_are_found_and_accidental_ones_are_rare() {
    for &Expected { name, published: expected, missed: most_missed, untrue: most_untrue } in EXPECTED {
        let Some(paths) = dataset(name) else { return skip("published dependencies", "shared/datasets") };
        let (dirty, clean) = (read(&paths.dirty), read(&paths.truth));
        let lines = dirty.proposed();
        let told: Vec<String> = lines.iter().map(|line| dirty.line(line)).collect();
        assert!(lines.len() <= 10, "{name}: {told:#?}");
        let (mut worth, mut missed, mut untrue) = (0, Vec::new(), Vec::new());
        for Dependency { lhs, rhs } in published(&paths, &dirty) {
            let (contradict, says) = truth(&clean, &lhs, rhs);
            if contradict <= TRUE && says {
                worth += 1;
                missed.extend((!follows(&lines, &lhs, rhs)).then_some((lhs, rhs)));
            }
        }
        for (lhs, rhs) in lines.iter().flat_map(|line| line.rhs.iter().map(|&(rhs, _)| (&line.lhs, rhs))) {
            let (contradict, _) = truth(&clean, lhs, rhs);
            assert!(contradict <= NEARLY_TRUE, "{name}: {lhs:?} -> {rhs:?} in {told:#?}");
            untrue.extend((contradict > TRUE).then_some((lhs, rhs)));
        }
        assert_eq!(worth, expected, "{name}");
        assert!(missed.len() <= most_missed, "{name}: {missed:?} missed in {told:#?}");
        assert!(untrue.len() <= most_untrue, "{name}: {untrue:?} not true in {told:#?}");
    }
}

#[test]
fn reports_that_contradict_each_other_are_told_from_rules() {
    for &Expected { name, .. } in EXPECTED {
        let Some(paths) = dataset(name) else { return skip("reports of sources", "shared/datasets") };
        let dirty = read(&paths.dirty);
        let (columns, hashes, all) = (dirty.codes(), dirty.hashes(), dirty.ids());
        let search = DependencySearch { columns: &columns, hashes: &hashes, determinants: &all, targets: &all };
        let found = contested_thing(&search, &dirty.proposed());
        let name_of = |id: AttributeId| dirty.names[id.index()].as_str();
        let found = found.map(|found| (name_of(found.source), name_of(found.thing), found.reported.len()));
        assert_eq!(found, (name == "flights").then_some(("src", "flight", 4)), "{name}");
    }
}
