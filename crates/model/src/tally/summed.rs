//! Weights that are summed up cell by cell, as what is believed of each says.

use std::sync::OnceLock;

use lustrate_table::{Code, Groups, RowId};

use super::leaders::Leaders;
use super::{Group, NO_GROUP};
use crate::map::HashMap;

/// For each group of a key the weight of every value of the target.
#[derive(Clone, Debug, Default)]
pub(crate) struct Summed {
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
    leaders: Leaders,
    /// Where the entries of the group end.
    end: u32,
}

impl PartialEq for Summed {
    fn eq(&self, other: &Self) -> bool {
        let heads = self.arity == other.arity && self.keys == other.keys && self.heads == other.heads;
        heads && self.entries == other.entries
    }
}

impl Summed {
    /// Counts the rows: `key` are the codes of the key columns, `slots` the value of each row and `weights` how much
    /// it counts. A value of a row without a group counts nowhere. Groups count up in the order of first appearance.
    pub(crate) fn new(key: &[&[Code]], slot: impl Fn(usize) -> usize, weight: impl Fn(usize) -> f64) -> Self {
        let mut tally = Summed::empty(key.len());
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

    pub(crate) fn arity(&self) -> usize {
        self.arity
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
    pub(crate) fn weight(&self, group: Group, slot: u32) -> f64 {
        let head = &self.heads[group as usize];
        if head.leaders.first() == Some(&slot) {
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

    pub(crate) fn leaders(&self, group: Group) -> Leaders {
        self.heads[group as usize].leaders
    }

    /// Closes the group whose entries were pushed last.
    fn close_group(&mut self) {
        let end = self.entries.slots.len();
        let entries = self.entries.within(self.heads.last().map_or(0, |head| head.end) as usize..end);
        let (leaders, most) = Leaders::of(entries.clone());
        let total = entries.map(|(_, weight)| weight).sum();
        self.heads.push(Head { total, most, leaders, end: end as u32 });
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

    /// A tally of a key of so many parts that has counted nothing.
    pub(crate) fn empty(arity: usize) -> Self {
        Summed { arity, ..Summed::default() }
    }

    /// Adds a group behind the others, with its values by slot.
    pub(crate) fn push(&mut self, key: Vec<Code>, values: impl IntoIterator<Item = (u32, f64)>) {
        self.keys.extend(key);
        values.into_iter().for_each(|entry| self.entries.push(entry));
        self.close_group();
    }

    pub(crate) fn key(&self, group: Group) -> &[Code] {
        &self.keys[group as usize * self.arity..][..self.arity]
    }
}
