//! `if CONDITION … then CONDITION …`: what follows from what, in one row.

use std::fmt;
use std::sync::Arc;

use lustrate_diagnostic::{Diagnostic, SourceText};

use super::{Documentation, Example, Role, Statement, StatementKind, same};
use crate::condition::{self, Condition, Joint, conflicts, denied, joined, only_one_row, predicates};
use crate::cursor::Cursor;
use crate::json::{Fields, Object};
use crate::lexer::TokenKind;
use crate::lowering::Lowering;
use crate::{Rule, Scope, policy};

pub(super) static KIND: StatementKind = StatementKind {
    keyword: "if",
    usage: "if COLUMN = \"TEXT\" then COLUMN = \"TEXT\"",
    role: Role::Rule,
    documentation: Documentation {
        summary: "what follows from what, within a row (a constant dependency)",
        what: "`if C and C then D and E`: a row that satisfies all conditions before `then` satisfies each of those \
               behind it. It is the same as `deny C and C and not D` and `deny C and C and not E`, so a missing value \
               breaks it nowhere; where what follows is that a column is a text, a missing value is filled with it if the \
               rule is sure enough. Conditions are those of `deny` about one row.",
        why: "Single facts that no other row needs to prove: area code 212 is New York.",
        example: Example {
            table: "area_code,city\n212,New York\n212,Boston\n617,Boston\n212,\n",
            rules: "nyc: if area_code = \"212\" then city = \"New York\"",
            files: &[],
            breaking: &[2],
            failing: &[],
        },
        when_it_is_wrong: "When the fact has exceptions that the conditions do not name. For many facts of one form \
                           (every area code) a dependency or a reference file is shorter.",
    },
    parse,
    read_json,
};

/// Conditions from which others follow.
#[derive(Clone, Debug, PartialEq)]
struct If {
    conditions: Vec<Condition>,
    consequences: Vec<Condition>,
}

fn parse(cursor: &mut Cursor<'_>) -> Result<Rule, Diagnostic> {
    let conditions = condition::conditions(cursor)?;
    cursor.expect_word("then").map_err(|error| match cursor.peek() {
        Some(TokenKind::Word(word)) if policy::WORDS.contains(&word.as_str()) => {
            error.help(format!("write `{word}` at the end, behind what follows `then`"))
        }
        Some(TokenKind::Word(_) | TokenKind::Text(_)) if error.help.is_none() => {
            error.help(format!("write `then {}`", cursor.written(0, 0)))
        }
        Some(TokenKind::Comma) => error.help("write `then` in the place of the comma, or `and`"),
        Some(TokenKind::Arrow | TokenKind::Colon) => error.help("write `then`"),
        None => error.help("write `then COLUMN = \"TEXT\"`, or another condition, at the end"),
        _ => error,
    })?;
    let consequences = condition::conditions(cursor)?;
    Ok(Rule::new(If { conditions, consequences }))
}

fn read_json(fields: &mut Fields<'_>) {
    fields.conditions("if");
    fields.word("then");
    fields.conditions("then");
}

impl fmt::Display for If {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "if {} then {}", joined(&self.conditions), joined(&self.consequences))
    }
}

impl Statement for If {
    fn kind(&self) -> &'static StatementKind {
        &KIND
    }

    fn equals(&self, other: &dyn Statement) -> bool {
        same(self, other)
    }

    fn to_json(&self) -> Object {
        Object::default().with_conditions("if", &self.conditions).with_conditions("then", &self.consequences)
    }

    fn check(&self, source: &Arc<SourceText>) -> Vec<Diagnostic> {
        let mut diagnostics = only_one_row(source, KIND.keyword, &self.conditions);
        diagnostics.extend(only_one_row(source, KIND.keyword, &self.consequences));
        diagnostics.extend(conflicts(source, &self.conditions, Joint::Given, "nothing follows"));
        diagnostics.extend(conflicts(source, &self.consequences, Joint::Required, "the conditions can never be met"));
        diagnostics
    }

    fn lower(&self, lowering: &mut Lowering<'_>) {
        // Both sides are lowered before a failure counts, so that every mistake is reported.
        let (given, denied) = (predicates(lowering, &self.conditions), denied(lowering, &self.consequences));
        let (Some(given), Some(denied)) = (given, denied) else { return };
        for (consequence, denied) in self.consequences.iter().zip(denied) {
            let short = format!("if {} then {consequence}", joined(&self.conditions));
            lowering.forbid(short, Scope::Row, given.iter().cloned().chain([denied]).collect());
        }
    }
}

#[cfg(test)]
mod tests {
    use lustrate_table::Schema;

    use super::*;
    use crate::{Comparison, bind, parse};

    #[test]
    fn every_consequence_is_a_constraint_of_its_own() {
        let rule = "if code = \"212\" then city = \"New York\" and state = \"NY\" hard";
        let parsed = parse(&Arc::new(SourceText::new("x.rules", rule)));
        let constraints = bind(&parsed.rules, &Schema::of_text(["code", "city", "state"]).unwrap()).unwrap();
        for (_, constraint) in constraints.iter() {
            let comparisons: Vec<_> =
                constraint.predicates.iter().map(|predicate| predicate.as_compare().unwrap().comparison).collect();
            assert_eq!(comparisons, [Comparison::Equal, Comparison::NotEqual]);
        }
        assert_eq!(constraints.len(), 2);
    }

    #[test]
    fn columns_of_two_rows_are_an_error() {
        let parsed = parse(&Arc::new(SourceText::new("x.rules", "if a.x = b.x then y = \"1\"")));
        assert_eq!(parsed.diagnostics.iter().map(|d| d.code).collect::<Vec<_>>(), ["two-rows"; 2]);
    }
}
