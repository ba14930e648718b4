//! Tokens to rewrites.

use std::ops::Range;

use lustrate_diagnostic::{Diagnostic, SourceText, Span};
use lustrate_values::{Rewrite, Template, TemplateError, Whole};

use super::{Arm, Rewriting};
use crate::Rule;
use crate::cursor::Cursor;
use crate::lexer::TokenKind;
use crate::name::{At, quoted};
use crate::pattern::pattern;

/// Words that other languages write between what is and what it becomes.
const OTHER_ARROWS: &[&str] = &["as", "become", "becomes", "by", "into", "is", "to", "with"];

pub(super) fn parse(cursor: &mut Cursor<'_>) -> Result<Rule, Diagnostic> {
    let column = cursor.column()?;
    if let (Some(TokenKind::Comma), Some(TokenKind::Word(_) | TokenKind::Text(_))) =
        (cursor.peek(), cursor.peek_after(1))
    {
        return Err(cursor.expected("what becomes what").help("write a statement for each column"));
    }
    let mut arms = vec![arm(cursor)?];
    while cursor.accept(&TokenKind::Comma) {
        arms.push(arm(cursor)?);
    }
    if let Some(TokenKind::Text(_) | TokenKind::Number(_) | TokenKind::Regex(_)) = cursor.peek() {
        return Err(cursor.expected("`,`").help(format!("write `, {}`", cursor.written(0, 0))));
    }
    Ok(Rule::new(Rewriting { column, arms }))
}

/// What stands before the arrow.
enum From {
    /// `"Calif."`, `null`
    Value(Option<String>),
    /// `every "Ã©"`
    Every(String),
    /// `/0+(\d+)/`
    Pattern(Whole),
}

fn arm(cursor: &mut Cursor<'_>) -> Result<Arm, Diagnostic> {
    let start = cursor.span();
    let from = from(cursor)?;
    arrow(cursor)?;
    let rewrite = match (from, cursor.peek()) {
        (From::Value(from), Some(TokenKind::Word(word))) if word == "null" => {
            cursor.advance();
            Rewrite::Value { from, to: None }
        }
        (From::Value(from), _) => Rewrite::Value { from, to: Some(value(cursor)?) },
        (From::Every(from), Some(TokenKind::Word(word))) if word == "null" => {
            let help = format!("write `\"\"` to take it away, or `{} -> null` for a whole value", quoted(&from));
            return Err(cursor.expected("a text").help(help));
        }
        (From::Every(from), _) => Rewrite::Every { from, to: value(cursor)? },
        (From::Pattern(_), Some(TokenKind::Word(word))) if word == "null" => {
            let help = "write `\"\"` for an empty text; what becomes a missing value is said of each text, as \
                        `\"TEXT\" -> null`";
            return Err(cursor.expected("a text").help(help));
        }
        (From::Pattern(pattern), _) => {
            let span = cursor.span();
            let text = value(cursor)?;
            let to = template(cursor, span, &text, &pattern)?;
            Rewrite::Pattern { pattern, to }
        }
    };
    Ok(Arm { rewrite, at: At(start.to(cursor.before())) })
}

fn from(cursor: &mut Cursor<'_>) -> Result<From, Diagnostic> {
    const SHAPE: &str = "a text, a regular expression, `null` or `every \"TEXT\"`";
    let expected = || cursor.expected(SHAPE);
    match cursor.peek() {
        Some(TokenKind::Regex(_)) => {
            let expression = pattern(cursor)?;
            let whole = Whole::new(expression.written()).map_err(|error| {
                let title = format!("the regular expression is not right: {error}");
                Diagnostic::error("bad-pattern", title)
                    .at(cursor.source, cursor.before(), "does not compile")
                    .help("write a simpler expression")
            })?;
            Ok(From::Pattern(whole))
        }
        Some(TokenKind::Text(_) | TokenKind::Number(_)) => Ok(From::Value(Some(value(cursor)?))),
        Some(TokenKind::Word(word)) if word == "null" => {
            cursor.advance();
            Ok(From::Value(None))
        }
        Some(TokenKind::Word(word)) if word == "every" => {
            cursor.advance();
            if let Some(TokenKind::Regex(written)) = cursor.peek() {
                let around = format!("(.*?){written}(.*)").replace('/', "\\/");
                let help = format!("`every` is said of a text; for one place in a value write `/{around}/` without it");
                return Err(cursor.expected("a text").help(help));
            }
            let span = cursor.span();
            let text = value(cursor)?;
            if text.is_empty() {
                return Err(Diagnostic::error("empty-text", "every text holds the empty text at every place")
                    .at(cursor.source, span, "empty")
                    .help("name the text that is changed; a value that is empty is meant without `every`"));
            }
            Ok(From::Every(text))
        }
        Some(TokenKind::Arrow) => {
            Err(expected().help("name what becomes so before the arrow, as `\"TEXT\" -> \"TEXT\"`"))
        }
        Some(TokenKind::Word(word)) if matches!(word.as_str(), "all" | "any" | "each") => {
            Err(expected().help("write `every`"))
        }
        Some(TokenKind::Word(_)) => Err(expected().help(in_quotes(cursor))),
        None => Err(expected().help("add what becomes what, as `\"TEXT\" -> \"TEXT\"`")),
        _ => Err(expected()),
    }
}

