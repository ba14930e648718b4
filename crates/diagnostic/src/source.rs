//! Text that a user wrote, and places in it.

use std::sync::Arc;

use serde::Serialize;

use crate::Diagnostic;

/// Bytes of a source text: from `start` up to, not including, `end`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Span {
    /// The first byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
}

impl Span {
    /// A span from `start` up to `end`.
    pub fn new(start: usize, end: usize) -> Self {
        Span { start, end }
    }

    /// The smallest span around both.
    pub fn to(self, other: Span) -> Span {
        Span { start: self.start.min(other.start), end: self.end.max(other.end) }
    }
}

/// A named text: a rule file, usually.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceText {
    /// The name of the file, as it was given.
    pub name: String,
    /// What it holds.
    pub text: String,
}

impl SourceText {
    /// A named text.
    pub fn new(name: impl Into<String>, text: impl Into<String>) -> Self {
        SourceText { name: name.into(), text: text.into() }
    }

    /// The text of a file's bytes, which must be UTF-8; a byte order mark stays in the text.
    ///
    /// # Errors
    /// A diagnostic with the place of the first byte that is not UTF-8, or of a zero byte, which no text holds.
    pub fn decode(name: impl Into<String>, bytes: &[u8]) -> Result<Self, Diagnostic> {
        let decoded = std::str::from_utf8(bytes);
        let bad = decoded.map_or_else(|error| error.valid_up_to(), |text| text.find('\0').unwrap_or(text.len()));
        match decoded {
            Ok(text) if bad == text.len() => Ok(SourceText::new(name, text)),
            _ => {
                // Up to the bad byte the replaced text is that of the file, so that the place is right.
                let shown = Arc::new(SourceText::new(name, String::from_utf8_lossy(bytes)));
                let first = shown.text[bad..].chars().next().map_or(0, char::len_utf8);
                Err(Diagnostic::error("not-text", format!("{} is not a text in UTF-8", shown.name))
                    .at(&shown, Span::new(bad, bad + first), "not UTF-8 from here on")
                    .help("save the file as UTF-8"))
            }
        }
    }

    /// Line and column of a byte, both from 1; columns count characters. A byte past the end is taken for the end.
    pub fn place(&self, byte: usize) -> (u32, u32) {
        let mut byte = byte.min(self.text.len());
        while !self.text.is_char_boundary(byte) {
            byte -= 1;
        }
        let before = &self.text[..byte];
        let line = before.bytes().filter(|&b| b == b'\n').count() as u32 + 1;
        let column = before.rsplit('\n').next().unwrap_or("").chars().count() as u32 + 1;
        (line, column)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_characters() {
        let source = SourceText::new("x", "é\nüb");
        assert_eq!(
            [0, 1, 2, 3, 5, 6, 99].map(|byte| source.place(byte)),
            [(1, 1), (1, 1), (1, 2), (2, 1), (2, 2), (2, 3), (2, 3)]
        );
    }

    #[test]
    fn bytes_that_are_no_text_are_shown_with_their_place() {
        for bytes in [&b"a\n\xff\xfe"[..], b"a\n\0", b"a\n\xc3"] {
            let diagnostic = SourceText::decode("x", bytes).unwrap_err();
            let label = diagnostic.label.as_ref().unwrap();
            assert_eq!(label.source.place(label.span.start), (2, 1));
            diagnostic.render(crate::Colour::Off);
        }
        assert_eq!(SourceText::decode("x", "é\n".as_bytes()), Ok(SourceText::new("x", "é\n")));
    }
}
