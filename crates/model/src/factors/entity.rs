//! What the other copies of the thing that a row is about hold in this attribute.
//!
//! ```text
//! phi = log [ Σ_e P(e | the other attributes of the row) P_e(v) + P(new) pt(v) ] - log pt(v)
//! ```

use lustrate_table::AttributeId;

use super::{Cell, Factor, FactorId, Strength};
use crate::entities::{About, Copies, Entities, View};
use crate::state::ColumnState;
use crate::column::Membership;
use crate::lexicon::slot;
use crate::tally::Group;

/// The entities of one block, asked about one of its attributes.
pub(crate) struct Entity<'a> {
    pub(crate) entities: &'a Entities<'a>,
    pub(crate) copies: &'a Copies,
    /// The place of the attribute in the block.
    pub(crate) place: usize,
    /// The attribute that names the entities.
    pub(crate) key: AttributeId,
    pub(crate) rows: &'a ColumnState,
    pub(crate) membership: Membership,
}

/// What a factor of entities says is within these bounds, in nats: an entity that is beyond doubt outweighs how rare a
/// value is in its column.
const BOUND: f64 = 30.0;
/// An entity that is less probable is not looked at for candidates.
const LIKELY: f64 = 0.02;
/// An entity that is less probable says nothing.
const LEAST: f64 = 1e-9;

impl<'a> Entity<'a> {
    /// The likely entities of a row by all other attributes.
    pub(crate) fn likely(&self, row: usize) -> Vec<(Group, f64)> {
        let mut options = Vec::new();
        self.copies.without(row, self.place, &mut options);
        let known = |&(about, probability): &(About, f64)| match about {
            About::Known(entity) if probability > LIKELY => Some((entity, probability)),
            _ => None,
        };
        options.iter().filter_map(known).collect()
    }

    /// The chance that the row is a copy of an entity that other rows are copies of.
    pub(crate) fn known(&self, row: usize) -> f64 {
        self.likely(row).iter().map(|&(_, probability)| probability).sum::<f64>().min(1.0)
    }

    /// What the other copies of an entity say of the attribute.
    pub(crate) fn view(&self, row: usize, entity: Group) -> View<'_, 'a> {
        let own = self.membership == Membership::Counted && entity == self.copies.counted[row];
        let read = slot(self.rows.observed[row]) as u32;
        let counted = self.membership == Membership::Counted;
        self.entities.view(self.place, entity, own.then_some(read), counted.then_some(read))
    }

    /// The log prior of a value without the cell itself.
    fn log_prior(&self, cell: &Cell<'_>, slot: usize) -> f64 {
        if slot == cell.current && self.membership == Membership::Counted {
            self.entities.log_prior_without(self.place, slot)
        } else {
            self.entities.log_prior(self.place, slot)
        }
    }

    /// The entity that the row is most probably about, the number of its other copies that read a value, and of all of
    /// them.
    pub(crate) fn support(&self, row: usize, slot: usize) -> Option<(Group, f64, f64)> {
        let likely = self.likely(row);
        let &(entity, _) = likely.iter().max_by(|a, b| a.1.total_cmp(&b.1)).filter(|likely| likely.1 >= 0.5)?;
        let view = self.view(row, entity);
        Some((entity, view.copies(slot), view.all_copies()))
    }
}

impl Factor for Entity<'_> {
    fn id(&self) -> FactorId {
        FactorId::Entity(self.key)
    }

    fn strength(&self) -> Strength {
        Strength::Entity
    }

    fn log_odds(&self, cell: &Cell<'_>, out: &mut [f64]) -> f64 {
        let mut options = Vec::new();
        self.copies.without(cell.row, self.place, &mut options);
        out.fill(0.0);
        for &(about, probability) in options.iter().filter(|option| option.1 > LEAST) {
            let view = match about {
                About::Known(entity) | About::Alike(entity) => Some(self.view(cell.row, entity)),
                About::New => None,
            };
            for (out, &slot) in out.iter_mut().zip(cell.candidates) {
                let slot = slot as usize;
                *out += probability
                    * match (about, &view) {
                        (About::Known(_), Some(view)) => view.probability(slot),
                        (About::Alike(_), Some(view)) => view.probability_of_alike(slot),
                        _ => self.log_prior(cell, slot).exp(),
                    };
            }
        }
        let listed: f64 = out.iter().sum();
        let mut priors = 0.0;
        for (out, &slot) in out.iter_mut().zip(cell.candidates) {
            let log_prior = self.log_prior(cell, slot as usize);
            priors += log_prior.exp();
            *out = (out.max(1e-290).ln() - log_prior).clamp(-BOUND, BOUND);
        }
        ((1.0 - listed).clamp(1e-6, 1.0) / (1.0 - priors).clamp(1e-4, 1.0)).ln().clamp(-BOUND, 2.0)
    }
}
