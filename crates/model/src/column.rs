//! The model of one column: counts of what is believed, and the few numbers that say how to read them.

use std::sync::Arc;

use lustrate_rules::{ConstraintId, Dependency};
use lustrate_table::{AttributeId, Code, Groups};

use crate::channel::{ColumnNoise, NoiseTally, TableNoise};
use crate::elsewhere::Elsewhere;
use crate::factors::FactorId;
use crate::factors::context::{Calibration, Novelty};
use crate::lexicon::{Lexicon, MISSING, slot};
use crate::settings::{FIRST_CONFIDENCE, FIRST_CONFIDENCE_ODD, KNOWN};
use crate::state::{ColumnState, State};
use crate::tally::GroupTally;

/// What is learned of a column.
#[derive(Clone, Debug)]
pub(crate) struct ColumnModel {
    pub(crate) attribute: AttributeId,
    pub(crate) role: Role,
    pub(crate) lexicon: Arc<Lexicon>,
    /// What the other columns tell of the strings.
    pub(crate) elsewhere: Elsewhere,
    /// Values that stand for a missing one, by slot.
    pub(crate) placeholder: Vec<bool>,
    /// Placeholders, suspects and the missing value, by slot.
    pub(crate) odd: Arc<[bool]>,
    /// The weight of the cells believed to hold each value, by slot.
    pub(crate) weight: Arc<Vec<f64>>,
    /// The number of cells believed to hold each value, by slot.
    pub(crate) believed: Arc<Vec<f64>>,
    pub(crate) noise_tally: NoiseTally,
    pub(crate) noise: ColumnNoise,
    pub(crate) contexts: Vec<ContextModel>,
    pub(crate) reverses: Vec<ReverseModel>,
    pub(crate) weights: Vec<FactorWeight>,
}

/// What is done with a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    /// One value throughout, or an id: left alone.
    Idle,
    /// Nearly every cell has its own value and no given dependency determines it: only its strings are looked at.
    LongTailed,
    /// Everything is looked at.
    Active,
}

/// Other attributes whose values predict the column.
#[derive(Clone, Debug)]
pub(crate) struct ContextModel {
    pub(crate) key: Vec<AttributeId>,
    pub(crate) source: Source,
    /// Believed values by group, weighted.
    pub(crate) counts: GroupTally,
    /// Written values by group, counted; only for functional contexts.
    pub(crate) written: Option<GroupTally>,
    pub(crate) calibration: Calibration,
    pub(crate) novelty: Option<Novelty>,
    /// The leave-one-out agreement of a dependency; zero for a mere association.
    pub(crate) holds: f64,
}

/// Where a context comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Source {
    /// This rule.
    Given(ConstraintId),
    /// A dependency that the data show.
    Found,
    /// An attribute that tells something of the column.
    Pair,
}

/// A dependency of another attribute on this one.
#[derive(Clone, Debug)]
pub(crate) struct ReverseModel {
    pub(crate) dependency: Dependency,
    /// The left side without this attribute.
    pub(crate) others: Vec<AttributeId>,
    /// Determined values by (others, this attribute), weighted by the confidence in this attribute.
    pub(crate) counts: GroupTally,
}

/// The weight of one factor.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct FactorWeight {
    pub(crate) factor: FactorId,
    /// Whether it counts as a dependency.
    pub(crate) dependency: bool,
    pub(crate) weight: f64,
    /// The number of rows that it was learned on.
    pub(crate) rows: f64,
}

impl ColumnModel {
    /// A column about which only the strings are known.
    pub(crate) fn new(attribute: AttributeId, role: Role, lexicon: Arc<Lexicon>) -> Self {
        let slots = lexicon.slots();
        let noise = ColumnNoise::prior(Default::default(), lexicon.alien.clone());
        ColumnModel {
            attribute,
            role,
            elsewhere: Elsewhere::default(),
            placeholder: vec![false; slots],
            odd: Arc::default(),
            weight: Arc::new(vec![0.0; slots]),
            believed: Arc::new(vec![0.0; slots]),
            noise_tally: NoiseTally::default(),
            noise,
            contexts: Vec::new(),
            reverses: Vec::new(),
            weights: Vec::new(),
            lexicon,
        }
        .with_placeholders(&[])
    }

