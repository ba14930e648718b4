//! Rows of delimited text to columns of codes, a block of the text at a time.
//!
//! While one thread takes in a block and splits it into values, the others give the values of the block before it their
//! codes, each column in the order of its rows. So codes count up in the order of first appearance, whatever the number of
//! threads and the length of the blocks, and of the text no more is in memory than two blocks.

use std::io::{self, Read};

use lustrate_table::{ColumnBuilder, RowLines};
use rayon::prelude::*;

use crate::decoding::{DecodeError, Decoding};
use crate::scan::count_line_ends;
use crate::split::{LONGEST, Split};

/// How many bytes of a file are read at a time, where a record is not longer: for each thread as much as its cache holds
/// together with the places of the values.
pub(crate) fn usual_block() -> usize {
    const SHARE: usize = 1 << 18;
    const MOST_SHARES: usize = 16;
    SHARE * rayon::current_num_threads().min(MOST_SHARES)
}

/// All rows of a text.
#[derive(Default)]
pub(crate) struct Rows {
    /// As many as the header has fields.
    pub(crate) columns: Vec<ColumnBuilder>,
    /// The lines on which the rows start.
    pub(crate) lines: RowLines,
    /// The rows with more or fewer fields than the header.
    pub(crate) ragged: Vec<Ragged>,
    /// The quote in the last record that nothing closes.
    pub(crate) open_quote: Option<OpenQuote>,
    /// Whether the text ends with a character that stands for bytes which are none.
    pub(crate) ends_garbled: bool,
    /// The bytes of the file.
    pub(crate) bytes: u64,
}

/// A row with more or fewer fields than the header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Ragged {
    pub(crate) row: u32,
    pub(crate) line: u64,
    pub(crate) fields: usize,
}

/// A quote that nothing closes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct OpenQuote {
    pub(crate) line: u64,
    /// The character in its line, from 1.
    pub(crate) column: usize,
    /// Whether no line begins behind it.
    pub(crate) on_last_line: bool,
}

/// Why rows are not read to the end.
#[derive(Debug)]
pub(crate) enum Stop {
    /// The file cannot be read.
    Io(io::Error),
    /// The bytes are no text of the encoding.
    NoText,
    /// The record that starts on a line is longer than any may be.
    LongRecord(u64),
    /// There are more rows than a table can have.
    TooManyRows,
    /// The rows so far take more memory than they may.
    TooMuchMemory,
}

impl From<DecodeError> for Stop {
    fn from(error: DecodeError) -> Self {
        match error {
            DecodeError::Io(error) => Stop::Io(error),
            DecodeError::NoText => Stop::NoText,
        }
    }
}

/// What is known of a text whose rows are read.
pub(crate) struct Shape {
    /// The byte between fields.
    pub(crate) delimiter: u8,
    /// The number of columns.
    pub(crate) columns: usize,
    /// The bytes of memory that the columns may take.
    pub(crate) memory: Option<u64>,
    /// The line ends before the rows.
    pub(crate) line_ends: u64,
    /// The bytes of the file, if they are known beforehand.
    pub(crate) length: Option<u64>,
}

/// Reads all rows of a text, the first of them from the start of `begun`, behind which `input` goes on, in blocks of so many
/// bytes. What comes out does not depend on that number.
pub(crate) fn parse_rows<R: Read + Send>(
    input: Decoding<R>,
    begun: String,
    shape: &Shape,
    block: usize,
) -> Result<Rows, Stop> {
    let mut rows = Rows { columns: vec![ColumnBuilder::new(); shape.columns], ..Rows::default() };
    let mut reader = BlockReader::new(input, shape, block);
    let (mut now, mut next) = (Block::default(), Block::default());
    reader.begin(&mut now, begun)?;
    loop {
        rows.note(&now);
        if shape.memory.is_some_and(|most| rows.room() > most) {
            return Err(Stop::TooMuchMemory);
        }
        if now.is_last {
            rows.columns.par_iter_mut().enumerate().for_each(|(column, builder)| now.give_codes(column, builder, 0));
            rows.bytes = reader.input.bytes();
            return Ok(rows);
        }
        let expected = reader.expected_rows();
        let (read, ()) = rayon::join(
            || reader.go_on(&now, &mut next),
            || {
                let columns = rows.columns.par_iter_mut().enumerate();
                columns.for_each(|(column, builder)| now.give_codes(column, builder, expected));
            },
        );
        read?;
        std::mem::swap(&mut now, &mut next);
    }
}

/// A part of the text and its rows.
#[derive(Default)]
struct Block {
    text: String,
    split: Split,
    /// The line ends of the text before it.
    line_ends: u64,
    /// The rows before it.
    rows: u64,
    is_last: bool,
}

