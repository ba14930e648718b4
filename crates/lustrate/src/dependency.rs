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
        // What the model learned of one that nothing breaks is a little less than all, as more rows may come.
        let holds = match broken {
            0.0 => 1.0,
            _ => of_model.or(unused.get(&id).copied()).unwrap_or_else(counted),
        };
        Some(outcome(&dependency, Some(constraint.name.clone()), holds.max(0.0)))
    };
    let rules = constraints.iter().zip(learned).filter(|((id, _), _)| !constraints.joins(*id));
    let found = model.found_dependencies().into_iter().map(|(dependency, holds)| outcome(dependency, None, holds));
    rules.filter_map(given).chain(found).collect()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use lustrate_diagnostic::SourceText;
    use lustrate_rules::parse;
    use lustrate_table::{Column, Table};

    use super::*;
    use crate::{Settings, repair};

    /// Ninety rows of nine codes, each with a city of its own, and a state that is wrong in one row.
    fn outcomes(rules: &str) -> Vec<DependencyOutcome> {
        let column = |cell: &dyn Fn(usize) -> String| {
            let cells: Vec<String> = (0..90).map(cell).collect();
            cells.iter().map(|cell| Some(cell.as_str())).collect::<Column>()
        };
        let state = |row: usize| if row == 40 { "west".to_owned() } else { format!("state {}", row % 9 % 4) };
        let columns = vec![
            ("code".into(), column(&|row| format!("{}", 100 + row % 9))),
            ("city".into(), column(&|row| format!("town {}", row % 9))),
            ("state".into(), column(&state)),
        ];
        let table = Table::new(columns).unwrap();
        let rules = parse(&Arc::new(SourceText::new("places.rules", rules))).rules;
        repair(&table, &rules, &Settings::new()).unwrap().dependencies
    }

    #[test]
    fn rules_come_first_and_hold_wholly_where_nothing_breaks_them() {
        let found = outcomes("towns: fd code -> city\nstates: fd code, city -> state\n");
        let told = |one: &DependencyOutcome| (one.determining.join(" "), one.determined.clone(), one.rule.clone());
        assert_eq!(told(&found[0]), ("code".into(), "city".into(), Some("towns".into())));
        assert_eq!(told(&found[1]), ("code city".into(), "state".into(), Some("states".into())));
        assert_eq!(found[0].holds, 1.0);
        assert!((0.8..1.0).contains(&found[1].holds), "{}", found[1].holds);
    }

    #[test]
    fn what_the_values_show_is_told_without_a_rule() {
        let found = outcomes("");
        let of = |from: &str, to: &str| found.iter().any(|one| one.determining == [from] && one.determined == to);
        assert!(of("code", "city") && of("city", "code"), "{found:?}");
        assert!(found.iter().all(|one| (0.5..=1.0).contains(&one.holds)));
    }
}
