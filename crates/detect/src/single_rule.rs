//! What is asked of one constraint alone. Each answer is that of [`detect()`](crate::detect()), and costs less than the
//! three together.

use lustrate_rules::{Constraint, ConstraintId, Constraints, Scope};
use lustrate_table::Table;

use crate::detect::violations;
use crate::left_sides::LeftSides;
use crate::pairs::{pair_blame, pair_count, pair_rows};
use crate::typed::Typed;
use crate::{Blame, Budget, Coverage, RowSet, Violations};

/// What was asked of a constraint, and how much was looked at for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer<T> {
    /// What was found.
    pub answer: T,
    /// How much was looked at.
    pub coverage: Coverage,
}

/// The rows that take part in a violation of one constraint: [`Violations::rows`].
///
/// # Panics
/// When the constraints are bound to another schema and name attributes that the table does not have.
pub fn violating_rows(table: &Table, constraints: &Constraints, id: ConstraintId, budget: Budget) -> Answer<RowSet> {
    match pair_rule(constraints, id) {
        Some(rule) => pair_rows(Typed { table, columns: constraints.columns() }, rule, budget),
        None => of_all(table, constraints, id, budget, |violations| violations.rows),
    }
}

/// The number of pairs of rows that violate one constraint, without looking at each: [`Violations::pairs`].
///
/// # Panics
/// When the constraints are bound to another schema and name attributes that the table does not have.
pub fn count_violating_pairs(
    table: &Table,
    constraints: &Constraints,
    id: ConstraintId,
    budget: Budget,
) -> Answer<Option<u64>> {
    match pair_rule(constraints, id) {
        Some(rule) => {
            let Answer { answer, coverage } = pair_count(Typed { table, columns: constraints.columns() }, rule, budget);
            Answer { answer: Some(answer), coverage }
        }
        None => of_all(table, constraints, id, budget, |violations| violations.pairs),
    }
}

/// The cells that would have to change for one constraint to be satisfied, and how many rows: [`Violations::blame`]. Of a
/// functional dependency these are the minority cells of its groups, of two orders the rows off the longest chains.
///
/// # Panics
/// When the constraints are bound to another schema and name attributes that the table does not have.
pub fn blame(table: &Table, constraints: &Constraints, id: ConstraintId, budget: Budget) -> Answer<Blame> {
    match pair_rule(constraints, id) {
        Some(rule) => pair_blame(Typed { table, columns: constraints.columns() }, id, rule, budget),
        None => of_all(table, constraints, id, budget, |violations| violations.blame),
    }
}

/// The constraint, if it is one on pairs of rows that something violates.
fn pair_rule(constraints: &Constraints, id: ConstraintId) -> Option<&Constraint> {
    Some(constraints.get(id)).filter(|rule| rule.scope == Scope::Pair && !constraints.joins(id))
}

/// A part of all that there is to say of a constraint.
fn of_all<T>(
    table: &Table,
    constraints: &Constraints,
    id: ConstraintId,
    budget: Budget,
    part: impl Fn(Violations) -> T,
) -> Answer<T> {
    let typed = Typed { table, columns: constraints.columns() };
    let violations = violations(typed, &LeftSides::default(), constraints, id, budget);
    Answer { coverage: violations.coverage, answer: part(violations) }
}
