//! What was probably meant by something that a statement does not expect: behind a rule, between columns, or in the
//! place of a statement.

use lustrate_diagnostic::{Diagnostic, nearest};

use crate::cursor::Cursor;
use crate::keywords::{is_reserved, mended};
use crate::lexer::TokenKind;
use crate::name::quoted;
use crate::share::of_percent;
use crate::statements::{self, StatementKind, statement_kinds};
use crate::{Comparison, policy};

/// Words of other languages that stand where a policy does, and ours for them.
const OTHER_POLICIES: &[(&str, &str)] = &[
    ("always", "hard"),
    ("critical", "hard"),
    ("else", ""),
    ("error", "fail"),
    ("exactly", "hard"),
    ("if", "where"),
    ("must", "hard"),
    ("note", "because"),
    ("reason", "because"),
    ("severity", "warn"),
    ("since", "because"),
    ("strict", "hard"),
    ("weight", "soft"),
    ("when", "where"),
];

/// Words of other languages that begin a statement, and ours for them.
const OTHER_STATEMENTS: &[(&str, &str)] = &[
    ("assert", "require"),
    ("constraint", "deny"),
    ("dedupe", "duplicate"),
    ("dependency", "fd"),
    ("ensure", "require"),
    ("expect", "require"),
    ("expectation", "require"),
    ("field", "column"),
    ("forbid", "deny"),
    ("import", "use"),
    ("include", "use"),
    ("join", "lookup"),
    ("key", "unique"),
    ("map", "rewrite"),
    ("match", "lookup"),
    ("missing", "null"),
    ("must", "require"),
    ("na", "null"),
    ("never", "deny"),
    ("primary", "unique"),
    ("recode", "rewrite"),
    ("reference", "lookup"),
    ("replace", "rewrite"),
    ("substitute", "rewrite"),
    ("transform", "rewrite"),
    ("type", "column"),
    ("when", "if"),
];

/// The diagnostic for something behind a rule that is no policy.
pub(crate) fn behind_rule(cursor: &Cursor<'_>) -> Diagnostic {
    let expected = cursor.expected("a policy or the end of the statement");
    let help = match cursor.peek() {
        Some(TokenKind::Comma) if is_policy(cursor.peek_after(1)) => Some("leave the comma out".to_owned()),
        Some(TokenKind::Comma | TokenKind::Percent) if has_condition(cursor) => Some(behind_value(cursor)),
        Some(TokenKind::Word(word)) => of_word_behind_rule(cursor, word),
        Some(TokenKind::Text(text)) if policy::WORDS.contains(&text.as_str()) => {
            Some(format!("write `{text}` without quotes"))
        }
        Some(TokenKind::Text(_)) => {
            let text = cursor.written(0, 0);
            Some(format!("write `because {text}` for a reason, or a comma before it for a column"))
        }
        Some(TokenKind::Open) => match (cursor.peek_after(1), cursor.peek_after(2)) {
            (Some(TokenKind::Word(word)), Some(TokenKind::Close)) => Some(format!("write `{word}` without brackets")),
            _ => None,
        },
        Some(TokenKind::Close) => Some("leave the bracket out, or open it earlier with `(`".to_owned()),
        Some(TokenKind::Arrow) => Some(second_arrow(cursor)),
        Some(TokenKind::Dot) if matches!(cursor.peek_before(0), Some(TokenKind::Word(_))) => Some(with_dot(cursor)),
        Some(TokenKind::Minus | TokenKind::Slash)
            if cursor.is_joined_to_before()
                && matches!(cursor.peek_before(0), Some(TokenKind::Word(before)) if !is_reserved(before)) =>
        {
            Some(with_sign(cursor))
        }
        Some(TokenKind::Compare(_)) => {
            let value = if cursor.peek_after(1).is_some() { cursor.written(1, 1) } else { "\"TEXT\"" };
            let (left, sign) = (cursor.written(-1, -1), cursor.written(0, 0));
            Some(format!("conditions stand behind `where`: write `where {left} {sign} {value}` at the end"))
        }
        _ => None,
    };
    expected.help(help.unwrap_or_else(|| policy::LISTING.to_owned()))
}

