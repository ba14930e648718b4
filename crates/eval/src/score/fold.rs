//! Values that differ in spelling only: the folding behind the normalised score.
//!
//! The folding is that of the reference implementation, which is a Python program; so the white space, the digits and
//! the numbers here are those that Python's `str.strip` and `float` know.

use std::borrow::Cow;

/// A value without its spelling. Two cells are the same in the normalised score exactly where these are equal.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Folded {
    /// Lower case, without outer white space; the empty text stands for all spellings of missing.
    Text(String),
    /// The bits of a number, so that `-0` and `0` differ as they do in the reference; all kinds of NaN are one.
    Number(u64),
}

const MISSING: [&str; 7] = ["", "-", "n/a", "na", "nan", "none", "null"];

/// Folds case, outer white space, spellings of missing, and numbers that are equal as numbers.
pub(super) fn fold(text: &str) -> Folded {
    let text = text.trim_matches(is_space).to_lowercase();
    if MISSING.contains(&text.as_str()) {
        return Folded::Text(String::new());
    }
    match number(&text) {
        Some(number) if number.is_nan() => Folded::Number(f64::NAN.to_bits()),
        Some(number) => Folded::Number(number.to_bits()),
        None => Folded::Text(text),
    }
}

/// White space as Python has it: that of Unicode, and the four separators of ASCII.
fn is_space(char: char) -> bool {
    char.is_whitespace() || ('\u{1c}'..='\u{1f}').contains(&char)
}

/// What Python's `float` reads, given a text in lower case without outer white space: decimal digits of any script,
/// single underscores between digits, an exponent, `inf`, `infinity`, `nan`.
fn number(text: &str) -> Option<f64> {
    let text = ascii_digits(text)?;
    without_underscores(&text)?.parse().ok()
}

/// The text with its decimal digits as ASCII digits; `None` where another character is not ASCII.
fn ascii_digits(text: &str) -> Option<Cow<'_, str>> {
    if text.is_ascii() {
        return Some(Cow::Borrowed(text));
    }
    let digit = |char: char| if char.is_ascii() { Some(char) } else { decimal_digit(char) };
    text.chars().map(digit).collect::<Option<String>>().map(Cow::Owned)
}

/// The text without its underscores; `None` where one of them does not stand between two digits.
fn without_underscores(text: &str) -> Option<Cow<'_, str>> {
    if !text.contains('_') {
        return Some(Cow::Borrowed(text));
    }
    let bytes = text.as_bytes();
    let is_digit = |place: Option<usize>| place.and_then(|at| bytes.get(at)).is_some_and(u8::is_ascii_digit);
    let between_digits = |at: usize| is_digit(at.checked_sub(1)) && is_digit(Some(at + 1));
    let underscores = text.match_indices('_').map(|(at, _)| at);
    underscores.into_iter().all(between_digits).then(|| Cow::Owned(text.replace('_', "")))
}

/// The code points of zero in the scripts that have decimal digits beside those of ASCII (Unicode, general category
/// Nd). The nine other digits follow each of them in order.
const ZEROS: [u32; 65] = [
    0x660, 0x6f0, 0x7c0, 0x966, 0x9e6, 0xa66, 0xae6, 0xb66, 0xbe6, 0xc66, 0xce6, 0xd66, 0xde6, 0xe50, 0xed0, 0xf20,
    0x1040, 0x1090, 0x17e0, 0x1810, 0x1946, 0x19d0, 0x1a80, 0x1a90, 0x1b50, 0x1bb0, 0x1c40, 0x1c50, 0xa620, 0xa8d0,
    0xa900, 0xa9d0, 0xa9f0, 0xaa50, 0xabf0, 0xff10, 0x104a0, 0x10d30, 0x11066, 0x110f0, 0x11136, 0x111d0, 0x112f0,
    0x11450, 0x114d0, 0x11650, 0x116c0, 0x11730, 0x118e0, 0x11950, 0x11c50, 0x11d50, 0x11da0, 0x16a60, 0x16ac0,
    0x16b50, 0x1d7ce, 0x1d7d8, 0x1d7e2, 0x1d7ec, 0x1d7f6, 0x1e140, 0x1e2f0, 0x1e950, 0x1fbf0,
];

fn decimal_digit(char: char) -> Option<char> {
    let point = u32::from(char);
    let zero = ZEROS[..ZEROS.partition_point(|&zero| zero <= point)].last()?;
    char::from_digit(point.checked_sub(*zero)?, 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn same(a: &str, b: &str) -> bool {
        fold(a) == fold(b)
    }

    #[test]
    fn case_outer_space_and_spellings_of_missing_fold() {
        assert!(same(" Rome\u{a0}", "\u{1f}ROME"));
        assert!(same("ΟΔΟΣ", "οδος"));
        for text in ["N/A", "na", "NULL", " None ", "NaN", "-", "\t"] {
            assert!(same(text, ""), "{text:?}");
        }
        assert!(!same("", "empty"));
    }

    #[test]
    fn numbers_fold_by_value() {
        for (a, b) in [("12.0", "12"), ("1_000", "1e3"), ("٣", "3"), ("+inf", "1e999"), (".5", "0.50"), ("7.", "007")]
        {
            assert!(same(a, b), "{a} {b}");
        }
        assert!(same("+nan", "-NaN"));
    }

    #[test]
    fn texts_that_python_reads_as_no_number_stay_text() {
        for (a, b) in [("1__0", "10"), ("_1", "1"), ("1_", "1"), ("1_.0", "1.0"), ("0x10", "16"), ("1 0", "10")] {
            assert!(!same(a, b), "{a} {b}");
        }
        assert!(!same("-0", "0"));
        assert!(!same("+nan", ""));
        assert!(!same("²", "2"));
    }
}
