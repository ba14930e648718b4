//! Partner counts: with how many rows each row violates a constraint.
//!
//! Within a block (rows that agree on the equalities) at most two order comparisons are left, which a sweep counts. `!=`
//! is counted by inclusion and exclusion: pairs that differ are all pairs less those that agree, and those that agree
//! are the same count with one more equality.

use lustrate_rules::Tuple;
use lustrate_table::RowId;

use crate::RowSet;
use crate::axis::{Axis, MAX_ORDERS, axes};
use crate::blocks::{Block, Blocks};
use crate::keys::Keys;
use crate::pair_rule::{Order, PairRule};
use crate::sweep::Lines;

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
    let (orders, axes) = (&rule.orders[..rule.orders.len().min(MAX_ORDERS)], axes(rule));
    for agreeing in 0u32..1 << unequal.len() {
        let finer: Vec<&Keys> =
            unequal.iter().enumerate().filter(|(place, _)| agreeing >> place & 1 == 1).map(|(_, keys)| keys).collect();
        let sign = if agreeing.count_ones() % 2 == 0 { 1 } else { -1 };
        for counted in Blocks::new(rule, &finer).fold(|counted, block| count_block(counted, block, axes)) {
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

/// The counts of the rows that have any, and memory that is kept from block to block.
#[derive(Default)]
struct Counted {
    as_a: Vec<(RowId, u32)>,
    as_b: Vec<(RowId, u32)>,
    lines: Lines,
}

fn count_block(counted: &mut Counted, block: Block<'_>, axes: [Axis<'_>; MAX_ORDERS]) {
    let Counted { as_a, as_b, lines } = counted;
    if let ([a], [b]) = (block.a, block.b) {
        let is_below = |axis: &Axis| axis.bound.is_below(axis.place(Tuple::B, *b), axis.place(Tuple::A, *a));
        if axes.iter().all(is_below) {
            as_a.push((*a, 1));
            as_b.push((*b, 1));
        }
        return;
    }
    lines.lay(block, axes);
    if !lines.is_any_below() {
        return;
    }
    lines.number();
    lines.count_of_a(|a, count| as_a.extend((count > 0).then_some((block.a[a], count))));
    lines.count_of_b(|b, count| as_b.extend((count > 0).then_some((block.b[b], count))));
}
