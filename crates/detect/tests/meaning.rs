//! What is found and blamed, constraint by constraint.

use lustrate_detect::{Basis, Budget, Coverage, Violations, detect, detect_within};
use lustrate_diagnostic::Span;
use lustrate_rules::Comparison::{Equal, Greater, GreaterOrEqual, Less, NotEqual};
use lustrate_rules::{
    CellOf, Changes, Compare, Comparison, Constraint, ConstraintId, Constraints, Domain, Operand, Predicate, Reference,
    ReferenceId, RuleOrigin, Scope, Strength, Tuple,
};
use lustrate_table::{AttributeId, Column, RowId, Table};
use std::sync::Arc;

/// A table from its rows; `-` is a missing cell, a space parts the cells.
fn table(rows: &[&str]) -> Table {
    let rows: Vec<Vec<&str>> = rows.iter().map(|row| row.split(' ').collect()).collect();
    let column = |place: usize| rows.iter().map(|row| (row[place] != "-").then_some(row[place])).collect::<Column>();
    Table::new((0..rows[0].len()).map(|place| (format!("c{place}"), column(place))).collect()).unwrap()
}

fn cell(tuple: Tuple, attribute: u32) -> CellOf {
    CellOf { tuple, attribute: AttributeId(attribute) }
}

/// `a.left ? b.right`, as numbers where it is an order and as text elsewhere.
fn between(left: u32, comparison: Comparison, right: u32) -> Predicate {
    let domain = if matches!(comparison, Equal | NotEqual) { Domain::Text } else { Domain::Number };
    let right = Operand::Cell(cell(Tuple::B, right));
    Predicate::Compare(Compare { left: cell(Tuple::A, left), comparison, right, domain })
}

/// `tuple.attribute ? constant`.
fn own(tuple: Tuple, attribute: u32, comparison: Comparison, constant: &str, domain: Domain) -> Predicate {
    let right = Operand::Constant(constant.into());
    Predicate::Compare(Compare { left: cell(tuple, attribute), comparison, right, domain })
}

fn constraints(scope: Scope, predicates: Vec<Predicate>) -> Constraints {
    let origin = RuleOrigin { file: "meaning.rules".into(), line: 1, span: Span::new(0, 1) };
    Constraints::new(vec![Constraint {
        name: "rule".into(),
        origin,
        scope,
        predicates,
        strength: Strength::Hard,
        changes: Changes::Any,
    }])
}

fn pair(table: &Table, predicates: Vec<Predicate>) -> Violations {
    detect(table, &constraints(Scope::Pair, predicates)).of(ConstraintId(0)).clone()
}

fn row(table: &Table, predicates: Vec<Predicate>) -> Violations {
    detect(table, &constraints(Scope::Row, predicates)).of(ConstraintId(0)).clone()
}

fn rows(violations: &Violations) -> Vec<u32> {
    violations.rows.iter().map(|row| row.0).collect()
}

/// The blamed cells as (row, attribute).
fn blamed(violations: &Violations) -> Vec<(u32, u32)> {
    violations.blame.cells.iter().map(|cell| (cell.row.0, cell.attribute.0)).collect()
}

fn fd() -> Vec<Predicate> {
    vec![between(0, Equal, 0), between(1, NotEqual, 1)]
}

#[test]
fn the_minority_of_a_group_is_to_blame() {
    let found = pair(&table(&["k x", "k x", "k y", "l z"]), fd());
    assert_eq!(rows(&found), [0, 1, 2]);
    assert_eq!(found.pairs, Some(2));
    assert_eq!(blamed(&found), [(2, 1)]);
    assert_eq!((found.blame.changes, found.blame.basis), (1, Basis::Smallest));
}

#[test]
fn in_a_tie_all_sides_are_to_blame_and_one_has_to_change() {
    let found = pair(&table(&["k x", "k y"]), fd());
    assert_eq!(blamed(&found), [(0, 1), (1, 1)]);
    assert_eq!((found.pairs, found.blame.changes), (Some(1), 1));
}

#[test]
fn a_missing_value_violates_nothing() {
    assert!(!pair(&table(&["k x", "k -", "- y", "- z"]), fd()).any());
    assert!(!row(&table(&["-", "2"]), vec![own(Tuple::A, 0, NotEqual, "2", Domain::Text)]).any());
}

