//! The errors that are planted: wrong letters, lost letters, values of other rows, missing values.

use rand::RngExt;

use super::record::Record;
use super::{Made, Stream};

/// How a cell is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ErrorKind {
    /// One letter is another.
    WrongLetter,
    /// One letter is lost.
    LostLetter,
    /// The text is that of another row.
    OfAnotherRow,
    /// There is no text.
    Missing,
}

impl ErrorKind {
    pub(super) const ALL: &'static [ErrorKind] =
        &[ErrorKind::WrongLetter, ErrorKind::LostLetter, ErrorKind::OfAnotherRow, ErrorKind::Missing];
}

/// Spoils the rows of a table.
pub(super) struct Dirt<'a> {
    table: &'a dyn Made,
    rates: Vec<f64>,
    /// A row from which values are taken.
    other: Record,
}

impl<'a> Dirt<'a> {
    pub(super) fn new(table: &'a dyn Made) -> Self {
        let rates = (0..table.header().len()).map(|column| table.rate(column)).collect();
        Dirt { table, rates, other: Record::default() }
    }

    /// Copies a row, with wrong texts in some places. Wrong is never equal to right.
    pub(super) fn spoil(&mut self, right: &Record, stream: &mut Stream, spoilt: &mut Record) {
        spoilt.clear();
        for column in 0..right.len() {
            let text = right.field(column);
            if self.rates[column] == 0.0 || stream.random::<f64>() >= self.rates[column] {
                spoilt.push(format_args!("{text}"));
                continue;
            }
            let kinds = self.table.errors();
            match kinds[stream.random_range(0..kinds.len())] {
                ErrorKind::WrongLetter => wrong_letter(text, stream, spoilt),
                ErrorKind::LostLetter => {
                    let at = stream.random_range(0..text.len());
                    spoilt.push(format_args!("{}{}", &text[..at], &text[at + 1..]));
                }
                ErrorKind::OfAnotherRow => self.of_another_row(column, text, stream, spoilt),
                ErrorKind::Missing => spoilt.push(format_args!("")),
            }
        }
    }

    /// The text of a row drawn at random, which is likely one that many rows have; a typing error where all seem the same.
    fn of_another_row(&mut self, column: usize, text: &str, stream: &mut Stream, spoilt: &mut Record) {
        const DRAWS: u32 = 8;
        for _ in 0..DRAWS {
            self.other.clear();
            let row = stream.random_range(0..self.table.rows());
            self.table.draw(row, stream, &mut self.other);
            if self.other.field(column) != text {
                return spoilt.push(format_args!("{}", self.other.field(column)));
            }
        }
        wrong_letter(text, stream, spoilt);
    }
}

/// One letter replaced. The texts are ASCII.
fn wrong_letter(text: &str, stream: &mut Stream, spoilt: &mut Record) {
    const LETTERS: &[u8; 36] = b"abcdefghijklmnopqrstuvwxyz0123456789";
    let at = stream.random_range(0..text.len());
    let there = LETTERS.iter().position(|&letter| letter == text.as_bytes()[at]);
    let place = match there {
        // One of the others, each as likely.
        Some(there) => (there + stream.random_range(1..LETTERS.len())) % LETTERS.len(),
        None => stream.random_range(0..LETTERS.len()),
    };
    spoilt.push(format_args!("{}{}{}", &text[..at], char::from(LETTERS[place]), &text[at + 1..]));
}
