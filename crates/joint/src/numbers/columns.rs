//! The columns of numbers of a table.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use lustrate_rules::{ColumnRole, Constraints};
use lustrate_table::{AttributeId, CellId, Code, Column, Groups, RowId, Table, count_codes, parse_number};
use rayon::prelude::*;

use super::decimal::{Bare, Decimal, Places};
use super::density::{Asked, Chosen, Density, Given, LOOKED_AT, Numbers, Scale, choose};
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
    pub(crate) written: Vec<Option<f64>>,
    /// Whether the number of a row is in the density.
    counted: Vec<bool>,
    /// Whether a row writes its number otherwise than the column does.
    odd: Vec<bool>,
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
    texts: BTreeMap<String, u32>,
}

/// All of them, by attribute.
pub(crate) type NumberColumns = BTreeMap<AttributeId, Arc<NumberColumn>>;

/// What the densities of all columns are given, and the rows in the order in which they are looked at. It is chosen once:
/// what is learned of errors changes neither.
#[derive(Clone, Debug, Default)]
pub(crate) struct Contexts {
    chosen: Vec<Chosen>,
    rows: Vec<RowId>,
}

/// The columns of numbers of a table, with what was learned of them. `wrong` cells are left out of the densities,
/// whose contexts are chosen where they are not known.
pub(crate) fn number_columns(
    table: &Table,
    constraints: &Constraints,
    errors: &BTreeMap<AttributeId, Errors>,
    wrong: &BTreeSet<CellId>,
    contexts: Option<&Arc<Contexts>>,
) -> (NumberColumns, Arc<Contexts>) {
    let determined: BTreeSet<AttributeId> = constraints
        .iter()
        .filter(|(_, constraint)| constraint.strength.repairs())
        .filter_map(|(_, constraint)| Some(constraint.as_conditional_dependency()?.0.rhs))
        .collect();
    let read: Vec<Read> = table
        .schema()
        .ids()
        .filter(|&attribute| is_of_numbers(constraints, attribute))
        .filter_map(|attribute| Read::new(table, attribute, wrong))
        .collect();
    let numbers = |read: &Read| {
        let mut sorted: Vec<f64> = read.written.iter().flatten().copied().collect();
        sorted.sort_unstable_by(f64::total_cmp);
        Scale::of(&sorted, read.places.step())
    };
    let scales: Vec<Scale> = read.iter().map(numbers).collect();
    let counted: Vec<Vec<Option<f64>>> = read.iter().map(Read::counted).collect();
    let numbers = |(place, read): (usize, &Read)| {
        Numbers::new(read.attribute, &counted[place], scales[place], read.places.step())
    };
    let every: Vec<Numbers<'_>> = read.iter().enumerate().map(numbers).collect();
    if every.is_empty() {
        return Default::default();
    }
    let contexts = match contexts {
        Some(contexts) if contexts.chosen.len() == every.len() => Arc::clone(contexts),
        _ => {
            let rows = by_hash(table);
            Arc::new(Contexts { chosen: choose(table, &every, &rows), rows })
        }
    };
    let Contexts { chosen, rows } = &*contexts;
    let column = |(place, read): (usize, Read)| {
        let Read { attribute, written, counted, odd, odd_share, places, missing, texts } = read;
        let density = Density::new(table, &every[place], &every, chosen[place], rows);
        let is_determined = determined.contains(&attribute) || density.typical > DETERMINED.ln();
        let errors = errors.get(&attribute).cloned().unwrap_or_default();
        let column = NumberColumn {
            attribute,
            written,
            counted,
            odd,
            log_odd: odd_share.ln(),
            places,
            density,
            errors,
            is_determined,
            missing,
            texts,
        };
        (attribute, Arc::new(column))
    };
    let columns = read.into_par_iter().enumerate().map(column).collect();
    (columns, contexts)
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
struct Read {
    attribute: AttributeId,
    written: Vec<Option<f64>>,
    counted: Vec<bool>,
    odd: Vec<bool>,
    odd_share: f64,
    places: Places,
    missing: f64,
    texts: BTreeMap<String, u32>,
}

impl Read {
    fn new(table: &Table, attribute: AttributeId, wrong: &BTreeSet<CellId>) -> Option<Self> {
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
        let counted: Vec<bool> = table.row_ids().map(|row| !wrong.contains(&CellId { row, attribute })).collect();
        let of_cells = column.codes().iter().filter(|code| !code.is_null());
        let places = Places::of(of_cells.filter_map(|code| decimals[code.index()].as_ref()));
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
        Some(Read { attribute, written, counted, odd, odd_share, places, missing, texts })
    }

    fn counted(&self) -> Vec<Option<f64>> {
        self.written.iter().zip(&self.counted).map(|(number, &counted)| number.filter(|_| counted)).collect()
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
