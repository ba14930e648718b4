//! What is known of the loop between two batches, as a file that a person can read.

use std::io::Write;
use std::path::Path;

use lustrate_io::{Overwrite, write_file_safely};
use lustrate_learn::{ActiveSettings, Estimator};
use lustrate_table::{CellId, RowId, Table};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::ActiveOptions;
use crate::Error;
use crate::model_aware::ModelTask;

/// The version of the form.
const SCHEMA: u32 = 1;

/// Records of a batch and of a budget are no more, so that a file cannot ask for a loop without end.
const MOST: usize = 10_000_000;

/// What is known of the loop between two batches.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ActiveState {
    schema: u32,
    /// The version of Lustrate.
    lustrate: String,
    /// The SHA-256 of the names and values of the table.
    table: String,
    /// That of the trusted rows.
    pub(super) trusted: Option<String>,
    target: Option<String>,
    exclude: Vec<String>,
    protected: Vec<String>,
    pub(super) settings: ActiveSettings,
    /// The rows that may be wrong, in order.
    pub(super) doubts: Vec<DoubtfulRow>,
    /// What the engine would make of the table.
    pub(super) repairs: Vec<CorrectedCell>,
    /// The batches that came back.
    pub(super) batches: Vec<Batch>,
    /// The rows of the batch that is out.
    pub(super) pending: Vec<u64>,
}

/// A row that may be wrong.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DoubtfulRow {
    /// The data row, from 1.
    pub row: u64,
    /// The probability that something in it is wrong.
    pub probability: f64,
    /// Why, in a sentence.
    pub why: String,
}

/// A cell that was corrected, or would be.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CorrectedCell {
    /// The data row, from 1.
    pub row: u64,
    /// The column.
    pub column: String,
    /// What it should read; `None` for no value.
    pub value: Option<String>,
    /// How sure that is.
    #[serde(default = "sure", skip_serializing_if = "is_sure")]
    pub confidence: f64,
    /// Why, in a sentence.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub why: String,
}

fn sure() -> f64 {
    1.0
}

fn is_sure(confidence: &f64) -> bool {
    *confidence == 1.0
}

/// A batch that came back.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Batch {
    /// Its rows, in the order in which they were drawn.
    pub(super) rows: Vec<u64>,
    /// The cells that were corrected in them.
    pub(super) cells: Vec<CorrectedCell>,
}

impl CorrectedCell {
    /// A cell that should read otherwise.
    pub(super) fn new(table: &Table, cell: CellId, value: Option<String>) -> Self {
        let column = table.schema().name(cell.attribute).to_owned();
        CorrectedCell { row: cell.row.number(), column, value, confidence: 1.0, why: String::new() }
    }

    /// Where it is.
    ///
    /// # Panics
    /// When the table lacks it; states are checked when they are read.
    pub(super) fn place(&self, table: &Table) -> CellId {
        let attribute = table.schema().find(&self.column).expect("the state was held against the table");
        CellId { row: RowId((self.row - 1) as u32), attribute }
    }

    pub(super) fn write(&self, table: &mut Table) {
        let cell = self.place(table);
        table.set(cell, self.value.as_deref());
    }
}

impl ActiveState {
    pub(super) fn new(
        table: &Table,
        task: &ModelTask,
        settings: ActiveSettings,
        options: &ActiveOptions,
        doubts: Vec<DoubtfulRow>,
        repairs: Vec<CorrectedCell>,
    ) -> Self {
        ActiveState {
            schema: SCHEMA,
            lustrate: env!("CARGO_PKG_VERSION").to_owned(),
            table: hash(table),
            trusted: options.trusted.as_ref().map(hash),
            target: task.target.clone(),
            exclude: task.exclude.clone(),
            protected: task.protected.clone(),
            settings,
            doubts,
            repairs,
            batches: Vec::new(),
            pending: Vec::new(),
        }
    }

    /// The same with another budget.
    #[must_use]
    pub fn with_budget(mut self, budget: usize) -> Self {
        self.settings.budget = budget;
        self
    }

    pub(super) fn task(&self) -> ModelTask {
        ModelTask {
            target: self.target.clone(),
            exclude: self.exclude.clone(),
            protected: self.protected.clone(),
            favourable: None,
            learner: lustrate_learn::Learner::Logistic,
        }
    }

    /// The state as a file, whole or as it was.
    ///
    /// # Errors
    /// A folder that cannot be written to; a file that is there and must stay.
    pub fn write(&self, path: impl AsRef<Path>, overwrite: Overwrite) -> Result<(), Error> {
        let json = serde_json::to_string_pretty(self).expect("names, texts and numbers serialise");
        Ok(write_file_safely(path, overwrite, |out| Ok(writeln!(out, "{json}")?))?)
    }

    /// Reads such a file.
    ///
    /// # Errors
    /// A file that cannot be read, or is none.
    pub fn read(path: impl AsRef<Path>) -> Result<Self, Error> {
        let path = path.as_ref();
        let name = path.display();
        let bytes = std::fs::read(path).map_err(|error| {
            Error::settings("state-file", format!("cannot read `{name}`: {error}"), "check that you may read it")
        })?;
        Self::from_bytes(&name.to_string(), &bytes)
    }

    /// Reads what is in such a file.
    ///
    /// # Errors
    /// What is none.
    pub fn from_bytes(name: &str, bytes: &[u8]) -> Result<Self, Error> {
        let state: ActiveState = serde_json::from_slice(bytes).map_err(|error| {
            let title = format!(
                "`{name}`, line {}, column {}: it is no state of `active`: {error}",
                error.line(),
                error.column()
            );
            Error::settings("state-file", title, ANEW)
        })?;
        if state.schema != SCHEMA {
            let title = format!("`{name}` is a state of version {}, and this Lustrate reads {SCHEMA}", state.schema);
            return Err(Error::settings("state-file", title, ANEW));
        }
        state.check_settings(name)?;
        Ok(state)
    }

