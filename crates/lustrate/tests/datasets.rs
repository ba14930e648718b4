//! Real dirty tables with truth, which lie beside the project and belong to others. Where they are absent the tests
//! say so. Truth is for scoring only.

use lustrate::{Outcome, Settings, read_rules, read_table, repair};
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
fn beers_and_rayyan_are_not_harmed() {
    ["beers", "rayyan"].into_iter().for_each(assert_no_harm);
}

#[test]
fn reports_of_sources_that_no_rule_declares_are_weighed() {
    assert_f1("flights", 0.80);
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
        assert!(score.raw.total.f1 >= 0.79, "without {name}: {:?}", score.raw.total);
    }
}

#[test]
fn tax10k_is_not_harmed() {
    assert_no_harm("tax10k");
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