impl Block {
    fn give_codes(&self, column: usize, builder: &mut ColumnBuilder, expected: usize) {
        let values = self.split.column(&self.text, column);
        builder.reserve(values.len(), expected);
        builder.extend(values.map(|value| (!value.is_empty()).then_some(value)));
    }
}

impl OpenQuote {
    /// The quote at a place in the last record of a text, of which all is there; the line ends before the text are given.
    pub(crate) fn in_text(text: &str, at: usize, line_ends: u64) -> Self {
        let line_start = text[..at].rfind(['\n', '\r']).map_or(0, |end| end + 1);
        let rest = &text[at..];
        let rest = rest.strip_suffix("\r\n").or_else(|| rest.strip_suffix(['\n', '\r'])).unwrap_or(rest);
        OpenQuote {
            line: line_ends + count_line_ends(text, 0..at) + 1,
            column: text[line_start..at].chars().count() + 1,
            on_last_line: !rest.contains(['\n', '\r']),
        }
    }
}

impl Rows {
    /// The bytes that the columns take in memory.
    fn room(&self) -> u64 {
        self.columns.iter().map(|column| column.room() as u64).sum()
    }

    /// Takes over what is known of the rows of a block beside their values.
    fn note(&mut self, block: &Block) {
        for place in &block.split.rows {
            self.lines.push(block.line_ends + u64::from(place.line_ends) + 1);
        }
        let ragged = block.split.ragged.iter().map(|&(row, fields)| Ragged {
            row: block.rows as u32 + row as u32,
            line: block.line_ends + u64::from(block.split.rows[row].line_ends) + 1,
            fields,
        });
        self.ragged.extend(ragged);
        self.open_quote = block.split.open_quote.map(|at| OpenQuote::in_text(&block.text, at, block.line_ends));
        self.ends_garbled = block.text.ends_with('\u{fffd}');
    }
}

/// Takes in block after block.
struct BlockReader<'s, R> {
    input: Decoding<R>,
    block: usize,
    /// The longest text that is split.
    longest: usize,
    shape: &'s Shape,
    /// Of all blocks so far.
    line_ends: u64,
    rows: u64,
    raw: Vec<u8>,
}

impl<'s, R: Read> BlockReader<'s, R> {
    fn new(input: Decoding<R>, shape: &'s Shape, block: usize) -> Self {
        let line_ends = shape.line_ends;
        BlockReader { input, block, longest: LONGEST, shape, line_ends, rows: 0, raw: Vec::new() }
    }

    fn begin(&mut self, block: &mut Block, text: String) -> Result<(), Stop> {
        if text.len() > self.longest {
            return Err(Stop::LongRecord(self.line_ends + 1));
        }
        block.text = text;
        self.complete(block)
    }

    /// Makes `next` the block behind another: what that one left over, and more of the file.
    fn go_on(&mut self, before: &Block, next: &mut Block) -> Result<(), Stop> {
        next.text.clear();
        next.text.push_str(&before.text[before.split.end..]);
        self.take(next)?;
        self.complete(next)
    }

    /// Splits the text of a block, which grows until a record of it is whole.
    fn complete(&mut self, block: &mut Block) -> Result<(), Stop> {
        (block.line_ends, block.rows) = (self.line_ends, self.rows);
        loop {
            block.is_last = self.input.is_last();
            block.split.fill(&block.text, self.shape.delimiter, self.shape.columns, block.is_last);
            if block.is_last || !block.split.rows.is_empty() {
                break;
            }
            self.take(block)?;
        }
        self.line_ends += block.split.line_ends;
        self.rows += block.split.rows.len() as u64;
        if self.rows > u64::from(u32::MAX) { Err(Stop::TooManyRows) } else { Ok(()) }
    }

    /// Takes in at least as much as there is, so that a long record is not looked at too often.
    fn take(&mut self, block: &mut Block) -> Result<(), Stop> {
        self.raw.clear();
        // Text may be longer than the bytes that it is read from.
        let room = self.longest.saturating_sub(block.text.len()) / 2;
        if room < self.block {
            return Err(Stop::LongRecord(self.line_ends + 1));
        }
        // Two blocks are in memory at a time.
        let longer_than_usual = 2 * block.text.len().saturating_sub(self.block) as u64;
        if self.shape.memory.is_some_and(|most| longer_than_usual > most) {
            return Err(Stop::TooMuchMemory);
        }
        Ok(self.input.read(self.block.max(block.text.len()).min(room), &mut self.raw, &mut block.text)?)
    }

    /// How many rows there may be in all, going by those that are read; twice as many as these where the length of the file is
    /// not known.
    fn expected_rows(&self) -> usize {
        let share = self.shape.length.map_or(2.0, |length| length as f64 / self.input.bytes().max(1) as f64);
        // Rows that are shorter farther on are allowed for.
        (self.rows as f64 * share * 1.02) as usize + 64
    }
}

#[cfg(test)]
mod tests {
    use std::sync::LazyLock;

