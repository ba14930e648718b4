//! The reverse of a dependency `X -> B` for an attribute A of X: if A were `v`, how probable were the B of the row?
//! It protects entities with few rows: 146 is no typing error of 166 if every other attribute says otherwise.
//!
//! What speaks for `v` and what speaks against it are two factors. Attributes that agree are no independent witnesses:
//! they belong to one entity, and are tempered like other dependencies. An attribute that disagrees must itself be
//! wrong if `v` is right, and errors of different cells are independent: it counts in full.

use std::sync::Arc;

use lustrate_table::{AttributeId, Code};

use super::context::{Calibration, KEY_NOISE, NoiseBound};
use super::{Cell, Factor, FactorId, Strength, bounded};
use crate::column::Membership;
use crate::confidence::Confidence;
use crate::lexicon::{MISSING, code, slot};
use crate::map::HashMap;
use crate::screen::{AGREED, most_of_others};
use crate::state::State;
use crate::tally::{Group, GroupTally, NO_GROUP, RowGroups};
use crate::values::Values;

/// One side of a reverse dependency, ready for one round.
pub(crate) struct Reverse<'a> {
    table: Arc<ReverseTable<'a>>,
    side: Side,
}

/// What the other rows that hold what is written in a cell say of the determined value of its row.
pub(crate) struct OfWritten {
    /// The weight with which they hold it.
    pub(crate) same: f64,
    /// Their whole weight.
    pub(crate) others: f64,
    /// The weight with which they hold the commonest other value, where they are not agreed on this one.
    pub(crate) most: f64,
    /// The chance that the determined cell or another part of the key is wrong.
    pub(crate) noise: f64,
}

/// Which part of the log odds a reverse factor gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Side {
    /// The part above zero.
    For,
    /// The part below zero.
    Against,
}

/// A reverse dependency, ready for one round.
pub(crate) struct ReverseTable<'a> {
    /// The attributes of the left side other than the one that is asked about.
    others: &'a [AttributeId],
    /// The attribute that is determined.
    determined: AttributeId,
    counts: &'a GroupTally,
    calibration: Calibration,
    /// The values of the determined attribute.
    values: &'a Values,
    /// The share of wrong cells of the determined attribute.
    error_rate: f64,
    index: Lookup<'a>,
    state: &'a State,
    bound: NoiseBound,
    membership: Membership,
}

enum Lookup<'a> {
    /// By the code alone.
    Direct,
    Keyed(HashMap<&'a [Code], Group>),
}

impl<'a> Reverse<'a> {
    /// Both sides of a reverse dependency.
    pub(crate) fn both(table: ReverseTable<'a>) -> [Self; 2] {
        let table = Arc::new(table);
        [Reverse { table: table.clone(), side: Side::For }, Reverse { table, side: Side::Against }]
    }

    /// The log odds of both sides, which are read off the same counts.
    pub(crate) fn both_sides(&self, cell: &Cell<'_>, speaks_for: &mut [f64], against: &mut [f64]) {
        self.table.log_odds(cell, speaks_for, against);
    }

    /// What the other rows that hold what is written in a row say of its determined value. `None` where a part of the key or
    /// that value is missing, or no row holds it.
    pub(crate) fn of_written(&self, row: usize, observed: u32, own: f64) -> Option<OfWritten> {
        let table = &self.table;
        let determined = table.state.column(table.determined).current[row];
        let mut key = table.key(row);
        if determined.is_null() || key.iter().rev().skip(1).any(|code| code.is_null()) {
            return None;
        }
        let group = table.group(&mut key, observed)?;
        let [own, own_of_value] = table.left_out(row, own);
        let same = (table.counts.weight(group, slot(determined)) - own_of_value).max(0.0);
        let others = (table.counts.total(group) - own).max(0.0);
        // What bears the value out is asked no further.
        let most = if same < AGREED * others { most_of_others(table.counts, group, slot(determined)) } else { 0.0 };
        Some(OfWritten { same, others, most, noise: table.noise(row, Side::For) })
    }
}

impl<'a> Reverse<'a> {
    pub(crate) fn counts(&self) -> &'a GroupTally {
        self.table.counts
    }

    /// The groups of rows that hold these values of the attribute that is asked about.
    pub(crate) fn groups(&self, values: &'a [Code]) -> RowGroups<'a> {
        let ReverseTable { others, counts, state, .. } = &*self.table;
        let others = others.iter().map(|&part| state.column(part).current.as_slice());
        counts.of_rows(&others.chain([values]).collect::<Vec<_>>(), values.len())
    }

    /// The determined cells.
    pub(crate) fn determined(&self) -> &'a [Code] {
        &self.table.state.column(self.table.determined).current
    }

    /// How sure the other cells of the key and the determined cell are, row by row.
    pub(crate) fn confidences(&self) -> Vec<&'a Confidence> {
        let ReverseTable { others, determined, state, .. } = &*self.table;
        others.iter().chain([determined]).map(|&part| &state.column(part).confidence).collect()
    }

    /// Whether cells that may be wrong say less.
    pub(crate) fn bound(&self) -> NoiseBound {
        self.table.bound
    }
}

