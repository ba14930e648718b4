//! Columns of bare numbers in which some are in another unit: found without being told which columns and which units.
//!
//! Numbers that are mixed up lie in two heaps of one shape, as far apart as two units are; or most groups of rows lie at one
//! level, and a few at that level in another unit. Both happen without any unit, where things are of two sorts. So what is
//! found is weighed against that: how near the distance comes to the factor, given how exactly it is known, and how alike
//! the heaps are ([`compared`]), against how often two sorts lie so far apart; before, few such columns are expected
//! to mix units, and a factor counts by how often its units are mixed up ([`pairs`]). Another column that tells the heaps
//! apart is a natural reason, and then nothing is said ([`reasons`]).

mod compared;
mod heaps;
mod levels;
mod pairs;
mod reasons;

use lustrate_table::{AttributeId, Column, Groups, Table, parse_number, row_hashes};
use lustrate_values::Unit;
use rayon::prelude::*;

use self::compared::Heap;
use self::heaps::splits;
use self::levels::levels;
pub use self::pairs::NamedUnit;
use self::pairs::{Pair, named_unit, pairs};
use self::reasons::{Keys, Numbers, Told, reason};
use crate::units::{Amount, Map, UnitScale, infer_units};

/// A column of bare numbers some of which are in another unit.
#[derive(Clone, Debug, PartialEq)]
pub struct MixedUnits {
    /// The column.
    pub attribute: AttributeId,
    /// The unit of most numbers.
    pub unit: Unit,
    /// The unit of the others.
    pub other: Unit,
    /// The column by whose values the units go; `None` where they do not.
    pub by: Option<AttributeId>,
    /// What the name of the column says of its unit. If nothing, the units are a guess, and only their ratio is known.
    pub named: NamedUnit,
    /// How many numbers are likelier in the other unit.
    pub in_other: usize,
    /// How many numbers there are.
    pub numbers: usize,
    /// Where the numbers in the other unit lie, as they are written: their median.
    pub others_around: f64,
    /// Where the rest lies.
    pub around: f64,
}

/// Rows that are looked at; of more these are drawn.
const ROWS: usize = 20_000;
const HASH_SEED: u64 = 11;
/// Numbers of a column, at the least.
const FEWEST: usize = 20;
/// Numbers of a group, and groups, at the least and at the most.
const OF_GROUP: usize = 5;
const GROUPS: (usize, usize) = (4, 100);
/// Values of a column that is tried as groups, at the most: some may be in few rows.
const VALUES: usize = 1000;
/// Columns that are tried as groups, those of the fewest values first.
const KEYS: usize = 24;
/// The odds that numbers in two heaps are in two units rather than of two sorts, before their distance is known; where the
/// smaller heap is that of a few groups among many; and of a few groups far from a level that all others share.
const HEAPS: f64 = 0.08;
const HEAPS_BY: f64 = 0.3;
const LEVELS: f64 = 1.0;
/// The probability above which it is said.
const SURE: f64 = 0.95;
/// What a reason that speaks against it without excluding it counts for.
const DOUBT: f64 = 0.1;
/// Of the numbers that were found, the share that is likelier in the other unit when each is asked for; how sure that is on
/// average; and how many others may be for each.
const AGREED: f64 = 0.75;
const CONFIDENT: f64 = 0.85;
const MORE: f64 = 0.3;

/// The columns among `numbers` that mix units. `keys` are columns that are not measured: what rows are of, by which units
/// may go, or which may be a reason for numbers of two sorts. Neither threads nor the order of the rows matter.
pub fn find_mixed_units(table: &Table, numbers: &[AttributeId], keys: &[AttributeId]) -> Vec<MixedUnits> {
    let rows = drawn(table);
    let numbers: Vec<Numbers> = numbers.iter().map(|&id| Numbers::new(id, table.column(id), &rows)).collect();
    let mut keys: Vec<Keys> = keys.iter().filter_map(|&id| Keys::new(id, table.column(id), &rows)).collect();
    keys.sort_by_key(|key| (key.count, key.attribute));
    let claims: Vec<Option<Claim>> =
        numbers.par_iter().map(|column| claim(table.schema().name(column.attribute), column, &keys)).collect();
    let also: Vec<(AttributeId, Option<AttributeId>)> =
        claims.iter().zip(&numbers).filter_map(|(claim, of)| Some((of.attribute, claim.as_ref()?.by))).collect();
    let told = |(claim, column): (Option<Claim>, &Numbers)| {
        let mut claim = claim?;
        // Who writes one amount in other units writes others so too: those are no reason.
        let others: Vec<&Numbers> = (numbers.iter())
            .filter(|other| other.attribute != column.attribute && !also.contains(&(other.attribute, claim.by)))
            .collect();
        match reason(&claim.others, claim.by, &keys, &others) {
            Told::Nothing => {}
            Told::Doubt => claim.log_odds += DOUBT.ln(),
            Told::Reason => return None,
        }
        (claim.log_odds >= (SURE / (1.0 - SURE)).ln()).then(|| claim.borne_out(table, column))?
    };
    claims.into_iter().zip(&numbers).filter_map(told).collect()
}

