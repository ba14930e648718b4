//! Delimited text read in the plainest way, character by character, to hold the reader and the writer against.

use std::ops::Range;

use lustrate_table::Encoding;

/// A file as characters, each with the bytes that it is written with.
pub(crate) struct Oracle {
    pub(crate) bytes: Vec<u8>,
    /// Character, first byte, byte behind it.
    chars: Vec<(char, usize, usize)>,
    /// For each record its fields, the header being the first.
    pub(crate) records: Vec<Vec<Field>>,
}

/// A field: the bytes that it is written with, quotes and all, and its value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Field {
    pub(crate) raw: Range<usize>,
    pub(crate) value: String,
    pub(crate) in_quotes: bool,
    /// Whether nothing closes its quote.
    pub(crate) is_open: bool,
}

impl Oracle {
    pub(crate) fn new(bytes: &[u8], encoding: Encoding, bom: usize, delimiter: char) -> Self {
        let chars = characters(bytes, encoding, bom);
        let mut oracle = Oracle { bytes: bytes.to_vec(), chars, records: Vec::new() };
        let mut at = 0;
        loop {
            while oracle.char(at).is_some_and(|c| c == '\r' || c == '\n') {
                at += 1;
            }
            if oracle.char(at).is_none() {
                return oracle;
            }
            let mut record = Vec::new();
            loop {
                let (field, end) = oracle.field(at, delimiter);
                record.push(field);
                at = end + 1;
                if oracle.char(end) != Some(delimiter) {
                    break;
                }
            }
            oracle.records.push(record);
        }
    }

    /// The field that starts at a character, and the place of the character that ends it.
    fn field(&self, start: usize, delimiter: char) -> (Field, usize) {
        let (mut at, mut value) = (start, String::new());
        let in_quotes = self.char(at) == Some('"');
        let mut is_open = in_quotes;
        if in_quotes {
            at += 1;
            while let Some(c) = self.char(at) {
                at += 1;
                if c == '"' && self.char(at) != Some('"') {
                    is_open = false;
                    break;
                }
                at += usize::from(c == '"');
                value.push(c);
            }
        }
        while let Some(c) = self.char(at).filter(|&c| c != delimiter && c != '\r' && c != '\n') {
            value.push(c);
            at += 1;
        }
        (Field { raw: self.byte(start)..self.byte(at), value, in_quotes, is_open }, at)
    }

    /// The bytes of a record with the line end behind it.
    pub(crate) fn line(&self, record: usize) -> Range<usize> {
        let fields = &self.records[record];
        let (start, end) = (fields[0].raw.start, fields[fields.len() - 1].raw.end);
        let behind = self.chars.iter().position(|&(_, first, _)| first == end).unwrap_or(self.chars.len());
        let ends = match (self.char(behind), self.char(behind + 1)) {
            (Some('\r'), Some('\n')) => behind + 2,
            (Some(_), _) => behind + 1,
            (None, _) => behind,
        };
        start..self.byte(ends)
    }

    fn char(&self, at: usize) -> Option<char> {
        self.chars.get(at).map(|&(c, _, _)| c)
    }

    fn byte(&self, at: usize) -> usize {
        match self.chars.get(at) {
            Some(&(_, first, _)) => first,
            None => self.chars.last().map_or(0, |&(_, _, end)| end),
        }
    }
}

fn characters(bytes: &[u8], encoding: Encoding, bom: usize) -> Vec<(char, usize, usize)> {
    let body = &bytes[bom..];
    let mut chars = Vec::new();
    let mut at = bom;
    let mut push = |c: char, length: usize| {
        chars.push((c, at, (at + length).min(bytes.len())));
        at += length;
    };
    match encoding {
        Encoding::Utf8 => std::str::from_utf8(body).unwrap().chars().for_each(|c| push(c, c.len_utf8())),
        Encoding::Windows1252 => body.iter().for_each(|&byte| push(char::from(byte), 1)),
        Encoding::Utf16Le | Encoding::Utf16Be => {
            let unit = |pair: &[u8]| match (pair, encoding) {
                (&[low, high], Encoding::Utf16Le) => u16::from_le_bytes([low, high]),
                (&[high, low], _) => u16::from_be_bytes([high, low]),
                _ => 0xfffd,
            };
            let units = body.chunks(2).map(unit);
            char::decode_utf16(units).for_each(|c| match c {
                Ok(c) => push(c, 2 * c.len_utf16()),
                Err(_) => push('\u{fffd}', 2),
            });
        }
    }
    chars
}
