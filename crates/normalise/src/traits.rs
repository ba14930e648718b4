//! What characters the texts of a column have, asked of each once: most conventions are about characters that most columns
//! do not have.

use std::collections::BTreeMap;

/// What some text of a column has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Traits(u8);

impl Traits {
    pub(crate) const NOT_ASCII: Traits = Traits(1);
    /// Blanks around it, doubled ones, and other blanks than the plain one; and characters without width.
    pub(crate) const ODD_BLANKS: Traits = Traits(2);
    pub(crate) const DIGIT: Traits = Traits(4);
    pub(crate) const COLON: Traits = Traits(8);
    pub(crate) const AT: Traits = Traits(16);
    /// An ampersand or a single quote.
    pub(crate) const ESCAPE: Traits = Traits(32);

    /// Those of a text; `odd_blanks` is asked of one that is not ASCII.
    pub(crate) fn of(text: &str, odd_blanks: impl Fn(&str) -> bool) -> Self {
        let mut found = 0;
        let mut before = b' ';
        for &byte in text.as_bytes() {
            found |= OF_BYTE[usize::from(byte)];
            if byte == b' ' && before == b' ' {
                found |= Traits::ODD_BLANKS.0;
            }
            before = byte;
        }
        if before == b' ' || found & Traits::NOT_ASCII.0 != 0 && odd_blanks(text) {
            found |= Traits::ODD_BLANKS.0;
        }
        Traits(found)
    }

    /// Whether it has any of these.
    pub(crate) fn has(self, any: Traits) -> bool {
        self.0 & any.0 != 0
    }

    pub(crate) fn or(self, other: Traits) -> Traits {
        Traits(self.0 | other.0)
    }
}

/// What each byte says.
const OF_BYTE: [u8; 256] = {
    let mut of_byte = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        of_byte[byte] = match byte as u8 {
            128.. => Traits::NOT_ASCII.0,
            b'\t'..=b'\r' => Traits::ODD_BLANKS.0,
            b'0'..=b'9' => Traits::DIGIT.0,
            b':' => Traits::COLON.0,
            b'@' => Traits::AT.0,
            b'&' | b'\'' => Traits::ESCAPE.0,
            _ => 0,
        };
        byte += 1;
    }
    of_byte
};

/// What the values of a column have among them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct ColumnTraits {
    /// What any of them has.
    pub(crate) any: Traits,
    /// The cells whose values have an ASCII digit.
    pub(crate) with_digits: u64,
}

impl ColumnTraits {
    pub(crate) fn new(cells: &BTreeMap<String, u64>, odd_blanks: impl Fn(&str) -> bool) -> Self {
        let mut found = ColumnTraits::default();
        for (text, cells) in cells {
            let of_text = Traits::of(text, &odd_blanks);
            found.any = found.any.or(of_text);
            found.with_digits += if of_text.has(Traits::DIGIT) { *cells } else { 0 };
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_has_what_any_of_its_values_has() {
        let cells = BTreeMap::from([("R&D".to_owned(), 2), ("12 é".to_owned(), 3), ("7:30".to_owned(), 4)]);
        let found = ColumnTraits::new(&cells, |_| false);
        let all = Traits::ESCAPE.or(Traits::NOT_ASCII).or(Traits::DIGIT).or(Traits::COLON);
        assert_eq!(found, ColumnTraits { any: all, with_digits: 7 });
    }

    #[test]
    fn blanks_that_are_not_between_two_words_are_odd() {
        let odd = |text: &str| Traits::of(text, |_| true).has(Traits::ODD_BLANKS);
        for text in ["", " a", "a ", "a  b", "a\tb", "a\u{a0}b"] {
            assert!(odd(text), "{text:?}");
        }
        assert!(!odd("a b c"));
    }
}
