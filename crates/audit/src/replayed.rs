//! What became of the records of a repairs file.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use lustrate_diagnostic::Diagnostics;
use lustrate_io::{Overwrite, Restoration, Selection, WriteError, fingerprint, write_restored, write_rows};
use lustrate_rules::{Filter, filter};
use lustrate_table::{RowId, Table};
use serde::Serialize;

use crate::content::content;
use crate::entry::schema;
use crate::metadata::HashedFile;

/// Whether repairs are made or taken back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Direction {
    /// They are made.
    Apply,
    /// They are taken back.
    Undo,
}

/// Which records are replayed or taken back, and of which tables.
#[derive(Clone, Debug, Default)]
pub struct Choice {
    /// Only the records that satisfy these conditions; all without them.
    pub only: Option<Filter>,
    /// The records for review that satisfy these conditions are made too. Where repairs are taken back it says which rows that
    /// were set apart came back for them.
    pub accepted: Option<Filter>,
    /// What to do with a table that is not what it was.
    pub changed: Changed,
    /// The file of the rows that were set apart, which are put back into an undone table; without it the file of that name
    /// beside the repairs file or the table.
    pub quarantine: Option<PathBuf>,
}

/// What to do with a table that is not what it was.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Changed {
    /// It is refused.
    #[default]
    Refused,
    /// It is taken if every cell of which there is a record holds what the record says.
    Accepted,
}

/// Reads conditions on the fields of a repairs file; `name` is where they were written, `--where` say.
///
/// # Errors
/// All mistakes at once.
///
/// ```
/// assert!(lustrate_audit::conditions("--where", "column = city and confidence >= .9").is_ok());
/// assert!(lustrate_audit::conditions("--where", "colum = city").is_err());
/// ```
pub fn conditions(name: &str, text: &str) -> Result<Filter, Diagnostics> {
    filter(name, text, "a repairs file", &schema())
}

/// A table with repairs made or taken back, and what became of each record. [`Replayed::write`] writes it.
#[derive(Clone, Debug, Serialize)]
pub struct Replayed {
    /// Whether they were made or taken back.
    pub direction: Direction,
    /// Data rows of the table that was read.
    pub rows: u64,
    /// Its columns.
    pub columns: u64,
    /// Its cells.
    pub cells: u64,
    /// Records of the repairs file.
    pub records: u64,
    /// The cells that were changed, in the order of the repairs file.
    pub changes: Vec<Change>,
    /// The records that changed nothing.
    pub left: Left,
    /// How the repairs file differs from what the run wrote.
    pub edited: Edited,
    /// The rows that were set apart, as far as there were any.
    pub set_apart: Apart,
    /// Whether a table with repairs taken back is what the run read; `None` where repairs are made.
    pub gives_input_back: Option<bool>,
    #[serde(skip)]
    pub(crate) table: Table,
    #[serde(skip)]
    pub(crate) body: Body,
}

/// One cell that was changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Change {
    /// The data row of the table that the run read, from 1.
    pub row: u64,
    /// The column.
    pub column: String,
    /// What it held; `None` for missing.
    pub from: Option<String>,
    /// What it holds now.
    pub to: Option<String>,
}

/// Records that changed nothing, by the reason.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Left {
    /// They are marked `review`.
    pub review: u64,
    /// They are marked `keep`.
    pub keep: u64,
    /// Their new value is the old one.
    pub same_value: u64,
    /// They do not satisfy the conditions.
    pub not_chosen: u64,
    /// Their repair is not in the table, so that it cannot be taken back.
    pub not_there: u64,
}

/// How a repairs file differs from what the run wrote, in records.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Edited {
    /// They have another new value.
    pub values: u64,
    /// They are to be applied and were not.
    pub accepted: u64,
    /// They were to be applied and are not.
    pub turned_down: u64,
    /// They are gone.
    pub deleted: u64,
}

/// The rows that were set apart.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Apart {
    /// The file that they are in; `None` where there were none.
    pub file: Option<String>,
    /// Data rows of the table that the run read.
    pub whole: u64,
    /// Rows that are left out.
    pub left_out: u64,
    /// Rows that are back: because a repair in them was accepted, or with what is taken back.
    pub back: u64,
}

/// How a written table compares with what the run read or wrote.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Likeness {
    /// Byte for byte the same file.
    SameBytes,
    /// The same names, types and values (Parquet), or the same text in other bytes (compressed files).
    SameValues,
    /// Another table.
    Other,
}

/// What is written.
#[derive(Clone, Debug)]
pub(crate) enum Body {
    /// The table without these rows; the file is what the run wrote, if nothing was chosen or edited.
    Applied { without: BTreeSet<RowId>, output: HashedFile },
    /// The table with these put back; the file is what the run read, if everything was taken back.
    Undone { restoration: Restoration, input: HashedFile },
}

impl Replayed {
    /// Writes the table, and says how it compares with the file that the run wrote, or, where repairs are taken back, with
    /// the one that it read.
    ///
    /// # Errors
    /// As [`write_rows`].
    pub fn write(&self, path: impl AsRef<Path>, overwrite: Overwrite) -> Result<Likeness, WriteError> {
        let path = path.as_ref();
        let (expected, content) = match &self.body {
            Body::Applied { without, output } => {
                write_rows(&self.table, path, overwrite, Selection::Without(without))?;
                let rows = self.table.row_ids().filter(|row| !without.contains(row));
                (output, content(&self.table, rows, path)?)
            }
            Body::Undone { restoration, input } => {
                write_restored(&self.table, path, overwrite, restoration)?;
                let content = input.content.clone().filter(|_| self.gives_input_back == Some(true));
                (input, content)
            }
        };
        let same_values = content.is_some() && content == expected.content;
        Ok(match expected.is(&fingerprint(path)?) {
            true => Likeness::SameBytes,
            false if same_values => Likeness::SameValues,
            false => Likeness::Other,
        })
    }
}
