//! Weighted counts of values within the groups of a key: what a context remembers of the data.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use crate::lexicon::MISSING;
use crate::map::HashMap;
use lustrate_table::{Code, Groups, RowId};

/// The place of a group in a [`GroupTally`]; `NO_GROUP` where a part of the key is missing or was never seen.
pub(crate) type Group = u32;
/// No group.
pub(crate) const NO_GROUP: Group = u32::MAX;

/// For each group of a key the weight of every value of the target.
#[derive(Clone, Debug, Default)]
pub(crate) struct GroupTally {
    arity: usize,
    /// The key of each group, end to end.
    keys: Vec<Code>,
    /// What is asked for most of each group, side by side.
    heads: Vec<Head>,
    /// The values of each group and their weights, by slot within each.
    entries: Entries,
    /// The group of every code of a key of one part; made when it is first asked for.
    of_code: OnceLock<Vec<Group>>,
}

/// Values with their weights, side by side without a gap.
#[derive(Clone, Debug, Default, PartialEq)]
struct Entries {
    slots: Vec<u32>,
    weights: Vec<f64>,
}

impl Entries {
    fn reserve_exact(&mut self, more: usize) {
        self.slots.reserve_exact(more);
        self.weights.reserve_exact(more);
    }

    fn push(&mut self, (slot, weight): (u32, f64)) {
        self.slots.push(slot);
        self.weights.push(weight);
    }

    fn within(&self, places: std::ops::Range<usize>) -> impl Iterator<Item = (u32, f64)> + Clone {
        self.slots[places.clone()].iter().copied().zip(self.weights[places].iter().copied())
    }
}

/// What is asked for most of a group.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Head {
    /// The weight of all values.
    total: f64,
    /// The weight of the first of the leaders.
    most: f64,
    /// The heaviest values, missing ones apart, heaviest first.
    leaders: [u32; 3],
    /// Where the entries of the group end.
    end: u32,
}

impl PartialEq for GroupTally {
    fn eq(&self, other: &Self) -> bool {
        let heads = self.arity == other.arity && self.keys == other.keys && self.heads == other.heads;
        heads && self.entries == other.entries
    }
}

/// Fewer values than places.
const NO_LEADER: u32 = u32::MAX;

impl GroupTally {
    /// Counts the rows: `key` are the codes of the key columns, `slots` the value of each row and `weights` how much
    /// it counts. A value of a row without a group counts nowhere. Groups count up in the order of first appearance.
    pub(crate) fn new(key: &[&[Code]], slot: impl Fn(usize) -> usize, weight: impl Fn(usize) -> f64) -> Self {
        let mut tally = GroupTally::empty(key.len());
        let bound = |codes: &[Code]| codes.iter().map(|code| code.0.wrapping_add(1)).max().unwrap_or(0) as usize;
        match key {
            [codes] => {
                let mut of_code = vec![NO_GROUP; bound(codes)];
                let mut count = 0;
                let group = |row: usize| {
                    let code = codes[row];
                    if code.is_null() {
                        return NO_GROUP;
                    }
                    let group = &mut of_code[code.index()];
                    if *group == NO_GROUP {
                        *group = count;
                        count += 1;
                    }
                    *group
                };
                tally.count(key, group, &slot, &weight);
                tally.of_code = of_code.into();
            }
            _ => {
                let columns: Vec<(&[Code], usize)> = key.iter().map(|&codes| (codes, bound(codes))).collect();
                let groups = Groups::by_codes(&columns);
                let group = |row: usize| groups.group(RowId(row as u32)).map_or(NO_GROUP, |group| group as Group);
                tally.count(key, group, &slot, &weight);
            }
        }
        tally
    }

    /// One pass over the rows: most groups are of one mind, so what their first row holds is summed up in place, and only
    /// what differs is sorted.
    fn count(
        &mut self,
        key: &[&[Code]],
        mut group: impl FnMut(usize) -> Group,
        slot: &impl Fn(usize) -> usize,
        weight: &impl Fn(usize) -> f64,
    ) {
        let mut firsts: Vec<(u32, f64)> = Vec::new();
        let mut others: Vec<(u64, u32)> = Vec::new();
        for row in 0..key[0].len() {
            let group = group(row);
            if group == NO_GROUP {
                continue;
            }
            let slot = slot(row) as u32;
            match firsts.get_mut(group as usize) {
                Some((first, sum)) if *first == slot => *sum += weight(row),
                Some(_) => others.push((u64::from(group) << 32 | u64::from(slot), row as u32)),
                None => {
                    firsts.push((slot, weight(row)));
                    self.keys.extend(key.iter().map(|codes| codes[row]));
                }
            }
        }
        others.sort_unstable();
        let runs = || others.chunk_by(|a, b| a.0 == b.0);
        self.keys.shrink_to_fit();
        self.entries.reserve_exact(firsts.len() + runs().count());
        self.heads.reserve_exact(firsts.len());
        let mut others = runs().peekable();
        for (group, first) in firsts.into_iter().enumerate() {
            let mut pending = Some(first);
            while let Some(run) = others.next_if(|run| run[0].0 >> 32 == group as u64) {
                let slot = run[0].0 as u32;
                if let Some(first) = pending.take_if(|first| first.0 < slot) {
                    self.entries.push(first);
                }
                self.entries.push((slot, run.iter().map(|&(_, row)| weight(row as usize)).sum()));
            }
            pending.into_iter().for_each(|entry| self.entries.push(entry));
            self.close_group();
        }
    }

    /// The number of groups.
    pub(crate) fn groups(&self) -> usize {
        self.heads.len()
    }

