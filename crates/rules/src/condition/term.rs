//! Arithmetic over cells, as it is written.

use std::fmt;

use lustrate_diagnostic::Diagnostic;
use lustrate_table::parse_number;

use super::parse::cell;
use super::{Cell, mends};
use crate::Arithmetic;
use crate::cursor::Cursor;
use crate::lexer::TokenKind;

/// A cell, a number, or arithmetic over them.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Term {
    /// A cell.
    Cell(Cell),
    /// A number, as written.
    Number(String),
    /// `-x`, of what is no number.
    Negative(Box<Term>),
    /// Two terms and what is between them.
    Binary(Arithmetic, Box<Term>, Box<Term>),
}

/// So many signs and brackets a formula may have: more than anyone reads, and few enough to walk it by recursion.
const MOST_SIGNS: usize = 200;

/// What stands in arithmetic, for messages.
const OPERAND: &str = "a column or a number";

/// Reads a term; `what` is how messages call its first operand.
pub(super) fn term(cursor: &mut Cursor<'_>, what: &str) -> Result<Term, Diagnostic> {
    let mut signs = 0;
    sum(cursor, what, &mut signs)
}

/// Whether the token after the next one goes on with arithmetic.
pub(super) fn arithmetic_follows(cursor: &Cursor<'_>) -> bool {
    match cursor.peek_after(1) {
        Some(TokenKind::Plus | TokenKind::Minus | TokenKind::Star | TokenKind::Slash) => true,
        Some(TokenKind::Number(number)) => number.starts_with('-'),
        _ => false,
    }
}

fn sum(cursor: &mut Cursor<'_>, what: &str, signs: &mut usize) -> Result<Term, Diagnostic> {
    let first = factor(cursor, what, signs)?;
    let mut left = product(cursor, first, signs)?;
    loop {
        let (operation, first) = match cursor.peek() {
            Some(TokenKind::Plus) => (Arithmetic::Add, None),
            Some(TokenKind::Minus) => (Arithmetic::Subtract, None),
            // `total -1`: the sign of what looks like a number subtracts it.
            Some(TokenKind::Number(number)) => match number.strip_prefix('-') {
                Some(number) => (Arithmetic::Subtract, Some(Term::Number(number.to_owned()))),
                None => return Ok(left),
            },
            _ => return Ok(left),
        };
        count(cursor, signs)?;
        cursor.advance();
        let first = match first {
            Some(number) => number,
            None => factor(cursor, OPERAND, signs)?,
        };
        let right = product(cursor, first, signs)?;
        left = Term::Binary(operation, Box::new(left), Box::new(right));
    }
}

fn product(cursor: &mut Cursor<'_>, first: Term, signs: &mut usize) -> Result<Term, Diagnostic> {
    let mut left = first;
    loop {
        let operation = match cursor.peek() {
            Some(TokenKind::Star) => Arithmetic::Multiply,
            Some(TokenKind::Slash) => Arithmetic::Divide,
            Some(TokenKind::Regex(_)) => {
                let help = "write blanks on both sides of `/` to divide, or `matches` before a regular expression";
                return Err(cursor.expected("an operator").help(help));
            }
            _ => return Ok(left),
        };
        count(cursor, signs)?;
        cursor.advance();
        let right = factor(cursor, OPERAND, signs)?;
        left = Term::Binary(operation, Box::new(left), Box::new(right));
    }
}

fn factor(cursor: &mut Cursor<'_>, what: &str, signs: &mut usize) -> Result<Term, Diagnostic> {
    match cursor.peek() {
        Some(TokenKind::Open) => {
            count(cursor, signs)?;
            cursor.advance();
            let inner = sum(cursor, OPERAND, signs)?;
            if !cursor.accept(&TokenKind::Close) {
                return Err(mends::not_closed(cursor, "`)`"));
            }
            Ok(inner)
        }
        Some(TokenKind::Minus) => {
            count(cursor, signs)?;
            cursor.advance();
            Ok(match factor(cursor, OPERAND, signs)? {
                Term::Number(number) => Term::Number(match number.strip_prefix('-') {
                    Some(positive) => positive.to_owned(),
                    None => format!("-{number}"),
                }),
                Term::Negative(inner) => *inner,
                other => Term::Negative(Box::new(other)),
            })
        }
        Some(TokenKind::Number(number)) => {
            if parse_number(number).is_none() {
                return Err(cursor.expected(what).help("write a number below 1e308"));
            }
            cursor.advance();
            Ok(Term::Number(number.clone()))
        }
        Some(TokenKind::Word(word)) if word == "column" => {
            cursor.advance();
            Ok(Term::Cell(Cell { tuple: None, column: cursor.column()? }))
        }
        Some(TokenKind::Text(_) | TokenKind::Word(_)) => cell(cursor).map(Term::Cell),
        _ if what == OPERAND => {
            Err(cursor.expected(what).help(format!("write {what} behind `{}`", cursor.written(-1, -1))))
        }
        _ => Err(cursor.expected(what)),
    }
}

