//! The constraints between a row and the rows of a reference table.
//!
//! What equates a cell with one of the reference, or asks that they be alike, is a key; [`ReferenceIndex`] finds the
//! rows whose keys fit, the equal ones before those that are only alike. A row breaks the constraint if rows are
//! found and everything else holds for all of them: a value that one of them has is fine.

use lustrate_link::ReferenceIndex;
use lustrate_rules::{
    CellOf, Compare, Comparison, Constraint, ConstraintId, Domain, LookupKey, Operand, Polarity, Predicate, Reference,
    Tuple,
};
use lustrate_table::{AttributeId, Column, Groups, RowId};

use crate::row_predicate::RowPredicate;
use crate::shape::{allowed, named};
use crate::single_row::blame;
use crate::typed::Typed;
use crate::{Coverage, RowSet, Violations};

/// The violations of a constraint with a reference. To blame are the cells of the row that are compared with the found
/// rows beyond the keys; where there is none, the keys.
pub(crate) fn reference_violations(
    typed: Typed,
    id: ConstraintId,
    constraint: &Constraint,
    reference: &Reference,
) -> Violations {
    let mut rows = RowSet::full(typed.table.rows());
    let (mut keys, mut rest) = (Vec::new(), Vec::new());
    for predicate in &constraint.predicates {
        if predicate.cells().iter().all(|cell| cell.tuple == Tuple::A) {
            RowPredicate::new(predicate).restrict(typed, &mut rows);
        } else if let Some(key) = as_key(predicate) {
            keys.push(key);
        } else {
            rest.push(predicate);
        }
    }
    if keys.is_empty() {
        rows = RowSet::empty(typed.table.rows());
    } else {
        let index = ReferenceIndex::of(&reference.table, &keys, typed.columns);
        let columns: Vec<&Column> = keys.iter().map(|key| typed.table.column(key.attribute)).collect();
        let groups = Groups::new(&columns);
        let mut found: Vec<Option<Vec<RowId>>> = vec![None; groups.len()];
        rows.retain(|row| {
            let Some(group) = groups.group(row) else { return false };
            let of = found[group].get_or_insert_with(|| {
                index.find(&columns.iter().map(|column| column.text(row)).collect::<Vec<_>>()).rows
            });
            let breaks = |other: &RowId| {
                let text = |cell: CellOf| match cell.tuple {
                    Tuple::A => typed.table.column(cell.attribute).text(row),
                    Tuple::B => reference.table.column(cell.attribute).text(*other),
                };
                rest.iter().all(|predicate| predicate.holds(typed.columns, &text) == Some(true))
            };
            !of.is_empty() && of.iter().all(breaks)
        });
    }
    let mut blamed: Vec<AttributeId> = rest
        .iter()
        .flat_map(|predicate| predicate.cells())
        .filter(|cell| cell.tuple == Tuple::A)
        .map(|cell| cell.attribute)
        .collect();
    if blamed.is_empty() {
        blamed.extend(keys.iter().map(|key| key.attribute));
    }
    blamed.sort_unstable();
    blamed.dedup();
    let blamed = allowed(&constraint.changes, &blamed, &named(constraint, Tuple::A));
    Violations { constraint: id, pairs: None, blame: blame(&rows, &blamed), coverage: Coverage::Complete, rows }
}

/// The key that a predicate is, if it is one: equal text, or likeness.
fn as_key(predicate: &Predicate) -> Option<LookupKey> {
    let (one, other, measure) = match predicate {
        Predicate::Compare(Compare {
            left,
            comparison: Comparison::Equal,
            right: Operand::Cell(right),
            domain: Domain::Text,
        }) => (left, right, None),
        Predicate::Similar { left, right: Operand::Cell(right), measure, polarity: Polarity::Positive } => {
            (left, right, Some(*measure))
        }
        _ => return None,
    };
    let (own, other) = if one.tuple == Tuple::A { (one, other) } else { (other, one) };
    let across = own.tuple == Tuple::A && other.tuple == Tuple::B;
    across.then_some(LookupKey { attribute: own.attribute, reference: other.attribute, measure })
}
