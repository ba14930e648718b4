//! Real dirty tables with truth, which lie beside the project and belong to others. Where they are absent the tests
//! say so. Truth is for scoring only.

use std::collections::BTreeSet;

use lustrate::verbs::Written;
use lustrate::{
    AttributeId, CellId, Column, Constraints, Outcome, Repair, RowId, Rules, Settings, Table, find_formats, read_rules,
    read_table, repair,
};
use lustrate_eval::{TableScore, score};
use lustrate_testkit::{dataset, skip};

/// Repairs a data set with its published constraints and the default settings.
fn repaired(name: &str, settings: &Settings) -> Option<(Outcome, TableScore)> {
    let Some(paths) = dataset(name) else {
        skip(&format!("the data set {name}"), "shared/datasets");
        return None;
    };
    let dirty = read_table(&paths.dirty).expect("the dirty table can be read");
    let truth = read_table(&paths.truth).expect("the truth can be read");
    let rules = read_rules(&paths.constraints).expect("the published constraints parse");
    let outcome = repair(&dirty, &rules, settings).expect("the published constraints bind");
    let score = score(&dirty, &outcome.table, &truth).expect("the tables are of one shape");
    Some((outcome, score.raw))
}

fn assert_f1(name: &str, at_least: f64) {
    if let Some((_, score)) = repaired(name, &Settings::new()) {
        assert!(score.total.f1 >= at_least, "{name}: {:?}", score.total);
    }
}

fn assert_no_harm(name: &str) {
    if let Some((_, score)) = repaired(name, &Settings::new()) {
        assert!(score.total.edr >= 0.0, "{name}: {:?}", score.total);
    }
}

#[test]
fn hospital_is_repaired() {
    assert_f1("hospital", 0.97);
}

#[test]
fn hospital_with_a_fifth_of_its_cells_wrong_is_repaired() {
    assert_f1("hospital-mixed20", 0.94);
}

#[test]
fn beers_with_a_fifth_of_its_cells_wrong_is_repaired() {
    assert_f1("beers-mixed20", 0.65);
}

#[test]
fn conventions_of_writing_that_no_rule_declares_are_repaired() {
    assert_f1("beers", 0.995);
    assert_f1("tax10k", 0.83);
}

#[test]
fn every_convention_can_be_left_out() {
    let Some((with, _)) = repaired("beers", &Settings::new()) else { return };
    let by_format = |outcome: &Outcome, name: &str| {
        let of = |rule: Option<&str>| rule.is_some_and(|rule| rule.starts_with(name));
        outcome.applied().filter(|repair| of(repair.rule.as_deref())).count()
    };
    assert!(by_format(&with, "format suffix") > 2_000 && by_format(&with, "format nulls") > 900);
    let (without, _) =
        repaired("beers", &Settings::new().without_format("suffix")).expect("the data set is still there");
    assert_eq!(by_format(&without, "format suffix"), 0);
    assert!(by_format(&without, "format nulls") > 900);
    let (none, _) = repaired("beers", &Settings::new().without_formats()).expect("the data set is still there");
    assert_eq!(by_format(&none, "format"), 0);
}

#[test]
fn no_convention_writes_into_a_clean_table() {
    for name in ["beers", "beers-mixed20", "flights", "hospital", "hospital-mixed20", "rayyan", "tax10k"] {
        let Some(paths) = dataset(name) else { return skip("conventions in clean tables", "shared/datasets") };
        let clean = read_table(&paths.truth).expect("the truth can be read");
        let found = find_formats(&clean, &Constraints::default());
        // What is taken for missing stays as it is written: a truth may have -1 for a number that nobody knows.
        let written = found.iter().filter(|format| format.written == Written::AsFound);
        let told: Vec<&str> = written.map(|format| format.evidence.as_str()).collect();
        assert!(told.is_empty(), "{name}: {told:?}");
    }
}

#[test]
fn rayyan_is_not_harmed() {
    assert_no_harm("rayyan");
}

#[test]
fn reports_of_sources_that_no_rule_declares_are_weighed() {
    assert_f1("flights", 0.89);
}

