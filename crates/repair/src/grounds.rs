//! What a repair stands on: all that speaks for it and against it, or what is told of that.

use std::sync::Arc;

use lustrate_model::{Contribution, Evidence, Noise};

use crate::phrasebook::{Phrasebook, Reason};

/// What speaks for a repair and against it.
#[derive(Clone, Debug, PartialEq)]
pub enum Grounds {
    /// All of it; adds up to the log odds against what is written.
    All(Vec<Contribution>),
    /// What is told of it. A large table has many repairs, and most of what is known of each is said of no one.
    Told(Told),
}

/// What is told of the grounds of a repair.
#[derive(Clone, Debug, PartialEq)]
pub struct Told {
    pub(crate) reason: Reason,
    signs: Signs,
}

/// What the grounds of a repair show of how its cell came to be wrong.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Signs {
    /// Whether the value may stand in another column of the row.
    pub exchanged: bool,
    /// How what is written may have come about.
    pub noise: Option<Noise>,
    /// What speaks loudest for the change, of what knows better than other rows do.
    pub authority: Option<Authority>,
    /// Whether a rule does not say which cell of the row is wrong.
    pub torn: bool,
}

/// What knows better than other rows do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Authority {
    /// A rule, or an equation that the data show.
    Rule,
    /// A reference table.
    Reference,
    /// Sources that are more reliable.
    Sources,
}

impl Grounds {
    /// All that speaks for the repair and against it; nothing where only what is told of it is there.
    pub fn contributions(&self) -> &[Contribution] {
        match self {
            Grounds::All(contributions) => contributions,
            Grounds::Told(_) => &[],
        }
    }

    /// What they show.
    pub fn signs(&self) -> Signs {
        match self {
            Grounds::All(contributions) => Signs::of(contributions),
            Grounds::Told(told) => told.signs,
        }
    }

    /// Forgets all but what is told: this reason, and what the grounds show.
    pub(crate) fn tell(&mut self, reason: &str, book: &Arc<Phrasebook>) {
        *self = Grounds::Told(Told { reason: book.keep(reason), signs: self.signs() });
    }
}

impl From<Vec<Contribution>> for Grounds {
    fn from(contributions: Vec<Contribution>) -> Self {
        Grounds::All(contributions)
    }
}

impl Signs {
    fn of(contributions: &[Contribution]) -> Self {
        let mut signs = Signs::default();
        let mut loudest = f64::NEG_INFINITY;
        for Contribution { evidence, log_odds } in contributions {
            let speaks_for = *log_odds > 0.0;
            let authority = match evidence {
                Evidence::Error { noise } => {
                    signs.noise.get_or_insert(*noise);
                    continue;
                }
                Evidence::Exchanged { .. } => {
                    signs.exchanged |= speaks_for;
                    continue;
                }
                Evidence::Rule { ways, .. } => {
                    // That a rule is torn between cells is told however little it says.
                    signs.torn |= ways.len() > 1;
                    Authority::Rule
                }
                Evidence::Relation { .. } => Authority::Rule,
                Evidence::Reference { .. } => Authority::Reference,
                Evidence::Sources { .. } => Authority::Sources,
                _ => continue,
            };
            if speaks_for && *log_odds >= loudest {
                (loudest, signs.authority) = (*log_odds, Some(authority));
            }
        }
        signs
    }
}
