//! From places in a decoded text to places in the bytes of its file.

use std::ops::Range;

use lustrate_table::{CsvDialect, Encoding};

use crate::encoding::{bom, width};

/// Walks over the text of a file and knows which byte it is at.
pub(crate) struct BytesOfText<'t> {
    text: &'t str,
    encoding: Encoding,
    at: usize,
    byte: usize,
}

impl<'t> BytesOfText<'t> {
    /// At the start of the text, behind the byte order mark.
    pub(crate) fn new(text: &'t str, dialect: &CsvDialect) -> Self {
        let byte = if dialect.bom { bom(dialect.encoding).len() } else { 0 };
        BytesOfText { text, encoding: dialect.encoding, at: 0, byte }
    }

    /// The byte at a place of the text, which is not before the last one that was asked for.
    pub(crate) fn byte(&mut self, at: usize) -> usize {
        self.byte += width(&self.text[self.at..at], self.encoding);
        self.at = at;
        self.byte
    }

    /// The bytes of a part of the text, which does not start before the last place that was asked for.
    pub(crate) fn range(&mut self, range: Range<usize>) -> Range<usize> {
        let start = self.byte(range.start);
        start..self.byte(range.end)
    }
}

/// The place behind the line end that begins at a place, if one does.
pub(crate) fn behind_line_end(text: &str, at: usize) -> usize {
    let rest = &text.as_bytes()[at..];
    at + match rest {
        [b'\r', b'\n', ..] => 2,
        [b'\r' | b'\n', ..] => 1,
        _ => 0,
    }
}