fn is_policy(token: Option<&TokenKind>) -> bool {
    matches!(token, Some(TokenKind::Word(word)) if policy::WORDS.contains(&word.as_str()))
}

/// Whether a condition stands before the next token.
fn has_condition(cursor: &Cursor<'_>) -> bool {
    (0..).map_while(|skip| cursor.peek_before(skip)).any(|token| match token {
        TokenKind::Compare(_) | TokenKind::Alike | TokenKind::Unlike | TokenKind::About => true,
        TokenKind::Word(word) => matches!(word.as_str(), "is" | "in" | "matches"),
        _ => false,
    })
}

/// `1,000`, `5%` or another condition behind a comma.
fn behind_value(cursor: &Cursor<'_>) -> String {
    match (cursor.peek_before(0), cursor.peek(), cursor.peek_after(1)) {
        (Some(TokenKind::Number(_)), Some(TokenKind::Comma), Some(TokenKind::Number(_))) => {
            format!("write `{}`, without the comma", cursor.written(-1, 1).replace([',', ' '], ""))
        }
        (Some(TokenKind::Number(number)), Some(TokenKind::Percent), _) => {
            let share = number.parse::<f64>().map(of_percent).unwrap_or_default();
            format!("write `{number}` or `{share}`, as the values of the column are written")
        }
        _ => "write `and` in the place of the comma".to_owned(),
    }
}

fn of_word_behind_rule(cursor: &Cursor<'_>, word: &str) -> Option<String> {
    let other = OTHER_POLICIES.iter().find(|(other, _)| word.eq_ignore_ascii_case(other)).map(|(_, ours)| *ours);
    match other.or_else(|| nearest(word, policy::WORDS.iter().copied())) {
        Some("") => return Some("write a second rule, with the opposite of the conditions behind its `if`".to_owned()),
        Some(near) if other.is_some() => return Some(format!("write `{near}`; {}", policy::LISTING)),
        Some(near) => return Some(format!("write `{near}`")),
        None => {}
    }
    if word == "and" {
        return Some("write a comma in the place of `and`, or `where` before conditions".to_owned());
    }
    if is_reserved(word) {
        return None;
    }
    match cursor.peek_before(0) {
        Some(TokenKind::Word(before)) if before == "soft" => {
            Some("write `soft` for a weight that is learned, or a number behind it such as `soft 2.5`".to_owned())
        }
        Some(TokenKind::Word(before)) if is_reserved(before) => None,
        // `city = New York`: a text of two words.
        Some(TokenKind::Word(_)) if matches!(cursor.peek_before(1), Some(TokenKind::Compare(_))) => {
            let text = words(cursor, -1);
            Some(format!("write `{}` if it is a text", quoted(&text)))
        }
        Some(TokenKind::Number(_)) => {
            let value = cursor.written(-1, 0);
            Some(format!("write the number alone, or `{}` where the column is declared with units", quoted(value)))
        }
        _ if has_condition(cursor) => Some(format!("write `and` before another condition; {}", policy::LISTING)),
        Some(TokenKind::Word(_) | TokenKind::Text(_)) => {
            Some(format!("write `{}, {word}` for two columns; {}", cursor.written(-1, -1), policy::LISTING))
        }
        _ => None,
    }
}

/// The words from a place on, as far as no other token is between them, with the blanks that are written.
fn words<'a>(cursor: &Cursor<'a>, from: isize) -> String {
    let is_word = |place: isize| {
        let token = match usize::try_from(place) {
            Ok(skip) => cursor.peek_after(skip),
            Err(_) => cursor.peek_before(place.unsigned_abs() - 1),
        };
        matches!(token, Some(TokenKind::Word(word)) if !is_reserved(word))
    };
    let last = (from..).take_while(|&place| is_word(place)).last().unwrap_or(from);
    cursor.written(from, last).split_whitespace().collect::<Vec<_>>().join(" ")
}

