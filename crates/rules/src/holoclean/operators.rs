//! The operators, and what other dialects call them.

use lustrate_diagnostic::nearest;

use crate::Comparison;

/// The operators and what they mean.
const OPERATORS: &[(&str, Comparison)] = &[
    ("EQ", Comparison::Equal),
    ("IQ", Comparison::NotEqual),
    ("LT", Comparison::Less),
    ("GT", Comparison::Greater),
    ("LTE", Comparison::LessOrEqual),
    ("GTE", Comparison::GreaterOrEqual),
];

/// What people write for them. Some are nearer in letters to an operator of another meaning.
const SYNONYMS: &[(&str, &str)] = &[
    ("!=", "IQ"),
    ("<", "LT"),
    ("<=", "LTE"),
    ("<>", "IQ"),
    ("=", "EQ"),
    ("==", "EQ"),
    (">", "GT"),
    (">=", "GTE"),
    ("DIFF", "IQ"),
    ("EQUAL", "EQ"),
    ("GE", "GTE"),
    ("GEQ", "GTE"),
    ("LE", "LTE"),
    ("LEQ", "LTE"),
    ("NE", "IQ"),
    ("NEQ", "IQ"),
    ("NQ", "IQ"),
    ("≠", "IQ"),
    ("≤", "LTE"),
    ("≥", "GTE"),
];

/// The comparison of an operator, whose letters may be small.
pub(super) fn comparison(operator: &str) -> Option<Comparison> {
    OPERATORS.iter().find(|(name, _)| name.eq_ignore_ascii_case(operator)).map(|&(_, comparison)| comparison)
}

/// What to write instead of what is no operator.
pub(super) fn help(operator: &str) -> String {
    let names = || OPERATORS.iter().map(|(name, _)| *name);
    let listing = format!("the operators are {}", names().collect::<Vec<_>>().join(", "));
    let synonym = SYNONYMS.iter().find(|(name, _)| name.eq_ignore_ascii_case(operator)).map(|&(_, name)| name);
    match synonym.or_else(|| nearest(operator, names())) {
        Some(meant) => format!("write `{meant}`; {listing}"),
        None => listing,
    }
}

/// Whether a text begins with an operator and a bracket.
pub(super) fn begins_predicate(text: &str) -> bool {
    let word = first_word(text);
    comparison(word).is_some() && text[word.len()..].trim_start().starts_with('(')
}

/// Whether a text begins with a predicate, or with a word of two letters or more right before a bracket, as a predicate
/// with a mistyped operator does.
pub(super) fn resembles_predicate(text: &str) -> bool {
    let word = first_word(text);
    (word.len() > 1 && text[word.len()..].starts_with('(')) || begins_predicate(text)
}

fn first_word(text: &str) -> &str {
    text.split(|c: char| !c.is_ascii_alphabetic()).next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_synonym_is_told_by_its_meaning_and_not_by_its_letters() {
        let meant = |operator| help(operator).split(';').next().unwrap_or_default().to_owned();
        assert_eq!(meant("NEQ"), "write `IQ`");
        assert_eq!(meant("le"), "write `LTE`");
        assert_eq!(meant("EQQ"), "write `EQ`");
        assert_eq!(meant("MATCH"), "the operators are EQ, IQ, LT, GT, LTE, GTE");
    }

    #[test]
    fn every_synonym_stands_for_an_operator_and_is_none() {
        for (synonym, operator) in SYNONYMS {
            assert!(comparison(synonym).is_none() && comparison(operator).is_some(), "{synonym}");
        }
        assert!(SYNONYMS.is_sorted());
    }
}
