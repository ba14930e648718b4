//! One comparison, as `deny`, `if` and `require` write it.
//!
//! A condition compares a cell with a cell or a constant. Columns of a pair rule are written with their row:
//! `a.zip`, `b.zip`. A text in quotes is a column on the left of the sign and a constant on the right, where a column
//! that needs quotes is written `column "Order Date"`.

mod conflict;
mod lower;
mod parse;
mod range;

use std::fmt;

use crate::name::{At, Name, quoted};
use crate::{Comparison, Tuple};

pub(crate) use conflict::conflicts;
pub(crate) use lower::predicates;
pub(crate) use parse::conditions;
pub(crate) use range::{only_one_row, range};

/// One comparison.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Condition {
    /// The left side.
    pub left: Cell,
    /// How the sides are compared.
    pub comparison: Comparison,
    /// The right side.
    pub right: Side,
    /// What they are compared as.
    pub manner: Manner,
    /// Where it was written.
    pub at: At,
}

/// A column, of one of two rows in a pair rule.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Cell {
    /// Which of the two rows; `None` in a rule about one row.
    pub tuple: Option<Tuple>,
    /// Which column.
    pub column: Name,
}

/// The right side of a comparison.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Side {
    /// A cell.
    Cell(Cell),
    /// A text constant.
    Text(String),
    /// A number constant, as written.
    Number(String),
}

/// What two sides are compared as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Manner {
    /// What the columns hold decides, and where they do not the binder asks.
    Plain,
    /// `ignoring case`
    IgnoringCase,
    /// `by number`: cells that are no numbers compare as unknown.
    ByNumber,
    /// `by number or text`: numbers where the columns are numbers, text elsewhere; what constraint files of others
    /// mean.
    ByNumberOrText,
    /// `by text`
    ByText,
}

impl Manner {
    /// The words behind the comparison, with a space before them.
    fn words(self) -> &'static str {
        match self {
            Manner::Plain => "",
            Manner::IgnoringCase => " ignoring case",
            Manner::ByNumber => " by number",
            Manner::ByNumberOrText => " by number or text",
            Manner::ByText => " by text",
        }
    }
}

impl Comparison {
    /// Whether it asks which side is greater.
    pub(crate) fn is_order(self) -> bool {
        !matches!(self, Comparison::Equal | Comparison::NotEqual)
    }
}

impl Condition {
    /// The condition that holds exactly where this one does not, unknown apart.
    pub fn negated(&self) -> Condition {
        Condition { comparison: self.comparison.negated(), ..self.clone() }
    }

    /// The cells that it compares.
    pub fn cells(&self) -> impl Iterator<Item = &Cell> {
        let right = match &self.right {
            Side::Cell(cell) => Some(cell),
            Side::Text(_) | Side::Number(_) => None,
        };
        std::iter::once(&self.left).chain(right)
    }
}

impl fmt::Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} {}{}", self.left, self.comparison.sign(), self.right, self.manner.words())
    }
}

impl fmt::Display for Cell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.tuple {
            Some(Tuple::A) => write!(f, "a.{}", self.column),
            Some(Tuple::B) => write!(f, "b.{}", self.column),
            None => self.column.fmt(f),
        }
    }
}

impl fmt::Display for Side {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Side::Cell(cell @ Cell { tuple: None, column }) if column.to_string().starts_with('"') => {
                write!(f, "column {cell}")
            }
            Side::Cell(cell) => cell.fmt(f),
            Side::Text(text) => f.write_str(&quoted(text)),
            Side::Number(number) => f.write_str(number),
        }
    }
}

/// Conditions that hold together, as they are written.
pub(crate) fn joined(conditions: &[Condition]) -> String {
    conditions.iter().map(Condition::to_string).collect::<Vec<_>>().join(" and ")
}
