//! The label files that a run learns from.

use std::path::PathBuf;

use clap::Args;
use lustrate::{Rules, Settings, Table, id_columns, read_labels};

use crate::failure::Failure;

/// What people said of cells of the table.
#[derive(Args, Clone, Debug)]
pub(crate) struct LabelFiles {
    /// A label file that `lustrate label` wrote and people filled in, or with the columns row, column and correct: what it says is
    /// never contradicted, and other cells are repaired by what it teaches; can be given several times
    #[arg(long = "labels", value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,
}

impl LabelFiles {
    /// The settings of a run with the labels of a table.
    ///
    /// # Errors
    /// Files that are not label files of the table; rules that do not fit it.
    pub(crate) fn settings(&self, settings: Settings, table: &Table, rules: &Rules) -> Result<Settings, Failure> {
        if self.files.is_empty() {
            return Ok(settings);
        }
        let ids = id_columns(table, rules, &settings)?;
        Ok(settings.labels(read_labels(&self.files, table, &ids)?))
    }
}
