//! What is learned from.

/// One cell of which somebody said what it should read.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Example<'a> {
    /// What is written; `None` where there is no value.
    pub written: Option<&'a str>,
    /// What would be written without examples, by what is declared and found: the same where nothing is.
    pub now: Option<&'a str>,
    /// What was meant.
    pub meant: Option<&'a str>,
    /// The probability that the person is right, from 0 to 1.
    pub weight: f64,
}

impl Example<'_> {
    /// Whether the cell is wrong as it is written.
    pub(crate) fn is_changed(&self) -> bool {
        self.written != self.meant
    }
}

/// A distinct value of the column.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Value<'a> {
    /// What is written.
    pub written: Option<&'a str>,
    /// What would be written without examples.
    pub now: Option<&'a str>,
    /// The cells that hold it.
    pub cells: u64,
}
