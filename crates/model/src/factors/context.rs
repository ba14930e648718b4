//! A context: the values that other rows with the same key hold (repair-model, "Context factors").
//!
//! ```text
//! phi  = log P(v | x) - log pi(v)
//! P    = (1 - e) [ rho T + (1 - rho) (n_xv + alpha pi) / (n_x + alpha) ] + e pi
//! T(v) = pi(v) exp(lambda n_xv) / (1 + Σ_u pi(u) (exp(lambda n_xu) - 1))
//! ```
//!
//! `rho` is the share of groups in which one value is meant, `e` the chance that the key of the row is wrong.

use std::sync::atomic::{AtomicU64, Ordering};

use lustrate_table::AttributeId;
use serde::{Deserialize, Serialize};

use super::{Cell, Factor, FactorId, Strength, bounded};
use crate::confidence::Confidence;
use crate::state::State;
use crate::tally::{Group, GroupTally, NO_GROUP, RowGroups};
use crate::values::Values;

/// How a context predicts.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Calibration {
    /// The weight of the column's shares within a group.
    pub(crate) alpha: f64,
    /// The functional share.
    pub(crate) rho: f64,
}

/// What a key that was never seen says: log odds of a value that was never seen either, and of one that was.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Novelty {
    /// For a value that no other row holds.
    pub(crate) new: f64,
    /// For a value that other rows hold.
    pub(crate) known: f64,
}

/// A context ready for one round.
pub(crate) struct Context<'a> {
    pub(crate) key: &'a [AttributeId],
    pub(crate) counts: &'a GroupTally,
    /// The group of each row.
    pub(crate) groups: RowGroups<'a>,
    pub(crate) calibration: Calibration,
    pub(crate) strength: Strength,
    pub(crate) novelty: Option<Novelty>,
    values: &'a Values,
    state: &'a State,
    masses: &'a Masses,
    bound: NoiseBound,
    /// Whether a row is looked at under another key than the one that it is counted under; where nothing is said, none
    /// is.
    pub(crate) moved: Vec<bool>,
    /// Whether rows are counted as they are written.
    pub(crate) as_written: bool,
}

/// For each group of a context of which it is worth keeping ([`GroupTally::kept`]) what its values add to the denominator of `T`,
/// `Σ_u pi(u) (exp(lambda n_xu) - 1)`, as far as anybody asked.
#[derive(Debug)]
pub(crate) struct Masses(Box<[AtomicU64]>);

impl Masses {
    /// Of so many groups, of which nobody asked yet.
    pub(crate) fn unknown(groups: usize) -> Self {
        Masses((0..groups).map(|_| AtomicU64::new(UNKNOWN)).collect())
    }

    /// That at a place, which is found now if nobody asked before; whichever thread asks first finds the same.
    fn of(&self, place: Option<usize>, find: impl FnOnce() -> f64) -> f64 {
        let Some(place) = place else { return find() };
        let known = &self.0[place];
        let mass = f64::from_bits(known.load(Ordering::Relaxed));
        if !mass.is_nan() {
            return mass;
        }
        let mass = find();
        known.store(mass.to_bits(), Ordering::Relaxed);
        mass
    }
}

/// Whether a key that may be wrong says less.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NoiseBound {
    /// It does.
    On,
    /// Keys are taken for right.
    Off,
}

/// Not yet asked for.
const UNKNOWN: u64 = f64::NAN.to_bits();
/// lambda: how much each further row of a group says under a functional context.
const LAMBDA: f64 = 2.5;
/// Rows beyond this number say nothing more.
const MOST_ROWS: f64 = 20.0;
/// The chance that a key is wrong is within these bounds.
pub(crate) const KEY_NOISE: (f64, f64) = (0.001, 0.6);

impl<'a> Context<'a> {
    /// Prepares a context; `groups` are the groups of the rows in `counts`, and `masses` those of these counts.
    #[expect(clippy::too_many_arguments, reason = "a context is what these say; a struct for them would be its copy")]
    pub(crate) fn new(
        key: &'a [AttributeId],
        counts: &'a GroupTally,
        groups: RowGroups<'a>,
        calibration: Calibration,
        strength: Strength,
        (values, masses): (&'a Values, &'a Masses),
        state: &'a State,
        bound: NoiseBound,
    ) -> Self {
        Context {
            key,
            counts,
            groups,
            calibration,
            strength,
            novelty: None,
            values,
            state,
            masses,
            bound,
            moved: Vec::new(),
            as_written: false,
        }
    }

    /// The group of a row with the weight of its other rows; `None` where no other row has the key.
    pub(crate) fn others(&self, row: usize, own: f64) -> Option<(Group, f64)> {
        let group = self.groups.get(row);
        if group == NO_GROUP {
            return None;
        }
        let own = if self.is_moved(row) { 0.0 } else { own };
        let others = (self.counts.total(group) - own).max(0.0);
        (others > 0.0).then_some((group, others))
    }

    /// The weight of a value among the other rows of the group.
    pub(crate) fn weight(&self, group: Group, slot: usize, current: usize, own: f64) -> f64 {
        let own = if slot == current { own } else { 0.0 };
        (self.counts.weight(group, slot) - own).max(0.0)
    }

    fn mass(&self, group: Group) -> f64 {
        let growth = |(slot, weight): (u32, f64)| self.values.pooled(slot as usize) * (grown(weight) - 1.0);
        self.masses.of(self.counts.kept_place(group), || self.counts.of_group(group).map(growth).sum())
    }

    /// The denominator of `T` in the group of a row, the cell left out; at least 1e-300.
    pub(crate) fn partition(&self, group: Group, current: usize, own: f64) -> f64 {
        let here = self.counts.weight(group, current);
        let left_out = grown(here) - grown((here - own).max(0.0));
        (1.0 + self.mass(group) - self.values.pooled(current) * left_out).max(1e-300)
    }

