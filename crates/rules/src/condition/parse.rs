//! Tokens to conditions.

use lustrate_diagnostic::Diagnostic;

use super::{Cell, Condition, Manner, Side};
use crate::cursor::Cursor;
use crate::lexer::TokenKind;
use crate::name::{At, Name};
use crate::{Comparison, Tuple};

/// Reads conditions with `and` between them; brackets around all of them are allowed, so that they can stand on
/// several lines.
pub(crate) fn conditions(cursor: &mut Cursor<'_>) -> Result<Vec<Condition>, Diagnostic> {
    let bracketed = cursor.accept(&TokenKind::Open);
    let mut conditions = vec![condition(cursor)?];
    while cursor.accept_word("and") {
        conditions.push(condition(cursor)?);
    }
    if matches!(cursor.peek(), Some(TokenKind::Word(word)) if word == "or") {
        return Err(cursor.expected("`and`").help("write a rule for each side of `or`"));
    }
    if bracketed {
        cursor.expect(&TokenKind::Close, "`and` or `)`")?;
    }
    Ok(conditions)
}

fn condition(cursor: &mut Cursor<'_>) -> Result<Condition, Diagnostic> {
    let start = cursor.span();
    let left = left(cursor)?;
    let comparison = comparison(cursor)?;
    let right = right(cursor)?;
    let manner = manner(cursor, comparison)?;
    let span = start.to(cursor.before());
    let (left, comparison, right) = match (left, right) {
        (Side::Cell(left), right) => (left, comparison, right),
        (constant, Side::Cell(right)) => (right, comparison.flipped(), constant),
        _ => {
            let diagnostic = Diagnostic::error("two-constants", "a comparison of two constants is about no cell");
            let help = "write a column on the left, in double quotes if it starts with a digit";
            return Err(diagnostic.at(cursor.source, span, "two constants").help(help));
        }
    };
    Ok(Condition { left, comparison, right, manner, at: At(span) })
}

/// The left side: a column, or a number that is compared with a column on the right.
fn left(cursor: &mut Cursor<'_>) -> Result<Side, Diagnostic> {
    match cursor.peek() {
        Some(TokenKind::Number(number)) => {
            cursor.advance();
            Ok(Side::Number(number.clone()))
        }
        Some(TokenKind::Text(_) | TokenKind::Word(_)) => cell(cursor).map(Side::Cell),
        _ => Err(cursor.expected("a column")),
    }
}

/// The right side: a column, a text or a number.
fn right(cursor: &mut Cursor<'_>) -> Result<Side, Diagnostic> {
    match cursor.peek() {
        Some(TokenKind::Number(number)) => {
            cursor.advance();
            Ok(Side::Number(number.clone()))
        }
        Some(TokenKind::Text(text)) => {
            cursor.advance();
            Ok(Side::Text(text.clone()))
        }
        Some(TokenKind::Word(word)) if word == "column" => {
            cursor.advance();
            Ok(Side::Cell(Cell { tuple: None, column: cursor.column()? }))
        }
        Some(TokenKind::Word(_)) => cell(cursor).map(Side::Cell),
        _ => Err(cursor.expected("a column, a text in double quotes or a number")),
    }
}

/// A column, with its row before it in a rule about two rows.
fn cell(cursor: &mut Cursor<'_>) -> Result<Cell, Diagnostic> {
    let (Some(TokenKind::Word(row)), Some(TokenKind::Dot)) = (cursor.peek(), cursor.peek_after(1)) else {
        return Ok(Cell { tuple: None, column: cursor.column()? });
    };
    let tuple = match row.as_str() {
        "a" => Tuple::A,
        "b" => Tuple::B,
        other => {
            let mut help = "write `a.` for one row and `b.` for the other".to_owned();
            if let Some(TokenKind::Word(column) | TokenKind::Text(column)) = cursor.peek_after(2) {
                let column = Name::unplaced(column);
                help = format!("write `a.{column}` or `b.{column}`, or `{column}` in a rule about one row");
            }
            return Err(Diagnostic::error("unknown-row", format!("no row is called `{other}`"))
                .at(cursor.source, cursor.span(), "the rows are `a` and `b`")
                .help(help));
        }
    };
    cursor.advance();
    cursor.advance();
    Ok(Cell { tuple: Some(tuple), column: cursor.column()? })
}

fn comparison(cursor: &mut Cursor<'_>) -> Result<Comparison, Diagnostic> {
    match cursor.peek() {
        Some(&TokenKind::Compare(comparison)) => {
            cursor.advance();
            Ok(comparison)
        }
        Some(TokenKind::Word(word)) if word == "is" => {
            Err(cursor.expected("`=`, `!=`, `<`, `<=`, `>` or `>=`").help("write `=`"))
        }
        _ => Err(cursor.expected("`=`, `!=`, `<`, `<=`, `>` or `>=`")),
    }
}

fn manner(cursor: &mut Cursor<'_>, comparison: Comparison) -> Result<Manner, Diagnostic> {
    let start = cursor.span();
    if cursor.accept_word("ignoring") {
        cursor.expect_word("case")?;
        if comparison.is_order() {
            let title = "only `=` and `!=` can ignore case";
            return Err(Diagnostic::error("no-case-in-order", title)
                .at(cursor.source, start.to(cursor.before()), "behind an order comparison")
                .help("write `by text` to compare as text"));
        }
        return Ok(Manner::IgnoringCase);
    }
    if !cursor.accept_word("by") {
        return Ok(Manner::Plain);
    }
    if cursor.accept_word("text") {
        return Ok(Manner::ByText);
    }
    if !cursor.accept_word("number") {
        return Err(cursor.expected("`text`, `number` or `number or text`"));
    }
    if cursor.accept_word("or") {
        cursor.expect_word("text")?;
        return Ok(Manner::ByNumberOrText);
    }
    Ok(Manner::ByNumber)
}
