//! What a workbook stands for, counted before it is read: what reads workbooks makes room for all that they say.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Seek};
use std::path::Path;

use memchr::memmem;
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use zip::ZipArchive;

use crate::ReadError;
use crate::read::cannot_read;
use crate::unpacking::{may_stand_for, stands_for_more};

/// Bytes that a cell of a sheet takes while it is read, beside its text.
const OF_CELL: u64 = 64;

/// Bytes that a shared text takes before it is read.
const OF_TEXT: u64 = 24;

/// What the cells of an OpenDocument workbook are in.
const CONTENT: &str = "content.xml";

/// How much the cells of a workbook may take.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Room {
    most: u64,
}

impl Room {
    /// For a workbook of so many bytes: as much as other files may stand for, or the memory that may be taken.
    pub(crate) fn of(packed: u64, memory: Option<u64>) -> Self {
        Room { most: may_stand_for(packed, memory) }
    }

    /// Refuses a workbook that is an archive and stands for more than there is room for: unpacked, or with the cells repeated
    /// that an OpenDocument sheet says are to be. One that cannot be read is left to those who say why.
    ///
    /// # Errors
    /// A message for such a file, and for one that cannot be rewound.
    pub(crate) fn hold_archive(self, name: &Path, mut file: &File) -> Result<(), ReadError> {
        file.rewind().map_err(|error| cannot_read(name, &error))?;
        let taken = ZipArchive::new(BufReader::new(file)).map_or(Some(0), |archive| self.unpacked(archive));
        file.rewind().map_err(|error| cannot_read(name, &error))?;
        taken.map(|_| ()).ok_or_else(|| self.refusal(name))
    }

    /// The bytes that the entries of an archive take, each by itself; `None` if that is more than there is room for.
    fn unpacked(self, mut archive: ZipArchive<BufReader<&File>>) -> Option<u64> {
        let mut taken = 0_u64;
        for place in 0..archive.len() {
            let Ok(mut entry) = archive.by_index(place) else { continue };
            let has_cells = entry.name().is_ok_and(|name| name == CONTENT);
            // One more than there is room for shows that there is more.
            let limit = (self.most - taken).saturating_add(1);
            let mut bytes = entry.by_ref().take(limit);
            let cells = if has_cells { repeated(BufReader::new(&mut bytes), self.most) } else { 0 };
            // What is damaged further on is told by those who read it.
            let _ = io::copy(&mut bytes, &mut io::sink());
            taken = taken.saturating_add(cells.max(limit - bytes.limit()));
            drop(entry);
            if taken > self.most || self.most / OF_TEXT < texts_claimed(&mut archive, place) {
                return None;
            }
        }
        Some(taken)
    }

    /// What is left when a cell with so many bytes of text has been read; `None` if there is no room for it.
    pub(crate) fn after(self, text: usize) -> Option<Room> {
        Some(Room { most: self.most.checked_sub(OF_CELL + text as u64)? })
    }

    /// The message for a workbook that stands for more.
    pub(crate) fn refusal(self, name: &Path) -> ReadError {
        stands_for_more(name, self.most.div_ceil(1 << 20)).into()
    }
}

/// The texts that an entry of an archive says are shared by the cells of its sheets: what reads them makes room for so many at
/// once. None where it speaks of no such texts.
fn texts_claimed(archive: &mut ZipArchive<BufReader<&File>>, place: usize) -> u64 {
    let speaks_of_them = archive.by_index(place).is_ok_and(speaks_of_texts);
    let entry = speaks_of_them.then(|| archive.by_index(place).ok()).flatten();
    let Some(entry) = entry else { return 0 };
    let (mut reader, mut buffer) = (Reader::from_reader(BufReader::new(entry)), Vec::new());
    reader.config_mut().expand_empty_elements = true;
    reader.config_mut().check_end_names = false;
    while let Ok(event) = reader.read_event_into(&mut buffer) {
        match event {
            Event::Start(start) if start.local_name().as_ref() == "sst" => {
                return said(&start, "uniqueCount").unwrap_or(0);
            }
            Event::Eof => break,
            _ => {}
        }
        buffer.clear();
    }
    0
}

