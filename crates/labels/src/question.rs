//! What a person is asked.

use lustrate_table::{AttributeId, RowId};

/// A row of which a person is asked what it should read.
#[derive(Clone, Debug, PartialEq)]
pub struct Question {
    /// The row.
    pub row: RowId,
    /// What its answer would teach, in a few words: "412 cells of `city` look like this one".
    pub why: String,
    /// The cells that the engine would change, or has a doubt about; the others look right to it.
    pub proposals: Vec<Proposal>,
}

/// What the engine would write into a cell.
#[derive(Clone, Debug, PartialEq)]
pub struct Proposal {
    /// The column.
    pub attribute: AttributeId,
    /// The value; `None` for a missing one.
    pub value: Option<String>,
    /// How sure that is, from 0 to 1.
    pub confidence: f64,
    /// Why, in a sentence.
    pub reason: String,
}
