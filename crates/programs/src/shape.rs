//! How a text is written, apart from what it says: values of one shape are explained alike.

use crate::tokens::{Kind, tokens};

/// Tokens of a text that still has a shape of its own.
const MOST_TOKENS: usize = 24;

/// The shape of a value: `3/14/15` is `9/9/9`, `05-Mar` is `0-a`. Letters are `a`, runs of digits `9`, or `0` with a zero
/// before them, letters outside ASCII and signs outside it `?`, all other signs themselves. Long texts are all of one shape, or
/// two: with characters outside ASCII and without. A missing value has a shape that no text has.
pub fn shape(text: Option<&str>) -> String {
    let Some(text) = text else { return "\u{0}".to_owned() };
    let found = tokens(text);
    if found.len() > MOST_TOKENS {
        return if text.is_ascii() { "…" } else { "…?" }.to_owned();
    }
    let mut shape = String::with_capacity(found.len());
    for token in found {
        match token.kind {
            Kind::Word | Kind::Sign if !token.text.is_ascii() => shape.push('?'),
            Kind::Word => shape.push('a'),
            Kind::Digits if token.text.len() > 1 && token.text.starts_with('0') => shape.push('0'),
            Kind::Digits => shape.push('9'),
            Kind::Sign => shape.push_str(token.text),
        }
    }
    shape
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_that_are_written_alike_have_one_shape() {
        assert_eq!(shape(Some("3/14/15")), "9/9/9");
        assert_eq!(shape(Some("12/1/2015")), "9/9/9");
        assert_eq!(shape(Some("05-Mar")), "0-a");
        assert_eq!(shape(Some("0")), "9");
        assert_eq!(shape(Some("rÃ©s")), "??a");
        assert_ne!(shape(None), shape(Some("")));
    }
}
