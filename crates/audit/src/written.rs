//! What is remembered of the records of a repairs file, so that what a person changed in it can be told, and so that fields
//! can be written back as they were.

use std::collections::HashMap;
use std::io::{self, Write};

use lustrate_io::{Hashing, Spelling};
use lustrate_table::CellId;
use serde::{Deserialize, Serialize};

use crate::{Entry, Mark};

/// The records of a repairs file as it was written, in order.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Written {
    /// The number of records.
    pub records: u64,
    /// The cells that were changed.
    pub applied: u64,
    /// The cells that were left for review.
    pub for_review: u64,
    /// The data row of each, from 1.
    rows: Vec<u64>,
    /// The column of each, by its place in the table from 0.
    columns: Vec<u32>,
    /// Of each 16 hexadecimal digits: 8 that stand for what was written in the cell, and 8 for what the record proposed.
    prints: String,
    /// Of each a letter that says how its field was written: `.` in quotes where needed, `q` in quotes, `x` otherwise.
    spellings: String,
    /// How those with an `x` were written.
    otherwise: Vec<Otherwise>,
    /// Whether fields of the file that a spreadsheet would take for formulas have a `'` in front.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) formulas_escaped: bool,
}

/// A field that was written in an unusual way.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Otherwise {
    /// The record, from 0.
    record: usize,
    /// The bytes of the field, in hexadecimal digits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    bytes: Option<String>,
    /// The fields of the line, which does not have this one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    fields: Option<usize>,
}

/// Digits of a print.
const PRINT: usize = 8;

impl Written {
    /// Remembers records, with their cells and how their fields are written.
    pub(crate) fn new<'e>(entries: impl Iterator<Item = Entry<'e>>, cells: &[CellId], spellings: &[Spelling]) -> Self {
        let records = cells.len();
        let mut written = Written {
            records: records as u64,
            rows: cells.iter().map(|cell| cell.row.number()).collect(),
            columns: cells.iter().map(|cell| cell.attribute.0).collect(),
            prints: String::with_capacity(2 * PRINT * records),
            spellings: String::with_capacity(records),
            ..Written::default()
        };
        for (record, (entry, spelling)) in entries.zip(spellings).enumerate() {
            match entry.decision {
                Mark::Apply => written.applied += 1,
                Mark::Review => written.for_review += 1,
                Mark::Keep => {}
            }
            written.prints += &print_of_old(entry.old);
            written.prints += &print_of_proposal(entry.new, entry.decision);
            let otherwise = |bytes, fields| Otherwise { record, bytes, fields };
            let (letter, otherwise) = match spelling {
                Spelling::Plain => ('.', None),
                Spelling::Quoted => ('q', None),
                Spelling::Bytes(bytes) => ('x', Some(otherwise(Some(hex(bytes)), None))),
                Spelling::Absent { fields } => ('x', Some(otherwise(None, Some(*fields)))),
            };
            written.spellings.push(letter);
            written.otherwise.extend(otherwise);
        }
        written
    }

    /// Whether the parts fit each other and a table of so many rows and columns; otherwise what does not.
    pub(crate) fn check(&self, rows: u64, columns: usize) -> Result<(), String> {
        let records = self.records as usize;
        let told = [
            ("rows", self.rows.len()),
            ("columns", self.columns.len()),
            ("prints", self.prints.len() / (2 * PRINT)),
            ("spellings", self.spellings.len()),
        ];
        if let Some((name, there)) = told.iter().find(|(_, there)| *there != records) {
            return Err(format!("`{name}` has {there} items for {records} records"));
        }
        let is_cell = |(row, column): (&u64, &u32)| (1..=rows).contains(row) && (*column as usize) < columns;
        if !self.rows.iter().zip(&self.columns).all(is_cell) {
            return Err(format!(
                "`rows` and `columns` have a cell that is none of a table of {rows} rows and {columns} columns"
            ));
        }
        let odd = self.spellings.bytes().filter(|letter| *letter == b'x').count();
        let is_whole = self.otherwise.iter().all(|other| other.spelling().is_some()) && self.otherwise.len() == odd;
        let is_plain =
            self.prints.is_ascii() && self.spellings.is_ascii() && self.prints.len().is_multiple_of(2 * PRINT);
        if is_whole && is_plain { Ok(()) } else { Err("`spellings` and `otherwise` contradict each other".to_owned()) }
    }

    /// The cells of the records, row from 1 and column from 0, each with the place of its record.
    pub(crate) fn places(&self) -> HashMap<(u64, u32), usize> {
        let cells = self.rows.iter().copied().zip(self.columns.iter().copied());
        cells.enumerate().map(|(place, cell)| (cell, place)).collect()
    }

    /// Whether a text is what was written in the cell of a record.
    pub(crate) fn had_old(&self, place: usize, old: Option<&str>) -> bool {
        self.print(place, 0) == print_of_old(old)
    }

    /// Whether a record proposed this.
    pub(crate) fn proposed(&self, place: usize, new: Option<&str>, mark: Mark) -> bool {
        self.print(place, 1) == print_of_proposal(new, mark)
    }

    fn print(&self, place: usize, part: usize) -> &str {
        let start = PRINT * (2 * place + part);
        &self.prints[start..start + PRINT]
    }

    /// How the field of each record was written.
    pub(crate) fn spellings(&self) -> impl Iterator<Item = Spelling> {
        let mut otherwise = self.otherwise.iter();
        self.spellings.bytes().map(move |letter| match letter {
            b'q' => Spelling::Quoted,
            b'x' => otherwise.next().and_then(Otherwise::spelling).unwrap_or(Spelling::Plain),
            _ => Spelling::Plain,
        })
    }
}

