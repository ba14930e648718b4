//! The decision for each doubtful cell.

use lustrate_model::{Candidate, CellPosterior, Contradiction, Evidence, Posterior};
use lustrate_rules::ConstraintId;

use crate::policy::Policy;
use crate::repairs::{Decision, Repair, Repairs, Withheld};

/// Reads the repairs off a posterior: a cell whose most probable candidate is not what is written is changed from
/// the policy's `apply_at` on, unless the model holds the change back, and shown for review from `review_at` on. A cell
/// that a given rule contradicts is shown for review however sure the model is that it is right.
pub fn decide(posterior: &Posterior, policy: &Policy) -> Repairs {
    let repair =
        |cell: &CellPosterior| chosen(cell, policy).map(|chosen| repair(without_others(cell, chosen), chosen, policy));
    Repairs { items: posterior.cells.iter().filter_map(repair).collect() }
}

/// [`decide`] for a posterior that nobody else needs: what the repairs do not hold of a cell is given back as soon as the cell
/// is decided.
pub fn decide_once(posterior: Posterior, policy: &Policy) -> Repairs {
    let repair = |cell: CellPosterior| chosen(&cell, policy).map(|chosen| repair(cell, chosen, policy));
    let mut items: Vec<Repair> = posterior.cells.into_iter().filter_map(repair).collect();
    items.shrink_to_fit();
    Repairs { items }
}

/// Nothing is certain: a model that says so has left something out.
const MOST_CONFIDENT: f64 = 0.9999;

/// The place of the candidate that a cell is to hold, or that a person is shown; `None` where nothing is to be done.
fn chosen(cell: &CellPosterior, policy: &Policy) -> Option<usize> {
    let likelier = |best: &&Candidate| best.probability > cell.observed_probability;
    let is_shown = |best: &&Candidate| cell.contradiction.is_some() || best.probability >= policy.review_at();
    let instead = |contradiction: &Contradiction| cell.candidates.iter().position(|c| c.value == contradiction.value);
    let best = cell.candidates.first().filter(likelier).filter(is_shown).map(|_| 0);
    best.or_else(|| cell.contradiction.as_ref().and_then(instead))
}

/// A copy of what is believed of a cell, without what speaks for candidates that are not chosen.
fn without_others(cell: &CellPosterior, chosen: usize) -> CellPosterior {
    let candidate = |(place, candidate): (usize, &Candidate)| Candidate {
        value: candidate.value.clone(),
        probability: candidate.probability,
        contributions: if place == chosen { candidate.contributions.clone() } else { Vec::new() },
    };
    CellPosterior {
        cell: cell.cell,
        observed: cell.observed.clone(),
        observed_probability: cell.observed_probability,
        candidates: cell.candidates.iter().enumerate().map(candidate).collect(),
        unlisted: cell.unlisted,
        contradiction: cell.contradiction.clone(),
        hold: cell.hold,
        alone: None,
    }
}

fn repair(mut cell: CellPosterior, chosen: usize, policy: &Policy) -> Repair {
    let best = cell.candidates.remove(chosen);
    let likelier = best.probability > cell.observed_probability;
    let sure = likelier && best.probability >= policy.apply_at();
    let withheld = match cell.hold {
        _ if !likelier => Some(Withheld::Believed),
        hold => hold.filter(|_| sure).map(Withheld::Model),
    };
    let decision = if sure && withheld.is_none() { Decision::Apply } else { Decision::Review };
    let is_worth_telling = |probability: f64| probability >= 0.005;
    let others = cell.candidates.into_iter();
    let others = others.filter(|other| is_worth_telling(other.probability) && other.value != best.value);
    let others = others.map(|other| (other.value, other.probability));
    let written =
        is_worth_telling(cell.observed_probability).then(|| (cell.observed.clone(), cell.observed_probability));
    let mut alternatives: Vec<(Option<String>, f64)> = others.chain(written).collect();
    alternatives.sort_by(|a, b| b.1.total_cmp(&a.1));
    alternatives.shrink_to_fit();
    Repair {
        cell: cell.cell,
        old: cell.observed,
        confidence: best.probability.min(MOST_CONFIDENT),
        decision,
        withheld,
        rule: loudest_rule(&best).or(cell.contradiction.map(|contradiction| contradiction.rule)),
        new: best.value,
        grounds: best.contributions.into(),
        alternatives,
        conversion: None,
    }
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
    use lustrate_model::{Contribution, Hold};
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
    fn a_posterior_that_nobody_else_needs_is_decided_in_the_same_way() {
        let candidate = |value: &str, probability, log_odds| Candidate {
            value: Some(value.into()),
            probability,
            contributions: vec![Contribution { evidence: Evidence::Prior, log_odds }],
        };
        let cell = |row, observed_probability, contradiction: Option<&str>| CellPosterior {
            cell: CellId { row: RowId(row), attribute: AttributeId(0) },
            observed: Some("Rom".into()),
            observed_probability,
            candidates: vec![candidate("Rome", 0.5, 1.0), candidate("Roma", 0.3, 2.0), candidate("Rom ", 0.001, 3.0)],
            unlisted: 0.0,
            contradiction: contradiction
                .map(|value| Contradiction { rule: ConstraintId(2), value: Some(value.into()) }),
            hold: None,
            alone: None,
        };
        let cells =
            vec![cell(0, 0.1, None), cell(1, 0.6, Some("Roma")), cell(2, 0.6, Some("Paris")), cell(3, 0.6, None)];
        let posterior = Posterior { cells };
        let policy = Policy::new(0.8, 0.4).unwrap();
        let kept = decide(&posterior, &policy);
        assert_eq!(kept, decide_once(posterior, &policy));
        let told: Vec<_> =
            kept.items.iter().map(|it| (it.new.as_deref(), it.grounds.contributions()[0].log_odds)).collect();
        assert_eq!(told, [(Some("Rome"), 1.0), (Some("Roma"), 2.0)]);
        let others: Vec<_> = kept.items[1].alternatives.iter().map(|(value, _)| value.as_deref()).collect();
        assert_eq!(others, [Some("Rom"), Some("Rome")]);
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
