//! A set of rows, one bit for each row of the table.

use lustrate_table::RowId;

/// A set of rows of one table; an eighth of a byte for each row of the table.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RowSet {
    words: Vec<u64>,
}

const BITS: usize = u64::BITS as usize;

impl RowSet {
    /// The empty set over a table of so many rows.
    pub fn empty(rows: usize) -> Self {
        RowSet { words: vec![0; rows.div_ceil(BITS)] }
    }

    /// The set of all rows of a table of so many rows.
    pub fn full(rows: usize) -> Self {
        let mut set = RowSet { words: vec![u64::MAX; rows.div_ceil(BITS)] };
        if let Some(last) = set.words.last_mut().filter(|_| !rows.is_multiple_of(BITS)) {
            *last = (1 << (rows % BITS)) - 1;
        }
        set
    }

    /// Adds a row.
    ///
    /// # Panics
    /// When the table has no such row.
    pub fn insert(&mut self, row: RowId) {
        self.words[row.index() / BITS] |= 1 << (row.index() % BITS);
    }

    /// Whether the row is in the set; `false` for a row that the table does not have.
    pub fn contains(&self, row: RowId) -> bool {
        self.words.get(row.index() / BITS).is_some_and(|word| word >> (row.index() % BITS) & 1 == 1)
    }

    /// The number of rows in the set. It counts bits: linear in the table, not in the set.
    pub fn len(&self) -> usize {
        self.words.iter().map(|word| word.count_ones() as usize).sum()
    }

    /// Whether no row is in the set.
    pub fn is_empty(&self) -> bool {
        self.words.iter().all(|&word| word == 0)
    }

    /// The rows of the set, in row order.
    pub fn iter(&self) -> impl Iterator<Item = RowId> {
        self.words.iter().enumerate().flat_map(|(place, &word)| {
            let rest = std::iter::successors(Some(word), |word| Some(word & word.wrapping_sub(1)));
            let bits = rest.take_while(|&word| word != 0).map(u64::trailing_zeros);
            bits.map(move |bit| RowId((place * BITS) as u32 + bit))
        })
    }

    /// The rows of this set and of another over the same table.
    pub fn union(mut self, other: &RowSet) -> Self {
        self.words.iter_mut().zip(&other.words).for_each(|(word, other)| *word |= other);
        self
    }

    /// Keeps the rows for which the test holds.
    pub fn retain(&mut self, mut keep: impl FnMut(RowId) -> bool) {
        for (place, word) in self.words.iter_mut().enumerate() {
            let mut rest = *word;
            while rest != 0 {
                let bit = rest.trailing_zeros();
                rest &= rest - 1;
                if !keep(RowId((place * BITS) as u32 + bit)) {
                    *word &= !(1 << bit);
                }
            }
        }
    }
}

impl Extend<RowId> for RowSet {
    fn extend<I: IntoIterator<Item = RowId>>(&mut self, rows: I) {
        rows.into_iter().for_each(|row| self.insert(row));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_come_out_in_order_and_once() {
        let mut set = RowSet::empty(200);
        set.extend([150, 3, 64, 63, 3].map(RowId));
        assert_eq!(set.iter().map(|row| row.0).collect::<Vec<_>>(), [3, 63, 64, 150]);
        assert_eq!(set.len(), 4);
        assert!(set.contains(RowId(64)) && !set.contains(RowId(65)) && !set.contains(RowId(9000)));
    }

    #[test]
    fn the_full_set_ends_at_the_last_row() {
        for rows in [0, 1, 63, 64, 65, 128] {
            assert_eq!(RowSet::full(rows).len(), rows);
        }
    }

    #[test]
    fn retain_keeps_what_passes() {
        let mut set = RowSet::full(70);
        set.retain(|row| row.0 % 7 == 0);
        assert!(set.iter().map(|row| row.0).eq((0..70).step_by(7)));
    }
}
