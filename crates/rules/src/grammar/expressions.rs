//! The pieces that the regular expressions of the grammar are made of.
//!
//! They are written in what Oniguruma, the engine of most editors, and others read alike: no class of theirs depends on
//! the language of the system, and no look behind is of more than one character.

use crate::keywords;
use crate::lexer::{SIGNS, TokenKind};
use crate::statements::statement_kinds;

/// No letter, digit or `_` stands before.
pub(super) const BEFORE: &str = r"(?<![\p{L}\p{N}_])";

/// No letter, digit or `_` stands behind.
pub(super) const BEHIND: &str = r"(?![\p{L}\p{N}_])";

/// Blanks before a statement, and the mark that some programs write at the start of a file.
pub(super) const BLANKS: &str = r"[\s\x{feff}]*";

/// A text on one line.
const TEXT: &str = r#""(?:[^"\\\n]|\\.)*""#;

/// One of some words, whole.
pub(super) fn any_of<'a>(words: impl IntoIterator<Item = &'a str>) -> String {
    let words: Vec<_> = words.into_iter().collect();
    format!("{BEFORE}(?:{}){BEHIND}", words.join("|"))
}

/// A word, whole.
pub(super) fn word(word: &str) -> String {
    format!("{BEFORE}{word}{BEHIND}")
}

/// Any word, a keyword too.
pub(super) fn any_word() -> String {
    word("[A-Za-z_][A-Za-z0-9_]*")
}

/// The name of a column without quotes: a word that is no keyword.
pub(super) fn name() -> String {
    format!("(?!{}){}", any_of(keywords::words()), any_word())
}

/// A row of a rule on two rows, in the first group, and the dot behind it, in the second.
pub(super) fn row() -> String {
    format!(r"{BEFORE}([ab])\s*(\.)(?!\.)")
}

/// The name of a rule, with its colon.
pub(super) fn label() -> String {
    format!(r"(?:{}|{TEXT})\s*:", any_word())
}

/// The keyword of a statement: one that may be the name of a column too only where more of a statement stands behind it.
pub(super) fn keyword(keyword: &str) -> String {
    if keyword == "null" {
        return format!(r"{}(?!\s*->)", word(keyword));
    }
    if !keywords::is_name_too(keyword) {
        return word(keyword);
    }
    let from = format!(
        r#"/(?:[^/\\\n]|\\.)*/|{TEXT}|[-+.0-9eE]+|{}|{}\s*(?:{TEXT}|[-+.0-9eE]+)"#,
        word("null"),
        word("every")
    );
    format!(r"{}(?=\s*(?:{TEXT}|{})\s*(?:{from})\s*->)", word(keyword), name())
}

/// Where a region of a statement ends at the latest: before a line that begins another, or before `;`.
pub(super) fn stop() -> String {
    let (plain, others): (Vec<_>, Vec<_>) =
        statement_kinds().map(|kind| kind.keyword).partition(|&word| keyword(word) == self::word(word));
    let others: Vec<_> = others.into_iter().map(keyword).collect();
    let keywords = format!("(?:{}|{})", any_of(plain), others.join("|"));
    format!(r"^(?={BLANKS}(?:{}|{keywords}))|(?=;)", label())
}

/// Which signs of the language.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Signs {
    /// All that is an operator.
    All,
    /// `=` and its like, and `~=`.
    Comparison,
    /// `->`
    Arrow,
    /// `~` and `!~`
    Likeness,
    /// `+`, `-`, `*` and `/`
    Arithmetic,
}

/// The signs of a kind, as the lexer lists them.
pub(super) fn signs(asked: Signs) -> String {
    let kind = |token: &TokenKind| match token {
        TokenKind::Compare(_) | TokenKind::About => Some(Signs::Comparison),
        TokenKind::Arrow => Some(Signs::Arrow),
        TokenKind::Alike | TokenKind::Unlike => Some(Signs::Likeness),
        TokenKind::Plus | TokenKind::Minus | TokenKind::Star | TokenKind::Slash => Some(Signs::Arithmetic),
        _ => None,
    };
    let asked_for = |token: &TokenKind| kind(token).is_some_and(|kind| asked == Signs::All || asked == kind);
    // A sign that another one begins with is taken only where that other one does not stand.
    let longer = |sign: &str| {
        let rest = |other: &&str| other.strip_prefix(sign).filter(|rest| !rest.is_empty()).map(regex::escape);
        let rests: Vec<_> = SIGNS.iter().filter_map(|(other, _)| rest(other)).collect();
        if rests.is_empty() { String::new() } else { format!("(?!{})", rests.join("|")) }
    };
    let signs = SIGNS.iter().filter(|(_, token)| asked_for(token));
    signs.map(|(sign, _)| format!("{}{}", regex::escape(sign), longer(sign))).collect::<Vec<_>>().join("|")
}
