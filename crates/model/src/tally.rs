//! Weighted counts of values within the groups of a key: what a context remembers of the data.

pub(crate) mod counted;
mod leaders;
mod summed;

use std::collections::BTreeMap;

use lustrate_table::Code;

use crate::map::HashMap;
use counted::Counted;
pub(crate) use leaders::Leaders;
use summed::Summed;

/// The place of a group in a [`GroupTally`]; `NO_GROUP` where a part of the key is missing or was never seen.
pub(crate) type Group = u32;
/// No group.
pub(crate) const NO_GROUP: Group = u32::MAX;

/// For each group of a key the weight of every value of the target.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum GroupTally {
    /// The sum of what each cell counts for.
    Summed(Summed),
    /// The numbers of cells, each of which counts for what is written.
    Counted(Counted),
}

impl Default for GroupTally {
    fn default() -> Self {
        GroupTally::Summed(Summed::default())
    }
}

impl GroupTally {
    /// Sums up the rows: `key` are the codes of the key columns, `slot` gives the value of each row and `weight` how much it
    /// counts. A value of a row without a group counts nowhere.
    pub(crate) fn summed(key: &[&[Code]], slot: impl Fn(usize) -> usize, weight: impl Fn(usize) -> f64) -> Self {
        GroupTally::Summed(Summed::new(key, slot, weight))
    }

    /// A tally of a key of so many parts that has counted nothing.
    pub(crate) fn empty(arity: usize) -> Self {
        GroupTally::Summed(Summed::empty(arity))
    }

    /// The number of places of groups, some of which may be empty.
    pub(crate) fn groups(&self) -> usize {
        match self {
            GroupTally::Summed(tally) => tally.groups(),
            GroupTally::Counted(tally) => tally.groups(),
        }
    }

    /// The values of a group with their weights, by slot.
    pub(crate) fn of_group(&self, group: Group) -> impl Iterator<Item = (u32, f64)> + Clone {
        let (summed, counted) = match self {
            GroupTally::Summed(tally) => (Some(tally.of_group(group)), None),
            GroupTally::Counted(tally) => (None, Some(tally.of_group(group))),
        };
        summed.into_iter().flatten().chain(counted.into_iter().flatten())
    }

    /// The weight of a group.
    pub(crate) fn total(&self, group: Group) -> f64 {
        match self {
            GroupTally::Summed(tally) => tally.total(group),
            GroupTally::Counted(tally) => tally.total(group),
        }
    }

    /// The weight of a value within a group.
    pub(crate) fn weight(&self, group: Group, slot: usize) -> f64 {
        match self {
            GroupTally::Summed(tally) => tally.weight(group, slot as u32),
            GroupTally::Counted(tally) => tally.weight(group, slot as u32),
        }
    }

    /// The heaviest values of a group.
    pub(crate) fn leaders(&self, group: Group) -> Leaders {
        match self {
            GroupTally::Summed(tally) => tally.leaders(group),
            GroupTally::Counted(tally) => tally.leaders(group),
        }
    }

    /// The number of groups of which it is worth keeping what takes a look at all of their values.
    pub(crate) fn kept(&self) -> usize {
        match self {
            GroupTally::Summed(tally) => tally.groups(),
            GroupTally::Counted(tally) => tally.large(),
        }
    }

    /// The place of a group among these.
    pub(crate) fn kept_place(&self, group: Group) -> Option<usize> {
        match self {
            GroupTally::Summed(_) => Some(group as usize),
            GroupTally::Counted(tally) => tally.number_if_large(group),
        }
    }

    /// The group of every key of several parts.
    pub(crate) fn index(&self) -> HashMap<&[Code], Group> {
        match self {
            GroupTally::Summed(tally) => tally.index(),
            GroupTally::Counted(tally) => tally.index(),
        }
    }

    /// The codes of a key of one part are smaller than this.
    pub(crate) fn codes(&self) -> usize {
        match self {
            GroupTally::Summed(tally) => tally.of_code().len(),
            GroupTally::Counted(tally) => tally.groups(),
        }
    }

    /// The group of a code of a key of one part.
    #[inline]
    pub(crate) fn group_of(&self, code: Code) -> Group {
        match self {
            // The code of a missing value is beyond all groups.
            GroupTally::Summed(tally) => tally.of_code().get(code.0 as usize).copied().unwrap_or(NO_GROUP),
            GroupTally::Counted(tally) => tally.group_of(code),
        }
    }

    /// The groups of rows by their keys.
    pub(crate) fn of_rows<'a>(&'a self, key: &[&'a [Code]], rows: usize) -> RowGroups<'a> {
        if let [codes] = key {
            return RowGroups::ByCode { codes, tally: self };
        }
        let index = self.index();
        let mut parts: Vec<Code> = Vec::with_capacity(key.len());
        let group = |row: usize| {
            parts.clear();
            parts.extend(key.iter().map(|codes| codes[row]));
            let missing = parts.iter().any(|code| code.is_null());
            if missing { NO_GROUP } else { index.get(parts.as_slice()).copied().unwrap_or(NO_GROUP) }
        };
        RowGroups::Listed((0..rows).map(group).collect())
    }

    /// The weight of all groups.
    pub(crate) fn weight_of_all(&self) -> f64 {
        (0..self.groups() as Group).map(|group| self.total(group)).sum()
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
        for group in self.held() {
            add(self.key(group), &mut self.of_group(group));
        }
        for group in other.held() {
            let parts = other.key(group).iter().enumerate().map(|(part, &code)| key(part, code)).collect();
            let entries = other.of_group(group);
            add(parts, &mut entries.map(|(place, weight)| (slot(place as usize) as u32, weight)));
        }
        let mut merged = Summed::empty(self.arity());
        groups.into_iter().for_each(|(key, values)| merged.push(key, values));
        GroupTally::Summed(merged)
    }

    fn arity(&self) -> usize {
        match self {
            GroupTally::Summed(tally) => tally.arity(),
            GroupTally::Counted(tally) => tally.arity(),
        }
    }

    /// The groups that are not empty.
    fn held(&self) -> impl Iterator<Item = Group> {
        (0..self.groups() as Group).filter(|&group| self.of_group(group).next().is_some())
    }

    /// The key of a group.
    pub(crate) fn key(&self, group: Group) -> Vec<Code> {
        match self {
            GroupTally::Summed(tally) => tally.key(group).to_vec(),
            GroupTally::Counted(tally) => tally.key(group),
        }
    }
}

/// The group of every row under a key.
#[derive(Clone, Debug)]
pub(crate) enum RowGroups<'a> {
    /// By the code of the row.
    ByCode {
        /// The key of each row.
        codes: &'a [Code],
        /// Whose groups they are.
        tally: &'a GroupTally,
    },
    /// Row by row.
    Listed(Vec<Group>),
}

impl RowGroups<'_> {
    /// The group of a row.
    pub(crate) fn get(&self, row: usize) -> Group {
        match self {
            RowGroups::ByCode { codes, tally } => tally.group_of(codes[row]),
            RowGroups::Listed(groups) => groups[row],
        }
    }
}
