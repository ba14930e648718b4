//! Tokens to measures and their limits.

use lustrate_diagnostic::{Diagnostic, nearest};
use lustrate_table::parse_number;

use super::{Aggregate, Limit, LimitValue, Limits, SUMMARIES, Summary};
use crate::Comparison;
use crate::cursor::Cursor;
use crate::lexer::TokenKind;
use crate::name::At;
use crate::share::of_percent;

/// What others call the measures.
const OTHER_NAMES: &[(&str, &str)] = &[
    ("average", "mean"),
    ("avg", "mean"),
    ("cardinality", "distinct"),
    ("completeness", "nulls"),
    ("deviation", "stddev"),
    ("len", "rows"),
    ("length", "rows"),
    ("maximum", "max"),
    ("minimum", "min"),
    ("missing", "nulls"),
    ("null_count", "nulls"),
    ("nunique", "distinct"),
    ("row_count", "rows"),
    ("sd", "stddev"),
    ("size", "rows"),
    ("std", "stddev"),
    ("total", "sum"),
    ("unique", "distinct"),
];

/// What is measured, for messages.
const LISTING: &str = "the measures are `rows`, `count(COLUMN)`, `distinct`, `max`, `mean`, `median`, `min`, `nulls`, \
                       `stddev` and `sum` likewise, and `COLUMN like \"FILE\" psi`";

/// Reads what is measured, up to the columns that make groups.
pub(crate) fn aggregate(cursor: &mut Cursor<'_>) -> Result<Aggregate, Diagnostic> {
    let is_like = |token: Option<&TokenKind>| matches!(token, Some(TokenKind::Word(word)) if word == "like");
    if is_like(cursor.peek_after(1)) {
        return drift(cursor);
    }
    let Some(TokenKind::Word(word)) = cursor.peek() else {
        return Err(cursor.expected("what is measured").help(format!("write `rows >= 1`, say; {LISTING}")));
    };
    let behind = cursor.peek_after(1);
    if word == "rows" {
        if behind == Some(&TokenKind::Open) {
            return Err(cursor.expected("a measure of a column").help("write `rows` alone, or `count(COLUMN)`"));
        }
        cursor.advance();
        return Ok(Aggregate::Rows);
    }
    let Some((_, summary)) = SUMMARIES.iter().find(|(known, _)| known == word) else {
        return Err(unknown(cursor, word));
    };
    cursor.advance();
    if !cursor.accept(&TokenKind::Open) {
        return Err(without_bracket(cursor, word, *summary));
    }
    if cursor.peek() == Some(&TokenKind::Star) {
        return Err(cursor.expected("a column").help("write `rows` for the number of rows"));
    }
    if cursor.peek() == Some(&TokenKind::Close) {
        return Err(cursor.expected("a column").help(format!("write the column that is measured, `{word}(COLUMN)`")));
    }
    let column = cursor.column()?;
    let help = || format!("write `{word}({column})`");
    cursor.expect(&TokenKind::Close, "`)`").map_err(|error| error.help(help()))?;
    Ok(Aggregate::Of(*summary, column))
}

fn drift(cursor: &mut Cursor<'_>) -> Result<Aggregate, Diagnostic> {
    let column = cursor.column()?;
    cursor.expect_word("like")?;
    let file = cursor.file()?;
    let other = if cursor.accept(&TokenKind::Dot) { Some(cursor.column()?) } else { None };
    let help = match cursor.peek() {
        Some(TokenKind::Word(_)) => "write `psi`, the one measure of drift",
        _ => "write `psi` before the sign, as in `psi < 0.2`",
    };
    cursor.expect_word("psi").map_err(|error| error.help(help))?;
    if matches!(cursor.peek(), Some(TokenKind::Word(word)) if word == "by") {
        let help = "leave it out; a part of the rows is named by `where` at the end";
        return Err(cursor.expected("a comparison, as a drift is of the whole table").help(help));
    }
    // The name of the column itself says nothing.
    let other = other.filter(|other| *other != column);
    Ok(Aggregate::Drift { column, file, other })
}

fn unknown(cursor: &Cursor<'_>, word: &str) -> Diagnostic {
    let known = || SUMMARIES.iter().map(|(known, _)| *known).chain(["rows"]);
    let other = OTHER_NAMES.iter().find(|(other, _)| word.eq_ignore_ascii_case(other)).map(|(_, ours)| *ours);
    let near = other.or_else(|| nearest(&word.to_lowercase(), known()));
    let is_call = cursor.peek_after(1) == Some(&TokenKind::Open);
    let help = match near {
        Some("rows") if is_call && other.is_none() => LISTING.to_owned(),
        Some(near) => format!("write `{near}`; {LISTING}"),
        None if is_call => LISTING.to_owned(),
        None => format!("write `require` for what every row must satisfy; {LISTING}"),
    };
    Diagnostic::error("unknown-measure", format!("no measure of a table is called `{word}`"))
        .at(cursor.source, cursor.span(), "not a measure")
        .help(help)
}

