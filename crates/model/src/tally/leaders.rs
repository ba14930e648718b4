//! The heaviest values of a group.

use std::ops::Deref;

use crate::lexicon::MISSING;

/// The slots of the three heaviest values of a group, missing ones apart, heaviest first; ties by slot.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Leaders([u32; 3]);

/// Fewer values than places.
const NO_LEADER: u32 = u32::MAX;

impl Leaders {
    /// Those among values with their weights, by slot, and the weight of the first.
    pub(crate) fn of(values: impl IntoIterator<Item = (u32, f64)>) -> (Self, f64) {
        let mut best: [(f64, u32); 3] = [(0.0, NO_LEADER); 3];
        for (slot, weight) in values.into_iter().filter(|&(slot, _)| slot as usize != MISSING) {
            if let Some(place) = best.iter().position(|&(other, _)| weight > other) {
                best[place..].rotate_right(1);
                best[place] = (weight, slot);
            }
        }
        (Leaders(best.map(|(_, slot)| slot)), best[0].0)
    }

    /// As they were.
    pub(super) fn from_slots(slots: [u32; 3]) -> Self {
        Leaders(slots)
    }

    /// All places, those that are empty among them.
    pub(super) fn slots(self) -> [u32; 3] {
        self.0
    }
}

impl Deref for Leaders {
    type Target = [u32];

    fn deref(&self) -> &[u32] {
        &self.0[..self.0.iter().position(|&slot| slot == NO_LEADER).unwrap_or(self.0.len())]
    }
}
