//! `table "FILE"`: which table the rules are about.

use std::fmt;
use std::sync::Arc;

use lustrate_diagnostic::{Diagnostic, SourceText};

use super::{Documentation, Example, Role, Statement, StatementKind, same};
use crate::Rule;
use crate::cursor::Cursor;
use crate::json::{Fields, Json, Object};
use crate::lowering::Lowering;
use crate::name::quoted;

pub(super) static KIND: StatementKind = StatementKind {
    keyword: "table",
    usage: "table \"FILE\"",
    role: Role::Setting,
    documentation: Documentation {
        summary: "the file that the rules are about",
        what: "`table \"FILE\"`: the rules are about this file. A file that is named on the command line wins.",
        why: "A rule file that names its table can be checked without more words, and a reader knows what it is for.",
        example: Example {
            table: "zip,city\n00184,Rome\n00184,Rom\n",
            rules: "table \"places.csv\"\nfd zip -> city",
            files: &[],
            breaking: &[1, 2],
            failing: &[],
        },
        when_it_is_wrong: "When one set of rules serves several tables; then leave it out.",
    },
    parse,
    read_json,
};

/// The file that the rules are about.
#[derive(Clone, Debug, PartialEq)]
struct Table {
    file: String,
}

fn parse(cursor: &mut Cursor<'_>) -> Result<Rule, Diagnostic> {
    Ok(Rule::new(Table { file: cursor.file()?.text }))
}

fn read_json(fields: &mut Fields<'_>) {
    fields.file("file");
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "table {}", quoted(&self.file))
    }
}

impl Statement for Table {
    fn kind(&self) -> &'static StatementKind {
        &KIND
    }

    fn equals(&self, other: &dyn Statement) -> bool {
        same(self, other)
    }

    fn to_json(&self) -> Object {
        Object::default().with("file", Json::text(&self.file))
    }

    fn check(&self, _: &Arc<SourceText>) -> Vec<Diagnostic> {
        Vec::new()
    }

    fn lower(&self, _: &mut Lowering<'_>) {}

    fn table(&self) -> Option<&str> {
        Some(&self.file)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse;

    #[test]
    fn the_table_is_that_of_the_statement() {
        let parsed = parse(&Arc::new(SourceText::new("x.rules", "table \"a b.csv\"")));
        assert_eq!(parsed.rules.table(), Some("a b.csv"));
    }

    #[test]
    fn a_second_table_in_a_file_is_an_error() {
        let parsed = parse(&Arc::new(SourceText::new("x.rules", "table \"a\"\ntable \"b\"")));
        assert_eq!(parsed.diagnostics.iter().map(|d| d.code).collect::<Vec<_>>(), ["repeated-setting"]);
    }
}
