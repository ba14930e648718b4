//! The rows that can meet: for each value of the equalities, the rows of either role that have it.

use std::collections::HashMap;

use lustrate_rules::Tuple;
use lustrate_table::{Code, Groups, RowId, RowsByGroup};
use rayon::prelude::*;

use crate::keys::Keys;
use crate::pair_rule::PairRule;

/// All blocks of a rule. A row is in at most one block in each role.
pub(crate) struct Blocks {
    a: RowsByGroup,
    /// `None` where both roles have the same rows in the same groups.
    b: Option<RowsByGroup>,
    /// For each block its group in `a` and in `b`.
    places: Vec<(usize, usize)>,
}

/// Rows that agree on all equalities, in row order; every row in `a` may meet every row in `b` but itself.
#[derive(Clone, Copy)]
pub(crate) struct Block<'g> {
    pub(crate) a: &'g [RowId],
    pub(crate) b: &'g [RowId],
}

/// The number of rows from which blocks are one unit of parallel work: most blocks hold a few rows.
const CHUNK: usize = 1 << 14;

impl Blocks {
    /// The blocks of a rule by its equalities and, beyond these, by the keys in `finer`.
    pub(crate) fn new(rule: &PairRule, finer: &[&Keys]) -> Self {
        let keys: Vec<&Keys> = rule.equal.iter().chain(finer.iter().copied()).collect();
        let groups = |role| {
            let mask = rule.mask(role);
            let columns = keys.iter().map(|keys| (keys.of(role), keys.bound));
            Groups::by_codes(&std::iter::once((&mask[..], 1)).chain(columns).collect::<Vec<_>>()).rows_by_group()
        };
        let a = groups(Tuple::A);
        if rule.a == rule.b && keys.iter().all(|keys| keys.of(Tuple::A) == keys.of(Tuple::B)) {
            let places = (0..a.iter().len()).map(|group| (group, group)).collect();
            return Blocks { a, b: None, places };
        }
        let b = groups(Tuple::B);
        let key = |role, rows: &[RowId]| keys.iter().map(|keys| keys.of(role)[rows[0].index()]).collect::<Vec<Code>>();
        let place_in_b: HashMap<_, _> =
            b.iter().enumerate().map(|(place, rows)| (key(Tuple::B, rows), place)).collect();
        let partner = |(place, rows)| Some((place, *place_in_b.get(&key(Tuple::A, rows))?));
        Blocks { places: a.iter().enumerate().filter_map(partner).collect(), b: Some(b), a }
    }

    /// The blocks, by the first appearance of their rows in role `a`.
    pub(crate) fn iter(&self) -> impl Iterator<Item = Block<'_>> {
        self.places.iter().map(|&place| self.block(place))
    }

    /// Runs `work` over all blocks in parallel, each chunk of blocks into a fresh `T`; gives the chunks in order.
    pub(crate) fn fold<T: Default + Send>(&self, work: impl Fn(&mut T, Block<'_>) + Sync) -> Vec<T> {
        let chunk = |places: &[(usize, usize)]| {
            let mut found = T::default();
            places.iter().for_each(|&place| work(&mut found, self.block(place)));
            found
        };
        self.chunks().into_par_iter().map(chunk).collect()
    }

    /// The blocks in runs of [`CHUNK`] rows or a little more: cut by the data, so the same for any number of threads.
    fn chunks(&self) -> Vec<&[(usize, usize)]> {
        let mut chunks = Vec::new();
        let (mut start, mut rows) = (0, 0);
        for (place, block) in self.iter().enumerate() {
            rows += block.a.len() + block.b.len();
            if rows >= CHUNK {
                chunks.push(&self.places[start..=place]);
                (start, rows) = (place + 1, 0);
            }
        }
        chunks.push(&self.places[start..]);
        chunks
    }

    fn block(&self, (a, b): (usize, usize)) -> Block<'_> {
        Block { a: self.a.rows(a), b: self.b.as_ref().unwrap_or(&self.a).rows(b) }
    }
}

#[cfg(test)]
mod tests {
    use lustrate_rules::{Columns, Comparison, Domain};
    use lustrate_table::{AttributeId, Column, Table};

    use super::*;
    use crate::shape::{CrossPredicate, Shape};
    use crate::typed::Typed;

    #[test]
    fn an_equality_across_attributes_joins_the_rows_of_both() {
        let column = |cells: [&str; 4]| cells.iter().map(|&cell| (cell != "-").then_some(cell)).collect::<Column>();
        let (left, right) = (column(["x", "y", "x", "-"]), column(["y", "z", "y", "x"]));
        let table = Table::new(vec![("left".into(), left), ("right".into(), right)]).unwrap();
        let (left, right) = (AttributeId(0), AttributeId(1));
        let equal = CrossPredicate { left, comparison: Comparison::Equal, right, domain: Domain::Text };
        let shape = Shape { a: Vec::new(), b: Vec::new(), cross: vec![equal], residuals: Vec::new() };
        let columns = Columns::default();
        let blocks = Blocks::new(&PairRule::new(Typed { table: &table, columns: &columns }, &shape), &[]);
        let rows = |rows: &[RowId]| rows.iter().map(|row| row.0).collect::<Vec<_>>();
        let found: Vec<_> = blocks.iter().map(|block| (rows(block.a), rows(block.b))).collect();
        assert_eq!(found, [(vec![0, 2], vec![3]), (vec![1], vec![0, 2])]);
    }
}
