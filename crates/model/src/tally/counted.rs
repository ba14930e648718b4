//! Cells that are counted as they are written, in eight bytes for each value of a group.
//!
//! Before anything is believed of a large table a cell counts for what its value does: less where the value bears the mark of
//! damage ([`first_confidence`](crate::column::first_confidence)). So what a group weighs follows from how many cells hold each
//! value, and these numbers serve all who ask for the same key and target: the context of the target, the values as they are
//! written, and the reverse of the dependency.
//!
//! Of a group of few values all is read off its entries, which lie side by side. One of many values starts with [`HEADER`]
//! entries that hold its sums.

use std::sync::Arc;

use lustrate_table::{Code, Groups, RowId};

use super::leaders::Leaders;
use super::{Group, NO_GROUP};
use crate::lexicon::{code, slot};
use crate::map::HashMap;
use crate::settings::{FIRST_CONFIDENCE, FIRST_CONFIDENCE_ODD};

/// How many cells of each group of a key hold each value.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Cells {
    arity: usize,
    /// The key of each group, end to end; nothing for a key of one part, whose groups are its codes.
    keys: Vec<Code>,
    /// Where the entries of each group end, with [`MARK`] where the last part of the key bears the mark of damage.
    ends: Vec<u32>,
    /// The values of each group, by slot within each.
    entries: Vec<Entry>,
    /// The number of groups of many values.
    large: u32,
}

/// A value of a group.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Entry {
    slot: u32,
    /// How many cells hold it, with [`MARK`] where it bears the mark of damage.
    cells: u32,
}

/// Set on a number where what it is of bears the mark of damage.
const MARK: u32 = 1 << 31;
/// Tables of more rows are not counted so.
pub(crate) const MOST_ROWS: usize = MARK as usize - 1;
/// Groups of more values have a header.
const FEW: usize = 8;
/// The entries of a header: the unmarked and the marked cells, the leaders by cells, the leaders by weight, and the number of
/// the group among those of many values.
const HEADER: usize = 5;

/// The rows that are counted.
pub(crate) struct Counting<'a> {
    /// The codes of the columns of the key.
    pub(crate) key: &'a [&'a [Code]],
    /// The slots of the last of them whose values bear the mark of damage.
    pub(crate) odd_keys: &'a [bool],
    /// The codes of the target.
    pub(crate) values: &'a [Code],
    /// The slots of the target whose values bear it.
    pub(crate) odd_values: &'a [bool],
}

impl Cells {
    /// Counts rows. A value of a row without a group counts nowhere.
    pub(crate) fn new(counting: &Counting<'_>) -> Self {
        let bound = |codes: &[Code]| codes.iter().map(|code| code.0.wrapping_add(1)).max().unwrap_or(0) as usize;
        match counting.key {
            [codes] => {
                let groups = bound(codes);
                let group = |row: usize| if codes[row].is_null() { NO_GROUP } else { codes[row].0 };
                let odd = |group: usize| counting.odd_keys[slot(Code(group as u32))];
                Cells { arity: 1, ..Cells::default() }.count(counting, groups, group, odd)
            }
            key => {
                let columns: Vec<(&[Code], usize)> = key.iter().map(|&codes| (codes, bound(codes))).collect();
                let groups = Groups::by_codes(&columns);
                let group = |row: usize| groups.group(RowId(row as u32)).map_or(NO_GROUP, |group| group as Group);
                let mut keys: Vec<Code> = Vec::new();
                for row in 0..key[0].len() {
                    // Groups count up in the order of their first rows.
                    if group(row) != NO_GROUP && group(row) as usize * key.len() == keys.len() {
                        keys.extend(key.iter().map(|codes| codes[row]));
                    }
                }
                keys.shrink_to_fit();
                let count = keys.len() / key.len();
                let odd: Vec<bool> = keys
                    .chunks_exact(key.len())
                    .map(|key| key.last().is_some_and(|&last| counting.odd_keys[slot(last)]))
                    .collect();
                Cells { arity: key.len(), keys, ..Cells::default() }.count(counting, count, group, |group| odd[group])
            }
        }
    }

