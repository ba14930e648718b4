//! The files of a run.

use serde::Serialize;

use crate::numbers::grouped;

/// Which files a run read and wrote, by the names that its user knows them by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Run {
    /// The table that was read: a file, or [`STANDARD_INPUT`].
    pub data: String,
    /// The rule files, in their order.
    pub rules: Vec<String>,
    /// The repaired table: a file, or [`STANDARD_OUTPUT`].
    pub cleaned: String,
    /// The file with the repairs; `None` where none was asked for.
    pub repairs: Option<String>,
    /// The file with the rows that are set apart; `None` where there are none, or no file was asked for.
    pub quarantine: Option<String>,
    /// The file with the report for people; `None` where none was asked for.
    pub report: Option<String>,
    /// The saved models that it went by, in their order.
    pub models: Vec<String>,
    /// The file with the model that it saved; `None` where none was asked for.
    pub saved_model: Option<String>,
    /// Whether the files were written.
    pub mode: Mode,
    /// The files of a table that was read from several, in their order, of which `cleaned` and `repairs` name the first; none
    /// for a table of one file. The rows of the outcome are counted through them.
    pub files: Vec<RunFile>,
}

/// One of several files of a table, and where what was made of it went.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RunFile {
    /// The file that was read.
    pub data: String,
    /// The repaired file.
    #[serde(rename = "cleaned_file")]
    pub cleaned: String,
    /// The file with its repairs.
    #[serde(rename = "repairs_file")]
    pub repairs: Option<String>,
    /// The file with its rows that are set apart; `None` where there are none.
    #[serde(rename = "quarantine_file")]
    pub quarantine: Option<String>,
    /// Its data rows.
    pub rows: u64,
}

impl Run {
    /// A row as people find it: `row 5`, of several files `part-2.csv, row 5`.
    pub(crate) fn row_name(&self, row: u64) -> String {
        let mut own = row;
        for file in &self.files {
            if own <= file.rows {
                return format!("{}, row {}", file.data, grouped(own));
            }
            own -= file.rows;
        }
        format!("row {}", grouped(row))
    }
}

/// What a table is called that was read from standard input.
pub const STANDARD_INPUT: &str = "standard input";

/// What a table is called that was written to standard output.
pub const STANDARD_OUTPUT: &str = "standard output";

/// Whether a run writes its files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// They were written.
    Written,
    /// They were not: the run only says what it would have done.
    DryRun,
}