/// Whether the tag of shared texts may be in an entry; it may where its letters are more than a byte each.
fn speaks_of_texts(entry: impl Read) -> bool {
    const TAG: &[u8] = b"sst";
    let (mut input, tag, mut is_start) = (BufReader::with_capacity(1 << 16, entry), memmem::Finder::new(TAG), true);
    let mut before: Vec<u8> = Vec::new();
    loop {
        let Ok(bytes) = input.fill_buf() else { return false };
        if bytes.is_empty() {
            return false;
        }
        let is_wide = is_start && bytes.iter().take(4).any(|byte| matches!(byte, 0 | 0xfe | 0xff));
        // It may be cut by the end of what was read.
        before.extend(bytes.iter().take(TAG.len() - 1));
        if is_wide || tag.find(bytes).is_some() || tag.find(&before).is_some() {
            return true;
        }
        let end = if bytes.len() < TAG.len() { &before } else { bytes };
        before = end[end.len().saturating_sub(TAG.len() - 1)..].to_vec();
        is_start = false;
        let read = bytes.len();
        input.consume(read);
    }
}

/// Of the row that is being read of an OpenDocument sheet.
#[derive(Default)]
struct Row {
    times: u64,
    /// Cells up to the last in which something is written, and empty ones behind it.
    written: u64,
    empty: u64,
    text: u64,
}

/// The bytes that the cells of the sheets of an OpenDocument document take, each as often as it is said to be repeated. Once
/// they are more than `most` the rest is not read; a document that is no XML ends where that shows.
fn repeated(content: impl BufRead, most: u64) -> u64 {
    let (mut reader, mut buffer) = (Reader::from_reader(content), Vec::new());
    reader.config_mut().expand_empty_elements = true;
    reader.config_mut().check_end_names = false;
    let (mut taken, mut row, mut cell) = (0_u64, Row::default(), None);
    // A sheet is held as a rectangle, as wide as its widest row.
    let (mut rows, mut widest) = (0_u64, 0_u64);
    while let Ok(event) = reader.read_event_into(&mut buffer) {
        match event {
            Event::Eof => break,
            Event::Start(start) => match start.name().as_ref() {
                "table:table" => (rows, widest) = (0, 0),
                "table:table-row" => {
                    row = Row { times: times(&start, "table:number-rows-repeated"), ..Row::default() };
                }
                "table:table-cell" | "table:covered-table-cell" => {
                    let text = text_of(&start, "office:string-value") + text_of(&start, "table:formula");
                    let is_written = start.attributes().with_checks(false).flatten().any(|attribute| {
                        attribute.key.as_ref().starts_with("office:") || attribute.key.as_ref() == "table:formula"
                    });
                    cell = Some(Cell { times: times(&start, "table:number-columns-repeated"), text, is_written });
                }
                _ => {}
            },
            Event::Text(text) => cell.iter_mut().for_each(|cell| cell.hold(text.len())),
            Event::CData(text) => cell.iter_mut().for_each(|cell| cell.hold(text.len())),
            Event::End(end) => match end.name().as_ref() {
                "table:table-cell" | "table:covered-table-cell" => cell.take().iter().for_each(|cell| row.push(cell)),
                "table:table-row" => {
                    let ended = std::mem::take(&mut row);
                    rows = rows.saturating_add(ended.times);
                    if ended.written > 0 {
                        widest = widest.max(ended.written);
                        taken = taken.saturating_add(ended.taken());
                    }
                    if taken.max(rectangle(rows, widest, ended.written > 0)) > most {
                        return u64::MAX;
                    }
                }
                _ => {}
            },
            _ => {}
        }
        buffer.clear();
    }
    taken
}

/// The bytes of the rectangle that a sheet is held as; empty rows at its end are none of it.
fn rectangle(rows: u64, widest: u64, ends_written: bool) -> u64 {
    if ends_written { rows.saturating_mul(widest).saturating_mul(OF_CELL) } else { 0 }
}

/// A cell that is being read.
struct Cell {
    times: u64,
    text: u64,
    is_written: bool,
}

