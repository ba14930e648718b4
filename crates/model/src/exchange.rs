//! Values exchanged between two columns of a row: one error, seen by two cells.
//!
//! ```text
//! odds = eps_AB · [ q_A(o_B) / Ch(o_A | o_B) ] · [ q_B(o_A) / Ch(o_B | o_A) ]
//! ```
//!
//! against the two cells judged one by one: `q / Ch` is what prior and context say of a value beside all that explains the
//! cell, and the exchange takes the place of two errors. `eps_AB` is the share of rows in which the two columns are
//! exchanged, learned with the share of all pairs as a prior.

use lustrate_table::AttributeId;
use rayon::prelude::*;

use crate::column::{ColumnModel, Role};
use crate::hold::supporters_beside;
use crate::lexicon::{MISSING, code, slot};
use crate::map::HashMap;
use crate::outcomes::Outcomes;
use crate::round::Outcome;
use crate::scorer::{Scored, Scorer};
use crate::state::State;

/// Two columns that hold some of the same values.
#[derive(Clone, Debug)]
pub(crate) struct Pair {
    pub(crate) columns: [AttributeId; 2],
    /// The share of rows in which they are exchanged.
    pub(crate) rate: f64,
}

/// The values of two cells of a row, exchanged.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Exchange {
    /// The column of the other cell.
    pub(crate) with: AttributeId,
    /// The slot of what the other cell reads, in the column of this one.
    pub(crate) slot: u32,
    pub(crate) probability: f64,
}

/// The most probable exchange of each cell of a row, by column place and row.
pub(crate) type Exchanges = HashMap<(u32, u32), Exchange>;

/// Exchanges a row before anything is seen.
const FIRST_RATE: f64 = 0.02;
/// Rows that the first rate counts for.
const FIRST_ROWS: f64 = 20.0;
/// Rows that the rate of all pairs counts for in one of them.
const PAIR_ROWS: f64 = 200.0;
/// An exchange that is less probable is not told.
const LEAST: f64 = 0.01;
/// Of the other rows with the same key this share, and so many, must hold one of the values where it would stand.
const MAJORITY: f64 = 0.45;
const SUPPORTERS: f64 = 0.9;
/// Nothing is certain: what is written keeps odds, which contributions add up to.
const MOST: f64 = 1.0 - 1e-12;
/// Cells that are both as surely right are not looked at.
const SURE: f64 = 0.9999;

/// Pairs of columns that are looked at. Where there are more, those that stand near each other in the table are: what is
/// filled in side by side is exchanged.
const MOST_PAIRS: usize = 20_000;

/// The pairs of columns that share values.
pub(crate) fn pairs(columns: &[ColumnModel]) -> Vec<Pair> {
    let active: Vec<&ColumnModel> = columns.iter().filter(|column| column.role == Role::Active).collect();
    let reach = if active.len() * active.len() <= 2 * MOST_PAIRS { active.len() } else { MOST_PAIRS / active.len() };
    let last = |one: usize| (one + 1 + reach).min(active.len());
    let all: Vec<(usize, usize)> =
        (0..active.len()).flat_map(|one| (one + 1..last(one)).map(move |other| (one, other))).collect();
    let possible = (all.len() as f64).max(1.0);
    let pair = |(one, other): (usize, usize)| {
        let (one, other) = (active[one], active[other]);
        let share = one.lexicon.domain.iter().any(|(_, text)| other.lexicon.domain.find(text).is_some());
        share.then(|| Pair { columns: [one.attribute, other.attribute], rate: FIRST_RATE / possible })
    };
    all.into_par_iter().filter_map(pair).collect()
}

/// The exchanges of one row: the place of the pair, what each of its cells would read, by slot, and the probability.
type Found = Vec<(usize, [u32; 2], f64)>;

