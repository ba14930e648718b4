//! Rows that are set apart: those that cannot satisfy a hard rule, so that the output satisfies it, and those that are
//! one thing with a row that stays.

use std::collections::{BTreeMap, BTreeSet};

use lustrate_detect::{Budget, Detection, SameThing, Violations, detect, duplicates, unknown_keys};
use lustrate_rules::{ConstraintId, Constraints, Scope, Strength};
use lustrate_table::{RowId, Table};

use crate::repairs::{Decision, Repair, Repairs, Withheld};
use crate::same_thing::same_thing_words;

/// Why a row is set apart.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Apart {
    /// It breaks this hard rule.
    Breaks(ConstraintId),
    /// Its keys are in no row of the reference of this hard lookup; the place in [`Constraints::lookups`].
    Unknown(usize),
    /// It is one thing with another row.
    Duplicate {
        /// The place of the rule in [`Constraints::duplicates`].
        rule: usize,
        /// The row that stays.
        of: RowId,
        /// Where that is a matter of probability: the row with which it is one thing, that one or another that is one thing
        /// with it, and why, in words.
        why: Option<(RowId, String)>,
    },
}

/// The rows of a repaired table that have to go for all hard rules to hold and for each thing to be there once where a
/// rule on duplicates says which row to keep, each with the reasons. `detection` is that of the table.
///
/// Of a rule on single rows these are the rows that break it; of a rule on pairs those to blame, which are few: both
/// rows of a pair where nothing tells which of them is wrong. Duplicates are looked for among the rows that stay.
pub fn quarantine(table: &Table, constraints: &Constraints, detection: &Detection) -> BTreeMap<RowId, BTreeSet<Apart>> {
    let mut apart: BTreeMap<RowId, BTreeSet<Apart>> = BTreeMap::new();
    for unknown in unknown_keys(table, constraints) {
        if constraints.lookups()[unknown.lookup].strength == Strength::Hard {
            for row in unknown.rows.iter() {
                apart.entry(row).or_default().insert(Apart::Unknown(unknown.lookup));
            }
        }
    }
    // Without the rows to blame a rule holds, except where a budget ended the search; then what is left is looked at again.
    let mut rows: Vec<RowId> = table.row_ids().collect();
    let mut found = broken(constraints, detection);
    while !found.is_empty() {
        for (place, rules) in found {
            apart.entry(rows[place.index()]).or_default().extend(rules.into_iter().map(Apart::Breaks));
        }
        rows.retain(|row| !apart.contains_key(row));
        found = broken(constraints, &detect(&table.select(&rows), constraints));
    }
    set_duplicates_apart(table, constraints, &mut apart);
    apart
}

/// Leaves for review the repairs of rows that are set apart: those go to a file of their own as they were read.
pub fn withhold_apart(repairs: &mut Repairs, apart: &BTreeMap<RowId, BTreeSet<Apart>>) {
    let is_apart = |repair: &&mut Repair| repair.decision == Decision::Apply && apart.contains_key(&repair.cell.row);
    repairs.items.iter_mut().filter(is_apart).for_each(|repair| repair.withhold(Withheld::SetApart));
}

/// Adds the rows that are one thing with one that stays, by the rules that say which. Each rule looks at the rows that
/// those before it left.
fn set_duplicates_apart(table: &Table, constraints: &Constraints, apart: &mut BTreeMap<RowId, BTreeSet<Apart>>) {
    let keeps = |rule: usize| {
        let duplicates = &constraints.duplicates()[rule];
        duplicates.keep.is_some() && duplicates.strength.repairs()
    };
    for rule in (0..constraints.duplicates().len()).filter(|&rule| keeps(rule)) {
        let rows: Vec<RowId> = table.row_ids().filter(|row| !apart.contains_key(row)).collect();
        let found = duplicates(&table.select(&rows), constraints, Budget::default());
        for cluster in found.clusters.iter().filter(|cluster| cluster.rule == rule) {
            let Some(survivor) = cluster.survivor else { continue };
            let of = rows[survivor.index()];
            for &row in cluster.rows.iter().filter(|&&row| row != survivor) {
                let told = cluster.evidence.iter().find(|told| told.row == row);
                let words = |told: &SameThing| same_thing_words(table.schema(), &told.waterfall);
                let why = told.map(|told| (rows[told.with.index()], words(told)));
                apart.entry(rows[row.index()]).or_default().insert(Apart::Duplicate { rule, of, why });
            }
        }
    }
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
