//! A part of a delimited text split into the values of its rows.
//!
//! What a record is, is what [`Scanner`](crate::scan::Scanner) says. That one goes over a text byte by byte; this one goes
//! from mark to mark, and copies no value that stands in the text as it is.

use std::ops::Range;

use crate::marks::Marks;

/// The longest text that is split: places in it are kept in four bytes, of which one bit is taken.
pub(crate) const LONGEST: usize = (1 << 31) - 1;

/// Set in the start of a value that is not in the text.
const UNQUOTED: u32 = 1 << 31;

/// The rows of a part of a text. It is filled again and again, so that its room is taken once.
#[derive(Debug, Default)]
pub(crate) struct Split {
    /// As many as the table has columns, for each row: what a short row lacks is empty, what a long one has too many of is
    /// not there.
    values: Vec<Value>,
    width: usize,
    /// The values that do not stand in the text as they are: those with doubled quotes, or text behind the closing one.
    unquoted: String,
    pub(crate) rows: Vec<RowPlace>,
    /// The rows with more or fewer fields than the table has columns, and how many they have.
    pub(crate) ragged: Vec<(usize, usize)>,
    /// How far the whole records go, their line ends too.
    pub(crate) end: usize,
    /// The line ends in them and between them.
    pub(crate) line_ends: u64,
    /// Where the last field of a text begins, if that is a quote which nothing closes.
    pub(crate) open_quote: Option<usize>,
}

#[derive(Clone, Copy, Debug)]
struct Value {
    start: u32,
    end: u32,
}

/// Where a row is in its text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct RowPlace {
    /// The first byte of its first field.
    pub(crate) start: u32,
    /// Behind its line end.
    pub(crate) end: u32,
    /// How many line ends of the text are before it.
    pub(crate) line_ends: u32,
}

impl Split {
    /// Splits the records at the start of a text. Unless the text is the `last` part of a whole, a record that ends where it
    /// does may go on behind it, and so may its line end: such a one is left.
    ///
    /// # Panics
    /// When the text is longer than [`LONGEST`].
    pub(crate) fn fill(&mut self, text: &str, delimiter: u8, width: usize, last: bool) {
        assert!(text.len() <= LONGEST, "who reads refuses longer records");
        self.values.clear();
        self.rows.clear();
        self.ragged.clear();
        self.unquoted.clear();
        (self.width, self.end, self.line_ends, self.open_quote) = (width, 0, 0, None);
        let mut cursor =
            Cursor { text, delimiter, marks: Marks::new(text.as_bytes(), delimiter), last, at: 0, line_ends: 0 };
        while self.record(&mut cursor) {}
        if last {
            (self.end, self.line_ends) = (text.len(), cursor.line_ends);
        }
    }

    /// The values of a column, in the order of the rows; `text` is the one that was split.
    pub(crate) fn column<'t>(&'t self, text: &'t str, column: usize) -> impl ExactSizeIterator<Item = &'t str> {
        let values = self.values.get(column..).unwrap_or_default();
        values.iter().step_by(self.width.max(1)).map(move |&value| self.text_of(text, value))
    }

    /// The value of a row in a column.
    pub(crate) fn value<'t>(&'t self, text: &'t str, row: usize, column: usize) -> &'t str {
        self.text_of(text, self.values[row * self.width + column])
    }

    fn text_of<'t>(&'t self, text: &'t str, value: Value) -> &'t str {
        match value.start & UNQUOTED {
            0 => &text[value.start as usize..value.end as usize],
            _ => &self.unquoted[(value.start & !UNQUOTED) as usize..value.end as usize],
        }
    }

    /// The bytes of the text that a value was written with, quotes and all; `None` where that takes a look at the whole
    /// record: in a ragged row, of a value that does not stand in the text as it is, and where nothing closes a quote.
    pub(crate) fn raw(&self, text: &str, row: usize, column: usize) -> Option<Range<usize>> {
        let value = self.values[row * self.width + column];
        let is_ragged = self.ragged.binary_search_by_key(&row, |&(row, _)| row).is_ok();
        let is_open = self.open_quote.is_some() && row + 1 == self.rows.len();
        if value.start & UNQUOTED != 0 || is_ragged || is_open {
            return None;
        }
        let range = value.start as usize..value.end as usize;
        // Only a quote that opens the field can be before a value; elsewhere there is what ends the field before.
        let is_quoted = range.start > 0 && text.as_bytes()[range.start - 1] == b'"';
        Some(if is_quoted { range.start - 1..range.end + 1 } else { range })
    }

