use lustrate::{Cause, CheckOutcome, Diagnostics, ErrorKind, Measured, Quarantined, RuleStrength, Table, Totals};

use super::*;
use crate::RunFile;

fn outcome(repairs: Vec<Repair>, rules: Vec<RuleOutcome>, rows: u64) -> Outcome {
    let applied = repairs.iter().filter(|repair| repair.decision == Decision::Apply).count() as u64;
    let for_review = repairs.len() as u64 - applied;
    let totals = Totals { rows, columns: 6, cells: 6 * rows, applied, for_review, rules_left_out: 0 };
    let table = Table::new(vec![("a".into(), [Some("1")].into_iter().collect())]).unwrap();
    let original = table.clone();
    Outcome {
        table,
        original,
        totals,
        repairs,
        rules,
        dependencies: Vec::new(),
        quarantine: Vec::new(),
        checks: Vec::new(),
        duplicates: Vec::new(),
        unknown: Vec::new(),
        failed: Vec::new(),
        labels: None,
        shift: lustrate::TooMuch::default(),
        notes: Diagnostics::new(),
    }
}

fn run(mode: Mode) -> Run {
    Run {
        data: "orders.csv".into(),
        rules: vec!["orders.rules".into()],
        cleaned: "orders.clean.csv".into(),
        repairs: Some("orders.repairs.csv".into()),
        files: Vec::new(),
        quarantine: None,
        report: None,
        models: Vec::new(),
        saved_model: None,
        mode,
    }
}

fn repair(row: u64, column: &str, confidence: f64, doubt: Option<Doubt>) -> Repair {
    Repair {
        row,
        line: Some(row + 1),
        key: Vec::new(),
        column: column.into(),
        old: Some("Rom".into()),
        new: Some("Rome".into()),
        confidence,
        decision: if doubt.is_none() { Decision::Apply } else { Decision::Review },
        doubt,
        kind: ErrorKind::Typo,
        rule: None,
        reason: "28 of 28 other rows with zip = \"00184\" agree; \"Rom\": a typing error".into(),
        alternatives: Vec::new(),
    }
}

fn rule(line: u32, broken_before: u64, broken_after: u64) -> RuleOutcome {
    let file = "orders.rules".to_owned();
    RuleOutcome {
        name: "r".into(),
        file,
        line,
        determines: None,
        broken_before,
        broken_after,
        rows_before: 0,
        rows_after: 0,
        support: None,
        strength: RuleStrength::Hard,
    }
}

#[test]
fn rules_that_were_left_out_are_counted() {
    let mut outcome = outcome(Vec::new(), vec![rule(1, 4, 0), rule(2, 0, 0)], 10);
    outcome.totals.rules_left_out = 3;
    let told = summary(&outcome, &run(Mode::Written), Colour::Off);
    let told = told.lines().find(|line| line.starts_with("Rules")).unwrap();
    assert_eq!(told, "Rules      2 used, 3 left out for mistakes; 1 was broken (4 changes needed), none is now");
}

#[test]
fn a_full_summary_has_ten_lines_and_says_what_to_do_next() {
    let columns = ["city", "city", "city", "zip", "zip", "region", "street", "name", "price"];
    let mut repairs: Vec<Repair> =
        (1..).zip(columns).map(|(row, column)| repair(row, column, 0.9 + row as f64 / 1000.0, None)).collect();
    repairs.push(repair(1200, "city", 0.5, Some(Doubt::NotSure)));
    let outcome = outcome(repairs, vec![rule(1, 30, 2), rule(1, 4, 0), rule(2, 0, 0)], 1_500);
    let expected = "\
Table      orders.csv: 1,500 rows, 6 columns, 9,000 cells
Rules      2 given; 1 was broken (34 changes needed), 1 still is (2 changes needed)
Repaired   9 of 9,000 cells (0.1 %): city 3, zip 2, name 1, price 1, 2 other columns 2
To review  1 of 9,000 cells (< 0.1 %): not sure enough 1
Such as    row 3, city: \"Rom\" -> \"Rome\" (0.90); 28 of 28 other rows with zip = \"00184\" agree
           row 5, zip: \"Rom\" -> \"Rome\" (0.90); 28 of 28 other rows with zip = \"00184\" agree
           row 8, name: \"Rom\" -> \"Rome\" (0.90); 28 of 28 other rows with zip = \"00184\" agree
Written    orders.clean.csv and orders.repairs.csv, which says for each cell what, why and how sure
Next       mark `apply` what is right of the 1 cell for review in orders.repairs.csv, then \
                    `lustrate apply orders.repairs.csv orders.csv`; `lustrate detect orders.clean.csv` with the same rules \
                    shows what still breaks them
";
    assert_eq!(summary(&outcome, &run(Mode::Written), Colour::Off), expected);
}

