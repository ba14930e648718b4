//! The decision for each doubtful cell.

use lustrate_model::{Candidate, CellPosterior, Contradiction, Evidence, Posterior};
use lustrate_rules::ConstraintId;

use crate::policy::Policy;
use crate::repairs::{Decision, Repair, Repairs, Withheld};

/// Reads the repairs off a posterior: a cell whose most probable candidate is not what is written is changed from
/// the policy's `apply_at` on, unless the model holds the change back, and shown for review from `review_at` on. A cell
/// that a given rule contradicts is shown for review however sure the model is that it is right.
pub fn decide(posterior: &Posterior, policy: &Policy) -> Repairs {
    Repairs { items: posterior.cells.iter().filter_map(|cell| decide_cell(cell, policy)).collect() }
}

/// Nothing is certain: a model that says so has left something out.
const MOST_CONFIDENT: f64 = 0.9999;

fn decide_cell(cell: &CellPosterior, policy: &Policy) -> Option<Repair> {
    let likelier = |best: &&Candidate| best.probability > cell.observed_probability;
    let is_shown = |best: &&Candidate| cell.contradiction.is_some() || best.probability >= policy.review_at();
    let instead = |contradiction: &Contradiction| cell.candidates.iter().find(|c| c.value == contradiction.value);
    let best = cell.candidates.first().filter(likelier).filter(is_shown);
    let best = best.or_else(|| cell.contradiction.as_ref().and_then(instead))?;
    let sure = likelier(&best) && best.probability >= policy.apply_at();
    let withheld = match cell.hold {
        _ if !likelier(&best) => Some(Withheld::Believed),
        hold => hold.filter(|_| sure).map(Withheld::Model),
    };
    let decision = if sure && withheld.is_none() { Decision::Apply } else { Decision::Review };
    let others = cell.candidates.iter().filter(|other| other.value != best.value);
    let mut alternatives: Vec<(Option<String>, f64)> =
        others.map(|other| (other.value.clone(), other.probability)).collect();
    alternatives.push((cell.observed.clone(), cell.observed_probability));
    alternatives.sort_by(|a, b| b.1.total_cmp(&a.1));
    alternatives.retain(|&(_, probability)| probability >= 0.005);
    Some(Repair {
        cell: cell.cell,
        old: cell.observed.clone(),
        new: best.value.clone(),
        confidence: best.probability.min(MOST_CONFIDENT),
        decision,
        withheld,
        rule: loudest_rule(best).or(cell.contradiction.as_ref().map(|contradiction| contradiction.rule)),
        contributions: best.contributions.clone(),
        alternatives,
        conversion: None,
    })
}

fn loudest_rule(candidate: &Candidate) -> Option<ConstraintId> {
    let speaking = candidate.contributions.iter().filter_map(|contribution| match contribution.evidence {
        Evidence::Context { rule: Some(rule), .. } | Evidence::Rule { rule, .. } | Evidence::Reference { rule, .. }
            if contribution.log_odds > 0.0 =>
        {
            Some((contribution.log_odds, rule))
        }
        _ => None,
    });
    speaking.max_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, rule)| rule)
}

#[cfg(test)]
mod tests {
    use lustrate_model::Hold;
    use lustrate_table::{AttributeId, CellId, RowId};

    use super::*;

    fn decision(probability: f64, observed: f64, hold: Option<Hold>) -> Option<Decision> {
        let cell = CellPosterior {
            cell: CellId { row: RowId(0), attribute: AttributeId(0) },
            observed: Some("Rom".into()),
            observed_probability: observed,
            candidates: vec![Candidate { value: Some("Rome".into()), probability, contributions: vec![] }],
            unlisted: 0.0,
            contradiction: None,
            hold,
            alone: None,
        };
        let repairs = decide(&Posterior { cells: vec![cell] }, &Policy::new(0.8, 0.4).unwrap());
        repairs.items.first().map(|repair| repair.decision)
    }

    #[test]
    fn what_is_sure_is_applied_and_what_is_likely_is_reviewed() {
        assert_eq!(decision(0.95, 0.05, None), Some(Decision::Apply));
        assert_eq!(decision(0.5, 0.3, None), Some(Decision::Review));
        assert_eq!(decision(0.3, 0.1, None), None);
    }

    #[test]
    fn what_is_held_back_is_reviewed_however_sure() {
        assert_eq!(decision(0.99, 0.01, Some(Hold::TwoValues)), Some(Decision::Review));
    }

    #[test]
    fn what_is_written_wins_where_it_is_likelier() {
        assert_eq!(decision(0.45, 0.5, None), None);
    }

    #[test]
    fn a_cell_that_a_rule_contradicts_is_not_said_to_be_believed_because_few_cells_are_shown() {
        let cell = |observed_probability| CellPosterior {
            cell: CellId { row: RowId(0), attribute: AttributeId(0) },
            observed: Some("Rom".into()),
            observed_probability,
            candidates: vec![Candidate { value: Some("Rome".into()), probability: 0.6, contributions: vec![] }],
            unlisted: 0.0,
            contradiction: Some(Contradiction { rule: ConstraintId(0), value: Some("Rome".into()) }),
            hold: None,
            alone: None,
        };
        let withheld = |observed| {
            let posterior = Posterior { cells: vec![cell(observed)] };
            decide(&posterior, &Policy::new(1.0, 1.0).unwrap()).items[0].withheld
        };
        assert_eq!(withheld(0.3), None);
        assert_eq!(withheld(0.7), Some(Withheld::Believed));
    }
}