    /// Reads a record; `false` where none is whole any more.
    fn record(&mut self, cursor: &mut Cursor<'_>) -> bool {
        let bytes = cursor.text.as_bytes();
        let mut mark = cursor.marks.next();
        while let Some(at) = mark.filter(|&at| at == cursor.at && matches!(bytes[at], b'\r' | b'\n')) {
            if cursor.line_end(at).is_none() {
                return false;
            }
            mark = cursor.marks.next();
            (self.end, self.line_ends) = (cursor.at, cursor.line_ends);
        }
        let place = RowPlace { start: cursor.at as u32, end: 0, line_ends: cursor.line_ends as u32 };
        if cursor.at == bytes.len() {
            return false;
        }
        let (first, unquoted) = (self.values.len(), self.unquoted.len());
        let mut fields = 0;
        let ended = loop {
            let start = cursor.at;
            let quoted = mark == Some(start) && bytes[start] == b'"';
            let value = if quoted {
                let Some(value) = self.quoted(cursor, &mut mark) else { break false };
                value
            } else {
                while mark.is_some_and(|at| bytes[at] == b'"') {
                    mark = cursor.marks.next();
                }
                Value { start: start as u32, end: mark.unwrap_or(bytes.len()) as u32 }
            };
            fields += 1;
            if fields <= self.width {
                self.values.push(value);
            }
            match mark {
                Some(at) if bytes[at] == cursor.delimiter => {
                    cursor.at = at + 1;
                    mark = cursor.marks.next();
                }
                Some(at) => break cursor.line_end(at).is_some(),
                None => {
                    cursor.at = bytes.len();
                    break cursor.last;
                }
            }
        };
        if !ended {
            self.values.truncate(first);
            self.unquoted.truncate(unquoted);
            return false;
        }
        if fields != self.width {
            self.ragged.push((self.rows.len(), fields));
            self.values.resize(first + self.width, Value { start: 0, end: 0 });
        }
        self.rows.push(RowPlace { end: cursor.at as u32, ..place });
        (self.end, self.line_ends) = (cursor.at, cursor.line_ends);
        true
    }

    /// Reads a field that a quote opens, and moves the mark to what ends it; `None` where it is not whole.
    fn quoted(&mut self, cursor: &mut Cursor<'_>, mark: &mut Option<usize>) -> Option<Value> {
        let bytes = cursor.text.as_bytes();
        let start = cursor.at + 1;
        let mut doubled = false;
        let close = loop {
            match cursor.marks.next() {
                Some(at) if bytes[at] == b'"' => {
                    if bytes.get(at + 1) != Some(&b'"') {
                        break at;
                    }
                    doubled = true;
                    cursor.marks.next();
                }
                Some(at) => cursor.line_ends += u64::from(ends_line(bytes, at)),
                None if cursor.last => {
                    self.open_quote = Some(cursor.at);
                    *mark = None;
                    return Some(self.between_quotes(&cursor.text[start..], "", doubled, start));
                }
                None => return None,
            }
        };
        // The quote that would double it may be in the next part.
        if close + 1 == bytes.len() && !cursor.last {
            return None;
        }
        *mark = cursor.marks.next();
        while mark.is_some_and(|at| bytes[at] == b'"') {
            *mark = cursor.marks.next();
        }
        let behind = &cursor.text[close + 1..mark.unwrap_or(bytes.len())];
        Some(self.between_quotes(&cursor.text[start..close], behind, doubled, start))
    }

    /// A value between quotes, which starts at a place of the text, and what is behind the closing one.
    fn between_quotes(&mut self, within: &str, behind: &str, doubled: bool, start: usize) -> Value {
        if !doubled && behind.is_empty() {
            return Value { start: start as u32, end: (start + within.len()) as u32 };
        }
        let start = self.unquoted.len();
        let mut rest = within;
        while let Some(quote) = memchr::memchr(b'"', rest.as_bytes()) {
            self.unquoted.push_str(&rest[..=quote]);
            rest = &rest[quote + 2..];
        }
        self.unquoted.push_str(rest);
        self.unquoted.push_str(behind);
        Value { start: start as u32 | UNQUOTED, end: self.unquoted.len() as u32 }
    }
}

/// How far a text is read.
struct Cursor<'t> {
    text: &'t str,
    delimiter: u8,
    marks: Marks<'t>,
    last: bool,
    at: usize,
    line_ends: u64,
}

