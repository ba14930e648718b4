//! The rule language.

mod constraint;

pub use constraint::{
    CellOf, Comparison, Constraint, ConstraintId, Constraints, Dependency, Domain, Operand, Predicate, RuleOrigin,
    Scope, Strength, Tuple,
};
