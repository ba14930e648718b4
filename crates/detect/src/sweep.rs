//! Blocks swept by two orders: which rows take part in a violation, how many pairs there are, and with how many each
//! row does.
//!
//! Sorted by the first order, the rows that are below a row are a growing prefix. Whether any of them is below it by the
//! second too, the least of the prefix says; how many are, a Fenwick tree. Seen from the other role the prefix is a
//! suffix, and the least is the greatest. Equal places are stepped whole: a row enters before the first that it is
//! below, or not at all.

use lustrate_rules::Tuple;
use lustrate_table::RowId;

use crate::RowSet;
use crate::axis::{Axis, Bound, MAX_ORDERS, axes};
use crate::blocks::{Block, Blocks};
use crate::fenwick::PrefixSums;
use crate::packed::{packed, place, position, sort_by_place};
use crate::pair_rule::PairRule;

/// Whether [`violating_rows`] and [`pairs`] know a rule: at most two orders and nothing else beside the equalities, of
/// which one keeps every row apart from itself.
pub(crate) fn is_swept(rule: &PairRule) -> bool {
    let other = !rule.residuals.is_empty() || !rule.unequal.is_empty();
    !other && rule.orders.len() <= MAX_ORDERS && rule.keeps_rows_apart()
}

/// The rows that take part in a violation in role `a`, and those in role `b`.
pub(crate) fn violating_rows(rule: &PairRule, blocks: &Blocks) -> [RowSet; 2] {
    let axes = axes(rule);
    let mut found = [RowSet::empty(rule.rows), RowSet::empty(rule.rows)];
    for swept in blocks.fold(|swept: &mut Swept, block| swept.rows(block, axes)) {
        found[0].extend(swept.as_a);
        found[1].extend(swept.as_b);
    }
    found
}

/// The number of pairs (a, b) that violate a rule.
pub(crate) fn pairs(rule: &PairRule, blocks: &Blocks) -> u64 {
    let axes = axes(rule);
    let count = |(sum, lines): &mut (u64, Lines), block: Block<'_>| {
        lines.lay(block, axes);
        if lines.is_any_below() {
            lines.number();
            lines.count_of_a(|_, count| *sum += u64::from(count));
        }
    };
    blocks.fold(count).into_iter().map(|(sum, _)| sum).sum()
}

/// The rows of some blocks that violate, and memory that is kept from block to block.
#[derive(Default)]
struct Swept {
    as_a: Vec<RowId>,
    as_b: Vec<RowId>,
    lines: Lines,
}

impl Swept {
    fn rows(&mut self, block: Block<'_>, axes: [Axis<'_>; MAX_ORDERS]) {
        let Swept { as_a, as_b, lines } = self;
        lines.lay(block, axes);
        let before = as_a.len();
        lines.visit_a_below(|a| as_a.push(block.a[a]));
        // Most blocks are clean.
        if as_a.len() > before {
            lines.visit_b_below(|b| as_b.push(block.b[b]));
        }
    }
}

/// The rows of one block, sorted by either order. Rows go by their positions in the block; what is sorted is a place with
/// a position behind it, in one number.
#[derive(Default)]
pub(crate) struct Lines {
    a_by_x: Vec<u64>,
    /// Not used where `shared`.
    b_by_x: Vec<u64>,
    /// Whether both roles have the same rows at the same places.
    shared: bool,
    /// For each row in role `a` its second place; after [`Lines::number`] how many of the numbers in role `b` are below.
    y_a: Vec<u32>,
    /// For each row in role `b` its second place; after [`Lines::number`] the number of that place, counted up from 0.
    y_b: Vec<u32>,
    bounds: [Bound; MAX_ORDERS],
    /// How many different numbers there are.
    numbers: u32,
    by_y: Vec<u64>,
    spare: Vec<u64>,
    tree: PrefixSums,
}

