//! Real dirty tables with truth, which lie beside the project and belong to others. Where they are absent the tests
//! say so. Truth is for scoring only.

use lustrate::{Constraints, Outcome, Settings, find_formats, read_rules, read_table, repair};
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
        let of = |rule: &Option<String>| rule.as_deref().is_some_and(|rule| rule.starts_with(name));
        outcome.applied().filter(|repair| of(&repair.rule)).count()
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
fn no_convention_is_found_in_a_clean_table() {
    for name in ["beers", "beers-mixed20", "flights", "hospital", "hospital-mixed20", "rayyan", "tax10k"] {
        let Some(paths) = dataset(name) else { return skip("conventions in clean tables", "shared/datasets") };
        let clean = read_table(&paths.truth).expect("the truth can be read");
        let found = find_formats(&clean, &Constraints::default());
        let told: Vec<&str> = found.iter().map(|format| format.evidence.as_str()).collect();
        assert!(told.is_empty(), "{name}: {told:?}");
    }
}

#[test]
fn rayyan_is_not_harmed() {
    assert_no_harm("rayyan");
}

#[test]
fn reports_of_sources_that_no_rule_declares_are_weighed() {
    assert_f1("flights", 0.85);
}

#[test]
fn no_single_source_carries_the_others() {
    let Some(paths) = dataset("flights") else { return skip("sources left out", "shared/datasets") };
    let dirty = read_table(&paths.dirty).expect("the dirty table can be read");
    let truth = read_table(&paths.truth).expect("the truth can be read");
    let rules = read_rules(&paths.constraints).expect("the published constraints parse");
    let source = dirty.column(dirty.schema().find("src").expect("reports name their source"));
    for (left_out, name) in source.dictionary().iter().step_by(6) {
        let rows: Vec<_> = dirty.row_ids().filter(|&row| source.code(row) != left_out).collect();
        let (dirty, truth) = (dirty.select(&rows), truth.select(&rows));
        let outcome = repair(&dirty, &rules, &Settings::new()).expect("the published constraints bind");
        let score = score(&dirty, &outcome.table, &truth).expect("the tables are of one shape");
        assert!(score.raw.total.f1 >= 0.82, "without {name}: {:?}", score.raw.total);
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
