//! Rows that are joined to one another, directly or through others: a union–find.

use lustrate_table::RowId;

/// A partition of the rows of a table, at first of single rows. The first row of each set stands for it, so that neither
/// the order of the joins nor the number of threads that found them matters.
pub(crate) struct Joined {
    above: Vec<u32>,
}

impl Joined {
    /// So many rows, none joined to another.
    pub(crate) fn new(rows: usize) -> Self {
        Joined { above: (0..rows as u32).collect() }
    }

    /// Joins the sets of two rows.
    pub(crate) fn join(&mut self, one: RowId, other: RowId) {
        let (one, other) = (self.first(one), self.first(other));
        self.above[one.index().max(other.index())] = one.min(other).0;
    }

    /// The sets of two rows or more, by their first rows, each in row order.
    pub(crate) fn sets(mut self) -> Vec<Vec<RowId>> {
        let mut sets: Vec<Vec<RowId>> = vec![Vec::new(); self.above.len()];
        for row in (0..self.above.len() as u32).map(RowId) {
            let first = self.first(row);
            sets[first.index()].push(row);
        }
        sets.retain(|rows| rows.len() > 1);
        sets
    }

    /// The first row of the set of a row. Paths are halved on the way.
    fn first(&mut self, row: RowId) -> RowId {
        let mut at = row.0;
        while self.above[at as usize] != at {
            let above = self.above[at as usize];
            self.above[at as usize] = self.above[above as usize];
            at = self.above[at as usize];
        }
        RowId(at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_joined_through_others_are_one_set() {
        let mut joined = Joined::new(7);
        [(5, 3), (1, 5), (6, 2), (3, 1)].iter().for_each(|&(one, other)| joined.join(RowId(one), RowId(other)));
        let sets: Vec<Vec<u32>> = joined.sets().iter().map(|rows| rows.iter().map(|row| row.0).collect()).collect();
        assert_eq!(sets, [vec![1, 3, 5], vec![2, 6]]);
    }
}
