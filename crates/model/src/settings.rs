//! The settings of the model, and its constants with their reasons.

use lustrate_table::AttributeId;
use serde::{Deserialize, Serialize};

/// How the model is fitted. One set of defaults serves all tables.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    rounds: u32,
    seed: u64,
    without: Vec<Part>,
    left_alone: Vec<AttributeId>,
}

impl Default for Settings {
    /// Nine rounds, all parts.
    fn default() -> Self {
        Settings { rounds: 9, seed: 0, without: Vec::new(), left_alone: Vec::new() }
    }
}

impl Settings {
    /// The defaults.
    pub fn new() -> Self {
        Self::default()
    }

    /// The number of rounds, of which the first two only learn. At least one.
    pub fn rounds(mut self, rounds: u32) -> Self {
        self.rounds = rounds.max(1);
        self
    }

    /// The seed of the samples that large tables are learned on.
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// An attribute that is never repaired and says nothing of others, such as one that numbers the rows.
    pub fn leave_alone(mut self, attribute: AttributeId) -> Self {
        self.left_alone.push(attribute);
        self
    }

    /// Leaves out a part of the model, to measure what it buys.
    pub fn without(mut self, part: Part) -> Self {
        self.without.push(part);
        self
    }

    pub(crate) fn round_count(&self) -> u32 {
        self.rounds
    }

    pub(crate) fn sampling_seed(&self) -> u64 {
        self.seed
    }

    pub(crate) fn leaves_alone(&self, attribute: AttributeId) -> bool {
        self.left_alone.contains(&attribute)
    }

    pub(crate) fn has(&self, part: Part) -> bool {
        !self.without.contains(&part)
    }
}

/// A part of the model that can be left out in an ablation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Part {
    /// Dependencies that are found in the data beside those that are given.
    FoundDependencies,
    /// Contexts of single attributes.
    Pairs,
    /// Reverse factors: what the determined attributes say of the key.
    Reverse,
    /// Attributes put together from two others.
    Derived,
    /// Candidates from the text of the cell alone.
    Proposals,
    /// Near strings as candidates.
    NearStrings,
    /// Texts that stand for a missing value.
    Placeholders,
    /// Learning the weights of the contexts.
    Weights,
    /// The bound on what a noisy key can say.
    NoiseBound,
    /// The candidate "some value that is not listed".
    Residual,
    /// What is known of keys that were never seen.
    Novelty,
    /// Values exchanged between two columns of a row.
    Exchanges,
    /// Values of other columns as errors in this one.
    ForeignValues,
    /// Values that are missing where others are.
    Absences,
}

impl Part {
    /// All parts, in the order of their definition.
    pub const ALL: &[Part] = &[
        Part::FoundDependencies,
        Part::Pairs,
        Part::Reverse,
        Part::Derived,
        Part::Proposals,
        Part::NearStrings,
        Part::Placeholders,
        Part::Weights,
        Part::NoiseBound,
        Part::Residual,
        Part::Novelty,
        Part::Exchanges,
        Part::ForeignValues,
        Part::Absences,
    ];

    /// What a person calls it: "found dependencies".
    pub fn name(self) -> &'static str {
        match self {
            Part::FoundDependencies => "found dependencies",
            Part::Pairs => "pairs",
            Part::Reverse => "reverse",
            Part::Derived => "derived",
            Part::Proposals => "proposals",
            Part::NearStrings => "near strings",
            Part::Placeholders => "placeholders",
            Part::Weights => "weights",
            Part::NoiseBound => "noise bound",
            Part::Residual => "residual",
            Part::Novelty => "novelty",
            Part::Exchanges => "exchanges",
            Part::ForeignValues => "foreign values",
            Part::Absences => "absences",
        }
    }
}

/// Candidates of a cell at most.
pub(crate) const MOST_CANDIDATES: usize = 24;
/// Contexts of single attributes for a column at most; each must gain [`LEAST_GAIN`].
pub(crate) const MOST_PAIRS: usize = 12;
/// Nats a row that a context of a single attribute must gain to be used.
pub(crate) const LEAST_GAIN: f64 = 0.02;
/// Rounds in which everything is learned and nothing applied.
pub(crate) const WARM_UP: u32 = 2;
/// A context factor says at most this much, in nats.
pub(crate) const FACTOR_BOUND: f64 = 12.0;
/// A context with at least this functional share is treated as a dependency, given or not.
pub(crate) const FUNCTIONAL: f64 = 0.9;
/// A dependency that holds in this share of the rows is taken at its word.
pub(crate) const HARD: f64 = 0.98;
/// The confidence in a cell before anything is seen.
pub(crate) const FIRST_CONFIDENCE: f32 = 0.9;
/// The same for a missing, placeholder or suspect cell.
pub(crate) const FIRST_CONFIDENCE_ODD: f32 = 0.3;
/// What a cell counts of which somebody said what it reads: so many that are sure.
pub(crate) const KNOWN: f32 = 5.0;
/// Counts give every cell at least this weight.
pub(crate) const LEAST_CONFIDENCE: f32 = 0.05;
/// A change is made from this posterior on.
pub(crate) const CHANGE: f64 = 0.5;
/// A column with more than this share of distinct values, which no given dependency determines, is long-tailed:
/// only its strings are looked at.
pub(crate) const LONG_TAILED: f64 = 0.5;
/// A column with more than this share of distinct values is no context for others.
pub(crate) const CONTEXT_DISTINCT: f64 = 0.6;
/// A given dependency is trusted at least this far: its groups mean one value, whatever the dirt makes them look like.
pub(crate) const GIVEN: f64 = 0.999;

#[cfg(test)]
mod tests {
    use serde::de::value::{Error, StrDeserializer};

    use super::*;

    #[test]
    fn every_part_is_in_the_list_in_order() {
        // What cannot be read is told with the names that could be.
        let refused = Part::deserialize(StrDeserializer::<Error>::new("no part")).unwrap_err().to_string();
        let (_, names) = refused.split_once("expected one of ").unwrap();
        let listed: Vec<String> = Part::ALL.iter().map(|part| format!("`{part:?}`")).collect();
        assert_eq!(names, listed.join(", "));
    }
}
