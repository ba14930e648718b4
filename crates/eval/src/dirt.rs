//! Makes a true table dirty, and lists what was planted.

mod site;
mod sources;

use std::collections::BTreeMap;

use lustrate_table::{AttributeId, CellId, RowId, Table};
use rand::seq::SliceRandom;

use crate::noise::{Edit, KINDS, Kind, Plant, Stream};
use site::Ground;
pub(crate) use site::Site;
pub use sources::{SourceDirt, spoil_sources};
#[cfg(test)]
pub(crate) use tests::{example_outcome, example_table};

/// How much dirt, and of which kinds.
#[derive(Clone, Debug, PartialEq)]
pub struct DirtSettings {
    /// The share of wrong cells in each column that `column_rates` does not name, from 0 to 1.
    pub rate: f64,
    /// The share of wrong cells by the name of the column; 0 leaves a column clean.
    pub column_rates: BTreeMap<String, f64>,
    /// The kinds, each of which gets an equal share of a column's errors where it can happen there.
    pub kinds: Vec<&'static Kind>,
    /// Same table, settings and seed give the same dirt.
    pub seed: u64,
}

impl DirtSettings {
    /// Dirt of every kind, at one rate in all columns, from seed 0.
    pub fn new(rate: f64) -> Self {
        DirtSettings { rate, column_rates: BTreeMap::new(), kinds: KINDS.iter().collect(), seed: 0 }
    }

    /// The same from another seed.
    pub fn seed(self, seed: u64) -> Self {
        DirtSettings { seed, ..self }
    }

    /// The same of these kinds only.
    pub fn kinds(self, kinds: impl IntoIterator<Item = &'static Kind>) -> Self {
        DirtSettings { kinds: kinds.into_iter().collect(), ..self }
    }

    /// The same with a rate of its own for a column.
    pub fn column_rate(mut self, column: &str, rate: f64) -> Self {
        self.column_rates.insert(column.to_owned(), rate);
        self
    }

    /// The same with a column left clean.
    pub fn skip(self, column: &str) -> Self {
        self.column_rate(column, 0.0)
    }
}

/// A table with errors, and the list of them.
#[derive(Clone, Debug)]
pub struct Spoiled {
    /// The table with errors. Where it came from is that of the true table.
    pub dirty: Table,
    /// Exactly the cells in which it differs from the true table, by row and then by column.
    pub planted: Vec<Planted>,
}

/// One wrong cell. An error that touches several cells has an entry for each.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Planted {
    /// The cell.
    pub cell: CellId,
    /// The name of its column.
    pub column: String,
    /// What was done to it.
    pub kind: &'static Kind,
    /// What it reads in the true table; `None` is missing.
    pub old: Option<String>,
    /// What it reads in the dirty table; `None` is missing.
    pub new: Option<String>,
}

/// Why settings do not fit a table.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum DirtError {
    /// A rate is given for a column that the table does not have.
    #[error("no column `{0}` in the table: name one of its columns")]
    UnknownColumn(String),
    /// A rate is no share.
    #[error("rate {0} is no share: write a number from 0 to 1")]
    Rate(f64),
}

/// Plants errors in a table.
///
/// Each column gets as many wrong cells as its rate says, rounded to whole cells; fewer only where none of the kinds
/// can happen to enough of its cells. No cell is hit twice, and none is "changed" to what it was, a missing cell and
/// an empty one being the same. Every column draws from a stream of its own.
///
/// ```
/// use lustrate_eval::{DirtSettings, Shape, generate, spoil};
///
/// let truth = generate(Shape::Orders, 200, 1).table;
/// let spoiled = spoil(&truth, &DirtSettings::new(0.05).seed(2).skip("order_id"))?;
/// let first = &spoiled.planted[0];
/// assert_eq!(spoiled.dirty.text(first.cell), first.new.as_deref());
/// # Ok::<(), lustrate_eval::DirtError>(())
/// ```
///
/// # Errors
/// When the settings name a column that the table does not have, or a rate is not from 0 to 1.
pub fn spoil(truth: &Table, settings: &DirtSettings) -> Result<Spoiled, DirtError> {
    let mut ground = Ground::new(truth, room(truth, settings)?, settings.seed);
    let mut columns: Vec<_> = truth.schema().ids().map(|id| ColumnDirt::new(truth, id, settings)).collect();
    // Columns take turns, so that an error that touches two of them finds room in both.
    let mut planting = true;
    while planting {
        planting = false;
        for column in &mut columns {
            planting |= column.take_turn(&mut ground);
        }
    }
    Ok(ground.into_spoiled())
}

/// The number of cells to spoil in each column.
fn room(truth: &Table, settings: &DirtSettings) -> Result<Vec<usize>, DirtError> {
    if let Some(unknown) = settings.column_rates.keys().find(|name| truth.schema().find(name).is_none()) {
        return Err(DirtError::UnknownColumn(unknown.clone()));
    }
    let rates =
        truth.schema().attributes().iter().map(|a| settings.column_rates.get(&a.name).unwrap_or(&settings.rate));
    rates
        .map(|&rate| {
            if !(0.0..=1.0).contains(&rate) {
                return Err(DirtError::Rate(rate));
            }
            Ok((rate * truth.rows() as f64).round() as usize)
        })
        .collect()
}

/// The rows of a column in the order in which they are tried, and how often each kind was planted in it.
struct ColumnDirt {
    attribute: AttributeId,
    stream: Stream,
    untried: Vec<RowId>,
    /// In random order, so that the few errors of a short column are not those that come first by name.
    kinds: Vec<(&'static Kind, usize)>,
}

impl ColumnDirt {
    fn new(truth: &Table, attribute: AttributeId, settings: &DirtSettings) -> Self {
        let mut stream = site::stream(settings.seed, attribute, site::Use::Planting);
        let mut untried: Vec<RowId> = truth.row_ids().collect();
        untried.shuffle(&mut stream);
        let mut kinds: Vec<_> = settings.kinds.iter().map(|&kind| (kind, 0)).collect();
        kinds.shuffle(&mut stream);
        ColumnDirt { attribute, stream, untried, kinds }
    }

    /// Plants one error, or finds that the column takes no more.
    fn take_turn(&mut self, ground: &mut Ground<'_>) -> bool {
        if !ground.has_room(self.attribute) {
            return false;
        }
        while let Some(row) = self.untried.pop() {
            let cell = CellId { row, attribute: self.attribute };
            if ground.is_free(cell) && self.plant(ground, cell) {
                return true;
            }
        }
        false
    }

    /// Tries the kinds on one cell, first the one that was planted least.
    fn plant(&mut self, ground: &mut Ground<'_>, cell: CellId) -> bool {
        self.kinds.sort_by_key(|&(_, planted)| planted);
        for (kind, planted) in &mut self.kinds {
            let edits = edits(&Site::new(ground, cell), kind, &mut self.stream);
            let cells = edits.len();
            if ground.plant(kind, edits) {
                *planted += cells;
                return true;
            }
        }
        false
    }
}

/// What an error of a kind does at a site; nothing where it cannot happen there.
fn edits(site: &Site<'_>, kind: &Kind, stream: &mut Stream) -> Vec<Edit> {
    match kind.plant {
        Plant::Text(rewrite) => {
            let text = site.text(site.cell()).and_then(|text| rewrite(text, stream));
            text.map(|text| (site.cell(), Some(text))).into_iter().collect()
        }
        Plant::Cells(plant) => plant(site, stream),
    }
}

#[cfg(test)]
mod tests;
