//! The rule packs of `rules/`: each is used as it is on a dirty table and on a clean one of its kind.
//!
//! The literate cases are in `testdata/cases/packs`. A `pack` block names the file in `rules/`; `csv` is the dirty table,
//! and `clean` one in which nothing may be found or changed. `lints` is what `check` says of the pack with the dirty
//! table.

use std::collections::BTreeSet;
use std::path::PathBuf;

use lustrate::{
    Colour, CsvOptions, Decision, Outcome, Rules, Settings, Table, check, find, parse_rule_files, read_csv_bytes,
    read_rules, repair,
};
use lustrate_testkit::{Case, cases, project_root};

#[test]
fn a_pack_repairs_and_finds_what_a_person_would() {
    let mut failures = Vec::new();
    for case in cases("packs") {
        let (rules, table) = (pack(&case), table(&case, "csv"));
        let outcome = run(&case, &rules, &table);
        let came_out = [
            ("repairs", repairs(&outcome, Decision::Apply)),
            ("review", repairs(&outcome, Decision::Review)),
            ("findings", findings(&case, &rules, &table)),
            ("lints", lints(&case, Some(&table))),
        ];
        for (block, actual) in came_out {
            failures.extend(case.check(block, &actual).err().map(|mismatch| mismatch.to_string()));
        }
    }
    assert!(failures.is_empty(), "\n{}", failures.join("\n"));
}

#[test]
fn a_clean_table_of_its_kind_gives_a_pack_nothing_to_say() {
    for case in cases("packs") {
        let (rules, table) = (pack(&case), table(&case, "clean"));
        let outcome = run(&case, &rules, &table);
        assert_eq!(outcome.repairs.iter().map(ToString::to_string).collect::<Vec<_>>(), [""; 0], "{}", case.name);
        assert_eq!(outcome.quarantine, [], "{}", case.name);
        assert_eq!(findings(&case, &rules, &table), "", "{}", case.name);
    }
}

#[test]
fn no_pack_is_doubtful_by_itself() {
    for file in files("rules") {
        let told = check(parse_rule_files([root("rules").join(&file)]), None);
        assert!(told.is_empty(), "{file}:\n{}", told.render(Colour::Off));
    }
}

#[test]
fn every_pack_is_listed_and_has_a_case_and_a_header() {
    let listed = std::fs::read_to_string(root("rules/README.md")).expect("the list is there");
    let shown: BTreeSet<String> = cases("packs").iter().map(|case| pack_name(case).to_owned()).collect();
    assert_eq!(shown, files("rules"));
    for file in shown {
        assert!(listed.contains(&format!("[{file}]({file})")), "{file} is not listed");
        let text = std::fs::read_to_string(root("rules").join(&file)).expect("it can be read");
        for word in ["version 1\n\n# ", "\n# For: ", "\n# Columns: ", "\n# Strike: "] {
            assert!(text.contains(word), "the header of {file} lacks {word:?}");
        }
    }
}

fn run(case: &Case, rules: &Rules, table: &Table) -> Outcome {
    repair(table, rules, &Settings::new()).unwrap_or_else(|error| panic!("{}: {}", case.name, error.diagnostics()))
}

/// Decisions are asserted, not digits: the confidence is left out.
fn repairs(outcome: &Outcome, decision: Decision) -> String {
    let chosen = outcome.repairs.iter().filter(|repair| repair.decision == decision);
    let line = |repair: &lustrate::Repair| repair.to_string().rsplit_once(" (").unwrap_or_default().0.to_owned();
    chosen.map(line).collect::<Vec<_>>().join("\n")
}

/// What breaks the rules of the pack: each cell to blame, and each check that does not hold.
fn findings(case: &Case, rules: &Rules, table: &Table) -> String {
    let found = find(table, rules).unwrap_or_else(|error| panic!("{}: {}", case.name, error.diagnostics()));
    let lines = found.rules.iter().flat_map(|rule| {
        let cells = rule.cells.iter().map(|cell| {
            let value = cell.value.as_deref().unwrap_or_default();
            format!("{}: row {}, {} {value:?}", rule.name, cell.row, cell.column)
        });
        let blamed: Vec<String> = cells.collect();
        let without_cell = (blamed.is_empty() && rule.broken > 0).then(|| format!("{}: does not hold", rule.name));
        blamed.into_iter().chain(without_cell).collect::<Vec<_>>()
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// The titles alone: where a rule stands is no part of what a case says.
fn lints(case: &Case, table: Option<&Table>) -> String {
    let mut parsed = parse_rule_files([root("rules").join(pack_name(case))]);
    parsed.rules.set_table("case.csv");
    let told = check(parsed, table);
    told.iter().map(|lint| format!("{}: {}", lint.code, lint.title)).collect::<Vec<_>>().join("\n")
}

fn pack_name(case: &Case) -> &str {
    case.block("pack").unwrap_or_else(|| panic!("{} has a pack block", case.name)).trim()
}

fn pack(case: &Case) -> Rules {
    let name = pack_name(case);
    let rules = read_rules(root("rules").join(name));
    let mut rules = rules.unwrap_or_else(|error| panic!("{name}: {}", error.diagnostics()));
    rules.set_table("case.csv");
    rules
}

fn table(case: &Case, block: &str) -> Table {
    let csv = case.block(block).unwrap_or_else(|| panic!("{} has a {block} block", case.name));
    read_csv_bytes("case.csv", csv.as_bytes(), &CsvOptions::default()).expect("the table of a case can be read").table
}

/// The names of the files in a folder of the project that end as its packs do.
fn files(folder: &str) -> BTreeSet<String> {
    let entries = std::fs::read_dir(root(folder)).expect("the folder is there");
    let names = entries.map(|entry| entry.expect("it can be read").file_name().to_string_lossy().into_owned());
    names.filter(|name| name.ends_with(".rules")).collect()
}

fn root(path: &str) -> PathBuf {
    project_root().join(path)
}
