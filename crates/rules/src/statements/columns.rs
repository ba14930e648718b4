//! `columns q1..q12 TYPE CLAUSE …`: what is known of several columns.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

use lustrate_diagnostic::{Diagnostic, SourceText};

use super::{Documentation, Example, Role, Statement, StatementKind, column, same};
use crate::cursor::Cursor;
use crate::declaration::{Declaration, declaration, declaration_from_json};
use crate::files::NamedFile;
use crate::json::{Fields, Json, Object, Value};
use crate::lexer::TokenKind;
use crate::lowering::Lowering;
use crate::name::Name;
use crate::{Columns as DeclaredColumns, Rule};

pub(super) static KIND: StatementKind = StatementKind {
    keyword: "columns",
    usage: "columns COLUMN1..COLUMN9 integer 0..100",
    role: Role::Rule,
    documentation: Documentation {
        summary: "the same for several columns",
        what: "`columns q1..q12 TYPE CLAUSE …` says of each of the columns `q1` to `q12` what `column` says of one; \
               `columns a, b, q1..q3` lists them. A range is between two names that differ in the number at their \
               end; `q01..q12` are written with two digits.",
        why: "Questionnaires and measurements come as many columns of one kind.",
        example: Example {
            table: "id,q1,q2,q3\n1,5,4,3\n2,1,6,2\n3,,x,1\n",
            rules: "columns q1..q3 integer 1..5",
            files: &[],
            breaking: &[2, 3],
            failing: &[],
        },
        when_it_is_wrong: "When one of the columns is coded the other way round or has another scale; then it needs a \
                           statement of its own and is left out here.",
    },
    parse,
    read_json,
};

/// The most columns that one range stands for: more are a slip of the pen.
const MOST_OF_A_RANGE: u64 = 10_000;

/// What is known of several columns.
#[derive(Clone, Debug, PartialEq)]
struct Columns {
    names: Vec<Span>,
    declared: Declaration,
}

/// One column, or all from one to another.
#[derive(Clone, Debug, PartialEq)]
struct Span {
    first: Name,
    last: Option<Name>,
}

fn parse(cursor: &mut Cursor<'_>) -> Result<Rule, Diagnostic> {
    let mut names = vec![span(cursor)?];
    while cursor.accept(&TokenKind::Comma) {
        names.push(span(cursor)?);
    }
    Ok(Rule::new(Columns { names, declared: declaration(cursor)? }))
}

fn span(cursor: &mut Cursor<'_>) -> Result<Span, Diagnostic> {
    let first = cursor.column()?;
    // One dot alone belongs to no range of names; two do, unless a range of values such as `..5` follows the name.
    let begins_range = cursor.peek() == Some(&TokenKind::Dot)
        && !matches!(cursor.peek_after(2), Some(TokenKind::Number(_) | TokenKind::Minus));
    if !begins_range {
        return Ok(Span { first, last: None });
    }
    for _ in 0..2 {
        cursor.expect(&TokenKind::Dot, "`..`")?;
    }
    if cursor.peek() == Some(&TokenKind::Dot) {
        return Err(cursor.expected("a column").help("write two dots between the names"));
    }
    let last = cursor.column()?;
    let span = Span { first, last: Some(last) };
    match span.expanded() {
        Ok(_) => Ok(span),
        Err(help) => {
            let place = span.first.span().to(cursor.before());
            let diagnostic = Diagnostic::error("bad-range", format!("`{span}` is no range of columns"));
            Err(diagnostic.at(cursor.source, place, "not a range").help(help))
        }
    }
}

impl Span {
    /// The names that it stands for.
    ///
    /// # Errors
    /// What to write instead, where the two names make no range.
    fn expanded(&self) -> Result<Vec<Name>, String> {
        let Some(last) = &self.last else { return Ok(vec![self.first.clone()]) };
        let (stem, low) = numbered(&self.first.text);
        let (last_stem, high) = numbered(&last.text);
        let (Ok(from), Ok(to)) = (low.parse::<u64>(), high.parse::<u64>()) else {
            return Err("write two names that end with a number, such as `q1..q12`, or list the columns".to_owned());
        };
        if stem != last_stem {
            return Err("write two names that differ only in the number at their end, or list the columns".to_owned());
        }
        if from > to {
            return Err(format!("write `{last}..{}`", self.first));
        }
        if to - from >= MOST_OF_A_RANGE {
            return Err(format!("write several ranges: one stands for {MOST_OF_A_RANGE} columns at the most"));
        }
        // Zeros lead all numbers or none.
        let width = if low.starts_with('0') { low.len() } else { 0 };
        let named = |number: u64| Name { text: format!("{stem}{number:0width$}"), at: self.first.at };
        Ok((from..=to).map(named).collect())
    }
}

