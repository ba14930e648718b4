//! Labels as they were given.

use lustrate_table::CellId;

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
