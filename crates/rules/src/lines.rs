//! Pieces of a text that remember where they are, for the forms that have a rule a line.

use std::sync::Arc;

use lustrate_diagnostic::{SourceText, Span};

/// A piece of one line.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Line<'a> {
    /// The text that it is from.
    pub source: &'a Arc<SourceText>,
    /// What it holds.
    pub text: &'a str,
    /// Its first byte in the source.
    pub start: usize,
}

impl<'a> Line<'a> {
    /// Its place in the source.
    pub fn span(self) -> Span {
        Span::new(self.start, self.start + self.text.len())
    }

    /// What comes before a byte of it.
    pub fn to(self, end: usize) -> Line<'a> {
        Line { text: &self.text[..end], ..self }
    }

    /// What comes from a byte of it on.
    pub fn from(self, start: usize) -> Line<'a> {
        Line { text: &self.text[start..], start: self.start + start, ..self }
    }

    /// The same without white space at its ends.
    pub fn trimmed(self) -> Line<'a> {
        let start = self.text.len() - self.text.trim_start().len();
        let line = self.from(start);
        line.to(line.text.trim_end().len())
    }
}

/// The lines of a text that say something, trimmed: not empty, and no comment.
pub(crate) fn lines(source: &Arc<SourceText>) -> impl Iterator<Item = Line<'_>> {
    let bom = if source.text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    let mut rest = Some(Line { source, text: &source.text[bom..], start: bom });
    let all = std::iter::from_fn(move || {
        let text = rest?;
        let end = text.text.find('\n');
        rest = end.map(|end| text.from(end + 1));
        Some(end.map_or(text, |end| text.to(end)).trimmed())
    });
    all.filter(|line| !line.text.is_empty() && !line.text.starts_with('#'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_know_their_place() {
        let source = Arc::new(SourceText::new("x", "\u{feff} a b \r\n\n# no\n  c"));
        let found: Vec<_> = lines(&source).map(|line| (line.text, line.span())).collect();
        assert_eq!(found, [("a b", Span::new(4, 7)), ("c", Span::new(18, 19))]);
        assert!(found.iter().all(|(text, span)| &source.text[span.start..span.end] == *text));
    }
}