#[test]
fn the_confidence_in_what_sources_say_is_how_often_they_are_right() {
    let Some(paths) = dataset("flights") else { return skip("the data set flights", "shared/datasets") };
    let truth = read_table(&paths.truth).expect("the truth can be read");
    let (outcome, _) = repaired("flights", &Settings::new()).expect("the data set is still there");
    let is_right = |repair: &Repair| {
        let attribute = truth.schema().find(&repair.column).expect("the truth has the columns of the table");
        truth.text(CellId { row: RowId(repair.row as u32 - 1), attribute }) == repair.new.as_deref()
    };
    // By tenths of the confidence: repairs, the sum of their confidences, and how many are right.
    let mut tenths = [(0.0, 0.0, 0.0); 11];
    for repair in outcome.applied() {
        let (repairs, confidence, right) = &mut tenths[(10.0 * repair.confidence) as usize];
        *repairs += 1.0;
        *confidence += repair.confidence;
        *right += f64::from(u8::from(is_right(repair)));
    }
    let all: f64 = tenths.iter().map(|(repairs, ..)| repairs).sum();
    let error = tenths.iter().map(|(_, confidence, right)| (confidence - right).abs()).sum::<f64>() / all;
    let (repairs, _, right) = tenths[9];
    assert!(right >= 0.9 * repairs && error <= 0.05, "{right} of {repairs}, error {error}");
}

/// The dirty table, the truth and the rules of flights.
fn flights() -> Option<(Table, Table, Rules)> {
    let paths = dataset("flights")?;
    let read = |path| read_table(path).expect("the table can be read");
    let rules = read_rules(&paths.constraints).expect("the published constraints parse");
    Some((read(&paths.dirty), read(&paths.truth), rules))
}

/// As every figure of flights is asked to stay, whatever is missing of the table.
fn assert_robust(dirty: &Table, truth: &Table, rules: &Rules, without: &str) {
    let outcome = repair(dirty, rules, &Settings::new()).expect("the published constraints bind");
    let score = score(dirty, &outcome.table, truth).expect("the tables are of one shape");
    assert!(score.raw.total.f1 >= 0.85, "without {without}: {:?}", score.raw.total);
}

#[test]
fn no_single_source_carries_the_others() {
    let Some((dirty, truth, rules)) = flights() else { return skip("sources left out", "shared/datasets") };
    let source = dirty.column(dirty.schema().find("src").expect("reports name their source"));
    for (left_out, name) in source.dictionary().iter().step_by(3) {
        let rows: Vec<_> = dirty.row_ids().filter(|&row| source.code(row) != left_out).collect();
        assert_robust(&dirty.select(&rows), &truth.select(&rows), &rules, name);
    }
}

#[test]
fn a_hundredth_of_the_reports_may_be_blank() {
    let Some((dirty, truth, rules)) = flights() else { return skip("blank reports", "shared/datasets") };
    let times: Vec<_> = dirty.schema().ids().skip(3).collect();
    for seed in 0..3 {
        // 87 of the 9,504 times, some way apart.
        let blank: BTreeSet<usize> =
            (0..87).map(|at| (at * 1_097 + seed * 397) % (dirty.rows() * times.len())).collect();
        assert_eq!(blank.len(), 87);
        let column = |attribute: AttributeId| -> Column {
            let place = times.iter().position(|&time| time == attribute);
            let is_blank = |row: RowId| place.is_some_and(|place| blank.contains(&(row.index() * times.len() + place)));
            let text = |row| dirty.text(CellId { row, attribute }).filter(|_| !is_blank(row));
            dirty.row_ids().map(text).collect()
        };
        let names = dirty.schema().ids().map(|id| (dirty.schema().name(id).to_owned(), column(id)));
        let blanked = Table::new(names.collect()).expect("names differ");
        assert_robust(&blanked, &truth, &rules, "87 reports");
    }
}

#[test]
fn clean_tables_stay_nearly_as_they_are() {
    for (name, most) in [("hospital", 0), ("hospital-mixed20", 0), ("beers", 4), ("flights", 0)] {
        let Some(paths) = dataset(name) else { return skip("clean tables", "shared/datasets") };
        let clean = read_table(&paths.truth).expect("the truth can be read");
        let dirty = read_table(&paths.dirty).expect("the dirty table can be read");
        let rules = read_rules(&paths.constraints).expect("the published constraints parse");
        // Constraints are written with the names of the dirty table, which the truth sometimes spells otherwise.
        if clean.schema().attributes().iter().zip(dirty.schema().attributes()).any(|(c, d)| c.name != d.name) {
            continue;
        }
        let outcome = repair(&clean, &rules, &Settings::new()).expect("the published constraints bind");
        assert!(outcome.totals.applied <= most, "{name}: {} cells changed", outcome.totals.applied);
    }
}

#[test]
fn one_thread_and_two_make_the_same_repairs() {
    let Some((one, _)) = repaired("hospital", &Settings::new().threads(1)) else { return };
    let (two, _) = repaired("hospital", &Settings::new().threads(2)).expect("the data set is still there");
    assert_eq!(one.repairs, two.repairs);
}