/// Looks for exchanges in all rows; `outcomes` are those of the cells one by one.
pub(crate) fn exchanges(
    pairs: &[Pair],
    scorers: &[Option<Scorer<'_>>],
    outcomes: &[Option<Outcomes>],
) -> (Exchanges, Vec<f64>) {
    // Of many columns few cells of a row are in doubt, and few pairs are of these.
    let mut places: Vec<Vec<usize>> = vec![Vec::new(); outcomes.len()];
    for (place, pair) in pairs.iter().enumerate() {
        pair.columns.iter().for_each(|column| places[column.index()].push(place));
    }
    let of_row = |scored: &mut [Scored; 2], cells: &[(u32, usize)]| -> Found {
        let row = cells[0].0 as usize;
        let mut asked: Vec<usize> = cells.iter().flat_map(|&(_, column)| &places[column]).copied().collect();
        asked.sort_unstable();
        asked.dedup();
        let mut found = Found::new();
        for place in asked {
            let pair = &pairs[place];
            let [Some(one), Some(other)] = pair.columns.map(|column| scorers[column.index()].as_ref()) else {
                continue;
            };
            let (a, b) = (one.observed(row) as u32, other.observed(row) as u32);
            let (Some(b_here), Some(a_there)) = (same(other, b, one), same(one, a, other)) else { continue };
            if b_here == a {
                continue;
            }
            // Two columns that hold the same kind of value are as plausible either way: other rows have to say so.
            let supported = |scorer: &Scorer<'_>, slot: u32, beside: AttributeId| {
                supporters_beside(scorer, row, slot as usize, MAJORITY, Some(beside)) >= SUPPORTERS
            };
            let strange = is_strange(one, row) && is_strange(other, row);
            let at_home = strange && is_known(one, b_here) && is_known(other, a_there);
            if !at_home && !supported(one, b_here, pair.columns[1]) && !supported(other, a_there, pair.columns[0]) {
                continue;
            }
            let log_odds =
                pair.rate.ln() + freed(one, row, b_here, &mut scored[0]) + freed(other, row, a_there, &mut scored[1]);
            found.push((place, [b_here, a_there], log_odds));
        }
        let most = found.iter().map(|(.., odds)| *odds).fold(0.0, f64::max);
        let total = (-most).exp() + found.iter().map(|(.., odds)| (odds - most).exp()).sum::<f64>();
        found.iter_mut().for_each(|(.., odds)| *odds = ((*odds - most).exp() / total).min(MOST));
        found.retain(|(.., probability)| *probability >= LEAST);
        found
    };
    let of_column = |(column, outcomes): (usize, &Option<Outcomes>)| {
        let unsure = outcomes.iter().flat_map(Outcomes::iter).filter(|(_, outcome)| outcome.observed <= SURE);
        unsure.map(|(row, _)| (row as u32, column)).collect::<Vec<_>>()
    };
    let mut unsure: Vec<(u32, usize)> = outcomes.iter().enumerate().flat_map(of_column).collect();
    unsure.sort_unstable();
    let rows: Vec<&[(u32, usize)]> = unsure.chunk_by(|a, b| a.0 == b.0).collect();
    let of_row = |scored: &mut _, cells: &[(u32, usize)]| (cells[0].0, of_row(scored, cells));
    let by_row: Vec<(u32, Found)> = rows.into_par_iter().map_init(<[Scored; 2]>::default, of_row).collect();
    let mut sums = vec![0.0; pairs.len()];
    let mut exchanges = Exchanges::default();
    for (row, found) in by_row {
        for (place, slots, probability) in found {
            sums[place] += probability;
            for (side, slot) in slots.into_iter().enumerate() {
                let [here, with] = [pairs[place].columns[side], pairs[place].columns[1 - side]];
                let exchange = Exchange { with, slot, probability };
                let known = exchanges.entry((here.0, row)).or_insert(exchange);
                if known.probability < probability {
                    *known = exchange;
                }
            }
        }
    }
    // To a millionth of a row: what the order of the rows does to the last digits of a sum must not reach a repair.
    sums.iter_mut().for_each(|sum| *sum = (*sum * 1e6).round() / 1e6);
    (exchanges, sums)
}

