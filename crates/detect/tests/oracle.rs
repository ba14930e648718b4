//! Detection against a reader of the definition: every pair of rows, every set of rows to change.

mod brute;
mod random;

use brute::Oracle;
use lustrate_detect::{
    Basis, Budget, Coverage, Detection, Violations, blame, count_violating_pairs, detect, detect_within, violating_rows,
};
use lustrate_rules::{Constraint, ConstraintId, Constraints, Predicate, Presence, Scope};
use lustrate_table::{Column, RowId, Table};
use proptest::prelude::*;
use random::{columns, random_constraint, random_table};

fn only(detection: &Detection) -> &Violations {
    detection.of(ConstraintId(0))
}

fn of_one(constraint: &Constraint) -> Constraints {
    Constraints::new(vec![constraint.clone()]).with_columns(columns())
}

fn blamed_rows(violations: &Violations) -> Vec<usize> {
    let mut rows: Vec<usize> = violations.blame.cells.iter().map(|cell| cell.row.index()).collect();
    rows.dedup();
    rows
}

/// Whether a missing value may break the constraint.
fn asks(constraint: &Constraint) -> bool {
    let missing = Presence::Missing;
    let asks = |predicate: &Predicate| matches!(predicate, Predicate::Null { presence, .. } if *presence == missing);
    constraint.counts_null() || constraint.predicates.iter().any(asks)
}

