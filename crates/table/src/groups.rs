//! Rows that agree on a key.

use crate::{Code, Column, RowId};

/// A partition of the rows by the values of a key. Groups count up from 0 in the order of first appearance;
/// a row with a missing part of the key is in no group.
#[derive(Clone, Debug, Default)]
pub struct Groups {
    of_row: Vec<Code>,
    len: usize,
}

impl Groups {
    /// Groups the rows by a key of one column or several. Linear: a few passes a column, and no hashing.
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
        (!group.is_null()).then(|| group.index())
    }

    /// The groups as codes, one a row, null where a part of the key is missing: the whole key as one column, whose bound
    /// is [`Groups::len`].
    pub fn codes(&self) -> &[Code] {
        &self.of_row
    }

    /// [`Groups::codes`], taken out.
    pub fn into_codes(self) -> Vec<Code> {
        self.of_row
    }

    /// The rows of every group, in row order within each. One counting sort.
    pub fn rows_by_group(&self) -> RowsByGroup {
        let (starts, rows) = self.counting_sort(RowId(0), |row, _| RowId(row));
        RowsByGroup { starts, rows }
    }

    /// What `item` makes of every row that has a group, group by group and in row order within each, and where each group
    /// starts, with a last start for the end.
    fn counting_sort<T: Copy>(&self, filler: T, item: impl Fn(u32, usize) -> T) -> (Vec<usize>, Vec<T>) {
        let mut starts = vec![0usize; self.len + 2];
        for group in self.of_row.iter().filter(|group| !group.is_null()) {
            starts[group.index() + 2] += 1;
        }
        for group in 2..starts.len() {
            starts[group] += starts[group - 1];
        }
        // The start of the next group is moved on while this one is filled, up to where it belongs.
        let mut items = vec![filler; starts[self.len + 1]];
        for (row, group) in self.of_row.iter().enumerate().filter(|(_, group)| !group.is_null()) {
            let next = &mut starts[group.index() + 1];
            items[*next] = item(row as u32, row);
            *next += 1;
        }
        starts.pop();
        (starts, items)
    }

    fn by_first(codes: &[Code], distinct: usize) -> Self {
        let mut group_of_code = vec![Code::NULL; distinct];
        let mut len = 0;
        let of_row = codes.iter().map(|&code| {
            if code.is_null() {
                return Code::NULL;
            }
            let group = &mut group_of_code[code.index()];
            if group.is_null() {
                *group = Code(len);
                len += 1;
            }
            *group
        });
        Groups { of_row: of_row.collect(), len: len as usize }
    }

    /// Splits every group by one more column: by a table of (group, code) where that is small, group by group elsewhere.
    fn split(&mut self, codes: &[Code], distinct: usize) {
        assert_eq!(codes.len(), self.of_row.len(), "key columns are of one length");
        if self.len.saturating_mul(distinct) <= 4 * codes.len() + 1024 {
            self.split_by_table(codes, distinct);
        } else {
            self.split_by_group(codes, distinct);
        }
    }

    fn split_by_table(&mut self, codes: &[Code], distinct: usize) {
        let mut direct = vec![Code::NULL; self.len * distinct];
        let mut len = 0;
        for (group, &code) in self.of_row.iter_mut().zip(codes).filter(|(group, _)| !group.is_null()) {
            if code.is_null() {
                *group = code;
                continue;
            }
            let slot = &mut direct[group.index() * distinct + code.index()];
            if slot.is_null() {
                *slot = Code(len);
                len += 1;
            }
            *group = *slot;
        }
        self.len = len as usize;
    }

    /// One table of codes serves all groups in turn; a stamp says which group an entry is of. Groups are then numbered
    /// anew, by their first rows.
    fn split_by_group(&mut self, codes: &[Code], distinct: usize) {
        let (starts, cells) = self.counting_sort((0, Code::NULL), |row, place| (row, codes[place]));
        let mut stamped = vec![(u32::MAX, 0u32); distinct];
        let mut len = 0;
        for (group, range) in (0u32..).zip(starts.windows(2)) {
            for &(row, code) in &cells[range[0]..range[1]] {
                let of_row = &mut self.of_row[row as usize];
                if code.is_null() {
                    *of_row = code;
                    continue;
                }
                let entry = &mut stamped[code.index()];
                if entry.0 != group {
                    *entry = (group, len);
                    len += 1;
                }
                *of_row = Code(entry.1);
            }
        }
        *self = Self::by_first(&self.of_row, len as usize);
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
        fn a_split_group_by_group_is_that_by_a_table(keys in prop::collection::vec((0u32..7, 0u32..7), 0..80)) {
            let code = |number: u32| if number == 0 { Code::NULL } else { Code(number - 1) };
            let (one, other): (Vec<Code>, Vec<Code>) = keys.iter().map(|&(a, b)| (code(a), code(b))).unzip();
            let mut by_table = Groups::by_first(&one, 6);
            let mut by_group = by_table.clone();
            by_table.split_by_table(&other, 6);
            by_group.split_by_group(&other, 6);
            prop_assert_eq!(by_table.codes(), by_group.codes());
            prop_assert_eq!(by_table.len(), by_group.len());
        }

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
