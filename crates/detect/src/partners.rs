//! Partner counts: with how many rows each row violates a constraint, by sort and sweep.
//!
//! Within a block (rows that agree on the equalities) at most two order comparisons are left. Sorted by the first,
//! the rows that satisfy it are a growing prefix; a Fenwick tree over the second counts within the prefix. `!=` is
//! counted by inclusion and exclusion: pairs that differ are all pairs less those that agree, and those that agree
//! are the same count with one more equality.

use lustrate_rules::{Comparison, Tuple};
use lustrate_table::RowId;

use crate::RowSet;
use crate::blocks::{Block, Blocks};
use crate::fenwick::PrefixSums;
use crate::keys::Keys;
use crate::pair_rule::{Order, PairRule};

/// The most order comparisons that the sweep can count.
pub(crate) const MAX_ORDERS: usize = 2;
/// The most `!=` that are counted: inclusion and exclusion doubles the work for each.
pub(crate) const MAX_UNEQUAL: usize = 3;

/// With how many other rows each row satisfies the predicates of a constraint.
pub(crate) struct Partners {
    as_a: Vec<i64>,
    as_b: Vec<i64>,
}

/// Counts the partners of every row. Exact where [`is_countable`]; elsewhere predicates beyond the limits are left
/// out, so that no partner is missed: a row without partners then takes part in no violation.
pub(crate) fn count_partners(rule: &PairRule) -> Partners {
    let mut partners = Partners { as_a: vec![0; rule.rows], as_b: vec![0; rule.rows] };
    let unequal = &rule.unequal[..rule.unequal.len().min(MAX_UNEQUAL)];
    let orders = &rule.orders[..rule.orders.len().min(MAX_ORDERS)];
    for agreeing in 0u32..1 << unequal.len() {
        let finer: Vec<&Keys> =
            unequal.iter().enumerate().filter(|(place, _)| agreeing >> place & 1 == 1).map(|(_, keys)| keys).collect();
        let sign = if agreeing.count_ones() % 2 == 0 { 1 } else { -1 };
        for counted in Blocks::new(rule, &finer).fold(|counted, block| count_block(counted, block, orders)) {
            counted.as_a.iter().for_each(|&(row, count)| partners.as_a[row.index()] += sign * i64::from(count));
            counted.as_b.iter().for_each(|&(row, count)| partners.as_b[row.index()] += sign * i64::from(count));
        }
    }
    partners.leave_out_selves(rule, unequal, orders);
    partners
}

/// Whether [`count_partners`] is exact for a rule.
pub(crate) fn is_countable(rule: &PairRule) -> bool {
    rule.residuals.is_empty() && rule.unequal.len() <= MAX_UNEQUAL && rule.orders.len() <= MAX_ORDERS
}

impl Partners {
    /// The rows with a partner when they stand in a role.
    pub(crate) fn rows(&self, role: Tuple) -> RowSet {
        let counts = if role == Tuple::A { &self.as_a } else { &self.as_b };
        let mut rows = RowSet::empty(counts.len());
        rows.extend((0u32..).map(RowId).zip(counts).filter(|&(_, &count)| count > 0).map(|(row, _)| row));
        rows
    }

    /// The rows with more than half as many partners, both roles together, as the row with the most.
    pub(crate) fn leading(&self) -> RowSet {
        let both = || self.as_a.iter().zip(&self.as_b).map(|(a, b)| a + b);
        let most = both().max().unwrap_or(0);
        let mut rows = RowSet::empty(self.as_a.len());
        rows.extend((0u32..).map(RowId).zip(both()).filter(|&(_, count)| 2 * count > most).map(|(row, _)| row));
        rows
    }

    /// The number of pairs (a, b).
    pub(crate) fn pairs(&self) -> u64 {
        u64::try_from(self.as_a.iter().sum::<i64>()).expect("no row has fewer than no partners")
    }

    /// A row is not its own partner, although it may satisfy the predicates together with itself.
    fn leave_out_selves(&mut self, rule: &PairRule, unequal: &[Keys], orders: &[Order]) {
        for row in rule.a.iter().filter(|&row| rule.b.contains(row)) {
            let meets_itself = rule.equal.iter().all(|keys| keys.agree(row, row));
            let differs = unequal.iter().all(|keys| !keys.agree(row, row));
            if meets_itself && differs && orders.iter().all(|order| order.holds(row, row)) {
                self.as_a[row.index()] -= 1;
                self.as_b[row.index()] -= 1;
            }
        }
    }
}

/// The counts of the rows that have any, in block order.
#[derive(Default)]
struct Counted {
    as_a: Vec<(RowId, u32)>,
    as_b: Vec<(RowId, u32)>,
}

