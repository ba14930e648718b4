//! Large tables: what says how counts are read is learned on a sample of the rows, and what counts are is read off all.
//!
//! Rounds over all rows would cost as many passes as there are rounds. But a table of a million rows has evidence enough in
//! its counts as it is written: a few errors among many rows that are right move no majority. So all rows are counted once,
//! as they are written, the rounds look at a sample of the rows, and then every row is judged by what they learned. The work
//! of a row whose cells are settled ([`Screen`](crate::screen::Screen)) is a few look-ups.
//!
//! What is told of doubtful cells takes more room than the table. So rows are judged part by part, and whoever asks takes a part
//! before the next is judged.

use std::collections::BTreeSet;
use std::ops::{ControlFlow, Range};
use std::sync::Arc;

use lustrate_discover::{CodeColumn, PairGain, dependencies, pair_gains};
use lustrate_rules::Constraints;
use lustrate_table::{AttributeId, CellId, RowId};
use rayon::prelude::*;

use crate::channel::TableNoise;
use crate::column::Membership;
use crate::counting::collect;
use crate::fit::{build_contexts, code_columns, contextual, derived, is_scored, one_round, relate_with};
use crate::infer::{no_facts, posterior, score_columns};
use crate::lexicon::slot;
use crate::model::{Fitted, Model};
use crate::outcomes::Outcomes;
use crate::posterior::Posterior;
use crate::round::{Outcome, unsettled};
use crate::scorer::FactsCache;
use crate::settings::{KNOWN, WARM_UP};
use crate::settle::{Stage, settle};
use crate::state::{ColumnState, State, fingerprint, sample};
use crate::values::Values;

/// Tables of more rows are learned on a sample.
pub(crate) const WHOLE: usize = 20_000;
/// The rows of the sample.
const LEARNED: usize = 10_000;

/// How the rows that a model was fitted on are counted in it.
pub(crate) fn membership(rows: usize) -> Membership {
    if rows > WHOLE { Membership::Written } else { Membership::Counted }
}

/// Learns on a sample of the rows.
pub(crate) fn learn(
    mut model: Model,
    state: State,
    hashes: Vec<u64>,
    constraints: &Constraints,
    on_round: &(dyn Fn(u32, u32) -> ControlFlow<()> + Sync),
) -> Model {
    let rows = sample(&hashes, LEARNED, |_| true);
    let mut sampled = state.of_rows(&rows);
    let sampled_hashes: Vec<u64> = rows.iter().map(|row| hashes[row.index()]).collect();
    let gains = relate(&mut model, &state, (&sampled, &sampled_hashes), constraints, &hashes);
    build_contexts(&mut model, &state, &gains);
    collect(&mut model.columns, &state);
    model.derived = derived(&model, &sampled, &sampled_hashes);
    let facts = no_facts(&model);
    let known = known_rows(constraints.known(), &rows);
    let mut values = model.values();
    let rounds = model.settings.round_count();
    for round in 0..rounds - 1 {
        if on_round(round + 1, rounds - 1).is_break() {
            break;
        }
        let outcomes = one_round(&mut model, &values, &sampled, &sampled_hashes, Membership::Written, round, &facts);
        settle(&mut sampled, &outcomes, if round < WARM_UP { Stage::WarmUp } else { Stage::Repair });
        sampled.know(&known);
        learn_noise(&mut model, &mut values);
    }
    model.fitted = Some(Fitted { fingerprint: fingerprint(&hashes), hashes, state, values: Some(Arc::new(values)) });
    model
}

/// What depends on what, by groups that are drawn whole, and by the sample where many keys are tried.
fn relate(
    model: &mut Model,
    state: &State,
    (sampled, sampled_hashes): (&State, &[u64]),
    constraints: &Constraints,
    hashes: &[u64],
) -> Vec<PairGain> {
    let columns = code_columns(model, state);
    let active = contextual(model);
    let gains = pair_gains(&columns, &active, hashes);
    let few: Vec<CodeColumn<'_>> = code_columns(model, sampled);
    let found = dependencies(&few, &active, &gains, sampled_hashes);
    relate_with(model, state, constraints, &gains, found);
    gains
}

/// What the columns share after a round.
fn learn_noise(model: &mut Model, values: &mut [Values]) {
    model.table_noise = TableNoise::new(model.columns.iter().filter(|c| is_scored(c)).map(|c| &c.noise_tally));
    let table_noise = &model.table_noise;
    let scored = model.columns.par_iter_mut().zip(values).filter(|(column, _)| is_scored(column));
    scored.for_each(|(column, values)| {
        column.update_noise(table_noise);
        values.update_emission(column);
    });
}

