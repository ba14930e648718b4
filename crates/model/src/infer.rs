//! Inference: what a fitted model believes of the cells of a table.

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;

use lustrate_table::{AttributeId, CellId, Code, Dictionary, RowId, Table, row_hashes};
use rayon::prelude::*;

use crate::alone::standing;
use crate::column::{ColumnModel, Membership, first_confidence};
use crate::describe::{contradicted, describe, exchanged};
use crate::elsewhere::look_elsewhere;
use crate::exchange::{Exchanges, exchanges, with_exchanges};
use crate::fit::{is_scored, presence};
use crate::hold::Hold;
use crate::lexicon::{Lexicon, slot};
use crate::model::{Fitted, Model};
use crate::outcomes::Outcomes;
use crate::posterior::{Alone, CellPosterior, Posterior};
use crate::round::{Outcome, Shared, outcome, score, scorer, scorers};
use crate::sampled::{membership, posterior_in_parts};
use crate::scorer::{FactsCache, Scored, Scorer};
use crate::screen::Screen;
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
    let mut all = Posterior::default();
    infer_in_parts(model, table, asked, &|| true, &mut |_, part| all.cells.extend(part.cells));
    all
}

/// The same, part by part, each with the rows that it is of: the parts of a large table are not held at once. The rows of the
/// parts count up from the first to the last. A part is taken while the next is judged.
///
/// Before each part `go_on` says whether it is judged; once it is not, the rest of the rows is one part of which nothing is
/// believed. How many rows were judged is given back.
///
/// # Panics
/// As [`infer`].
pub fn infer_in_parts(
    model: &Model,
    table: &Table,
    asked: &BTreeSet<CellId>,
    go_on: &(dyn Fn() -> bool + Sync),
    each: &mut (dyn FnMut(Range<u32>, Posterior) + Send),
) -> u32 {
    assert_eq!(table.schema().len(), model.columns.len(), "the table has the attributes of the model");
    let rows = table.rows() as u32;
    let fitted = fitted_on(model, table);
    if let Ok(fitted) = &fitted
        && membership(fitted.state.rows()) == Membership::Written
    {
        return posterior_in_parts(model, fitted, asked, go_on, each);
    }
    if !go_on() {
        each(0..rows, Posterior::default());
        return 0;
    }
    let found = match fitted {
        Ok(fitted) => {
            let judging = (&*model.values(), &*no_facts(model));
            posterior(model, judging, &fitted.state, &fitted.hashes, membership(table.rows()), None, asked)
        }
        Err(hashes) => {
            let (model, mut state) = with_rows(model, table, Strings::Unknown);
            settle_new(&model, &mut state, &hashes);
            let judging = (&*model.values(), &*no_facts(&model));
            posterior(&model, judging, &state, &hashes, Membership::New, None, asked)
        }
    };
    each(0..rows, found);
    rows
}

/// What the model knows of a table that it was fitted on; of another table the hashes of its rows.
fn fitted_on<'m>(model: &'m Model, table: &Table) -> Result<&'m Fitted, Vec<u64>> {
    let seed = model.settings.sampling_seed();
    let Some(fitted) = &model.fitted else { return Err(row_hashes(table, seed)) };
    let is_shared = |(column, attribute): (&ColumnState, AttributeId)| {
        // Of a column that is left alone the model keeps no codes; the codes of the others do not change with its own.
        model.settings.leaves_alone(attribute) || table.column(attribute).shares_codes(&column.observed)
    };
    let columns = || fitted.state.columns().iter().zip(table.schema().ids());
    let looked_at = columns().any(|(_, attribute)| !model.settings.leaves_alone(attribute));
    if looked_at && fitted.state.rows() == table.rows() && columns().all(is_shared) {
        return Ok(fitted);
    }
    let hashes = row_hashes(table, seed);
    if fingerprint(&hashes) == fitted.fingerprint { Ok(fitted) } else { Err(hashes) }
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
    let found = exchange(model, shared, facts, &mut outcomes);
    (outcomes, found)
}

/// Finds the cells of one row that hold each other's values, and judges them together.
fn exchange(model: &Model, shared: &Shared<'_>, facts: &[FactsCache], outcomes: &mut [Option<Outcomes>]) -> Exchanges {
    if model.pairs.is_empty() {
        return Exchanges::default();
    }
    let (found, _) = exchanges(&model.pairs, &scorers(&model.columns, shared, facts), outcomes);
    with_exchanges(outcomes, &found, shared.state);
    found
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
        let presence = model.settings.leaves_alone(column.attribute).then(|| presence(table.column(column.attribute)));
        let rows = presence.as_ref().unwrap_or_else(|| table.column(column.attribute));
        let mut domain = Dictionary::clone(&column.lexicon.domain);
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
            column.grow(Arc::new(Lexicon::new(Arc::new(domain), &written, Looking::AtOnce)));
        }
        let first = |&value: &Code| first_confidence(column, value);
        let confidence = observed.iter().map(first).collect();
        ColumnState::as_written(observed, confidence)
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
    let shared = &model.shared(&model.columns, state, hashes, membership, values);
    let judge = |(column, facts): (&ColumnModel, &FactsCache)| {
        let cells = cells.and_then(|cells| cells[column.attribute.index()].as_ref());
        let judged = is_scored(column).then(|| judge(column, shared, facts, cells, asked));
        judged.map_or((None, Vec::new()), |(outcomes, cells)| (Some(outcomes), cells))
    };
    let (mut outcomes, described): (Vec<_>, Vec<_>) = model.columns.par_iter().zip(facts).map(judge).unzip();
    let found = exchange(model, shared, facts, &mut outcomes);
    let rivals = Rivals::new(state, &outcomes);
    let standing = standing(model, shared, &outcomes, &found);
    let exchanged = exchanged_cells(model, shared, facts, (&outcomes, &found), asked);
    let mut cells: Vec<CellPosterior> = described.into_iter().flatten().collect();
    cells.retain(|cell| !found.contains_key(&(cell.cell.attribute.0, cell.cell.row.0)));
    cells.extend(exchanged);
    for cell in &mut cells {
        let (place, row) = (cell.cell.attribute.index(), cell.cell.row.index());
        let outcome = outcomes[place].as_ref().and_then(|outcomes| outcomes.get(row));
        if outcome.is_some_and(|outcome| rivals.win(place, &state.columns()[place], row, outcome)) {
            cell.hold = Some(Hold::OtherCell);
        }
        let log_odds = standing.get(&(cell.cell.attribute.0, cell.cell.row.0));
        let best = cell.candidates.first().map(|best| best.value.clone());
        cell.alone = best.zip(log_odds).map(|(value, &log_odds)| Alone { value, log_odds });
    }
    // Those of each column are in order already, which a stable sort makes use of.
    cells.sort_by_key(|cell| cell.cell);
    Posterior { cells }
}