fn count(cursor: &Cursor<'_>, signs: &mut usize) -> Result<(), Diagnostic> {
    *signs += 1;
    if *signs <= MOST_SIGNS {
        return Ok(());
    }
    let title = format!("a formula of more than {MOST_SIGNS} signs and brackets");
    Err(Diagnostic::error("long-formula", title)
        .at(cursor.source, cursor.span(), "too long from here on")
        .help("write the sum of some of the columns into a column of the table"))
}

impl Term {
    /// The cells that it names, from left to right.
    pub fn cells(&self) -> Vec<&Cell> {
        match self {
            Term::Cell(cell) => vec![cell],
            Term::Number(_) => Vec::new(),
            Term::Negative(inner) => inner.cells(),
            Term::Binary(_, left, right) => {
                let mut cells = left.cells();
                cells.extend(right.cells());
                cells
            }
        }
    }

    /// How closely its outermost sign binds.
    fn binding(&self) -> u8 {
        match self {
            Term::Binary(Arithmetic::Add | Arithmetic::Subtract, ..) => 1,
            Term::Binary(Arithmetic::Multiply | Arithmetic::Divide, ..) => 2,
            Term::Negative(_) | Term::Cell(_) | Term::Number(_) => 3,
        }
    }

    /// Writes the term, in brackets if it binds less closely than it has to.
    fn fmt_within(&self, f: &mut fmt::Formatter<'_>, least: u8) -> fmt::Result {
        if self.binding() < least { write!(f, "({self})") } else { write!(f, "{self}") }
    }
}

/// The term with no more brackets than it needs.
impl fmt::Display for Term {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Term::Cell(cell) => cell.fmt(f),
            Term::Number(number) => f.write_str(number),
            Term::Negative(inner) => {
                f.write_str("-")?;
                inner.fmt_within(f, 3)
            }
            Term::Binary(operation, left, right) => {
                left.fmt_within(f, self.binding())?;
                write!(f, " {} ", operation.sign())?;
                right.fmt_within(f, self.binding() + 1)
            }
        }
    }
}

impl Arithmetic {
    /// The sign in our language.
    pub(crate) fn sign(self) -> &'static str {
        match self {
            Arithmetic::Add => "+",
            Arithmetic::Subtract => "-",
            Arithmetic::Multiply => "*",
            Arithmetic::Divide => "/",
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::Rule;

    /// The rule as it is printed.
    fn check(condition: &str) -> String {
        let rule: Rule = format!("deny {condition}").parse().unwrap_or_else(|errors| panic!("{errors}"));
        rule.to_string().strip_prefix("deny ").unwrap().to_owned()
    }

    #[test]
    fn brackets_are_printed_where_they_are_needed() {
        for (written, printed) in [
            ("((x)) > (y + z)", "x > y + z"),
            ("(x + y) + z > 1", "x + y + z > 1"),
            ("x - (y - z) > 1", "x - (y - z) > 1"),
            ("(x * y) + z / (2) > 1", "x * y + z / 2 > 1"),
            ("x * (y + z) > 1 / (x * y)", "x * (y + z) > 1 / (x * y)"),
            ("-(x + y) > - - x", "-(x + y) > x"),
        ] {
            assert_eq!(check(written), printed);
        }
    }

    #[test]
    fn a_minus_subtracts_with_and_without_blanks() {
        for written in ["total - 1 > 0", "total -1 > 0", "total-1 > 0", "total- 1 > 0"] {
            assert_eq!(check(written), "total - 1 > 0");
        }
        assert_eq!(check("x -2 * y > -3 + z"), "x - 2 * y > -3 + z");
        assert_eq!(check("x - -2 > -(-3)"), "x - -2 > 3");
    }

    #[test]
    fn a_text_in_arithmetic_is_a_column() {
        assert_eq!(check("\"Net Sum\" * 2 > \"Net Sum\" + tax"), "\"Net Sum\" * 2 > \"Net Sum\" + tax");
        assert_eq!(check("x + 1 = column \"Net Sum\""), "x + 1 = column \"Net Sum\"");
    }

    #[test]
    fn a_very_long_formula_is_refused_and_not_walked() {
        let codes = |long: &str| {
            let errors = format!("deny {long}x > 1").parse::<Rule>().unwrap_err();
            errors.iter().map(|error| error.code).collect::<Vec<_>>()
        };
        assert_eq!(codes(&"x + ".repeat(100_000)), ["long-formula"]);
        assert_eq!(codes(&"-".repeat(100_000)), ["long-formula"]);
        assert_eq!(codes(&"(".repeat(100_000)), ["many-brackets"]);
        assert_eq!(codes(&format!("y > {}", "(".repeat(100_000))), ["long-formula"]);
    }
}
