//! What the canonical view changes.

use lustrate_table::CellId;

/// A cell whose text the canonical view writes otherwise.
#[derive(Clone, Debug, PartialEq)]
pub struct Conversion {
    /// Which cell.
    pub cell: CellId,
    /// Its text as it was read; `None` where it was missing.
    pub old: Option<String>,
    /// The canonical text.
    pub new: Option<String>,
    /// The probability that the new text is what was meant, from 0 to 1.
    pub confidence: f64,
    /// What kind of change it is: the last of those that it went through, of rewrites and of conventions that were found the
    /// first.
    pub kind: ConversionKind,
    /// A sentence that says why.
    pub reason: String,
    /// The texts that may be meant and their probabilities, the likeliest first, where more than one may be.
    pub alternatives: Vec<(String, f64)>,
}

/// The kinds of conversions, in the order in which they are made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ConversionKind {
    /// It is written otherwise by a `rewrite` rule: the one of this place among those of its column.
    Rewritten(usize),
    /// Blanks at the ends are taken away.
    Trim,
    /// The letters are in another case.
    Case,
    /// It was written in another format that the column accepts.
    Format,
    /// It named another unit that the column accepts.
    Unit,
    /// It named no unit, and the other values say that it is in another one than the declared one.
    InferredUnit,
    /// It was not written as most of the column is, of which nothing is declared: the convention of this name.
    Found(&'static str),
    /// It was not written as people said that values like it are to be written.
    Shown,
    /// Somebody said what it should read.
    Labelled,
}

/// The confidence of a conversion that only a mistake in the rules can make wrong.
pub(crate) const SURE: f64 = 0.99;
