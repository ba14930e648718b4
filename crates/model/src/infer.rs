//! Inference: what a fitted model believes of the cells of a table.

use std::collections::BTreeSet;
use std::sync::Arc;

use lustrate_rules::ConstraintId;
use lustrate_table::{AttributeId, CellId, Code, RowId, Table, row_hashes};
use rayon::prelude::*;

use crate::alone::standing;
use crate::channel::{NOISES, Noise};
use crate::column::{ColumnModel, Membership, Source, first_confidence};
use crate::elsewhere::look_elsewhere;
use crate::exchange::{Exchange, Exchanges, exchanges, text, with_exchanges};
use crate::factors::FactorId;
use crate::fit::is_scored;
use crate::hold::Hold;
use crate::lexicon::{Lexicon, code, slot};
use crate::model::Model;
use crate::outcomes::Outcomes;
use crate::posterior::{Alone, Candidate, CellPosterior, Contradiction, Contribution, Evidence, Posterior};
use crate::round::{Outcome, Shared, outcome, score, scorer, scorers};
use crate::sampled::{membership, posterior_of_all};
use crate::scorer::{FactsCache, Scored, Scorer};
use crate::settle::{Rivals, Stage, settle};
use crate::state::{ColumnState, State, fingerprint};
use crate::text::near::Looking;
use crate::values::Values;

/// The posterior of the cells of a table with the attributes of the model, in the same order.
///
/// On the rows that the model was fitted on, each row is left out of the counts that explain it. Other rows are
/// judged by the model as it stands; what is believed of their cells settles in a few rounds, in which the model
/// does not change.
///
/// # Panics
/// When the table has another number of attributes than the model.
pub fn infer(model: &Model, table: &Table) -> Posterior {
    infer_asked(model, table, &BTreeSet::new())
}

/// The same, with the cells that are asked for listed too, however sure the model is of them. Cells of columns that the
/// model leaves alone are not listed even so: it knows nothing of them.
///
/// # Panics
/// As [`infer`].
pub fn infer_asked(model: &Model, table: &Table, asked: &BTreeSet<CellId>) -> Posterior {
    assert_eq!(table.schema().len(), model.columns.len(), "the table has the attributes of the model");
    let hashes = row_hashes(table, model.settings.sampling_seed());
    match &model.fitted {
        Some(fitted) if fitted.fingerprint == fingerprint(&hashes) => match membership(fitted.state.rows()) {
            Membership::Written => posterior_of_all(model, fitted, asked),
            counted => posterior(
                model,
                (&model.values(), &no_facts(model)),
                &fitted.state,
                &fitted.hashes,
                counted,
                None,
                asked,
            ),
        },
        _ => {
            let (model, mut state) = with_rows(model, table, Strings::Unknown);
            settle_new(&model, &mut state, &hashes);
            posterior(&model, (&model.values(), &no_facts(&model)), &state, &hashes, Membership::New, None, asked)
        }
    }
}

/// What pairs of texts have to do with each other, of which nothing is known yet, by column.
pub(crate) fn no_facts(model: &Model) -> Vec<FactsCache> {
    model.columns.iter().map(|_| FactsCache::default()).collect()
}

/// Rounds in which what is believed of new rows settles.
pub(crate) const NEW_ROUNDS: u32 = 3;

fn settle_new(model: &Model, state: &mut State, hashes: &[u64]) {
    let (values, facts) = (model.values(), no_facts(model));
    for round in 0..NEW_ROUNDS {
        let outcomes = score_columns(model, (&values, &facts), state, hashes, Membership::New, None);
        settle(state, &outcomes, if round == 0 { Stage::WarmUp } else { Stage::Repair });
    }
}

pub(crate) fn score_columns(
    model: &Model,
    (values, facts): (&[Values], &[FactsCache]),
    state: &State,
    hashes: &[u64],
    membership: Membership,
    cells: Option<&[Option<Outcomes>]>,
) -> Vec<Option<Outcomes>> {
    score_all(model, &model.shared(&model.columns, state, hashes, membership, values), facts, cells).0
}

fn score_all(
    model: &Model,
    shared: &Shared<'_>,
    facts: &[FactsCache],
    cells: Option<&[Option<Outcomes>]>,
) -> (Vec<Option<Outcomes>>, Exchanges) {
    let score = |(column, facts): (&ColumnModel, &FactsCache)| {
        let cells = cells.and_then(|cells| cells[column.attribute.index()].as_ref());
        is_scored(column).then(|| score(column, shared, facts, cells))
    };
    let mut outcomes: Vec<Option<Outcomes>> = model.columns.par_iter().zip(facts).map(score).collect();
    if model.pairs.is_empty() {
        return (outcomes, Exchanges::default());
    }
    let scorers = scorers(&model.columns, shared, facts);
    let (found, _) = exchanges(&model.pairs, &scorers, &outcomes);
    with_exchanges(&mut outcomes, &found, shared.state);
    (outcomes, found)
}

