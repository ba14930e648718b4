//! What is told of a doubtful cell: its candidates, and term by term what speaks for each.

use lustrate_rules::ConstraintId;
use lustrate_table::{AttributeId, CellId, RowId};

use crate::channel::{NOISES, Noise};
use crate::column::Source;
use crate::exchange::{Exchange, text};
use crate::factors::FactorId;
use crate::hold::Hold;
use crate::lexicon::code;
use crate::posterior::{Candidate, CellPosterior, Contradiction, Contribution, Evidence};
use crate::round::Shared;
use crate::scorer::{Scored, Scorer};

/// A given rule contradicts a cell only where it holds in this share of the rows: published rules are partly wrong.
const NEARLY_EVERYWHERE: f64 = 0.9;
/// How many times as many rows must hold the other value.
const TIMES_AS_MANY: f64 = 2.0;

/// The given rule that speaks loudest against what is written, and the slot that it would have instead.
pub(crate) fn contradicted(scorer: &Scorer<'_>, row: usize) -> Option<(ConstraintId, u32)> {
    let (own, observed) = (scorer.own(row), scorer.observed(row));
    let given = scorer.contexts.iter().zip(&scorer.column.contexts).filter_map(|(context, model)| {
        let Source::Given(rule) = model.source else { return None };
        let (group, others) = context.others(row, own).filter(|_| model.holds >= NEARLY_EVERYWHERE)?;
        let weight = |slot: usize| context.weight(group, slot, scorer.current(row), own);
        let most = context.counts.leaders(group).iter().copied().find(|&slot| slot as usize != observed)?;
        if scorer.column.placeholder[most as usize] {
            return None;
        }
        let enough = weight(most as usize) >= TIMES_AS_MANY * weight(observed).max(1.0);
        enough.then(|| (weight(most as usize) / others, rule, most))
    });
    given.max_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, rule, slot)| (rule, slot))
}

/// Other candidates that are reported for a cell.
const REPORTED: usize = 6;

pub(crate) fn describe(
    scorer: &Scorer<'_>,
    shared: &Shared<'_>,
    row: usize,
    scored: &Scored,
    hold: Option<Hold>,
) -> CellPosterior {
    let text = |slot: u32| scorer.column.lexicon.domain.text(code(slot as usize)).map(str::to_owned);
    let mut order: Vec<usize> = (1..scored.candidates.len()).collect();
    order.sort_by(|&a, &b| scored.posterior[b].total_cmp(&scored.posterior[a]).then(a.cmp(&b)));
    let contradiction = contradicted(scorer, row);
    let instead = contradiction.and_then(|(_, slot)| order.iter().position(|&k| scored.candidates[k] == slot));
    if let Some(place) = instead.filter(|&place| place >= REPORTED) {
        order.swap(REPORTED - 1, place);
    }
    let left_out = order.split_off(order.len().min(REPORTED));
    let left_out: f64 = left_out.iter().map(|&place| scored.posterior[place]).sum();
    let said = |place: usize| {
        let asked =
            order.first() == Some(&place) || contradiction.is_some_and(|(_, slot)| slot == scored.candidates[place]);
        if asked || scored.posterior[place] >= WORTH_TELLING {
            contributions(scorer, shared, row, scored, place)
        } else {
            in_two_terms(scored, place)
        }
    };
    let candidate = |&place: &usize| Candidate {
        value: text(scored.candidates[place]),
        probability: scored.posterior[place],
        contributions: said(place),
    };
    CellPosterior {
        cell: CellId { row: RowId(row as u32), attribute: scorer.column.attribute },
        observed: text(scored.candidates[0]),
        observed_probability: scored.posterior[0],
        candidates: order.iter().map(candidate).collect(),
        unlisted: scored.posterior[scored.candidates.len()] + left_out,
        contradiction: contradiction.map(|(rule, slot)| Contradiction { rule, value: text(slot) }),
        hold,
        alone: None,
    }
}

/// Puts an exchange into the posterior of a cell that was judged by itself.
pub(crate) fn exchanged(
    cell: &mut CellPosterior,
    scorer: &Scorer<'_>,
    shared: &Shared<'_>,
    row: usize,
    scored: &Scored,
    exchange: &Exchange,
) {
    let Some(place) = scored.candidates.iter().position(|&slot| slot == exchange.slot) else { return };
    let value = text(scorer.column, exchange.slot);
    let rest = 1.0 - exchange.probability;
    let alone = scored.posterior[place].max(1e-300);
    cell.observed_probability *= rest;
    if cell.candidates.iter().all(|candidate| candidate.value != value) {
        // It is listed from now on.
        cell.unlisted = (cell.unlisted - alone).max(0.0);
    }
    cell.unlisted *= rest;
    cell.candidates.iter_mut().for_each(|candidate| candidate.probability *= rest);
    let mut contributions = contributions(scorer, shared, row, scored, place);
    let log_odds = ((exchange.probability + rest * alone) / (rest * alone).max(1e-300)).ln();
    contributions.push(Contribution { evidence: Evidence::Exchanged { with: exchange.with }, log_odds });
    cell.candidates.retain(|candidate| candidate.value != value);
    let probability = exchange.probability + rest * alone;
    cell.candidates.push(Candidate { value, probability, contributions });
    cell.candidates.sort_by(|a, b| b.probability.total_cmp(&a.probability));
    if cell.candidates.first().is_some_and(|best| best.value == text(scorer.column, exchange.slot)) {
        cell.hold = None;
    }
}

