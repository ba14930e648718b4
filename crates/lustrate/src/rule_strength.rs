//! How much the rules weigh, and how many rows they speak of.

use std::collections::BTreeMap;

use lustrate_detect::Detection;
use lustrate_joint::rule_weights;
use lustrate_model::Model;
use lustrate_rules::{Changes, Constraint, ConstraintId, Constraints, Scope, Strength};
use lustrate_table::{Column, Groups, Table};
use serde::Serialize;

/// How much a rule weighs where cells are repaired.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum RuleStrength {
    /// The output satisfies it.
    Hard,
    /// Evidence of this weight.
    Weighed {
        /// Nats for each violation: a nat more makes the odds against a violation 2.7 times as great.
        log_weight: f64,
        /// Who said so.
        by: WeighedBy,
    },
    /// A dependency that is evidence: what other rows with the same key hold.
    Dependency {
        /// The share of the rows whose key occurs in another row in which the other rows say what is written, from 0 to 1;
        /// learned.
        holds: f64,
        /// By how much what it says is multiplied; learned. `None` where no cell is weighed by it.
        weight: Option<f64>,
    },
    /// A dependency that is no evidence, as the data contradict it or hardly ever meet its key.
    NotUsed {
        /// The share of all rows whose key occurs in another row.
        coverage: f64,
        /// Of these, the share in which at least half of the other rows with the key agree.
        agreement: f64,
    },
    /// It is reported where it is broken, and changes nothing.
    Reported,
    /// It holds repairs back that would break it, and asks for none.
    Guard,
}

/// Who said what a rule weighs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum WeighedBy {
    /// Its author.
    Author,
    /// The data.
    Data,
}

/// What is learned of one rule.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Learned {
    /// How much it weighs.
    pub strength: RuleStrength,
    /// The rows that it says something of; `None` where that cannot be told row by row.
    pub support: Option<u64>,
}

/// What is learned of each constraint, in order; `view` is the table as the model sees it.
pub(crate) fn learned_rules(
    view: &Table,
    constraints: &Constraints,
    detection: &Detection,
    model: &Model,
) -> Vec<Learned> {
    let of_rows: BTreeMap<ConstraintId, (f64, u64)> = rule_weights(view, constraints, detection)
        .into_iter()
        .map(|weight| (weight.rule, (weight.log_weight, weight.support)))
        .collect();
    let used: BTreeMap<ConstraintId, RuleStrength> = model
        .learned_rules()
        .map(|rule| (rule.rule, RuleStrength::Dependency { holds: rule.holds, weight: rule.weight }))
        .collect();
    let unused: BTreeMap<ConstraintId, RuleStrength> = model
        .unused_rules()
        .iter()
        .map(|rule| (rule.rule, RuleStrength::NotUsed { coverage: rule.coverage, agreement: rule.agreement }))
        .collect();
    let learned = |(id, constraint): (ConstraintId, &Constraint)| {
        let of_row = of_rows.get(&id);
        let support = of_row.map(|&(_, support)| support).or_else(|| rows_with_company(view, constraint));
        let strength = match (constraint.strength, of_row) {
            (Strength::Warn | Strength::Fail { .. }, _) => RuleStrength::Reported,
            _ if constraint.changes == Changes::None => RuleStrength::Reported,
            (Strength::Hard, _) => RuleStrength::Hard,
            (Strength::Soft { log_weight: Some(log_weight) }, _) => {
                RuleStrength::Weighed { log_weight, by: WeighedBy::Author }
            }
            (Strength::Soft { log_weight: None }, Some(&(log_weight, _))) => {
                RuleStrength::Weighed { log_weight, by: WeighedBy::Data }
            }
            (Strength::Soft { log_weight: None }, None) => {
                used.get(&id).or(unused.get(&id)).copied().unwrap_or(RuleStrength::Guard)
            }
        };
        Learned { strength, support }
    };
    constraints.iter().map(learned).collect()
}

/// The rows whose key occurs in another row, for a dependency; `None` for other rules on pairs.
fn rows_with_company(view: &Table, constraint: &Constraint) -> Option<u64> {
    if constraint.scope != Scope::Pair {
        return None;
    }
    let dependency = constraint.as_dependency().filter(|dependency| !dependency.lhs.is_empty())?;
    let key: Vec<&Column> = dependency.lhs.iter().map(|&part| view.column(part)).collect();
    let groups = Groups::new(&key).rows_by_group();
    Some(groups.iter().map(|rows| rows.len() as u64).filter(|&rows| rows > 1).sum())
}
