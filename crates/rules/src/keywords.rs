//! Words that are no column names unless quoted.

use crate::statements;

/// Words inside statements and policies, and the first words of statements that are still to come: a file that is
/// written today means the same tomorrow.
const WORDS: &[&str] = &[
    "and",
    "because",
    "by",
    "check",
    "column",
    "columns",
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

/// Whether a column of this name must be quoted.
pub(crate) fn is_reserved(word: &str) -> bool {
    WORDS.contains(&word) || statements::find(word).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_are_in_order() {
        assert!(WORDS.is_sorted());
    }
}
