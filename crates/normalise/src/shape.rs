//! What texts look like.

/// The shape of a text: `a` for each run of letters, `9` for each run of ASCII digits, and all else as it is.
pub(crate) fn shape(text: &str) -> String {
    let mut shape = String::new();
    for c in text.chars() {
        let class = match c {
            _ if c.is_ascii_digit() => '9',
            _ if c.is_alphabetic() => 'a',
            _ => c,
        };
        if !(matches!(class, '9' | 'a') && shape.ends_with(class)) {
            shape.push(class);
        }
    }
    shape
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_of_letters_and_digits_are_one_sign_each() {
        assert_eq!(shape("12 Main St."), "9 a a.");
        assert_eq!(shape("AB-0012"), "a-9");
        assert_eq!(shape("Zürich  "), "a  ");
        assert_eq!(shape(""), "");
    }
}
