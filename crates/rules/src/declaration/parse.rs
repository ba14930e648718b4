//! Tokens to declarations.

use lustrate_diagnostic::Diagnostic;
use lustrate_table::parse_number;
use lustrate_values::Unit;

use super::{CASES, Declaration, FORMATS, Inference, ROLES, Range, ReferenceColumn, TypeWords, is_number, mends};
use crate::ColumnRole;
use crate::cursor::Cursor;
use crate::lexer::TokenKind;
use crate::name::{At, Name, quoted};
use crate::pattern::pattern;
use crate::policy;

/// The words that begin a type.
pub(crate) const TYPES: &[&str] =
    &["date", "datetime", "duration", "integer", "number", "one", "quantity", "text", "time"];

/// What begins a clause, apart from roles, patterns and ranges.
pub(crate) const CLAUSES: &[&str] = &["accept", "case", "format", "in", "infer", "never", "null", "required", "unit"];

/// Reads a type and clauses, up to the policy.
pub(crate) fn declaration(cursor: &mut Cursor<'_>) -> Result<Declaration, Diagnostic> {
    let start = cursor.span();
    let mut declared = Declaration { column_type: type_words(cursor)?, ..Declaration::default() };
    if let (None, Some(TokenKind::Word(word))) = (&declared.column_type, cursor.peek())
        && !begins_clause(word)
        && !begins_policy(word)
    {
        return Err(mends::unknown_type(cursor, word));
    }
    let mut clauses = 0;
    while clause(cursor, &mut declared)? {
        clauses += 1;
    }
    if declared.column_type.is_none() && clauses == 0 {
        return Err(mends::no_declaration(cursor));
    }
    if let Some(diagnostic) = mends::no_clause(cursor) {
        return Err(diagnostic);
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
        (Some(TokenKind::Word(_)), _) => {
            let joined = cursor.written(0, cursor.joined() as isize);
            return Err(cursor.expected("a value").help(format!("write `{}`", quoted(joined))));
        }
        (Some(TokenKind::Open), Some(TokenKind::Text(_) | TokenKind::Number(_))) => {
            return Err(cursor.expected("a value").help("write the values without brackets"));
        }
        (Some(TokenKind::Compare(_)), Some(TokenKind::Text(_) | TokenKind::Number(_))) => {
            let help = format!("write `{}` without a sign before it", cursor.written(1, 1));
            return Err(cursor.expected("a value").help(help));
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
            cursor.expect_word("in").map_err(|error| error.help(with_unit(cursor, "duration", "min")))?;
            TypeWords::Duration(unit(cursor)?)
        }
        "quantity" => {
            cursor.expect_word("in").map_err(|error| error.help(with_unit(cursor, "quantity", "kg")))?;
            TypeWords::Quantity(unit(cursor)?)
        }
        "one" => {
            cursor.expect_word("of").map_err(|error| error.help("write `one of \"a\", \"b\"`"))?;
            TypeWords::OneOf(values(cursor)?)
        }
        _ => TypeWords::Text,
    }))
}

