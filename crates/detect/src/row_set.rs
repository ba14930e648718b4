//! A set of rows, one bit for each row of the table.

use lustrate_table::{Code, RowId};

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

    /// Whether all rows of a table of so many are in the set.
    pub(crate) fn is_full(&self, rows: usize) -> bool {
        let (words, last) = self.words.split_at(rows / BITS);
        words.iter().all(|&word| word == u64::MAX) && last.iter().all(|word| word.count_ones() as usize == rows % BITS)
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
            let first = (place * BITS) as u32;
            // Most words are full or empty; a full one needs no search for its bits.
            if *word == u64::MAX {
                *word = (0..BITS as u32).fold(0, |kept, bit| kept | u64::from(keep(RowId(first + bit))) << bit);
                continue;
            }
            let mut rest = *word;
            while rest != 0 {
                let bit = rest.trailing_zeros();
                rest &= rest - 1;
                if !keep(RowId(first + bit)) {
                    *word &= !(1 << bit);
                }
            }
        }
    }

    /// Keeps the rows whose code is not null; `codes` has one for each row of the table.
    pub(crate) fn retain_present(&mut self, codes: &[Code]) {
        for (word, codes) in self.words.iter_mut().zip(codes.chunks(BITS)) {
            // Without a branch within, so that many codes are looked at at once.
            if codes.iter().fold(false, |any, code| any | code.is_null()) {
                for (bit, _) in codes.iter().enumerate().filter(|(_, code)| code.is_null()) {
                    *word &= !(1 << bit);
                }
            }
        }
    }

    /// Runs `visit` for every row of the set, in row order. Faster than [`RowSet::iter`] where most rows are in it.
    pub(crate) fn for_each(&self, mut visit: impl FnMut(RowId)) {
        for (place, &word) in self.words.iter().enumerate() {
            let first = (place * BITS) as u32;
            if word == u64::MAX {
                (first..first + BITS as u32).for_each(|row| visit(RowId(row)));
                continue;
            }
            let mut rest = word;
            while rest != 0 {
                visit(RowId(first + rest.trailing_zeros()));
                rest &= rest - 1;
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
            assert!(RowSet::full(rows).is_full(rows));
            assert_eq!(RowSet::empty(rows).is_full(rows), rows == 0);
        }
    }

    #[test]
    fn retain_keeps_what_passes() {
        let mut set = RowSet::full(70);
        set.retain(|row| row.0 % 7 == 0);
        assert!(set.iter().map(|row| row.0).eq((0..70).step_by(7)));
        set.retain(|row| row.0 % 2 == 0);
        assert!(set.iter().map(|row| row.0).eq((0..70).step_by(14)));
    }

    #[test]
    fn rows_without_a_code_go() {
        let mut set = RowSet::full(130);
        let codes: Vec<Code> =
            (0..130).map(|row| if row == 64 || row > 127 { Code::NULL } else { Code(row) }).collect();
        set.retain_present(&codes);
        assert!(set.iter().map(|row| row.0).eq((0..64).chain(65..128)));
    }

    #[test]
    fn every_row_is_visited_once_and_in_order() {
        let mut set = RowSet::full(200);
        set.retain(|row| row.0 < 64 || row.0 % 3 == 0);
        let mut seen = Vec::new();
        set.for_each(|row| seen.push(row));
        assert!(seen.into_iter().eq(set.iter()));
    }
}