fn without_bracket(cursor: &Cursor<'_>, word: &str, summary: Summary) -> Diagnostic {
    let help = match cursor.peek() {
        Some(TokenKind::Word(column)) if column != "by" && column != "between" => format!("write `{word}({column})`"),
        _ if summary == Summary::Count => "write `rows`, or `count(COLUMN)` for the values that are there".to_owned(),
        _ => format!("write `{word}(COLUMN)`"),
    };
    cursor.expected("`(`").help(help)
}

/// Reads `>= 1000` or `between 1 and 30`; `measured` is what stands before it, for messages.
pub(crate) fn limits(cursor: &mut Cursor<'_>, measured: &str) -> Result<Limits, Diagnostic> {
    let limits = if cursor.accept_word("between") {
        let low = limit(cursor)?;
        let high = match (cursor.peek(), cursor.peek_after(1), cursor.peek_after(2)) {
            (Some(TokenKind::Comma), Some(TokenKind::Number(high)), _) => high.as_str(),
            (Some(TokenKind::Dot), Some(TokenKind::Dot), Some(TokenKind::Number(high))) => high.as_str(),
            (Some(TokenKind::Word(_)), Some(TokenKind::Number(high)), _) => high.as_str(),
            _ => "HIGH",
        };
        let help = || format!("write `{measured} between {low} and {high}`");
        cursor.expect_word("and").map_err(|error| error.help(help()))?;
        Limits::Between(low, limit(cursor)?)
    } else {
        match cursor.peek() {
            Some(TokenKind::Compare(Comparison::NotEqual)) => {
                let help = format!("write `{measured} <`, `<=`, `>`, `>=` or `=` and a number");
                return Err(cursor.expected("an order or `=`").help(help));
            }
            Some(TokenKind::Compare(comparison)) => {
                let comparison = *comparison;
                cursor.advance();
                Limits::Compare(comparison, limit(cursor)?)
            }
            _ => {
                let help = match (cursor.peek(), measured.ends_with(" psi")) {
                    (Some(TokenKind::Number(number)), _) => format!("write `{measured} >= {number}`, or another sign"),
                    (_, true) => format!("write `{measured} < 0.2`"),
                    (Some(TokenKind::Word(word)), _) if word == "per" || word == "group" => {
                        format!("write `{measured} by COLUMN >= 1` for groups")
                    }
                    (Some(TokenKind::Word(word)), _) if word == "in" => {
                        let ends = (cursor.peek_after(1), cursor.peek_after(2), cursor.peek_after(4));
                        match ends {
                            (Some(TokenKind::Number(low)), Some(TokenKind::Dot), Some(TokenKind::Number(high))) => {
                                format!("write `{measured} between {low} and {high}`")
                            }
                            _ => format!("write `{measured} between 1 and 30`"),
                        }
                    }
                    (Some(TokenKind::Word(word)), _) if nearest(word, ["between"]).is_some() => {
                        "write `between`".to_owned()
                    }
                    _ => format!("write `{measured} >= 1` or `{measured} between 1 and 30`"),
                };
                return Err(cursor.expected("a comparison or `between`").help(help));
            }
        }
    };
    match (cursor.peek(), cursor.peek_after(1)) {
        (Some(TokenKind::Word(word)), _) if word == "and" => {
            let second = cursor.written(1, 3);
            let help = match second {
                "" => format!("write `{measured} between LOW and HIGH`"),
                second => format!("write `; check {second}` for a second check, or `{measured} between LOW and HIGH`"),
            };
            Err(cursor.expected("the end of the check").help(help))
        }
        (Some(TokenKind::Word(word)), _) if matches!(word.as_str(), "percent" | "pct" | "per") => {
            Err(cursor.expected("`%`").help(format!("write `{}%`", cursor.written(-1, -1))))
        }
        (Some(TokenKind::Comma), Some(TokenKind::Number(_))) => {
            let number = cursor.written(-1, 1).replace([',', ' '], "");
            Err(cursor.expected("the end of the check").help(format!("write `{number}`, without the comma")))
        }
        (Some(TokenKind::Comma), Some(TokenKind::Word(word))) => {
            let help = format!("write `; check {word}` for a second check");
            Err(cursor.expected("the end of the check").help(help))
        }
        _ => Ok(limits),
    }
}

fn limit(cursor: &mut Cursor<'_>) -> Result<Limit, Diagnostic> {
    let span = cursor.span();
    let value = match cursor.peek() {
        Some(TokenKind::Text(text)) => {
            cursor.advance();
            LimitValue::Text(text.clone())
        }
        Some(TokenKind::Number(number)) => {
            let Some(number) = parse_number(number) else {
                return Err(cursor.expected("a number").help("write a number below 1e308"));
            };
            cursor.advance();
            if cursor.accept(&TokenKind::Percent) {
                LimitValue::Share(of_percent(number))
            } else {
                LimitValue::Number(number)
            }
        }
        Some(TokenKind::Word(word)) if word == "and" => {
            return Err(cursor.expected("a number").help("write a number before `and`"));
        }
        Some(TokenKind::Word(_)) => {
            let help = "write a number; two columns are compared by `require`, row by row";
            return Err(cursor.expected("a number").help(help));
        }
        _ => return Err(cursor.expected("a number").help("write a number, such as `0.5`, `1000` or `5%`")),
    };
    Ok(Limit { value, at: At(span.to(cursor.before())) })
}
