//! `version 1`: which version of the language a file is written in.

use std::fmt;
use std::sync::Arc;

use lustrate_diagnostic::{Diagnostic, SourceText};

use super::{Documentation, Example, Role, Statement, StatementKind, same};
use crate::Rule;
use crate::cursor::Cursor;
use crate::json::{Fields, Json, Object};
use crate::lexer::TokenKind;
use crate::lowering::Lowering;

pub(super) static KIND: StatementKind = StatementKind {
    keyword: "version",
    usage: "version 1",
    role: Role::Setting,
    documentation: Documentation {
        summary: "the version of the language",
        what: "`version 1`: the file is written in version 1 of the language, the only one so far.",
        why: "A file that says its version means the same for ever, even if the language changes.",
        example: Example {
            table: "zip,city\n00184,Rome\n00184,Rom\n",
            rules: "version 1\nfd zip -> city",
            files: &[],
            breaking: &[1, 2],
            failing: &[],
        },
        when_it_is_wrong: "Never; without it a file is read as the newest version.",
    },
    parse,
    read_json,
};

/// The version of the language.
#[derive(Clone, Debug, PartialEq)]
struct Version;

fn parse(cursor: &mut Cursor<'_>) -> Result<Rule, Diagnostic> {
    if cursor.accept(&TokenKind::Number("1".to_owned())) {
        return Ok(Rule::new(Version));
    }
    let help = match (cursor.peek(), cursor.peek_after(1)) {
        (Some(TokenKind::Compare(_)), Some(TokenKind::Number(_))) => "write `version 1`, without a sign",
        _ => "write `version 1`; this program reads no other",
    };
    Err(cursor.expected("the version 1").help(help))
}

fn read_json(fields: &mut Fields<'_>) {
    if let Some(version) = fields.need("version", "1") {
        fields.output.number(version, "1");
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("version 1")
    }
}

impl Statement for Version {
    fn kind(&self) -> &'static StatementKind {
        &KIND
    }

    fn equals(&self, other: &dyn Statement) -> bool {
        same(self, other)
    }

    fn to_json(&self) -> Object {
        Object::default().with("version", Json::Number(1.0))
    }

    fn check(&self, _: &Arc<SourceText>) -> Vec<Diagnostic> {
        Vec::new()
    }

    fn lower(&self, _: &mut Lowering<'_>) {}
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse;

    #[test]
    fn another_version_is_an_error() {
        let parsed = parse(&Arc::new(SourceText::new("x.rules", "version 2\nfd x -> y")));
        let titles: Vec<_> = parsed.diagnostics.iter().map(|d| d.title.as_str()).collect();
        assert_eq!(titles, ["expected the version 1, found `2`"]);
        assert_eq!(parsed.rules.len(), 1);
    }
}
