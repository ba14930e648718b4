//! Tokens to declarations.

use lustrate_diagnostic::{Diagnostic, nearest};
use lustrate_table::parse_number;

use super::{CASES, Declaration, Inference, ROLES, Range, ReferenceColumn, TypeWords, is_number};
use crate::ColumnRole;
use crate::cursor::Cursor;
use crate::lexer::TokenKind;
use crate::name::{At, Name, quoted};
use crate::pattern::pattern;
use crate::policy;

/// The words that begin a type.
const TYPES: &[&str] = &["date", "datetime", "duration", "integer", "number", "one", "quantity", "text", "time"];

/// What begins a clause, apart from roles, patterns and ranges.
const CLAUSES: &[&str] = &["accept", "case", "in", "infer", "never", "null", "required", "unit"];

/// Types of other languages, and ours for them.
const FOREIGN_TYPES: &[(&str, &str)] = &[
    ("bool", "one of \"true\", \"false\""),
    ("boolean", "one of \"true\", \"false\""),
    ("category", "one of \"a\", \"b\""),
    ("char", "text"),
    ("decimal", "number"),
    ("double", "number"),
    ("enum", "one of \"a\", \"b\""),
    ("float", "number"),
    ("int", "integer"),
    ("interval", "duration in min"),
    ("numeric", "number"),
    ("real", "number"),
    ("str", "text"),
    ("string", "text"),
    ("timestamp", "datetime"),
    ("varchar", "text"),
];

/// Reads a type and clauses, up to the policy.
pub(crate) fn declaration(cursor: &mut Cursor<'_>) -> Result<Declaration, Diagnostic> {
    let start = cursor.span();
    let mut declared = Declaration { column_type: type_words(cursor)?, ..Declaration::default() };
    if let (None, Some(TokenKind::Word(word))) = (&declared.column_type, cursor.peek())
        && !begins_clause(word)
        && !begins_policy(word)
    {
        return Err(unknown_type(cursor, word));
    }
    let mut clauses = 0;
    while clause(cursor, &mut declared)? {
        clauses += 1;
    }
    if declared.column_type.is_none() && clauses == 0 {
        return Err(cursor.expected("a type or a clause").help(format!("the types are {}", type_names())));
    }
    declared.at = At(start.to(cursor.before()));
    Ok(declared)
}

/// Reads constants with commas between them.
pub(crate) fn values(cursor: &mut Cursor<'_>) -> Result<Vec<Name>, Diagnostic> {
    let mut values = vec![value(cursor)?];
    while cursor.accept(&TokenKind::Comma) {
        values.push(value(cursor)?);
    }
    Ok(values)
}

fn value(cursor: &mut Cursor<'_>) -> Result<Name, Diagnostic> {
    let span = cursor.span();
    let text = match (cursor.peek(), cursor.peek_after(1)) {
        (Some(TokenKind::Text(text) | TokenKind::Number(text)), _) => text.clone(),
        (Some(TokenKind::Minus), Some(TokenKind::Number(number))) => {
            cursor.advance();
            format!("-{number}")
        }
        (Some(TokenKind::Word(word)), _) => {
            return Err(cursor.expected("a value").help(format!("write `{}`", quoted(word))));
        }
        _ => return Err(cursor.expected("a value").help("write a text in double quotes, or a number")),
    };
    cursor.advance();
    Ok(Name::new(text, span.to(cursor.before())))
}

fn type_words(cursor: &mut Cursor<'_>) -> Result<Option<TypeWords>, Diagnostic> {
    let Some(TokenKind::Word(word)) = cursor.peek() else { return Ok(None) };
    if !TYPES.contains(&word.as_str()) {
        return Ok(None);
    }
    cursor.advance();
    Ok(Some(match word.as_str() {
        "integer" => TypeWords::Integer,
        "number" => TypeWords::Number,
        "date" => TypeWords::Date(format(cursor)),
        "time" => TypeWords::Time(format(cursor)),
        "datetime" => TypeWords::DateTime(format(cursor)),
        "duration" => {
            cursor.expect_word("in").map_err(|error| error.help("write `duration in min`, or another unit of time"))?;
            TypeWords::Duration(unit(cursor)?)
        }
        "quantity" => {
            cursor.expect_word("in").map_err(|error| error.help("write `quantity in kg`, or another unit"))?;
            TypeWords::Quantity(unit(cursor)?)
        }
        "one" => {
            cursor.expect_word("of").map_err(|error| error.help("write `one of \"a\", \"b\"`"))?;
            TypeWords::OneOf(values(cursor)?)
        }
        _ => TypeWords::Text,
    }))
}

