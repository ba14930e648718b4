//! A pair constraint, made ready to run over one table.

use std::borrow::Cow;

use lustrate_rules::{Comparison, Tuple};
use lustrate_table::{Code, RowId};

use crate::RowSet;
use crate::keys::Keys;
use crate::left_sides::LeftSides;
use crate::residual::Residual;
use crate::shape::Shape;
use crate::typed::Typed;

/// The keys that rows are compared by and the rows that may stand in each role.
pub(crate) struct PairRule<'t> {
    /// The number of rows of the table.
    pub(crate) rows: usize,
    /// What the two rows agree on.
    pub(crate) equal: Vec<Keys<'t>>,
    /// What the two rows differ in.
    pub(crate) unequal: Vec<Keys<'t>>,
    /// What the two rows are ordered by.
    pub(crate) orders: Vec<Order<'t>>,
    /// What is asked pair by pair.
    pub(crate) residuals: Vec<Residual<'t>>,
    /// The rows that satisfy what role `a` demands for itself and have every key of that role.
    pub(crate) a: RowSet,
    /// The same for role `b`.
    pub(crate) b: RowSet,
}

/// An order comparison between the key of the row in role `a` and that of the row in role `b`.
pub(crate) struct Order<'t> {
    pub(crate) keys: Keys<'t>,
    pub(crate) comparison: Comparison,
}

impl<'t> PairRule<'t> {
    pub(crate) fn new(typed: Typed<'t>, shape: &Shape) -> Self {
        Self::with_left_sides(typed, shape, None)
    }

    /// The same, with the groups of left sides that are there already.
    pub(crate) fn with_left_sides(typed: Typed<'t>, shape: &Shape, left_sides: Option<&'t LeftSides>) -> Self {
        let rows = typed.table.rows();
        let (unequal, orders) = (Vec::new(), Vec::new());
        let residuals: Vec<Residual> =
            shape.residuals.iter().filter_map(|predicate| Residual::new(typed, predicate)).collect();
        let left_side = left_sides.and_then(|sides| sides.find(&shape.left_side()));
        let equal: Vec<Keys> = left_side.into_iter().map(Keys::of_groups).collect();
        let mut rule =
            PairRule { rows, equal, unequal, orders, residuals, a: RowSet::full(rows), b: RowSet::full(rows) };
        for predicate in &shape.cross {
            if left_side.is_some() && predicate.is_on_left_side() {
                continue;
            }
            let keys = Keys::new(typed, (predicate.left, predicate.right), predicate.comparison, predicate.domain);
            match predicate.comparison {
                Comparison::Equal => rule.equal.push(keys),
                Comparison::NotEqual => rule.unequal.push(keys),
                comparison => rule.orders.push(Order { keys, comparison }),
            }
        }
        rule.a = rule.able(typed, shape, Tuple::A);
        rule.b = if shape.is_straight() { rule.a.clone() } else { rule.able(typed, shape, Tuple::B) };
        rule
    }

    /// The rows that satisfy what a role demands for itself and have every key of it.
    fn able(&self, typed: Typed, shape: &Shape, role: Tuple) -> RowSet {
        let mut rows = RowSet::full(self.rows);
        let orders = self.orders.iter().map(|order| &order.keys);
        self.equal.iter().chain(&self.unequal).chain(orders).for_each(|keys| rows.retain_present(keys.of(role)));
        self.residuals.iter().for_each(|residual| residual.restrict(role, &mut rows));
        let own = if role == Tuple::A { &shape.a } else { &shape.b };
        own.iter().for_each(|predicate| predicate.restrict(typed, &mut rows));
        rows
    }

    /// The rows that may stand in a role.
    pub(crate) fn role(&self, role: Tuple) -> &RowSet {
        match role {
            Tuple::A => &self.a,
            Tuple::B => &self.b,
        }
    }

    /// The codes of the rows that may stand in a role, and null for all others, so that these are in no group.
    pub(crate) fn masked<'k>(&self, role: Tuple, codes: &'k [Code]) -> Cow<'k, [Code]> {
        let able = self.role(role);
        if able.is_full(self.rows) {
            return Cow::Borrowed(codes);
        }
        let mut masked = vec![Code::NULL; self.rows];
        able.for_each(|row| masked[row.index()] = codes[row.index()]);
        Cow::Owned(masked)
    }

    /// Whether no row satisfies all comparisons together with itself, whatever it holds: it is not below itself.
    pub(crate) fn keeps_rows_apart(&self) -> bool {
        let strict = |order: &Order| matches!(order.comparison, Comparison::Less | Comparison::Greater);
        self.orders.iter().any(|order| order.keys.is_straight() && strict(order))
    }
}

impl Order<'_> {
    /// Whether the comparison holds for a pair.
    pub(crate) fn holds(&self, a: RowId, b: RowId) -> bool {
        self.comparison.holds(self.keys.of(Tuple::A)[a.index()].cmp(&self.keys.of(Tuple::B)[b.index()]))
    }
}

impl Keys<'_> {
    /// Whether the keys of a pair are the same.
    pub(crate) fn agree(&self, a: RowId, b: RowId) -> bool {
        self.of(Tuple::A)[a.index()] == self.of(Tuple::B)[b.index()]
    }
}