impl<'a> ReverseTable<'a> {
    /// Prepares a reverse dependency; the key of `counts` is the `others` and then the attribute asked about. `values` are those of the determined attribute.
    #[expect(clippy::too_many_arguments, reason = "a factor is what these say; a struct for them would be its copy")]
    pub(crate) fn new(
        others: &'a [AttributeId],
        determined: AttributeId,
        counts: &'a GroupTally,
        calibration: Calibration,
        values: &'a Values,
        error_rate: f64,
        state: &'a State,
        bound: NoiseBound,
        membership: Membership,
    ) -> Self {
        let index = if others.is_empty() { Lookup::Direct } else { Lookup::Keyed(counts.index()) };
        ReverseTable { others, determined, counts, calibration, values, error_rate, index, state, bound, membership }
    }

    fn group(&self, key: &mut [Code], candidate: u32) -> Option<Group> {
        if candidate as usize == MISSING {
            return None;
        }
        let group = match &self.index {
            Lookup::Direct => self.counts.group_of(code(candidate as usize)),
            Lookup::Keyed(index) => {
                *key.last_mut().expect("a key ends with the attribute asked about") = code(candidate as usize);
                index.get(&*key).copied().unwrap_or(NO_GROUP)
            }
        };
        (group != NO_GROUP).then_some(group)
    }

    /// What the other attributes of the left side read in a row, and a place for the attribute asked about; nothing where
    /// there is no other.
    fn key(&self, row: usize) -> Vec<Code> {
        let mut key = Vec::new();
        if !self.others.is_empty() {
            key.reserve_exact(self.others.len() + 1);
            key.extend(self.others.iter().map(|&part| self.state.column(part).current[row]));
            key.push(Code::NULL);
        }
        key
    }

    /// The chance that the determined cell or another part of the key is wrong.
    ///
    /// Against a candidate, a determined cell that is believed is taken to be wrong no more often than cells of its
    /// column are: that little is known of it may be due to the very candidate.
    fn noise(&self, row: usize, side: Side) -> f64 {
        if self.bound == NoiseBound::Off {
            return 0.0;
        }
        let others: f64 = self.others.iter().map(|&part| self.state.confidence(part, row)).product();
        let mut determined = self.state.confidence(self.determined, row);
        if side == Side::Against && determined >= 0.5 {
            determined = determined.max(1.0 - self.error_rate);
        }
        (1.0 - others * determined).clamp(KEY_NOISE.0, KEY_NOISE.1)
    }

    /// The weight with which a row, of weight `own`, is counted in its group, and with the determined value that is believed:
    /// rows that are counted as they are written may be believed to be of another group, or to have another value.
    fn left_out(&self, row: usize, own: f64) -> [f64; 2] {
        if self.membership != Membership::Written {
            return [own; 2];
        }
        let stands = |part: AttributeId| {
            let column = self.state.column(part);
            column.current[row] == column.observed[row]
        };
        let own = if self.others.iter().all(|&part| stands(part)) { own } else { 0.0 };
        [own, if stands(self.determined) { own } else { 0.0 }]
    }

    /// Whether no other value of a group is heavier; `others` is what all of them weigh.
    fn is_majority(&self, group: Group, value: usize, weight: f64, others: f64) -> bool {
        // Mostly the sum of all tells, and no other has to be looked up.
        weight >= others || weight >= most_of_others(self.counts, group, value)
    }

    /// `log P(b | v) - log P(b)` for every candidate, as far as it speaks for it and as far as it speaks against it.
    fn log_odds(&self, cell: &Cell<'_>, speaks_for: &mut [f64], against: &mut [f64]) {
        speaks_for.fill(0.0);
        against.fill(0.0);
        let determined = self.state.column(self.determined).current[cell.row];
        let mut key = self.key(cell.row);
        if determined.is_null() || key.iter().rev().skip(1).any(|code| code.is_null()) {
            return;
        }
        let value = slot(determined);
        let share = self.values.believed_share(value);
        let noise = [Side::For, Side::Against].map(|side| self.noise(cell.row, side));
        let Calibration { alpha, rho } = self.calibration;
        for (place, &candidate) in cell.candidates.iter().enumerate() {
            let Some(group) = self.group(&mut key, candidate) else { continue };
            let own = if candidate as usize == cell.current { cell.own } else { 0.0 };
            let [own, own_of_value] = self.left_out(cell.row, own);
            let (held, all) = (self.counts.weight(group, value), self.counts.total(group));
            let (weight, total) = ((held - own_of_value).max(0.0), (all - own).max(0.0));
            let mut probability = (weight + alpha * share) / (total + alpha);
            if rho > 0.0 && total >= 2.0 {
                let majority = self.is_majority(group, value, weight, all - held);
                probability = rho * if majority { 1.0 } else { 1e-3 * share } + (1.0 - rho) * probability;
            }
            let odds = |noise: f64| bounded((((1.0 - noise) * probability + noise * share) / share).ln());
            let side = usize::from(probability < share);
            let out = if side == 0 { &mut speaks_for[place] } else { &mut against[place] };
            *out = odds(noise[side]);
        }
    }
}

impl Factor for Reverse<'_> {
    fn id(&self) -> FactorId {
        FactorId::Reverse(self.table.others.to_vec(), self.table.determined, self.side)
    }

    fn strength(&self) -> Strength {
        match self.side {
            Side::For => Strength::Dependency,
            Side::Against => Strength::Contradiction,
        }
    }

    fn log_odds(&self, cell: &Cell<'_>, out: &mut [f64]) -> f64 {
        let mut other = vec![0.0; out.len()];
        match self.side {
            Side::For => self.both_sides(cell, out, &mut other),
            Side::Against => self.both_sides(cell, &mut other, out),
        }
        0.0
    }
}
