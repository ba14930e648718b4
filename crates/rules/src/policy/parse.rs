//! Tokens to policies.

use lustrate_diagnostic::Diagnostic;

use super::{Policy, Repairs, WORDS};
use crate::cursor::Cursor;
use crate::lexer::TokenKind;
use crate::name::listed;
use crate::share::of_percent;
use crate::statements::Role;
use crate::{Comparison, Strength, condition};

impl Policy {
    /// Reads the policy behind a statement of a role: its parts in any order, each once at most. `None` where there is none.
    pub fn parse(cursor: &mut Cursor<'_>, role: Role) -> Result<Option<Policy>, Diagnostic> {
        let mut strength = None;
        let mut repairs = None;
        let mut filter = None;
        let mut because = None;
        let stands_here = |cursor: &Cursor<'_>| matches!(cursor.peek(), Some(TokenKind::Word(word)) if WORDS.contains(&word.as_str()));
        if !stands_here(cursor) {
            return Ok(None);
        }
        loop {
            if role == Role::Check {
                only_reports(cursor)?;
            }
            let again = cursor.expected("one policy of a kind").help("leave the second out");
            let repeated = if let Some(read) = read_strength(cursor)? {
                strength.replace(read).is_some()
            } else if let Some(read) = read_repairs(cursor)? {
                repairs.replace(read).is_some()
            } else if cursor.accept_word("where") {
                if filter.replace(condition::conditions(cursor)?).is_some() {
                    return Err(again.help("write `and` between the conditions"));
                }
                false
            } else if cursor.accept_word("because") {
                let reason = cursor.text("the reason in double quotes");
                because.replace(reason.map_err(|error| error.help("write `because \"TEXT\"`"))?).is_some()
            } else {
                return Ok(Some(Policy {
                    strength: strength.unwrap_or(Policy::default().strength),
                    repairs: repairs.unwrap_or_default(),
                    filter: filter.unwrap_or_default(),
                    because,
                }));
            };
            if repeated {
                return Err(again);
            }
        }
    }
}

/// Refuses what a check cannot be asked for: it changes no cell, and has no share of rows that break it.
fn only_reports(cursor: &Cursor<'_>) -> Result<(), Diagnostic> {
    let Some(TokenKind::Word(word)) = cursor.peek() else { return Ok(()) };
    let behind = cursor.peek_after(1);
    let (label, help) = match word.as_str() {
        "hard" => ("a check repairs nothing", "write `fail`: the run fails where the check does not hold"),
        "soft" => ("a check is no evidence for repairs", "write `warn`, or leave it out"),
        "never" | "repair" => ("a check repairs nothing", "leave it out"),
        "fail" if matches!(behind, Some(TokenKind::Word(word)) if word == "if") => {
            ("a check holds or does not, of all rows together", "write `fail`")
        }
        _ => return Ok(()),
    };
    let title = match word.as_str() {
        "fail" => "a check has no share of rows that break it".to_owned(),
        word => format!("`{word}` is no policy of a check"),
    };
    Err(Diagnostic::error("policy-of-check", title).at(cursor.source, cursor.span(), label).help(help))
}

fn read_strength(cursor: &mut Cursor<'_>) -> Result<Option<Strength>, Diagnostic> {
    Ok(if cursor.accept_word("hard") {
        Some(Strength::Hard)
    } else if cursor.accept_word("soft") {
        Some(Strength::Soft { log_weight: weight(cursor)? })
    } else if cursor.accept_word("warn") {
        Some(Strength::Warn)
    } else if cursor.accept_word("fail") {
        Some(Strength::Fail { above: if cursor.accept_word("if") { share(cursor)? } else { 0.0 } })
    } else {
        None
    })
}

fn read_repairs(cursor: &mut Cursor<'_>) -> Result<Option<Repairs>, Diagnostic> {
    if cursor.accept_word("never") {
        cursor.expect_word("repair").map_err(|error| error.help("write `never repair`"))?;
        return Ok(Some(Repairs::Never));
    }
    if !cursor.accept_word("repair") {
        return Ok(None);
    }
    let names = match cursor.columns() {
        Ok(names) => names,
        Err(error) if error.help.is_some() => return Err(error),
        Err(error) => return Err(error.help("write `repair COLUMN only`")),
    };
    let shape = format!("write `repair {} only`", listed(&names));
    cursor.expect_word("only").map_err(|error| error.help(shape))?;
    Ok(Some(Repairs::Only(names)))
}

fn weight(cursor: &mut Cursor<'_>) -> Result<Option<f64>, Diagnostic> {
    let Some(TokenKind::Number(number)) = cursor.peek() else { return Ok(None) };
    let weight = number.parse().ok().filter(|&weight: &f64| weight.is_finite() && weight > 0.0);
    if weight.is_none() {
        let help = "write `soft` for a weight that is learned, or leave the rule out";
        return Err(cursor.expected("a weight above 0").help(help));
    }
    cursor.advance();
    Ok(weight)
}

/// Reads `> 2%` behind `fail if`.
fn share(cursor: &mut Cursor<'_>) -> Result<f64, Diagnostic> {
    let number = [0, 1].into_iter().find_map(|skip| match cursor.peek_after(skip) {
        Some(TokenKind::Number(number)) => number.parse().ok().filter(|number| (0.0..100.0).contains(number)),
        _ => None,
    });
    let shape = format!("write `fail if > {}%`", number.unwrap_or(2.0f64).abs());
    let greater = TokenKind::Compare(Comparison::Greater);
    cursor.expect(&greater, "`>`").map_err(|error| error.help(shape.clone()))?;
    let Some(number) = number else {
        return Err(cursor.expected("a share of at least 0% and below 100%").help(shape));
    };
    cursor.advance();
    cursor.expect(&TokenKind::Percent, "`%`").map_err(|error| error.help(shape))?;
    Ok(of_percent(number.abs()))
}