/// The mend of a type without `in` before its unit.
fn with_unit(cursor: &Cursor<'_>, word: &str, example: &str) -> String {
    match cursor.peek() {
        Some(TokenKind::Word(unit) | TokenKind::Text(unit)) if Unit::find(unit).is_some() => {
            format!("write `in {}`", cursor.written(0, 0))
        }
        _ => format!("write `{word} in {example}`, or another unit"),
    }
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
    let first = match cursor.peek() {
        Some(TokenKind::Word(word)) => format!("`{word}`"),
        Some(TokenKind::Regex(_)) => "a pattern".to_owned(),
        _ => "a range".to_owned(),
    };
    let again = Diagnostic::error("repeated-clause", format!("{first} is said twice of the column"))
        .at(cursor.source, cursor.span(), "said already")
        .help("leave the second out");
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
        return Err(mends::unknown_clause(cursor, word, declared.column_type.is_some()));
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
            let word = match cursor.peek() {
                Some(TokenKind::Word(word)) => Some(word.as_str()),
                _ => None,
            };
            let expected = || cursor.expected("`lower`, `title` or `upper`").help(mends::letter_case(word));
            declared.letter_case = Some(found.ok_or_else(expected)?.0);
        }
        "format" => {
            is_new(!declared.formats.is_empty())?;
            declared.formats = vec![convention(cursor)?];
            while cursor.accept(&TokenKind::Comma) {
                let name = convention(cursor)?;
                if !declared.formats.contains(&name) {
                    declared.formats.push(name);
                }
            }
        }
        "infer" => {
            is_new(declared.infer_unit.is_some())?;
            let start = cursor.before();
            cursor.expect_word("unit").map_err(|error| error.help("write `unit`, as in `infer unit by COLUMN`"))?;
            let by = match cursor.accept_word("by") {
                true => cursor.columns().map_err(|error| match (cursor.peek(), error.help.is_some()) {
                    (None, false) => error.help("write `by COLUMN`, or leave `by` out"),
                    _ => error,
                })?,
                false => Vec::new(),
            };
            declared.infer_unit = Some(Inference { by, at: At(start.to(cursor.before())) });
        }
        "null" => {
            is_new(!declared.nulls.is_empty())?;
            if cursor.peek().is_none() {
                let help = "write a spelling of a missing value behind it, such as `\"N/A\"`; values may be missing where \
                            `required` is not said";
                return Err(cursor.expected("a value").help(help));
            }
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

/// Reads the name of a convention of writing.
fn convention(cursor: &mut Cursor<'_>) -> Result<&'static str, Diagnostic> {
    let known = match cursor.peek() {
        Some(TokenKind::Word(word)) => FORMATS.iter().find(|name| **name == word),
        _ => None,
    };
    let name = known.ok_or_else(|| mends::no_convention(cursor))?;
    cursor.advance();
    Ok(name)
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
    if let (Some(TokenKind::Minus), Some(TokenKind::Word(_)), true) =
        (cursor.peek(), cursor.peek_after(1), cursor.is_joined_to_before())
    {
        return Err(mends::no_declaration(cursor));
    }
    let low = if cursor.peek() == Some(&TokenKind::Dot) { None } else { Some(end_of_range(cursor)?) };
    for _ in 0..2 {
        let help = match (&low, cursor.peek(), cursor.peek_after(1)) {
            (Some(low), Some(TokenKind::Number(high)), _) => {
                format!("write `{}..{}`", low.text, high.trim_start_matches('-'))
            }
            (Some(low), Some(TokenKind::Minus | TokenKind::Word(_)), Some(TokenKind::Number(high))) => {
                format!("write `{}..{high}`", low.text)
            }
            (Some(low), Some(TokenKind::Comma), Some(TokenKind::Number(digits))) => {
                format!(
                    "write `{}..{digits}` for a range; a number has a point and no comma: `{}.{digits}`",
                    low.text, low.text
                )
            }
            _ => SHAPE.to_owned(),
        };
        cursor.expect(&TokenKind::Dot, "`..`").map_err(|error| error.help(help))?;
    }
    if cursor.peek() == Some(&TokenKind::Dot) {
        return Err(cursor.expected("an end of the range").help("write two dots between the ends"));
    }
    let ends = matches!(cursor.peek(), Some(TokenKind::Text(_) | TokenKind::Number(_) | TokenKind::Minus));
    let high = if ends { Some(end_of_range(cursor)?) } else { None };
    if let (Some(TokenKind::Word(word)), None) = (cursor.peek(), &high)
        && low.is_none()
    {
        let help = format!("write `columns {}..{word}` for several columns", cursor.written(-3, -3));
        return Err(cursor.expected("an end of the range").help(help));
    }
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
    let file = cursor.file().map_err(|error| match error.help {
        Some(help) => Diagnostic { help: Some(format!("{help}, then a dot and the column of the file")), ..error },
        None => error,
    })?;
    let help = match cursor.peek() {
        Some(TokenKind::Comma) => format!("write `one of {}` for a list", mends::list_from(&file, cursor)),
        _ => mends::reference_column(&file, cursor),
    };
    cursor.expect(&TokenKind::Dot, "`.`").map_err(|error| error.help(help))?;
    let help = mends::reference_column(&file, cursor);
    Ok(ReferenceColumn { file, column: cursor.column().map_err(|error| error.help(help))? })
}
