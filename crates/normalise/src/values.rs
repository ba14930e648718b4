//! The canonical text of each distinct value of a column, as far as the value alone decides it.

use lustrate_rules::ColumnRule;
use lustrate_table::parse_number;
use lustrate_values::{ColumnType, LetterCase};

use crate::ConversionKind;

/// What becomes of one distinct value.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Canonical {
    /// It stays as it is.
    Same,
    /// It stands for a missing value.
    Missing,
    /// It is written otherwise.
    Changed {
        /// How.
        text: String,
        /// The last kind of change.
        kind: ConversionKind,
        /// Why, in a sentence.
        reason: String,
    },
    /// It is read so, in the letters of the column, and stays in the file as it is written: the list of the column has it in
    /// neither, so that it is a mistake of another kind.
    Read(String),
    /// It may mean several things, by the form in which it is read.
    Doubtful {
        /// The forms and the texts, in the order of the forms.
        readings: Vec<(usize, String)>,
        /// The kind of change.
        kind: ConversionKind,
    },
}

/// What becomes of a text in a column of which `rule` is declared.
pub(crate) fn canonical(rule: &ColumnRule, text: &str) -> Canonical {
    if rule.nulls.contains(text) {
        return Canonical::Missing;
    }
    // A column that no statement names has only the null spellings of the whole table.
    if rule.origin.is_none() {
        return Canonical::Same;
    }
    let trimmed = text.trim();
    if trimmed.is_empty() && !text.is_empty() || rule.nulls.contains(trimmed) {
        return Canonical::Missing;
    }
    let mut now = trimmed.to_owned();
    let mut last = (now != text).then(|| (ConversionKind::Trim, "blanks around the value are taken away".to_owned()));
    if let Some(case) = rule.letter_case {
        let written = case.apply(&now);
        if written != now && !is_allowed(rule, &written) {
            return Canonical::Read(written);
        }
        if written != now {
            last = Some((ConversionKind::Case, format!("the column is written in {}", in_words(case))));
            now = written;
        }
    }
    if let Some(declared) = &rule.column_type {
        let found = declared.interpretations(&now);
        let mut readings = found.into_iter().filter_map(|read| Some((read.form, read.canonical?)));
        if let Some((form, written)) = readings.next() {
            let others: Vec<_> = readings.collect();
            if !others.is_empty() {
                let readings = std::iter::once((form, written)).chain(others).collect();
                return Canonical::Doubtful { readings, kind: kind(declared, &now) };
            }
            if written != now {
                last = Some((kind(declared, &now), format!("`{now}` is `{written}` in the declared form")));
                now = written;
            }
        }
    }
    match last {
        Some((kind, reason)) if now != text => Canonical::Changed { text: now, kind, reason },
        _ => Canonical::Same,
    }
}

/// Whether the list of a column has a text; without a list any is allowed.
fn is_allowed(rule: &ColumnRule, text: &str) -> bool {
    match &rule.column_type {
        Some(ColumnType::OneOf(values)) => values.iter().any(|value| value == text),
        _ => true,
    }
}

/// The form in which a text is read, where there is but one.
pub(crate) fn only_form(rule: &ColumnRule, text: &str) -> Option<usize> {
    match &rule.column_type.as_ref()?.interpretations(text.trim())[..] {
        [only] => Some(only.form),
        _ => None,
    }
}

/// Whether a text of a column of durations or quantities names its unit: in letters, signs or the colons of a clock.
pub(crate) fn names_unit(declared: &ColumnType, text: &str) -> bool {
    let of_unit = matches!(declared, ColumnType::Duration { .. } | ColumnType::Quantity { .. });
    of_unit && parse_number(text).is_none() && text.chars().any(|c| c.is_alphabetic() || ":%°'\"′″".contains(c))
}

/// The kind of a change of form.
fn kind(declared: &ColumnType, old: &str) -> ConversionKind {
    if names_unit(declared, old) { ConversionKind::Unit } else { ConversionKind::Format }
}

fn in_words(case: LetterCase) -> &'static str {
    match case {
        LetterCase::Upper => "capitals",
        LetterCase::Lower => "small letters",
        LetterCase::Title => "small letters with a capital at the start of each word",
    }
}

#[cfg(test)]
mod tests {
    use lustrate_diagnostic::Span;
    use lustrate_rules::RuleOrigin;

    use super::*;

    #[test]
    fn a_letter_case_makes_no_value_that_the_list_lacks() {
        let column_type = Some(ColumnType::OneOf(vec!["MALE".into(), "FEMALE".into()]));
        let rule = ColumnRule { column_type, ..rule() };
        assert_eq!(canonical(&rule, "m"), Canonical::Read("M".into()));
        assert!(matches!(canonical(&rule, "male"), Canonical::Changed { text, .. } if text == "MALE"));
    }

    fn rule() -> ColumnRule {
        let origin = RuleOrigin { file: "a.rules".into(), line: 1, span: Span { start: 0, end: 1 } };
        ColumnRule {
            origin: Some(origin),
            nulls: ["N/A".to_owned()].into(),
            letter_case: Some(LetterCase::Upper),
            ..ColumnRule::default()
        }
    }

    fn check(rule: &ColumnRule, text: &str, expected: Option<(&str, ConversionKind)>) {
        match canonical(rule, text) {
            Canonical::Same => assert_eq!(None, expected, "{text}"),
            Canonical::Doubtful { .. } => panic!("{text} is in doubt"),
            Canonical::Missing | Canonical::Read(_) => panic!("{text} is not written otherwise"),
            Canonical::Changed { text: new, kind, .. } => assert_eq!(Some((new.as_str(), kind)), expected, "{text}"),
        }
    }

    #[test]
    fn blanks_go_and_letters_take_the_declared_case() {
        check(&rule(), "NY", None);
        check(&rule(), " NY", Some(("NY", ConversionKind::Trim)));
        check(&rule(), " ny ", Some(("NY", ConversionKind::Case)));
        check(&rule(), "", None);
    }

    #[test]
    fn null_spellings_and_blanks_are_missing() {
        for text in ["N/A", " N/A ", "  "] {
            assert_eq!(canonical(&rule(), text), Canonical::Missing, "{text}");
        }
    }

    #[test]
    fn a_column_that_no_statement_names_has_only_the_null_spellings() {
        let everywhere = ColumnRule { origin: None, letter_case: None, ..rule() };
        assert_eq!(canonical(&everywhere, "N/A"), Canonical::Missing);
        check(&everywhere, " a ", None);
    }

    #[test]
    fn what_is_canonical_stays_so() {
        for text in [" ny ", "Ny", "a  b ", "ß"] {
            if let Canonical::Changed { text, .. } = canonical(&rule(), text) {
                check(&rule(), &text, None);
            }
        }
    }
}
