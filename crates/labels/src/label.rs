//! Labels as they were given.

use lustrate_table::CellId;

use crate::spelling::{said, spelled};

/// What one person said of one cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// The cell of the table at hand, where its row is now.
    pub cell: CellId,
    /// What was said.
    pub said: Said,
    /// Who said it; `None` where the file does not tell.
    pub who: Option<String>,
    /// Where it stands.
    pub place: LabelPlace,
}

/// What a person said of a cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Said {
    /// This is what it should read, whether or not it reads so; `None` where there is no value.
    Value(Option<String>),
    /// They looked and do not know.
    Unknown,
}

impl Said {
    /// The field that stands for it in label files: empty for no value, `""` for the empty text, `?` for "don't know"; a value
    /// that could be taken for one of these is written otherwise.
    pub fn to_field(&self) -> String {
        spelled(self)
    }

    /// What a field of a label file says.
    pub fn from_field(field: &str) -> Said {
        said(field)
    }
}

/// Where a label stands.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct LabelPlace {
    /// The file, as it was named.
    pub file: String,
    /// Its line, from 1.
    pub line: usize,
}

/// All labels of a table, in the order of the files.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Labels {
    /// The labels.
    pub items: Vec<Label>,
}
