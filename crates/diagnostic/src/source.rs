//! Text that a user wrote, and places in it.

use std::sync::{Arc, OnceLock};

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
#[derive(Clone, Debug)]
pub struct SourceText {
    /// The name of the file, as it was given.
    pub name: String,
    /// What it holds.
    pub text: String,
    /// Where its lines begin, found when a place is first asked for: files of many rules ask for many.
    lines: OnceLock<Vec<usize>>,
}

impl PartialEq for SourceText {
    fn eq(&self, other: &Self) -> bool {
        (&self.name, &self.text) == (&other.name, &other.text)
    }
}

impl Eq for SourceText {}

impl SourceText {
    /// A named text.
    pub fn new(name: impl Into<String>, text: impl Into<String>) -> Self {
        SourceText { name: name.into(), text: text.into(), lines: OnceLock::new() }
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
        let lines = self.lines.get_or_init(|| {
            let ends = self.text.bytes().enumerate().filter(|(_, letter)| *letter == b'\n');
            std::iter::once(0).chain(ends.map(|(place, _)| place + 1)).collect()
        });
        let line = lines.partition_point(|&start| start <= byte);
        let column = self.text[lines[line - 1]..byte].chars().count() + 1;
        (line as u32, column as u32)
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