#[test]
fn a_missing_value_that_counts_is_one_like_any_other() {
    let counting = fd().into_iter().map(|predicate| match predicate {
        Predicate::Compare(compare) => Predicate::Compare(Compare { domain: Domain::TextOrNull, ..compare }),
        other => other,
    });
    let counting: Vec<Predicate> = counting.collect();
    let table = table(&["x 1", "x 1", "x -", "- 2", "- 2", "- -", "y -", "y -", "- 2"]);
    let violations = pair(&table, counting.clone());
    assert_eq!((rows(&violations), violations.pairs), (vec![0, 1, 2, 3, 4, 5, 8], Some(5)));
    assert_eq!(blamed(&violations), [(2, 1), (5, 1)]);
    assert_eq!(rows(&row(&table, vec![counting[0].renamed(|_| Tuple::A)])), (0..9).collect::<Vec<_>>());
}

#[test]
fn a_repeated_key_blames_all_rows_that_have_it() {
    let found = pair(&table(&["k", "l", "k", "k"]), vec![between(0, Equal, 0)]);
    assert_eq!(blamed(&found), [(0, 0), (2, 0), (3, 0)]);
    assert_eq!((found.pairs, found.blame.changes), (Some(3), 2));
}

#[test]
fn one_row_out_of_order_is_to_blame_for_all_its_violations() {
    let order = vec![between(0, Equal, 0), between(1, Greater, 1), between(2, Less, 2)];
    let found = pair(&table(&["s 10 1", "s 20 9", "s 30 3", "s 40 4", "t 5 9"]), order);
    assert_eq!(rows(&found), [1, 2, 3]);
    assert_eq!(found.pairs, Some(2));
    assert_eq!(blamed(&found), [(1, 1), (1, 2)]);
}

#[test]
fn numbers_are_compared_as_numbers_and_words_are_unknown() {
    let order = || vec![between(0, Greater, 0), between(1, Less, 1)];
    assert!(!pair(&table(&["9 1", "10 2", "x 0"]), order()).any());
    assert_eq!(rows(&pair(&table(&["9 2", "10 1", "x 0"]), order())), [0, 1]);
}

#[test]
fn each_role_is_blamed_for_its_own_cells() {
    // No parent is younger than a child: a.child = b.name and a.age < b.age.
    let family = table(&["ann bob 30", "bob - 40", "cid bob 70"]);
    let found = pair(&family, vec![between(1, Equal, 0), between(2, Less, 2)]);
    assert_eq!(rows(&found), [0, 1]);
    assert_eq!(blamed(&found), [(0, 2), (1, 2)]);
    let names = pair(&family, vec![between(1, Equal, 0)]);
    assert_eq!(rows(&names), [0, 1, 2]);
    assert_eq!(blamed(&names), [(1, 0)]);
    assert_eq!(names.blame.basis, Basis::Greedy);
}

#[test]
fn a_row_is_no_pair_with_itself() {
    assert!(!pair(&table(&["x x", "y z"]), vec![between(0, Equal, 1)]).any());
    assert!(!pair(&table(&["1", "-"]), vec![between(0, GreaterOrEqual, 0)]).any());
}

#[test]
fn a_condition_keeps_other_rows_out_of_its_role() {
    let condition = |tuple| own(tuple, 2, Equal, "uk", Domain::FoldedText);
    let both = || fd().into_iter().chain([condition(Tuple::A), condition(Tuple::B)]).collect();
    let shops = table(&["k x uk", "k x UK", "k y Uk", "k z fr"]);
    let found = pair(&shops, both());
    assert_eq!((rows(&found), blamed(&found)), (vec![0, 1, 2], vec![(2, 1)]));
    let one = pair(&shops, fd().into_iter().chain([condition(Tuple::A)]).collect());
    assert_eq!(rows(&one), [0, 1, 2, 3]);
    assert_eq!(one.pairs, Some(4 + 3));
}

#[test]
fn a_difference_beside_an_order_is_counted_too() {
    let rule = vec![between(0, NotEqual, 0), between(1, Greater, 1), between(2, Less, 2)];
    let found = pair(&table(&["s 20 1", "s 10 2", "t 10 2"]), rule);
    assert_eq!((rows(&found), found.pairs), (vec![0, 2], Some(1)));
}

