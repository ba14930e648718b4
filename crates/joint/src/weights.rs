//! How much each rule on single rows weighs.

use lustrate_detect::Detection;
use lustrate_rules::{CellOf, Changes, Constraint, ConstraintId, Constraints, Scope, Strength};
use lustrate_table::{CellId, RowId, Table};

/// The weight of a hard rule, in nats for each violation.
pub(crate) const HARD: f64 = 30.0;
/// A learned weight is at most this.
const MOST_LEARNED: f64 = 12.0;

/// The weight of one rule, as the joint posterior uses it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RuleWeight {
    /// The rule.
    pub rule: ConstraintId,
    /// Nats for each violation.
    pub log_weight: f64,
    /// The rows that it says something of: those that keep it and those that break it.
    pub support: u64,
}

/// The weights of the rules on single rows that are evidence for repairs, in order. A learned one is
/// `ln((kept + ½) / (broken + ½))` within 0 to 12; kept are the rows in which all predicates but one hold, for the
/// predicate for which these are the fewest, so that rows that the rule says nothing of do not count for it.
pub fn rule_weights(table: &Table, constraints: &Constraints, detection: &Detection) -> Vec<RuleWeight> {
    let weighed = constraints.iter().filter(|(_, constraint)| constraint.scope == Scope::Row && repairs(constraint));
    let weigh = |(rule, constraint): (ConstraintId, &Constraint)| {
        let broken = broken_rows(table, constraints, detection, rule).len();
        let kept = kept(table, constraints, constraint);
        let log_weight = given(constraint.strength).unwrap_or_else(|| learned(kept as f64, broken as f64));
        RuleWeight { rule, log_weight, support: (kept + broken) as u64 }
    };
    weighed.map(weigh).collect()
}

/// Whether a rule is evidence for repairs.
pub(crate) fn repairs(constraint: &Constraint) -> bool {
    constraint.strength.repairs() && constraint.changes != Changes::None
}

/// The weight that needs no learning.
pub(crate) fn given(strength: Strength) -> Option<f64> {
    match strength {
        Strength::Hard => Some(HARD),
        Strength::Soft { log_weight } => log_weight,
        Strength::Warn | Strength::Fail { .. } => Some(0.0),
    }
}

/// The weight of a rule that so many rows keep and break.
pub(crate) fn learned(kept: f64, broken: f64) -> f64 {
    ((kept + 0.5) / (broken + 0.5)).ln().clamp(0.0, MOST_LEARNED)
}

/// The rows that break a rule on single rows as they are written. The detection says where to look.
pub(crate) fn broken_rows(
    table: &Table,
    constraints: &Constraints,
    detection: &Detection,
    rule: ConstraintId,
) -> Vec<RowId> {
    let constraint = constraints.get(rule);
    let breaks = |&row: &RowId| {
        let text = |cell: CellOf| table.text(CellId { row, attribute: cell.attribute });
        constraint.is_broken(constraints.columns(), &text)
    };
    detection.of(rule).rows.iter().filter(breaks).collect()
}

fn kept(table: &Table, constraints: &Constraints, constraint: &Constraint) -> usize {
    let mut kept = vec![0usize; constraint.predicates.len()];
    for row in table.row_ids() {
        let text = |cell: CellOf| table.text(CellId { row, attribute: cell.attribute });
        let mut fails = None;
        for (place, predicate) in constraint.predicates.iter().enumerate() {
            match (predicate.holds(constraints.columns(), &text), fails) {
                (Some(true), _) => {}
                (Some(false), None) => fails = Some(place),
                _ => {
                    fails = None;
                    break;
                }
            }
        }
        if let Some(place) = fails {
            kept[place] += 1;
        }
    }
    kept.into_iter().min().unwrap_or(0)
}
