//! What counts as a number in a text cell.

/// The value of a plain decimal number (`12`, `-0.5`, `1e3`, outer space ignored); `None` for all other text.
///
/// Words that the float parser of the standard library takes for numbers (`nan`, `inf`) are text here: in a
/// column of names they are names.
pub fn parse_number(text: &str) -> Option<f64> {
    let text = text.trim();
    let digits = text.bytes().any(|byte| byte.is_ascii_digit());
    let plain = text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'+' | b'-' | b'.' | b'e' | b'E'));
    if !(digits && plain) {
        return None;
    }
    text.parse().ok().filter(|number: &f64| number.is_finite())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_no_numbers() {
        assert_eq!(parse_number(" -1.5 "), Some(-1.5));
        assert_eq!(parse_number("1e3"), Some(1000.0));
        for text in ["", "nan", "inf", "12 oz", "1-2", "e", "1e999"] {
            assert_eq!(parse_number(text), None, "{text}");
        }
    }
}
