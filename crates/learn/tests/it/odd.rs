//! Tables that nobody expects: nothing panics, and every figure is a number.

use lustrate_learn::{
    Active, ActiveSettings, BoostSettings, Compared, Featuriser, LabelRanking, LabelSettings, Learner,
    LogisticSettings, Picking, Pool, ProtectedGroups, RareClasses, SanitiseSettings, Target, boost, group_report,
    label_issues, leaks, out_of_fold_by, reweighed, sanitise, shifts, stratified_folds,
};
use lustrate_table::{Column, Table};

fn table(columns: Vec<(&str, Vec<String>)>) -> Table {
    let column =
        |cells: Vec<String>| cells.iter().map(|cell| (!cell.is_empty()).then_some(cell.as_str())).collect::<Column>();
    Table::new(columns.into_iter().map(|(name, cells)| (name.to_owned(), column(cells))).collect()).unwrap()
}

fn cells(rows: usize, cell: impl Fn(usize) -> String) -> Vec<String> {
    (0..rows).map(cell).collect()
}

/// Tables with the target `t` and a column `g` of groups, by what is odd about them.
fn tables() -> Vec<(&'static str, Table)> {
    let yes_no = |row: usize| ["no", "yes"][row % 2].to_owned();
    let odd = |rows: usize, x: fn(usize) -> String, t: fn(usize) -> String| {
        table(vec![("x", cells(rows, x)), ("g", cells(rows, |row| format!("g{}", row % 3))), ("t", cells(rows, t))])
    };
    let number = |row: usize| (row * 7 % 11).to_string();
    vec![
        ("no rows", odd(0, number, yes_no)),
        ("one row", odd(1, number, yes_no)),
        ("two rows", odd(2, number, yes_no)),
        ("a class of one row", odd(40, number, |row| ["a", "b"][usize::from(row == 7)].to_owned())),
        ("labels missing", odd(40, number, |row| if row % 3 == 0 { String::new() } else { format!("t{}", row % 2) })),
        ("a hundred classes", odd(400, number, |row| format!("t{}", row % 100))),
        ("nothing but missing values", odd(40, |_| String::new(), yes_no)),
        ("a constant", odd(40, |_| "5".to_owned(), yes_no)),
        ("huge numbers", odd(60, |row| ["1e308", "-1e308", "0", "1e-308"][row % 4].to_owned(), yes_no)),
        ("one huge number", odd(60, |row| if row == 3 { "1e300".to_owned() } else { row.to_string() }, yes_no)),
        ("a copy of the target", odd(60, yes_no, yes_no)),
        ("a name each", odd(60, |row| format!("name {row}"), yes_no)),
    ]
}

#[test]
fn odd_tables_are_no_trouble() {
    let mut judged = 0;
    for (name, table) in tables() {
        let Ok(target) = Target::fit(&table, "t", 1, RareClasses::LeaveOut) else { continue };
        let groups = ProtectedGroups::new(&table, &["g".to_owned()]).unwrap();
        leaks(&table, &target, &[]).unwrap();
        let sides = [(); 2].map(|()| Compared { table: &table, groups: &groups });
        assert!(shifts(&sides[0], &sides[1]).iter().all(|shift| shift.stability == 0.0), "{name}");
        let Ok(space) = Featuriser::fit(&table, "t", &Default::default()) else { continue };
        let examples = space.examples(&table, &target).unwrap();
        let of_row = groups.of(&examples.rows);
        let folds = stratified_folds(&examples.y, 5, 1);
        // A hundred classes are as many trees a round.
        for learner in Learner::ALL.into_iter().filter(|&it| it != Learner::GradientBoosting || examples.classes < 10) {
            let p = out_of_fold_by(learner, &examples, None, &folds, &LogisticSettings::default(), 1);
            let finite = (0..p.len()).all(|row| p.row(row).iter().all(|share| share.is_finite()));
            assert!(finite, "{name}, {learner:?}: {p:?}");
            for ranking in [LabelRanking::Given, LabelRanking::Corrected] {
                let found = label_issues(&p, &examples.y, &LabelSettings { ranking, groups: Some(&of_row) });
                assert!(found.scores.iter().all(|score| score.is_finite()), "{name}, {ranking:?}");
                assert_eq!(found.joint.iter().flatten().sum::<usize>(), examples.len(), "{name}");
            }
            let trusted: Vec<usize> = (0..examples.len()).step_by(4).collect();
            for trusted in [None, Some(&trusted[..])] {
                let settings = SanitiseSettings { groups: Some(&of_row), learner, ..SanitiseSettings::default() };
                let found = sanitise(&examples, trusted, &settings);
                assert!(found.losses.iter().all(|loss| loss.is_finite()), "{name}, {learner:?}");
            }
        }
        let predicted: Vec<_> = examples.y.iter().copied().rev().collect();
        group_report(&groups, &of_row, &examples.y, Some(&predicted), None, examples.y[0]);
        assert!(reweighed(&of_row, &examples.y, None).iter().all(|weight| weight.is_finite()), "{name}");
        assert!(reweighed(&of_row, &examples.y, Some(&vec![0.0; of_row.len()])).iter().all(|weight| *weight == 0.0));
        judged += 1;
    }
    assert_eq!(judged, 10);
}

#[test]
fn odd_tables_are_boosted_and_cleaned_batch_by_batch() {
    for (name, table) in tables().into_iter().filter(|(name, _)| *name != "a hundred classes") {
        let Ok(target) = Target::fit(&table, "t", 1, RareClasses::LeaveOut) else { continue };
        for picking in [Picking::default(), Picking::AdaBoost { picks: 3 }] {
            let settings = BoostSettings { picking, ..BoostSettings::default() };
            if let Ok(boosted) = boost(&table, &target, &[], &settings) {
                let finite = |value: f64| value.is_finite();
                assert!(boosted.arms.iter().all(|arm| finite(arm.gain) && finite(arm.score.log_loss)), "{name}");
            }
        }
        let Ok(space) = Featuriser::fit(&table, "t", &Default::default()) else { continue };
        let examples = space.examples(&table, &target).unwrap();
        for doubt in [0.0, 0.5, 1.0] {
            let pool = Pool {
                dirty: &examples,
                current: &examples,
                doubt: &vec![doubt; examples.len()],
                columns: space.columns(),
                repaired: None,
                judges: &examples.select(&[]),
            };
            let mut active = Active::start(&pool, ActiveSettings { batch: 7, budget: 30, ..ActiveSettings::default() });
            active.run(&pool, |rows| (examples.x.select(rows), rows.iter().map(|&row| examples.y[row]).collect()));
            assert!(active.model().weights().iter().all(|weight| weight.is_finite()), "{name}");
        }
    }
}
