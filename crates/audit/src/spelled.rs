//! Values as fields of the CSV form, in which missing and the empty text differ and a spreadsheet changes neither.

use std::borrow::Cow;

/// A value as a field: missing is the empty field, and the empty text is two quotes. So that these two can be told from a
/// text of quotes, one of two or more gets two more.
pub(crate) fn spelled(value: Option<&str>) -> Cow<'_, str> {
    match value {
        None => "".into(),
        Some("") => "\"\"".into(),
        Some(text) if only_quotes(text) => format!("{text}\"\"").into(),
        Some(text) => text.into(),
    }
}

/// The value that a field stands for.
pub(crate) fn value(field: Option<String>) -> Option<String> {
    let field = field.filter(|field| !field.is_empty())?;
    match only_quotes(&field) {
        true => Some(field[2..].to_owned()),
        false => Some(field),
    }
}

/// A probability with so many digits, never shown as higher than it is: 0.99996 is 0.9999, not 1.0000.
pub fn rounded_down(probability: f64, places: u32) -> String {
    let scale = 10_f64.powi(places as i32);
    let places = places as usize;
    format!("{:.places$}", (probability * scale).floor() / scale)
}

fn only_quotes(text: &str) -> bool {
    text.len() >= 2 && text.bytes().all(|byte| byte == b'"')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn missing_and_empty_differ() {
        assert_eq!((&*spelled(None), &*spelled(Some(""))), ("", "\"\""));
    }

    #[test]
    fn a_confidence_is_never_shown_as_higher_than_it_is() {
        assert_eq!(rounded_down(0.999_96, 4), "0.9999");
        assert_eq!(rounded_down(1.0, 4), "1.0000");
        assert_eq!(rounded_down(0.97, 2), "0.97");
    }

    proptest! {
        #[test]
        fn a_value_comes_back_from_its_field(text in prop::option::of("[\"a ]{0,5}")) {
            prop_assert_eq!(value(Some(spelled(text.as_deref()).into_owned())), text);
        }
    }
}
