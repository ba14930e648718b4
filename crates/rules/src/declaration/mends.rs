//! What was probably meant by something that no declaration of a column has there.

use lustrate_diagnostic::{Diagnostic, nearest};
use lustrate_values::{Format, Moment};

use super::parse::{CLAUSES, TYPES};
use super::{FORMATS, ROLES};
use crate::cursor::Cursor;
use crate::lexer::TokenKind;
use crate::name::{Name, quoted};
use crate::{Comparison, policy};

/// Types of other languages, and ours for them.
const OTHER_TYPES: &[(&str, &str)] = &[
    ("bigint", "integer"),
    ("bool", "one of \"true\", \"false\""),
    ("boolean", "one of \"true\", \"false\""),
    ("categorical", "one of \"a\", \"b\""),
    ("category", "one of \"a\", \"b\""),
    ("char", "text"),
    ("character", "text"),
    ("currency", "number unit \"EUR\""),
    ("decimal", "number"),
    ("double", "number"),
    ("enum", "one of \"a\", \"b\""),
    ("float", "number"),
    ("int", "integer"),
    ("interval", "duration in min"),
    ("numeric", "number"),
    ("oneof", "one of \"a\", \"b\""),
    ("percent", "number unit \"%\""),
    ("percentage", "number unit \"%\""),
    ("real", "number"),
    ("str", "text"),
    ("string", "text"),
    ("timedelta", "duration in min"),
    ("timestamp", "datetime"),
    ("varchar", "text"),
];

/// What others write for our clauses.
const OTHER_CLAUSES: &[(&str, &str)] = &[
    ("allow", "accept"),
    ("between", "0..100"),
    ("identifier", "id"),
    ("key", "id"),
    ("lower", "case lower"),
    ("lowercase", "case lower"),
    ("mandatory", "required"),
    ("max", "..100"),
    ("min", "0.."),
    ("na", "null"),
    ("nonnull", "required"),
    ("notnull", "required"),
    ("pattern", "/[0-9]+/"),
    ("primary", "id"),
    ("range", "0..100"),
    ("regex", "/[0-9]+/"),
    ("sensitive", "protected"),
    ("target", "label"),
    ("timestamp", "time"),
    ("title", "case title"),
    ("titlecase", "case title"),
    ("units", "unit"),
    ("upper", "case upper"),
    ("uppercase", "case upper"),
];

/// The types, for messages.
pub(super) const TYPE_NAMES: &str =
    "text, integer, number, date, time, datetime, duration in UNIT, quantity in UNIT and one of \"a\", \"b\"";

/// The diagnostic for what is no convention of writing, behind `format`.
pub(super) fn no_convention(cursor: &Cursor<'_>) -> Diagnostic {
    let help = match cursor.peek() {
        Some(TokenKind::Text(format)) if format.contains('%') => {
            format!("write `date {0}`, or `accept {0}` where it is one of several", quoted(format))
        }
        Some(TokenKind::Word(word) | TokenKind::Text(word)) => {
            let near = nearest(word, FORMATS.iter().copied());
            near.map_or(String::new(), |near| format!("write `{near}`; "))
                + "the conventions are "
                + &FORMATS.join(", ")
        }
        _ => format!("write one or more of {}", FORMATS.join(", ")),
    };
    cursor.expected("the name of a convention of writing").help(help)
}

