//! A row of texts, in one piece of memory that is used again and again.

use std::fmt::{self, Write as _};
use std::io::{self, Write};

/// A row of texts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Record {
    text: String,
    /// Where each text ends.
    ends: Vec<usize>,
}

impl Record {
    /// Makes it empty.
    pub(super) fn clear(&mut self) {
        self.text.clear();
        self.ends.clear();
    }

    /// Adds a text.
    pub(super) fn push(&mut self, text: fmt::Arguments<'_>) {
        self.text.write_fmt(text).expect("writing to a string does not fail");
        self.ends.push(self.text.len());
    }

    /// The number of texts.
    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }

    /// A text by its place.
    pub(super) fn field(&self, place: usize) -> &str {
        let start = if place == 0 { 0 } else { self.ends[place - 1] };
        &self.text[start..self.ends[place]]
    }

    /// Keeps so many texts, the first.
    pub(super) fn truncate(&mut self, fields: usize) {
        self.ends.truncate(fields);
        self.text.truncate(self.ends.last().copied().unwrap_or_default());
    }

    /// Writes it as a line of CSV; texts need no quotes.
    pub(super) fn write(&self, out: &mut impl Write) -> io::Result<()> {
        for place in 0..self.len() {
            if place > 0 {
                out.write_all(b",")?;
            }
            out.write_all(self.field(place).as_bytes())?;
        }
        out.write_all(b"\n")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_come_out_as_they_went_in() {
        let mut record = Record::default();
        record.push(format_args!("a{}", 1));
        record.push(format_args!(""));
        record.push(format_args!("b"));
        let mut line = Vec::new();
        record.write(&mut line).unwrap();
        assert_eq!((record.len(), record.field(0), record.field(1), record.field(2)), (3, "a1", "", "b"));
        assert_eq!(line, b"a1,,b\n");
        record.truncate(1);
        record.push(format_args!("c"));
        assert_eq!((record.len(), record.field(1)), (2, "c"));
    }
}
