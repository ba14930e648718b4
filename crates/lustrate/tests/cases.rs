//! Runs the literate cases of `testdata/cases`: each is a table, rules, and what should come of them.
//!
//! Every expected block that a theme knows is checked, and a block that is absent expects nothing, so that a false
//! positive shows. `LUSTRATE_BLESS=1` rewrites the blocks.

use std::sync::Arc;

use lustrate::{
    Colour, Constraints, CsvOptions, Decision, Diagnostics, Labels, Outcome, ProgramOutcome, Rules, Settings,
    SourceText, Table, bind, detect, parse, read_csv_bytes, repair,
};
use lustrate_testkit::{Case, cases};

#[test]
fn detection_blames_what_it_should() {
    each("detect", |case| {
        let table = table(case);
        let constraints = constraints(case, &table);
        let mut lines = Vec::new();
        for suspect in detect(&table, &constraints).suspect_cells() {
            let column = table.schema().name(suspect.cell.attribute);
            for rule in suspect.blamed_by {
                lines.push(format!("{}: row {}, {column}", constraints.get(rule).name, suspect.cell.row.number()));
            }
        }
        vec![("findings", lines.join("\n"))]
    });
}

#[test]
fn repair_changes_what_it_should_and_nothing_else() {
    each("repair", |case| {
        let outcome = run(case);
        vec![
            ("repairs", lines(&outcome, Decision::Apply)),
            ("review", lines(&outcome, Decision::Review)),
            ("apart", apart(&outcome)),
            ("whole", whole(&outcome)),
        ]
    });
}

#[test]
fn labels_teach_what_they_should_and_nothing_else() {
    each("labels", |case| {
        let (table, (rules, _)) = (table(case), rules(case));
        let said = case.block("labels").unwrap_or_else(|| panic!("{} has a labels block", case.name));
        let labels = Labels::read("labels.csv", said.as_bytes(), &table, &[]);
        let labels = labels.unwrap_or_else(|mistakes| panic!("{}: {}", case.name, mistakes.render(Colour::Off)));
        let outcome = repair(&table, &rules, &Settings::new().labels(labels)).unwrap();
        let taught = outcome.labels.iter().flat_map(|labels| &labels.programs);
        let rule = |program: &ProgramOutcome| program.rule.clone().unwrap_or_else(|| program.words.clone());
        let taught = taught.map(|program| format!("{}: {} ({})", program.column, rule(program), program.shown_by));
        let codes = ["labels-disagree", "label-breaks-rule", "label-of-fixed-column", "people"];
        let told = outcome.notes.iter().filter(|note| codes.contains(&note.code));
        vec![
            ("repairs", lines(&outcome, Decision::Apply)),
            ("review", lines(&outcome, Decision::Review)),
            ("apart", apart(&outcome)),
            ("taught", taught.collect::<Vec<_>>().join("\n")),
            ("told", told.map(|note| note.title.clone()).collect::<Vec<_>>().join("\n")),
        ]
    });
}

#[test]
fn mistakes_in_rules_are_told_with_their_place_and_mend() {
    each("rules", |case| {
        let (rules, mut found) = rules(case);
        if let Some(csv) = case.block("csv") {
            found.extend(bind(&rules, read(csv).schema()).err().unwrap_or_default());
            found.sort();
        }
        vec![("diagnostics", found.render(Colour::Off))]
    });
}

/// Checks every case of a theme, and reports all that differ at once.
fn each(theme: &str, run: impl Fn(&Case) -> Vec<(&'static str, String)>) {
    let cases = cases(theme);
    assert!(!cases.is_empty(), "there are cases in testdata/cases/{theme}");
    let mut failures = Vec::new();
    for case in cases {
        for (block, actual) in run(&case) {
            failures.extend(case.check(block, &actual).err().map(|mismatch| mismatch.to_string()));
        }
    }
    assert!(failures.is_empty(), "\n{}", failures.join("\n"));
}

fn run(case: &Case) -> Outcome {
    let (rules, diagnostics) = rules(case);
    assert!(!diagnostics.has_errors(), "{}: {}", case.name, diagnostics.render(Colour::Off));
    repair(&table(case), &rules, &Settings::new()).unwrap_or_else(|error| panic!("{}: {error}", case.name))
}

fn lines(outcome: &Outcome, decision: Decision) -> String {
    let chosen = outcome.repairs.iter().filter(|repair| repair.decision == decision);
    // Decisions are asserted, not digits: the confidence is left out.
    let line = |repair: &lustrate::Repair| repair.to_string().rsplit_once(" (").unwrap_or_default().0.to_owned();
    chosen.map(line).collect::<Vec<_>>().join("\n")
}

/// The rows that are set apart.
fn apart(outcome: &Outcome) -> String {
    let line = |row: &lustrate::Quarantined| format!("row {}: {}", row.row, row.reason);
    outcome.quarantine.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// What does not hold of the table as a whole, and what makes the run fail.
fn whole(outcome: &Outcome) -> String {
    let broken = outcome.checks.iter().filter(|check| !check.holds);
    let mut lines: Vec<String> = broken.map(|check| format!("{}: {}", check.text, check.words())).collect();
    for duplicates in &outcome.duplicates {
        lines.extend(duplicates.things.iter().map(|thing| format!("{}: rows {:?}", duplicates.name, thing.rows)));
    }
    let unknown = outcome.unknown.iter().filter(|unknown| !unknown.rows.is_empty());
    lines.extend(unknown.map(|unknown| format!("{}: rows {:?}", unknown.name, unknown.rows)));
    lines.extend(outcome.failed.iter().map(|failed| format!("fails: {}: {}", failed.name, failed.reason)));
    lines.join("\n")
}

fn table(case: &Case) -> Table {
    read(case.block("csv").unwrap_or_else(|| panic!("{} has a csv block", case.name)))
}

fn read(csv: &str) -> Table {
    read_csv_bytes("case.csv", csv.as_bytes(), &CsvOptions::default()).expect("the table of a case can be read").table
}

fn rules(case: &Case) -> (Rules, Diagnostics) {
    let forms = [("rules", "case.rules"), ("holoclean", "constraints.txt"), ("fds", "fds.txt")];
    let mut all = Rules::default();
    all.set_table("case.csv");
    let mut diagnostics = Diagnostics::new();
    for (block, name) in forms {
        if let Some(text) = case.block(block) {
            let parsed = parse(&Arc::new(SourceText::new(name, text)));
            all.extend(parsed.rules);
            diagnostics.extend(parsed.diagnostics);
        }
    }
    for wanted in all.wanted() {
        if let Some(csv) = case.block(&wanted.file) {
            all.attach(&wanted.rules_file, &wanted.file, Arc::new(read(csv)));
        }
    }
    (all, diagnostics)
}

fn constraints(case: &Case, table: &Table) -> Constraints {
    let (rules, diagnostics) = rules(case);
    assert!(!diagnostics.has_errors(), "{}: {}", case.name, diagnostics.render(Colour::Off));
    bind(&rules, table.schema()).unwrap_or_else(|mistakes| panic!("{}: {}", case.name, mistakes.render(Colour::Off)))
}