/// The table with its rows in another order: row `i` is row `order[i]` of the old one.
fn permuted(table: &Table, order: &[usize]) -> Table {
    let column = |id| order.iter().map(|&row| table.column(id).text(RowId(row as u32))).collect::<Column>();
    let schema = table.schema();
    Table::new(schema.ids().map(|id| (schema.name(id).to_owned(), column(id))).collect()).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1500))]

    #[test]
    fn rows_and_pairs_are_those_of_the_definition(table in random_table(12), constraint in random_constraint()) {
        let oracle = Oracle::new(&table, &constraint);
        let detection = detect(&table, &of_one(&constraint));
        let violations = only(&detection);
        prop_assert_eq!(violations.coverage, Coverage::Complete);
        prop_assert_eq!(violations.rows.iter().map(RowId::index).collect::<Vec<_>>(), oracle.rows());
        prop_assert_eq!(violations.pairs, oracle.pairs());
    }

    #[test]
    fn a_change_of_the_blamed_rows_leaves_no_violation(table in random_table(12), constraint in random_constraint()) {
        let oracle = Oracle::new(&table, &constraint);
        let detection = detect(&table, &of_one(&constraint));
        let blamed = blamed_rows(only(&detection));
        prop_assert!(oracle.is_satisfied_without(&blamed));
        prop_assert!(blamed.iter().all(|row| oracle.rows().contains(row)));
    }

    #[test]
    fn the_smallest_blame_is_the_union_of_the_smallest_changes(
        table in random_table(9),
        constraint in random_constraint(),
    ) {
        let oracle = Oracle::new(&table, &constraint);
        let detection = detect(&table, &of_one(&constraint));
        let violations = only(&detection);
        let (least, union) = oracle.smallest_changes();
        prop_assert_eq!(violations.blame.changes, least);
        if violations.blame.basis == Basis::Smallest {
            prop_assert_eq!(blamed_rows(violations), union);
        }
    }

    #[test]
    fn a_change_to_null_of_the_blamed_cells_leaves_no_violation(
        table in random_table(12),
        constraint in random_constraint().prop_filter("missing values take part", |constraint| !asks(constraint)),
    ) {
        let constraints = of_one(&constraint);
        let mut mended = table.clone();
        only(&detect(&table, &constraints)).blame.cells.iter().for_each(|&cell| mended.set(cell, None));
        prop_assert!(!only(&detect(&mended, &constraints)).any());
    }

    #[test]
    fn permuting_rows_permutes_what_is_found(
        (table, order) in random_table(12).prop_flat_map(|table| {
            let order = Just((0..table.rows()).collect::<Vec<_>>()).prop_shuffle();
            (Just(table), order)
        }),
        constraint in random_constraint(),
    ) {
        let constraints = of_one(&constraint);
        let (before, after) = (detect(&table, &constraints), detect(&permuted(&table, &order), &constraints));
        let mut back: Vec<_> = only(&after).blame.cells.clone();
        back.iter_mut().for_each(|cell| cell.row = RowId(order[cell.row.index()] as u32));
        back.sort_unstable();
        prop_assert_eq!(&only(&before).blame.cells, &back);
        prop_assert_eq!(only(&before).blame.changes, only(&after).blame.changes);
        prop_assert_eq!(only(&before).pairs, only(&after).pairs);
    }

    #[test]
    fn what_is_asked_alone_is_what_is_found_with_all(
        table in random_table(12),
        constraint in random_constraint(),
        budget in prop::sample::select(vec![Budget(10), Budget::default()]),
    ) {
        let (constraints, id) = (of_one(&constraint), ConstraintId(0));
        let detection = detect_within(&table, &constraints, budget);
        let all = only(&detection);
        let rows = violating_rows(&table, &constraints, id, budget);
        let pairs = count_violating_pairs(&table, &constraints, id, budget);
        let blamed = blame(&table, &constraints, id, budget);
        prop_assert_eq!((&rows.answer, pairs.answer, &blamed.answer), (&all.rows, all.pairs, &all.blame));
        prop_assert_eq!([rows.coverage, pairs.coverage, blamed.coverage], [all.coverage; 3]);
    }

    #[test]
    fn left_sides_that_constraints_share_change_nothing(
        table in random_table(30),
        constraints in prop::collection::vec(random_constraint(), 1..4),
    ) {
        // Each twice, so that every left side is shared.
        let constraints = [constraints.clone(), constraints].concat();
        let together = Constraints::new(constraints.clone()).with_columns(columns());
        let together = detect_within(&table, &together, Budget(60));
        for (found, constraint) in together.violations().iter().zip(&constraints) {
            let alone = detect_within(&table, &of_one(constraint), Budget(60));
            prop_assert_eq!(&Violations { constraint: ConstraintId(0), ..found.clone() }, only(&alone));
        }
    }

    #[test]
    fn a_short_budget_finds_only_what_is_there_and_says_so(
        table in random_table(12),
        constraint in random_constraint(),
        budget in 0u64..40,
    ) {
        let oracle = Oracle::new(&table, &constraint);
        let detection = detect_within(&table, &of_one(&constraint), Budget(budget));
        let violations = only(&detection);
        let rows: Vec<usize> = violations.rows.iter().map(RowId::index).collect();
        prop_assert!(rows.iter().all(|row| oracle.rows().contains(row)));
        match violations.coverage {
            Coverage::Complete => {
                prop_assert_eq!(rows, oracle.rows());
                prop_assert!(oracle.is_satisfied_without(&blamed_rows(violations)));
            }
            Coverage::Partial { compared, of } => {
                prop_assert!(compared <= budget && compared < of);
                prop_assert!(violations.pairs <= oracle.pairs());
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn the_number_of_threads_changes_nothing(
        table in random_table(60),
        constraints in prop::collection::vec(random_constraint(), 1..5),
    ) {
        let constraints = Constraints::new(constraints).with_columns(columns());
        let with = |threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| detect_within(&table, &constraints, Budget(500)))
        };
        prop_assert_eq!(with(1), with(4));
    }
}

#[test]
fn the_generator_reaches_every_basis_and_both_scopes() {
    use proptest::strategy::ValueTree;
    use proptest::test_runner::TestRunner;
    let mut runner = TestRunner::deterministic();
    let mut seen = [0usize; 4];
    for _ in 0..2000 {
        let table = random_table(12).new_tree(&mut runner).unwrap().current();
        let constraint = random_constraint().new_tree(&mut runner).unwrap().current();
        let detection = detect_within(&table, &of_one(&constraint), Budget(20));
        let violations = only(&detection);
        if violations.any() {
            seen[violations.blame.basis as usize] += 1;
            seen[2] += usize::from(constraint.scope == Scope::Row);
        }
        seen[3] += usize::from(violations.coverage != Coverage::Complete);
    }
    assert!(seen.iter().all(|&times| times >= 5), "smallest, greedy, row, partial: {seen:?}");
}
