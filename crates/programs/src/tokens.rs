//! A text as words, runs of digits and single signs.

/// A part of a text that is not taken apart further.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Token<'a> {
    pub(crate) text: &'a str,
    pub(crate) kind: Kind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Letters.
    Word,
    /// Digits.
    Digits,
    /// One sign of another kind.
    Sign,
}

impl Token<'_> {
    pub(crate) fn is_sign(&self) -> bool {
        self.kind == Kind::Sign
    }
}

fn kind(c: char) -> Kind {
    if c.is_ascii_digit() {
        Kind::Digits
    } else if c.is_alphabetic() {
        Kind::Word
    } else {
        Kind::Sign
    }
}

/// The tokens of a text, in order; together they are the text.
pub(crate) fn tokens(text: &str) -> Vec<Token<'_>> {
    let mut found = Vec::new();
    let mut start = 0;
    let mut chars = text.char_indices().peekable();
    while let Some((place, c)) = chars.next() {
        let of = kind(c);
        let end = place + c.len_utf8();
        let goes_on = of != Kind::Sign && chars.peek().is_some_and(|&(_, next)| kind(next) == of);
        if !goes_on {
            found.push(Token { text: &text[start..end], kind: of });
            start = end;
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_words_digits_and_signs() {
        let texts = |text| tokens(text).iter().map(|token| token.text).collect::<Vec<_>>();
        assert_eq!(texts("12-Mar 05"), ["12", "-", "Mar", " ", "05"]);
        assert_eq!(texts("a1"), ["a", "1"]);
        assert_eq!(texts("--"), ["-", "-"]);
        assert!(texts("").is_empty());
    }
}
