//! Every lint speaks about its example, and the literate cases say what exactly.

use std::sync::Arc;

use lustrate_diagnostic::{Colour, Diagnostics, SourceText};
use lustrate_lint::{Needs, lint, lints};
use lustrate_rules::{bind, parse};
use lustrate_table::{Column, Table};
use lustrate_testkit::cases;

#[test]
fn every_lint_speaks_about_its_example() {
    for lint in lints() {
        let example = &lint.documentation.example;
        assert_eq!(example.table.is_empty(), lint.needs == Needs::Rules, "{}", lint.code);
        let told = run(example.rules, Some(example.table).filter(|table| !table.is_empty()));
        assert!(told.iter().any(|diagnostic| diagnostic.code == lint.code), "{}: {told}", lint.code);
    }
}

#[test]
fn every_lint_has_a_case_and_every_case_says_what_is_told() {
    let cases = cases("lint");
    let mut failures = Vec::new();
    let mut codes = Vec::new();
    for case in &cases {
        let rules = case.block("rules").unwrap_or_else(|| panic!("{} has a rules block", case.name));
        let told = run(rules, case.block("csv"));
        codes.extend(told.iter().map(|diagnostic| diagnostic.code));
        failures
            .extend(case.check("diagnostics", &told.render(Colour::Off)).err().map(|mismatch| mismatch.to_string()));
    }
    assert!(failures.is_empty(), "\n{}", failures.join("\n"));
    for lint in lints() {
        assert!(codes.contains(&lint.code), "no case in testdata/cases/lint has {}", lint.code);
    }
}

#[test]
fn a_used_file_may_speak_of_more_than_the_table_holds() {
    let shared = "if area = \"212\" then city = \"New York\"\nrequire area in (\"617\", \"999\")";
    let mut rules = parse(&Arc::new(SourceText::new("case.rules", "use \"shared.rules\""))).rules;
    rules.include("case.rules", "shared.rules", parse(&Arc::new(SourceText::new("shared.rules", shared))).rules);
    let table = table("area,city\n617,Boston\n617,Boston\n");
    let constraints = bind(&rules, table.schema()).unwrap();
    assert_eq!(lint(&rules, Some((&table, &constraints))).to_string(), "");
    let codes: Vec<_> = run(shared, Some("area,city\n617,Boston\n617,Boston\n")).iter().map(|told| told.code).collect();
    assert_eq!(codes, ["no-support", "unused-value"]);
}

fn run(rules: &str, csv: Option<&str>) -> Diagnostics {
    let parsed = parse(&Arc::new(SourceText::new("case.rules", rules)));
    assert!(!parsed.diagnostics.has_errors(), "{}", parsed.diagnostics);
    match csv.map(table) {
        Some(table) => {
            let constraints = bind(&parsed.rules, table.schema()).unwrap_or_else(|mistakes| panic!("{mistakes}"));
            lint(&parsed.rules, Some((&table, &constraints)))
        }
        None => lint(&parsed.rules, None),
    }
}

fn table(csv: &str) -> Table {
    let rows: Vec<Vec<_>> = csv.lines().map(|line| line.split(',').collect()).collect();
    let column = |place: usize| -> Column {
        rows[1..].iter().map(|row| Some(row[place]).filter(|cell| !cell.is_empty())).collect()
    };
    Table::new(rows[0].iter().enumerate().map(|(place, name)| ((*name).to_owned(), column(place))).collect()).unwrap()
}
