//! The columns of numbers of a table.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use lustrate_rules::{ColumnRole, Constraints};
use lustrate_table::{AttributeId, CellId, Code, Column, Groups, RowId, Table, count_codes, parse_number};
use rayon::prelude::*;

use super::decimal::{Bare, Decimal, Places};
use super::density::{Asked, Chosen, Density, Given, LOOKED_AT, Numbers, Pairs, Scale, by_value, choose, pairs};
use super::sample::Counted;
use super::slips::{FIRST_KINDS, Kinds};
use crate::row::Imagined;

/// A column is one of numbers if so many of its cells are.
const NUMBERS: f64 = 0.9;
/// A column of fewer numbers, or of fewer distinct ones, says too little.
const LEAST_NUMBERS: usize = 40;
const LEAST_DISTINCT: usize = 5;
/// The share of wrong cells before anything is seen.
const FIRST_ERRORS: f64 = 0.05;
/// A number that has so great a share beside the rest of the row is determined by it.
const DETERMINED: f64 = 0.5;
/// How much lower than usual the log share of a number must be for its row to be looked at.
const SURPRISE: f64 = 4.0;
/// A text that is no number and comes once counts as so many rows.
const LONE_TEXT: f64 = 0.02;

/// What was learned of the errors of a column.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Errors {
    /// The share of cells that are wrong.
    pub(crate) rate: f64,
    /// The kinds of error.
    pub(crate) kinds: Kinds,
    /// The factors between the units that are mixed up.
    pub(crate) units: Vec<f64>,
}

impl Default for Errors {
    fn default() -> Self {
        Errors { rate: FIRST_ERRORS, kinds: FIRST_KINDS, units: Vec::new() }
    }
}

/// A column of numbers.
#[derive(Clone, Debug)]
pub(crate) struct NumberColumn {
    pub(crate) attribute: AttributeId,
    /// The numbers as they are written; `None` where there is none.
    pub(crate) written: Arc<Vec<Option<f64>>>,
    /// Whether the number of a row is in the density.
    counted: Vec<bool>,
    /// Whether a row writes its number otherwise than the column does.
    odd: Arc<Vec<bool>>,
    /// The log share of numbers that are written so.
    log_odd: f64,
    pub(crate) places: Places,
    pub(crate) density: Density,
    pub(crate) errors: Errors,
    /// Whether other columns determine it, so that what the model believes of it is all that there is to say.
    pub(crate) is_determined: bool,
    /// The share of missing cells.
    pub(crate) missing: f64,
    /// How many rows hold each text that is no number.
    texts: Arc<BTreeMap<String, u32>>,
}

/// All of them, by attribute.
pub(crate) type NumberColumns = BTreeMap<AttributeId, Arc<NumberColumn>>;

/// What is found of the columns of numbers once, as what is learned of errors does not change it: what they read, what their
/// densities are given, and the rows in the order in which they are looked at.
#[derive(Debug, Default)]
pub(crate) struct Groundwork {
    read: Vec<Read>,
    chosen: Vec<Chosen>,
    /// For each column that is given a group, its numbers beside each value of that.
    pairs: Vec<Pairs>,
    rows: Vec<RowId>,
}

impl Groundwork {
    pub(crate) fn new(table: &Table, constraints: &Constraints) -> Self {
        let attributes = table.schema().ids().filter(|&attribute| is_of_numbers(constraints, attribute));
        let attributes: Vec<AttributeId> = attributes.collect();
        let read: Vec<Read> = attributes.into_par_iter().filter_map(|attribute| Read::new(table, attribute)).collect();
        if read.is_empty() {
            return Groundwork::default();
        }
        let rows = by_hash(table);
        let counted = vec![true; table.rows()];
        let every: Vec<Numbers<'_>> = read.iter().map(|read| read.numbers(&counted, read.numbers.clone())).collect();
        let chosen = choose(table, &every, &rows);
        let beside = |(read, chosen): (&Read, &Chosen)| match chosen {
            Chosen::Group(other) => pairs(table, &read.written, *other, &rows),
            _ => Pairs::new(),
        };
        let pairs = read.par_iter().zip(&chosen).map(beside).collect();
        Groundwork { read, chosen, pairs, rows }
    }