/// The rows that are looked at.
fn drawn(table: &Table) -> Vec<usize> {
    let mut rows: Vec<usize> = (0..table.rows()).collect();
    if rows.len() > ROWS {
        let hashes = row_hashes(table, HASH_SEED);
        rows.sort_by_key(|&row| hashes[row]);
        rows.truncate(ROWS);
    }
    rows
}

/// That a column mixes two units.
struct Claim {
    pair: Pair,
    by: Option<AttributeId>,
    named: NamedUnit,
    log_odds: f64,
    /// For each row that is looked at whether its number is in the other unit; `None` where there is none.
    others: Vec<Option<bool>>,
}

/// Pairs whose numbers are converted alike, the likeliest of them, and how likely they are together.
struct Conversion {
    scale: UnitScale,
    pair: Pair,
    weight: f64,
}

impl Conversion {
    fn map(&self) -> Map {
        self.scale.maps()[1]
    }

    /// Whether one unit is ten, a hundred or a thousand of the other. Things of other sizes lie such factors apart as well:
    /// that whole groups do, lorries among sacks, says nothing of units.
    fn is_of_ten(&self) -> bool {
        let Map { slope, offset } = self.map();
        let tens = offset / std::f64::consts::LN_10;
        slope == 1.0 && (tens - tens.round()).abs() < 1e-9
    }
}

/// The conversions that a column may need.
fn conversions(named: NamedUnit, middle: f64) -> Vec<Conversion> {
    let mut found: Vec<Conversion> = Vec::new();
    for pair in pairs(named, middle) {
        let Some(scale) = UnitScale::new(pair.unit, &[pair.other]) else { continue };
        let alike = |known: &&mut Conversion| {
            let (one, two) = (known.map(), scale.maps()[1]);
            known.scale.is_like(&scale) && one.slope == two.slope && (one.offset - two.offset).abs() < 1e-9
        };
        match found.iter_mut().find(alike) {
            Some(known) => {
                known.weight += pair.weight;
                if pair.weight > known.pair.weight {
                    known.pair = pair;
                }
            }
            None => found.push(Conversion { scale, pair, weight: pair.weight }),
        }
    }
    found
}

/// The best claim on a column, before other columns are asked for reasons.
fn claim(name: &str, column: &Numbers, keys: &[Keys]) -> Option<Claim> {
    if column.numbers().count() < FEWEST {
        return None;
    }
    let named = named_unit(name);
    let mut ordered: Vec<f64> = column.numbers().collect();
    ordered.sort_by(f64::total_cmp);
    let mut best: Option<Claim> = None;
    // All conversions of one scale see the same places.
    let conversions = conversions(named, Heap(&ordered).middle());
    let mut scales: Vec<&UnitScale> = Vec::new();
    for conversion in &conversions {
        if !scales.iter().any(|scale| scale.is_like(&conversion.scale)) {
            scales.push(&conversion.scale);
        }
    }
    for scale in scales {
        let of_scale: Vec<&Conversion> = conversions.iter().filter(|other| other.scale.is_like(scale)).collect();
        let places: Vec<Option<f64>> = column.values.iter().map(|value| scale.place((*value)?)).collect();
        let mut keep = |conversion: &Conversion, log_evidence: f64, by, others: Vec<Option<bool>>| {
            let log_odds = conversion.weight.ln() + log_evidence + column.log_decimals(&others);
            if best.as_ref().is_none_or(|best| log_odds > best.log_odds) {
                best = Some(Claim { pair: conversion.pair, by, named, log_odds, others });
            }
        };
        heaps_of(&places, &of_scale, keys, &mut keep);
        for key in keys.iter().filter(|key| (GROUPS.0..=VALUES).contains(&key.count)).take(KEYS) {
            levels_of(&places, &of_scale, key, &mut keep);
        }
    }
    best
}

/// What is done with a claim: its conversion, the evidence, the groups and the rows in the other unit.
type Keep<'a> = dyn FnMut(&Conversion, f64, Option<AttributeId>, Vec<Option<bool>>) + 'a;