/// The diagnostic for a word where a type or a clause is expected.
pub(super) fn unknown_type(cursor: &Cursor<'_>, word: &str) -> Diagnostic {
    let roles = ROLES.iter().map(|(_, role)| *role);
    let others = || OTHER_TYPES.iter().map(|(other, _)| *other);
    let ours = |word: &str| OTHER_TYPES.iter().find(|(other, _)| *other == word).map(|(_, ours)| *ours);
    let near = || nearest(word, TYPES.iter().chain(CLAUSES).copied().chain(roles).chain(others()));
    let clause = || OTHER_CLAUSES.iter().find(|(other, _)| word.eq_ignore_ascii_case(other)).map(|(_, ours)| *ours);
    let help = match ours(&word.to_lowercase()).or_else(clause).or_else(near) {
        Some("one") => "write `one of \"a\", \"b\"`".to_owned(),
        Some(near) => format!("write `{}`", ours(near).unwrap_or(near)),
        // `columns a b integer`
        None if begins_type(cursor.peek_after(1)) => {
            format!("write a comma before `{word}` if it is a column; the types are {TYPE_NAMES}")
        }
        None => format!("the types are {TYPE_NAMES}"),
    };
    Diagnostic::error("unknown-type", format!("there is no type `{word}`"))
        .at(cursor.source, cursor.span(), "neither a type nor a clause")
        .help(help)
}

fn begins_type(token: Option<&TokenKind>) -> bool {
    matches!(token, Some(TokenKind::Word(word)) if TYPES.contains(&word.as_str()))
}

/// The diagnostic for something behind the name of a column that is neither a type nor a clause.
pub(super) fn no_declaration(cursor: &Cursor<'_>) -> Diagnostic {
    let name = cursor.written(-1, -1);
    let help = match (cursor.peek(), cursor.peek_after(1)) {
        (Some(TokenKind::Colon | TokenKind::Compare(_)), Some(TokenKind::Word(_))) => {
            format!("write `{name} {}`", cursor.written(1, 1))
        }
        (Some(TokenKind::Comma), next) if begins_type(next) => format!("write `{name} {}`", cursor.written(1, 1)),
        (Some(TokenKind::Comma), _) => "write `columns` for several columns".to_owned(),
        (Some(TokenKind::Text(_)), _) => format!("write `one of {}`", listed(cursor, 0)),
        (Some(TokenKind::Open), Some(TokenKind::Text(_))) => format!("write `one of {}`", listed(cursor, 1)),
        (Some(TokenKind::Minus), _) if cursor.is_joined_to_before() => {
            let name = format!("{name}{}", cursor.written(0, cursor.joined() as isize));
            let range = name.split_once('-').filter(|(_, last)| last.ends_with(|c: char| c.is_ascii_digit()));
            let range = range.map(|(first, last)| format!(", or `{first}..{last}` for several")).unwrap_or_default();
            format!("write `{}` for a column of that name{range}", quoted(&name))
        }
        _ => format!("write a type behind the name, such as `text`; the types are {TYPE_NAMES}"),
    };
    cursor.expected("a type or a clause").help(help)
}

/// The texts from a token on, with commas between them.
fn listed(cursor: &Cursor<'_>, from: usize) -> String {
    let mut texts = Vec::new();
    for skip in from.. {
        match cursor.peek_after(skip) {
            Some(TokenKind::Text(text)) => texts.push(quoted(text)),
            Some(TokenKind::Comma) => {}
            _ => break,
        }
    }
    texts.join(", ")
}

/// The range that words and signs of other languages mean: `between 0 and 120`, `min 0 max 120`, `>= 0`.
fn range_of_words(cursor: &Cursor<'_>) -> Option<String> {
    let least = match cursor.peek()? {
        TokenKind::Word(word) => match word.to_lowercase().as_str() {
            "between" | "from" | "range" | "min" | "minimum" => true,
            "max" | "maximum" => false,
            _ => return None,
        },
        TokenKind::Open => true,
        TokenKind::Compare(Comparison::Greater | Comparison::GreaterOrEqual) => true,
        TokenKind::Compare(Comparison::Less | Comparison::LessOrEqual) => false,
        _ => return None,
    };
    let mut numbers = (1..6).filter_map(|skip| match cursor.peek_after(skip) {
        Some(TokenKind::Number(number)) => Some(number.as_str()),
        _ => None,
    });
    Some(match (numbers.next()?, numbers.next()) {
        (low, Some(high)) => format!("{low}..{high}"),
        (low, None) if least => format!("{low}.."),
        (high, None) => format!("..{high}"),
    })
}