    fn check_settings(&self, name: &str) -> Result<(), Error> {
        let ActiveSettings { batch, budget, l2, estimator, .. } = &self.settings;
        let step = match estimator {
            Some(Estimator::Paper { step }) => *step,
            _ => 1.0,
        };
        let is_sound =
            (1..=MOST).contains(batch) && *budget <= MOST && *l2 >= 0.0 && l2.is_finite() && step.is_finite();
        match is_sound {
            true => Ok(()),
            false => Err(Error::settings("state-file", format!("`{name}` has settings that make no sense"), ANEW)),
        }
    }

    /// Whether it is of this table and these trusted rows.
    ///
    /// # Errors
    /// A message that says what it is of instead.
    pub(super) fn check(&self, table: &Table, trusted: Option<&Table>) -> Result<(), Error> {
        if self.table != hash(table) {
            return Err(Error::settings(
                "state-of-another-table",
                "the state is of another table, or the table has changed since",
                format!("name the table that the loop was started with, or {ANEW}"),
            ));
        }
        if self.trusted != trusted.map(hash) {
            return Err(Error::settings(
                "state-of-other-trusted-rows",
                "the loop was started with other trusted rows",
                format!("name the same with `--trusted`, or leave it out as before, or {ANEW}"),
            ));
        }
        let is_row = |row: u64| (1..=table.rows() as u64).contains(&row);
        let is_cell = |cell: &CorrectedCell| is_row(cell.row) && table.schema().find(&cell.column).is_some();
        let is_doubt = |doubt: &DoubtfulRow| is_row(doubt.row) && (0.0..=1.0).contains(&doubt.probability);
        let cells = self.repairs.iter().chain(self.batches.iter().flat_map(|batch| &batch.cells));
        match cells.into_iter().all(is_cell) && self.doubts.iter().all(is_doubt) {
            true => Ok(()),
            false => {
                Err(Error::settings("state-file", "the state names rows or columns that the table does not have", ANEW))
            }
        }
    }
}

/// What to do about a state that is of no use.
const ANEW: &str = "start anew with `--force`";

/// A state whose batches are not those that the loop draws.
pub(super) fn other_version() -> Error {
    let title = "the state holds other batches than its settings lead to: it was edited, or made by another version";
    Error::settings("state-file", title, ANEW)
}

/// The SHA-256 of the names and values of a table, each with its length before it.
fn hash(table: &Table) -> String {
    let mut hash = Sha256::new();
    let mut add = |text: Option<&str>| {
        hash.update((text.map_or(u64::MAX, |text| text.len() as u64)).to_le_bytes());
        hash.update(text.unwrap_or(""));
    };
    for id in table.schema().ids() {
        add(Some(table.schema().name(id)));
        table.row_ids().for_each(|row| add(table.column(id).text(row)));
    }
    hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model_aware::{ActiveLoop, ActiveNext};
    use crate::{Rules, Settings};

    fn table() -> Table {
        let column = |text: &dyn Fn(usize) -> String| (0..120).map(text).collect::<Vec<_>>();
        let texts = [
            column(&|row| (row * 37 % 101).to_string()),
            column(&|row| if row * 37 % 101 > 50 { "yes" } else { "no" }.to_owned()),
        ];
        let named = ["x", "t"].into_iter().zip(&texts);
        let columns = named.map(|(name, texts)| (name.to_owned(), texts.iter().map(|it| Some(it.as_str())).collect()));
        Table::new(columns.collect()).unwrap()
    }

    fn started(table: &Table) -> ActiveState {
        let task = ModelTask { target: Some("t".to_owned()), ..ModelTask::default() };
        let settings = ActiveSettings { batch: 5, budget: 10, ..ActiveSettings::default() };
        let options = ActiveOptions { loop_settings: settings.clone(), all_rows: true, trusted: Some(table.clone()) };
        let doubts = super::super::doubts::all(table);
        let state = ActiveState::new(table, &task, settings, &options, doubts, Vec::new());
        let mut at = ActiveLoop::resume(table, &Rules::default(), state, Some(table), &Settings::new()).unwrap();
        assert!(matches!(at.next_batch(), ActiveNext::Clean(_)));
        at.take(&Default::default()).unwrap();
        at.state().clone()
    }

    #[test]
    fn a_state_that_is_written_is_read_as_it_was() {
        let table = table();
        let state = started(&table);
        let json = serde_json::to_vec(&state).unwrap();
        assert_eq!(ActiveState::from_bytes("s", &json).unwrap(), state);
    }

    #[test]
    fn whatever_is_edited_in_a_state_there_is_a_message_or_a_loop() {
        let table = table();
        let json = serde_json::to_vec(&started(&table)).unwrap();
        let settings = json.windows(10).position(|part| part == b"\"settings\"").unwrap();
        // The hash, the texts of the reasons and most of the doubtful rows are alike.
        let places = (0..json.len())
            .filter(|place| *place < 40 || (settings..settings + 700).contains(place) || *place + 400 > json.len());
        for place in places {
            for byte in [b'9', b'"', b'-'] {
                let mut edited = json.clone();
                edited[place] = byte;
                if let Ok(state) = ActiveState::from_bytes("s", &edited) {
                    let made = ActiveLoop::resume(&table, &Rules::default(), state, Some(&table), &Settings::new());
                    if let Ok(mut made) = made {
                        made.next_batch();
                    }
                }
            }
        }
    }
}
