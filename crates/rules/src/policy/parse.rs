//! Tokens to policies.

use std::sync::Arc;

use lustrate_diagnostic::{Diagnostic, SourceText};
use lustrate_table::parse_number;

use super::{Policy, Repairs, WORDS};
use crate::cursor::Cursor;
use crate::keywords::is_reserved;
use crate::lexer::{Token, TokenKind, lex};
use crate::name::{Name, listed, quoted};
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
            match role {
                Role::Check => only_reports(cursor)?,
                Role::Rewriting => is_always_made(cursor)?,
                Role::Rule | Role::Setting | Role::Inclusion => {}
            }
            let again = repeated(cursor);
            let repeated = if let Some(read) = read_strength(cursor)? {
                strength.replace(read).is_some()
            } else if let Some(read) = read_repairs(cursor)? {
                repairs.replace(read).is_some()
            } else if cursor.accept_word("where") {
                let conditions = condition::conditions(cursor).map_err(|error| match error.help {
                    Some(_) => error,
                    None => error.help("write `where` and a condition, such as `where COLUMN = \"TEXT\"`"),
                })?;
                if filter.replace(conditions).is_some() {
                    return Err(again.help("write `and` between the conditions"));
                }
                false
            } else if cursor.accept_word("because") {
                let mend = reason_in_quotes(cursor);
                let reason = cursor.text("the reason in double quotes");
                because.replace(reason.map_err(|error| error.help(mend))?).is_some()
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

/// The diagnostic for a policy of which there is one already.
fn repeated(cursor: &Cursor<'_>) -> Diagnostic {
    let title = match cursor.peek() {
        Some(TokenKind::Word(word)) if word == "because" => "a rule has one reason",
        Some(TokenKind::Word(word)) if word == "where" => "a rule has one `where`",
        Some(TokenKind::Word(word)) if word == "repair" || word == "never" => "a rule says once what it may repair",
        _ => "a rule has one of `hard`, `soft`, `warn` and `fail`",
    };
    Diagnostic::error("repeated-policy", title)
        .at(cursor.source, cursor.span(), "the second")
        .help("leave the second out")
}

/// The mend of a reason without quotes: the words up to the next policy or the end.
fn reason_in_quotes(cursor: &Cursor<'_>) -> String {
    let is_of_reason = |token: &TokenKind| !matches!(token, TokenKind::Word(word) if WORDS.contains(&word.as_str()));
    let length = (0..).map_while(|skip| cursor.peek_after(skip)).take_while(|token| is_of_reason(token)).count();
    let reason = cursor.written(0, length as isize - 1);
    if reason.is_empty() {
        "write `because \"TEXT\"`".to_owned()
    } else {
        format!("write `because {}`", quoted(reason))
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

/// Refuses what a rewrite cannot be asked for: it is made of every value that it fits, and forbids nothing.
fn is_always_made(cursor: &Cursor<'_>) -> Result<(), Diagnostic> {
    let Some(TokenKind::Word(word)) = cursor.peek() else { return Ok(()) };
    let (label, help) = match word.as_str() {
        "hard" | "soft" => ("a rewrite is made of every value that it fits", "leave it out"),
        "warn" | "fail" => (
            "a rewrite forbids nothing that could be reported",
            "leave it out; to report such values write `column NAME /EXPRESSION/ warn` in the place of the rewrite",
        ),
        "never" => ("a rewrite that changes nothing is none", "leave it out, or the whole statement"),
        "repair" => ("a rewrite changes its own column only", "leave it out"),
        _ => return Ok(()),
    };
    let title = format!("`{word}` is no policy of a rewrite");
    Err(Diagnostic::error("policy-of-rewrite", title).at(cursor.source, cursor.span(), label).help(help))
}

fn read_strength(cursor: &mut Cursor<'_>) -> Result<Option<Strength>, Diagnostic> {
    Ok(if cursor.accept_word("hard") {
        Some(Strength::Hard)
    } else if cursor.accept_word("soft") {
        Some(Strength::Soft { log_weight: weight(cursor)? })
    } else if cursor.accept_word("warn") {
        Some(Strength::Warn)
    } else if cursor.accept_word("fail") {
        if matches!(cursor.peek(), Some(TokenKind::Compare(_) | TokenKind::Number(_))) {
            return Err(without_if(cursor));
        }
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
    if cursor.accept_word("never") {
        let place = cursor.before();
        return Err(Diagnostic::error("syntax", "expected a column, found the keyword `never`")
            .at(cursor.source, place, "not expected")
            .help("write `never repair` in the place of `repair never`"));
    }
    let names = match cursor.columns() {
        Ok(names) => names,
        Err(error) if error.help.is_some() => return Err(error),
        Err(error) => return Err(error.help("write `repair COLUMN only`")),
    };
    if !cursor.accept_word("only") {
        return Err(without_only(cursor, names));
    }
    Ok(Some(Repairs::Only(names)))
}

/// The diagnostic for columns behind `repair` without `only` behind them: it stands before them, or a comma lacks.
fn without_only(cursor: &Cursor<'_>, mut names: Vec<Name>) -> Diagnostic {
    for skip in 0.. {
        match cursor.peek_after(skip) {
            Some(TokenKind::Word(word)) if !is_reserved(word) => names.push(Name::unplaced(word)),
            Some(TokenKind::Text(text)) => names.push(Name::unplaced(text)),
            Some(TokenKind::Comma) => {}
            _ => break,
        }
    }
    let several = names.len() > 1;
    names.retain(|name| !(several && name.text == "only"));
    cursor.expected("`only`").help(format!("write `repair {} only`", listed(&names)))
}

/// `fail > 2%`
fn without_if(cursor: &Cursor<'_>) -> Diagnostic {
    let number = [0, 1].into_iter().find_map(|skip| match cursor.peek_after(skip) {
        Some(TokenKind::Number(number)) => Some(number.trim_start_matches('-').to_owned()),
        _ => None,
    });
    let number = number.unwrap_or_else(|| "2".to_owned());
    cursor.expected("`if` before the share").help(format!("write `fail if > {number}%`"))
}

fn weight(cursor: &mut Cursor<'_>) -> Result<Option<f64>, Diagnostic> {
    match (cursor.peek(), cursor.peek_after(1)) {
        (Some(TokenKind::Text(text)), _) if parse_number(text).is_some() => {
            return Err(cursor.expected("a weight").help(format!("write `{}` without quotes", text.trim())));
        }
        (Some(TokenKind::Compare(_) | TokenKind::Colon), Some(TokenKind::Number(number))) => {
            return Err(cursor.expected("a weight").help(format!("write `soft {number}`")));
        }
        (Some(TokenKind::Open), Some(TokenKind::Number(number))) => {
            return Err(cursor.expected("a weight").help(format!("write `soft {number}` without brackets")));
        }
        (Some(TokenKind::Number(number)), Some(TokenKind::Percent)) => {
            let help = format!(
                "a weight is a logarithm and no share: write `soft`, or `soft 2.5` for a strong one, \
                                in the place of `soft {number}%`"
            );
            return Err(cursor.expected("a weight").help(help));
        }
        _ => {}
    }
    let Some(TokenKind::Number(number)) = cursor.peek() else { return Ok(None) };
    let weight = number.parse().ok().filter(|&weight: &f64| weight.is_finite() && weight > 0.0);
    if weight.is_none() {
        let help = "write `soft` for a weight that is learned, or leave the rule out";
        return Err(cursor.expected("a weight above 0").help(help));
    }
    cursor.advance();
    Ok(weight)
}

/// Reads the share of `> 2%`, which is written as behind `fail if`.
///
/// # Errors
/// Another text; the mend says what to write.
pub fn share_above(text: &str) -> Result<f64, Diagnostic> {
    let source = Arc::new(SourceText::new("the share", text));
    let refused = || {
        let title = format!("`{text}` is no share that is broken");
        Diagnostic::error("share", title).help("write `> 2%`, in quotes")
    };
    let tokens: Vec<Token> = lex(&source).0.into_iter().filter(|token| token.kind != TokenKind::LineEnd).collect();
    if tokens.is_empty() {
        return Err(refused());
    }
    let mut cursor = Cursor::new(&source, &tokens);
    match share(&mut cursor) {
        Ok(share) if cursor.peek().is_none() => Ok(share),
        _ => Err(refused()),
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_is_read_as_behind_fail_if() {
        assert_eq!([share_above("> 2%").unwrap(), share_above(">0.5 %").unwrap()], [0.02, 0.005]);
        for text in ["", "2", ">", "> 2", ">= 2%", "> 100%", "> 2% x", "\n"] {
            assert_eq!(share_above(text).unwrap_err().help.as_deref(), Some("write `> 2%`, in quotes"), "{text}");
        }
    }
}