/// Other candidates than the first that are less probable are told in two terms: nobody asks for more, and to keep it for
/// every cell would take most of the memory of a run.
const WORTH_TELLING: f64 = 1e-3;

/// What speaks for an improbable candidate against what is written: all that is said of the value, and the error.
fn in_two_terms(scored: &Scored, place: usize) -> Vec<Contribution> {
    let error = scored.channel[place] - scored.channel[0];
    let all = (scored.posterior[place].max(f64::MIN_POSITIVE) / scored.posterior[0].max(f64::MIN_POSITIVE)).ln();
    let noise = error_of(scored, place);
    vec![
        Contribution { evidence: Evidence::InSum, log_odds: all - error },
        Contribution { evidence: Evidence::Error { noise }, log_odds: error },
    ]
}

/// The kind of noise that explains most of what is written, if a candidate was meant.
fn error_of(scored: &Scored, place: usize) -> Noise {
    let shares = &scored.noise[place];
    let noise = NOISES.into_iter().max_by(|a, b| shares[a.index()].total_cmp(&shares[b.index()]));
    noise.unwrap_or(Noise::Unrelated)
}

/// What speaks for a candidate against what is written, term by term.
fn contributions(
    scorer: &Scorer<'_>,
    shared: &Shared<'_>,
    row: usize,
    scored: &Scored,
    place: usize,
) -> Vec<Contribution> {
    let options = scored.options();
    let mut terms = Vec::with_capacity(scorer.weights.len() + 2);
    terms.push(Contribution { evidence: Evidence::Prior, log_odds: scored.prior[place] - scored.prior[0] });
    for (j, (factor, &weight)) in scorer.factors().zip(&scorer.weights).enumerate() {
        let phi = &scored.factors[j * options..(j + 1) * options];
        let log_odds = weight * (phi[place] - phi[0]);
        if log_odds == 0.0 {
            // It says the same of both: to list it would take most of the memory of a large table.
            continue;
        }
        let evidence = match factor.id() {
            FactorId::Context(key) => context_evidence(scorer, shared, row, scored, place, j, key),
            FactorId::Reverse(_, determined, _) => {
                Evidence::Reverse { determined, value: believed(shared, row, determined) }
            }
            FactorId::Derived | FactorId::PartOf(_) => Evidence::Spelling,
            FactorId::Absence(with) => Evidence::Absence { with },
        };
        terms.push(Contribution { evidence, log_odds });
    }
    terms.push(Contribution {
        evidence: Evidence::Error { noise: error_of(scored, place) },
        log_odds: scored.channel[place] - scored.channel[0],
    });
    terms.shrink_to_fit();
    terms
}

/// What is believed of a cell.
fn believed(shared: &Shared<'_>, row: usize, attribute: AttributeId) -> Option<String> {
    let code = shared.state.column(attribute).current[row];
    shared.lexicons[attribute.index()].domain.text(code).map(str::to_owned)
}

/// Contexts come first among the factors, in the order of the column's model.
fn context_evidence(
    scorer: &Scorer<'_>,
    shared: &Shared<'_>,
    row: usize,
    scored: &Scored,
    place: usize,
    j: usize,
    key: Vec<AttributeId>,
) -> Evidence {
    let rule = match scorer.column.contexts[j].source {
        Source::Given(rule) => Some(rule),
        Source::Found | Source::Pair => None,
    };
    let key = key.into_iter().map(|part| (part, believed(shared, row, part).unwrap_or_default())).collect();
    let (own, current) = (scorer.own(row), scorer.current(row));
    let context = &scorer.contexts[j];
    let Some((group, rows)) = context.others(row, own) else {
        return Evidence::Context { key, rule, supporting: 0.0, opposing: 0.0, rows: 0.0 };
    };
    let weight = |slot: u32| context.weight(group, slot as usize, current, own);
    let (supporting, opposing) = (weight(scored.candidates[place]), weight(scored.candidates[0]));
    Evidence::Context { key, rule, supporting, opposing, rows }
}