    /// The columns, with what was learned of them. `wrong` cells are left out of the densities.
    pub(crate) fn columns(
        &self,
        table: &Table,
        constraints: &Constraints,
        errors: &BTreeMap<AttributeId, Errors>,
        wrong: &BTreeSet<CellId>,
    ) -> NumberColumns {
        let determined: BTreeSet<AttributeId> = constraints
            .iter()
            .filter(|(_, constraint)| constraint.strength.repairs())
            .filter_map(|(_, constraint)| Some(constraint.as_conditional_dependency()?.0.rhs))
            .collect();
        let wrong_rows = |read: &Read| -> Vec<RowId> {
            wrong.iter().filter(|cell| cell.attribute == read.attribute).map(|cell| cell.row).collect()
        };
        let wrong: Vec<Vec<RowId>> = self.read.iter().map(wrong_rows).collect();
        let is_counted = |wrong: &Vec<RowId>| {
            let mut counted = vec![true; table.rows()];
            wrong.iter().for_each(|row| counted[row.index()] = false);
            counted
        };
        let counted: Vec<Vec<bool>> = wrong.iter().map(is_counted).collect();
        let with_wrong = self.read.iter().zip(&counted).zip(&wrong);
        let every: Vec<Numbers<'_>> =
            with_wrong.map(|((read, counted), wrong)| read.numbers(counted, read.without(wrong))).collect();
        let column = |(place, read): (usize, &Read)| {
            let chosen = self.chosen[place];
            let pairs = read.beside_without(table, chosen, &self.pairs[place], &wrong[place]);
            let density = Density::new(table, &every[place], &every, (chosen, &pairs), &self.rows);
            let column = NumberColumn {
                attribute: read.attribute,
                written: Arc::clone(&read.written),
                counted: counted[place].clone(),
                odd: Arc::clone(&read.odd),
                log_odd: read.odd_share.ln(),
                places: read.places,
                is_determined: determined.contains(&read.attribute) || density.typical > DETERMINED.ln(),
                density,
                errors: errors.get(&read.attribute).cloned().unwrap_or_default(),
                missing: read.missing,
                texts: Arc::clone(&read.texts),
            };
            (read.attribute, Arc::new(column))
        };
        self.read.par_iter().enumerate().map(column).collect()
    }
}

fn is_of_numbers(constraints: &Constraints, attribute: AttributeId) -> bool {
    let column = constraints.columns().get(attribute);
    let apart = [ColumnRole::Id, ColumnRole::Label, ColumnRole::Weight];
    let plain = column.column_type.as_ref().is_none_or(|declared| {
        !declared.is_ordered() || declared.constant("12.5") == Some(12.5) || declared.constant("12") == Some(12.0)
    });
    plain && !apart.iter().any(|role| column.roles.contains(role))
}

/// Whether the numbers of a column are codes (postal codes, telephone numbers, numbers of orders): digits only, at least
/// this many, and of one length or two. Nothing is usual among codes.
fn are_codes<'t>(texts: impl Iterator<Item = (&'t str, u32)>, numbers: usize) -> bool {
    const LEAST_DIGITS: usize = 5;
    const NEARLY_ALL: f64 = 0.98;
    let mut lengths: BTreeMap<usize, usize> = BTreeMap::new();
    for (text, count) in texts.filter(|(text, _)| text.bytes().all(|byte| byte.is_ascii_digit())) {
        *lengths.entry(text.len()).or_default() += count as usize;
    }
    let mut commonest: Vec<(usize, usize)> = lengths.into_iter().map(|(length, count)| (count, length)).collect();
    commonest.sort_unstable_by(|a, b| b.cmp(a));
    commonest.truncate(2);
    let covered: usize = commonest.iter().map(|(count, _)| count).sum();
    let long =
        commonest.iter().all(|&(count, length)| length >= LEAST_DIGITS || (count as f64) < 0.02 * numbers as f64);
    long && covered as f64 >= NEARLY_ALL * numbers as f64
}

/// The rows, the first so many of which are in an order that is that of their texts, mixed: what is looked at first is a
/// sample.
fn by_hash(table: &Table) -> Vec<RowId> {
    let mixed = |hash: u64, text: &str| {
        let byte = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        byte(text.bytes().fold(hash, byte), 0xff)
    };
    let mut hashes = vec![0u64; table.rows()];
    for column in table.schema().ids().map(|attribute| table.column(attribute)) {
        let texts = column.dictionary().iter().map(|(_, text)| mixed(0xcbf2_9ce4_8422_2325, text));
        let texts: Vec<u64> = texts.collect();
        for (hash, code) in hashes.iter_mut().zip(column.codes()) {
            let text = if code.is_null() { 1 } else { texts[code.index()] };
            *hash = (*hash ^ text).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(29);
        }
    }
    let mut rows: Vec<(u64, RowId)> = hashes.into_iter().zip(table.row_ids()).collect();
    let looked_at = LOOKED_AT.min(rows.len());
    if looked_at < rows.len() {
        rows.select_nth_unstable(looked_at);
    }
    rows[..looked_at].sort_unstable();
    rows.into_iter().map(|(_, row)| row).collect()
}

