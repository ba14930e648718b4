//! The records of a text file that a table came from, read again one after the other.

use std::io::{Read, copy, sink};
use std::ops::ControlFlow;

use lustrate_table::{CsvDialect, OriginFile};

use crate::WriteError;
use crate::csv_write::fill;
use crate::encoding::{bom, width};
use crate::read::cannot_read;
use crate::scan::{Record, Scanner};
use crate::window::{STEP, Window};
use crate::write::read_again;

/// A record in a part of the file.
pub(crate) struct Step<'t> {
    /// The text of the part.
    pub(crate) text: &'t str,
    /// The record, whose places are those of the text.
    pub(crate) record: &'t Record,
    /// The place behind the record before it.
    pub(crate) from: usize,
    /// The place behind it.
    pub(crate) to: usize,
}

/// Looks at the records of a file, the header first, until enough are seen. Of the file no more than a part is in memory at
/// a time.
///
/// # Errors
/// When the file has gone or changed since it was read.
pub(crate) fn walk(
    origin: &OriginFile,
    dialect: &CsvDialect,
    mut each: impl FnMut(Step<'_>) -> ControlFlow<()>,
) -> Result<(), WriteError> {
    let path = &origin.path;
    let mut file = read_again(origin)?;
    let mark = if dialect.bom { bom(dialect.encoding).len() } else { 0 };
    copy(&mut (&mut file).take(mark as u64), &mut sink()).map_err(|error| cannot_read(path, &error))?;
    let (mut window, mut record) = (Window::new(file, dialect.encoding, STEP), Record::default());
    while !window.is_last() {
        fill(&mut window, path)?;
        let text = window.text();
        let (mut scanner, mut done) = (Scanner::new(text, dialect.delimiter), 0);
        while scanner.read(&mut record) && (window.is_last() || scanner.position() < text.len()) {
            let to = scanner.position();
            if each(Step { text, record: &record, from: done, to }).is_break() {
                return Ok(());
            }
            done = to;
        }
        let raw = width(&text[..done], dialect.encoding).min(window.raw().len());
        window.advance(done, raw);
    }
    Ok(())
}