    /// The values of a group with their weights, by slot.
    pub(crate) fn of_group(&self, group: Group) -> impl Iterator<Item = (u32, f64)> + Clone {
        self.entries.within(self.places(group))
    }

    fn places(&self, group: Group) -> std::ops::Range<usize> {
        let start = if group == 0 { 0 } else { self.heads[group as usize - 1].end };
        start as usize..self.heads[group as usize].end as usize
    }

    /// The weight of a group.
    pub(crate) fn total(&self, group: Group) -> f64 {
        self.heads[group as usize].total
    }

    /// The weight of a value within a group.
    pub(crate) fn weight(&self, group: Group, slot: usize) -> f64 {
        let slot = slot as u32;
        let head = &self.heads[group as usize];
        if head.leaders[0] == slot {
            return head.most;
        }
        let places = self.places(group);
        let slots = &self.entries.slots[places.clone()];
        let place = match slots.len() {
            0..=8 => slots.iter().position(|&other| other == slot),
            _ => slots.binary_search(&slot).ok(),
        };
        place.map_or(0.0, |place| self.entries.weights[places.start + place])
    }

    /// The three heaviest values of a group, missing ones apart, heaviest first; ties by slot.
    pub(crate) fn leaders(&self, group: Group) -> &[u32] {
        let leaders = &self.heads[group as usize].leaders;
        &leaders[..leaders.iter().position(|&slot| slot == NO_LEADER).unwrap_or(leaders.len())]
    }

    /// Closes the group whose entries were pushed last.
    fn close_group(&mut self) {
        let end = self.entries.slots.len();
        let entries = self.entries.within(self.heads.last().map_or(0, |head| head.end) as usize..end);
        let mut best: [(f64, u32); 3] = [(0.0, NO_LEADER); 3];
        for (slot, weight) in entries.clone().filter(|&(slot, _)| slot as usize != MISSING) {
            if let Some(place) = best.iter().position(|&(other, _)| weight > other) {
                best[place..].rotate_right(1);
                best[place] = (weight, slot);
            }
        }
        self.heads.push(Head {
            total: entries.map(|(_, weight)| weight).sum(),
            most: best[0].0,
            leaders: best.map(|(_, slot)| slot),
            end: end as u32,
        });
    }

    /// The group of every key.
    pub(crate) fn index(&self) -> HashMap<&[Code], Group> {
        let keys = self.keys.chunks_exact(self.arity);
        keys.enumerate().map(|(group, key)| (key, group as Group)).collect()
    }

    /// The group of every code of the key, which has one part; codes beyond the last have none.
    pub(crate) fn of_code(&self) -> &[Group] {
        self.of_code.get_or_init(|| {
            let bound = self.keys.iter().map(|code| code.index() + 1).max().unwrap_or(0);
            let mut of_code = vec![NO_GROUP; bound];
            self.keys.iter().zip(0..).for_each(|(code, group)| of_code[code.index()] = group);
            of_code
        })
    }

    /// The groups of rows by their keys.
    pub(crate) fn of_rows<'a>(&'a self, key: &[&'a [Code]], rows: usize) -> RowGroups<'a> {
        if let [codes] = key {
            return RowGroups::ByCode { codes, of_code: self.of_code() };
        }
        let index = self.index();
        let mut parts: Vec<Code> = Vec::with_capacity(self.arity);
        let group = |row: usize| {
            parts.clear();
            parts.extend(key.iter().map(|codes| codes[row]));
            let missing = parts.iter().any(|code| code.is_null());
            if missing { NO_GROUP } else { index.get(parts.as_slice()).copied().unwrap_or(NO_GROUP) }
        };
        RowGroups::Listed((0..rows).map(group).collect())
    }

    /// A tally of a key of so many parts that has counted nothing.
    pub(crate) fn empty(arity: usize) -> Self {
        GroupTally { arity, ..GroupTally::default() }
    }

    /// The weight of all groups.
    pub(crate) fn weight_of_all(&self) -> f64 {
        self.heads.iter().map(|head| head.total).sum()
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
            add(self.key(group).to_vec(), &mut self.of_group(group as Group));
        }
        for group in 0..other.groups() {
            let parts = other.key(group).iter().enumerate().map(|(part, &code)| key(part, code)).collect();
            let entries = other.of_group(group as Group);
            add(parts, &mut entries.map(|(place, weight)| (slot(place as usize) as u32, weight)));
        }
        let mut merged = GroupTally::empty(self.arity);
        for (key, values) in groups {
            merged.keys.extend(key);
            values.into_iter().for_each(|entry| merged.entries.push(entry));
            merged.close_group();
        }
        merged
    }

    fn key(&self, group: usize) -> &[Code] {
        &self.keys[group * self.arity..(group + 1) * self.arity]
    }
}

/// The group of every row under a key.
#[derive(Clone, Debug)]
pub(crate) enum RowGroups<'a> {
    /// By the code of the row.
    ByCode {
        /// The key of each row.
        codes: &'a [Code],
        /// The group of each code.
        of_code: &'a [Group],
    },
    /// Row by row.
    Listed(Vec<Group>),
}

impl RowGroups<'_> {
    /// The group of a row.
    pub(crate) fn get(&self, row: usize) -> Group {
        match self {
            // The code of a missing value is beyond all groups.
            RowGroups::ByCode { codes, of_code } => of_code.get(codes[row].0 as usize).copied().unwrap_or(NO_GROUP),
            RowGroups::Listed(groups) => groups[row],
        }
    }
}
