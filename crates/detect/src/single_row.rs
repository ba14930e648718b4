//! Predicates on one row, and the constraints made of them.

use lustrate_rules::{CellOf, Compare, Comparison, Constraint, ConstraintId, Domain, Operand, Predicate, Tuple};
use lustrate_table::{AttributeId, CellId, Table};

use crate::keys::{Keys, holds_for_codes};
use crate::{Basis, Blame, Coverage, RowSet, Violations};

/// A comparison within one row.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct RowPredicate<'c> {
    attribute: AttributeId,
    comparison: Comparison,
    right: RowOperand<'c>,
    domain: Domain,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum RowOperand<'c> {
    Attribute(AttributeId),
    Constant(&'c str),
}

/// The violations of a constraint on single rows. To blame are all cells that it names, in every violating row.
pub(crate) fn row_violations(table: &Table, id: ConstraintId, constraint: &Constraint) -> Violations {
    let predicates: Vec<RowPredicate> = constraint
        .predicates
        .iter()
        .filter_map(|predicate| match predicate {
            Predicate::Compare(compare) => Some(RowPredicate::new(compare)),
            _ => None,
        })
        .collect();
    let mut rows = RowSet::full(table.rows());
    for predicate in &predicates {
        predicate.restrict(table, &mut rows);
    }
    let mut attributes: Vec<AttributeId> = predicates.iter().flat_map(RowPredicate::attributes).collect();
    attributes.sort_unstable();
    attributes.dedup();
    let cells = rows.iter().flat_map(|row| attributes.iter().map(move |&attribute| CellId { row, attribute }));
    let blame = Blame { cells: cells.collect(), changes: rows.len() as u64, basis: Basis::Smallest };
    Violations { constraint: id, rows, pairs: None, blame, coverage: Coverage::Complete }
}

impl<'c> RowPredicate<'c> {
    /// The predicate, read as one on a single row: which tuple its cells name does not count.
    pub(crate) fn new(predicate: &'c Compare) -> Self {
        RowPredicate {
            attribute: predicate.left.attribute,
            comparison: predicate.comparison,
            right: match &predicate.right {
                Operand::Cell(CellOf { attribute, .. }) => RowOperand::Attribute(*attribute),
                Operand::Constant(text) => RowOperand::Constant(text),
            },
            domain: predicate.domain,
        }
    }

    /// The attributes that it names.
    pub(crate) fn attributes(&self) -> impl Iterator<Item = AttributeId> + use<> {
        let right = match self.right {
            RowOperand::Attribute(attribute) => Some(attribute),
            RowOperand::Constant(_) => None,
        };
        [self.attribute].into_iter().chain(right)
    }

    /// Keeps the rows for which the predicate holds. Strings are touched once for each distinct value.
    pub(crate) fn restrict(&self, table: &Table, rows: &mut RowSet) {
        let column = table.column(self.attribute);
        match self.right {
            RowOperand::Constant(constant) => {
                let holds = holds_for_codes(column, self.comparison, constant, self.domain);
                rows.retain(|row| {
                    let code = column.code(row);
                    !code.is_null() && holds[code.index()]
                });
            }
            RowOperand::Attribute(right) => {
                let keys = Keys::new(table, (self.attribute, right), self.comparison, self.domain);
                rows.retain(|row| {
                    let (left, right) = (keys.of(Tuple::A)[row.index()], keys.of(Tuple::B)[row.index()]);
                    !left.is_null() && !right.is_null() && self.comparison.holds(left.cmp(&right))
                });
            }
        }
    }
}
