//! Numbers as texts: their digits, not their values.

/// The plain decimal number that a text starts with, and the rest. `None` for a number with leading zeros, which is a
/// code, and for one that goes on (`1.2.3`, `1,200`).
pub(crate) fn leading_number(text: &str) -> Option<(&str, &str)> {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let whole = digits(unsigned);
    if whole == 0 || (whole > 1 && unsigned.starts_with('0')) {
        return None;
    }
    let mut end = text.len() - unsigned.len() + whole;
    if let Some(fraction) = text[end..].strip_prefix('.') {
        let places = digits(fraction);
        end += if places > 0 { 1 + places } else { 0 };
    }
    let rest = &text[end..];
    let goes_on = |mark: char| rest.strip_prefix(mark).is_some_and(|rest| digits(rest) > 0);
    (!(goes_on('.') || goes_on(','))).then(|| text.split_at(end))
}

/// Whether a text is a plain decimal number and nothing else.
pub(crate) fn is_number(text: &str) -> bool {
    leading_number(text).is_some_and(|(_, rest)| rest.is_empty())
}

/// The digits behind the point of a plain decimal number.
pub(crate) fn fraction(number: &str) -> Option<&str> {
    number.split_once('.').map(|(_, fraction)| fraction)
}

/// The number of digits that a text starts with.
fn digits(text: &str) -> usize {
    text.bytes().take_while(u8::is_ascii_digit).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_ends_where_its_digits_end() {
        assert_eq!(leading_number("12.0 oz."), Some(("12.0", " oz.")));
        assert_eq!(leading_number("-3%"), Some(("-3", "%")));
        assert_eq!(leading_number("0.5"), Some(("0.5", "")));
        assert_eq!(leading_number("5."), Some(("5", ".")));
    }

    #[test]
    fn codes_are_no_numbers() {
        for text in ["007", "00.5", "1.2.3", "1,200", "a1", "", "-", "+.5"] {
            assert_eq!(leading_number(text), None, "{text}");
        }
    }
}
