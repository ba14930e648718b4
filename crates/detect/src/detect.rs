//! The verb.

use lustrate_rules::{ConstraintId, Constraints, Scope};
use lustrate_table::Table;
use rayon::prelude::*;

use crate::against_reference::reference_violations;
use crate::left_sides::LeftSides;
use crate::pairs::pair_violations;
use crate::single_row::row_violations;
use crate::typed::Typed;
use crate::{Budget, Detection, Violations};

/// The violations of all constraints, under the default [`Budget`]. The same for any number of threads. What only says
/// which rows are one thing is broken by none; [`duplicates`](crate::duplicates()) looks for those.
///
/// # Panics
/// When the constraints are bound to another schema and name attributes that the table does not have.
///
/// ```
/// use lustrate_detect::detect;
/// use lustrate_rules::{
///     CellOf, Changes, Compare, Comparison, Constraint, Constraints, Domain, Operand, Predicate, RuleOrigin, Scope,
///     Strength, Tuple,
/// };
/// use lustrate_table::{AttributeId, Column, RowId, Table};
///
/// let column = |cells: [&str; 3]| cells.into_iter().map(Some).collect::<Column>();
/// let zip = ("zip".to_owned(), column(["10001", "10001", "10001"]));
/// let city = ("city".to_owned(), column(["New York", "New York", "Boston"]));
/// let table = Table::new(vec![zip, city]).unwrap();
///
/// let between_rows = |attribute, comparison| Predicate::Compare(Compare {
///     left: CellOf { tuple: Tuple::A, attribute: AttributeId(attribute) },
///     comparison,
///     right: Operand::Cell(CellOf { tuple: Tuple::B, attribute: AttributeId(attribute) }),
///     domain: Domain::Text,
/// });
/// let constraints = Constraints::new(vec![Constraint {
///     name: "fd zip -> city".to_owned(),
///     origin: RuleOrigin { file: "example.rules".to_owned(), line: 1, span: lustrate_diagnostic::Span::new(0, 1) },
///     scope: Scope::Pair,
///     predicates: vec![between_rows(0, Comparison::Equal), between_rows(1, Comparison::NotEqual)],
///     strength: Strength::Hard,
///     changes: Changes::Any,
/// }]);
///
/// let detection = detect(&table, &constraints);
/// assert_eq!(detection.violations()[0].rows.len(), 3);
/// let suspects = detection.suspect_cells();
/// assert_eq!(suspects.len(), 1);
/// assert_eq!(suspects[0].cell.row, RowId(2));
/// ```
pub fn detect(table: &Table, constraints: &Constraints) -> Detection {
    detect_within(table, constraints, Budget::default())
}

/// The violations of all constraints, with at most so many pairs compared one by one for each. See [`detect`].
pub fn detect_within(table: &Table, all: &Constraints, budget: Budget) -> Detection {
    let ids: Vec<ConstraintId> = all.iter().map(|(id, _)| id).collect();
    let typed = Typed { table, columns: all.columns() };
    let left_sides = LeftSides::new(typed, all);
    let found = ids.into_par_iter().map(|id| violations(typed, &left_sides, all, id, budget));
    Detection::new(found.collect())
}

/// The violations of one constraint.
pub(crate) fn violations(
    typed: Typed,
    left_sides: &LeftSides,
    all: &Constraints,
    id: ConstraintId,
    budget: Budget,
) -> Violations {
    let constraint = all.get(id);
    match constraint.scope {
        _ if all.joins(id) => Violations::none(id, typed.table.rows()),
        Scope::Row => row_violations(typed, id, constraint),
        Scope::Reference(of) => reference_violations(typed, id, constraint, all.reference(of)),
        Scope::Pair => pair_violations(typed, left_sides, id, constraint, budget),
    }
}
