//! Which columns determine which.

use std::collections::BTreeMap;

use lustrate_detect::Detection;
use lustrate_model::Model;
use lustrate_rules::{Constraint, ConstraintId, Constraints, Dependency};
use lustrate_table::{AttributeId, Schema};
use serde::Serialize;

use crate::rule_strength::Learned;

/// Columns that determine another: rows that agree on them agree on it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct DependencyOutcome {
    /// The determining columns.
    pub determining: Vec<String>,
    /// The determined column.
    pub determined: String,
    /// The name of the rule that says so; `None` for one that the values show.
    pub rule: Option<String>,
    /// The share of the rows whose key occurs in another row in which it holds, from 0 to 1.
    pub holds: f64,
}

/// The dependencies of a run: those among the rules, in their order, and those that the model found, by determined column.
pub(crate) fn dependencies(
    schema: &Schema,
    constraints: &Constraints,
    before: &Detection,
    learned: &[Learned],
    model: &Model,
) -> Vec<DependencyOutcome> {
    let name = |attribute: &AttributeId| schema.name(*attribute).to_owned();
    let outcome = |dependency: &Dependency, rule: Option<String>, holds: f64| DependencyOutcome {
        determining: dependency.lhs.iter().map(name).collect(),
        determined: name(&dependency.rhs),
        rule,
        holds,
    };
    let unused: BTreeMap<ConstraintId, f64> =
        model.unused_rules().iter().map(|unused| (unused.rule, unused.agreement)).collect();
    let given = |((id, constraint), learned): ((ConstraintId, &Constraint), &Learned)| {
        let (dependency, _) = constraint.as_conditional_dependency()?;
        // Of a rule that only warns, or that speaks of some rows alone, nothing was learned.
        let broken = before.of(id).blame.changes as f64;
        let counted = || learned.support.filter(|&rows| rows > 0).map_or(1.0, |rows| 1.0 - broken / rows as f64);
        let of_model = model.support(id).map(|support| support.holds);
        let holds = of_model.or(unused.get(&id).copied()).unwrap_or_else(counted);
        Some(outcome(&dependency, Some(constraint.name.clone()), holds.max(0.0)))
    };
    let rules = constraints.iter().zip(learned).filter(|((id, _), _)| !constraints.joins(*id));
    let found = model.found_dependencies().into_iter().map(|(dependency, holds)| outcome(dependency, None, holds));
    rules.filter_map(given).chain(found).collect()
}
