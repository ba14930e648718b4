//! Bound rules that say more than what must not be: lookups, duplicates, sources, aggregates.

use std::collections::BTreeMap;
use std::sync::Arc;

use lustrate_table::{AttributeId, Table};
use lustrate_values::Similarity;

use crate::{ConstraintId, Predicate, ReferenceId, RuleOrigin, Strength};

/// A table of what is true.
#[derive(Clone, Debug)]
pub struct Reference {
    /// The name of its file, as the rule writes it.
    pub name: String,
    /// The table. Columns are told apart by [`AttributeId`]s of its own schema.
    pub table: Arc<Table>,
}

/// `lookup "zips.csv" on zip = zip set city = city trust 0.99`
///
/// For every column that it sets there is a [`Constraint`](crate::Constraint) of scope
/// [`Reference`](crate::Scope::Reference), so that detectors need not know of lookups. A lookup that sets nothing says
/// that its keys are in the reference: with one key of equality that is a constraint on a row, and otherwise a row whose
/// keys fit no row of the reference is a finding of the lookup's own.
#[derive(Clone, Debug, PartialEq)]
pub struct Lookup {
    /// The rule's name, or a short text made from it.
    pub name: String,
    /// Where it was written.
    pub origin: RuleOrigin,
    /// How strongly it is meant.
    pub strength: Strength,
    /// Where values are looked up.
    pub reference: ReferenceId,
    /// The columns by which a row of the reference is found; all must fit.
    pub on: Vec<LookupKey>,
    /// The columns that are set.
    pub set: Vec<LookupSet>,
    /// The rows that it speaks of: those for which all of these hold.
    pub filter: Vec<Predicate>,
    /// The probability that what the reference says of a row is true.
    pub trust: f64,
}

/// A column of the table and the one of the reference that it is held against.
#[derive(Clone, Debug, PartialEq)]
pub struct LookupKey {
    /// The column of the table.
    pub attribute: AttributeId,
    /// The column of the reference.
    pub reference: AttributeId,
    /// How they are held against each other: `None` for equality of text.
    pub measure: Option<Similarity>,
}

/// A column of the table that takes its value from one of the reference.
#[derive(Clone, Debug, PartialEq)]
pub struct LookupSet {
    /// The column of the table.
    pub attribute: AttributeId,
    /// The column of the reference.
    pub reference: AttributeId,
    /// The constraint that says so.
    pub constraint: ConstraintId,
}

/// `duplicate when name ~ 0.9 and birth_date =, or ssn = keep most complete`
///
/// or `duplicate by name, birth_date at 0.95 keep newest seen`
///
/// Every alternative is a [`Constraint`](crate::Constraint) of scope [`Pair`](crate::Scope::Pair): two different rows that
/// satisfy it are one thing. It changes no cell.
#[derive(Clone, Debug, PartialEq)]
pub struct Duplicates {
    /// The rule's name, or a short text made from it.
    pub name: String,
    /// Where it was written.
    pub origin: RuleOrigin,
    /// How strongly it is meant.
    pub strength: Strength,
    /// The constraints, one for each alternative; none where rows are joined by how probable it is.
    pub alternatives: Vec<ConstraintId>,
    /// The columns that tell how probable it is that rows are one thing; `None` where there are alternatives.
    pub likely: Option<Likely>,
    /// Which row of those that are one thing stays; `None` where they are only reported.
    pub keep: Option<Keep>,
}

/// How probable it must be that two rows are one thing.
#[derive(Clone, Debug, PartialEq)]
pub struct Likely {
    /// The columns that are compared. What they weigh is learned.
    pub attributes: Vec<AttributeId>,
    /// The probability from which on they are, above 0 and at most 1.
    pub at: f64,
}

/// Which row of duplicates stays.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Keep {
    /// The one with the fewest missing values, the first of equals.
    MostComplete,
    /// The first of the table.
    First,
    /// The last of the table.
    Last,
    /// The one with the greatest value of this column, the first of equals.
    Newest(AttributeId),
    /// The first of the source that comes first in an order.
    Source {
        /// The column that tells where a row comes from.
        column: AttributeId,
        /// The sources from the most preferred. Others come last.
        order: Vec<String>,
    },
}

/// `source src entity flight trust "aa" 0.95`
#[derive(Clone, Debug, PartialEq)]
pub struct Fusion {
    /// The rule's name, or a short text made from it.
    pub name: String,
    /// Where it was written.
    pub origin: RuleOrigin,
    /// How strongly it is meant.
    pub strength: Strength,
    /// Who reports.
    pub source: AttributeId,
    /// What the report is about; rows that agree on all of these are about one thing.
    pub entity: Vec<AttributeId>,
    /// Given probabilities that what a source says is true; the others are learned.
    pub trust: BTreeMap<String, f64>,
}

/// A rule on the table as a whole.
#[derive(Clone, Debug, PartialEq)]
pub struct Check {
    /// The rule's name, or its text.
    pub name: String,
    /// The check as it is written.
    pub text: String,
    /// Where it was written.
    pub origin: RuleOrigin,
    /// How strongly it is meant: [`Strength::Warn`] or [`Strength::Fail`].
    pub strength: Strength,
    /// What is measured.
    pub measure: Measure,
    /// The groups in each of which it must hold; none for the whole table.
    pub by: Vec<AttributeId>,
    /// The rows that count: those for which all of these hold.
    pub filter: Vec<Predicate>,
    /// What the measure must satisfy.
    pub bound: Bound,
}

/// What a check measures.
#[derive(Clone, Debug, PartialEq)]
pub enum Measure {
    /// The number of rows.
    Rows,
    /// The number of values of a column that are there.
    Count(AttributeId),
    /// The number of different values of a column.
    Distinct(AttributeId),
    /// The share of missing values of a column.
    Nulls(AttributeId),
    /// The sum of a column.
    Sum(AttributeId),
    /// The mean of a column.
    Mean(AttributeId),
    /// The median of a column.
    Median(AttributeId),
    /// The smallest value of a column.
    Min(AttributeId),
    /// The greatest value of a column.
    Max(AttributeId),
    /// The standard deviation (n − 1) of a column.
    Deviation(AttributeId),
    /// How far a column has drifted from that of a reference: the population stability index over deciles of the reference,
    /// or over its values where they are no numbers.
    Drift {
        /// The column of the table.
        attribute: AttributeId,
        /// The table of before.
        reference: ReferenceId,
        /// Its column.
        other: AttributeId,
    },
}

/// What a measure must satisfy: at least the lower end and at most the upper, where they are given.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bound {
    /// The lower end and whether it is allowed itself.
    pub low: Option<(f64, End)>,
    /// The upper end and whether it is allowed itself.
    pub high: Option<(f64, End)>,
}

/// Whether the end of a range belongs to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// It does.
    Included,
    /// It does not.
    Excluded,
}

impl Bound {
    /// Whether a number satisfies it.
    pub fn holds(&self, number: f64) -> bool {
        let above = self.low.is_none_or(|(low, end)| number > low || (end == End::Included && number == low));
        let below = self.high.is_none_or(|(high, end)| number < high || (end == End::Included && number == high));
        above && below
    }
}
