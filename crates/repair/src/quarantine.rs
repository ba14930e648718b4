//! Rows that cannot satisfy a hard rule: they are set apart, so that the output satisfies it.

use std::collections::{BTreeMap, BTreeSet};

use lustrate_detect::{Detection, Violations, detect};
use lustrate_rules::{ConstraintId, Constraints, Scope, Strength};
use lustrate_table::{RowId, Table};

/// The rows of a repaired table that have to go for all hard rules to hold, each with the rules that it breaks.
///
/// Of a rule on single rows these are the rows that break it; of a rule on pairs those to blame, which are few: both
/// rows of a pair where nothing tells which of them is wrong. `detection` is that of the table.
pub fn quarantine(
    table: &Table,
    constraints: &Constraints,
    detection: &Detection,
) -> BTreeMap<RowId, BTreeSet<ConstraintId>> {
    let mut apart: BTreeMap<RowId, BTreeSet<ConstraintId>> = BTreeMap::new();
    // Without the rows to blame a rule holds, except where a budget ended the search; then what is left is looked at again.
    let mut rows: Vec<RowId> = table.row_ids().collect();
    let mut found = broken(constraints, detection);
    while !found.is_empty() {
        for (place, rules) in found {
            apart.entry(rows[place.index()]).or_default().extend(rules);
        }
        rows.retain(|row| !apart.contains_key(row));
        found = broken(constraints, &detect(&table.select(&rows), constraints));
    }
    apart
}

/// The rows to blame for violations of hard rules.
fn broken(constraints: &Constraints, detection: &Detection) -> BTreeMap<RowId, BTreeSet<ConstraintId>> {
    let mut rows: BTreeMap<RowId, BTreeSet<ConstraintId>> = BTreeMap::new();
    for (id, constraint) in constraints.iter().filter(|(_, constraint)| constraint.strength == Strength::Hard) {
        let violations = detection.of(id);
        for row in to_blame(violations, constraint.scope) {
            rows.entry(row).or_default().insert(id);
        }
    }
    rows
}

fn to_blame(violations: &Violations, scope: Scope) -> BTreeSet<RowId> {
    let blamed: BTreeSet<RowId> = violations.blame.cells.iter().map(|cell| cell.row).collect();
    if scope == Scope::Pair && !blamed.is_empty() { blamed } else { violations.rows.iter().collect() }
}
