//! Weighted counts of values within the groups of a key: what a context remembers of the data.

use std::collections::BTreeMap;

use crate::lexicon::MISSING;
use crate::map::HashMap;
use lustrate_table::{Code, Groups, RowId};

/// The place of a group in a [`GroupTally`]; `NO_GROUP` where a part of the key is missing or was never seen.
pub(crate) type Group = u32;
/// No group.
pub(crate) const NO_GROUP: Group = u32::MAX;

/// For each group of a key the weight of every value of the target.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct GroupTally {
    arity: usize,
    /// The key of each group, end to end.
    keys: Vec<Code>,
    starts: Vec<usize>,
    /// `(slot of the value, weight)`, by slot within each group.
    entries: Vec<(u32, f64)>,
    totals: Vec<f64>,
    leaders: Vec<[u32; 3]>,
}

/// Fewer values than places.
const NO_LEADER: u32 = u32::MAX;

impl GroupTally {
    /// Counts the rows: `key` are the codes of the key columns, `slots` the value of each row and `weights` how much
    /// it counts. A value of a row without a group counts nowhere.
    pub(crate) fn new(
        groups: &Groups,
        key: &[&[Code]],
        slot: impl Fn(usize) -> usize,
        weight: impl Fn(usize) -> f64,
    ) -> Self {
        let by_group = groups.rows_by_group();
        let mut tally = GroupTally { arity: key.len(), ..GroupTally::default() };
        tally.starts.push(0);
        let mut present: Vec<(u32, u32)> = Vec::new();
        for rows in by_group.iter() {
            let first = rows[0].index();
            tally.keys.extend(key.iter().map(|codes| codes[first]));
            present.clear();
            present.extend(rows.iter().map(|row| (slot(row.index()) as u32, row.0)));
            present.sort_unstable();
            for run in present.chunk_by(|a, b| a.0 == b.0) {
                let sum: f64 = run.iter().map(|&(_, row)| weight(row as usize)).sum();
                tally.entries.push((run[0].0, sum));
            }
            tally.close_group();
        }
        tally
    }

    /// The number of groups.
    pub(crate) fn groups(&self) -> usize {
        self.totals.len()
    }

    /// The values of a group with their weights, by slot.
    pub(crate) fn of_group(&self, group: Group) -> &[(u32, f64)] {
        &self.entries[self.starts[group as usize]..self.starts[group as usize + 1]]
    }

    /// The weight of a group.
    pub(crate) fn total(&self, group: Group) -> f64 {
        self.totals[group as usize]
    }

    /// The weight of a value within a group.
    pub(crate) fn weight(&self, group: Group, slot: usize) -> f64 {
        let entries = self.of_group(group);
        let slot = slot as u32;
        if entries.len() <= 8 {
            return entries.iter().find(|entry| entry.0 == slot).map_or(0.0, |entry| entry.1);
        }
        entries.binary_search_by_key(&slot, |entry| entry.0).map_or(0.0, |place| entries[place].1)
    }

    /// The three heaviest values of a group, missing ones apart, heaviest first; ties by slot.
    pub(crate) fn leaders(&self, group: Group) -> &[u32] {
        let leaders = &self.leaders[group as usize];
        &leaders[..leaders.iter().position(|&slot| slot == NO_LEADER).unwrap_or(leaders.len())]
    }

    /// Closes the group whose entries were pushed last.
    fn close_group(&mut self) {
        let entries = &self.entries[self.starts[self.starts.len() - 1]..];
        let mut best: [(f64, u32); 3] = [(0.0, NO_LEADER); 3];
        for &(slot, weight) in entries.iter().filter(|&&(slot, _)| slot as usize != MISSING) {
            if let Some(place) = best.iter().position(|&(other, _)| weight > other) {
                best[place..].rotate_right(1);
                best[place] = (weight, slot);
            }
        }
        self.totals.push(entries.iter().map(|&(_, weight)| weight).sum());
        self.leaders.push(best.map(|(_, slot)| slot));
        self.starts.push(self.entries.len());
    }

    /// The group of every key.
    pub(crate) fn index(&self) -> HashMap<&[Code], Group> {
        let keys = self.keys.chunks_exact(self.arity);
        keys.enumerate().map(|(group, key)| (key, group as Group)).collect()
    }

    /// The groups of rows that were not counted, by their keys.
    pub(crate) fn lookup(&self, key: &[&[Code]], rows: usize) -> Vec<Group> {
        let index = self.index();
        let mut parts: Vec<Code> = Vec::with_capacity(self.arity);
        let group = |row: usize| {
            parts.clear();
            parts.extend(key.iter().map(|codes| codes[row]));
            let missing = parts.iter().any(|code| code.is_null());
            if missing { NO_GROUP } else { index.get(parts.as_slice()).copied().unwrap_or(NO_GROUP) }
        };
        (0..rows).map(group).collect()
    }

    /// A tally of a key of so many parts that has counted nothing.
    pub(crate) fn empty(arity: usize) -> Self {
        GroupTally { arity, starts: vec![0], ..GroupTally::default() }
    }

    /// The weight of all groups.
    pub(crate) fn weight_of_all(&self) -> f64 {
        self.totals.iter().sum()
    }

    /// The sum of two tallies of one key; `key` and `slot` turn the codes of the other (with the part of the key that
    /// they are of) and its slots into those of `self`. Groups of `self` come first.
    pub(crate) fn merged(
        &self,
        other: &GroupTally,
        key: impl Fn(usize, Code) -> Code,
        slot: impl Fn(usize) -> usize,
    ) -> GroupTally {
        let mut places: HashMap<Vec<Code>, usize> = HashMap::default();
        let mut groups: Vec<(Vec<Code>, BTreeMap<u32, f64>)> = Vec::new();
        let mut add = |group: Vec<Code>, entries: &mut dyn Iterator<Item = (u32, f64)>| {
            let place = *places.entry(group).or_insert_with_key(|group| {
                groups.push((group.clone(), BTreeMap::new()));
                groups.len() - 1
            });
            entries.for_each(|(slot, weight)| *groups[place].1.entry(slot).or_default() += weight);
        };
        for group in 0..self.groups() {
            add(self.key(group).to_vec(), &mut self.of_group(group as Group).iter().copied());
        }
        for group in 0..other.groups() {
            let parts = other.key(group).iter().enumerate().map(|(part, &code)| key(part, code)).collect();
            let entries = other.of_group(group as Group).iter();
            add(parts, &mut entries.map(|&(place, weight)| (slot(place as usize) as u32, weight)));
        }
        let mut merged = GroupTally::empty(self.arity);
        for (key, values) in groups {
            merged.keys.extend(key);
            merged.entries.extend(values);
            merged.close_group();
        }
        merged
    }

    fn key(&self, group: usize) -> &[Code] {
        &self.keys[group * self.arity..(group + 1) * self.arity]
    }
}

/// The group of every row of a [`Groups`], as tallies number them.
pub(crate) fn groups_of_rows(groups: &Groups) -> Vec<Group> {
    (0..groups.rows() as u32).map(|row| groups.group(RowId(row)).map_or(NO_GROUP, |group| group as Group)).collect()
}