fn second_arrow(cursor: &Cursor<'_>) -> String {
    let (middle, right) = (cursor.written(-1, -1), cursor.written(1, 1));
    format!("write a dependency of its own, `fd {middle} -> {right}`, on the next line")
}

/// `zip-code` where a column stands alone.
fn with_sign(cursor: &Cursor<'_>) -> String {
    let name = format!("{}{}", cursor.written(-1, -1), cursor.written(0, cursor.joined() as isize));
    format!("write `{}` for a column of that name", quoted(&name))
}

/// `a.zip` or `first.name` where a column stands alone.
fn with_dot(cursor: &Cursor<'_>) -> String {
    let column = cursor.written(1, 1);
    let name = format!("{}.{column}", cursor.written(-1, -1));
    if matches!(cursor.written(-1, -1), "a" | "b" | "t1" | "t2") && !column.is_empty() {
        format!("write `{column}`; rows are named only in conditions")
    } else {
        format!("write `{}` for a column of that name", quoted(&name))
    }
}

/// The diagnostic for something between the columns of a dependency and its arrow.
pub(crate) fn no_arrow(cursor: &Cursor<'_>) -> Diagnostic {
    let expected = cursor.expected("`,` or `->`");
    let before = cursor.written(-1, -1);
    let has_arrow = (0..).map_while(|skip| cursor.peek_after(skip)).any(|token| *token == TokenKind::Arrow);
    expected.help(match cursor.peek() {
        None => format!("write `{before} -> COLUMN`"),
        Some(TokenKind::Word(word)) if is_reserved(word) => {
            format!("write `{before} -> COLUMN`, and `{word}` behind it")
        }
        Some(TokenKind::Word(word)) if matches!(word.as_str(), "determines" | "gives" | "implies" | "to") => {
            "write `->`".to_owned()
        }
        Some(TokenKind::Compare(Comparison::Less)) if cursor.peek_after(1) == Some(&TokenKind::Arrow) => {
            "write `->`, and a second dependency for the other direction".to_owned()
        }
        Some(TokenKind::Word(_)) if has_arrow => {
            let name = words(cursor, -1);
            let list = name.replace(' ', ", ");
            format!("write `{}` for one column, or `{list}` for several", quoted(&name))
        }
        Some(TokenKind::Word(_) | TokenKind::Text(_)) => {
            let next = cursor.written(0, 0);
            let arrow = format!("{before} -> {next}");
            if has_arrow { format!("write `{before}, {next}`") } else { format!("write `{arrow}`") }
        }
        Some(TokenKind::Minus) if cursor.peek_after(1) == Some(&TokenKind::Compare(Comparison::Greater)) => {
            "write `->` without a blank".to_owned()
        }
        Some(TokenKind::Minus) if cursor.is_joined_to_before() && has_arrow => with_sign(cursor),
        Some(TokenKind::Dot) => with_dot(cursor),
        Some(TokenKind::Compare(_)) if has_arrow => {
            "conditions stand behind `when`, at the end: write `when` and the condition there".to_owned()
        }
        Some(TokenKind::Compare(_) | TokenKind::Minus | TokenKind::Colon) => "write `->`".to_owned(),
        _ => "write the columns with commas between them, then `->`".to_owned(),
    })
}

