//! Where the values of a dictionary are, by the hashes of their texts.

/// A hash table from hashes to places, of one slot of eight bytes a value. It does not compare texts: who looks something up
/// is given the places of values whose hashes are alike, and compares.
///
/// Slots are in the order of their hashes, but for those that others push on, so that the table grows from its start to its
/// end and touches no text.
#[derive(Clone, Debug, Default)]
pub(crate) struct Places {
    slots: Vec<Slot>,
    filled: usize,
}

#[derive(Clone, Copy, Debug)]
struct Slot {
    hash: u32,
    place: u32,
}

/// No place of a value.
pub(crate) const NONE: u32 = u32::MAX;

const EMPTY: Slot = Slot { hash: 0, place: NONE };

impl Places {
    /// The place in the slot where a hash is looked for first, if its hash is the same; else [`NONE`]. Nothing branches by what
    /// the slot holds, so that nobody waits for it.
    #[inline]
    pub(crate) fn first(&self, hash: u32) -> u32 {
        let slot = self.slots.get(self.start(hash)).copied().unwrap_or(EMPTY);
        // All bits set, as those of `NONE` are.
        slot.place | u32::from(slot.hash != hash).wrapping_neg()
    }

    /// The place of a value with a hash that is the wanted one.
    #[inline]
    pub(crate) fn find(&self, hash: u32, mut is_wanted: impl FnMut(u32) -> bool) -> Option<u32> {
        let mut at = self.start(hash);
        loop {
            let slot = self.slots.get(at)?;
            if slot.place == NONE {
                return None;
            }
            if slot.hash == hash && is_wanted(slot.place) {
                return Some(slot.place);
            }
            at = self.behind(at);
        }
    }

    /// The bytes that the slots take.
    pub(crate) fn room(&self) -> usize {
        self.slots.capacity() * size_of::<Slot>()
    }

    /// Adds the place of a value that has none yet.
    pub(crate) fn insert(&mut self, hash: u32, place: u32) {
        if 4 * (self.filled + 1) > 3 * self.slots.len() {
            let larger = vec![EMPTY; (2 * self.slots.len()).max(16)];
            let smaller = std::mem::replace(&mut self.slots, larger);
            smaller.into_iter().filter(|slot| slot.place != NONE).for_each(|slot| self.put(slot));
        }
        self.put(Slot { hash, place });
        self.filled += 1;
    }

    fn put(&mut self, slot: Slot) {
        let mut at = self.start(slot.hash);
        while self.slots[at].place != NONE {
            at = self.behind(at);
        }
        self.slots[at] = slot;
    }

    /// The number of slots is a power of two, of which the highest bits of a hash choose one.
    #[inline]
    fn start(&self, hash: u32) -> usize {
        ((u64::from(hash) * self.slots.len() as u64) >> 32) as usize
    }

    #[inline]
    fn behind(&self, at: usize) -> usize {
        if at + 1 == self.slots.len() { 0 } else { at + 1 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_found_by_hashes_that_crowd_at_the_end() {
        let mut places = Places::default();
        let hashes: Vec<u32> = (0..2000).map(|i| u32::MAX - i / 3).collect();
        for (place, &hash) in hashes.iter().enumerate() {
            assert_eq!(places.find(hash, |found| found == place as u32), None);
            places.insert(hash, place as u32);
        }
        for (place, &hash) in hashes.iter().enumerate() {
            assert_eq!(places.find(hash, |found| found == place as u32), Some(place as u32));
        }
        assert_eq!(places.find(7, |_| true), None);
    }
}