    /// One pass over the rows: most groups are of one mind, so what their first row holds is counted in place, and only what
    /// differs is sorted.
    fn count(
        mut self,
        counting: &Counting<'_>,
        groups: usize,
        group: impl Fn(usize) -> Group,
        odd: impl Fn(usize) -> bool,
    ) -> Self {
        let mut firsts = vec![Entry::default(); groups];
        let mut others: Vec<u64> = Vec::new();
        for (row, &value) in counting.values.iter().enumerate() {
            let group = group(row);
            if group == NO_GROUP {
                continue;
            }
            let slot = slot(value) as u32;
            let first = &mut firsts[group as usize];
            if first.cells == 0 {
                *first = Entry { slot, cells: 1 };
            } else if first.slot == slot {
                first.cells += 1;
            } else {
                others.push(u64::from(group) << 32 | u64::from(slot));
            }
        }
        others.sort_unstable();
        let held = firsts.iter().filter(|first| first.cells > 0).count();
        let of_group = |one: &u64, other: &u64| one >> 32 == other >> 32;
        let values = |cells: &[u64]| cells.chunk_by(|one, other| one == other).count();
        let more =
            others.chunk_by(of_group).map(values).map(|values| if values < FEW { values } else { values + HEADER });
        self.entries.reserve_exact(held + more.sum::<usize>());
        self.ends.reserve_exact(groups);
        let mut others = others.chunk_by(|one, other| one == other).peekable();
        let mut found: Vec<Entry> = Vec::new();
        for (place, &first) in firsts.iter().enumerate() {
            found.clear();
            found.extend((first.cells > 0).then_some(first));
            while let Some(run) = others.next_if(|run| run[0] >> 32 == place as u64) {
                found.push(Entry { slot: run[0] as u32, cells: run.len() as u32 });
            }
            found.sort_unstable_by_key(|entry| entry.slot);
            let marked = |entry: &Entry| if counting.odd_values[entry.slot as usize] { MARK } else { 0 };
            found.iter_mut().for_each(|entry| entry.cells |= marked(entry));
            if found.len() > FEW {
                self.entries.extend(header(&found, self.large));
                self.large += 1;
            }
            self.entries.extend_from_slice(&found);
            let end = u32::try_from(self.entries.len()).ok().filter(|&end| end < MARK);
            let end = end.expect("there are at most as many entries as rows, and few more");
            self.ends.push(end | if odd(place) { MARK } else { 0 });
        }
        self
    }

    fn of_group(&self, group: Group) -> &[Entry] {
        let place = group as usize;
        let start = if place == 0 { 0 } else { self.ends[place - 1] & !MARK };
        &self.entries[start as usize..(self.ends[place] & !MARK) as usize]
    }
}

/// What is told of a group of many values ahead of its entries.
fn header(entries: &[Entry], number: u32) -> [Entry; HEADER] {
    let cells =
        |marked: bool| entries.iter().filter(|entry| entry.is_marked() == marked).map(Entry::cells).sum::<u32>();
    let leaders = |weighing: Weighing| {
        let weights = entries.iter().map(|entry| (entry.slot, weighing.of_value(entry)));
        Leaders::of(weights).0.slots()
    };
    let (by_cells, by_weight) = (leaders(Weighing::Cells), leaders(Weighing::Values));
    let pair = |slot: u32, cells: u32| Entry { slot, cells };
    [
        pair(cells(false), cells(true)),
        pair(by_cells[0], by_cells[1]),
        pair(by_cells[2], by_weight[0]),
        pair(by_weight[1], by_weight[2]),
        pair(number, 0),
    ]
}

impl Entry {
    fn cells(&self) -> u32 {
        self.cells & !MARK
    }

    fn is_marked(&self) -> bool {
        self.cells & MARK != 0
    }
}

/// What a cell counts for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Weighing {
    /// For one.
    Cells,
    /// For the first confidence in its value.
    Values,
    /// For that in the last part of its key.
    Keys,
}

impl Weighing {
    /// What all cells with a value weigh, as far as the value says.
    fn of_value(self, entry: &Entry) -> f64 {
        let one = if self == Weighing::Values { first_confidence(entry.is_marked()) } else { 1.0 };
        f64::from(entry.cells()) * one
    }
}