fn count_block(counted: &mut Counted, block: Block, orders: &[Order]) {
    let axes: [Axis; MAX_ORDERS] = std::array::from_fn(|place| Axis { order: orders.get(place) });
    let bounds = axes.map(|axis| axis.bound());
    if let ([a], [b]) = (block.a, block.b) {
        let is_below = |axis: &Axis| axis.bound().is_below(axis.place(Tuple::B, *b), axis.place(Tuple::A, *a));
        if axes.iter().all(is_below) {
            counted.as_a.push((*a, 1));
            counted.as_b.push((*b, 1));
        }
        return;
    }
    let points = |role, rows: &[RowId]| -> Vec<Point> {
        rows.iter().map(|&row| Point { x: axes[0].place(role, row), y: axes[1].place(role, row) }).collect()
    };
    let (mut a, mut b) = (points(Tuple::A, block.a), points(Tuple::B, block.b));
    let found = count_below(&a, &b, bounds);
    if found.is_empty() {
        return;
    }
    counted.as_a.extend(block.a.iter().copied().zip(found).filter(|&(_, count)| count > 0));
    // Below, seen from the other side, is above; the complement turns it round again.
    [&mut a, &mut b].into_iter().flatten().for_each(|point| *point = point.complement());
    let found = count_below(&b, &a, bounds);
    counted.as_b.extend(block.b.iter().copied().zip(found).filter(|&(_, count)| count > 0));
}

/// One of the two directions in which rows are compared; without an order, all rows are at one place.
#[derive(Clone, Copy)]
struct Axis<'r> {
    order: Option<&'r Order<'r>>,
}

impl Axis<'_> {
    /// The place of a row, such that the comparison holds exactly if `b` is below `a`.
    fn place(&self, role: Tuple, row: RowId) -> u32 {
        self.order.map_or(0, |order| oriented(order, role, row))
    }

    fn bound(&self) -> Bound {
        self.order.map_or(Bound::Inclusive, Bound::of)
    }
}

/// The key of a row, turned round for `<` and `<=`, so that the comparison reads `>` or `>=`.
pub(crate) fn oriented(order: &Order, role: Tuple, row: RowId) -> u32 {
    let key = order.keys.of(role)[row.index()].0;
    match order.comparison {
        Comparison::Less | Comparison::LessOrEqual => !key,
        _ => key,
    }
}

/// Whether an equal place is below.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Bound {
    /// It is not: the comparison is strict.
    Strict,
    /// It is.
    Inclusive,
}

impl Bound {
    /// The bound of an order comparison.
    pub(crate) fn of(order: &Order) -> Self {
        match order.comparison {
            Comparison::Less | Comparison::Greater => Bound::Strict,
            _ => Bound::Inclusive,
        }
    }

    /// Whether `low` is below `high`.
    pub(crate) fn is_below(self, low: u32, high: u32) -> bool {
        match self {
            Bound::Strict => low < high,
            Bound::Inclusive => low <= high,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Point {
    x: u32,
    y: u32,
}

impl Point {
    fn complement(self) -> Self {
        Point { x: !self.x, y: !self.y }
    }
}

/// For each query the number of points that are below it in both directions; empty where no query has any.
/// Equal places are stepped whole: a point enters the tree before the first query that it is below, or not at all.
fn count_below(queries: &[Point], points: &[Point], bounds: [Bound; 2]) -> Vec<u32> {
    let mut order: Vec<(u32, u32)> = queries.iter().zip(0..).map(|(query, place)| (query.x, place)).collect();
    order.sort_unstable();
    let mut points = points.to_vec();
    points.sort_unstable();
    if !is_any_below(order.iter().map(|&(_, place)| queries[place as usize]), &points, bounds) {
        return Vec::new();
    }
    let mut ys: Vec<u32> = points.iter().map(|point| point.y).collect();
    ys.sort_unstable();
    ys.dedup();
    let mut tree = PrefixSums::new(ys.len());
    let mut entered = 0;
    let mut counts = vec![0; queries.len()];
    for (x, place) in order {
        let y = queries[place as usize].y;
        while let Some(point) = points.get(entered).filter(|point| bounds[0].is_below(point.x, x)) {
            tree.increment(ys.partition_point(|&place| place < point.y));
            entered += 1;
        }
        counts[place as usize] = tree.before(ys.partition_point(|&place| bounds[1].is_below(place, y)));
    }
    counts
}

/// Whether any query has a point below it: the running minimum of the prefix tells. It spares clean blocks, which
/// are most of them, the tree. Both sorted by x.
fn is_any_below(queries: impl Iterator<Item = Point>, points: &[Point], bounds: [Bound; 2]) -> bool {
    let mut entered = 0;
    let mut least = None;
    for query in queries {
        while let Some(point) = points.get(entered).filter(|point| bounds[0].is_below(point.x, query.x)) {
            least = Some(least.map_or(point.y, |least: u32| least.min(point.y)));
            entered += 1;
        }
        if least.is_some_and(|least| bounds[1].is_below(least, query.y)) {
            return true;
        }
    }
    false
}