#[test]
fn nothing_to_repair_and_no_rules_still_says_what_to_do() {
    let expected = "\
Table      orders.csv: 1 row, 6 columns, 6 cells
Rules      none given; repairs rest on what the columns say of each other
Repaired   0 of 6 cells
To review  0 of 6 cells
Written    orders.clean.csv and orders.repairs.csv, which says for each cell what, why and how sure
Next       say what must hold with `--rules FILE`, in lines such as `fd zip -> city`
";
    let run = Run { rules: Vec::new(), ..run(Mode::Written) };
    assert_eq!(summary(&outcome(Vec::new(), Vec::new(), 1), &run, Colour::Off), expected);
}

#[test]
fn a_check_that_does_not_hold_is_told_and_is_left_to_do() {
    let mut outcome = outcome(Vec::new(), Vec::new(), 9);
    outcome.checks.push(CheckOutcome {
        name: "size".into(),
        text: "check rows >= 10".into(),
        file: "orders.rules".into(),
        line: 1,
        meant: lustrate::Meant::Soft,
        holds: false,
        measured: vec![Measured { group: Vec::new(), number: 9.0, shown: "9".into() }],
    });
    let text = summary(&outcome, &run(Mode::Written), Colour::Off);
    assert!(text.contains("Rules      those given are about columns and the table as a whole"), "{text}");
    assert!(text.contains("Checks     0 of 1 check holds; size: it is 9\n"), "{text}");
    assert!(text.contains("Next       `lustrate detect orders.clean.csv`"), "{text}");
}

#[test]
fn a_dry_run_says_that_nothing_was_written() {
    let text = summary(&outcome(vec![repair(1, "city", 0.9, None)], Vec::new(), 9), &run(Mode::DryRun), Colour::Off);
    assert!(text.contains("To repair  1 of 54 cells (1.9 %): city 1\n"), "{text}");
    assert!(text.contains("Written    nothing: "), "{text}");
}

#[test]
fn colours_come_only_where_they_are_asked_for() {
    let outcome = outcome(vec![repair(1, "city", 0.9, None)], Vec::new(), 9);
    assert!(!summary(&outcome, &run(Mode::Written), Colour::Off).contains('\u{1b}'));
    assert!(summary(&outcome, &run(Mode::Written), Colour::On).contains('\u{1b}'));
}

#[test]
fn rows_that_are_set_apart_are_counted_with_their_rules_and_file() {
    let mut outcome = outcome(Vec::new(), Vec::new(), 1000);
    let row = |rules: &[&str]| Quarantined {
        cause: Cause::HardRule,
        row: 1,
        line: None,
        rules: rules.iter().map(|&rule| rule.to_owned()).collect(),
        reason: String::new(),
    };
    outcome.quarantine = vec![row(&["husband"]), row(&["husband", "wife"])];
    let run = Run { quarantine: Some("orders.quarantine.csv".into()), ..run(Mode::Written) };
    let expected = "Set apart  2 of 1,000 rows (0.2 %) in orders.quarantine.csv, for hard rules that they cannot satisfy: \
                    husband 2, wife 1\n";
    assert!(summary(&outcome, &run, Colour::Off).contains(expected), "{}", summary(&outcome, &run, Colour::Off));
}

#[test]
fn commands_name_a_few_files_and_of_many_none() {
    let run = |files: usize| {
        let file = |number: usize| RunFile {
            data: format!("{number}.csv"),
            cleaned: format!("{number}.clean.csv"),
            repairs: None,
            quarantine: None,
            rows: 1,
        };
        Run { files: (1..=files).map(file).collect(), ..run(Mode::Written) }
    };
    assert_eq!(detect_cleaned(&run(2)), "`lustrate detect 1.clean.csv 2.clean.csv`");
    assert_eq!(detect_cleaned(&run(6)), "`lustrate detect` on the repaired files");
    assert_eq!(detect_read(&run(2), "1.csv"), "`lustrate detect 1.csv 2.csv`");
}
