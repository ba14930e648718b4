//! The rows that can meet: for each value of the equalities, the rows of either role that have it.

use std::borrow::Cow;

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
        let is_same = |keys: &&Keys| keys.is_straight() || keys.of(Tuple::A) == keys.of(Tuple::B);
        if rule.a == rule.b && keys.iter().all(is_same) {
            let a = groups(rule, &keys, &[Tuple::A]).rows_by_group();
            let places = (0..a.iter().len()).map(|group| (group, group)).collect();
            return Blocks { a, b: None, places };
        }
        // The rows of both roles one behind the other, so that a group has one number in both.
        let joint = groups(rule, &keys, &[Tuple::A, Tuple::B]);
        let (of_a, of_b) = joint.codes().split_at(rule.rows);
        let of_role = |codes: &[Code]| Groups::by_codes(&[(codes, joint.len())]).rows_by_group();
        let (a, b) = (of_role(of_a), of_role(of_b));
        let mut place_in_b = vec![None; joint.len()];
        b.iter().enumerate().for_each(|(place, rows)| place_in_b[of_b[rows[0].index()].index()] = Some(place));
        let partner = |(place, rows): (usize, &[RowId])| Some((place, place_in_b[of_a[rows[0].index()].index()]?));
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

/// The groups of the rows in some roles, one role behind the other, by keys that rows of a group agree on. A row that may
/// not stand in a role is in no group there.
fn groups(rule: &PairRule, keys: &[&Keys], roles: &[Tuple]) -> Groups {
    let one_for_all = if keys.is_empty() { vec![Code(0); rule.rows] } else { Vec::new() };
    let first = |role| rule.masked(role, keys.first().map_or(&one_for_all, |keys| keys.of(role)));
    let mut columns = vec![(stacked(roles, first), keys.first().map_or(1, |keys| keys.bound))];
    let others = keys.iter().skip(1);
    columns.extend(others.map(|keys| (stacked(roles, |role| Cow::Borrowed(keys.of(role))), keys.bound)));
    Groups::by_codes(&columns.iter().map(|(codes, bound)| (&codes[..], *bound)).collect::<Vec<_>>())
}

fn stacked<'k>(roles: &[Tuple], codes: impl Fn(Tuple) -> Cow<'k, [Code]>) -> Cow<'k, [Code]> {
    match roles {
        [role] => codes(*role),
        roles => roles.iter().flat_map(|&role| codes(role).into_owned()).collect(),
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