/// The diagnostic for a word behind a type that begins no clause; `has_type` is whether there is a type.
pub(super) fn unknown_clause(cursor: &Cursor<'_>, word: &str, has_type: bool) -> Diagnostic {
    let roles = || ROLES.iter().map(|(_, role)| *role);
    let other = OTHER_CLAUSES.iter().find(|(other, _)| word.eq_ignore_ascii_case(other)).map(|(_, ours)| *ours);
    let others = || OTHER_CLAUSES.iter().map(|(other, _)| *other);
    let ours = |word: &str| OTHER_CLAUSES.iter().find(|(other, _)| *other == word).map(|(_, ours)| *ours);
    let near = || {
        let near = nearest(word, CLAUSES.iter().chain(policy::WORDS).copied().chain(roles()).chain(others()))?;
        Some(ours(near).unwrap_or(near))
    };
    let behind = cursor.peek_after(1);
    let help = match word {
        "not" if matches!(behind, Some(TokenKind::Word(null)) if null.eq_ignore_ascii_case("null")) => {
            "write `required` in the place of `not null`".to_owned()
        }
        "unique" => "write a statement of its own, `unique COLUMN`, on the next line".to_owned(),
        "matches" => "leave `matches` out: a regular expression stands alone".to_owned(),
        "good" => "write `label good \"VALUE\"`: good values are those of a label".to_owned(),
        "of" => "write `one of \"a\", \"b\"`".to_owned(),
        _ if TYPES.contains(&word) && has_type => "a column has one type; leave the second out".to_owned(),
        _ if TYPES.contains(&word) => format!("write the type directly behind the name of the column: `{word}` first"),
        "format" if is_moment(cursor.peek_before(0)) => {
            "leave `format` out: the format stands directly behind the type".to_owned()
        }
        _ if looks_like_format(cursor) => format_in_quotes(cursor),
        _ if range_of_words(cursor).is_some() => {
            let range = range_of_words(cursor).unwrap_or_default();
            format!("write `{range}` for the range")
        }
        _ => match other.or_else(near) {
            Some(near) => format!("write `{near}`"),
            None => format!(
                "the clauses are {}, a pattern such as `/[0-9]+/`, a range such as `0..100`, and the roles {}",
                CLAUSES.join(", "),
                roles().collect::<Vec<_>>().join(", "),
            ),
        },
    };
    Diagnostic::error("unknown-clause", format!("no clause of a column begins with `{word}`"))
        .at(cursor.source, cursor.span(), "not a clause")
        .help(help)
}

/// The diagnostic for what is no word behind a type, and no clause.
pub(super) fn no_clause(cursor: &Cursor<'_>) -> Option<Diagnostic> {
    let expected = || cursor.expected("a clause, a policy or the end of the statement");
    if let Some(range) = range_of_words(cursor) {
        return Some(expected().help(format!("write `{range}` for the range")));
    }
    let help = match cursor.peek()? {
        TokenKind::Text(text) if text.contains('%') => {
            "only a date, a time or a datetime has a format: declare one of these, or leave it out".to_owned()
        }
        TokenKind::Text(text) if matches!(cursor.peek_before(0), Some(TokenKind::Text(_) | TokenKind::Number(_))) => {
            format!("write a comma before `{}`", quoted(text))
        }
        TokenKind::Text(text) if text.contains(['[', '\\', '*', '+', '(', '^']) => {
            format!("write `/{}/` for a regular expression", text.replace('/', "\\/"))
        }
        TokenKind::Text(_) => "write `one of` before the values that a column may have".to_owned(),
        TokenKind::Percent => format_in_quotes(cursor),
        TokenKind::Slash => "write a regular expression between two slashes, as `/[0-9]{5}/`".to_owned(),
        TokenKind::Comma => "write the next clause without a comma before it".to_owned(),
        TokenKind::Open => {
            format!("leave `{}` out", cursor.bracketed(0).0)
        }
        _ => return None,
    };
    Some(expected().help(help))
}

