//! What was probably meant by something that no condition has there.

use lustrate_diagnostic::{Diagnostic, nearest};

use super::{Constant, Relation, Side, Sign, Term, Test};
use crate::Comparison;
use crate::aggregate::is_summary;
use crate::cursor::Cursor;
use crate::lexer::TokenKind;
use crate::name::quoted;

/// The signs of a comparison, as messages list them.
const SIGNS: &str = "`=`, `!=`, `<`, `<=`, `>` or `>=`";

/// What else is said of a column, as messages list it.
const OTHERS: &str =
    "the other tests of a column are `~`, `!~`, `~=`, `is null`, `in (\"a\", \"b\")`, `in 1..5` and `matches /re/`";

/// How the opposite of a condition is written, as messages list it.
const OPPOSITES: &str = "write the opposite: `!=` for `=`, `>=` for `<`, `x not in (…)`, `x is not null`, `!~` for `~`";

/// Words of other languages for our signs.
const OTHER_SIGNS: &[(&str, &str)] = &[
    ("above", ">"),
    ("below", "<"),
    ("eq", "="),
    ("equal", "="),
    ("equals", "="),
    ("exceeds", ">"),
    ("ge", ">="),
    ("gt", ">"),
    ("gte", ">="),
    ("iq", "!="),
    ("le", "<="),
    ("lt", "<"),
    ("lte", "<="),
    ("ne", "!="),
    ("neq", "!="),
    ("resembles", "~"),
    ("similar", "~"),
];

/// The regular expression that says what others say of a text by a word, if it is one of theirs: `like` with its `%` and
/// `_`, `contains` and their like.
fn expression(word: &str, text: Option<&str>) -> Option<String> {
    let escaped = |text: &str| regex::escape(text).replace('/', "\\/");
    let text = || escaped(text.unwrap_or("TEXT"));
    Some(match word {
        "contains" | "includes" => format!("/.*{}.*/", text()),
        "endswith" | "ends" => format!("/.*{}/", text()),
        "startswith" | "starts" | "begins" => format!("/{}.*/", text()),
        "like" | "ilike" => format!("/{}/", text().replace('%', ".*").replace('_', ".")),
        "match" | "regex" | "regexp" | "rlike" => "/[0-9]{5}/".to_owned(),
        _ => return None,
    })
}

/// The diagnostic for something that begins no condition.
pub(super) fn no_left_side(cursor: &Cursor<'_>) -> Option<Diagnostic> {
    let help = match (cursor.peek()?, cursor.peek_before(0)) {
        (TokenKind::Word(word), _) if word == "not" => match cursor.peek_after(2) {
            Some(TokenKind::Compare(comparison)) => {
                let (left, right) = (cursor.written(1, 1), cursor.written(3, 3));
                format!("write the opposite: `{left} {} {right}`", comparison.negated().sign())
            }
            _ => OPPOSITES.to_owned(),
        },
        (TokenKind::Word(word), _) if word == "unique" => {
            format!("write `unique {}` as a statement of its own", cursor.written(1, 1))
        }
        (TokenKind::Compare(_) | TokenKind::Alike | TokenKind::Unlike | TokenKind::About, _) => {
            format!("write a column before `{}`", cursor.written(0, 0))
        }
        _ => return None,
    };
    Some(cursor.expected("a column").help(help))
}

/// The mend of a condition that is cut off, by what stands before its end.
pub(super) fn cut_off(cursor: &Cursor<'_>) -> Option<String> {
    let Some(TokenKind::Word(word)) = cursor.peek_before(0).filter(|_| cursor.peek().is_none()) else { return None };
    match word.as_str() {
        "and" => Some("write a condition behind `and`, or leave it out".to_owned()),
        "then" | "when" | "where" => {
            Some(format!("write a condition behind `{word}`, such as `{word} COLUMN = \"TEXT\"`"))
        }
        _ => None,
    }
}

