//! Fields that a spreadsheet would take for formulas.
//!
//! A spreadsheet that opens a CSV file runs what begins with `=`, `+`, `-` or `@`, and formulas can fetch pages and start
//! programs. A `'` before them makes them text; that is what OWASP ("CSV Injection") says to write. It is taken off again
//! exactly where it was put.

use std::borrow::Cow;

/// What is done with fields that a spreadsheet would take for formulas.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Formulas {
    /// They are written as they are.
    #[default]
    AsTheyAre,
    /// They get a `'` in front.
    Escaped,
}

/// A field with a `'` in front if a spreadsheet would take it for a formula. So that it can be taken off, one that begins with
/// such signs already gets one more. Numbers with a sign are no formulas.
///
/// ```
/// use lustrate_table::{escape_formula, unescape_formula};
///
/// assert_eq!(escape_formula("=1+1"), "'=1+1");
/// assert_eq!(escape_formula("-1.5"), "-1.5");
/// assert_eq!(unescape_formula("'=1+1"), "=1+1");
/// ```
pub fn escape_formula(field: &str) -> Cow<'_, str> {
    if is_formula(field) { format!("'{field}").into() } else { field.into() }
}

/// The field that [`escape_formula`] was given.
pub fn unescape_formula(field: &str) -> &str {
    field.strip_prefix('\'').filter(|rest| is_formula(rest)).unwrap_or(field)
}

/// Whether a field, without the `'` that it begins with, is one that a spreadsheet calculates. Spreadsheets pass over a tab or a
/// line end at the start, and take the wide forms of the signs for them too.
fn is_formula(field: &str) -> bool {
    let bare = field.trim_start_matches('\'');
    bare.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠']) && !is_number(bare)
}

fn is_number(text: &str) -> bool {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    let is_part = |byte: u8| byte.is_ascii_digit() || matches!(byte, b'.' | b',');
    !digits.is_empty() && digits.bytes().all(is_part)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn formulas_become_text_and_numbers_stay() {
        for formula in ["=1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(1)", "\t=1", "\r=1", "\n=1", "＝1", "-", "-1e5"] {
            assert_eq!(escape_formula(formula), format!("'{formula}"));
        }
        for text in ["", "a=1", "1-2", "-5", "+49", "-1,5", "'tis", "'", " =1"] {
            assert_eq!(escape_formula(text), text);
        }
    }

    proptest! {
        #[test]
        fn what_was_escaped_comes_back(field in "['=+\\-@1,.a\t\n＝]{0,6}") {
            let escaped = escape_formula(&field);
            prop_assert_eq!(unescape_formula(&escaped), &field);
            prop_assert!(!escaped.starts_with(['=', '@', '\t', '\r', '\n', '＝']));
        }
    }
}
