//! Rows of delimited text to columns of codes, in parallel.
//!
//! The text is cut into chunks at line ends that lie outside quotes by the parity of the quotes before them. In a
//! text with stray quotes parity can lie. It has told the truth if every chunk but the last ends with the line end of
//! a record, as parsed from its own start: then each next chunk does start a record. Otherwise the text is parsed as
//! one chunk. So the number of threads never shows in the table.

use std::ops::Range;

use lustrate_table::{ColumnBuilder, RowLines};
use rayon::prelude::*;

use crate::scan::{Record, Scanner, count_line_ends, is_open};

/// Below this a chunk is not worth its overhead.
const LEAST_CHUNK: usize = 1 << 18;

/// Some rows of a table.
#[derive(Default)]
pub(crate) struct Rows {
    /// As many as the header has fields.
    pub(crate) columns: Vec<ColumnBuilder>,
    /// The lines on which the rows start, the first line of the text being 1.
    pub(crate) lines: RowLines,
    /// The rows with more or fewer fields than the header.
    pub(crate) ragged: Vec<Ragged>,
    /// The place of a quote in the last record that nothing closes.
    pub(crate) open_quote: Option<usize>,
    rows: u32,
    line_ends: u64,
    terminated: bool,
}

/// A row with more or fewer fields than the header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Ragged {
    pub(crate) row: u32,
    pub(crate) line: u64,
    pub(crate) fields: usize,
}

/// Parses all rows of a text (the header is not among them) into columns.
pub(crate) fn parse_rows(text: &str, delimiter: u8, columns: usize) -> Rows {
    let chunk = (text.len() / (4 * rayon::current_num_threads())).max(LEAST_CHUNK);
    parse_in_chunks(text, delimiter, columns, chunk)
}

/// Parses in chunks of about `chunk` bytes. The result does not depend on it.
fn parse_in_chunks(text: &str, delimiter: u8, columns: usize, chunk: usize) -> Rows {
    let cuts = cuts_by_parity(text, chunk);
    let parse = |range: Range<usize>| {
        let start = range.start;
        let mut rows = parse_chunk(&text[range], delimiter, columns);
        rows.open_quote = rows.open_quote.map(|at| start + at);
        rows
    };
    let chunks: Vec<Rows> = cuts.into_par_iter().map(parse).collect();
    let truthful = chunks.iter().rev().skip(1).all(|rows| rows.terminated);
    if truthful { join(chunks) } else { parse_chunk(text, delimiter, columns) }
}

fn parse_chunk(text: &str, delimiter: u8, columns: usize) -> Rows {
    let mut rows = Rows { columns: vec![ColumnBuilder::new(); columns], terminated: true, ..Rows::default() };
    let (mut scanner, mut record) = (Scanner::new(text, delimiter), Record::default());
    let mut counted = 0;
    while scanner.read(&mut record) {
        for (field, column) in rows.columns.iter_mut().enumerate() {
            let value = if field < record.len() { record.value(field) } else { "" };
            column.push((!value.is_empty()).then_some(value));
        }
        let start = record.extent().start;
        rows.line_ends += count_line_ends(text, counted..start);
        counted = start;
        let line = rows.line_ends + 1;
        rows.lines.push(line);
        if record.len() != columns {
            rows.ragged.push(Ragged { row: rows.rows, line, fields: record.len() });
        }
        rows.rows += 1;
        rows.terminated = record.terminated();
        if !rows.terminated {
            let last = record.raw(record.len() - 1);
            rows.open_quote = is_open(&text[last.clone()]).then_some(last.start);
        }
    }
    rows.line_ends += count_line_ends(text, counted..text.len());
    rows
}