/// The diagnostic for something behind the left side that compares nothing.
pub(super) fn no_comparison(cursor: &Cursor<'_>, left: &Term) -> Diagnostic {
    let expected = cursor.expected(SIGNS);
    expected.help(match cursor.peek() {
        None => format!("write what is said of it, such as `{left} = \"TEXT\"`, `{left} > 5` or `{left} is null`"),
        Some(TokenKind::Text(_) | TokenKind::Number(_)) => {
            format!("write a sign between: `{left} = {}`", cursor.written(0, 0))
        }
        Some(TokenKind::Open) if matches!(left, Term::Cell(cell) if is_summary(&cell.column.text)) => {
            let call = format!("{left}{}", cursor.bracketed(0).0);
            format!("what is measured of the whole table stands in a check: write `check {call} > 1`")
        }
        Some(TokenKind::Open) => match left {
            Term::Cell(cell) if matches!(cell.column.text.as_str(), "similar" | "similarity" | "like") => {
                "write `COLUMN ~lev(0.8) COLUMN` for likeness".to_owned()
            }
            Term::Cell(cell) if matches!(cell.column.text.as_str(), "lower" | "upper" | "casefold") => {
                let (_, column) = cursor.bracketed(0);
                format!("write `{column} = \"TEXT\" ignoring case`")
            }
            _ => {
                format!("there are no functions: write what `{}` is into a column of the table", cursor.bracketed(1).0)
            }
        },
        Some(TokenKind::Close) => "leave the bracket out, or open it earlier with `(`".to_owned(),
        Some(TokenKind::Comma) => "write `and` in the place of the comma".to_owned(),
        Some(TokenKind::Regex(_)) => format!("write `{left} matches {}`", cursor.written(0, 0)),
        Some(TokenKind::Percent) => "there is no remainder: write it into a column of the table".to_owned(),
        Some(TokenKind::Word(word)) => of_word(cursor, left, word),
        _ => OTHERS.to_owned(),
    })
}

