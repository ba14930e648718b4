//! The bytes of a file with some fields replaced.

use std::io::{self, Write};

use lustrate_diagnostic::Diagnostic;
use lustrate_table::{CellId, Encoding, Table};

use crate::WriteError;
use crate::encoding::{encode, width};

/// Walks over the text of a file and copies the bytes that it stands for, but for what is replaced.
pub(crate) struct Patcher<'t, W> {
    text: &'t str,
    at: usize,
    raw: &'t [u8],
    raw_at: usize,
    encoding: Encoding,
    out: &'t mut W,
}

/// Why a field was not replaced.
pub(crate) enum PatchError {
    Lacking(char, Encoding),
    Io(io::Error),
}

impl PatchError {
    /// The error where what was written is none of the table's cells, so that the encoding has it.
    pub(crate) fn nameless(self) -> WriteError {
        match self {
            PatchError::Io(error) => error.into(),
            PatchError::Lacking(c, _) => io::Error::other(format!("`{c}` cannot be written")).into(),
        }
    }

    /// The error where it was a cell of the table.
    pub(crate) fn naming(self, table: &Table, cell: CellId) -> WriteError {
        match self {
            PatchError::Io(error) => error.into(),
            PatchError::Lacking(c, encoding) => {
                let column = table.schema().name(cell.attribute);
                let title = format!(
                    "row {}, column `{column}`: the file is {}, which has no `{c}`",
                    cell.row.number(),
                    name_of(encoding)
                );
                Diagnostic::error("not-in-encoding", title)
                    .help("convert the input to UTF-8, or leave this cell as it is")
                    .into()
            }
        }
    }
}

fn name_of(encoding: Encoding) -> &'static str {
    match encoding {
        Encoding::Utf8 => "utf-8",
        Encoding::Utf16Le => "utf-16le",
        Encoding::Utf16Be => "utf-16be",
        Encoding::Windows1252 => "windows-1252",
    }
}

impl<'t, W: Write> Patcher<'t, W> {
    /// At the start of a text and the bytes that it stands for.
    pub(crate) fn new(text: &'t str, raw: &'t [u8], encoding: Encoding, out: &'t mut W) -> Self {
        Patcher { text, at: 0, raw, raw_at: 0, encoding, out }
    }

    /// The text that it walks over.
    pub(crate) fn text(&self) -> &'t str {
        self.text
    }

    /// The encoding of the bytes.
    pub(crate) fn encoding(&self) -> Encoding {
        self.encoding
    }

    /// Copies up to `start`, passes over the old field up to `end`, and writes the new one.
    pub(crate) fn replace(&mut self, start: usize, end: usize, new: &str) -> Result<(), PatchError> {
        let bytes = encode(new, self.encoding).map_err(|c| PatchError::Lacking(c, self.encoding))?;
        if !new.is_empty() && self.is_torn(start) {
            self.mend(start).map_err(PatchError::Io)?;
        }
        self.copy(start).map_err(PatchError::Io)?;
        self.out.write_all(&bytes).map_err(PatchError::Io)?;
        self.raw_at = self.behind(end);
        self.at = end;
        Ok(())
    }

    /// Copies up to a place of the text, and gives back the place in the bytes that it stands for.
    pub(crate) fn finish(mut self, end: usize) -> io::Result<usize> {
        self.copy(end)?;
        Ok(self.raw_at)
    }

    fn copy(&mut self, end: usize) -> io::Result<()> {
        let behind = self.behind(end);
        self.out.write_all(&self.raw[self.raw_at..behind])?;
        (self.at, self.raw_at) = (end, behind);
        Ok(())
    }

    /// The place in the bytes of a later place in the text. What an odd last byte of UTF-16 is read as is wider than it.
    fn behind(&self, end: usize) -> usize {
        self.behind_whole(end).min(self.raw.len())
    }

    fn behind_whole(&self, end: usize) -> usize {
        self.raw_at + width(&self.text[self.at..end], self.encoding)
    }

    /// Whether the bytes break off within the character before a place.
    fn is_torn(&self, end: usize) -> bool {
        end > self.at && self.behind_whole(end) > self.raw.len()
    }

    /// Copies up to a place, the torn character before it as what it was read as: behind half a character everything
    /// would be garbled.
    fn mend(&mut self, end: usize) -> io::Result<()> {
        let torn = self.text[..end].chars().next_back().map_or(0, char::len_utf8);
        self.copy(end - torn)?;
        let mark =
            encode(&self.text[end - torn..end], self.encoding).expect("only UTF-16, which has all characters, is torn");
        self.out.write_all(&mark)?;
        (self.at, self.raw_at) = (end, self.raw.len());
        Ok(())
    }
}
