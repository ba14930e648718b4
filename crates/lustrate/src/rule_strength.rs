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

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use lustrate_diagnostic::SourceText;
    use lustrate_rules::parse;

    use super::*;
    use crate::{RuleOutcome, Settings, repair};

    /// What is learned of rules on forty rows: two cities, each with a postal code, and numbers that count up.
    fn learned(rules: &str) -> Vec<RuleOutcome> {
        let parsed = parse(&Arc::new(SourceText::new("t.rules", rules)));
        assert!(parsed.diagnostics.is_empty(), "{}", parsed.diagnostics);
        let texts = |text: fn(usize) -> String| (0..40).map(text).collect::<Vec<_>>();
        let columns = [
            ("zip", texts(|row| if row % 2 == 0 { "00184".into() } else { "10115".into() })),
            ("city", texts(|row| if row % 2 == 0 { "Rome".into() } else { "Berlin".into() })),
            ("number", texts(|row| row.to_string())),
        ];
        let column = |(name, texts): &(&str, Vec<String>)| {
            ((*name).to_owned(), texts.iter().map(|text| Some(text.as_str())).collect())
        };
        let table = Table::new(columns.iter().map(column).collect()).unwrap();
        repair(&table, &parsed.rules, &Settings::new()).unwrap().rules
    }

    #[test]
    fn a_dependency_has_the_rows_with_company_and_the_share_in_which_it_holds() {
        let rules = learned("fd zip -> city\nfd number -> city\n");
        assert_eq!((rules[0].support, rules[0].determines.as_deref()), (Some(40), Some("city")));
        let RuleStrength::Dependency { holds, .. } = rules[0].strength else { panic!("{:?}", rules[0].strength) };
        assert!(holds > 0.9);
        assert_eq!(rules[1].support, Some(0));
        assert!(matches!(rules[1].strength, RuleStrength::NotUsed { coverage: 0.0, .. }), "{:?}", rules[1].strength);
    }

    #[test]
    fn a_rule_on_rows_weighs_what_its_author_or_the_data_say() {
        let rules = learned(
            "if city = \"Rome\" then zip = \"00184\" soft\nif city = \"Berlin\" then zip = \"10115\" hard\n\
             if number = 3 then city = \"Berlin\" warn\n",
        );
        assert_eq!(rules[0].support, Some(20));
        let expected = (20.5_f64 / 0.5).ln();
        match rules[0].strength {
            RuleStrength::Weighed { log_weight, by: WeighedBy::Data } => assert!((log_weight - expected).abs() < 1e-9),
            other => panic!("{other:?}"),
        }
        assert_eq!((rules[1].strength, rules[2].strength), (RuleStrength::Hard, RuleStrength::Reported));
    }

    #[test]
    fn a_rule_on_pairs_that_is_no_dependency_only_holds_repairs_back() {
        let rules = learned("deny a.number > b.number by number and a.zip < b.zip and a.city = b.city");
        assert_eq!((rules[0].strength, rules[0].support), (RuleStrength::Guard, None));
    }
}
