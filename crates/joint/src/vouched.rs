//! Values that a rule vouches for: those of a declared list, and those that a rule names for its row.
//!
//! The model knows how rare a value is, and a rare one that is spelled almost like a common one looks like a typing error. A
//! value that is in the list of its column, letter for letter, is none: if it is wrong, it was put in the place of another,
//! which is told by the other cells of the row and not by the spelling or the frequency of the value.

use std::collections::{BTreeMap, BTreeSet};

use lustrate_model::{CellPosterior, Evidence};
use lustrate_rules::{CellOf, CellTest, Comparison, Constraint, Constraints, Operand, Polarity, Predicate, Scope};
use lustrate_table::{AttributeId, CellId, Table};

use crate::row::CHANGE;

/// Weighs the posterior of every vouched cell anew: a typing error speaks for a change no more than an unrelated error does,
/// and the frequency of a value not at all.
pub(crate) fn vouch(table: &Table, constraints: &Constraints, cells: &mut BTreeMap<CellId, CellPosterior>) {
    let lists: Vec<(AttributeId, &Constraint)> = constraints
        .iter()
        .filter(|(_, constraint)| constraint.scope == Scope::Row && constraint.strength.repairs())
        .flat_map(|(_, constraint)| allowing(constraint).into_iter().map(move |attribute| (attribute, constraint)))
        .collect();
    let listed: BTreeSet<AttributeId> = lists.iter().map(|(attribute, _)| *attribute).collect();
    for cell in cells.values_mut().filter(|cell| listed.contains(&cell.cell.attribute) && cell.observed.is_some()) {
        let text = |of: CellOf| table.text(CellId { row: cell.cell.row, attribute: of.attribute });
        let vouches = |(attribute, constraint): &(AttributeId, &Constraint)| {
            *attribute == cell.cell.attribute
                && constraint.predicates.iter().all(|predicate| {
                    let expected = !allows(predicate, *attribute);
                    predicate.holds(constraints.columns(), &text) == Some(expected)
                })
        };
        if lists.iter().any(vouches) {
            weigh_anew(cell);
        }
    }
}

/// The attributes for which a rule says what is allowed.
fn allowing(constraint: &Constraint) -> BTreeSet<AttributeId> {
    let named =
        constraint.predicates.iter().flat_map(|predicate| predicate.cells().into_iter().map(|cell| cell.attribute));
    let attributes: BTreeSet<AttributeId> = named.collect();
    let only_one = |attribute: &AttributeId| {
        constraint.predicates.iter().filter(|predicate| allows(predicate, *attribute)).count() == 1
    };
    attributes.into_iter().filter(only_one).collect()
}

/// Whether a forbidden predicate says what an attribute may be: not in a list, or another text than this one.
fn allows(predicate: &Predicate, attribute: AttributeId) -> bool {
    match predicate {
        Predicate::Member { cell, test: CellTest::OneOf(_), polarity: Polarity::Negative } => {
            cell.attribute == attribute
        }
        Predicate::Compare(compare) => {
            compare.left.attribute == attribute
                && compare.comparison == Comparison::NotEqual
                && matches!(compare.right, Operand::Constant(_))
        }
        _ => false,
    }
}

fn weigh_anew(cell: &mut CellPosterior) {
    let mut weights = Vec::with_capacity(cell.candidates.len());
    for candidate in &mut cell.candidates {
        let mut change = 0.0;
        for contribution in &mut candidate.contributions {
            let most = match contribution.evidence {
                Evidence::Error { .. } => -CHANGE,
                Evidence::Prior | Evidence::InSum => 0.0,
                _ => continue,
            };
            change += (most - contribution.log_odds).min(0.0);
            contribution.log_odds = contribution.log_odds.min(most);
        }
        weights.push(candidate.probability * f64::exp(change));
    }
    let unlisted = cell.unlisted.min(cell.observed_probability * (-CHANGE).exp());
    let total = cell.observed_probability + unlisted + weights.iter().sum::<f64>();
    if total <= 0.0 {
        return;
    }
    cell.observed_probability /= total;
    cell.unlisted = unlisted / total;
    for (candidate, weight) in cell.candidates.iter_mut().zip(weights) {
        candidate.probability = weight / total;
    }
    cell.candidates.sort_by(|a, b| b.probability.total_cmp(&a.probability));
}
