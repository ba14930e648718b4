//! What boosting promises, on a table that was damaged in a known way.

use lustrate_table::Column;
use rand::RngExt;

use super::*;
use crate::RareClasses;
use crate::random::stream;

/// Two numbers that decide the label, of which the first is 9999 in a share of the rows.
fn damaged(rows: usize, share: f64) -> (Table, Table, Target) {
    let mut random = stream(4, 0);
    let (mut dirty, mut clean, mut other, mut labels) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for _ in 0..rows {
        let mut normal = || (0..6).map(|_| random.random_range(-1.0..1.0)).sum::<f64>() / 1.41;
        let (x, y, noise) = (normal(), normal(), normal());
        clean.push(format!("{x:.3}"));
        other.push(format!("{y:.3}"));
        labels.push(if 2.0 * x + y + noise > 0.0 { "yes" } else { "no" });
        dirty.push(if random.random_bool(share) { "9999".to_owned() } else { format!("{x:.3}") });
    }
    let column = |cells: &[String]| cells.iter().map(|cell| Some(cell.as_str())).collect::<Column>();
    let table = |x: &[String]| {
        let labels = labels.iter().map(|&label| Some(label)).collect();
        let columns = vec![("x".to_owned(), column(x)), ("y".to_owned(), column(&other)), ("t".to_owned(), labels)];
        Table::new(columns).unwrap()
    };
    let (dirty, clean) = (table(&dirty), table(&clean));
    let target = Target::fit(&dirty, "t", 3, RareClasses::Refuse).unwrap();
    (dirty, clean, target)
}

#[test]
fn the_sentinel_is_found_and_the_gain_is_judged() {
    let (dirty, _, target) = damaged(1500, 0.1);
    for picking in [Picking::default(), Picking::AdaBoost { picks: 10 }] {
        let boosted = boost(&dirty, &target, &[], &BoostSettings { picking, ..BoostSettings::default() }).unwrap();
        assert_ne!(*boosted.best(), Arm::Nothing);
        let judged = boosted.judged.clone().unwrap();
        assert!(judged.gain > 0.05 && judged.gain > 3.0 * judged.standard_error, "{judged:?}");
        assert!((boosted.arms.iter().map(|arm| arm.weight).sum::<f64>() - 1.0).abs() < 1e-9);
    }
}

#[test]
fn a_table_that_is_clean_gains_nothing() {
    let (_, clean, target) = damaged(1500, 0.1);
    let judged = boost(&clean, &target, &[], &BoostSettings::default()).unwrap().judged.unwrap();
    assert!(judged.gain.abs() < 0.02, "{judged:?}");
}

#[test]
fn a_repaired_table_is_an_arm_like_others() {
    let (dirty, clean, target) = damaged(1500, 0.4);
    let given = [RepairedTable { name: "repaired", table: &clean }];
    let boosted = boost(&dirty, &target, &given, &BoostSettings { folds: 0, ..BoostSettings::default() }).unwrap();
    assert_eq!(*boosted.best(), Arm::Given("repaired".to_owned()));
    assert_eq!(boosted.judged, None);
}

#[test]
fn marked_cells_are_a_detector_like_others() {
    let (dirty, clean, target) = damaged(1500, 0.3);
    let id = |name: &str| dirty.schema().find(name).unwrap();
    let is_damaged = |row: &RowId| dirty.column(id("x")).text(*row) != clean.column(id("x")).text(*row);
    let mut cells: Vec<CellId> =
        dirty.row_ids().filter(is_damaged).map(|row| CellId { row, attribute: id("x") }).collect();
    let damaged = cells.len();
    // What is said of the target is not listened to: it would tell the label of rows that are predicted.
    cells.extend(dirty.row_ids().step_by(2).map(|row| CellId { row, attribute: id("t") }));
    let marked = MarkedCells { name: "rules", cells: &cells };
    let settings = BoostSettings { folds: 0, ..BoostSettings::default() };
    let boosted = boost_marked(&dirty, &target, &[], &[marked], &settings).unwrap();
    let of_rules: Vec<&JudgedArm> = boosted
        .arms
        .iter()
        .filter(|arm| matches!(&arm.arm, Arm::Marked { detector, .. } if detector == "rules"))
        .collect();
    assert_eq!(of_rules.len(), Detector::All.actions().len());
    assert!(of_rules.iter().all(|arm| arm.cells == damaged), "{of_rules:?}");
    assert!(of_rules.iter().any(|arm| arm.gain > 3.0 * arm.standard_error), "{of_rules:?}");
    let (deleted, kept) = apply_marked(Action::Delete, &dirty, &target, &marked);
    assert_eq!((deleted.rows(), kept.len()), (1500 - damaged, 1500 - damaged));
}

#[test]
fn an_arm_cleans_a_table() {
    let (dirty, _, target) = damaged(500, 0.1);
    let repair = |training: Action| Arm::Repair { detector: Detector::Sentinel, training, prediction: Action::Keep };
    let (median, kept) = apply(&repair(Action::Median), &dirty, &target).unwrap();
    let sentinels = |table: &Table| {
        table.row_ids().filter(|&row| table.column(lustrate_table::AttributeId(0)).text(row) == Some("9999")).count()
    };
    assert!(sentinels(&dirty) > 0 && sentinels(&median) == 0 && kept.len() == 500);
    let (deleted, kept) = apply(&repair(Action::Delete), &dirty, &target).unwrap();
    assert_eq!((deleted.rows(), kept.len()), (500 - sentinels(&dirty), 500 - sentinels(&dirty)));
    assert!(apply(&Arm::Given("other".to_owned()), &dirty, &target).is_none());
    assert_eq!(apply(&Arm::Nothing, &dirty, &target).unwrap().0.rows(), 500);
}

#[test]
fn any_number_of_threads_picks_the_same() {
    let (dirty, _, target) = damaged(300, 0.1);
    let boosted = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| boost(&dirty, &target, &[], &BoostSettings::default()).unwrap())
    };
    assert_eq!(boosted(1), boosted(3));
}

#[test]
fn what_a_detector_doubts_is_told_column_by_column() {
    let (dirty, _, target) = damaged(1500, 0.1);
    let found = Detector::All.findings(&dirty, target.name());
    assert!(!found.is_empty());
    for (column, findings) in &found {
        assert!(dirty.schema().find(column).is_some() && column != target.name());
        assert!(!findings.is_empty());
    }
}
