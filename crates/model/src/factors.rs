//! Factors: what the rest of the row says of a cell. Each is one file, and gives every candidate a log odds against
//! the column's share; positive speaks for the candidate.

pub(crate) mod absence;
pub(crate) mod context;
pub(crate) mod derived;
pub(crate) mod reverse;

use lustrate_table::AttributeId;

use crate::settings::FACTOR_BOUND;

/// A cell whose candidates are being weighed. Vectors have one entry for each candidate.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cell<'a> {
    /// The place of the row.
    pub(crate) row: usize,
    /// The slot of the value that is believed.
    pub(crate) current: usize,
    /// The weight with which the cell itself is counted; left out wherever a count would explain the cell.
    pub(crate) own: f64,
    /// The slots of the candidates.
    pub(crate) candidates: &'a [u32],
    /// The share of each candidate in the column, the cell left out.
    pub(crate) share: &'a [f64],
    /// The logarithm of `share`.
    pub(crate) log_share: &'a [f64],
    /// The share of all values that are not candidates.
    pub(crate) unlisted: f64,
}

/// What a factor is, apart from its numbers: weights are kept for it from round to round.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum FactorId {
    /// Whether the value of this attribute is missing.
    Absence(AttributeId),
    /// The values of these attributes.
    Context(Vec<AttributeId>),
    /// The attribute is put together from two others.
    Derived,
    /// The attribute is a part of this one.
    PartOf(AttributeId),
    /// The attribute, alone or with others, determines this one.
    Reverse(Vec<AttributeId>, AttributeId, reverse::Side),
}

/// How a factor's first weight is chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Strength {
    /// A dependency, given or found.
    Dependency,
    /// A mere association.
    Pair,
    /// A dependency that would be broken: counts in full.
    Contradiction,
    /// A rule of spelling; its weight starts at two and may stay there.
    Spelling,
}

/// One factor of a column, ready for one round.
pub(crate) trait Factor: Sync {
    /// What it is.
    fn id(&self) -> FactorId;

    /// How its first weight is chosen.
    fn strength(&self) -> Strength;

    /// Writes the log odds of every candidate, within ±12, and returns those of the values that are not listed.
    fn log_odds(&self, cell: &Cell<'_>, out: &mut [f64]) -> f64;
}

/// Keeps a log odds within its bounds.
pub(crate) fn bounded(log_odds: f64) -> f64 {
    log_odds.clamp(-FACTOR_BOUND, FACTOR_BOUND)
}
