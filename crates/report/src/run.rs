//! The files of a run.

/// Which files a run read and wrote, by the names that its user knows them by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Run {
    /// The table that was read.
    pub data: String,
    /// The rule files, in their order.
    pub rules: Vec<String>,
    /// The repaired table.
    pub cleaned: String,
    /// The file with the repairs.
    pub repairs: String,
    /// The file with the rows that are set apart; `None` where there are none.
    pub quarantine: Option<String>,
    /// The file with the report for people; `None` where none was asked for.
    pub report: Option<String>,
    /// Whether the files were written.
    pub mode: Mode,
}

/// Whether a run writes its files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// They were written.
    Written,
    /// They were not: the run only says what it would have done.
    DryRun,
}