/// The confidence that all cells start with whose value bears a mark of damage or none.
fn first_confidence(is_marked: bool) -> f64 {
    f64::from(if is_marked { FIRST_CONFIDENCE_ODD } else { FIRST_CONFIDENCE })
}

/// Counted cells, each for what it is to count for.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Counted {
    cells: Arc<Cells>,
    weighing: Weighing,
}

impl Counted {
    pub(crate) fn new(cells: Arc<Cells>, weighing: Weighing) -> Self {
        Counted { cells, weighing }
    }

    pub(crate) fn arity(&self) -> usize {
        self.cells.arity
    }

    /// The number of groups, empty ones among them.
    pub(crate) fn groups(&self) -> usize {
        self.cells.ends.len()
    }

    /// By what the weights of the values of a group are multiplied.
    fn of_key(&self, group: Group) -> f64 {
        match self.weighing {
            Weighing::Keys => first_confidence(self.cells.ends[group as usize] & MARK != 0),
            Weighing::Cells | Weighing::Values => 1.0,
        }
    }

    /// The header of a group, where it has one, and its values.
    fn parts(&self, group: Group) -> (Option<&[Entry]>, &[Entry]) {
        let entries = self.cells.of_group(group);
        if entries.len() <= FEW {
            return (None, entries);
        }
        let (header, values) = entries.split_at(HEADER);
        (Some(header), values)
    }

    /// The values of a group with their weights, by slot.
    pub(crate) fn of_group(&self, group: Group) -> impl Iterator<Item = (u32, f64)> + Clone {
        let (of_key, weighing) = (self.of_key(group), self.weighing);
        self.parts(group).1.iter().map(move |entry| (entry.slot, of_key * weighing.of_value(entry)))
    }

    /// The weight of a group.
    pub(crate) fn total(&self, group: Group) -> f64 {
        let (header, values) = self.parts(group);
        let (plain, marked) = match header {
            Some(header) => (header[0].slot, header[0].cells),
            None => values.iter().fold((0, 0), |(plain, marked), entry| match entry.is_marked() {
                false => (plain + entry.cells(), marked),
                true => (plain, marked + entry.cells()),
            }),
        };
        let (plain, marked) = (f64::from(plain), f64::from(marked));
        match self.weighing {
            Weighing::Values => plain * first_confidence(false) + marked * first_confidence(true),
            Weighing::Cells | Weighing::Keys => self.of_key(group) * (plain + marked),
        }
    }

    /// The weight of a value within a group.
    pub(crate) fn weight(&self, group: Group, slot: u32) -> f64 {
        let (header, values) = self.parts(group);
        let place = match header {
            None => values.iter().position(|entry| entry.slot == slot),
            Some(_) => values.binary_search_by_key(&slot, |entry| entry.slot).ok(),
        };
        place.map_or(0.0, |place| self.of_key(group) * self.weighing.of_value(&values[place]))
    }

    pub(crate) fn leaders(&self, group: Group) -> Leaders {
        match (self.parts(group), self.weighing) {
            ((Some(header), _), Weighing::Values) => {
                Leaders::from_slots([header[2].cells, header[3].slot, header[3].cells])
            }
            ((Some(header), _), _) => Leaders::from_slots([header[1].slot, header[1].cells, header[2].slot]),
            ((None, values), weighing) => {
                Leaders::of(values.iter().map(|entry| (entry.slot, weighing.of_value(entry)))).0
            }
        }
    }

    /// The number of groups of many values.
    pub(crate) fn large(&self) -> usize {
        self.cells.large as usize
    }

    /// The number of a group among those of many values.
    pub(crate) fn number_if_large(&self, group: Group) -> Option<usize> {
        self.parts(group).0.map(|header| header[HEADER - 1].slot as usize)
    }

    /// The group of every key of several parts.
    pub(crate) fn index(&self) -> HashMap<&[Code], Group> {
        let keys = self.cells.keys.chunks_exact(self.arity());
        keys.enumerate().map(|(group, key)| (key, group as Group)).collect()
    }

    /// The group of a code of a key of one part.
    pub(crate) fn group_of(&self, code: Code) -> Group {
        let is_held = (code.0 as usize) < self.groups() && !self.cells.of_group(code.0).is_empty();
        if is_held { code.0 } else { NO_GROUP }
    }

