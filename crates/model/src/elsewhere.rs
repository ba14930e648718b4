//! What the strings of the other columns tell of those of one: which of its values are at home elsewhere, and what
//! alien characters do in this table.

use lustrate_table::Code;
use rayon::prelude::*;

use crate::column::{ColumnModel, Role};
use crate::lexicon::slot;
use crate::map::HashMap;
use crate::settings::{Part, Settings};

/// What the rest of the table tells of the strings of a column.
#[derive(Clone, Debug, Default)]
pub(crate) struct Elsewhere {
    /// The share of the values of the column that other columns hold too among the cells of these, by slot.
    foreign: HashMap<u32, f64>,
    /// How many cells of the table are a value of their column with an alien character put in.
    put_in: u32,
}

/// Where so many cells are known values but for an alien character, such characters are put in and replace none.
const PUT_IN: u32 = 3;

impl Elsewhere {
    /// The share of a value, at a slot, among the cells of all other columns.
    pub(crate) fn share(&self, slot: usize) -> f64 {
        self.foreign.get(&(slot as u32)).copied().unwrap_or(0.0)
    }

    /// Whether the table shows alien characters that were put in.
    pub(crate) fn shows_put_in(&self) -> bool {
        self.put_in >= PUT_IN
    }
}

/// Tells every column what its strings are in the others.
pub(crate) fn look_elsewhere(columns: &mut [ColumnModel], settings: &Settings) {
    let looked_at = || columns.iter().filter(|column| column.role != Role::Idle);
    let put_in = looked_at().map(|column| column.lexicon.put_in).sum();
    let mut cells: HashMap<&str, u32> = HashMap::default();
    if settings.has(Part::ForeignValues) {
        for lexicon in looked_at().map(|column| &column.lexicon) {
            for (code, text) in lexicon.domain.iter() {
                *cells.entry(text).or_default() += lexicon.written[slot(code)];
            }
        }
    }
    let rows = columns.iter().map(|column| column.lexicon.written.iter().map(|&cells| u64::from(cells)).sum::<u64>());
    let others = rows.max().unwrap_or(0) as f64 * (columns.len() as f64 - 1.0);
    let share = |column: &ColumnModel, code: Code, text: &str| {
        let elsewhere = cells.get(text).copied().unwrap_or(0).saturating_sub(column.lexicon.written[slot(code)]);
        f64::from(elsewhere) / others.max(1.0)
    };
    let elsewhere = |column: &ColumnModel| {
        let shares = column.lexicon.domain.iter().map(|(code, text)| (slot(code) as u32, share(column, code, text)));
        Elsewhere { foreign: shares.filter(|&(_, share)| share > 0.0).collect(), put_in }
    };
    let found: Vec<Elsewhere> = columns.par_iter().map(elsewhere).collect();
    drop(cells);
    columns.iter_mut().zip(found).for_each(|(column, found)| column.elsewhere = found);
}
