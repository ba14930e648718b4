//! `require CONDITION and CONDITION …`: what every row satisfies.

use std::fmt;
use std::sync::Arc;

use lustrate_diagnostic::{Diagnostic, SourceText};

use super::{Documentation, Example, Role, Statement, StatementKind, same};
use crate::condition::{self, Condition, Joint, conflicts, denied, joined, only_one_row};
use crate::cursor::Cursor;
use crate::json::{Fields, Object};
use crate::lowering::Lowering;
use crate::{Rule, Scope};

pub(super) static KIND: StatementKind = StatementKind {
    keyword: "require",
    usage: "require COLUMN >= 0",
    role: Role::Rule,
    documentation: Documentation {
        summary: "what every row satisfies",
        what: "`require C and D`: every row satisfies each condition. It is the same as `deny not C` and `deny not D`, \
               so a missing value breaks it nowhere. Conditions are those of `deny` about one row.",
        why: "Ranges, and orders between two columns of a row: nobody leaves before they arrive.",
        example: Example {
            table: "arrived,left,nights\n3,5,2\n8,6,2\n1,9,-8\n4,,1\n",
            rules: "order: require left >= arrived and nights >= 0",
            files: &[],
            breaking: &[2, 3],
            failing: &[],
        },
        when_it_is_wrong: "When the columns are measured in different units, or one of them stands for \"unknown\" \
                           by a number such as 999.",
    },
    parse,
    read_json,
};

/// Conditions that every row satisfies.
#[derive(Clone, Debug, PartialEq)]
struct Require {
    conditions: Vec<Condition>,
}

fn parse(cursor: &mut Cursor<'_>) -> Result<Rule, Diagnostic> {
    Ok(Rule::new(Require { conditions: condition::conditions(cursor)? }))
}

fn read_json(fields: &mut Fields<'_>) {
    fields.conditions("conditions");
}

impl fmt::Display for Require {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "require {}", joined(&self.conditions))
    }
}

impl Statement for Require {
    fn kind(&self) -> &'static StatementKind {
        &KIND
    }

    fn equals(&self, other: &dyn Statement) -> bool {
        same(self, other)
    }

    fn to_json(&self) -> Object {
        Object::default().with_conditions("conditions", &self.conditions)
    }

    fn check(&self, source: &Arc<SourceText>) -> Vec<Diagnostic> {
        let mut diagnostics = only_one_row(source, KIND.keyword, &self.conditions);
        diagnostics.extend(conflicts(source, &self.conditions, Joint::Required, "every row breaks the rule"));
        diagnostics
    }

    fn lower(&self, lowering: &mut Lowering<'_>) {
        // All conditions are lowered before the first failure counts, so that every mistake is reported.
        let Some(predicates) = denied(lowering, &self.conditions) else { return };
        for (condition, predicate) in self.conditions.iter().zip(predicates) {
            lowering.forbid(format!("require {condition}"), Scope::Row, vec![predicate]);
        }
    }
}

#[cfg(test)]
mod tests {
    use lustrate_table::Schema;

    use super::*;
    use crate::{Comparison, bind, parse};

    #[test]
    fn every_condition_is_denied_on_its_own() {
        let rule = "require x >= y by text and z = \"1\"";
        let parsed = parse(&Arc::new(SourceText::new("x.rules", rule)));
        let constraints = bind(&parsed.rules, &Schema::of_text(["x", "y", "z"]).unwrap()).unwrap();
        let comparisons: Vec<_> =
            constraints.iter().map(|(_, c)| c.predicates[0].as_compare().unwrap().comparison).collect();
        assert_eq!(comparisons, [Comparison::Less, Comparison::NotEqual]);
        assert_eq!(constraints.get(crate::ConstraintId(0)).name, "require x >= y by text");
    }

    #[test]
    fn a_mistake_in_every_condition_is_reported() {
        let parsed = parse(&Arc::new(SourceText::new("x.rules", "require u >= v by text and w = \"1\"")));
        let diagnostics = bind(&parsed.rules, &Schema::of_text(["x"]).unwrap()).unwrap_err();
        assert_eq!(diagnostics.iter().count(), 3);
    }
}
