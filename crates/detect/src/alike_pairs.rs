//! Pairs of rows of which a rule asks that they be alike, found through an index of the values instead of one by one.
//!
//! Every value that rows have in one role is asked of the index once; the rows of the values that are alike and that
//! agree on the equalities of the rule are compared. The index leaves out nothing that is alike enough.

use lustrate_link::NearIndex;
use lustrate_rules::Tuple;
use lustrate_table::{Code, RowId};
use rayon::prelude::*;

use crate::Budget;
use crate::blocks::Blocks;
use crate::enumerate::{Found, violating};
use crate::pair_rule::PairRule;
use crate::residual::{Likeness, Memo, Residual};

/// Below so many comparisons for each row no index is worth its building.
const LITTLE: u64 = 4;

/// A way through the pairs of a rule that leads by one of its likenesses.
pub(crate) struct AlikePairs<'r, 't> {
    likeness: &'r Likeness<'t>,
    index: NearIndex,
    /// The values that are asked, with at most how many others each is compared with; the cheapest first, then by text, so
    /// that where a budget ends the order of the rows does not count.
    asked: Vec<(u64, Code)>,
}

impl<'r, 't> AlikePairs<'r, 't> {
    /// The way with the fewest comparisons; `None` where going through the pairs of each block takes no more than that.
    pub(crate) fn new(rule: &'r PairRule<'t>, one_by_one: u64) -> Option<Self> {
        if one_by_one <= LITTLE * rule.rows as u64 {
            return None;
        }
        let likenesses = rule.residuals.iter().filter_map(|residual| match residual {
            Residual::Likeness(likeness) if likeness.is_indexable() => Some(likeness),
            _ => None,
        });
        let ways = likenesses.map(|likeness| Self::through(rule, likeness));
        ways.min_by_key(Self::cost).filter(|way| way.cost() < one_by_one)
    }

    fn through(rule: &PairRule, likeness: &'r Likeness<'t>) -> Self {
        let (column, columns) = (likeness.right_column, likeness.columns);
        let index = NearIndex::new(likeness.measure, likeness.left.attribute, column, columns);
        let mut has_rows = vec![false; likeness.left_column.dictionary().len()];
        let asking = rule.role(likeness.left.tuple).iter();
        asking.for_each(|row| has_rows[likeness.left_column.code(row).index()] = true);
        let texts: Vec<(Code, &str)> =
            likeness.left_column.dictionary().iter().filter(|(code, _)| has_rows[code.index()]).collect();
        let cost = |&(code, text): &(Code, &'t str)| (index.cost(text, column, columns).max(1) as u64, text, code);
        let mut asked: Vec<(u64, &str, Code)> = texts.par_iter().map(cost).collect();
        asked.par_sort_unstable();
        let asked = asked.into_iter().map(|(cost, _, code)| (cost, code)).collect();
        AlikePairs { likeness, index, asked }
    }

    /// At most how many pairs of values are compared.
    fn cost(&self) -> u64 {
        self.asked.iter().map(|(cost, _)| cost).sum()
    }

    /// The violating pairs, as far as the budget goes; it is spent on pairs of values first, then on pairs of rows.
    pub(crate) fn enumerate(&self, rule: &PairRule, budget: Budget) -> Found {
        let mut left = budget.0;
        let affordable = afford(&mut left, self.asked.iter().map(|(cost, _)| *cost));
        let unasked: u64 = self.asked[affordable..].iter().map(|(cost, _)| cost).sum();
        let asked: Vec<Code> = self.asked[..affordable].iter().map(|&(_, code)| code).collect();
        let columns = self.likeness.columns;
        let find = |&code: &Code| {
            let text = self.likeness.left_column.dictionary().text(code);
            text.map_or_else(Vec::new, |text| self.index.codes(text, self.likeness.right_column, columns))
        };
        let alike: Vec<Vec<Code>> = asked.par_iter().map(find).collect();

        let roles = Roles::new(rule, self.likeness);
        let meet = |(&code, alike): (&Code, &Vec<Code>)| roles.meetings(code, alike);
        let meetings: Vec<Vec<(RowId, &[Placed])>> = asked.par_iter().zip(&alike).map(meet).collect();
        let meetings: Vec<(RowId, &[Placed])> = meetings.into_iter().flatten().collect();
        let sizes = || meetings.iter().map(|(_, others)| others.len() as u64);
        let affordable = afford(&mut left, sizes());
        let unmet: u64 = sizes().skip(affordable).sum();
        let compare = |memo: &mut Memo, &(row, others): &(RowId, &[Placed])| {
            let pair = |other: &Placed| if roles.asking == Tuple::A { (row, other.row) } else { (other.row, row) };
            let pairs = others.iter().map(pair).filter(|&(a, b)| violating(rule, memo, a, b));
            pairs.collect::<Vec<_>>()
        };
        let pairs = meetings[..affordable].par_iter().map_init(Memo::default, compare).flatten_iter().collect();
        let compared = budget.0 - left;
        Found { pairs, compared, of: compared + unasked + unmet }
    }
}

/// How many of these costs can be paid, in their order; they are taken off what is left.
fn afford(left: &mut u64, costs: impl Iterator<Item = u64>) -> usize {
    let paid = costs.take_while(|&cost| {
        let enough = cost <= *left;
        *left -= if enough { cost } else { 0 };
        enough
    });
    paid.count()
}

/// A row of a block with its value.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Placed {
    block: u32,
    code: Code,
    row: RowId,
}

/// The rows that can meet.
struct Roles {
    asking: Tuple,
    /// The rows that are asked of, by value, then by block.
    from: Vec<Placed>,
    /// The rows that are found, by block, then by value.
    to: Vec<Placed>,
}

impl Roles {
    fn new(rule: &PairRule, likeness: &Likeness) -> Self {
        let asking = likeness.left.tuple;
        let (mut from, mut to) = (Vec::new(), Vec::new());
        for (block, rows) in (0..).zip(Blocks::new(rule, &[]).iter()) {
            let (of_asking, of_found) = if asking == Tuple::A { (rows.a, rows.b) } else { (rows.b, rows.a) };
            from.extend(of_asking.iter().map(|&row| Placed { block, code: likeness.left_column.code(row), row }));
            to.extend(of_found.iter().map(|&row| Placed { block, code: likeness.right_column.code(row), row }));
        }
        from.sort_unstable_by_key(|placed| (placed.code, placed.block, placed.row));
        to.sort_unstable();
        Roles { asking, from, to }
    }

    /// The rows of a value, each with the rows of its block that have a value alike to it.
    fn meetings(&self, code: Code, alike: &[Code]) -> Vec<(RowId, &[Placed])> {
        let first = self.from.partition_point(|placed| placed.code < code);
        let rows = self.from[first..].iter().take_while(|placed| placed.code == code);
        let found = |block: u32, code: Code| {
            let start = self.to.partition_point(|placed| (placed.block, placed.code) < (block, code));
            let length = self.to[start..].partition_point(|placed| (placed.block, placed.code) == (block, code));
            &self.to[start..start + length]
        };
        let meetings = rows.flat_map(|placed| alike.iter().map(|&code| (placed.row, found(placed.block, code))));
        meetings.filter(|(_, others)| !others.is_empty()).collect()
    }
}