    use lustrate_table::Encoding;
    use proptest::prelude::*;
    use rayon::ThreadPool;

    use super::*;

    fn pool(threads: usize) -> ThreadPool {
        rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap()
    }

    static ONE_THREAD: LazyLock<ThreadPool> = LazyLock::new(|| pool(1));
    static THREE_THREADS: LazyLock<ThreadPool> = LazyLock::new(|| pool(3));

    fn parse(text: &str, block: usize) -> Result<Rows, Stop> {
        let shape = Shape { delimiter: b',', columns: 2, line_ends: 1, length: Some(text.len() as u64), memory: None };
        parse_rows(Decoding::new(text.as_bytes(), Encoding::Utf8), String::new(), &shape, block)
    }

    /// What a reader can see of rows.
    fn seen(rows: Result<Rows, Stop>) -> impl PartialEq + std::fmt::Debug {
        let rows = rows.unwrap();
        let columns = rows.columns.into_iter().map(ColumnBuilder::finish);
        let columns: Vec<_> = columns
            .map(|c| (c.codes().to_vec(), c.dictionary().iter().map(|(_, v)| v.to_owned()).collect::<Vec<_>>()))
            .collect();
        (columns, rows.lines, rows.ragged, rows.open_quote, rows.ends_garbled, rows.bytes)
    }

    #[test]
    fn rows_lines_and_open_quotes_have_their_places() {
        let text = "x,\"1\n2\"\r\n\ny\n,z,u\nü ,\"3\n";
        let lines =
            |rows: Rows| (0..4).map(|row| rows.lines.line(lustrate_table::RowId(row)).unwrap()).collect::<Vec<_>>();
        for block in 1..=text.len() + 1 {
            let rows = parse(text, block).unwrap();
            let ragged = [Ragged { row: 1, line: 5, fields: 1 }, Ragged { row: 2, line: 6, fields: 3 }];
            assert_eq!(rows.ragged, ragged);
            assert_eq!(rows.open_quote, Some(OpenQuote { line: 7, column: 4, on_last_line: true }));
            assert_eq!(lines(rows), [2, 5, 6, 7]);
        }
    }

    #[test]
    fn a_record_that_is_longer_than_a_block_is_read() {
        let long = "é\n".repeat(5000);
        let text = format!("a,b\n1,\"{long}\"\nc,d\n");
        let rows = parse(&text, 16).unwrap();
        let texts: Vec<_> = rows.columns.into_iter().map(ColumnBuilder::finish).collect();
        assert_eq!(texts[1].text(lustrate_table::RowId(1)), Some(long.as_str()));
        assert_eq!((texts[0].len(), rows.lines.line(lustrate_table::RowId(2))), (3, Some(5004)));
    }

    #[test]
    fn a_record_that_is_longer_than_any_may_be_is_told_by_its_line() {
        let text = format!("1,2\n\n3,4\n\"{}", "x".repeat(5000));
        let shape = Shape { delimiter: b',', columns: 2, line_ends: 1, length: None, memory: None };
        let mut reader = BlockReader::new(Decoding::new(text.as_bytes(), Encoding::Utf8), &shape, 64);
        reader.longest = 4000;
        let (mut now, mut next) = (Block::default(), Block::default());
        reader.begin(&mut now, String::new()).unwrap();
        assert!(matches!(reader.go_on(&now, &mut next), Err(Stop::LongRecord(5))));
        assert!(next.text.len() <= 4000);
    }

    #[test]
    fn no_more_is_taken_in_than_a_block_and_what_a_record_needs() {
        let rows = "12345678,1234567\n".repeat(1000);
        let text = format!("{rows}{}\n{rows}", "x".repeat(5000));
        let shape = Shape { delimiter: b',', columns: 2, line_ends: 0, length: None, memory: None };
        let input = Decoding::new(text.as_bytes(), Encoding::Utf8);
        let mut reader = BlockReader::new(input, &shape, 64);
        let (mut now, mut next, mut longest) = (Block::default(), Block::default(), 0);
        reader.begin(&mut now, String::new()).unwrap();
        while !now.is_last {
            longest = longest.max(now.text.len());
            reader.go_on(&now, &mut next).unwrap();
            std::mem::swap(&mut now, &mut next);
        }
        assert!((5000..20_000).contains(&longest), "{longest}");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(1000))]

        #[test]
        fn blocks_and_threads_do_not_show(
            text in "([ab,\"é]|\"a\nb\"|\n|\r\n|\r|\u{feff}|\u{fffd}|\"\"){0,40}",
            block in 1usize..30,
        ) {
            let whole = seen(ONE_THREAD.install(|| parse(&text, text.len() + 1)));
            prop_assert_eq!(&seen(ONE_THREAD.install(|| parse(&text, block))), &whole);
            prop_assert_eq!(&seen(THREE_THREADS.install(|| parse(&text, block))), &whole);
        }
    }
}
