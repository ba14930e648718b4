//! The posterior: for every doubtful cell the candidates with their probabilities, and why.

use lustrate_rules::ConstraintId;
use lustrate_table::{AttributeId, CellId};

use crate::channel::Noise;
use crate::hold::Hold;

/// What is believed of the cells of a table. Cells that are not listed are right with a probability above
/// [`Posterior::SURE`], and no given rule that holds nearly everywhere contradicts them. Cells that were asked for are
/// listed in any case.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Posterior {
    /// The doubtful cells, by row and then by attribute.
    pub cells: Vec<CellPosterior>,
}

impl Posterior {
    /// A cell that is right with more than this probability is not listed.
    pub const SURE: f64 = 0.9;
}

/// The candidates of one cell.
#[derive(Clone, Debug, PartialEq)]
pub struct CellPosterior {
    /// Which cell.
    pub cell: CellId,
    /// What is written; `None` where it is missing.
    pub observed: Option<String>,
    /// The probability that what is written is right.
    pub observed_probability: f64,
    /// The other candidates, most probable first, six at most.
    pub candidates: Vec<Candidate>,
    /// The probability that the right value is none of these: a candidate that is not listed, or none that was weighed.
    pub unlisted: f64,
    /// What a given rule would have instead, where it holds nearly everywhere and most rows with the same key say so.
    pub contradiction: Option<Contradiction>,
    /// Why the change to the first candidate is better left to a person, if it is.
    pub hold: Option<Hold>,
    /// How the change stands alone, where other cells of the row are changed too ([`temper`](crate::temper)).
    pub alone: Option<Alone>,
}

/// How a change stands if the other changed cells of its row are right as they are written.
#[derive(Clone, Debug, PartialEq)]
pub struct Alone {
    /// The value that the cell would take; `None` for missing.
    pub value: Option<String>,
    /// The log odds of it against what is written, in nats.
    pub log_odds: f64,
}

/// A given rule that speaks against what is written.
#[derive(Clone, Debug, PartialEq)]
pub struct Contradiction {
    /// The rule.
    pub rule: ConstraintId,
    /// The value that at least twice as many other rows with the same key hold; one of the candidates.
    pub value: Option<String>,
}

/// A value that a cell may have been meant to hold.
#[derive(Clone, Debug, PartialEq)]
pub struct Candidate {
    /// The value; `None` for missing.
    pub value: Option<String>,
    /// Its posterior probability.
    pub probability: f64,
    /// What speaks for it and against it: log odds against what is written, which add up to
    /// `ln(probability / observed_probability)`.
    pub contributions: Vec<Contribution>,
}

/// One term of the log odds of a candidate against what is written.
#[derive(Clone, Debug, PartialEq)]
pub struct Contribution {
    /// What it comes from.
    pub evidence: Evidence,
    /// The term, in nats.
    pub log_odds: f64,
}

/// What a contribution comes from.
#[derive(Clone, Debug, PartialEq)]
pub enum Evidence {
    /// How common and how well-formed both values are in the column.
    Prior,
    /// The column and the rest of the row together: what is told of an improbable candidate beside the error.
    InSum,
    /// Other rows with the same values in the key attributes.
    Context {
        /// The key, with what is believed of it: other rows are those with these values.
        key: Vec<(AttributeId, String)>,
        /// The rule that says so; `None` where the data show it.
        rule: Option<ConstraintId>,
        /// The weight of other rows of the group that hold the candidate.
        supporting: f64,
        /// The weight of other rows of the group that hold what is written.
        opposing: f64,
        /// The weight of all other rows of the group.
        rows: f64,
    },
    /// What the value determines in other rows.
    Reverse {
        /// The attribute that is determined.
        determined: AttributeId,
        /// What is believed of it; `None` where it is missing.
        value: Option<String>,
    },
    /// The attribute is put together from others, or is a part of another.
    Spelling,
    /// Whether another value of the row is missing, with which this one is missing together.
    Absence {
        /// The other column.
        with: AttributeId,
    },
    /// How what is written may have come about.
    Error {
        /// The kind of noise that explains most of it.
        noise: Noise,
    },
    /// The row holds the value in another column, which in turn would hold what is written here.
    Exchanged {
        /// The other column.
        with: AttributeId,
    },
    /// The change leans on other changes of its row, and is less sure than if their cells had been written so.
    OtherChanges,
    /// What people said of cells that would be changed for the same reasons ([`Judgement`](crate::Judgement)).
    Labels {
        /// Those of which the change was right.
        right: usize,
        /// All of them.
        of: usize,
    },
    /// A rule that the row would break, or that would have another value here.
    Rule {
        /// The rule.
        rule: ConstraintId,
        /// The likeliest ways to satisfy the rules of the row, likeliest first; empty where this cell alone decides.
        ways: Vec<Way>,
    },
    /// An equation between the numbers of the row, which the data show.
    Relation {
        /// How people read it: `total = items * price`.
        words: String,
    },
    /// What number is usual in the column.
    Usual {
        /// The attribute of the row that says so; `None` where the column does by itself.
        given: Option<AttributeId>,
    },
    /// Sources say so that are more reliable than those of what is written.
    Sources {
        /// How many say so.
        saying: usize,
        /// How many report the thing.
        of: usize,
        /// The one of them that is right most often.
        best: String,
        /// What the reports are about.
        thing: Vec<(AttributeId, String)>,
    },
    /// A row of a reference table says so.
    Reference {
        /// The name of the reference, as the rule writes it.
        name: String,
        /// The rule that looks the value up.
        rule: ConstraintId,
        /// The key by which the row of the reference is found, as it is written in the table.
        key: Vec<(AttributeId, String)>,
    },
}

/// One way to satisfy the rules of a row: a cell and the value that it would take.
#[derive(Clone, Debug, PartialEq)]
pub struct Way {
    /// The attribute of the cell that would be changed.
    pub attribute: AttributeId,
    /// What it would read; `None` for missing.
    pub value: Option<String>,
    /// The probability of that.
    pub probability: f64,
}
