//! What is believed of the rows while the model is fitted: a value and a confidence for each cell.

use std::collections::BTreeSet;
use std::hash::{BuildHasher, Hasher};
use std::sync::Arc;

use foldhash::quality::FixedState;
use lustrate_table::{AttributeId, CellId, Code, RowId};

use crate::confidence::Confidence;
use crate::settings::KNOWN;

/// The rows that are scored, column by column.
#[derive(Clone, Debug)]
pub(crate) struct State {
    rows: usize,
    columns: Vec<ColumnState>,
}

/// One column of the rows.
#[derive(Clone, Debug)]
pub(crate) struct ColumnState {
    /// What is written, in codes of the column's lexicon.
    pub(crate) observed: Arc<Vec<Code>>,
    /// What is believed; one with what is written as long as nothing else is.
    pub(crate) current: Arc<Vec<Code>>,
    /// How much it counts.
    pub(crate) confidence: Confidence,
}

impl ColumnState {
    /// Cells that are believed as they are written.
    pub(crate) fn as_written(observed: impl Into<Arc<Vec<Code>>>, confidence: Confidence) -> Self {
        let observed = observed.into();
        ColumnState { current: Arc::clone(&observed), confidence, observed }
    }

    /// Whether every cell is believed as it is written, and counts for what its value does.
    pub(crate) fn is_as_written(&self) -> bool {
        Arc::ptr_eq(&self.current, &self.observed) && matches!(self.confidence, Confidence::OfValues { .. })
    }

    /// Takes the cell of a row to read so.
    pub(crate) fn believe(&mut self, row: usize, code: Code) {
        if self.current[row] != code {
            Arc::make_mut(&mut self.current)[row] = code;
        }
    }
}

impl State {
    /// Rows in which every cell is believed as it is written; `observed` are codes of the lexicons.
    pub(crate) fn new(columns: Vec<ColumnState>) -> Self {
        State { rows: columns.first().map_or(0, |column| column.observed.len()), columns }
    }

    pub(crate) fn rows(&self) -> usize {
        self.rows
    }

    /// These rows, and others behind them in the same codes.
    pub(crate) fn followed_by(&self, later: &State) -> Self {
        let column = |(one, two): (&ColumnState, &ColumnState)| ColumnState {
            observed: [one.observed.as_slice(), &two.observed].concat().into(),
            current: [one.current.as_slice(), &two.current].concat().into(),
            confidence: one.confidence.iter().chain(two.confidence.iter()).copied().collect(),
        };
        State::new(self.columns.iter().zip(&later.columns).map(column).collect())
    }

    /// The same belief of some of the rows.
    #[cfg(test)]
    pub(crate) fn rows_within(&self, rows: std::ops::Range<usize>) -> Self {
        let column = |column: &ColumnState| ColumnState {
            observed: column.observed[rows.clone()].to_vec().into(),
            current: column.current[rows.clone()].to_vec().into(),
            confidence: rows.clone().map(|row| column.confidence[row]).collect(),
        };
        State::new(self.columns.iter().map(column).collect())
    }

    /// The same belief of some of the rows, in their order.
    pub(crate) fn of_rows(&self, rows: &[RowId]) -> Self {
        let column = |column: &ColumnState| {
            let of = |codes: &[Code]| rows.iter().map(|row| codes[row.index()]).collect::<Vec<_>>();
            let confidence = rows.iter().map(|row| column.confidence[row.index()]).collect();
            match Arc::ptr_eq(&column.current, &column.observed) {
                true => ColumnState::as_written(of(&column.observed), confidence),
                false => ColumnState {
                    observed: of(&column.observed).into(),
                    current: of(&column.current).into(),
                    confidence,
                },
            }
        };
        State::new(self.columns.iter().map(column).collect())
    }

    pub(crate) fn columns(&self) -> &[ColumnState] {
        &self.columns
    }

    pub(crate) fn columns_mut(&mut self) -> &mut [ColumnState] {
        &mut self.columns
    }

    /// Makes these cells known: they are believed as they are written, and count for [`KNOWN`] that are sure.
    pub(crate) fn know(&mut self, cells: &BTreeSet<CellId>) {
        for cell in cells {
            let (column, row) = (&mut self.columns[cell.attribute.index()], cell.row.index());
            column.confidence[row] = KNOWN;
            column.believe(row, column.observed[row]);
        }
    }

    pub(crate) fn column(&self, attribute: AttributeId) -> &ColumnState {
        &self.columns[attribute.index()]
    }

    /// How sure a cell is, from 0.05 to 1.
    pub(crate) fn confidence(&self, attribute: AttributeId, row: usize) -> f64 {
        f64::from(self.columns[attribute.index()].confidence[row]).min(1.0)
    }
}

/// A number that tells whether two tables hold the same cells in the same order.
pub(crate) fn fingerprint(hashes: &[u64]) -> u64 {
    let mut hasher = FixedState::with_seed(11).build_hasher();
    hashes.iter().for_each(|&hash| hasher.write_u64(hash));
    hasher.finish()
}

/// At most `most` of the rows that pass `keep`, drawn by their hashes, in row order.
pub(crate) fn sample(hashes: &[u64], most: usize, keep: impl Fn(RowId) -> bool) -> Vec<RowId> {
    let mut rows: Vec<RowId> = (0..hashes.len() as u32).map(RowId).filter(|&row| keep(row)).collect();
    if rows.len() > most {
        rows.select_nth_unstable_by_key(most, |row| (hashes[row.index()], row.0));
        rows.truncate(most);
        rows.sort_unstable();
    }
    rows
}

/// The rows in the order in which [`sample`] draws them.
pub(crate) fn draw_order(hashes: &[u64]) -> Vec<RowId> {
    let mut rows: Vec<RowId> = (0..hashes.len() as u32).map(RowId).collect();
    rows.sort_unstable_by_key(|row| (hashes[row.index()], row.0));
    rows
}
