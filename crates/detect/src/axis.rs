//! The two directions in which the rows of a block are compared by order.

use lustrate_rules::{Comparison, Tuple};
use lustrate_table::{Code, RowId};

use crate::pair_rule::{Order, PairRule};

/// The most order comparisons that a sweep can count.
pub(crate) const MAX_ORDERS: usize = 2;

/// One direction, turned such that an order comparison holds exactly if `b` is below `a`.
#[derive(Clone, Copy)]
pub(crate) struct Axis<'r> {
    /// The keys of the rows in either role; empty where nothing is compared, and all rows are at one place.
    a: &'r [Code],
    b: &'r [Code],
    /// Flips the bits of the keys of `<` and `<=`, so that the comparison reads `>` or `>=`.
    turn: u32,
    pub(crate) bound: Bound,
}

/// Whether an equal place is below.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Bound {
    /// It is not: the comparison is strict.
    #[default]
    Strict,
    /// It is.
    Inclusive,
}

/// The axes of a rule's first two orders.
pub(crate) fn axes<'r>(rule: &'r PairRule) -> [Axis<'r>; MAX_ORDERS] {
    std::array::from_fn(|place| rule.orders.get(place).map_or(Axis::NONE, Axis::of))
}

impl<'r> Axis<'r> {
    const NONE: Axis<'r> = Axis { a: &[], b: &[], turn: 0, bound: Bound::Inclusive };

    fn of(order: &'r Order) -> Self {
        let turned = matches!(order.comparison, Comparison::Less | Comparison::LessOrEqual);
        let strict = matches!(order.comparison, Comparison::Less | Comparison::Greater);
        Axis {
            a: order.keys.of(Tuple::A),
            b: order.keys.of(Tuple::B),
            turn: if turned { u32::MAX } else { 0 },
            bound: if strict { Bound::Strict } else { Bound::Inclusive },
        }
    }

    /// The place of a row in a role.
    pub(crate) fn place(&self, role: Tuple, row: RowId) -> u32 {
        let keys = if role == Tuple::A { self.a } else { self.b };
        keys.get(row.index()).map_or(0, |key| key.0 ^ self.turn)
    }

    /// Whether a row has one place in both roles.
    pub(crate) fn is_straight(&self) -> bool {
        self.a.is_empty() || std::ptr::eq(self.a, self.b)
    }
}

impl Bound {
    /// Whether `low` is below `high`.
    pub(crate) fn is_below(self, low: u32, high: u32) -> bool {
        match self {
            Bound::Strict => low < high,
            Bound::Inclusive => low <= high,
        }
    }
}
