//! Rules on single rows, and dependencies that hold on a condition.

use lustrate_repair::Decision;
use lustrate_rules::{ColumnRole, ColumnRule, Columns};
use lustrate_table::{AttributeId, CellId, RowId};

use super::*;

fn texts(rows: &[[&str; 3]]) -> Vec<Vec<String>> {
    rows.iter().map(|row| row.map(str::to_owned).to_vec()).collect()
}

/// Forty rows, of area codes with a city each.
fn areas() -> Vec<[&'static str; 3]> {
    (0..40).map(|row| if row % 2 == 0 { ["212", "New York", "a"] } else { ["312", "Chicago", "b"] }).collect()
}

#[test]
fn a_constant_that_a_hard_rule_names_is_written() {
    let mut rows = areas();
    rows[4] = ["212", "Newark", "a"];
    let table = table(&["area", "city", "plan"], &texts(&rows));
    let constraints = constraints("if area = \"212\" then city = \"New York\" hard", &table);
    let repairs = repairs(&table, &constraints);
    let cell = CellId { row: RowId(4), attribute: AttributeId(1) };
    let repair = repairs.iter().find(|repair| repair.cell == cell).expect("the city is changed");
    assert_eq!((repair.new.as_deref(), repair.decision), (Some("New York"), Decision::Apply));
    assert_adds_up(&posterior(&table, &constraints));
}

#[test]
fn a_rule_that_is_only_to_warn_moves_no_posterior() {
    let mut rows = areas();
    rows[4] = ["212", "Newark", "a"];
    let table = table(&["area", "city", "plan"], &texts(&rows));
    let constraints = constraints("if area = \"212\" then city = \"New York\" warn", &table);
    let detection = detect(&table, &constraints);
    assert!(concerned(&table, &constraints, &detection).is_empty());
}

#[test]
fn a_hard_dependency_asks_the_rows_of_its_group() {
    let mut rows = areas();
    rows[4] = ["212", "Chicago", "a"];
    let table = table(&["area", "city", "plan"], &texts(&rows));
    let constraints = constraints("fd area -> city hard", &table);
    let posterior = posterior(&table, &constraints);
    let cell = CellId { row: RowId(4), attribute: AttributeId(1) };
    let cell = posterior.cells.iter().find(|found| found.cell == cell).expect("the city is doubtful");
    assert_eq!(cell.candidates[0].value.as_deref(), Some("New York"));
    assert_adds_up(&posterior);
}

#[test]
fn a_conditional_dependency_asks_only_the_rows_of_its_condition() {
    let mut rows: Vec<[&str; 3]> =
        (0..40).map(|row| if row % 2 == 0 { ["1", "High Street", "UK"] } else { ["1", "Rue Haute", "FR"] }).collect();
    rows[4][1] = "Low Lane";
    rows[5][1] = "Rue Basse";
    let table = table(&["zip", "street", "country"], &texts(&rows));
    let constraints = constraints("fd zip -> street when country = \"UK\"", &table);
    let detection = detect(&table, &constraints);
    let rows: Vec<u32> = concerned(&table, &constraints, &detection).iter().map(|cell| cell.row.0).collect();
    assert_eq!(rows, [4, 4]);
    let posterior = posterior(&table, &constraints);
    let cell = CellId { row: RowId(4), attribute: AttributeId(1) };
    let street = posterior.cells.iter().find(|found| found.cell == cell).expect("the street is doubtful");
    assert_eq!(street.candidates[0].value.as_deref(), Some("High Street"));
    assert_adds_up(&posterior);
}

#[test]
fn a_protected_column_is_not_changed_by_what_was_only_learned() {
    let mut rows = areas();
    rows[4] = ["212", "Chicago", "a"];
    let table = table(&["area", "city", "plan"], &texts(&rows));
    let rules = "fd area -> city";
    let plain = constraints(rules, &table);
    let open = |repairs: Vec<Repair>| repairs.iter().filter(|repair| repair.decision == Decision::Apply).count();
    assert_eq!(open(repairs(&table, &plain)), 1);
    let protected = ColumnRule { roles: [ColumnRole::Protected].into(), ..ColumnRule::default() };
    let columns = Columns::new(vec![ColumnRule::default(), protected]);
    assert_eq!(open(repairs(&table, &plain.with_columns(columns))), 0);
}

#[test]
fn a_row_that_breaks_no_rule_is_not_brought_up_because_a_rule_names_its_columns() {
    let mut rows = areas();
    rows[4] = ["212", "New Yrok", "a"];
    let table = table(&["area", "city", "plan"], &texts(&rows));
    let constraints = constraints("deny city = \"Chicago\" and plan = \"a\" hard", &table);
    let posterior = posterior(&table, &constraints);
    assert!(posterior.cells.iter().all(|cell| cell.contradiction.is_none()));
    assert_adds_up(&posterior);
}