impl Lines {
    /// Takes up the rows of a block, sorted by the first order.
    pub(crate) fn lay(&mut self, block: Block<'_>, axes: [Axis<'_>; MAX_ORDERS]) {
        let spare = &mut self.spare;
        let mut lay = |by_x: &mut Vec<u64>, y: &mut Vec<u32>, role, rows: &[RowId]| {
            by_x.clear();
            by_x.extend((0..).zip(rows).map(|(position, &row)| packed(axes[0].place(role, row), position)));
            sort_by_place(by_x, spare);
            y.clear();
            y.extend(rows.iter().map(|&row| axes[1].place(role, row)));
        };
        self.bounds = axes.map(|axis| axis.bound);
        self.shared = std::ptr::eq(block.a, block.b) && axes.iter().all(Axis::is_straight);
        lay(&mut self.a_by_x, &mut self.y_a, Tuple::A, block.a);
        if self.shared {
            self.y_b.clone_from(&self.y_a);
        } else {
            lay(&mut self.b_by_x, &mut self.y_b, Tuple::B, block.b);
        }
    }

    fn b_by_x(&self) -> &[u64] {
        if self.shared { &self.a_by_x } else { &self.b_by_x }
    }

    /// Whether any row in role `b` is below one in role `a`.
    pub(crate) fn is_any_below(&self) -> bool {
        let mut any = false;
        self.visit_a_below(|_| any = true);
        any
    }

    /// Visits the rows in role `a` that have one below them.
    fn visit_a_below(&self, mut visit: impl FnMut(usize)) {
        let ([x, y], b_by_x) = (self.bounds, self.b_by_x());
        let (mut entered, mut least) = (0, None);
        for &a in &self.a_by_x {
            while let Some(&b) = b_by_x.get(entered).filter(|&&b| x.is_below(place(b), place(a))) {
                let of_b = self.y_b[position(b)];
                least = Some(least.map_or(of_b, |least: u32| least.min(of_b)));
                entered += 1;
            }
            if least.is_some_and(|least| y.is_below(least, self.y_a[position(a)])) {
                visit(position(a));
            }
        }
    }

    /// Visits the rows in role `b` that are below another.
    fn visit_b_below(&self, mut visit: impl FnMut(usize)) {
        let [x, y] = self.bounds;
        let (mut above, mut most) = (&self.a_by_x[..], None);
        for &b in self.b_by_x().iter().rev() {
            while let Some((&a, rest)) = above.split_last().filter(|(a, _)| x.is_below(place(b), place(**a))) {
                let of_a = self.y_a[position(a)];
                most = Some(most.map_or(of_a, |most: u32| most.max(of_a)));
                above = rest;
            }
            if most.is_some_and(|most| y.is_below(self.y_b[position(b)], most)) {
                visit(position(b));
            }
        }
    }

    /// Makes ready to count: numbers the second places.
    pub(crate) fn number(&mut self) {
        let spare = &mut self.spare;
        let mut sort = |by_y: &mut Vec<u64>, y: &[u32]| {
            by_y.clear();
            by_y.extend((0..).zip(y).map(|(position, &y)| packed(y, position)));
            sort_by_place(by_y, spare);
        };
        sort(&mut self.by_y, &self.y_b);
        let mut places = Vec::new();
        self.numbers = 0;
        for run in self.by_y.chunk_by(|&one, &other| place(one) == place(other)) {
            run.iter().for_each(|&b| self.y_b[position(b)] = self.numbers);
            places.extend((!self.shared).then(|| place(run[0])));
            self.numbers += 1;
        }
        let [_, y] = self.bounds;
        if self.shared {
            let own = u32::from(y == Bound::Inclusive);
            self.y_a.iter_mut().zip(&self.y_b).for_each(|(below, number)| *below = number + own);
            return;
        }
        let mut below = 0;
        sort(&mut self.by_y, &self.y_a);
        for &a in &self.by_y {
            while places.get(below).is_some_and(|&low| y.is_below(low, place(a))) {
                below += 1;
            }
            self.y_a[position(a)] = below as u32;
        }
    }

    /// Visits every row in role `a` with how many are below it. It takes [`Lines::number`].
    pub(crate) fn count_of_a(&mut self, mut visit: impl FnMut(usize, u32)) {
        let x = self.bounds[0];
        let mut tree = std::mem::take(&mut self.tree);
        tree.reset(self.numbers as usize);
        let b_by_x = self.b_by_x();
        let mut entered = 0;
        for &a in &self.a_by_x {
            while let Some(&b) = b_by_x.get(entered).filter(|&&b| x.is_below(place(b), place(a))) {
                tree.increment(self.y_b[position(b)] as usize);
                entered += 1;
            }
            visit(position(a), tree.before(self.y_a[position(a)] as usize));
        }
        self.tree = tree;
    }

    /// Visits every row in role `b` with how many it is below. It takes [`Lines::number`].
    pub(crate) fn count_of_b(&mut self, mut visit: impl FnMut(usize, u32)) {
        let x = self.bounds[0];
        let mut tree = std::mem::take(&mut self.tree);
        tree.reset(self.numbers as usize + 1);
        let mut above = &self.a_by_x[..];
        for &b in self.b_by_x().iter().rev() {
            while let Some((&a, rest)) = above.split_last().filter(|(a, _)| x.is_below(place(b), place(**a))) {
                tree.increment(self.y_a[position(a)] as usize);
                above = rest;
            }
            let entered = (self.a_by_x.len() - above.len()) as u32;
            visit(position(b), entered - tree.before(self.y_b[position(b)] as usize + 1));
        }
        self.tree = tree;
    }
}