/// A format behind a type, which is not the low end of a range: formats have a `%`, ends of ranges never.
fn format(cursor: &mut Cursor<'_>) -> Option<Name> {
    match (cursor.peek(), cursor.peek_after(1)) {
        (Some(TokenKind::Text(text)), after) if text.contains('%') || after != Some(&TokenKind::Dot) => {
            let span = cursor.span();
            cursor.advance();
            Some(Name::new(text, span))
        }
        _ => None,
    }
}

/// A unit or a format: a word, or a text in quotes.
fn unit(cursor: &mut Cursor<'_>) -> Result<Name, Diagnostic> {
    let name = match cursor.peek() {
        Some(TokenKind::Word(text) | TokenKind::Text(text)) => text.clone(),
        Some(TokenKind::Percent) => "%".to_owned(),
        _ => return Err(cursor.expected("a unit").help("write a unit such as `min`, `kg` or `\"m/s\"`")),
    };
    let name = Name::new(name, cursor.span());
    cursor.advance();
    Ok(name)
}

/// Reads the next clause, if there is one.
fn clause(cursor: &mut Cursor<'_>, declared: &mut Declaration) -> Result<bool, Diagnostic> {
    let again = cursor.expected("one clause of a kind").help("leave the second out");
    let is_new = |said: bool| if said { Err(again.clone()) } else { Ok(()) };
    if begins_range(cursor) {
        is_new(declared.range.is_some())?;
        declared.range = Some(range(cursor)?);
        return Ok(true);
    }
    let word = match cursor.peek() {
        Some(TokenKind::Regex(_)) => {
            is_new(declared.pattern.is_some())?;
            declared.pattern = Some(pattern(cursor)?);
            return Ok(true);
        }
        Some(TokenKind::Word(word)) if !begins_policy(word) => word.as_str(),
        _ => return Ok(false),
    };
    if !begins_clause(word) {
        return Err(unknown_clause(cursor, word));
    }
    cursor.advance();
    match word {
        "in" => {
            is_new(declared.member.is_some())?;
            declared.member = Some(reference_column(cursor)?);
        }
        "accept" => {
            is_new(!declared.accept.is_empty())?;
            declared.accept = vec![unit(cursor)?];
            while cursor.accept(&TokenKind::Comma) {
                declared.accept.push(unit(cursor)?);
            }
        }
        "unit" => {
            is_new(declared.unit.is_some())?;
            declared.unit = Some(unit(cursor)?);
        }
        "case" => {
            is_new(declared.letter_case.is_some())?;
            let found = CASES.iter().find(|(_, word)| cursor.accept_word(word));
            let expected = || cursor.expected("`lower`, `title` or `upper`").help("write `case upper`");
            declared.letter_case = Some(found.ok_or_else(expected)?.0);
        }
        "infer" => {
            is_new(declared.infer_unit.is_some())?;
            let start = cursor.before();
            cursor.expect_word("unit").map_err(|error| error.help("write `infer unit`"))?;
            let by = if cursor.accept_word("by") { cursor.columns()? } else { Vec::new() };
            declared.infer_unit = Some(Inference { by, at: At(start.to(cursor.before())) });
        }
        "null" => {
            is_new(!declared.nulls.is_empty())?;
            declared.nulls = values(cursor)?.into_iter().map(|value| value.text).collect();
        }
        "required" => {
            is_new(declared.required)?;
            declared.required = true;
        }
        "never" => {
            is_new(declared.never_repair)?;
            cursor.expect_word("repair").map_err(|error| error.help("write `never repair`"))?;
            declared.never_repair = true;
        }
        word => {
            let (role, _) = ROLES.iter().find(|(_, role)| *role == word).expect("what begins a clause is a role here");
            is_new(!declared.roles.insert(*role))?;
            if *role == ColumnRole::Label && cursor.accept_word("good") {
                declared.good = values(cursor)?;
            }
        }
    }
    Ok(true)
}

fn begins_clause(word: &str) -> bool {
    CLAUSES.contains(&word) || ROLES.iter().any(|(_, role)| *role == word)
}

/// Whether a word begins a policy; `never repair` is a clause here, which says the same of the column.
fn begins_policy(word: &str) -> bool {
    policy::WORDS.contains(&word) && !CLAUSES.contains(&word)
}