/// Judges the cells of one column, each by itself, and describes those that are doubtful and those that are asked for.
fn judge(
    column: &ColumnModel,
    shared: &Shared<'_>,
    facts: &FactsCache,
    cells: Option<&Outcomes>,
    asked: &BTreeSet<CellId>,
) -> (Outcomes, Vec<CellPosterior>) {
    let scorer = scorer(column, &shared.values[column.attribute.index()], shared, facts);
    // Cells that are given are known to be doubtful.
    let screen = cells.is_none().then(|| Screen::new(&scorer));
    let is_asked = |row: usize| asked.contains(&CellId { row: RowId(row as u32), attribute: column.attribute });
    let judge = |scored: &mut Scored, row: usize| {
        let is_settled = screen.as_ref().is_some_and(|screen| screen.is_settled(row));
        if is_settled && !is_asked(row) {
            return None;
        }
        scorer.prepare(row, scored);
        scorer.weigh(scored);
        let found = outcome(&scorer, row, scored);
        let doubtful = is_settled || is_doubtful(&scorer, row, &found) || is_asked(row);
        let described = doubtful.then(|| describe(&scorer, shared, row, scored, found.hold));
        Some((row as u32, (!is_settled).then_some(found), described))
    };
    let judged: Vec<(u32, Option<Outcome>, Option<CellPosterior>)> = match cells {
        None => (0..shared.state.rows()).into_par_iter().map_init(Scored::default, judge).flatten_iter().collect(),
        Some(cells) => {
            let rows: Vec<usize> = cells.iter().map(|(row, _)| row).collect();
            rows.into_par_iter().map_init(Scored::default, judge).flatten_iter().collect()
        }
    };
    let mut described = Vec::new();
    let outcomes = judged.into_iter().filter_map(|(row, outcome, cell)| {
        described.extend(cell);
        Some((row, outcome?))
    });
    let outcomes: Outcomes = outcomes.collect();
    if cells.is_some() {
        let settled = asked.iter().filter(|cell| cell.attribute == column.attribute).map(|cell| cell.row.index());
        let mut scored = Scored::default();
        for row in settled.filter(|&row| outcomes.get(row).is_none()) {
            scorer.prepare(row, &mut scored);
            scorer.weigh(&mut scored);
            let hold = outcome(&scorer, row, &scored).hold;
            described.push(describe(&scorer, shared, row, &scored, hold));
        }
    }
    (outcomes, described)
}

/// Whether a cell is listed in the posterior.
fn is_doubtful(scorer: &Scorer<'_>, row: usize, outcome: &Outcome) -> bool {
    outcome.observed <= Posterior::SURE || contradicted(scorer, row).is_some()
}

/// Describes the cells that hold the value of another of their row, with what that says.
fn exchanged_cells(
    model: &Model,
    shared: &Shared<'_>,
    facts: &[FactsCache],
    (outcomes, exchanges): (&[Option<Outcomes>], &Exchanges),
    asked: &BTreeSet<CellId>,
) -> Vec<CellPosterior> {
    let mut places: Vec<(u32, u32)> = exchanges.keys().copied().collect();
    places.sort_unstable();
    let of_column = |places: &[(u32, u32)]| {
        let place = places[0].0 as usize;
        let column = &model.columns[place];
        let scorer = scorer(column, &shared.values[place], shared, &facts[place]);
        let mut scored = Scored::default();
        let mut describe = |&(attribute, row): &(u32, u32)| {
            let cell = CellId { row: RowId(row), attribute: AttributeId(attribute) };
            let row = row as usize;
            let outcome = outcomes[place].as_ref().and_then(|outcomes| outcomes.get(row));
            if !asked.contains(&cell) && !outcome.is_some_and(|outcome| is_doubtful(&scorer, row, outcome)) {
                return None;
            }
            let exchange = &exchanges[&(attribute, cell.row.0)];
            scored.extra = Some(exchange.slot);
            scorer.prepare(row, &mut scored);
            scorer.weigh(&mut scored);
            let hold = crate::round::outcome(&scorer, row, &scored).hold;
            let mut cell = describe(&scorer, shared, row, &scored, hold);
            exchanged(&mut cell, &scorer, shared, row, &scored, exchange);
            Some(cell)
        };
        places.iter().filter_map(&mut describe).collect::<Vec<_>>()
    };
    places.chunk_by(|one, other| one.0 == other.0).flat_map(of_column).collect()
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
