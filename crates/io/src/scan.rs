//! Records of delimited text, with the exact bytes of every field.

use std::ops::Range;

use csv_core::{ReadFieldResult, Reader, ReaderBuilder};

/// One record: for each field its value, and the bytes of the text that it was written with.
#[derive(Debug, Default)]
pub(crate) struct Record {
    /// The values end to end; `ends[i]` is where value `i` ends. Longer than what is in use.
    decoded: Vec<u8>,
    ends: Vec<usize>,
    raw: Vec<Range<usize>>,
    terminated: bool,
}

impl Record {
    /// The number of fields, at least one.
    pub(crate) fn len(&self) -> usize {
        self.raw.len()
    }

    /// The value of a field, without its quotes.
    pub(crate) fn value(&self, field: usize) -> &str {
        let start = if field == 0 { 0 } else { self.ends[field - 1] };
        let value = std::str::from_utf8(&self.decoded[start..self.ends[field]]);
        value.expect("a field is UTF-8: it is cut from UTF-8 at ASCII bytes only")
    }

    /// The bytes of the text that a field was written with, quotes and all.
    pub(crate) fn raw(&self, field: usize) -> Range<usize> {
        self.raw[field].clone()
    }

    /// From the first byte of the first field to the last of the last; the line end is outside.
    pub(crate) fn extent(&self) -> Range<usize> {
        self.raw[0].start..self.raw[self.raw.len() - 1].end
    }

    /// Whether a line end follows; `false` for the last record of a text without one.
    pub(crate) fn terminated(&self) -> bool {
        self.terminated
    }
}

/// Reads records from the start of a text. Lines that hold nothing are between records.
pub(crate) struct Scanner<'t> {
    text: &'t str,
    core: Reader,
    at: usize,
}

impl<'t> Scanner<'t> {
    /// A scanner at the start of a text without byte order mark.
    pub(crate) fn new(text: &'t str, delimiter: u8) -> Self {
        let mut core = ReaderBuilder::new().delimiter(delimiter).build();
        // A reader drops a byte order mark at its start; here it would be part of a value. A line end is the one
        // thing that it can be fed first without an effect.
        core.read_field(b"\n", &mut [0]);
        Scanner { text, core, at: 0 }
    }

    /// How far it has read, in bytes: after the delimiter or the (first byte of the) line end that ended the last
    /// field.
    pub(crate) fn position(&self) -> usize {
        self.at
    }

    /// Goes to the start of a record, when it has read one to its end.
    pub(crate) fn go_to(&mut self, start: usize) {
        self.at = start;
    }

    /// Reads the next record into `record`; `false` at the end of the text.
    pub(crate) fn read(&mut self, record: &mut Record) -> bool {
        let bytes = self.text.as_bytes();
        record.ends.clear();
        record.raw.clear();
        let mut filled = 0;
        let mut start = self.at;
        loop {
            if record.decoded.len() == filled {
                record.decoded.resize((2 * filled).max(1024), 0);
            }
            let (result, read, written) = self.core.read_field(&bytes[self.at..], &mut record.decoded[filled..]);
            self.at += read;
            filled += written;
            match result {
                ReadFieldResult::InputEmpty | ReadFieldResult::OutputFull => {}
                ReadFieldResult::End => return false,
                ReadFieldResult::Field { record_end } => {
                    // Only the end of the text ends a field without taking a byte.
                    record.terminated = read > 0;
                    let end = self.at - usize::from(record.terminated);
                    if record.raw.is_empty() {
                        start += blank(&bytes[start..end]);
                    }
                    record.raw.push(start..end);
                    record.ends.push(filled);
                    start = self.at;
                    if record_end {
                        return true;
                    }
                }
            }
        }
    }
}

/// The length of the line ends at the start.
fn blank(bytes: &[u8]) -> usize {
    bytes.iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count()
}

/// The number of line ends (`\n`, `\r\n`, or `\r` alone) that end within a range of a text.
pub(crate) fn count_line_ends(text: &str, range: Range<usize>) -> u64 {
    let bytes = text.as_bytes();
    let start = range.start;
    let ends = memchr::memchr2_iter(b'\n', b'\r', &bytes[range]);
    ends.filter(|&at| bytes[start + at] == b'\n' || bytes.get(start + at + 1) != Some(&b'\n')).count() as u64
}

/// Whether a field, as written, opens with a quote that nothing closes.
pub(crate) fn is_open(raw: &str) -> bool {
    let Some(mut rest) = raw.strip_prefix('"') else { return false };
    while let Some(quote) = rest.find('"') {
        match rest[quote + 1..].strip_prefix('"') {
            Some(after) => rest = after,
            None => return false,
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    fn records(text: &str) -> Vec<Vec<(String, &str)>> {
        let (mut scanner, mut record, mut all) = (Scanner::new(text, b','), Record::default(), Vec::new());
        while scanner.read(&mut record) {
            all.push((0..record.len()).map(|i| (record.value(i).to_owned(), &text[record.raw(i)])).collect());
        }
        all
    }

    #[test]
    fn raw_extents_hold_the_field_and_nothing_else() {
        let text = "\r\n\na,\"b \"\"q\"\" ,\r\n\"\r\n\n,5\" pipe,\"x\"y,é\rlast";
        let expected: Vec<Vec<(String, &str)>> = vec![
            vec![("a".into(), "a"), ("b \"q\" ,\r\n".into(), "\"b \"\"q\"\" ,\r\n\"")],
            vec![("".into(), ""), ("5\" pipe".into(), "5\" pipe"), ("xy".into(), "\"x\"y"), ("é".into(), "é")],
            vec![("last".into(), "last")],
        ];
        assert_eq!(records(text), expected);
    }

    #[test]
    fn a_byte_order_mark_within_the_text_is_kept() {
        assert_eq!(records("\u{feff}a"), [[("\u{feff}a".into(), "\u{feff}a")]]);
    }

    #[test]
    fn the_three_line_ends_count_one_each() {
        let text = "a\r\nb\nc\rd";
        assert_eq!(count_line_ends(text, 0..text.len()), 3);
        assert_eq!(count_line_ends(text, 0..2) + count_line_ends(text, 2..text.len()), 3);
    }

    #[test]
    fn only_a_quote_that_nothing_closes_is_open() {
        assert!(["\"", "\"a", "\"a\"\"", "\"\"\""].iter().all(|raw| is_open(raw)));
        assert!(["", "a\"", "\"\"", "\"a\"b", "\"a\"b\""].iter().all(|raw| !is_open(raw)));
    }
}