/// A column as it is read.
#[derive(Debug)]
struct Read {
    attribute: AttributeId,
    written: Arc<Vec<Option<f64>>>,
    /// The numbers, sorted.
    numbers: Counted,
    scale: Scale,
    odd: Arc<Vec<bool>>,
    odd_share: f64,
    places: Places,
    missing: f64,
    texts: Arc<BTreeMap<String, u32>>,
}

impl Read {
    fn new(table: &Table, attribute: AttributeId) -> Option<Self> {
        let column = table.column(attribute);
        let dictionary = column.dictionary();
        let decimals: Vec<Option<Decimal>> = dictionary.iter().map(|(_, text)| Decimal::parse(text)).collect();
        let counts = count_codes(column.codes(), dictionary.len());
        let (mut numbers, mut all, mut distinct) = (0usize, 0usize, 0usize);
        for (decimal, &count) in decimals.iter().zip(&counts) {
            all += count as usize;
            if decimal.is_some() {
                numbers += count as usize;
                distinct += usize::from(count > 0);
            }
        }
        if numbers < LEAST_NUMBERS || distinct < LEAST_DISTINCT || (numbers as f64) < NUMBERS * all as f64 {
            return None;
        }
        if are_codes(dictionary.iter().map(|(code, text)| (text, counts[code.index()])), numbers) {
            return None;
        }
        let values: Vec<Option<f64>> = dictionary
            .iter()
            .zip(&decimals)
            .map(|((_, text), decimal)| decimal.as_ref().and_then(|_| parse_number(text)))
            .collect();
        let written: Vec<Option<f64>> =
            column.codes().iter().map(|code| if code.is_null() { None } else { values[code.index()] }).collect();
        let places = Places::of(decimals.iter().zip(&counts).filter_map(|(d, &count)| Some((d.as_ref()?, count))));
        let of_values = values.iter().zip(&counts).filter(|(_, count)| **count > 0);
        let mut sorted: Counted = of_values.filter_map(|(value, count)| Some(((*value)?, *count))).collect();
        sorted.sort_unstable_by(|a, b| a.0.total_cmp(&b.0));
        sorted.dedup_by(|next, one| {
            let same = next.0.total_cmp(&one.0).is_eq();
            one.1 += if same { next.1 } else { 0 };
            same
        });
        let scale = Scale::of(&sorted, places.step());
        let is_odd = |(_, text): (Code, &str)| {
            Bare::parse(text).is_some_and(|number| places.exactly(number).as_deref() != Some(text))
        };
        let odd_codes: Vec<bool> = dictionary.iter().map(is_odd).collect();
        let odd: Vec<bool> = column.codes().iter().map(|code| !code.is_null() && odd_codes[code.index()]).collect();
        let odd_rows = odd.iter().filter(|odd| **odd).count() as f64;
        // Each is left out of the share that it is judged by; half of them may be errors.
        let odd_share = (0.5 * (odd_rows - 1.0).max(0.0) + 0.02) / numbers as f64;
        let texts = dictionary.iter().filter(|(code, _)| decimals[code.index()].is_none());
        let texts = texts.map(|(code, text)| (text.to_owned(), counts[code.index()])).collect();
        let missing = 1.0 - all as f64 / column.len().max(1) as f64;
        let (written, odd, texts) = (Arc::new(written), Arc::new(odd), Arc::new(texts));
        Some(Read { attribute, written, numbers: sorted, scale, odd, odd_share, places, missing, texts })
    }

    fn numbers<'a>(&'a self, counted: &'a [bool], numbers: Counted) -> Numbers<'a> {
        Numbers::new(self.attribute, (&self.written, counted), numbers, self.scale, self.places.step())
    }

    /// The numbers without those of some rows.
    fn without(&self, rows: &[RowId]) -> Counted {
        let mut numbers = self.numbers.clone();
        for number in rows.iter().filter_map(|row| self.written[row.index()]) {
            let place = numbers.binary_search_by(|(other, _)| other.total_cmp(&number));
            numbers[place.expect("the numbers are those of all rows")].1 -= 1;
        }
        numbers.retain(|(_, count)| *count > 0);
        numbers
    }