    /// Names the values that stand for a missing one.
    pub(crate) fn with_placeholders(mut self, placeholders: &[Code]) -> Self {
        for code in placeholders {
            self.placeholder[slot(*code)] = true;
        }
        let cells = |code: &Code| {
            let text = self.lexicon.domain.text(*code).unwrap_or_default().to_owned();
            (text, f64::from(self.lexicon.written[slot(*code)]))
        };
        self.noise = ColumnNoise::prior(placeholders.iter().map(cells).collect(), self.lexicon.alien.clone());
        let odd = |slot: usize| self.placeholder[slot] || self.lexicon.suspect[slot] || slot == MISSING;
        self.odd = (0..self.lexicon.slots()).map(odd).collect();
        self
    }

    /// Takes a lexicon that knows more values; slots stay, and new values count nothing.
    pub(crate) fn grow(&mut self, lexicon: Arc<Lexicon>) {
        let slots = lexicon.slots();
        self.placeholder.resize(slots, false);
        Arc::make_mut(&mut self.weight).resize(slots, 0.0);
        Arc::make_mut(&mut self.believed).resize(slots, 0.0);
        self.odd = (0..slots).map(|slot| self.placeholder[slot] || lexicon.suspect[slot] || slot == MISSING).collect();
        self.lexicon = lexicon;
    }

    /// The number of cells that hold each value: as believed, or as written before anything was believed.
    pub(crate) fn believed_or_written(&self) -> impl Iterator<Item = f64> {
        let seen = self.believed.iter().any(|&count| count > 0.0);
        let count = move |slot: usize| if seen { self.believed[slot] } else { f64::from(self.lexicon.written[slot]) };
        (0..self.lexicon.slots()).map(count)
    }

    /// What the noise sums say, with the table as prior.
    pub(crate) fn update_noise(&mut self, table: &TableNoise) {
        self.noise = ColumnNoise::new(&self.noise_tally, table, self.lexicon.alien.clone());
    }
}

/// The confidence in a written value before anything is seen.
pub(crate) fn first_confidence(column: &ColumnModel, observed: Code) -> f32 {
    if column.odd[slot(observed)] { FIRST_CONFIDENCE_ODD } else { FIRST_CONFIDENCE }
}

/// The weight with which the cell of a row is counted in the model of its column.
pub(crate) fn counted_weight(column: &ColumnModel, rows: &ColumnState, row: usize, membership: Membership) -> f64 {
    let confidence = rows.confidence[row];
    match membership {
        Membership::New => 0.0,
        Membership::Written if confidence != KNOWN => f64::from(first_confidence(column, rows.observed[row])),
        Membership::Counted | Membership::Added | Membership::Written => f64::from(confidence),
    }
}

/// The codes of the key columns, as believed.
pub(crate) fn key_codes<'a>(state: &'a State, key: &[AttributeId]) -> Vec<&'a [Code]> {
    key.iter().map(|&part| state.column(part).current.as_slice()).collect()
}

/// The rows by their believed key.
pub(crate) fn key_groups(state: &State, key: &[AttributeId]) -> Groups {
    let bound = |codes: &[Code]| codes.iter().filter(|code| !code.is_null()).map(|code| code.index() + 1).max();
    let columns: Vec<(&[Code], usize)> =
        key_codes(state, key).into_iter().map(|codes| (codes, bound(codes).unwrap_or(0))).collect();
    Groups::by_codes(&columns)
}

/// Whether the rows that are scored are among those that the model counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Membership {
    /// They are: each is left out of the counts that explain it.
    Counted,
    /// They are, behind others that are not scored: the same, but groups are found by key.
    Added,
    /// They are not.
    New,
    /// They are, as they are written: each is left out as such, and what is believed of it is not counted.
    Written,
}