    pub(crate) fn key(&self, group: Group) -> Vec<Code> {
        match self.arity() {
            1 => vec![code(group as usize + 1)],
            arity => self.cells.keys[group as usize * arity..][..arity].to_vec(),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::GroupTally;
    use super::*;

    /// Slots with an even number bear the mark of damage.
    fn odd(slots: usize) -> Vec<bool> {
        (0..slots).map(|slot: usize| slot.is_multiple_of(2)).collect()
    }

    fn confidence(slot: usize) -> f64 {
        first_confidence(slot.is_multiple_of(2))
    }

    fn assert_alike(counted: &GroupTally, summed: &GroupTally, key: &[&[Code]], values: usize) {
        let rows = key[0].len();
        let (one, two) = (counted.of_rows(key, rows), summed.of_rows(key, rows));
        for row in 0..rows {
            let (one, two) = (one.get(row), two.get(row));
            assert_eq!(one == NO_GROUP, two == NO_GROUP);
            if one == NO_GROUP {
                continue;
            }
            assert!((counted.total(one) - summed.total(two)).abs() < 1e-6);
            let near = |slot| (counted.weight(one, slot) - summed.weight(two, slot)).abs() < 1e-6;
            assert!((0..values + 1).all(near));
            let slots = |tally: &GroupTally, group| tally.of_group(group).map(|(slot, _)| slot).collect::<Vec<_>>();
            assert_eq!(slots(counted, one), slots(summed, two));
            let weights = |tally: &GroupTally, group| {
                tally
                    .leaders(group)
                    .iter()
                    .map(|&slot| (tally.weight(group, slot as usize) * 1e6).round())
                    .collect::<Vec<_>>()
            };
            assert_eq!(weights(counted, one), weights(summed, two));
            assert_eq!(counted.key(one), summed.key(two));
        }
    }

    proptest! {
        #[test]
        fn counted_cells_weigh_what_the_sum_of_their_confidences_does(
            rows in prop::collection::vec((0u32..7, 0u32..3, 0u32..40), 1..300),
        ) {
            // The highest number of each column is a missing value.
            let column = |of: &dyn Fn(&(u32, u32, u32)) -> u32, most: u32| -> Vec<Code> {
                rows.iter().map(|row| if of(row) == most { Code::NULL } else { Code(of(row)) }).collect()
            };
            let [first, second] = [column(&|row| row.0, 6), column(&|row| row.1, 2)];
            let values = column(&|row| row.2, 39);
            let (odd_keys, odd_values) = (odd(8), odd(41));
            for key in [vec![first.as_slice()], vec![second.as_slice()], vec![second.as_slice(), first.as_slice()]] {
                let counting = Counting { key: &key, odd_keys: &odd_keys, values: &values, odd_values: &odd_values };
                let cells = Arc::new(Cells::new(&counting));
                let of_row = |row: usize| slot(values[row]);
                let last = key[key.len() - 1];
                let weights: [(Weighing, &dyn Fn(usize) -> f64); 3] = [
                    (Weighing::Cells, &|_| 1.0),
                    (Weighing::Values, &|row| confidence(of_row(row))),
                    (Weighing::Keys, &|row| confidence(slot(last[row]))),
                ];
                for (weighing, weight) in weights {
                    let counted = GroupTally::Counted(Counted::new(Arc::clone(&cells), weighing));
                    assert_alike(&counted, &GroupTally::summed(&key, of_row, weight), &key, 40);
                }
            }
        }
    }

    #[test]
    fn a_code_that_no_row_holds_has_no_group() {
        let (key, values) = ([Code(0), Code(2)], [Code(0), Code(0)]);
        let odd = [false; 4];
        let counting = Counting { key: &[&key], odd_keys: &odd, values: &values, odd_values: &odd };
        let counted = Counted::new(Arc::new(Cells::new(&counting)), Weighing::Cells);
        let groups = [Code(0), Code(1), Code(2), Code(3), Code::NULL].map(|code| counted.group_of(code));
        assert_eq!(groups, [0, NO_GROUP, 2, NO_GROUP, NO_GROUP]);
    }
}