impl Cursor<'_> {
    /// Passes over a line end, of one byte or two; `None` where the text breaks off within it.
    fn line_end(&mut self, at: usize) -> Option<()> {
        let bytes = self.text.as_bytes();
        let mut length = 1;
        if bytes[at] == b'\r' {
            match bytes.get(at + 1) {
                Some(b'\n') => {
                    self.marks.next();
                    length = 2;
                }
                None if !self.last => return None,
                Some(_) | None => {}
            }
        }
        self.at = at + length;
        self.line_ends += 1;
        Some(())
    }
}

/// Whether a byte of a line end is its last.
fn ends_line(bytes: &[u8], at: usize) -> bool {
    bytes[at] == b'\n' || (bytes[at] == b'\r' && bytes.get(at + 1) != Some(&b'\n'))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::scan::{Record, Scanner, count_line_ends, is_open};

    /// The values of each row, and the place and the lines before it.
    type Rows = Vec<(Vec<String>, RowPlace)>;

    fn split(text: &str, width: usize, last: bool) -> (Rows, Split) {
        let mut split = Split::default();
        split.fill(text, b',', width, last);
        let columns: Vec<Vec<&str>> = (0..width).map(|column| split.column(text, column).collect()).collect();
        let row = |row: usize| columns.iter().map(|column| column[row].to_owned()).collect();
        ((0..split.rows.len()).map(|place| (row(place), split.rows[place])).collect(), split)
    }

    /// The same by the scanner.
    fn scanned(text: &str, width: usize) -> (Rows, Vec<(usize, usize)>, Option<usize>) {
        let (mut scanner, mut record) = (Scanner::new(text, b','), Record::default());
        let (mut rows, mut ragged, mut open) = (Vec::new(), Vec::new(), None);
        while scanner.read(&mut record) {
            let value = |field| if field < record.len() { record.value(field).to_owned() } else { String::new() };
            let extent = record.extent();
            let end = crate::bytes_of_text::behind_line_end(text, extent.end) as u32;
            let line_ends = count_line_ends(text, 0..extent.start) as u32;
            if record.len() != width {
                ragged.push((rows.len(), record.len()));
            }
            rows.push(((0..width).map(value).collect(), RowPlace { start: extent.start as u32, end, line_ends }));
            let field = record.raw(record.len() - 1);
            open = (!record.terminated() && is_open(&text[field.clone()])).then_some(field.start);
        }
        (rows, ragged, open)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4000))]

        #[test]
        fn a_text_is_split_as_it_is_scanned(
            text in "([ab,\"é]|,,|\"a\nb\"|\n|\r\n|\r|\u{feff}|\"\"|\"x\"\",\"|[a-z]{60,70}){0,40}",
            width in 1usize..4,
        ) {
            let (rows, split) = split(&text, width, true);
            prop_assert_eq!((rows, split.ragged, split.open_quote), scanned(&text, width));
            prop_assert_eq!((split.end, split.line_ends), (text.len(), count_line_ends(&text, 0..text.len())));
        }

        #[test]
        fn values_that_stand_in_the_text_know_how_they_are_written(
            text in "([ab,\"é]|,,|\"a\nb\",|\n|\r\n|\r|\"\"){0,40}",
        ) {
            let (rows, split) = split(&text, 2, true);
            let (mut scanner, mut record) = (Scanner::new(&text, b','), Record::default());
            for row in 0..rows.len() {
                scanner.read(&mut record);
                for column in 0..2 {
                    let raw = split.raw(&text, row, column);
                    prop_assert!(raw.is_some() || record.len() != 2 || text[record.extent()].contains('"'));
                    prop_assert!(raw.is_none_or(|raw| raw == record.raw(column)));
                }
            }
        }

        #[test]
        fn what_may_go_on_is_left(
            text in "([ab,\"é]|\"a\nb\"|\n|\r\n|\r|\"\"){0,30}",
            cut in any::<prop::sample::Index>(),
        ) {
            let (whole, _) = split(&text, 2, true);
            let cut = text.floor_char_boundary(cut.index(text.len() + 1));
            let (mut rows, before) = split(&text[..cut], 2, false);
            let (after, last) = split(&text[before.end..], 2, true);
            let moved = |place: RowPlace| RowPlace {
                start: place.start + before.end as u32,
                end: place.end + before.end as u32,
                line_ends: place.line_ends + before.line_ends as u32,
            };
            rows.extend(after.into_iter().map(|(values, place)| (values, moved(place))));
            prop_assert_eq!(rows, whole);
            prop_assert_eq!(before.line_ends + last.line_ends, count_line_ends(&text, 0..text.len()));
        }
    }
}