/// Which strings of new rows count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Strings {
    /// Those that the model does not know.
    Unknown,
    /// All.
    All,
}

/// The model with the values of new rows added to its lexicons, and the rows in its codes. The new rows count for the
/// strings only (what is common, what is near), not for what is believed.
pub(crate) fn with_rows(model: &Model, table: &Table, counting: Strings) -> (Model, State) {
    let mut grown = model.without_rows();
    let columns = grown.columns.iter_mut().map(|column| {
        let rows = table.column(column.attribute);
        let mut domain = column.lexicon.domain.clone();
        let known = domain.len();
        let codes: Vec<Code> = rows.dictionary().iter().map(|(_, text)| domain.intern(text)).collect();
        let observed: Vec<Code> =
            rows.codes().iter().map(|code| if code.is_null() { *code } else { codes[code.index()] }).collect();
        if domain.len() > known || counting == Strings::All {
            let mut written = column.lexicon.written.clone();
            written.resize(domain.len() + 1, 0);
            let counted = written.clone();
            let counts = |&place: &usize| counting == Strings::All || counted[place] == 0;
            let uncounted = observed.iter().map(|&code| slot(code)).filter(counts);
            uncounted.for_each(|place| written[place] += 1);
            column.grow(Arc::new(Lexicon::new(&domain, &written, Looking::AtOnce)));
        }
        let first = |&value: &Code| first_confidence(column, value);
        ColumnState { confidence: observed.iter().map(first).collect(), current: observed.clone(), observed }
    });
    let state = State::new(columns.collect());
    look_elsewhere(&mut grown.columns, &model.settings);
    (grown, state)
}

pub(crate) fn posterior(
    model: &Model,
    (values, facts): (&[Values], &[FactsCache]),
    state: &State,
    hashes: &[u64],
    membership: Membership,
    cells: Option<&[Option<Outcomes>]>,
    asked: &BTreeSet<CellId>,
) -> Posterior {
    let shared = model.shared(&model.columns, state, hashes, membership, values);
    let (outcomes, found) = score_all(model, &shared, facts, cells);
    let rivals = Rivals::new(state, &outcomes);
    let standing = standing(model, &shared, &outcomes, &found);
    let mut cells: Vec<CellPosterior> = model
        .columns
        .par_iter()
        .zip(outcomes.par_iter().zip(facts))
        .filter_map(|(column, (outcomes, facts))| outcomes.as_ref().map(|outcomes| (column, outcomes, facts)))
        .flat_map_iter(|(column, outcomes, facts)| {
            doubtful_cells(column, outcomes, facts, (&rivals, &found), &shared, asked)
        })
        .collect();
    for cell in &mut cells {
        let log_odds = standing.get(&(cell.cell.attribute.0, cell.cell.row.0));
        let best = cell.candidates.first().map(|best| best.value.clone());
        cell.alone = best.zip(log_odds).map(|(value, &log_odds)| Alone { value, log_odds });
    }
    cells.sort_by_key(|cell| cell.cell);
    Posterior { cells }
}

fn doubtful_cells(
    column: &ColumnModel,
    outcomes: &Outcomes,
    facts: &FactsCache,
    (rivals, exchanges): (&Rivals, &Exchanges),
    shared: &Shared<'_>,
    asked: &BTreeSet<CellId>,
) -> Vec<CellPosterior> {
    let scorer = scorer(column, &shared.values[column.attribute.index()], shared, facts);
    let is_asked = |row: usize| asked.contains(&CellId { row: RowId(row as u32), attribute: column.attribute });
    let doubtful = |&(row, outcome): &(usize, &Outcome)| {
        outcome.observed <= Posterior::SURE || contradicted(&scorer, row).is_some() || is_asked(row)
    };
    let mut rows: Vec<(usize, Option<&Outcome>)> =
        outcomes.iter().filter(doubtful).map(|(row, outcome)| (row, Some(outcome))).collect();
    let settled = asked.iter().filter(|cell| cell.attribute == column.attribute).map(|cell| cell.row.index());
    rows.extend(settled.filter(|&row| outcomes.get(row).is_none()).map(|row| (row, None)));
    rows.sort_unstable_by_key(|&(row, _)| row);
    let describe = |scored: &mut Scored, &(row, outcome): &(usize, Option<&Outcome>)| {
        let exchange = exchanges.get(&(column.attribute.0, row as u32));
        scored.extra = exchange.map(|exchange| exchange.slot);
        scorer.prepare(row, scored);
        scorer.weigh(scored);
        let mut cell = describe(&scorer, shared, row, scored);
        if let Some(exchange) = exchange {
            exchanged(&mut cell, &scorer, shared, row, scored, exchange);
        }
        if outcome.is_some_and(|outcome| rivals.win(column.attribute.index(), scorer.rows, row, outcome)) {
            cell.hold = Some(Hold::OtherCell);
        }
        cell
    };
    rows.par_iter().map_init(Scored::default, describe).collect()
}

