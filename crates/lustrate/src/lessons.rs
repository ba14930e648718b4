//! What the model of a run learned of the rules, told in numbers that outlive it.

use lustrate_detect::Detection;
use lustrate_diagnostic::Diagnostics;
use lustrate_model::{Model, Parameters};
use lustrate_rules::Constraints;
use lustrate_table::Table;

use crate::dependency::{DependencyOutcome, dependencies};
use crate::notes::unused_rules;
use crate::repair_with_model::Keep;
use crate::rule_strength::{Learned, learned_rules};

/// What a run learned.
pub(crate) struct Lessons {
    /// What was learned of each rule, in order.
    pub(crate) rules: Vec<Learned>,
    /// Which columns determine which.
    pub(crate) dependencies: Vec<DependencyOutcome>,
    /// Notes on rules that are used for no repair.
    pub(crate) unused: Diagnostics,
    /// What a saved model is made of, if one is asked for and the model was fitted on rows.
    pub(crate) parameters: Option<Parameters>,
}

impl Lessons {
    /// What a model learned; `view` is the table as it sees it, `before` what breaks the rules there.
    pub(crate) fn of(view: &Table, constraints: &Constraints, before: &Detection, model: &Model, keep: Keep) -> Self {
        let rules = learned_rules(view, constraints, before, model);
        Lessons {
            dependencies: dependencies(view.schema(), constraints, before, &rules, model),
            unused: unused_rules(constraints, model),
            parameters: (keep == Keep::Model).then(|| model.parameters()).flatten(),
            rules,
        }
    }
}
