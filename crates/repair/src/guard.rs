//! What may not be changed: columns that are never repaired, and protected ones.

use lustrate_model::{Evidence, Hold};
use lustrate_rules::{ColumnRole, Constraints, Strength};

use crate::repairs::{Decision, Repair, Repairs, Withheld};

/// Drops repairs of columns that are never repaired, and leaves those of protected columns for review that no hard rule
/// and no reference asks for.
pub fn guard(repairs: &mut Repairs, constraints: &Constraints) {
    let columns = constraints.columns();
    repairs.items.retain(|repair| {
        let column = columns.get(repair.cell.attribute);
        !(column.never_repair || column.roles.contains(&ColumnRole::Id))
    });
    for repair in repairs.items.iter_mut().filter(|repair| repair.decision == Decision::Apply) {
        let protected = columns.get(repair.cell.attribute).roles.contains(&ColumnRole::Protected);
        if protected && !is_asked_for(repair, constraints) {
            repair.withhold(Withheld::Model(Hold::Protected));
        }
    }
}

/// Whether a hard rule or a reference speaks for a repair.
fn is_asked_for(repair: &Repair, constraints: &Constraints) -> bool {
    repair.grounds.contributions().iter().filter(|contribution| contribution.log_odds > 0.0).any(|contribution| {
        match contribution.evidence {
            Evidence::Reference { .. } => true,
            Evidence::Rule { rule, .. } | Evidence::Context { rule: Some(rule), .. } => {
                constraints.get(rule).strength == Strength::Hard
            }
            _ => false,
        }
    })
}