    /// The pairs with what is chosen without those of some rows.
    fn beside_without(&self, table: &Table, chosen: Chosen, pairs: &Pairs, rows: &[RowId]) -> Pairs {
        let mut pairs = pairs.clone();
        let Chosen::Group(other) = chosen else { return pairs };
        for &row in rows {
            let code = table.code(CellId { row, attribute: other });
            let Some(number) = self.written[row.index()].filter(|_| !code.is_null()) else { continue };
            let place = pairs.binary_search_by(|(pair, _)| by_value(pair, &(code, number)));
            pairs[place.expect("the pairs are those of all rows")].1 -= 1;
        }
        pairs.retain(|(_, count)| *count > 0);
        pairs
    }
}

impl NumberColumn {
    /// The log share of a number in a row, given the rest of the row as it is imagined.
    pub(crate) fn log_mass(&self, number: f64, imagined: &Imagined<'_>, columns: &NumberColumns) -> f64 {
        self.density.log_mass(number, &self.asked(imagined, columns))
    }

    /// What the density of a row is asked with, the same for every number.
    pub(crate) fn asked(&self, imagined: &Imagined<'_>, columns: &NumberColumns) -> Asked {
        let row = imagined.row;
        let own = self.written[row.index()].filter(|_| self.counted[row.index()]);
        let own_context = self.given(&crate::row::as_written(imagined.table, row), columns);
        let given = self.density.given();
        let determined = given.is_some_and(|given| columns.get(&given).is_some_and(|column| column.is_determined));
        // The model fills what is missing and mends what is determined by this very column: it would count twice.
        let context = match own_context {
            Given::Nothing => Given::Nothing,
            _ if determined => own_context,
            _ => self.given(imagined, columns),
        };
        Asked { own, own_context, context }
    }

    fn given(&self, imagined: &Imagined<'_>, columns: &NumberColumns) -> Given {
        let Some(attribute) = self.density.given() else { return Given::Nothing };
        if imagined.is_unlisted(attribute) {
            return Given::Nothing;
        }
        if self.density.is_line() {
            return imagined.number(attribute, columns).map_or(Given::Nothing, Given::Number);
        }
        let code = imagined.code(attribute);
        code.filter(|code| !code.is_null()).map_or(Given::Nothing, Given::Code)
    }

    /// The log share of what a cell would hold: a number, another text, or nothing.
    pub(crate) fn log_usual(&self, imagined: &Imagined<'_>, columns: &NumberColumns) -> f64 {
        if imagined.is_unlisted(self.attribute) {
            return 0.0;
        }
        match (imagined.number(self.attribute, columns), imagined.text(self.attribute)) {
            (Some(number), text) => {
                let row = imagined.row;
                let as_written = || text == imagined.table.text(CellId { row, attribute: self.attribute });
                let odd = if self.odd[row.index()] && as_written() { self.log_odd } else { 0.0 };
                self.log_mass(number, imagined, columns) + odd
            }
            (None, Some(text)) => {
                let others = self.texts.get(text).map_or(0.0, |&count| f64::from(count) - 1.0);
                let rows = self.written.len().max(1) as f64;
                let spelled = if others > 0.0 { 0.0 } else { super::slips::log_unrelated(text) };
                ((others.max(0.0) + LONE_TEXT) / rows).ln() + spelled
            }
            (None, None) => 0.0,
        }
    }

    /// The rows whose number is far from what is usual, and those that hold a text instead of one.
    pub(crate) fn unusual_rows(&self, table: &Table, columns: &NumberColumns) -> Vec<RowId> {
        let limit = self.density.typical - SURPRISE;
        let is_unusual = |&row: &RowId| self.log_usual(&crate::row::as_written(table, row), columns) < limit;
        let column = table.column(self.attribute);
        // Rows that hold the same here and in what the density is given are as usual, if both count or neither does.
        let key: Vec<&Column> =
            [self.attribute].into_iter().chain(self.density.given()).map(|id| table.column(id)).collect();
        let groups = Groups::new(&key);
        let place = |row: RowId| Some(2 * groups.group(row)? + usize::from(self.counted[row.index()]));
        let mut first: Vec<Option<RowId>> = vec![None; 2 * groups.len()];
        let mut asked: Vec<RowId> = Vec::new();
        for row in table.row_ids() {
            match place(row) {
                Some(place) if first[place].is_none() => {
                    first[place] = Some(row);
                    asked.push(row);
                }
                None if !column.code(row).is_null() => asked.push(row),
                _ => {}
            }
        }
        let mut unusual = vec![false; table.rows()];
        let found: Vec<RowId> = asked.into_par_iter().filter(is_unusual).collect();
        found.iter().for_each(|row| unusual[row.index()] = true);
        table
            .row_ids()
            .filter(|&row| unusual[place(row).and_then(|place| first[place]).unwrap_or(row).index()])
            .collect()
    }
}