fn arrow(cursor: &mut Cursor<'_>) -> Result<(), Diagnostic> {
    let help = match cursor.peek() {
        Some(TokenKind::Word(word)) if OTHER_ARROWS.contains(&word.as_str()) => Some("write `->`"),
        Some(TokenKind::Compare(_) | TokenKind::Colon | TokenKind::Minus) => Some("write `->`"),
        Some(TokenKind::Comma) => Some("write `->` in the place of the comma"),
        Some(TokenKind::Text(_) | TokenKind::Number(_)) => Some("write `->` before it"),
        None => Some("add what becomes of it, as `-> \"TEXT\"`"),
        _ => None,
    };
    cursor.expect(&TokenKind::Arrow, "`->`").map_err(|error| match help {
        Some(help) => error.help(help),
        None => error,
    })
}

/// Reads a text, which may be a number without quotes.
fn value(cursor: &mut Cursor<'_>) -> Result<String, Diagnostic> {
    match cursor.peek() {
        Some(TokenKind::Text(text) | TokenKind::Number(text)) => {
            cursor.advance();
            Ok(text.clone())
        }
        Some(TokenKind::Word(_)) => Err(cursor.expected("a text in double quotes").help(in_quotes(cursor))),
        Some(TokenKind::Regex(_)) => {
            Err(cursor.expected("a text in double quotes").help("write `\"{1}\"` for what the first group matches"))
        }
        _ => Err(cursor.expected("a text in double quotes").help("write `\"TEXT\"`, or `null` for a missing value")),
    }
}

fn in_quotes(cursor: &Cursor<'_>) -> String {
    format!("write `{}`", quoted(cursor.written(0, cursor.joined() as isize)))
}

/// Reads the text of a token as what the groups of a pattern are put into.
fn template(cursor: &Cursor<'_>, token: Span, text: &str, pattern: &Whole) -> Result<Template, Diagnostic> {
    let told = |code, title: String, place: Range<usize>, label: &str, help: String| {
        let span = within(cursor.source, token, text, place);
        Err(Diagnostic::error(code, title).at(cursor.source, span, label).help(help))
    };
    let template = match Template::parse(text) {
        Ok(template) => template,
        Err(TemplateError { message, mend, at }) => {
            let end = text[at..].find('}').map_or(text.len(), |close| at + close + 1);
            return told("bad-template", message, at..end, "cannot be read", mend);
        }
    };
    let groups = pattern.groups();
    if template.groups() <= groups {
        return Ok(template);
    }
    let (number, place) = group_beyond(text, groups).unwrap_or((template.groups(), 0..text.len()));
    let (title, help) = match groups {
        0 => (
            format!("there is no group {number}: the expression has none"),
            "put round brackets about the part of the expression that is meant".to_owned(),
        ),
        1 => (
            format!("there is no group {number}: the expression has one"),
            "write `{1}`, or put round brackets about another part of the expression".to_owned(),
        ),
        _ => (
            format!("there is no group {number}: the expression has {groups}"),
            format!(
                "write `{{{groups}}}` or a lower number, or put round brackets about another part of the expression"
            ),
        ),
    };
    told("no-group", title, place, "matches nothing", help)
}

/// The first group of a template, which can be read, whose number is greater than so many, and its place.
fn group_beyond(text: &str, groups: usize) -> Option<(usize, Range<usize>)> {
    let mut at = 0;
    while let Some(c) = text[at..].chars().next() {
        let rest = &text[at..];
        if rest.starts_with("{{") || rest.starts_with("}}") {
            at += 2;
        } else if c == '{' {
            let end = at + rest.find('}')?;
            let number = text[at + 1..end].split_whitespace().next()?.parse().ok()?;
            if number > groups {
                return Some((number, at..end + 1));
            }
            at = end + 1;
        } else {
            at += c.len_utf8();
        }
    }
    None
}

/// The place in the file of a piece of a text, whose token is at a place; the whole token where the text is written with other
/// escapes than those of the language.
fn within(source: &SourceText, token: Span, text: &str, piece: Range<usize>) -> Span {
    let written = &source.text[token.start..token.end];
    let Some(inner) = written.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) else { return token };
    let (mut read, mut start, mut end) = (0, None, None);
    let mut characters = inner.char_indices().peekable();
    while let Some((place, c)) = characters.next() {
        if read == piece.start {
            start = Some(place);
        }
        if read == piece.end {
            end = Some(place);
        }
        let meant = match (c, characters.peek()) {
            ('\\', Some(&(_, escaped))) => {
                characters.next();
                match escaped {
                    'n' => '\n',
                    'r' => '\r',
                    't' => '\t',
                    escaped => escaped,
                }
            }
            (c, _) => c,
        };
        if !text[read..].starts_with(meant) {
            return token;
        }
        read += meant.len_utf8();
    }
    let first = token.start + 1;
    match start {
        Some(start) if read == text.len() => Span::new(first + start, first + end.unwrap_or(inner.len())),
        _ => token,
    }
}
