//! Repairs as plain facts: which cell, what it was, what it becomes, how sure, and why.

use lustrate_model::Hold;
use lustrate_normalise::ConversionKind;
use lustrate_rules::ConstraintId;
use lustrate_table::CellId;
use serde::{Deserialize, Serialize};

use crate::grounds::Grounds;

/// What is done with a repair.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Decision {
    /// A person should look at it; the cell is kept as it is.
    Review,
    /// The cell is changed.
    Apply,
}

/// Why a probable repair was left for review.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Withheld {
    /// The model holds it back.
    Model(Hold),
    /// It would break this rule more often than the input did.
    Rule(ConstraintId),
    /// A rule asks for the change, and everything else speaks for what is written.
    Believed,
    /// The line has more or fewer fields than the header: its cells may sit in the wrong columns.
    RaggedLine,
    /// The new value does not fit the type of the column.
    ColumnType,
    /// The row is set apart, as it was read.
    SetApart,
}

/// One cell that is changed or should be looked at.
#[derive(Clone, Debug, PartialEq)]
pub struct Repair {
    /// Which cell.
    pub cell: CellId,
    /// What is written; `None` where it is missing.
    pub old: Option<String>,
    /// What it should read.
    pub new: Option<String>,
    /// The posterior probability of `new`.
    pub confidence: f64,
    /// What is done.
    pub decision: Decision,
    /// Why it is left for review although it is probable; `None` where it is applied or not sure enough.
    pub withheld: Option<Withheld>,
    /// The rule that speaks loudest for it.
    pub rule: Option<ConstraintId>,
    /// What speaks for it and against it.
    pub grounds: Grounds,
    /// Other values that the cell may have been meant to hold, with their probabilities, the written one among them.
    pub alternatives: Vec<(Option<String>, f64)>,
    /// How the value is written in another form, where that is all that is done; stands for the grounds.
    pub conversion: Option<Box<Converted>>,
}

/// Why a value is written in another form.
#[derive(Clone, Debug, PartialEq)]
pub struct Converted {
    /// What kind of change it is.
    pub kind: ConversionKind,
    /// Why, in a sentence.
    pub reason: String,
}

/// All repairs of a run, by row and then by attribute; at most one a cell.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Repairs {
    /// The repairs.
    pub items: Vec<Repair>,
}

impl Repairs {
    /// Those that are applied.
    pub fn applied(&self) -> impl Iterator<Item = &Repair> {
        self.items.iter().filter(|repair| repair.decision == Decision::Apply)
    }

    /// Those that wait for a person.
    pub fn for_review(&self) -> impl Iterator<Item = &Repair> {
        self.items.iter().filter(|repair| repair.decision == Decision::Review)
    }
}

impl Repair {
    /// Leaves an applied repair for review.
    pub fn withhold(&mut self, why: Withheld) {
        self.decision = Decision::Review;
        self.withheld = Some(why);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_repair_takes_little_room_beside_its_texts() {
        // A large table has millions of them.
        assert!(size_of::<Repair>() <= 160, "{}", size_of::<Repair>());
    }
}
