//! A pair constraint, made ready to run over one table.

use lustrate_rules::{Comparison, Tuple};
use lustrate_table::{Code, RowId};

use crate::RowSet;
use crate::keys::Keys;
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
        let all = RowSet::full(typed.table.rows());
        let (equal, unequal, orders) = (Vec::new(), Vec::new(), Vec::new());
        let residuals: Vec<Residual> =
            shape.residuals.iter().filter_map(|predicate| Residual::new(typed, predicate)).collect();
        let rows = typed.table.rows();
        let mut rule = PairRule { rows, equal, unequal, orders, residuals, a: all.clone(), b: all };
        for predicate in &shape.cross {
            let keys = Keys::new(typed, (predicate.left, predicate.right), predicate.comparison, predicate.domain);
            rule.a.retain(|row| !keys.of(Tuple::A)[row.index()].is_null());
            rule.b.retain(|row| !keys.of(Tuple::B)[row.index()].is_null());
            match predicate.comparison {
                Comparison::Equal => rule.equal.push(keys),
                Comparison::NotEqual => rule.unequal.push(keys),
                comparison => rule.orders.push(Order { keys, comparison }),
            }
        }
        for residual in &rule.residuals {
            residual.restrict(Tuple::A, &mut rule.a);
            residual.restrict(Tuple::B, &mut rule.b);
        }
        shape.a.iter().for_each(|predicate| predicate.restrict(typed, &mut rule.a));
        shape.b.iter().for_each(|predicate| predicate.restrict(typed, &mut rule.b));
        rule
    }

    /// The rows that may stand in a role.
    pub(crate) fn role(&self, role: Tuple) -> &RowSet {
        match role {
            Tuple::A => &self.a,
            Tuple::B => &self.b,
        }
    }

    /// A key column that is the same for all rows that may stand in a role and missing for all others, so that
    /// these are in no group.
    pub(crate) fn mask(&self, role: Tuple) -> Vec<Code> {
        let mut mask = vec![Code::NULL; self.rows];
        self.role(role).iter().for_each(|row| mask[row.index()] = Code(0));
        mask
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
