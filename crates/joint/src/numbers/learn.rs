//! What a first look at the rows teaches of the errors: how many, of which kinds, between which units.

use std::collections::{BTreeMap, BTreeSet};

use lustrate_model::{CellPosterior, Evidence};
use lustrate_table::{AttributeId, CellId, RowId, Table, parse_number};

use super::columns::{Errors, NumberColumns};
use super::decimal::Decimal;
use super::relation::Relation;
use super::slips::{FIRST_KINDS, KINDS, Kinds, is_rounded};
use crate::row::as_written;

/// Errors that the kinds of the table, and the first ones, count as.
const FIRST_ERRORS: f64 = 10.0;
/// The share of all columns counts as so many errors of one, so that no single cell makes its column a bad one.
const TABLE: f64 = 5.0;
/// The bounds of a share of wrong cells.
const LEAST_RATE: f64 = 1e-4;
const MOST_RATE: f64 = 0.3;
/// A factor is one between two units where so many cells are off by it.
const LEAST_CELLS: usize = 3;

/// A ratio that is known no better than this says nothing of a factor.
const LOOSE: f64 = 0.02;
/// Factors that are exact where the data leave an interval about them: centimetres of an inch, metres of a foot and of a
/// yard, kilometres of a mile, kilograms of a pound, grams of an ounce, litres of a gallon, minutes, hours, days, dozens.
const CONVERSIONS: [f64; 12] =
    [2.54, 0.3048, 0.9144, 1.609_344, 0.453_592_37, 28.349_523_125, 3.785_411_784, 60.0, 3600.0, 24.0, 7.0, 12.0];

/// What was learned.
#[derive(Clone, Debug, Default)]
pub(crate) struct Learned {
    pub(crate) errors: BTreeMap<AttributeId, Errors>,
    /// Cells that are believed to be wrong.
    pub(crate) wrong: BTreeSet<CellId>,
    /// By the words of a relation, the rows that break it although all their cells are believed.
    pub(crate) exceptions: BTreeMap<String, f64>,
}

/// Learns from the posterior of the rows that were looked at.
pub(crate) fn learn(
    table: &Table,
    columns: &NumberColumns,
    relations: &[&Relation],
    cells: &BTreeMap<CellId, CellPosterior>,
) -> Learned {
    let mut learned = Learned::default();
    let mut wrong: BTreeMap<AttributeId, f64> = BTreeMap::new();
    let mut kinds: BTreeMap<AttributeId, Kinds> = BTreeMap::new();
    let mut unrelated: BTreeMap<AttributeId, Vec<(f64, f64, usize)>> = BTreeMap::new();
    for (id, cell) in cells.iter().filter(|(id, _)| columns.contains_key(&id.attribute)) {
        let Some(written) = &cell.observed else { continue };
        let is_wrong = cell.observed_probability < 0.5;
        if is_wrong {
            learned.wrong.insert(*id);
            *wrong.entry(id.attribute).or_default() += 1.0 - cell.observed_probability;
        }
        let kinds = kinds.entry(id.attribute).or_default();
        kinds[KINDS.len() - 1] += cell.unlisted;
        for candidate in &cell.candidates {
            let noise = candidate.contributions.iter().find_map(|contribution| match contribution.evidence {
                Evidence::Error { noise } => KINDS.iter().position(|kind| *kind == noise),
                _ => None,
            });
            noise.into_iter().for_each(|noise| kinds[noise] += candidate.probability);
        }
        if let (true, Some(best)) = (is_wrong, cell.candidates.first().filter(|best| best.probability > 0.5)) {
            let numbers = (parse_number(written), best.value.as_deref().and_then(parse_number));
            if let ((Some(o), Some(v)), Some(decimal)) = (numbers, Decimal::parse(written))
                && o != 0.0
                && v != 0.0
            {
                unrelated.entry(id.attribute).or_default().push((o, v, decimal.decimals()));
            }
        }
    }
    let all = (columns.len() * table.rows()).max(1) as f64;
    let mean = (wrong.values().sum::<f64>() / all).max(LEAST_RATE);
    let mut together: Kinds = [0.0; KINDS.len()];
    for kinds in kinds.values() {
        together.iter_mut().zip(kinds).for_each(|(sum, kind)| *sum += kind);
    }
    let together = shares(&together, &FIRST_KINDS);
    for &attribute in columns.keys() {
        let rows = table.rows().max(1) as f64;
        let of_column = wrong.get(&attribute).copied().unwrap_or(0.0);
        let rate = ((of_column + TABLE) / (rows + TABLE / mean)).clamp(LEAST_RATE, MOST_RATE);
        let kinds = shares(&kinds.get(&attribute).copied().unwrap_or_default(), &together);
        let mut units = units(unrelated.get(&attribute).map_or(&[][..], Vec::as_slice));
        if units.is_empty() {
            units.extend(usual_unit(table, columns, attribute, &learned.wrong));
        }
        learned.errors.insert(attribute, Errors { rate, kinds, units });
    }
    for relation in relations {
        learned.exceptions.insert(relation.words.clone(), exceptions(table, columns, relation, &learned.wrong));
    }
    learned
}