    /// The cell as it is counted here: not at all where its row is looked at under another key.
    fn counted<'c>(&self, cell: &Cell<'c>) -> Cell<'c> {
        Cell { own: if self.is_moved(cell.row) { 0.0 } else { cell.own }, ..*cell }
    }

    fn is_moved(&self, row: usize) -> bool {
        if self.as_written {
            let column = |&part: &AttributeId| self.state.column(part);
            return self.key.iter().map(column).any(|part| part.current[row] != part.observed[row]);
        }
        self.moved.get(row).is_some_and(|&moved| moved)
    }

    /// The chance that the key of a row is wrong.
    pub(crate) fn key_noise(&self, row: usize) -> f64 {
        match self.bound {
            NoiseBound::Off => 0.0,
            NoiseBound::On => {
                let right: f64 = self.key.iter().map(|&part| self.state.confidence(part, row)).product();
                (1.0 - right).clamp(KEY_NOISE.0, KEY_NOISE.1)
            }
        }
    }

    /// How sure the cells of the key are, row by row.
    pub(crate) fn key_confidences(&self) -> Vec<&'a Confidence> {
        self.key.iter().map(|&part| &self.state.column(part).confidence).collect()
    }

    /// Whether a key that may be wrong says less.
    pub(crate) fn bound(&self) -> NoiseBound {
        self.bound
    }

    /// A bound on the log odds that the group gives any value, whichever of its rows is left out.
    pub(crate) fn most_log_odds(&self, group: Group) -> f64 {
        let Calibration { alpha, rho } = self.calibration;
        let others = (self.counts.total(group) - 1.0).max(0.0);
        let of_value = |(slot, weight): (u32, f64)| {
            let share = self.values.pooled(slot as usize);
            let whole = functional(share, weight, 1.0 + self.mass(group) - share * (grown(weight) - 1.0));
            let smoothed = ((weight + alpha * share) / (others + alpha)).min(1.0);
            bounded(((rho * whole.min(1.0) + (1.0 - rho) * smoothed) / share).max(1.0).ln())
        };
        self.counts.of_group(group).map(of_value).fold(0.0, f64::max)
    }

    /// The log odds of a written value that is believed.
    pub(crate) fn log_odds_of_written(&self, row: usize, observed: usize, own: f64) -> f64 {
        let share = self.values.share(observed, own, 1.0);
        let cell = Cell {
            row,
            current: observed,
            own,
            candidates: &[observed as u32],
            share: &[share],
            log_share: &[share.ln()],
            unlisted: (1.0 - share).clamp(1e-4, 1.0),
        };
        let mut odds = [0.0];
        self.log_odds(&cell, &mut odds);
        odds[0]
    }

    /// Whether the row's key is one that no other row is believed to have.
    pub(crate) fn is_new_key(&self, row: usize, own: f64) -> bool {
        let group = self.groups.get(row);
        let others = if group == NO_GROUP { return false } else { (self.counts.total(group) - own).max(0.0) };
        others <= 0.5 * own && others < 0.6
    }
}

/// The probability of a value under the hypothesis that the whole group means one value.
pub(crate) fn functional(share: f64, weight: f64, partition: f64) -> f64 {
    let grown = if weight > 0.0 { grown(weight) } else { 1.0 };
    (share * grown / partition).min(1.0)
}

fn grown(weight: f64) -> f64 {
    (LAMBDA * weight.clamp(0.0, MOST_ROWS)).exp()
}

impl Factor for Context<'_> {
    fn id(&self) -> FactorId {
        FactorId::Context(self.key.to_vec())
    }

    fn strength(&self) -> Strength {
        self.strength
    }

    fn log_odds(&self, cell: &Cell<'_>, out: &mut [f64]) -> f64 {
        let cell = &self.counted(cell);
        let mut unlisted = 0.0;
        match self.others(cell.row, cell.own) {
            None => out.fill(0.0),
            Some((group, others)) => {
                let Calibration { alpha, rho } = self.calibration;
                let noise = self.key_noise(cell.row);
                let partition = self.partition(group, cell.current, cell.own);
                // What a value that no other row of the group holds has of its share is the same for all of them.
                let absent = (1.0 - noise) * (rho / partition + (1.0 - rho) * alpha / (others + alpha)) + noise;
                let log_absent = bounded(absent.max(1e-300).ln());
                let mut listed = 0.0;
                for (k, out) in out.iter_mut().enumerate() {
                    let share = cell.share[k];
                    let weight = self.weight(group, cell.candidates[k] as usize, cell.current, cell.own);
                    if weight <= 0.0 && share <= partition {
                        listed += (absent * share).min(1.0);
                        *out = log_absent;
                        continue;
                    }
                    let whole = functional(share, weight, partition);
                    let smoothed = (weight + alpha * share) / (others + alpha);
                    let probability = (1.0 - noise) * (rho * whole + (1.0 - rho) * smoothed) + noise * share;
                    listed += probability.min(1.0);
                    *out = bounded(probability.max(1e-300).ln() - cell.log_share[k]);
                }
                unlisted = ((1.0 - listed).clamp(1e-6, 1.0) / cell.unlisted).ln().clamp(-12.0, 2.0);
            }
        }
        if let Some(novelty) = self.novelty
            && self.is_new_key(cell.row, cell.own)
        {
            for (out, &slot) in out.iter_mut().zip(cell.candidates) {
                let own = if slot as usize == cell.current { cell.own } else { 0.0 };
                let new = self.values.weight[slot as usize] - own <= 0.5;
                *out = bounded(if new { novelty.new } else { novelty.known });
            }
        }
        unlisted
    }
}
