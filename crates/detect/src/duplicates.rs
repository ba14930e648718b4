//! Rows that are one thing, as the rules on duplicates say, and which of them stays.
//!
//! Rows of the same texts in all columns that an alternative names stand or fall together, so that one of them is
//! compared for all: a key that half of the table has costs no more than one that two rows have. What is joined through
//! others is one thing too (single linkage), in every alternative of a rule.

use std::cmp::Ordering;

use lustrate_rules::{Columns, Constraint, Constraints, Duplicates, Keep, Scope};
use lustrate_table::{AttributeId, RowId, Table};

use crate::checks::groups;
use crate::enumerate::compare_pairs;
use crate::joined::Joined;
use crate::pair_rule::PairRule;
use crate::shape::Shape;
use crate::typed::Typed;
use crate::{Budget, Coverage, RowSet};

/// What the rules on duplicates found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Duplication {
    /// The rows that are one thing, by the place of the rule, then by their first rows. A row is in at most one cluster of
    /// a rule.
    pub clusters: Vec<Cluster>,
    /// For each of [`Constraints::duplicates`] how much was looked at.
    pub coverage: Vec<Coverage>,
}

/// Two rows or more that are one thing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cluster {
    /// The place of the rule in [`Constraints::duplicates`].
    pub rule: usize,
    /// The rows, in order.
    pub rows: Vec<RowId>,
    /// The one that stays; `None` where the rule only reports.
    pub survivor: Option<RowId>,
}

/// The rows that are one thing by each of the rules on duplicates, with at most so many pairs compared one by one for each
/// alternative of a rule.
///
/// The same for any number of threads; permuting the rows permutes the clusters, and a survivor changes only between
/// equals, of which the first stays.
///
/// # Panics
/// When the constraints are bound to another schema and name attributes that the table does not have.
pub fn duplicates(table: &Table, constraints: &Constraints, budget: Budget) -> Duplication {
    let typed = Typed { table, columns: constraints.columns() };
    let mut found = Duplication::default();
    for (rule, duplicates) in constraints.duplicates().iter().enumerate() {
        let (sets, coverage) = sets(typed, constraints, duplicates, budget);
        found.coverage.push(coverage);
        found.clusters.extend(sets.into_iter().map(|rows| {
            let survivor = duplicates.keep.and_then(|keep| survivor(typed, keep, &rows));
            Cluster { rule, rows, survivor }
        }));
    }
    found
}

/// The rows that the alternatives of a rule join.
fn sets(
    typed: Typed,
    constraints: &Constraints,
    duplicates: &Duplicates,
    budget: Budget,
) -> (Vec<Vec<RowId>>, Coverage) {
    let mut joined = Joined::new(typed.table.rows());
    let (mut compared, mut of) = (0, 0);
    for &alternative in &duplicates.alternatives {
        let constraint = constraints.get(alternative);
        if constraint.scope == Scope::Pair {
            let coverage = join(typed, constraint, budget, &mut joined);
            compared += coverage.0;
            of += coverage.1;
        }
    }
    let coverage = if compared == of { Coverage::Complete } else { Coverage::Partial { compared, of } };
    (joined.sets(), coverage)
}

/// Joins the rows that satisfy a constraint together; gives how many pairs were compared, and of how many.
fn join(typed: Typed, constraint: &Constraint, budget: Budget, joined: &mut Joined) -> (u64, u64) {
    let mut attributes: Vec<AttributeId> = constraint.cells().iter().map(|cell| cell.attribute).collect();
    attributes.sort_unstable();
    attributes.dedup();
    let alike = groups(typed.table, &attributes, &RowSet::full(typed.table.rows())).rows_by_group();
    let mut firsts = RowSet::empty(typed.table.rows());
    firsts.extend(alike.iter().map(|rows| rows[0]));
    let shape = Shape::new(constraint);
    let mut rule = PairRule::new(typed, &shape);
    rule.a.retain(|row| firsts.contains(row));
    rule.b.retain(|row| firsts.contains(row));
    let found = compare_pairs(&mut rule, budget);
    let mut paired = RowSet::empty(typed.table.rows());
    for &(a, b) in &found.pairs {
        joined.join(a, b);
        paired.extend([a, b]);
    }
    // What a row is joined to, its copies are joined to as well.
    for rows in alike.iter().filter(|rows| rows.len() > 1) {
        if paired.contains(rows[0]) || joins_its_copies(typed, constraint, rows[0]) {
            rows[1..].iter().for_each(|&copy| joined.join(rows[0], copy));
        }
    }
    (found.compared, found.of)
}

/// Whether a row and another of the same texts satisfy a constraint.
fn joins_its_copies(typed: Typed, constraint: &Constraint, row: RowId) -> bool {
    constraint.is_broken(typed.columns, &|cell| typed.table.column(cell.attribute).text(row))
}

/// The row that stays.
fn survivor(typed: Typed, keep: Keep, rows: &[RowId]) -> Option<RowId> {
    let table = typed.table;
    match keep {
        Keep::First => rows.first().copied(),
        Keep::Last => rows.last().copied(),
        Keep::MostComplete => {
            let missing = |row: RowId| {
                table.schema().ids().filter(|&attribute| table.column(attribute).code(row).is_null()).count()
            };
            rows.iter().copied().min_by_key(|&row| missing(row))
        }
        Keep::Newest(attribute) => {
            let text = |row: RowId| table.column(attribute).text(row);
            let newer = |newest: RowId, row: RowId| {
                if by_age(typed.columns, attribute, text(row), text(newest)).is_gt() { row } else { newest }
            };
            rows.iter().copied().reduce(newer)
        }
    }
}

/// The order from old to new: what is missing, what reads as no number by its text, then numbers, days and times.
fn by_age(columns: &Columns, attribute: AttributeId, one: Option<&str>, other: Option<&str>) -> Ordering {
    let number = |text: Option<&str>| columns.number(attribute, text?).filter(|number| !number.is_nan());
    match (number(one), number(other)) {
        (Some(one), Some(other)) => one.total_cmp(&other),
        (None, None) => one.cmp(&other),
        (one, other) => one.is_some().cmp(&other.is_some()),
    }
}