impl Otherwise {
    fn spelling(&self) -> Option<Spelling> {
        match (&self.bytes, self.fields) {
            (Some(bytes), None) => Some(Spelling::Bytes(of_hex(bytes)?)),
            // The header has a field at least, and so has every line.
            (None, Some(fields @ 1..)) => Some(Spelling::Absent { fields }),
            _ => None,
        }
    }
}

fn print_of_old(old: Option<&str>) -> String {
    print(&[old])
}

fn print_of_proposal(new: Option<&str>, mark: Mark) -> String {
    print(&[new, Some(mark.word())])
}

/// The first digits of the hash of values.
fn print(values: &[Option<&str>]) -> String {
    let mut hash = Hashing::new(io::sink());
    for value in values {
        let length = value.map_or(u64::MAX, |text| text.len() as u64);
        // A sink takes everything.
        let _ = hash.write_all(&length.to_le_bytes()).and_then(|()| hash.write_all(value.unwrap_or("").as_bytes()));
    }
    let mut digits = hash.finish().sha256;
    digits.truncate(PRINT);
    digits
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn of_hex(digits: &str) -> Option<Vec<u8>> {
    let byte = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok();
    digits.as_bytes().chunks(2).map(byte).collect()
}

#[cfg(test)]
mod tests {
    use lustrate_table::{AttributeId, RowId};

    use super::*;
    use crate::Sentence;

    #[test]
    fn what_is_remembered_comes_back() {
        let entry = |row, new, decision| Entry {
            row,
            line: None,
            key: &[],
            column: "city",
            old: None,
            new,
            confidence: 1.0,
            decision,
            rule: None,
            reason: Sentence(&""),
            alternatives: &[],
        };
        let spellings =
            [Spelling::Plain, Spelling::Bytes(vec![0, 255]), Spelling::Quoted, Spelling::Absent { fields: 2 }];
        let entries = [1, 2, 3, 4].map(|row| entry(row, Some("x"), Mark::Apply));
        let cells = [0, 1, 2, 3].map(|row| CellId { row: RowId(row), attribute: AttributeId(1) });
        let written = Written::new(entries.iter().copied(), &cells, &spellings);
        assert_eq!(written.check(4, 2), Ok(()));
        assert_eq!(written.spellings().collect::<Vec<_>>(), spellings);
        assert_eq!(written.places()[&(3, 1)], 2);
        assert!(written.had_old(3, None) && !written.had_old(3, Some("")));
        assert!(written.proposed(3, Some("x"), Mark::Apply) && !written.proposed(3, Some("x"), Mark::Review));
        assert!(written.check(3, 2).is_err() && written.check(4, 1).is_err());
        assert!(Written { records: 3, ..written.clone() }.check(4, 2).is_err());
        assert!(Written { otherwise: Vec::new(), ..written }.check(4, 2).is_err());
    }
}