/// The slot in a column of the value at a slot of another; `None` where it has none. It is looked up for the few cells that are asked
/// about: what each pair of many columns has in common takes more room than the table.
fn same(from: &Scorer<'_>, slot_there: u32, to: &Scorer<'_>) -> Option<u32> {
    if slot_there as usize == MISSING {
        return None;
    }
    let text = from.column.lexicon.domain.text(code(slot_there as usize))?;
    to.column.lexicon.domain.find(text).map(|code| slot(code) as u32)
}

/// Whether no other cell of the column is believed to hold what the cell reads.
fn is_strange(scorer: &Scorer<'_>, row: usize) -> bool {
    scorer.elsewhere(row) < 0.5
}

/// Whether several cells of the column are believed to hold a value.
fn is_known(scorer: &Scorer<'_>, slot: u32) -> bool {
    scorer.values.weight[slot as usize] >= 1.5
}

/// `log q(v) / Ch(o | v)` of a cell.
fn freed(scorer: &Scorer<'_>, row: usize, slot: u32, scored: &mut Scored) -> f64 {
    // What was scored before may be a cell of another column.
    scored.forget();
    scored.extra = Some(slot);
    scorer.prepare(row, scored);
    scorer.weigh(scored);
    let place = scored.candidates.iter().position(|&candidate| candidate == slot);
    place.map_or(f64::NEG_INFINITY, |place| scored.posterior[place].max(1e-300).ln() - scored.channel[place])
}

/// What the sums of a round say of the rates.
pub(crate) fn learn_rates(pairs: &mut [Pair], sums: &[f64], rows: f64, columns: f64) {
    let all: f64 = sums.iter().sum();
    let of_row = (all + FIRST_RATE * FIRST_ROWS) / (rows + FIRST_ROWS);
    let mean = of_row / (columns * (columns - 1.0) / 2.0).max(1.0);
    for (pair, sum) in pairs.iter_mut().zip(sums) {
        pair.rate = ((sum + mean * PAIR_ROWS) / (rows + PAIR_ROWS)).clamp(1e-9, 0.2);
    }
}

/// Puts the exchanges into what the cells one by one gave.
pub(crate) fn with_exchanges(outcomes: &mut [Option<Outcomes>], exchanges: &Exchanges, state: &State) {
    let mut cells: Vec<(u32, u32)> = exchanges.keys().copied().collect();
    cells.sort_unstable();
    for cells in cells.chunk_by(|a, b| a.0 == b.0) {
        let column = cells[0].0;
        let Some(outcomes) = &mut outcomes[column as usize] else { continue };
        let observed = &state.columns()[column as usize].observed;
        let rows = cells.iter().map(|&(_, row)| row as usize);
        let settled = |row: usize| Outcome::settled(slot(observed[row]) as u32);
        outcomes.update(rows, settled, |row, outcome| exchanged(outcome, &exchanges[&(column, row as u32)]));
    }
}

fn exchanged(outcome: &mut Outcome, exchange: &Exchange) {
    let rest = 1.0 - exchange.probability;
    outcome.observed *= rest;
    if outcome.best == exchange.slot {
        outcome.probability = exchange.probability + rest * outcome.probability;
    } else if exchange.probability >= rest * outcome.probability {
        outcome.best = exchange.slot;
        outcome.probability = exchange.probability;
    } else {
        outcome.probability *= rest;
        return;
    }
    outcome.hold = None;
    outcome.competes = false;
    outcome.lonely = false;
}

/// The text of the slot of a column.
pub(crate) fn text(column: &ColumnModel, slot: u32) -> Option<String> {
    column.lexicon.domain.text(code(slot as usize)).map(str::to_owned)
}
