//! Rows that are one thing, as the rules on duplicates say, and which of them stays.
//!
//! Rows of the same texts in all columns that an alternative names stand or fall together, so that one of them is
//! compared for all: a key that half of the table has costs no more than one that two rows have. What is joined through
//! others is one thing too (single linkage), in every alternative of a rule. Where a rule asks how probable it is that rows
//! are one thing, [`Records`] says so, and why.

use std::cmp::Ordering;

use lustrate_link::{RecordSettings, Records, Waterfall};
use lustrate_rules::{Columns, Constraint, Constraints, Duplicates, Keep, Likely, Scope};
use lustrate_table::{AttributeId, RowId, Table};

use crate::checks::groups;
use crate::enumerate::compare_pairs;
use crate::joined::Joined;
use crate::pair_rule::PairRule;
use crate::shape::Shape;
use crate::typed::Typed;
use crate::{Budget, Coverage, RowSet};

/// What the rules on duplicates found.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Duplication {
    /// The rows that are one thing, by the place of the rule, then by their first rows. A row is in at most one cluster of
    /// a rule.
    pub clusters: Vec<Cluster>,
    /// For each of [`Constraints::duplicates`] how much was looked at.
    pub coverage: Vec<Coverage>,
}

/// Two rows or more that are one thing.
#[derive(Clone, Debug, PartialEq)]
pub struct Cluster {
    /// The place of the rule in [`Constraints::duplicates`].
    pub rule: usize,
    /// The rows, in order.
    pub rows: Vec<RowId>,
    /// The one that stays; `None` where the rule only reports.
    pub survivor: Option<RowId>,
    /// Why each row but the one that stays, or the first, is of the cluster, in order: none where the rule is told when rows are
    /// one thing.
    pub evidence: Vec<SameThing>,
}

/// Why a row is one thing with another.
#[derive(Clone, Debug, PartialEq)]
pub struct SameThing {
    /// The row.
    pub row: RowId,
    /// The one that stays, or the first, where the two are one thing rather than not; else the one of the cluster with which it is
    /// the most probable.
    pub with: RowId,
    /// What each column adds.
    pub waterfall: Waterfall,
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
        let survivor = |rows: &[RowId]| duplicates.keep.as_ref().and_then(|keep| survivor(typed, keep, rows));
        if let Some(likely) = &duplicates.likely {
            let records = Records::fit(table, &likely.attributes, &RecordSettings::default());
            found.coverage.push(coverage(&records));
            found.clusters.extend(records.clusters(likely.at).into_iter().map(|rows| {
                let survivor = survivor(&rows);
                let evidence = evidence(&records, likely, &rows, survivor.unwrap_or(rows[0]));
                Cluster { rule, survivor, evidence, rows }
            }));
            continue;
        }
        let (sets, coverage) = sets(typed, constraints, duplicates, budget);
        found.coverage.push(coverage);
        found.clusters.extend(sets.into_iter().map(|rows| Cluster {
            rule,
            survivor: survivor(&rows),
            evidence: Vec::new(),
            rows,
        }));
    }
    found
}

/// What share of the pairs that may be one thing was compared.
fn coverage(records: &Records) -> Coverage {
    let compared = records.compared();
    match compared.left_out {
        0 => Coverage::Complete,
        left_out => Coverage::Partial { compared: compared.pairs, of: compared.pairs + left_out },
    }
}

/// Why each row of a cluster but one is one thing with it, or with another.
fn evidence(records: &Records, likely: &Likely, rows: &[RowId], stays: RowId) -> Vec<SameThing> {
    /// Rows of a large cluster that are asked for the most probable.
    const MOST_ASKED: usize = 50;
    let of_row = |&row: &RowId| {
        let with_it = records.probability(row, stays);
        let others = rows.iter().copied().filter(|&other| other != row).take(MOST_ASKED);
        let with = if with_it >= likely.at.min(0.5) {
            stays
        } else {
            let probability = |&other: &RowId| records.probability(row, other);
            others.max_by(|a, b| probability(a).total_cmp(&probability(b)).then(b.cmp(a))).unwrap_or(stays)
        };
        SameThing { row, with, waterfall: records.waterfall(row, with) }
    };
    rows.iter().filter(|&&row| row != stays).map(of_row).collect()
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
fn survivor(typed: Typed, keep: &Keep, rows: &[RowId]) -> Option<RowId> {
    let table = typed.table;
    match *keep {
        Keep::First => rows.first().copied(),
        Keep::Last => rows.last().copied(),
        Keep::MostComplete => {
            let missing = |row: RowId| {
                table.schema().ids().filter(|&attribute| table.column(attribute).code(row).is_null()).count()
            };
            rows.iter().copied().min_by_key(|&row| missing(row))
        }
        Keep::Source { column, ref order } => {
            let text = |row: RowId| table.column(column).text(row);
            let place = |row: RowId| order.iter().position(|source| text(row) == Some(source)).unwrap_or(order.len());
            rows.iter().copied().min_by_key(|&row| place(row))
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