fn shares(kinds: &Kinds, first: &Kinds) -> Kinds {
    let all: f64 = kinds.iter().sum();
    let mut shares = *first;
    shares
        .iter_mut()
        .zip(kinds)
        .for_each(|(share, kind)| *share = (kind + FIRST_ERRORS * *share) / (all + FIRST_ERRORS));
    shares
}

fn exceptions(table: &Table, columns: &NumberColumns, relation: &Relation, wrong: &BTreeSet<CellId>) -> f64 {
    let excepted = |row: &RowId| {
        relation.holds(&|attribute| columns[&attribute].written[row.index()]) == Some(false)
            && !relation.attributes.iter().any(|&attribute| wrong.contains(&CellId { row: *row, attribute }))
    };
    table.row_ids().filter(excepted).count() as f64
}

/// The factors by which several cells are off, each the ratio of what is written and what was meant; powers of ten, which
/// are shifts, left out. The commonest first, four at most.
fn units(cells: &[(f64, f64, usize)]) -> Vec<f64> {
    const MOST: usize = 4;
    let is_power = |factor: f64| {
        let power = factor.abs().log10();
        (power - power.round()).abs() < 1e-6
    };
    // What was rounded leaves an interval for the factor.
    let interval = |&(o, v, places): &(f64, f64, usize)| {
        let half = 0.501 * 10f64.powi(-(places as i32)) / v.abs();
        (o / v - half, o / v + half)
    };
    let cells = cells.iter().filter(|(o, v, _)| !is_power(o / v) && o / v > 0.0);
    let mut left: Vec<(f64, f64)> = cells.map(interval).filter(|(low, high)| high - low < LOOSE * low).collect();
    let width = |&(low, high): &(f64, f64)| (high - low) / low;
    left.sort_by(|a, b| width(a).total_cmp(&width(b)).then(a.0.total_cmp(&b.0)));
    let mut found: Vec<(usize, f64)> = Vec::new();
    let mut place = 0;
    while place < left.len() {
        let (mut low, mut high) = left[place];
        let mut members = Vec::new();
        for (other, &(from, to)) in left.iter().enumerate() {
            if from.max(low) <= to.min(high) {
                (low, high) = (from.max(low), to.min(high));
                members.push(other);
            }
        }
        if members.len() >= LEAST_CELLS {
            let known = CONVERSIONS.iter().flat_map(|&factor| [factor, 1.0 / factor]);
            let factor = known.into_iter().find(|factor| (low..=high).contains(factor));
            found.push((members.len(), factor.unwrap_or(0.5 * (low + high))));
            let mut member = 0;
            left.retain(|_| (!members.contains(&member), member += 1).0);
        } else {
            place += 1;
        }
    }
    found.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.total_cmp(&b.1)));
    found.truncate(MOST);
    found.into_iter().map(|(_, factor)| factor).collect()
}

/// The one of the known factors that makes clearly more of the wrong numbers of a column usual than others do.
fn usual_unit(table: &Table, columns: &NumberColumns, attribute: AttributeId, wrong: &BTreeSet<CellId>) -> Option<f64> {
    /// How much less usual than typical a number may be that is meant.
    const USUAL: f64 = 1.5;
    /// So many times as often as a factor that explains nothing.
    const CLEARLY: f64 = 3.0;
    let column = &columns[&attribute];
    let cells: Vec<RowId> = wrong.iter().filter(|cell| cell.attribute == attribute).map(|cell| cell.row).collect();
    let count = |factor: f64| {
        let is_usual = |&&row: &&RowId| {
            let Some(number) = column.written[row.index()] else { return false };
            let meant = parse_number(&column.places.print(number / factor)).unwrap_or_default();
            let text = table.column(attribute).text(row).and_then(Decimal::parse);
            text.is_some_and(|text| is_rounded(number, meant * factor, text.decimals()))
                && column.log_mass(meant, &as_written(table, row), columns) > column.density.typical - USUAL
        };
        cells.iter().filter(is_usual).count()
    };
    let factors = CONVERSIONS.iter().flat_map(|&factor| [factor, 1.0 / factor]);
    let mut counts: Vec<(usize, f64)> = factors.map(|factor| (count(factor), factor)).collect();
    counts.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.total_cmp(&b.1)));
    let (most, factor) = *counts.first()?;
    let median = counts[counts.len() / 2].0;
    (most > LEAST_CELLS && most as f64 >= CLEARLY * median as f64).then_some(factor)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_factor_that_recurs_is_one_between_two_units() {
        let cells = [(25.4, 10.0, 1), (63.5, 25.0, 1), (30.48, 12.0, 2), (120.0, 12.0, 1), (77.1, 13.0, 1)];
        let found = units(&cells);
        assert_eq!(found.len(), 1);
        assert!((found[0] - 2.54).abs() < 1e-3);
        assert!(units(&cells[..2]).is_empty());
    }
}