/// A given rule contradicts a cell only where it holds in this share of the rows: published rules are partly wrong.
const NEARLY_EVERYWHERE: f64 = 0.9;
/// How many times as many rows must hold the other value.
const TIMES_AS_MANY: f64 = 2.0;

/// The given rule that speaks loudest against what is written, and the slot that it would have instead.
fn contradicted(scorer: &Scorer<'_>, row: usize) -> Option<(ConstraintId, u32)> {
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

fn describe(scorer: &Scorer<'_>, shared: &Shared<'_>, row: usize, scored: &Scored) -> CellPosterior {
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
        hold: outcome(scorer, row, scored).hold,
        alone: None,
    }
}

/// Puts an exchange into the posterior of a cell that was judged by itself.
fn exchanged(
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

#[cfg(test)]
mod tests {
    use lustrate_rules::Constraints;
    use lustrate_table::Column;

    use super::*;
    use crate::{Settings, fit};

    /// A hundred rows of five stations with a town each; one town is written backwards, one is missing.
    fn stations() -> Table {
        let towns = ["Marham", "Sandby", "Thornstad", "Ravnby", "Oldham"];
        let town = |row: usize| match row {
            31 => Some("ybdnaS"),
            62 => None,
            _ => Some(towns[row % 5]),
        };
        let texts = |make: &dyn Fn(usize) -> String| (0..100).map(make).collect::<Vec<_>>();
        let column = |texts: &[String]| texts.iter().map(|text| Some(text.as_str())).collect::<Column>();
        let station = texts(&|row| format!("S10{}", row % 5));
        let level = texts(&|row| (row * 37 % 90).to_string());
        let columns = vec![
            ("station".to_owned(), column(&station)),
            ("town".to_owned(), (0..100).map(town).collect()),
            ("level".to_owned(), column(&level)),
        ];
        Table::new(columns).expect("the names differ")
    }

    #[test]
    fn what_speaks_for_a_candidate_adds_up_to_its_log_odds() {
        let table = stations();
        let posterior = infer(&fit(&table, &Constraints::default(), &Settings::new()), &table);
        assert!(!posterior.cells.is_empty());
        for cell in &posterior.cells {
            for candidate in cell.candidates.iter().filter(|candidate| candidate.probability > 1e-200) {
                let log_odds = (candidate.probability / cell.observed_probability).ln();
                let sum: f64 = candidate.contributions.iter().map(|contribution| contribution.log_odds).sum();
                assert!((log_odds - sum).abs() < 1e-6 * sum.abs().max(1.0), "{cell:?}");
            }
        }
    }

    #[test]
    fn a_cell_that_is_asked_for_is_listed_though_it_is_sure_and_changes_no_other() {
        let table = stations();
        let model = fit(&table, &Constraints::default(), &Settings::new());
        let plain = infer(&model, &table);
        let asked = CellId { row: RowId(3), attribute: AttributeId(1) };
        assert!(plain.cells.iter().all(|cell| cell.cell != asked));
        let mut more = infer_asked(&model, &table, &BTreeSet::from([asked]));
        assert!(more.cells.iter().any(|cell| cell.cell == asked && cell.observed_probability > Posterior::SURE));
        more.cells.retain(|cell| cell.cell != asked);
        assert_eq!(more, plain);
    }

    #[test]
    fn a_reversal_and_a_missing_value_are_told_by_the_rest_of_the_row() {
        let table = stations();
        let posterior = infer(&fit(&table, &Constraints::default(), &Settings::new()), &table);
        let best = |row: u32| {
            let cell = CellId { row: RowId(row), attribute: AttributeId(1) };
            let found = posterior.cells.iter().find(|found| found.cell == cell).expect("the cell is doubtful");
            found.candidates[0].value.clone()
        };
        assert_eq!((best(31).as_deref(), best(62).as_deref()), (Some("Sandby"), Some("Thornstad")));
    }

    #[test]
    fn new_rows_are_judged_by_what_other_rows_taught() {
        let model = fit(&stations(), &Constraints::default(), &Settings::new());
        let cells = |texts: [&'static str; 2]| texts.into_iter().map(Some).collect::<Column>();
        let columns = [("station", ["S103", "S104"]), ("town", ["Ravnby", "Oldhxm"]), ("level", ["4", "5"])];
        let table = Table::new(columns.map(|(name, texts)| (name.to_owned(), cells(texts))).into());
        let posterior = infer(&model, &table.expect("the names differ"));
        let town = posterior.cells.iter().find(|cell| cell.cell.attribute.0 == 1).expect("a town is doubtful");
        assert_eq!((town.cell.row.0, town.candidates[0].value.as_deref()), (1, Some("Oldham")));
    }
}