/// The cells of some rows, by their places among these.
fn known_rows<'c>(cells: impl IntoIterator<Item = &'c CellId>, rows: &[RowId]) -> BTreeSet<CellId> {
    let place = |cell: &CellId| {
        let place = rows.binary_search(&cell.row).ok()?;
        Some(CellId { row: RowId(place as u32), attribute: cell.attribute })
    };
    cells.into_iter().filter_map(place).collect()
}

/// Rows with doubtful cells that are judged together, and the most such cells of theirs if they are several rows: what is told of
/// these is held at once.
const PART: usize = 1 << 14;
const CELLS: usize = 1 << 16;

/// The posterior of the rows that a model was learned on a sample of, part by part: each with the rows that it is of. How many
/// rows were judged before it was to go on no more.
pub(crate) fn posterior_in_parts(
    model: &Model,
    fitted: &Fitted,
    asked: &BTreeSet<CellId>,
    go_on: &(dyn Fn() -> bool + Sync),
    each: &mut (dyn FnMut(Range<u32>, Posterior) + Send),
) -> u32 {
    let Fitted { state, hashes, .. } = fitted;
    let values = fitted.values.clone().unwrap_or_else(|| Arc::new(model.values()));
    let facts: Vec<FactsCache> = model.columns.iter().map(|_| FactsCache::forgetful()).collect();
    let unsettled: Vec<Option<Vec<u32>>> = {
        let shared = model.shared(&model.columns, state, hashes, Membership::Written, &values);
        let columns = model.columns.par_iter().zip(&facts);
        columns.map(|(column, facts)| is_scored(column).then(|| unsettled(column, &shared, facts))).collect()
    };
    let listed = || unsettled.iter().flatten().flatten().copied();
    let mut cells = vec![0u16; state.rows()];
    listed()
        .chain(asked.iter().map(|cell| cell.row.0))
        .for_each(|row| cells[row as usize] = cells[row as usize].saturating_add(1));
    let rows: Vec<u32> = (0..state.rows() as u32).filter(|&row| cells[row as usize] > 0).collect();
    let (mut first, mut judged) = (0, None);
    let mut parts = in_parts(&rows, |row| usize::from(cells[row as usize])).peekable();
    while let Some(part) = parts.next_if(|_| go_on()) {
        let end = parts.peek().map_or(state.rows() as u32, |next| next[0]);
        let before = judged.take();
        let (posterior, ()) = rayon::join(
            || of_part(model, (&values, &facts), fitted, part, &unsettled, asked),
            || before.into_iter().for_each(|(rows, posterior)| each(rows, posterior)),
        );
        judged = Some((first..end, posterior));
        first = end;
    }
    judged.into_iter().for_each(|(rows, posterior)| each(rows, posterior));
    let all = state.rows() as u32;
    if first < all {
        each(first..all, Posterior::default());
    }
    if parts.peek().is_some() { first } else { all }
}

/// The rows, some at a time, by the number of doubtful cells of each.
fn in_parts(rows: &[u32], cells: impl Fn(u32) -> usize) -> impl Iterator<Item = &[u32]> {
    let mut rest = rows;
    std::iter::from_fn(move || {
        let mut all = 0;
        let mut fits = |row: &u32| {
            all += cells(*row);
            all <= CELLS
        };
        let count = rest.iter().take(PART).take_while(|&row| fits(row)).count();
        let part;
        (part, rest) = rest.split_at(count.max(1).min(rest.len()));
        (!part.is_empty()).then_some(part)
    })
}

