//! Rows that agree on a key.

use std::hash::BuildHasher;

use foldhash::fast::FixedState;
use hashbrown::HashTable;

use crate::{Code, Column, RowId};

/// A partition of the rows by the values of a key. Groups count up from 0 in the order of first appearance;
/// a row with a missing part of the key is in no group.
#[derive(Clone, Debug, Default)]
pub struct Groups {
    of_row: Vec<u32>,
    len: usize,
}

const NONE: u32 = u32::MAX;

impl Groups {
    /// Groups the rows by a key of one column or several. Near-linear: one pass a column.
    ///
    /// # Panics
    /// When there is no key column, or their lengths differ.
    pub fn new(key: &[&Column]) -> Self {
        Self::by_codes(&key.iter().map(|column| (column.codes(), column.dictionary().len())).collect::<Vec<_>>())
    }

    /// The same on bare codes: for each key column its codes, and a bound above all of them.
    ///
    /// # Panics
    /// When there is no key column, or their lengths differ.
    pub fn by_codes(key: &[(&[Code], usize)]) -> Self {
        let (&(first, distinct), rest) = key.split_first().expect("a key has at least one column");
        let mut groups = Self::by_first(first, distinct);
        for &(codes, distinct) in rest {
            groups.split(codes, distinct);
        }
        groups
    }

    /// The number of groups.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether no row has a group.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The number of rows, grouped or not.
    pub fn rows(&self) -> usize {
        self.of_row.len()
    }

    /// The group of a row; `None` where a part of its key is missing.
    pub fn group(&self, row: RowId) -> Option<usize> {
        let group = self.of_row[row.index()];
        (group != NONE).then_some(group as usize)
    }

    /// The rows of every group, in row order within each. One counting sort.
    pub fn rows_by_group(&self) -> RowsByGroup {
        let mut starts = vec![0usize; self.len + 1];
        for &group in self.of_row.iter().filter(|&&group| group != NONE) {
            starts[group as usize + 1] += 1;
        }
        for group in 0..self.len {
            starts[group + 1] += starts[group];
        }
        let mut next = starts.clone();
        let mut rows = vec![RowId(0); starts[self.len]];
        for (row, &group) in self.of_row.iter().enumerate().filter(|&(_, &group)| group != NONE) {
            rows[next[group as usize]] = RowId(row as u32);
            next[group as usize] += 1;
        }
        RowsByGroup { starts, rows }
    }

    fn by_first(codes: &[Code], distinct: usize) -> Self {
        let mut group_of_code = vec![NONE; distinct];
        let mut len = 0;
        let of_row = codes.iter().map(|&code| {
            if code.is_null() {
                return NONE;
            }
            let group = &mut group_of_code[code.index()];
            if *group == NONE {
                *group = len;
                len += 1;
            }
            *group
        });
        Groups { of_row: of_row.collect(), len: len as usize }
    }

    /// Splits every group by one more column: direct addressing where the table of (group, code) is small, a hash
    /// table elsewhere.
    fn split(&mut self, codes: &[Code], distinct: usize) {
        assert_eq!(codes.len(), self.of_row.len(), "key columns are of one length");
        let mut len = 0u32;
        let mut next = || {
            len += 1;
            len - 1
        };
        if self.len.saturating_mul(distinct) <= 4 * codes.len() + 1024 {
            let mut direct = vec![NONE; self.len * distinct];
            for (group, &code) in self.of_row.iter_mut().zip(codes) {
                if *group != NONE {
                    *group = if code.is_null() {
                        NONE
                    } else {
                        let slot = &mut direct[*group as usize * distinct + code.index()];
                        if *slot == NONE {
                            *slot = next();
                        }
                        *slot
                    };
                }
            }
        } else {
            let hasher = FixedState::with_seed(0);
            let mut table: HashTable<((u32, Code), u32)> = HashTable::new();
            for (group, &code) in self.of_row.iter_mut().zip(codes) {
                if *group != NONE {
                    *group = if code.is_null() {
                        NONE
                    } else {
                        let key = (*group, code);
                        let entry = table.entry(hasher.hash_one(key), |(k, _)| *k == key, |(k, _)| hasher.hash_one(k));
                        entry.or_insert_with(|| (key, next())).get().1
                    };
                }
            }
        }
        self.len = len as usize;
    }
}

/// The rows of every group of a [`Groups`].
#[derive(Clone, Debug)]
pub struct RowsByGroup {
    starts: Vec<usize>,
    rows: Vec<RowId>,
}

impl RowsByGroup {
    /// The rows of a group, in row order.
    pub fn rows(&self, group: usize) -> &[RowId] {
        &self.rows[self.starts[group]..self.starts[group + 1]]
    }

    /// All groups in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &[RowId]> {
        (0..self.starts.len() - 1).map(|group| self.rows(group))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn column(cells: &[&str]) -> Column {
        cells.iter().map(|&cell| (cell != "-").then_some(cell)).collect()
    }

    #[test]
    fn a_row_with_a_missing_key_is_in_no_group() {
        let groups = Groups::new(&[&column(&["x", "-", "x", "y"]), &column(&["1", "1", "2", "-"])]);
        let of: Vec<_> = (0..4).map(|row| groups.group(RowId(row))).collect();
        assert_eq!(of, [Some(0), None, Some(1), None]);
        assert_eq!(groups.len(), 2);
    }

    proptest! {
        #[test]
        fn groups_are_the_rows_that_agree_on_the_key(keys in prop::collection::vec((0u8..9, 0u8..9, 0u8..9), 1..80)) {
            let columns: Vec<Column> = (0..3)
                .map(|part| {
                    let texts: Vec<_> = keys.iter().map(|key| [key.0, key.1, key.2][part].to_string()).collect();
                    texts.iter().map(|text| Some(text.as_str())).collect()
                })
                .collect();
            let groups = Groups::new(&columns.iter().collect::<Vec<_>>());
            for (i, a) in keys.iter().enumerate() {
                for (j, b) in keys.iter().enumerate() {
                    let same = groups.group(RowId(i as u32)) == groups.group(RowId(j as u32));
                    prop_assert_eq!(same, a == b);
                }
            }
            prop_assert_eq!(groups.rows_by_group().iter().map(<[_]>::len).sum::<usize>(), keys.len());
        }
    }
}
