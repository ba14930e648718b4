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
        let boosted =
            boost(&dirty, &target, &Given::default(), &BoostSettings { picking, ..BoostSettings::default() }).unwrap();
        assert_ne!(*boosted.best(), Arm::Nothing);
        let judged = boosted.judged.clone().unwrap();
        assert!(judged.gain > 0.05 && judged.gain > 3.0 * judged.standard_error, "{judged:?}");
        assert!((boosted.arms.iter().map(|arm| arm.weight).sum::<f64>() - 1.0).abs() < 1e-9);
    }
}

#[test]
fn a_table_that_is_clean_gains_nothing() {
    let (_, clean, target) = damaged(1500, 0.1);
    let judged = boost(&clean, &target, &Given::default(), &BoostSettings::default()).unwrap().judged.unwrap();
    assert!(judged.gain.abs() < 0.02, "{judged:?}");
}

#[test]
fn a_repaired_table_is_an_arm_like_others() {
    let (dirty, clean, target) = damaged(1500, 0.4);
    let given = [RepairedTable { name: "repaired", table: &clean }];
    let boosted = boost(
        &dirty,
        &target,
        &Given { repaired: &given, ..Given::default() },
        &BoostSettings { folds: 0, ..BoostSettings::default() },
    )
    .unwrap();
    assert_eq!(*boosted.best(), Arm::Given("repaired".to_owned()));
    assert_eq!(boosted.judged, None);
}

#[test]
fn an_arm_cleans_a_table() {
    let (dirty, _, target) = damaged(500, 0.1);
    let repair = |training: Action| Arm::Repair { detector: Detector::Sentinel, training, prediction: Action::Keep };
    let (median, kept) = apply(&repair(Action::Median), &dirty, &target, &Given::default()).unwrap();
    let sentinels = |table: &Table| {
        table.row_ids().filter(|&row| table.column(lustrate_table::AttributeId(0)).text(row) == Some("9999")).count()
    };
    assert!(sentinels(&dirty) > 0 && sentinels(&median) == 0 && kept.len() == 500);
    let (deleted, kept) = apply(&repair(Action::Delete), &dirty, &target, &Given::default()).unwrap();
    assert_eq!((deleted.rows(), kept.len()), (500 - sentinels(&dirty), 500 - sentinels(&dirty)));
    assert!(apply(&Arm::Given("other".to_owned()), &dirty, &target, &Given::default()).is_none());
    assert_eq!(apply(&Arm::Nothing, &dirty, &target, &Given::default()).unwrap().0.rows(), 500);
}

#[test]
fn any_number_of_threads_picks_the_same() {
    let (dirty, _, target) = damaged(300, 0.1);
    let boosted = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| boost(&dirty, &target, &Given::default(), &BoostSettings::default()).unwrap())
    };
    assert_eq!(boosted(1), boosted(3));
}

#[test]
fn cells_that_somebody_else_marked_are_one_more_detector() {
    let (dirty, clean, target) = damaged(1500, 0.1);
    let cells: Vec<CellId> = clean
        .schema()
        .ids()
        .flat_map(|attribute| clean.row_ids().map(move |row| CellId { row, attribute }))
        .filter(|&cell| clean.text(cell) != dirty.text(cell))
        .collect();
    let marked = [MarkedCells { name: "rules", cells: &cells }];
    let given = Given { marked: &marked, ..Given::default() };
    let boosted = boost(&dirty, &target, &given, &BoostSettings { folds: 0, ..BoostSettings::default() }).unwrap();
    let of_rules: Vec<&JudgedArm> =
        boosted.arms.iter().filter(|arm| matches!(&arm.arm, Arm::Marked { name, .. } if name == "rules")).collect();
    assert!(of_rules.len() > 3 && of_rules.iter().all(|arm| arm.cells == cells.len()), "{of_rules:?}");
    let arm = Arm::Marked { name: "rules".to_owned(), training: Action::Median, prediction: Action::Median };
    let (repaired, kept) = apply(&arm, &dirty, &target, &given).unwrap();
    assert_eq!(kept.len(), dirty.rows());
    let differs = |cell: &CellId| repaired.text(*cell) != dirty.text(*cell);
    let all = dirty.schema().ids().flat_map(|attribute| dirty.row_ids().map(move |row| CellId { row, attribute }));
    assert!(all.filter(differs).all(|cell| cells.contains(&cell)), "only marked cells change");
    assert!(apply(&arm, &dirty, &target, &Given::default()).is_none());
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