impl Cell {
    fn hold(&mut self, text: usize) {
        self.text += text as u64;
        self.is_written |= text > 0;
    }
}

impl Row {
    fn push(&mut self, cell: &Cell) {
        if cell.is_written {
            self.written = self.written.saturating_add(self.empty).saturating_add(cell.times);
            self.empty = 0;
            self.text = self.text.saturating_add(cell.text.saturating_mul(cell.times));
        } else {
            self.empty = self.empty.saturating_add(cell.times);
        }
    }

    fn taken(&self) -> u64 {
        self.written.saturating_mul(OF_CELL).saturating_add(self.text).saturating_mul(self.times)
    }
}

/// How often an attribute says that something is repeated.
fn times(start: &BytesStart<'_>, name: &str) -> u64 {
    said(start, name).unwrap_or(1)
}

/// A number that an attribute says.
fn said(start: &BytesStart<'_>, name: &str) -> Option<u64> {
    start.try_get_attribute(name).ok().flatten()?.value.trim().parse().ok()
}

/// The bytes of what an attribute says.
fn text_of(start: &BytesStart<'_>, name: &str) -> u64 {
    start.try_get_attribute(name).ok().flatten().map_or(0, |attribute| attribute.value.len() as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    const MOST: u64 = 1 << 20;

    fn taken(rows: &str) -> u64 {
        let content = format!("<a><table:table table:name=\"t\">{rows}</table:table></a>");
        repeated(content.as_bytes(), MOST)
    }

    #[test]
    fn a_tag_is_found_however_it_is_read() {
        struct Bytewise<'a>(&'a [u8]);
        impl Read for Bytewise<'_> {
            fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
                let next = self.0.len().min(1);
                self.0.read(&mut bytes[..next])
            }
        }
        assert!(speaks_of_texts(Bytewise(b"<a><x:sst/></a>")) && speaks_of_texts(&b"<sst>"[..]));
        assert!(!speaks_of_texts(Bytewise(b"<a>s<s>t</s></a>")) && !speaks_of_texts(&b""[..]));
        let wide: Vec<u8> = "<sst>".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert!(speaks_of_texts(wide.as_slice()));
    }

    #[test]
    fn cells_count_as_often_as_they_are_repeated() {
        let cell = "<table:table-cell table:number-columns-repeated=\"3\"><text:p>abcd</text:p></table:table-cell>";
        assert_eq!(taken(&format!("<table:table-row>{cell}</table:table-row>")), 3 * (OF_CELL + 4));
        let twice = format!("<table:table-row table:number-rows-repeated=\"2\">{cell}</table:table-row>");
        assert_eq!(taken(&twice), 2 * 3 * (OF_CELL + 4));
    }

    #[test]
    fn empty_cells_and_rows_behind_all_else_count_for_nothing_as_spreadsheets_write_them() {
        let rest = "<table:table-cell table:number-columns-repeated=\"16384\"/>";
        let cell = "<table:table-cell office:value=\"7\"/>";
        let rows = format!(
            "<table:table-row>{cell}{rest}</table:table-row>\
             <table:table-row table:number-rows-repeated=\"1048575\">{rest}</table:table-row>"
        );
        assert_eq!(taken(&rows), OF_CELL);
    }

    #[test]
    fn a_few_bytes_that_stand_for_all_cells_of_a_sheet_are_too_much() {
        let far = "<table:table-cell table:number-columns-repeated=\"16384\"/><table:table-cell office:value=\"7\"/>";
        let deep = "<table:table-row table:number-rows-repeated=\"99999\"><table:table-cell/></table:table-row>";
        let cell = "<table:table-cell office:value=\"7\"/>";
        for rows in [
            format!("<table:table-row table:number-rows-repeated=\"1048576\">{cell}</table:table-row>"),
            format!("<table:table-row>{far}</table:table-row>{deep}<table:table-row>{cell}</table:table-row>"),
            "<table:table-row><table:table-cell table:number-columns-repeated=\"9999999999999\">1</table:table-cell>\
             </table:table-row>"
                .to_owned(),
        ] {
            assert_eq!(taken(&rows), u64::MAX, "{rows}");
        }
    }
}