/// Claims that the numbers of a column lie in two heaps.
fn heaps_of(places: &[Option<f64>], conversions: &[&Conversion], keys: &[Keys], keep: &mut Keep<'_>) {
    let mut sorted: Vec<f64> = places.iter().flatten().copied().collect();
    sorted.sort_by(f64::total_cmp);
    for split in splits(&sorted).into_iter().filter(|split| split.is_clear(&sorted)) {
        let others = || places.iter().map(|place| place.map(|place| split.is_other(place))).collect::<Vec<_>>();
        for conversion in conversions {
            let Some(log_evidence) = split.log_evidence(&sorted, conversion.map()) else { continue };
            let others = others();
            let by = reasons::strongest(&others, keys);
            match by {
                None => keep(conversion, HEAPS.ln() + log_evidence, None, others),
                // Heaps that go by a column are told by it only where it has one level of each.
                Some(key) if key.is_level(places, &others, conversion.map()) => {
                    keep(conversion, HEAPS_BY.ln() + log_evidence, Some(key.attribute), others);
                }
                Some(_) => {}
            }
        }
    }
}

/// Claims that a few groups are in another unit throughout.
fn levels_of(places: &[Option<f64>], conversions: &[&Conversion], key: &Keys, keep: &mut Keep<'_>) {
    let groups = key.grouped(places, |_| true);
    let filled: Vec<usize> = (0..groups.len()).filter(|&group| groups[group].len() >= OF_GROUP).collect();
    if !(GROUPS.0..=GROUPS.1).contains(&filled.len()) {
        return;
    }
    let heaps: Vec<Heap<'_>> = filled.iter().map(|&group| Heap(&groups[group])).collect();
    for conversion in conversions.iter().filter(|conversion| !conversion.is_of_ten()) {
        let Some(found) = levels(&heaps, conversion.map()) else { continue };
        let mut in_other = vec![None; groups.len()];
        filled.iter().zip(&found.others).for_each(|(&group, &other)| in_other[group] = Some(other));
        let others =
            places.iter().zip(&key.groups).map(|(place, group)| place.and_then(|_| in_other[(*group)? as usize]));
        keep(conversion, LEVELS.ln() + found.log_evidence, Some(key.attribute), others.collect());
    }
}

impl Claim {
    /// What is told, where the units of the numbers come out so when each number is asked for.
    fn borne_out(&self, table: &Table, column: &Numbers) -> Option<MixedUnits> {
        let scale = UnitScale::new(self.pair.unit, &[self.pair.other])?;
        let values = all_numbers(table.column(column.attribute));
        let amounts: Vec<Option<Amount>> = values.iter().map(|value| value.map(Amount::Bare)).collect();
        let groups: Vec<u32> = match self.by {
            None => vec![0; table.rows()],
            Some(by) => {
                let groups = Groups::new(&[table.column(by)]);
                table.row_ids().map(|row| groups.group(row).unwrap_or(groups.len()) as u32).collect()
            }
        };
        let guesses = infer_units(&amounts, &groups, &scale).guesses;
        let probability = |row: usize| guesses[row].map_or(0.0, |guess| guess.probability);
        let is_other = |row: usize| probability(row) >= 0.5;
        let (mut agreed, mut claimed, mut more) = (0usize, 0usize, 0usize);
        for (&row, other) in column.rows.iter().zip(&self.others) {
            claimed += usize::from(*other == Some(true));
            agreed += usize::from(*other == Some(true) && is_other(row));
            more += usize::from(*other != Some(true) && is_other(row));
        }
        let mut parts: [Vec<f64>; 2] = Default::default();
        let mut sure: Vec<f64> = Vec::new();
        for (row, value) in values.iter().enumerate() {
            let Some(value) = value else { continue };
            parts[usize::from(is_other(row))].push(*value);
            sure.extend(Some(probability(row)).filter(|p| *p >= 0.5));
        }
        sure.sort_by(f64::total_cmp);
        let confident = sure.iter().sum::<f64>() / sure.len().max(1) as f64;
        let agrees = agreed as f64 >= AGREED * claimed as f64 && more as f64 <= MORE * claimed as f64;
        let [mut rest, mut others] = parts;
        if !agrees || confident < CONFIDENT || others.is_empty() || others.len() >= rest.len() {
            return None;
        }
        rest.sort_by(f64::total_cmp);
        others.sort_by(f64::total_cmp);
        Some(MixedUnits {
            attribute: column.attribute,
            unit: self.pair.unit,
            other: self.pair.other,
            by: self.by,
            named: self.named,
            in_other: others.len(),
            numbers: others.len() + rest.len(),
            others_around: Heap(&others).middle(),
            around: Heap(&rest).middle(),
        })
    }
}

/// The number of each row of a column.
fn all_numbers(column: &Column) -> Vec<Option<f64>> {
    let read: Vec<Option<f64>> = column.dictionary().iter().map(|(_, text)| parse_number(text.trim())).collect();
    column.codes().iter().map(|code| *read.get(code.0 as usize)?).collect()
}