fn of_word(cursor: &Cursor<'_>, left: &Term, word: &str) -> String {
    let folded = word.to_lowercase();
    let other =
        |table: &[(&str, &'static str)]| table.iter().find(|(other, _)| *other == folded).map(|(_, ours)| *ours);
    if folded == "between" {
        return match (cursor.peek_after(1), cursor.peek_after(2), cursor.peek_after(3)) {
            (Some(_), Some(TokenKind::Word(and)), Some(_)) if and == "and" => {
                format!("write `{left} in {}..{}`", cursor.written(1, 1), cursor.written(3, 3))
            }
            _ => format!("write `{left} in 1..5`"),
        };
    }
    if let Some(sign) = other(OTHER_SIGNS) {
        return format!("write `{sign}`");
    }
    let text = match cursor.peek_after(1) {
        Some(TokenKind::Text(text)) => Some(text.as_str()),
        _ => None,
    };
    if let Some(expression) = expression(&folded, text) {
        return format!("write `{left} matches {expression}` with a regular expression for the whole text");
    }
    if folded == "mod" {
        return "there is no remainder: write it into a column of the table".to_owned();
    }
    match nearest(word, ["is", "in", "not", "matches"]).filter(|near| near.len().abs_diff(word.len()) <= 2) {
        Some(near) if word.len() > 2 || word.eq_ignore_ascii_case(near) => format!("write `{near}`; {OTHERS}"),
        _ => OTHERS.to_owned(),
    }
}

/// The diagnostic for something behind the sign of a comparison that is no value; `left` is compared.
pub(super) fn no_value(cursor: &Cursor<'_>, left: &Term, comparison: Comparison, what: &str) -> Option<Diagnostic> {
    let expected = || cursor.expected(what);
    let sign = comparison.sign();
    let number = format!("`{left} {sign} 5`");
    let examples = if comparison.is_order() { number } else { format!("`{left} {sign} \"TEXT\"` or {number}") };
    match cursor.peek() {
        None => Some(expected().help(format!("write what `{left}` is compared with, such as {examples}"))),
        Some(TokenKind::Word(word)) if matches!(word.as_str(), "and" | "or" | "then") => {
            let shape = format!("write a value before `{word}`, such as {examples}");
            Some(expected().help(shape))
        }
        Some(TokenKind::Regex(_)) => {
            let not = if comparison == Comparison::NotEqual { "not " } else { "" };
            Some(expected().help(format!("write `{left} {not}matches {}`", cursor.written(0, 0))))
        }
        Some(TokenKind::Compare(second)) if cursor.is_joined_to_before() => {
            let ours = match (comparison, second) {
                (Comparison::Equal, Comparison::Less) => Comparison::LessOrEqual,
                (Comparison::Equal, Comparison::Greater) => Comparison::GreaterOrEqual,
                (Comparison::Less, Comparison::Greater) => Comparison::NotEqual,
                _ => return None,
            };
            Some(expected().help(format!("write `{}`", ours.sign())))
        }
        Some(TokenKind::Compare(_)) => Some(expected().help("write one sign between the two sides")),
        Some(TokenKind::Open) if matches!(cursor.peek_after(1), Some(TokenKind::Text(_))) => {
            let (list, _) = cursor.bracketed(0);
            let not = if comparison == Comparison::NotEqual { "not " } else { "" };
            Some(expected().help(format!("write `{left} {not}in {list}`")))
        }
        _ => None,
    }
}

/// `x = y within 0.01`: equality but for so much is another sign.
pub(super) fn within_equality(cursor: &Cursor<'_>, test: &Test) -> Diagnostic {
    let expected = cursor.expected("`~=` before what is within so much");
    let last = if cursor.peek_after(2) == Some(&TokenKind::Percent) { 2 } else { 1 };
    let amount = cursor.written(0, last);
    match test {
        Test::Relation(Relation { left, comparison: Comparison::Equal, right: Side::Cell(right), .. }) => {
            expected.help(format!("write `{left} ~= {right} {amount}`"))
        }
        Test::Formula { left, sign: Sign::Compare(Comparison::Equal), right } => {
            expected.help(format!("write `{left} ~= {right} {amount}`"))
        }
        _ => expected.help("write `~=` between two columns, or a column and arithmetic"),
    }
}

/// `1 <= x <= 5`: two conditions in one.
pub(super) fn double_comparison(cursor: &mut Cursor<'_>, first: &Test) -> Diagnostic {
    let place = cursor.span();
    let diagnostic = |help: String| {
        Diagnostic::error("double-comparison", "two comparisons in one condition")
            .at(cursor.source, place, "a second comparison")
            .help(help)
    };
    let at_least = |relation: &Relation| match &relation.right {
        Side::Constant(Constant::Number(low)) if relation.comparison == Comparison::GreaterOrEqual => Some(low.clone()),
        _ => None,
    };
    match (first, cursor.peek(), cursor.peek_after(1)) {
        (
            Test::Relation(relation),
            Some(TokenKind::Compare(Comparison::LessOrEqual)),
            Some(TokenKind::Number(high)),
        ) if at_least(relation).is_some() => {
            let (cell, low) = (&relation.left, at_least(relation).unwrap_or_default());
            diagnostic(format!("write `{cell} in {low}..{high}`"))
        }
        (Test::Relation(relation), Some(TokenKind::Compare(second)), _) => {
            let middle = match &relation.right {
                Side::Constant(_) => relation.left.to_string(),
                Side::Cell(right) => right.to_string(),
            };
            let last = match cursor.peek_after(1) {
                Some(TokenKind::Word(_) | TokenKind::Text(_) | TokenKind::Number(_)) => cursor.written(1, 1),
                _ => "5",
            };
            diagnostic(format!("write `{relation} and {middle} {} {last}`", second.sign()))
        }
        _ => diagnostic("write two conditions with `and` between them".to_owned()),
    }
}

/// The diagnostic for a bracket that is not closed.
pub(super) fn not_closed(cursor: &Cursor<'_>, what: &str) -> Diagnostic {
    let expected = cursor.expected(what);
    match cursor.peek() {
        None => expected.help("write `)` at the end, or leave `(` out"),
        Some(TokenKind::Comma) => expected.help("write `and` in the place of the comma"),
        Some(TokenKind::Word(_) | TokenKind::Text(_)) if what.contains("and") => {
            expected.help(format!("write `and {}`, or close the bracket with `)` before it", cursor.written(0, 0)))
        }
        _ => expected.help("close the bracket with `)` before it"),
    }
}

/// The mend of a range or a list behind `in` that begins with a constant.
pub(super) fn range_or_list(cursor: &Cursor<'_>, low: &str) -> String {
    let constants = constants_from(cursor, 1);
    match cursor.peek() {
        Some(TokenKind::Comma) => format!("write `in ({low}, {})` for a list", constants.join(", ")),
        Some(TokenKind::Number(high)) if high.starts_with('-') => {
            format!("write `in {low}..{}`", high.trim_start_matches('-'))
        }
        Some(TokenKind::Minus) => match cursor.peek_after(1) {
            Some(TokenKind::Number(high)) => format!("write `in {low}..{high}`"),
            _ => format!("write `in {low}..HIGHEST`"),
        },
        Some(TokenKind::Word(word)) if word == "to" || word == "and" => {
            format!("write `in {low}..{}`", cursor.written(1, 1))
        }
        _ => format!("write `in ({low})` for a list, or `in {low}..HIGHEST` for a range"),
    }
}

/// Constants from a token on, with commas between them; words become texts.
pub(super) fn constants_from(cursor: &Cursor<'_>, from: usize) -> Vec<String> {
    let mut constants = Vec::new();
    for skip in from.. {
        match cursor.peek_after(skip) {
            Some(TokenKind::Text(_) | TokenKind::Number(_)) => {
                constants.push(cursor.written(skip as isize, skip as isize).to_owned());
            }
            Some(TokenKind::Word(word)) => constants.push(quoted(word)),
            Some(TokenKind::Comma) => {}
            _ => break,
        }
    }
    constants
}