fn begins_range(cursor: &Cursor<'_>) -> bool {
    match cursor.peek() {
        Some(TokenKind::Dot | TokenKind::Number(_) | TokenKind::Minus) => true,
        Some(TokenKind::Text(_)) => cursor.peek_after(1) == Some(&TokenKind::Dot),
        _ => false,
    }
}

fn range(cursor: &mut Cursor<'_>) -> Result<Range, Diagnostic> {
    const SHAPE: &str = "write `0..100`, `0..` or `..100`";
    let start = cursor.span();
    let low = if cursor.peek() == Some(&TokenKind::Dot) { None } else { Some(end_of_range(cursor)?) };
    for _ in 0..2 {
        cursor.expect(&TokenKind::Dot, "`..`").map_err(|error| error.help(SHAPE))?;
    }
    let ends = matches!(cursor.peek(), Some(TokenKind::Text(_) | TokenKind::Number(_) | TokenKind::Minus));
    let high = if ends { Some(end_of_range(cursor)?) } else { None };
    if low.is_none() && high.is_none() {
        return Err(cursor.expected("an end of the range").help(SHAPE));
    }
    Ok(Range { low, high, at: At(start.to(cursor.before())) })
}

/// Reads an end. What is a number in another spelling, as `"+5"`, becomes the number: in quotes behind `..` it would be
/// the last of a range of columns.
fn end_of_range(cursor: &mut Cursor<'_>) -> Result<Name, Diagnostic> {
    let mut end = value(cursor)?;
    end.text = plain_end(&end.text);
    Ok(end)
}

/// The end of a range as it is kept.
pub(super) fn plain_end(text: &str) -> String {
    let number = parse_number(text).filter(|_| !is_number(text));
    number.map_or_else(|| text.to_owned(), |number| number.to_string())
}

fn reference_column(cursor: &mut Cursor<'_>) -> Result<ReferenceColumn, Diagnostic> {
    if cursor.peek() == Some(&TokenKind::Open) {
        let help = "write `one of \"a\", \"b\"` for a list, or `in \"FILE\".COLUMN` for a column of a reference table";
        return Err(cursor.expected("the name of a file in double quotes").help(help));
    }
    let file = cursor.file()?;
    let help = format!("write `in {}.COLUMN`", quoted(&file.text));
    cursor.expect(&TokenKind::Dot, "`.`").map_err(|error| error.help(&help))?;
    Ok(ReferenceColumn { file, column: cursor.column().map_err(|error| error.help(&help))? })
}

fn type_names() -> &'static str {
    "text, integer, number, date, time, datetime, duration in UNIT, quantity in UNIT and one of \"a\", \"b\""
}

fn unknown_type(cursor: &Cursor<'_>, word: &str) -> Diagnostic {
    let folded = word.to_lowercase();
    let foreign = FOREIGN_TYPES.iter().find(|(foreign, _)| *foreign == folded).map(|(_, ours)| *ours);
    let roles = ROLES.iter().map(|(_, role)| *role);
    let near = || nearest(word, TYPES.iter().chain(CLAUSES).copied().chain(roles));
    let help = match foreign.or_else(near) {
        Some("one") => "write `one of \"a\", \"b\"`".to_owned(),
        Some(near) => format!("write `{near}`"),
        None => format!("the types are {}", type_names()),
    };
    Diagnostic::error("unknown-type", format!("there is no type `{word}`"))
        .at(cursor.source, cursor.span(), "neither a type nor a clause")
        .help(help)
}

fn unknown_clause(cursor: &Cursor<'_>, word: &str) -> Diagnostic {
    let roles = || ROLES.iter().map(|(_, role)| *role);
    let near = nearest(word, CLAUSES.iter().chain(policy::WORDS).copied().chain(roles()));
    let help = match near {
        Some(near) => format!("write `{near}`"),
        None if TYPES.contains(&word) => "a column has one type; leave the second out".to_owned(),
        None => format!(
            "the clauses are {}, a pattern such as `/[0-9]+/`, a range such as `0..100`, and the roles {}",
            CLAUSES.join(", "),
            roles().collect::<Vec<_>>().join(", "),
        ),
    };
    Diagnostic::error("unknown-clause", format!("no clause of a column begins with `{word}`"))
        .at(cursor.source, cursor.span(), "not a clause")
        .help(help)
}