/// The rows of consecutive chunks, one below the other.
fn join(mut chunks: Vec<Rows>) -> Rows {
    let width = chunks.first().map_or(0, |rows| rows.columns.len());
    let mut by_column: Vec<Vec<ColumnBuilder>> = vec![Vec::with_capacity(chunks.len()); width];
    let mut joined = Rows::default();
    for rows in &mut chunks {
        for (parts, part) in by_column.iter_mut().zip(rows.columns.drain(..)) {
            parts.push(part);
        }
        let (row, line) = (joined.rows, joined.line_ends);
        joined.lines.append(&rows.lines, line);
        let moved = rows.ragged.iter().map(|r| Ragged { row: row + r.row, line: line + r.line, ..*r });
        joined.ragged.extend(moved);
        joined.rows += rows.rows;
        joined.line_ends += rows.line_ends;
        joined.open_quote = rows.open_quote;
    }
    let append = |parts: Vec<ColumnBuilder>| {
        let mut column = ColumnBuilder::new();
        parts.into_iter().for_each(|part| column.append(part));
        column
    };
    joined.columns = by_column.into_par_iter().map(append).collect();
    joined
}

/// Cuts a text into ranges of about `chunk` bytes, each of which ends after a `\n` with an even number of quotes
/// before it, or at the end of the text.
fn cuts_by_parity(text: &str, chunk: usize) -> Vec<Range<usize>> {
    let bytes = text.as_bytes();
    let quotes: Vec<usize> = bytes.par_chunks(chunk).map(|block| memchr::memchr_iter(b'"', block).count()).collect();
    let (mut ranges, mut start, mut before) = (Vec::with_capacity(quotes.len()), 0, 0);
    for (block, count) in quotes.iter().enumerate() {
        let from = block * chunk;
        if from > start
            && let Some(cut) = line_end_outside_quotes(bytes, from, before % 2 == 1)
        {
            ranges.push(start..cut);
            start = cut;
        }
        before += count;
    }
    ranges.push(start..bytes.len());
    ranges
}

/// The place after the first `\n` from `from` on that is outside quotes, where `from` is inside if `quoted`.
fn line_end_outside_quotes(bytes: &[u8], from: usize, mut quoted: bool) -> Option<usize> {
    for at in memchr::memchr2_iter(b'"', b'\n', &bytes[from..]) {
        if bytes[from + at] == b'"' {
            quoted = !quoted;
        } else if !quoted {
            return Some(from + at + 1);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// What a reader can see of rows.
    fn seen(rows: Rows) -> impl PartialEq + std::fmt::Debug {
        let columns = rows.columns.into_iter().map(ColumnBuilder::finish);
        let columns: Vec<_> = columns
            .map(|c| (c.codes().to_vec(), c.dictionary().iter().map(|(_, v)| v.to_owned()).collect::<Vec<_>>()))
            .collect();
        (columns, rows.lines, rows.ragged, rows.open_quote)
    }

    #[test]
    fn cuts_lie_outside_quotes() {
        let text = "a,\"x\n\ny\"\nb,1\nc,2\n";
        assert_eq!(cuts_by_parity(text, 4), [0..9, 9..13, 13..17, 17..17]);
    }

    #[test]
    fn parity_that_lies_is_found_out() {
        // Two inch signs: parity takes the line ends between them for quoted, and the chunks still parse alike.
        let text = "5\" pipe,1\nb,2\nc,\"x\ny\"\n";
        for chunk in 1..text.len() {
            assert_eq!(
                seen(parse_in_chunks(text, b',', 2, chunk)),
                seen(parse_in_chunks(text, b',', 2, text.len())),
                "{chunk}"
            );
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4000))]
        #[test]
        fn chunks_give_the_rows_of_the_whole(
            text in "([ab,\"é]|\"a\nb\"|\n|\r\n|\r|\u{feff}|\"\"){0,40}",
            chunk in 1usize..30,
        ) {
            let whole = seen(parse_in_chunks(&text, b',', 2, text.len().max(1)));
            prop_assert_eq!(seen(parse_in_chunks(&text, b',', 2, chunk)), whole);
        }
    }
}
