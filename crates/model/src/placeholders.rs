//! Placeholders: values that stand for a missing one, such as 11111111 or Unknown. Such a value is frequent in
//! several columns that otherwise have nothing in common, and it ignores the contexts that the other values of its
//! column keep to.

use std::cell::OnceCell;

use lustrate_table::{AttributeId, Code, Groups};
use rayon::prelude::*;

use crate::column::{ColumnModel, Role};
use crate::lexicon::slot;
use crate::settings::CONTEXT_DISTINCT;
use crate::state::State;

/// A placeholder is in at least this share of the cells, and in three.
const LEAST_SHARE: f64 = 0.004;
/// A value in more of the cells is a value.
const MOST_SHARE: f64 = 0.25;
/// Columns in which a larger share of the other cells have common values are alike, and share values for that.
const ALIKE: f64 = 0.1;
/// How much of the concentration that contexts give to other values a placeholder may show.
const CONCENTRATION: f64 = 0.25;
/// Contexts that are asked: those in which the values of the column are most concentrated.
const CONTEXTS: usize = 3;

/// The placeholders of each column.
pub(crate) fn placeholders(columns: &[ColumnModel], state: &State) -> Vec<Vec<Code>> {
    let active: Vec<&ColumnModel> = columns.iter().filter(|column| column.role != Role::Idle).collect();
    let frequent: Vec<Vec<Code>> = active.iter().map(|column| frequent(column, state.rows())).collect();
    let mut found = vec![Vec::new(); columns.len()];
    let of_active: Vec<Vec<Code>> = (0..active.len())
        .into_par_iter()
        .map(|a| {
            let shared =
                Shared { a, active: &active, frequent: &frequent, common: vec![OnceCell::new(); active.len()] };
            let suspects: Vec<Code> =
                frequent[a].iter().copied().filter(|&code| shared.is_shared(code, state.rows())).collect();
            if suspects.is_empty() {
                return suspects;
            }
            let contexts = concentrating(active[a], columns, state);
            suspects.into_iter().filter(|&code| ignores(code, active[a], &contexts, state)).collect()
        })
        .collect();
    for (column, codes) in active.iter().zip(of_active) {
        found[column.attribute.index()] = codes;
    }
    found
}

fn frequent(column: &ColumnModel, rows: usize) -> Vec<Code> {
    let least = 3.0_f64.max(LEAST_SHARE * rows as f64);
    let count = |code: Code| f64::from(column.lexicon.written[slot(code)]);
    column.lexicon.domain.iter().map(|(code, _)| code).filter(|&code| count(code) >= least).collect()
}

/// What a column has in common with others, each found out once.
struct Shared<'a> {
    a: usize,
    active: &'a [&'a ColumnModel],
    frequent: &'a [Vec<Code>],
    /// For each other column the cells of this one whose values are frequent there.
    common: Vec<OnceCell<f64>>,
}

impl Shared<'_> {
    /// Whether a value is frequent in another column whose values the column does not otherwise share.
    fn is_shared(&self, code: Code, rows: usize) -> bool {
        let column = self.active[self.a];
        let count = |column: &ColumnModel, code: Code| f64::from(column.lexicon.written[slot(code)]);
        let too_common = |column: &ColumnModel, code: Code| count(column, code) > MOST_SHARE * rows as f64;
        let text = column.lexicon.domain.text(code).unwrap_or_default();
        if too_common(column, code) {
            return false;
        }
        let here = count(column, code);
        let others: f64 = column.lexicon.written[1..].iter().map(|&count| f64::from(count)).sum::<f64>() - here;
        (0..self.active.len()).filter(|&b| b != self.a).any(|b| {
            let there = self.frequent_there(b, text);
            // The value itself is one of those that are common to both.
            there.is_some_and(|code| !too_common(self.active[b], code)) && self.common(b) - here < ALIKE * others
        })
    }

    fn frequent_there(&self, b: usize, text: &str) -> Option<Code> {
        self.active[b].lexicon.domain.find(text).filter(|code| self.frequent[b].binary_search(code).is_ok())
    }

    /// Cells of the column whose values are frequent in another one.
    fn common(&self, b: usize) -> f64 {
        let lexicon = &self.active[self.a].lexicon;
        *self.common[b].get_or_init(|| {
            let count = |code: Code| f64::from(lexicon.written[slot(code)]);
            let written = lexicon.domain.iter().filter(|&(code, _)| count(code) > 0.0);
            written.filter(|(_, text)| self.frequent_there(b, text).is_some()).map(|(code, _)| count(code)).sum()
        })
    }
}

/// For each row the share of its value among the other rows of a context; NaN where that has fewer than two.
struct Concentration {
    mean: f64,
    of_row: Vec<f64>,
}

fn concentrating(column: &ColumnModel, columns: &[ColumnModel], state: &State) -> Vec<Concentration> {
    let usable = |other: &&ColumnModel| {
        let distinct = other.lexicon.written[1..].iter().filter(|&&count| count > 0).count();
        other.attribute != column.attribute
            && other.role == Role::Active
            && distinct as f64 <= CONTEXT_DISTINCT * state.rows() as f64
    };
    if column.role == Role::LongTailed {
        return Vec::new();
    }
    let mut found: Vec<Concentration> = Vec::new();
    for other in columns.iter().filter(usable) {
        found.push(concentration(column, other.attribute, other.lexicon.domain.len(), state));
        // Of many columns only the best are held; the earlier of equals.
        found.sort_by(|a, b| b.mean.total_cmp(&a.mean));
        found.truncate(CONTEXTS);
    }
    found
}

fn concentration(column: &ColumnModel, key: AttributeId, distinct: usize, state: &State) -> Concentration {
    let groups = Groups::by_codes(&[(&state.column(key).observed, distinct)]);
    let slots = |row: usize| slot(state.column(column.attribute).observed[row]);
    let mut of_row = vec![f64::NAN; state.rows()];
    let mut counts = vec![0u32; column.lexicon.slots()];
    for rows in groups.rows_by_group().iter().filter(|rows| rows.len() > 2) {
        rows.iter().for_each(|row| counts[slots(row.index())] += 1);
        for row in rows {
            of_row[row.index()] = f64::from(counts[slots(row.index())] - 1) / (rows.len() - 1) as f64;
        }
        rows.iter().for_each(|row| counts[slots(row.index())] = 0);
    }
    Concentration { mean: mean(of_row.iter().copied()).unwrap_or(0.0), of_row }
}

/// Whether a value ignores every context that was asked; one without a context ignores nothing that could be seen.
fn ignores(code: Code, column: &ColumnModel, contexts: &[Concentration], state: &State) -> bool {
    let observed = &state.column(column.attribute).observed;
    let base = f64::from(column.lexicon.written[slot(code)]) / state.rows() as f64;
    let shares = contexts.iter().filter_map(|context| {
        let of_value =
            observed.iter().zip(&context.of_row).filter(|&(&value, _)| value == code).map(|(_, &share)| share);
        mean(of_value).map(|share| (share - base) / (context.mean - base).max(1e-3))
    });
    shares.fold(f64::NEG_INFINITY, f64::max) < CONCENTRATION
}

fn mean(numbers: impl Iterator<Item = f64>) -> Option<f64> {
    let (sum, count) =
        numbers.filter(|number| !number.is_nan()).fold((0.0, 0.0), |(sum, count), number| (sum + number, count + 1.0));
    (count > 0.0).then(|| sum / count)
}
