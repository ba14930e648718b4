//! The files of a run.

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
    /// Whether the files were written.
    pub mode: Mode,
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
