//! What a `check` measures and what the measure must satisfy, as it is written.

mod json;
mod limits;
mod lower;
mod parse;

use std::fmt;

use lustrate_diagnostic::{Diagnostic, SourceText};

use crate::Comparison;
use crate::name::{At, Name, quoted};
use crate::share::percent;

pub(crate) use json::{aggregate_from_json, limits_from_json};
pub(crate) use parse::{aggregate, limits};

/// Whether a word names what is made from a column.
pub(crate) fn is_summary(word: &str) -> bool {
    SUMMARIES.iter().any(|(known, _)| *known == word)
}

/// What is measured.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Aggregate {
    /// `rows`
    Rows,
    /// `mean(stay)`
    Of(Summary, Name),
    /// `score like "last_month.csv" psi`
    Drift {
        /// The column of the table.
        column: Name,
        /// The file of the reference.
        file: Name,
        /// The column of the reference, where it is called otherwise.
        other: Option<Name>,
    },
}

/// A number that is made from a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Summary {
    /// The number of values that are there.
    Count,
    /// The number of different values.
    Distinct,
    /// The greatest value.
    Max,
    /// The mean.
    Mean,
    /// The median.
    Median,
    /// The smallest value.
    Min,
    /// The share of missing values.
    Nulls,
    /// The standard deviation.
    Deviation,
    /// The sum.
    Sum,
}

/// The names of what is made from a column, in alphabetical order.
pub(crate) const SUMMARIES: &[(&str, Summary)] = &[
    ("count", Summary::Count),
    ("distinct", Summary::Distinct),
    ("max", Summary::Max),
    ("mean", Summary::Mean),
    ("median", Summary::Median),
    ("min", Summary::Min),
    ("nulls", Summary::Nulls),
    ("stddev", Summary::Deviation),
    ("sum", Summary::Sum),
];

/// What the measure must satisfy.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Limits {
    /// `>= 1000`; never `!=`.
    Compare(Comparison, Limit),
    /// `between 1 and 30`, both included.
    Between(Limit, Limit),
}

/// One end.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Limit {
    /// What is written.
    pub value: LimitValue,
    /// Where.
    pub at: At,
}

/// What is written at the end of a range.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum LimitValue {
    /// `1000`
    Number(f64),
    /// `5%`, as a share of 1.
    Share(f64),
    /// `"2020-01-31"`, which the type of the column reads.
    Text(String),
}

impl Aggregate {
    /// What is wrong with the ends, whatever the table is.
    pub fn check(&self, source: &std::sync::Arc<SourceText>, limits: &Limits) -> Vec<Diagnostic> {
        limits::check(source, self, limits)
    }
}

impl Summary {
    /// Its name.
    pub fn word(self) -> &'static str {
        SUMMARIES.iter().find(|(_, summary)| *summary == self).map_or("", |(word, _)| word)
    }

    /// Whether it is of the kind of the values that it is made from, and not a number of them.
    pub fn is_a_value(self) -> bool {
        match self {
            Summary::Count | Summary::Distinct | Summary::Nulls | Summary::Deviation => false,
            Summary::Max | Summary::Mean | Summary::Median | Summary::Min | Summary::Sum => true,
        }
    }
}

impl Limits {
    /// The ends, the lower first.
    pub fn ends(&self) -> Vec<&Limit> {
        match self {
            Limits::Compare(_, limit) => vec![limit],
            Limits::Between(low, high) => vec![low, high],
        }
    }
}

impl fmt::Display for Aggregate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Aggregate::Rows => f.write_str("rows"),
            Aggregate::Of(summary, column) => write!(f, "{}({column})", summary.word()),
            Aggregate::Drift { column, file, other: None } => {
                write!(f, "{column} like {} psi", quoted(&file.text))
            }
            Aggregate::Drift { column, file, other: Some(other) } => {
                write!(f, "{column} like {}.{other} psi", quoted(&file.text))
            }
        }
    }
}

impl fmt::Display for Limits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Limits::Compare(comparison, limit) => write!(f, "{} {limit}", comparison.sign()),
            Limits::Between(low, high) => write!(f, "between {low} and {high}"),
        }
    }
}

impl fmt::Display for Limit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.value {
            LimitValue::Number(number) => write!(f, "{number}"),
            LimitValue::Share(share) => write!(f, "{}%", percent(*share)),
            LimitValue::Text(text) => f.write_str(&quoted(text)),
        }
    }
}
