//! What the repairs file says of one cell.

use std::fmt;

use lustrate_table::{Attribute, Kind, Schema};
use serde::{Deserialize, Serialize, Serializer};

/// The version of the schema of the repairs file and of its metadata. It changes where a field changes its meaning or goes
/// away.
pub const REPAIRS_SCHEMA: u32 = 1;

/// The fields of a record, in order.
pub const REPAIRS_HEADER: [&str; 11] =
    ["row", "line", "key", "column", "old", "new", "confidence", "decision", "rule", "reason", "alternatives"];

/// The place of each field in [`REPAIRS_HEADER`].
pub(crate) mod field {
    pub(crate) const ROW: usize = 0;
    pub(crate) const LINE: usize = 1;
    pub(crate) const KEY: usize = 2;
    pub(crate) const COLUMN: usize = 3;
    pub(crate) const OLD: usize = 4;
    pub(crate) const NEW: usize = 5;
    pub(crate) const CONFIDENCE: usize = 6;
    pub(crate) const DECISION: usize = 7;
}

/// The columns of the repairs file, as conditions compare them.
pub(crate) fn schema() -> Schema {
    let is_number = |name: &str| ["row", "line", "confidence"].contains(&name);
    let kind = |name: &str| if is_number(name) { Kind::Number } else { Kind::Text };
    let attribute = |name: &str| Attribute { name: name.to_owned(), kind: kind(name) };
    Schema::new(REPAIRS_HEADER.map(attribute).into()).expect("the names of the fields differ")
}

/// What a record says is done with its cell. A person may change it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Mark {
    /// The cell gets the new value.
    Apply,
    /// A person should look at it; the cell stays as it is.
    Review,
    /// A person has looked at it, and the cell stays as it is.
    Keep,
}

impl Mark {
    /// All of them.
    pub const ALL: [Mark; 3] = [Mark::Apply, Mark::Review, Mark::Keep];

    /// The word in the file.
    pub fn word(self) -> &'static str {
        match self {
            Mark::Apply => "apply",
            Mark::Review => "review",
            Mark::Keep => "keep",
        }
    }

    /// The mark that a person wrote, without regard to case and blanks around it.
    pub(crate) fn read(text: &str) -> Option<Mark> {
        Mark::ALL.into_iter().find(|mark| text.trim().eq_ignore_ascii_case(mark.word()))
    }
}

impl fmt::Display for Mark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// A value that a cell may have been meant to hold.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Alternative {
    /// The value; `None` for missing.
    pub value: Option<String>,
    /// Its probability.
    pub probability: f64,
}

/// Something that is put into words where it is written.
#[derive(Clone, Copy)]
pub struct Sentence<'a>(pub &'a dyn fmt::Display);

impl fmt::Display for Sentence<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Debug for Sentence<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.0.to_string())
    }
}

impl Serialize for Sentence<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self.0)
    }
}

/// A record that is going to be written.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Entry<'a> {
    /// The data row, from 1.
    pub row: u64,
    /// The line of the file on which the row starts, from 1; `None` for a table that came from no text file.
    pub line: Option<u64>,
    /// The values of the id columns.
    pub key: &'a [String],
    /// The column.
    pub column: &'a str,
    /// What was written; `None` where it was missing.
    pub old: Option<&'a str>,
    /// What it reads now, or should read; `None` for missing.
    pub new: Option<&'a str>,
    /// The probability that `new` is right.
    pub confidence: f64,
    /// Whether the cell was changed.
    pub decision: Mark,
    /// The name of the rule that speaks loudest for it.
    pub rule: Option<&'a str>,
    /// Why, in a sentence.
    pub reason: Sentence<'a>,
    /// Other values that it may have been meant to hold, likeliest first.
    pub alternatives: &'a [Alternative],
}
