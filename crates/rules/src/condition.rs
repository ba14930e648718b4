//! One condition, as `deny`, `if`, `require`, `when` and `where` write it.
//!
//! A condition compares two sides, or says something of one cell: that it is missing, is one of several, matches, is
//! like another. Columns of a pair rule are written with their row: `a.zip`, `b.zip`. A text in quotes is a column on
//! the left of the sign and in arithmetic, and a constant on the right, where a column that needs quotes is written
//! `column "Order Date"`.

mod conflict;
mod domain;
mod json;
mod lower;
mod membership;
mod mends;
mod parse;
mod range;
mod similarity;
mod term;

use std::fmt;

use lustrate_values::Similarity;

use crate::name::{At, Name, quoted};
use crate::share::percent;
use crate::{Comparison, Polarity, Presence, Tolerance, Tuple};

pub(crate) use conflict::{Joint, conflicts};
pub(crate) use json::{conditions_from_json, measure_from_json, measure_to_json};
pub(crate) use lower::{denied, of_every_row, predicates};
pub(crate) use membership::{Constant, Membership};
pub(crate) use parse::conditions;
pub(crate) use range::{only_one_row, range};
pub(crate) use similarity::{MEASURES, measure, words as measure_words};
pub(crate) use term::Term;

/// One condition.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Condition {
    /// What it says.
    pub test: Test,
    /// Where it was written.
    pub at: At,
}

/// What a condition says.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Test {
    /// `x < column "y"`, `a.x = b.x`, `x = "text"`
    Relation(Relation),
    /// `x is null`, `x is not null`
    Null {
        /// Which cell.
        cell: Cell,
        /// Whether it must be missing or there.
        presence: Presence,
    },
    /// `x in ("a", "b")`, `x not in 1..5`, `x matches /re/`
    Member {
        /// Which cell.
        cell: Cell,
        /// What it is held against.
        membership: Membership,
        /// Whether it must belong there or not.
        polarity: Polarity,
    },
    /// `a.x ~ b.x`, `x !~jw(0.9) "text"`
    Alike {
        /// The left side.
        left: Cell,
        /// The right side.
        right: Side,
        /// How likeness is measured, and what it must reach.
        measure: Similarity,
        /// Whether they must be alike or unlike.
        polarity: Polarity,
    },
    /// `total ~= net + vat within 0.01`, `paid > 2 * owed`
    Formula {
        /// The left side.
        left: Term,
        /// How they are compared.
        sign: Sign,
        /// The right side.
        right: Term,
    },
}

/// A cell that is compared with a cell or a constant.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Relation {
    /// The left side.
    pub left: Cell,
    /// How the sides are compared.
    pub comparison: Comparison,
    /// The right side.
    pub right: Side,
    /// What they are compared as.
    pub manner: Manner,
}

/// How two formulas are compared.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Sign {
    /// One of the six comparisons, but for rounding.
    Compare(Comparison),
    /// `~=`: equal within a tolerance.
    About(Tolerance),
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
    /// A constant.
    Constant(Constant),
}

/// The words for a missing value that counts as one like any other, with a space before them.
pub(crate) const COUNTING_NULL: &str = " counting null";

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
    /// `counting null`: as text, a missing value being one like any other; of two cells only.
    CountingNull,
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
            Manner::CountingNull => COUNTING_NULL,
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
    /// The cells that it is about.
    pub fn cells(&self) -> impl Iterator<Item = &Cell> {
        let cells = match &self.test {
            Test::Relation(Relation { left, right, .. }) | Test::Alike { left, right, .. } => match right {
                Side::Cell(right) => vec![left, right],
                Side::Constant(_) => vec![left],
            },
            Test::Null { cell, .. } | Test::Member { cell, .. } => vec![cell],
            Test::Formula { left, right, .. } => {
                let mut cells = left.cells();
                cells.extend(right.cells());
                cells
            }
        };
        cells.into_iter()
    }

    /// The row that it is about and what it says of it, in a rule about two rows; `None` if it is about both, or is
    /// arithmetic.
    pub fn of_one_row(&self) -> Option<(Tuple, Condition)> {
        let mut condition = self.clone();
        let cell = match &mut condition.test {
            Test::Relation(Relation { left: cell, right: Side::Constant(_), .. })
            | Test::Alike { left: cell, right: Side::Constant(_), .. }
            | Test::Null { cell, .. }
            | Test::Member { cell, .. } => cell,
            Test::Relation(_) | Test::Alike { .. } | Test::Formula { .. } => return None,
        };
        let tuple = cell.tuple.take()?;
        Some((tuple, condition))
    }

    /// The same with missing values counted, where two cells are compared by `=` or `!=` as texts.
    pub fn counting_null(mut self) -> Condition {
        if let Test::Relation(relation) = &mut self.test
            && matches!(relation.right, Side::Cell(_))
            && matches!(relation.manner, Manner::Plain | Manner::ByText)
            && !relation.comparison.is_order()
        {
            relation.manner = Manner::CountingNull;
        }
        self
    }

    /// The comparison of a cell that it is, if it is one.
    pub fn as_relation(&self) -> Option<&Relation> {
        match &self.test {
            Test::Relation(relation) => Some(relation),
            _ => None,
        }
    }
}

impl fmt::Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.test {
            Test::Relation(relation) => relation.fmt(f),
            Test::Null { cell, presence: Presence::Missing } => write!(f, "{cell} is null"),
            Test::Null { cell, presence: Presence::Present } => write!(f, "{cell} is not null"),
            Test::Member { cell, membership, polarity: Polarity::Positive } => write!(f, "{cell} {membership}"),
            Test::Member { cell, membership, polarity: Polarity::Negative } => write!(f, "{cell} not {membership}"),
            Test::Alike { left, right, measure, polarity } => {
                let sign = if *polarity == Polarity::Positive { "~" } else { "!~" };
                write!(f, "{left} {sign}{} {right}", similarity::words(*measure))
            }
            Test::Formula { left, sign, right } => {
                let (sign, behind) = match sign {
                    Sign::Compare(comparison) => (comparison.sign(), String::new()),
                    Sign::About(Tolerance::Rounding) => ("~=", String::new()),
                    Sign::About(Tolerance::Absolute(by)) => ("~=", format!(" within {by}")),
                    Sign::About(Tolerance::Relative(share)) => ("~=", format!(" within {}%", percent(*share))),
                };
                write!(f, "{left} {sign} ")?;
                match right {
                    Term::Cell(cell) => cell.fmt_right(f)?,
                    right => right.fmt(f)?,
                }
                f.write_str(&behind)
            }
        }
    }
}

impl fmt::Display for Relation {
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

impl Cell {
    /// Writes the cell on the right of a sign, where a text in quotes alone is a constant.
    fn fmt_right(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.tuple.is_none() && self.column.to_string().starts_with('"') {
            f.write_str("column ")?;
        }
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Display for Side {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Side::Cell(cell) => cell.fmt_right(f),
            Side::Constant(constant) => constant.fmt(f),
        }
    }
}

impl fmt::Display for Constant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Constant::Text(text) => f.write_str(&quoted(text)),
            Constant::Number(number) => f.write_str(number),
        }
    }
}

/// Conditions that hold together, as they are written.
pub(crate) fn joined(conditions: &[Condition]) -> String {
    conditions.iter().map(Condition::to_string).collect::<Vec<_>>().join(" and ")
}