#[test]
fn a_row_that_breaks_a_rule_of_its_own_is_blamed_in_every_cell_that_the_rule_names() {
    let within = Predicate::Compare(Compare {
        left: cell(Tuple::A, 0),
        comparison: Greater,
        right: Operand::Cell(cell(Tuple::A, 2)),
        domain: Domain::Number,
    });
    let visits = table(&["3 x 10", "30 x 4", "30 y 4", "x x 4"]);
    let found = row(&visits, vec![within, own(Tuple::A, 1, Equal, "x", Domain::Text)]);
    assert_eq!(rows(&found), [1]);
    assert_eq!(blamed(&found), [(1, 0), (1, 1), (1, 2)]);
    assert_eq!((found.pairs, found.blame.changes), (None, 1));
}

#[test]
fn a_constant_that_is_no_number_is_unknown_to_numbers() {
    assert!(!row(&table(&["1", "2"]), vec![own(Tuple::A, 0, NotEqual, "many", Domain::Number)]).any());
}

#[test]
fn a_budget_that_runs_out_is_told() {
    let rule = || constraints(Scope::Pair, vec![between(0, Less, 0), between(1, Less, 1), between(2, Less, 2)]);
    let rows: Vec<String> = (0..20).map(|i| format!("{i} {i} {i}")).collect();
    let table = table(&rows.iter().map(String::as_str).collect::<Vec<_>>());
    let short = detect_within(&table, &rule(), Budget(100));
    let found = short.of(ConstraintId(0));
    assert_eq!(found.coverage, Coverage::Partial { compared: 95, of: 361 });
    assert!(found.any() && found.pairs < Some(190));
    let whole = detect(&table, &rule());
    assert_eq!(whole.of(ConstraintId(0)).coverage, Coverage::Complete);
    assert_eq!(whole.of(ConstraintId(0)).pairs, Some(190));
}

#[test]
fn a_cover_without_a_budget_still_finds_the_row_that_all_conflicts_share() {
    // Row 7 stands in conflict with every other row; the difference in the last column keeps it from the chain.
    let rows: Vec<String> = (0..30).map(|i| if i == 7 { "99 0 z".into() } else { format!("{i} {i} v{i}") }).collect();
    let table = table(&rows.iter().map(String::as_str).collect::<Vec<_>>());
    let rule = vec![between(0, Greater, 0), between(1, Less, 1), between(2, NotEqual, 2)];
    let detection = detect_within(&table, &constraints(Scope::Pair, rule), Budget(0));
    let found = detection.of(ConstraintId(0));
    assert_eq!(found.pairs, Some(28));
    assert_eq!(blamed(found), [(7, 0), (7, 1), (7, 2)]);
}

#[test]
fn a_value_that_no_row_of_the_reference_has_breaks_the_lookup() {
    let zips = table(&["10001 york", "20002 rome", "20002 oslo", "30003 -"]);
    let reference = Reference { name: "zips.csv".into(), table: Arc::new(zips) };
    let rules = constraints(Scope::Reference(ReferenceId(0)), fd()).with_references(vec![reference]);
    let visits = table(&["10001 york", "10001 bonn", "20002 oslo", "20002 bonn", "30003 bonn", "4 bonn", "10001 -"]);
    let found = detect(&visits, &rules);
    assert_eq!(rows(found.of(ConstraintId(0))), [1, 3]);
    assert_eq!(blamed(found.of(ConstraintId(0))), [(1, 1), (3, 1)]);
}

#[test]
fn an_empty_table_violates_nothing() {
    let empty = Table::new(vec![("c0".into(), Column::default()), ("c1".into(), Column::default())]).unwrap();
    let found = pair(&empty, fd());
    assert!(!found.any() && found.blame.cells.is_empty());
    assert!(!pair(&empty, vec![between(0, Greater, 0), between(1, Less, 1)]).any());
}

#[test]
fn suspects_are_listed_with_all_constraints_that_blame_them() {
    let both: Vec<Constraint> = [fd(), vec![between(2, Equal, 2), between(1, NotEqual, 1)]]
        .into_iter()
        .map(|predicates| constraints(Scope::Pair, predicates).get(ConstraintId(0)).clone())
        .collect();
    let suspects = detect(&table(&["k x u", "k x u", "k y u"]), &Constraints::new(both)).suspect_cells();
    assert_eq!(suspects.len(), 1);
    assert_eq!((suspects[0].cell.row, suspects[0].cell.attribute), (RowId(2), AttributeId(1)));
    assert_eq!(suspects[0].blamed_by, [ConstraintId(0), ConstraintId(1)]);
}
