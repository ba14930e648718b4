//! What was said of a cell as a field, which a spreadsheet gives back unchanged.

use crate::Said;

/// The field of "don't know".
const UNKNOWN: &str = "?";

/// What was said as a field: missing is the empty field, the empty text two quotes, and "don't know" a question mark.
///
/// So that these can be told from values, a text of two or more quotes gets two more, and a question mark behind any
/// number of backslashes one backslash more.
pub(crate) fn spelled(said: &Said) -> String {
    match said {
        Said::Unknown => UNKNOWN.to_owned(),
        Said::Value(value) => spelled_value(value.as_deref()),
    }
}

/// A value as a field.
pub(crate) fn spelled_value(value: Option<&str>) -> String {
    match value {
        None => String::new(),
        Some("") => "\"\"".to_owned(),
        Some(text) if only_quotes(text) => format!("{text}\"\""),
        Some(text) => match before_mark(text) {
            Some(at) => format!("{}\\{}", &text[..at], &text[at..]),
            None => text.to_owned(),
        },
    }
}

/// What a field says. Blanks around a lone question mark do not count.
pub(crate) fn said(field: &str) -> Said {
    if field.trim() == UNKNOWN { Said::Unknown } else { Said::Value(value(field)) }
}

/// The value that a field stands for.
pub(crate) fn value(field: &str) -> Option<String> {
    match field {
        "" => None,
        quotes if only_quotes(quotes) => Some(quotes[2..].to_owned()),
        text => match before_mark(text) {
            Some(at) if text[at..].starts_with('\\') => Some(format!("{}{}", &text[..at], &text[at + 1..])),
            _ => Some(text.to_owned()),
        },
    }
}

fn only_quotes(text: &str) -> bool {
    text.len() >= 2 && text.bytes().all(|byte| byte == b'"')
}

/// Where a text begins that is but for blanks a question mark behind any number of backslashes.
fn before_mark(text: &str) -> Option<usize> {
    let mark = text.trim().strip_suffix('?')?;
    mark.bytes().all(|byte| byte == b'\\').then(|| text.len() - text.trim_start().len())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn missing_empty_unknown_and_a_question_mark_differ() {
        let fields = [
            Said::Value(None),
            Said::Value(Some(String::new())),
            Said::Unknown,
            Said::Value(Some("?".to_owned())),
            Said::Value(Some("\\?".to_owned())),
        ]
        .map(|said| spelled(&said));
        assert_eq!(fields, ["", "\"\"", "?", "\\?", "\\\\?"]);
    }

    proptest! {
        #[test]
        fn what_was_said_comes_back_from_its_field(text in prop::option::of("[\"?a \\\\]{0,5}")) {
            let value = Said::Value(text);
            prop_assert_eq!(said(&spelled(&value)), value);
            prop_assert_eq!(said(&spelled(&Said::Unknown)), Said::Unknown);
        }
    }
}
