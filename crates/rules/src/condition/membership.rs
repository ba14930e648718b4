//! What one cell is held against: a list, a range, a regular expression.

use std::fmt;

use lustrate_diagnostic::Diagnostic;

use super::{Cell, mends};
use crate::cursor::Cursor;
use crate::keywords::is_reserved;
use crate::lexer::TokenKind;
use crate::name::quoted;
use crate::{Pattern, pattern};

/// What one cell is held against.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Membership {
    /// `in ("a", "b", 3)`
    OneOf(Vec<Constant>),
    /// `in 1..5`, `in "2020-01-01".."2020-12-31"`: both ends belong to it.
    Between(Constant, Constant),
    /// `matches /re/`
    Matches(Pattern),
}

/// A constant.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Constant {
    /// A text, without its quotes.
    Text(String),
    /// A number, as written.
    Number(String),
}

impl Constant {
    /// Its text, in whatever way it was written.
    pub fn text(&self) -> &str {
        match self {
            Constant::Text(text) | Constant::Number(text) => text,
        }
    }
}

impl fmt::Display for Membership {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Membership::OneOf(constants) => {
                let shown: Vec<_> = constants.iter().map(Constant::to_string).collect();
                write!(f, "in ({})", shown.join(", "))
            }
            Membership::Between(low, high) => write!(f, "in {low}..{high}"),
            Membership::Matches(pattern) => write!(f, "matches {pattern}"),
        }
    }
}

/// Reads what stands behind `in`.
pub(super) fn list_or_range(cursor: &mut Cursor<'_>, of: &Cell) -> Result<Membership, Diagnostic> {
    const SHAPE: &str = "write `in (\"a\", \"b\")` or `in 1..5`";
    let whole_list = match mends::constants_from(cursor, 1) {
        constants if constants.is_empty() => SHAPE.to_owned(),
        constants => format!("write `in ({})`", constants.join(", ")),
    };
    if cursor.accept(&TokenKind::Open) {
        let mut constants = vec![constant(cursor).map_err(|error| error.help(whole_list.as_str()))?];
        while cursor.accept(&TokenKind::Comma) {
            constants.push(constant(cursor).map_err(|error| error.help(whole_list.as_str()))?);
        }
        cursor.expect(&TokenKind::Close, "`,` or `)`").map_err(|error| error.help(whole_list))?;
        return Ok(Membership::OneOf(constants));
    }
    let help = match cursor.peek() {
        Some(TokenKind::Word(word)) if !is_reserved(word) => {
            format!("write `in ({})` for a text, or `= {word}` in the place of `in` for a column", quoted(word))
        }
        _ => SHAPE.to_owned(),
    };
    let low = constant(cursor).map_err(|error| error.help(help))?;
    if !cursor.accept(&TokenKind::Dot) {
        let help = mends::range_or_list(cursor, &low.to_string());
        return Err(cursor.expected("`..`").help(help));
    }
    cursor.expect(&TokenKind::Dot, "`..`").map_err(|error| error.help(SHAPE))?;
    let highest = match cursor.peek() {
        Some(TokenKind::Dot) => format!("write two dots: `in {low}..{}`", cursor.written(1, 1)),
        Some(TokenKind::Word(word)) if !is_reserved(word) => format!("write `{}`", quoted(word)),
        _ => format!("write `{of} >= {low}`, or the highest value behind the dots"),
    };
    Ok(Membership::Between(low, constant(cursor).map_err(|error| error.help(highest))?))
}

/// Reads the expression that stands behind `matches`.
pub(super) fn expression(cursor: &mut Cursor<'_>) -> Result<Membership, Diagnostic> {
    pattern::pattern(cursor).map(Membership::Matches)
}

fn constant(cursor: &mut Cursor<'_>) -> Result<Constant, Diagnostic> {
    let constant = match cursor.peek() {
        Some(TokenKind::Text(text)) => Constant::Text(text.clone()),
        Some(TokenKind::Number(number)) => Constant::Number(number.clone()),
        _ => return Err(cursor.expected("a text in double quotes or a number")),
    };
    cursor.advance();
    Ok(constant)
}
