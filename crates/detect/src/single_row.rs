//! The constraints on single rows.

use lustrate_rules::{Constraint, ConstraintId};
use lustrate_table::{AttributeId, CellId};

use crate::row_predicate::RowPredicate;
use crate::shape::allowed;
use crate::typed::Typed;
use crate::{Basis, Blame, Coverage, RowSet, Violations};

/// The violations of a constraint on single rows. To blame are all cells that it names, in every violating row.
pub(crate) fn row_violations(typed: Typed, id: ConstraintId, constraint: &Constraint) -> Violations {
    let predicates: Vec<RowPredicate> = constraint.predicates.iter().map(RowPredicate::new).collect();
    let mut rows = RowSet::full(typed.table.rows());
    for predicate in &predicates {
        predicate.restrict(typed, &mut rows);
    }
    let mut attributes: Vec<AttributeId> = predicates.iter().flat_map(RowPredicate::attributes).collect();
    attributes.sort_unstable();
    attributes.dedup();
    let attributes = allowed(&constraint.changes, &attributes, &attributes);
    Violations { constraint: id, pairs: None, blame: blame(&rows, &attributes), coverage: Coverage::Complete, rows }
}

/// Every row to blame, in these attributes.
pub(crate) fn blame(rows: &RowSet, attributes: &[AttributeId]) -> Blame {
    let cells = rows.iter().flat_map(|row| attributes.iter().map(move |&attribute| CellId { row, attribute }));
    Blame { cells: cells.collect(), changes: rows.len() as u64, basis: Basis::Smallest }
}
