//! What is taken for true where several labels are given.

use std::collections::BTreeMap;

use lustrate_table::CellId;

/// One value for each labelled cell, and how far people can be relied on.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Agreed {
    /// The cells of which somebody knows what they should read.
    pub cells: BTreeMap<CellId, AgreedLabel>,
    /// Everybody who said something, by name; who gave no name is one person.
    pub people: Vec<Person>,
    /// The cells of which two labels say different things.
    pub disagreements: Vec<Disagreement>,
}

/// What is taken for the truth of a cell.
#[derive(Clone, Debug, PartialEq)]
pub struct AgreedLabel {
    /// What it should read; `None` where there is no value.
    pub value: Option<String>,
    /// How probable that is, by how often those who say so are right, from 0 to 1.
    pub probability: f64,
    /// The labels that say so, as places in [`Labels::items`](crate::Labels).
    pub labels: Vec<usize>,
}

/// A person who gave labels.
#[derive(Clone, Debug, PartialEq)]
pub struct Person {
    /// The name; `None` for labels without one.
    pub who: Option<String>,
    /// The cells of which they said something that they knew.
    pub labels: u64,
    /// Those of them of which somebody else said something too.
    pub shared: u64,
    /// Those of the shared ones in which most others said the same.
    pub agreed: u64,
    /// The probability that what they say is right, from 0 to 1.
    pub reliability: f64,
}

/// Labels of one cell that say different things.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Disagreement {
    /// The cell.
    pub cell: CellId,
    /// The labels, as places in [`Labels::items`](crate::Labels): two at least that differ.
    pub labels: Vec<usize>,
}
