//! Words that are no column names unless quoted.

use lustrate_diagnostic::nearest;

use crate::fd_list;
use crate::statements::{self, statement_kinds};

/// Words inside statements and policies, and the first words of statements that are still to come: a file that is
/// written today means the same tomorrow.
const WORDS: &[&str] = &[
    "and",
    "because",
    "by",
    "check",
    "column",
    "columns",
    "counting",
    "duplicate",
    "fail",
    "hard",
    "ignoring",
    "in",
    "is",
    "lookup",
    "never",
    "not",
    "null",
    "or",
    "repair",
    "soft",
    "source",
    "then",
    "use",
    "warn",
    "when",
    "where",
    "within",
];

/// First words of statements that came when columns could be called so already: they begin a statement only where more of
/// one stands behind them, and are names everywhere else.
const NAMES_TOO: &[&str] = &["rewrite"];

/// All words that are no column names unless quoted.
pub(crate) fn words() -> impl Iterator<Item = &'static str> {
    let keywords = statement_kinds().map(|kind| kind.keyword);
    let keywords = keywords.filter(|keyword| !WORDS.contains(keyword) && !is_name_too(keyword));
    WORDS.iter().copied().chain(keywords)
}

/// Whether a column of this name must be quoted.
pub(crate) fn is_reserved(word: &str) -> bool {
    WORDS.contains(&word) || statements::find(word).is_some() && !is_name_too(word)
}

/// Whether a word begins statements and is the name of a column where it begins none.
pub(crate) fn is_name_too(word: &str) -> bool {
    NAMES_TOO.contains(&word)
}

/// How a line should be written whose first word is nearly the keyword of a statement, as the help of a message.
/// The arrow of a dependency becomes ours.
pub(crate) fn mended(line: &str) -> Option<String> {
    let (word, rest) = line.split_once(char::is_whitespace)?;
    let keyword = nearly(word)?;
    let rest = if keyword == "fd" { fd_list::with_our_arrow(rest.trim()) } else { rest.trim().to_owned() };
    let help = format!("write `{keyword} {rest}`");
    Some(if word.eq_ignore_ascii_case(keyword) { format!("keywords are lower case: {help}") } else { help })
}

/// Whether a word is nearly the keyword of a statement, and not one.
pub(crate) fn nearly_a_keyword(word: &str) -> bool {
    nearly(word).is_some()
}

fn nearly(word: &str) -> Option<&'static str> {
    let keywords = ["fd"].into_iter().chain(statement_kinds().map(|kind| kind.keyword));
    let keyword = nearest(word, keywords)?;
    let is_near = word != keyword && word.len().abs_diff(keyword.len()) <= 1 && word.chars().all(char::is_alphabetic);
    is_near.then_some(keyword)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_mended_where_its_first_word_is_nearly_a_keyword() {
        assert_eq!(mended("fs zip ⇒ city").as_deref(), Some("write `fd zip -> city`"));
        assert_eq!(mended("DENY x = \"|\"").as_deref(), Some("keywords are lower case: write `deny x = \"|\"`"));
        assert_eq!([mended("fd zip -> city"), mended("zip -> city"), mended("uniqueness x -> y")], [None, None, None]);
    }

    #[test]
    fn the_words_are_in_order() {
        assert!(WORDS.is_sorted());
    }
}