/// A name and the digits at its end.
fn numbered(name: &str) -> (&str, &str) {
    name.split_at(name.trim_end_matches(|c: char| c.is_ascii_digit()).len())
}

impl Columns {
    fn expanded(&self) -> Vec<Name> {
        self.names.iter().flat_map(|span| span.expanded().unwrap_or_default()).collect()
    }
}

fn read_json(fields: &mut Fields<'_>) {
    const SHAPE: &str = "[\"COLUMN\", {\"first\": \"q1\", \"last\": \"q12\"}]";
    if let Some(columns) = fields.need("columns", SHAPE) {
        fields.output.list(columns, "a list of columns", SHAPE, |output, span| match &span.value {
            Value::Object(_) => output.object(span, "a range of columns", SHAPE, |fields| {
                fields.name("first");
                fields.sign(TokenKind::Dot);
                fields.sign(TokenKind::Dot);
                fields.name("last");
            }),
            _ => output.text(span, "the name of a column", "\"COLUMN\""),
        });
    }
    declaration_from_json(fields);
}

impl Span {
    fn to_json(&self) -> Json {
        let first = Json::text(&self.first.text);
        match &self.last {
            Some(last) => Json::Object(Object::default().with("first", first).with("last", Json::text(&last.text))),
            None => first,
        }
    }
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.last {
            Some(last) => write!(f, "{}..{last}", self.first),
            None => self.first.fmt(f),
        }
    }
}

impl fmt::Display for Columns {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = self.names.iter().map(Span::to_string).collect();
        write!(f, "columns {}{}", names.join(", "), self.declared)
    }
}

impl Statement for Columns {
    fn kind(&self) -> &'static StatementKind {
        &KIND
    }

    fn equals(&self, other: &dyn Statement) -> bool {
        same(self, other)
    }

    fn to_json(&self) -> Object {
        let columns = self.names.iter().map(Span::to_json).collect();
        Object::default().with_list("columns", columns).and(self.declared.to_json())
    }

    fn check(&self, source: &Arc<SourceText>) -> Vec<Diagnostic> {
        let mut diagnostics = self.declared.resolve(source).err().unwrap_or_default();
        let mut seen = BTreeSet::new();
        for name in self.expanded().into_iter().filter(|name| !seen.insert(name.text.clone())) {
            let diagnostic = Diagnostic::error("repeated-column", format!("`{}` is listed twice", name.text));
            diagnostics.push(diagnostic.at(source, name.span(), "listed already").help("leave it out here"));
        }
        diagnostics
    }

    fn declare(&self, lowering: &mut Lowering<'_>, columns: &mut DeclaredColumns) {
        for name in self.expanded() {
            self.declared.declare(&name, lowering, columns);
        }
    }

    fn lower(&self, lowering: &mut Lowering<'_>) {
        self.declared.lower(&self.expanded(), lowering);
    }

    fn files(&self) -> Vec<NamedFile<'_>> {
        column::files(&self.declared)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(first: &str, last: &str, expected: Result<&[&str], &str>) {
        let span = Span { first: Name::unplaced(first), last: Some(Name::unplaced(last)) };
        let names = span.expanded().map(|names| names.into_iter().map(|name| name.text).collect::<Vec<_>>());
        let expected = expected.map(|names| names.iter().map(|name| (*name).to_owned()).collect());
        assert_eq!(names, expected.map_err(str::to_owned));
    }

    #[test]
    fn a_range_counts_the_number_at_the_end() {
        check("q1", "q3", Ok(&["q1", "q2", "q3"]));
        check("q09", "q11", Ok(&["q09", "q10", "q11"]));
        check("x 9", "x 10", Ok(&["x 9", "x 10"]));
        check("q3", "q1", Err("write `q1..q3`"));
        check("q1", "r3", Err("write two names that differ only in the number at their end, or list the columns"));
        check("a", "b", Err("write two names that end with a number, such as `q1..q12`, or list the columns"));
        check("q1", "q99999", Err("write several ranges: one stands for 10000 columns at the most"));
        check(
            "q1",
            "q99999999999999999999",
            Err("write two names that end with a number, such as `q1..q12`, or list the columns"),
        );
    }
}