/// The posterior of some of the rows.
fn of_part(
    model: &Model,
    judging: (&[Values], &[FactsCache]),
    fitted: &Fitted,
    part: &[u32],
    unsettled: &[Option<Vec<u32>>],
    asked: &BTreeSet<CellId>,
) -> Posterior {
    let rows: Vec<RowId> = part.iter().copied().map(RowId).collect();
    let (Some(&first_row), Some(&last_row)) = (rows.first(), rows.last()) else { return Posterior::default() };
    let mut state = fitted.state.of_rows(&rows);
    let hashes: Vec<u64> = rows.iter().map(|row| fitted.hashes[row.index()]).collect();
    let known: BTreeSet<CellId> = known_cells(&state);
    let mut doubtful_cells = vec![0u32; rows.len()];
    let first: Vec<Option<Outcomes>> = (unsettled.iter().zip(state.columns()))
        .map(|(unsettled, column)| {
            let unsettled = unsettled.as_ref()?;
            let from = unsettled.partition_point(|&row| row < first_row.0);
            let here = unsettled[from..].iter().take_while(|&&row| row <= last_row.0);
            let unknown = |&row: &u32| {
                let place = part.binary_search(&row).ok()?;
                doubtful_cells[place] += 1;
                let settled = Outcome::settled(slot(column.observed[place]) as u32);
                Some((place as u32, Outcome { observed: f64::from(column.confidence[place]), ..settled }))
            };
            Some(here.filter_map(unknown).collect())
        })
        .collect();
    settle(&mut state, &first, Stage::WarmUp);
    state.know(&known);
    // What is believed of a cell depends on that of others: where one is alone in its row there is nothing to settle.
    let related: Vec<Option<Outcomes>> =
        first.iter().map(|outcomes| Some(outcomes.as_ref()?.filtered(|row| doubtful_cells[row] > 1))).collect();
    let outcomes = score_columns(model, judging, &state, &hashes, Membership::Written, Some(&related));
    let outcomes = first.iter().zip(outcomes).map(|(all, scored)| Some(all.as_ref()?.with(&scored?)));
    settle(&mut state, &outcomes.collect::<Vec<_>>(), Stage::Repair);
    state.know(&known);
    let cell = |row: RowId, attribute: u32| CellId { row, attribute: AttributeId(attribute) };
    let asked: BTreeSet<CellId> = known_rows(asked.range(cell(first_row, 0)..=cell(last_row, u32::MAX)), &rows);
    let mut found = posterior(model, judging, &state, &hashes, Membership::Written, Some(&first), &asked);
    found.cells.iter_mut().for_each(|cell| cell.cell.row = rows[cell.cell.row.index()]);
    found
}

/// The cells of which somebody said what they read.
fn known_cells(state: &State) -> BTreeSet<CellId> {
    let of_column = |(attribute, column): (u32, &ColumnState)| {
        let known = column.confidence.iter().enumerate().filter(|&(_, &sure)| sure == KNOWN);
        let cell = |row: usize| CellId { row: RowId(row as u32), attribute: AttributeId(attribute) };
        known.map(|(row, _)| cell(row)).collect::<Vec<_>>()
    };
    (0u32..).zip(state.columns()).flat_map(of_column).collect()
}

#[cfg(test)]
mod tests {
    use lustrate_table::{Column, Table};

    use super::*;
    use crate::glance::{Glance, Glanced};
    use crate::round::scorer;
    use crate::screen::Screen;
    use crate::{Settings, fit, infer, infer_asked};

    const ROWS: usize = WHOLE + 1_000;

    /// The town of the station of a row.
    fn meant(row: usize) -> String {
        let station = row * 7 % 300;
        format!("{}{}", ["Old", "Sand", "Thorn", "Raven"][station % 4], ["ham", "by", "stead"][station % 3])
    }

    /// The same as it is written: with a slip in every 97th row.
    fn town(row: usize) -> String {
        let mut town = meant(row);
        if row % 97 == 5 {
            let letter = char::from(b'a' + (row / 97 % 26) as u8);
            town.insert(1 + row / 97 % 4, letter);
        }
        town
    }

    /// Rows of 300 stations, each in one of twelve towns, in an order that starts at some row.
    fn stations(first: usize) -> Table {
        let rows = || (0..ROWS).map(move |row| (row + first) % ROWS);
        let column = |of: &dyn Fn(usize) -> String| {
            let texts: Vec<String> = rows().map(of).collect();
            texts.iter().map(|text| Some(text.as_str())).collect::<Column>()
        };
        let columns = [
            ("station", column(&|row| format!("S{}", row * 7 % 300))),
            ("town", column(&town)),
            ("level", column(&|row| (row * row % 40).to_string())),
        ];
        Table::new(columns.map(|(name, column)| (name.to_owned(), column)).into()).unwrap()
    }

    fn changed(posterior: &Posterior) -> Vec<(usize, String)> {
        let cells = posterior.cells.iter().filter(|cell| cell.observed_probability < 0.5);
        cells.map(|cell| (cell.cell.row.index(), cell.candidates[0].value.clone().unwrap())).collect()
    }

    #[test]
    fn every_row_of_a_large_table_is_judged_by_all_others_whatever_their_order() {
        let table = stations(0);
        let posterior = infer(&fit(&table, &Constraints::default(), &Settings::new()), &table);
        let found = changed(&posterior);
        let wrong = (0..ROWS).filter(|row| row % 97 == 5);
        assert_eq!(found, wrong.map(|row| (row, meant(row))).collect::<Vec<_>>());
        let turned = stations(1_234);
        let mut again = changed(&infer(&fit(&turned, &Constraints::default(), &Settings::new()), &turned));
        again.iter_mut().for_each(|(row, _)| *row = (*row + 1_234) % ROWS);
        again.sort();
        assert_eq!(again, found);
    }

