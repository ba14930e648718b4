//! `null "" "N/A" -1`: spellings of a missing value in every column.

use std::fmt;
use std::sync::Arc;

use lustrate_diagnostic::{Diagnostic, SourceText};

use super::{Documentation, Example, Role, Statement, StatementKind, same};
use crate::cursor::Cursor;
use crate::declaration::{constants, values, values_from_json, values_to_json};
use crate::json::{Fields, Object};
use crate::lexer::TokenKind;
use crate::lowering::Lowering;
use crate::name::Name;
use crate::{Columns, Rule, policy};

pub(super) static KIND: StatementKind = StatementKind {
    keyword: "null",
    usage: "null \"TEXT\" \"TEXT\"",
    role: Role::Setting,
    documentation: Documentation {
        summary: "spellings of a missing value, in every column",
        what: "`null \"N/A\" \"-\" -1`: a cell that holds one of these texts, exactly, has no value. Blanks around it do \
               not count. What stands for a missing value in one column only is a clause of its `column` statement.",
        why: "What is not known is written in many ways. As texts they would be values like all others: two rows with \
              `N/A` would agree, and a rule would spread it.",
        example: Example {
            table: "code,score\nA1,85\nN/A,90\nA3,-\nA4,high\n",
            rules: "null \"N/A\" \"-\"\ncolumn code text /[A-Z][0-9]/\ncolumn score number",
            files: &[],
            breaking: &[4],
            failing: &[],
        },
        when_it_is_wrong: "When a text that means something in one column stands for a missing value in another, as `-1` \
                           does; then say it of that column.",
    },
    parse,
    read_json,
};

/// Spellings of a missing value.
#[derive(Clone, Debug, PartialEq)]
struct Null {
    spellings: Vec<Name>,
}

fn parse(cursor: &mut Cursor<'_>) -> Result<Rule, Diagnostic> {
    let mut spellings = values(cursor)?;
    while cursor.peek().is_some_and(|next| !is_policy(next)) {
        spellings.extend(values(cursor)?);
    }
    Ok(Rule::new(Null { spellings }))
}

fn is_policy(token: &TokenKind) -> bool {
    matches!(token, TokenKind::Word(word) if policy::WORDS.contains(&word.as_str()))
}

fn read_json(fields: &mut Fields<'_>) {
    if let Some(values) = fields.need("values", "[\"N/A\"]") {
        values_from_json(fields.output, values);
    }
}

impl fmt::Display for Null {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "null {}", constants(self.spellings.iter().map(|spelling| spelling.text.as_str()), " "))
    }
}

impl Statement for Null {
    fn kind(&self) -> &'static StatementKind {
        &KIND
    }

    fn equals(&self, other: &dyn Statement) -> bool {
        same(self, other)
    }

    fn to_json(&self) -> Object {
        Object::default().with_list("values", values_to_json(&self.spellings))
    }

    fn check(&self, _: &Arc<SourceText>) -> Vec<Diagnostic> {
        Vec::new()
    }

    fn declare(&self, _: &mut Lowering<'_>, columns: &mut Columns) {
        for rule in &mut columns.items {
            rule.nulls.extend(self.spellings.iter().map(|spelling| spelling.text.clone()));
        }
    }

    fn lower(&self, _: &mut Lowering<'_>) {}
}