/// The diagnostic for a statement that begins with something else than a keyword.
pub(crate) fn unknown_statement(cursor: &Cursor<'_>) -> Diagnostic {
    let listing = listing();
    // `check: rows > 1`: the keyword is read as the name.
    if let (Some(TokenKind::Colon), Some(TokenKind::Word(word))) = (cursor.peek_before(0), cursor.peek_before(1))
        && statements::find(word).is_some()
        && !begins_statement(cursor.peek())
    {
        let rest = (0..).map_while(|skip| cursor.peek_after(skip)).count() as isize;
        let help = format!("write `{word} {}`: a colon stands only behind a name", cursor.written(0, rest - 1));
        return cursor.expected("a statement behind the name").help(help.replace(" `:", "`:"));
    }
    let Some(TokenKind::Word(word)) = cursor.peek() else {
        let expected = cursor.expected("a statement");
        let is_name =
            cursor.peek_after(1) == Some(&TokenKind::Colon) && matches!(cursor.peek(), Some(TokenKind::Number(_)));
        return expected.help(match cursor.peek() {
            Some(TokenKind::Number(number)) if is_name => format!("write `{}` for a name", quoted(number)),
            Some(TokenKind::Colon) => "leave the colon out".to_owned(),
            Some(TokenKind::Arrow) => {
                "put the arrow at the end of the line before, so that this line belongs to it".to_owned()
            }
            None => format!("write a statement behind the name, on the same line; {listing}"),
            _ => listing,
        });
    };
    Diagnostic::error("unknown-statement", format!("no statement begins with `{word}`"))
        .at(cursor.source, cursor.span(), "not a statement")
        .help(of_first_word(cursor, word, listing))
}

fn of_first_word(cursor: &Cursor<'_>, word: &str, listing: String) -> String {
    let rest = (1..).map_while(|skip| cursor.peek_after(skip));
    let colon = rest.clone().position(|token| *token == TokenKind::Colon);
    if let Some(colon) = colon.filter(|&colon| begins_statement(cursor.peek_after(colon + 2))) {
        return format!("write `{}:` for a name", quoted(cursor.written(0, colon as isize)));
    }
    if policy::WORDS.contains(&word) && begins_statement(cursor.peek_after(1)) {
        return format!(
            "write `{} {word}`: policies stand behind the statement",
            cursor.written(1, rest.count() as isize)
        );
    }
    if matches!(word, "and" | "then" | "when" | "within") || (policy::WORDS.contains(&word) && word != "never") {
        return "it belongs to the line before: put `and` or a comma at the end of that line, or write both on one"
            .to_owned();
    }
    let other = OTHER_STATEMENTS.iter().find(|(other, _)| word.eq_ignore_ascii_case(other)).map(|(_, ours)| *ours);
    if begins_statement(cursor.peek_after(1)) && other.is_none() && !is_reserved(word) {
        return format!("write `{word}:` for a name; {listing}");
    }
    let near = || nearest(word, statement_kinds().map(|kind| kind.keyword));
    // No statement goes on so: `id,zip,city` is the header of a table.
    let goes_on = !matches!(cursor.peek_after(1), Some(TokenKind::Comma | TokenKind::Semicolon));
    match (other, near().filter(|_| goes_on)) {
        (Some(ours), _) => format!("write `{ours}`; {listing}"),
        (None, Some(near)) => {
            let line = cursor.source.text[cursor.span().start..].lines().next().unwrap_or_default();
            let mend = mended(line.trim()).unwrap_or_else(|| format!("write `{near}`"));
            format!("{mend}; {listing}")
        }
        (None, None) if rest.clone().any(|token| *token == TokenKind::Arrow) => {
            format!("write `fd {}`", cursor.written(0, rest.count() as isize))
        }
        (None, None) => listing,
    }
}

fn begins_statement(token: Option<&TokenKind>) -> bool {
    matches!(token, Some(TokenKind::Word(word)) if statements::find(word).is_some())
}

/// The diagnostic for something behind a setting.
pub(crate) fn behind_setting(cursor: &Cursor<'_>, kind: &StatementKind, statement: &str) -> Diagnostic {
    let expected = cursor.expected("nothing more");
    match cursor.peek() {
        Some(TokenKind::Word(word)) if policy::WORDS.contains(&word.as_str()) => {
            expected.help(format!("write `{statement}`: a `{}` statement has no policy", kind.keyword))
        }
        _ => expected.help(format!("write `{statement}`")),
    }
}

/// What begins a statement, for messages.
pub(crate) fn listing() -> String {
    let keywords: Vec<_> = statement_kinds().map(|kind| kind.keyword).collect();
    format!("the statements are {}", keywords.join(", "))
}