    #[test]
    fn what_is_asked_for_in_a_large_table_changes_nothing_else() {
        let table = stations(0);
        let model = fit(&table, &Constraints::default(), &Settings::new());
        let asked = CellId { row: RowId(7), attribute: AttributeId(1) };
        let mut more = infer_asked(&model, &table, &BTreeSet::from([asked]));
        assert!(more.cells.iter().any(|cell| cell.cell == asked && cell.observed_probability > Posterior::SURE));
        more.cells.retain(|cell| cell.cell != asked);
        assert_eq!(more, infer(&model, &table));
    }

    #[test]
    fn what_a_glance_shows_is_settled_and_it_shows_nearly_all_that_is() {
        let table = stations(0);
        let model = fit(&table, &Constraints::default(), &Settings::new());
        let fitted = model.fitted.as_ref().unwrap();
        let values = model.values();
        let shared = model.shared(&model.columns, &fitted.state, &fitted.hashes, Membership::Written, &values);
        let facts = FactsCache::default();
        let town = scorer(&model.columns[1], &values[1], &shared, &facts);
        let (screen, glance) = (Screen::new(&town), Glance::new(&town));
        let mut glanced = vec![Glanced::default(); ROWS];
        glance.look(0, &mut glanced);
        let shown: Vec<usize> = (0..ROWS).filter(|&row| glance.shows(row, glanced[row])).collect();
        assert!(shown.iter().all(|&row| screen.is_settled(row)));
        let settled = (0..ROWS).filter(|&row| screen.is_settled(row)).count();
        assert!(shown.len() > settled * 9 / 10, "{} of {settled}", shown.len());
    }

    #[test]
    fn a_part_has_few_doubtful_cells_and_at_least_one_row() {
        let rows: Vec<u32> = (0..100_000).step_by(2).collect();
        let lengths = |cells: &dyn Fn(u32) -> usize| in_parts(&rows, cells).map(<[u32]>::len).collect::<Vec<_>>();
        assert_eq!(lengths(&|_| 1), [PART, PART, PART, 50_000 - 3 * PART]);
        assert_eq!(lengths(&|_| 400)[..2], [CELLS / 400, CELLS / 400]);
        assert_eq!(lengths(&|row| if row == 0 { 2 * CELLS } else { 1 })[..2], [1, PART]);
        assert_eq!(in_parts(&rows, |row| row as usize % 90).flatten().copied().collect::<Vec<_>>(), rows);
        assert_eq!(in_parts(&[], |_| 1).count(), 0);
    }

    #[test]
    fn only_the_cells_in_doubt_are_weighed() {
        let table = stations(0);
        let model = fit(&table, &Constraints::default(), &Settings::new());
        let fitted = model.fitted.as_ref().unwrap();
        let (values, facts) = (model.values(), no_facts(&model));
        let shared = model.shared(&model.columns, &fitted.state, &fitted.hashes, Membership::Written, &values);
        let weighed: usize =
            model.columns.iter().zip(&facts).map(|(column, facts)| unsettled(column, &shared, facts).len()).sum();
        let wrong = ROWS / 97;
        assert!((wrong..3 * wrong).contains(&weighed), "{weighed} of {} cells", 3 * ROWS);
    }

    #[test]
    fn of_a_column_that_nothing_speaks_of_only_odd_texts_are_weighed() {
        let words = ["amber", "birch", "copper", "drake", "ember", "flint", "grove", "heron"];
        let word = |row: usize, salt: usize| words[(row * row / 7 + row * salt / 3) % words.len()];
        let slip = |row: usize| row % 1_000 == 3;
        let letter = |row: usize| char::from(b'a' + (row / 1_000) as u8);
        let right = |row: usize| word(row, 11).to_owned();
        let spoilt = |row: usize| if slip(row) { right(row) + &String::from(letter(row)) } else { right(row) };
        let column = |of: &dyn Fn(usize) -> String| {
            let texts: Vec<String> = (0..ROWS).map(of).collect();
            texts.iter().map(|text| Some(text.as_str())).collect::<Column>()
        };
        let columns = [("colour", column(&spoilt)), ("other", column(&|row| (row * 31 % 17).to_string()))];
        let table = Table::new(columns.map(|(name, column)| (name.to_owned(), column)).into()).unwrap();
        let model = fit(&table, &Constraints::default(), &Settings::new());
        let fitted = model.fitted.as_ref().unwrap();
        let (values, facts) = (model.values(), no_facts(&model));
        let shared = model.shared(&model.columns, &fitted.state, &fitted.hashes, Membership::Written, &values);
        assert!(model.columns[0].contexts.is_empty(), "the test is of a column without contexts");
        let weighed = unsettled(&model.columns[0], &shared, &facts[0]);
        assert_eq!(weighed, (0..ROWS as u32).filter(|&row| slip(row as usize)).collect::<Vec<_>>());
    }
}
