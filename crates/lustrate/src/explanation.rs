//! Why a cell reads as it does, as plain data with names.

use serde::{Serialize, Serializer};

use crate::outcome::Doubt;

/// What is believed of one cell, why, and what becomes of it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Explanation {
    /// The data row, from 1.
    pub row: u64,
    /// The line of the file on which the row starts, from 1; `None` for a table that came from no text file.
    pub line: Option<u64>,
    /// The values of the id columns.
    pub key: Vec<String>,
    /// The column.
    pub column: String,
    /// What is written; `None` where it is missing.
    pub written: Option<String>,
    /// What is judged, where it is not what is written: the same in another form. `None` where nothing was changed before
    /// the model.
    pub read_as: Option<ReadAs>,
    /// How closely the column is looked at, where not at everything.
    pub attention: Option<String>,
    /// The probability that what is written, or what it is read as, is right; `None` where nothing is believed of the cell.
    pub probability: Option<f64>,
    /// The probability that the right value is none that was weighed; `None` where nothing is believed of the cell.
    pub unlisted: Option<f64>,
    /// Other values that it may have been meant to hold, likeliest first, six at most.
    pub candidates: Vec<ExplainedCandidate>,
    /// What becomes of it.
    pub fate: Fate,
    /// Why the row is set apart, if it is.
    pub set_apart: Option<String>,
}

/// A text that was changed before the model saw it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ReadAs {
    /// The text that was judged; `None` for missing.
    pub value: Option<String>,
    /// The probability that this is what was meant by what is written.
    pub confidence: Option<f64>,
    /// Why, in a sentence.
    pub reason: String,
}

/// A value that a cell may have been meant to hold, and what speaks for it and against it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ExplainedCandidate {
    /// The value; `None` for missing.
    pub value: Option<String>,
    /// Its probability.
    pub probability: f64,
    /// The sum of the contributions, in nats: `ln(probability / probability of what is written)`.
    pub log_odds: f64,
    /// What it is made of, the greatest first, whether for or against.
    pub contributions: Vec<ExplainedContribution>,
}

/// One term of the log odds of a candidate against what is written.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ExplainedContribution {
    /// What kind of evidence it is: `prior`, `context`, `reverse`, `spelling`, `error`, `exchanged`, `rule`, `relation`,
    /// `usual`, `sources` or `reference`.
    pub kind: &'static str,
    /// The name of the rule behind it, if there is one.
    pub rule: Option<String>,
    /// The file of that rule, and its line there, from 1.
    pub rule_at: Option<RulePlace>,
    /// What it says, in words.
    pub words: String,
    /// Some of the other data rows that say so, from 1: the first five, where other rows with the same key do.
    pub rows: Vec<u64>,
    /// The term, in nats: above zero it speaks for the candidate, below for what is written.
    pub log_odds: f64,
}

/// Where a rule is written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RulePlace {
    /// The file.
    pub file: String,
    /// The line in it, from 1.
    pub line: u32,
}

/// What becomes of a cell.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Fate {
    /// What is done.
    pub decision: Verdict,
    /// What it reads afterwards or, where it waits for review, should perhaps read; `None` for missing, and where it is
    /// left.
    pub value: Option<String>,
    /// The probability of that, never shown as certain; `None` where the cell is left.
    pub confidence: Option<f64>,
    /// Why it waits for review, in the kinds of the summary.
    pub doubt: Option<Doubt>,
    /// Why, in words.
    pub reason: String,
}

/// What is done with a cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It is changed.
    Apply,
    /// A person should look at it; it is kept as it is.
    Review,
    /// It is kept as it is, and nobody is asked.
    Leave,
}

impl Verdict {
    /// Its name: `apply`, `review` or `leave`.
    pub fn name(self) -> &'static str {
        match self {
            Verdict::Apply => "apply",
            Verdict::Review => "review",
            Verdict::Leave => "leave",
        }
    }
}

impl Serialize for Verdict {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}
