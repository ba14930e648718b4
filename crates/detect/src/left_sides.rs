//! Left sides that several constraints share: `fd A, B -> C, D` is one constraint for each column on its right, and all
//! ask for the same groups.

use std::collections::{BTreeMap, BTreeSet};

use lustrate_rules::{Constraints, Scope};
use lustrate_table::{AttributeId, Groups};
use rayon::prelude::*;

use crate::shape::Shape;
use crate::typed::Typed;

/// The groups of every left side of two attributes or more that two constraints or more have. A left side of one
/// attribute needs none: there the codes of the column serve.
#[derive(Default)]
pub(crate) struct LeftSides {
    groups: BTreeMap<Vec<AttributeId>, Groups>,
}

impl LeftSides {
    pub(crate) fn new(typed: Typed, constraints: &Constraints) -> Self {
        let pairs = constraints.iter().filter(|(id, of)| of.scope == Scope::Pair && !constraints.joins(*id));
        let (mut once, mut again) = (BTreeSet::new(), BTreeSet::new());
        for side in pairs.map(|(_, constraint)| Shape::new(constraint).left_side()).filter(|side| side.len() > 1) {
            if let Some(side) = once.replace(side) {
                again.insert(side);
            }
        }
        let groups = |side: Vec<AttributeId>| {
            let columns: Vec<_> = side.iter().map(|&attribute| typed.table.column(attribute)).collect();
            (side, Groups::new(&columns))
        };
        LeftSides { groups: again.into_iter().collect::<Vec<_>>().into_par_iter().map(groups).collect() }
    }

    /// The groups of a left side, as [`Shape::left_side`] gives it.
    pub(crate) fn find(&self, side: &[AttributeId]) -> Option<&Groups> {
        self.groups.get(side)
    }
}