fn is_moment(token: Option<&TokenKind>) -> bool {
    matches!(token, Some(TokenKind::Word(word)) if matches!(word.as_str(), "date" | "time" | "datetime"))
}

/// Whether a word of letters such as `dd.mm.yyyy` stands behind the type of a date.
fn looks_like_format(cursor: &Cursor<'_>) -> bool {
    is_moment(cursor.peek_before(0)) && cursor.joined() > 1
}

fn format_in_quotes(cursor: &Cursor<'_>) -> String {
    let written = cursor.written(0, cursor.joined() as isize);
    let moment = match cursor.peek_before(0) {
        Some(TokenKind::Word(word)) if word == "time" => Moment::Time,
        Some(TokenKind::Word(word)) if word == "datetime" => Moment::DateTime,
        _ => Moment::Date,
    };
    format!("write `{}`", quoted(&in_our_letters(moment, written).unwrap_or_else(|| written.to_owned())))
}

/// `DD/MM/YYYY` as `%d/%m/%Y`, if what comes out is a format.
pub(super) fn in_our_letters(moment: Moment, written: &str) -> Option<String> {
    let mut ours = String::new();
    let mut after_hour = moment == Moment::Time;
    let mut rest = written;
    while let Some(first) = rest.chars().next() {
        let length = rest.find(|c: char| !c.eq_ignore_ascii_case(&first)).unwrap_or(rest.len());
        let (run, behind) = rest.split_at(length);
        match (first.to_ascii_lowercase(), length) {
            ('y', 4) => ours.push_str("%Y"),
            ('y', 2) => ours.push_str("%y"),
            ('m', 3) if !after_hour => ours.push_str("%b"),
            ('m', 1 | 2) if after_hour => ours.push_str("%M"),
            ('m', 1 | 2) => ours.push_str("%m"),
            ('d', 1 | 2) => ours.push_str("%d"),
            ('h', 1 | 2) => {
                ours.push_str("%H");
                after_hour = true;
            }
            ('s', 1 | 2) => ours.push_str("%S"),
            _ => ours.push_str(run),
        }
        rest = behind;
    }
    // The minutes of a time stand behind its hours, and a month may stand before them.
    Format::new(moment, &ours).ok().map(|_| ours)
}

/// The mend of `case` with another word behind it, or none.
pub(super) fn letter_case(word: Option<&str>) -> String {
    match word.and_then(|word| nearest(word, ["lower", "title", "upper"])) {
        Some(near) => format!("write `{near}`"),
        None => "write `case upper`, `case lower` or `case title`".to_owned(),
    }
}

/// The texts that begin with what was read as a file, with commas between them.
pub(super) fn list_from(first: &Name, cursor: &Cursor<'_>) -> String {
    format!("{}, {}", quoted(&first.text), listed(cursor, 0))
}

/// The mend of a file without quotes and its column.
pub(super) fn reference_column(file: &Name, cursor: &Cursor<'_>) -> String {
    match cursor.peek() {
        Some(TokenKind::Word(word)) => format!("write `in {}.{}`", quoted(&file.text), Name::unplaced(word)),
        _ => format!("write `in {}.COLUMN`", quoted(&file.text)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_of_others_are_written_in_our_letters() {
        let check = |moment, written: &str, ours: Option<&str>| {
            assert_eq!(in_our_letters(moment, written).as_deref(), ours, "{written}");
        };
        check(Moment::Date, "DD/MM/YYYY", Some("%d/%m/%Y"));
        check(Moment::Date, "yyyy-mm-dd", Some("%Y-%m-%d"));
        check(Moment::Date, "d.m.yy", Some("%d.%m.%y"));
        check(Moment::Time, "hh:mm:ss", Some("%H:%M:%S"));
        check(Moment::DateTime, "YYYY-MM-DD HH:mm", Some("%Y-%m-%d %H:%M"));
        check(Moment::Date, "day/month", None);
    }
}
