//! A run without a model: cells of a table get new values, rows are set apart, and everything is written that a run writes.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use lustrate_audit::{
    Choice, Entry, Mark, RepairsFile, Replayed, RunFiles, Sentence, SettingsUsed, Shortened, conditions, metadata,
    read_repairs, replay, undo, write_repairs,
};
use lustrate_io::{CsvOptions, Overwrite, Selection, misfit, read_table_with, write_file_safely, write_rows};
use lustrate_table::{AttributeId, CellId, RowId, Table};
use tempfile::TempDir;

/// A proposed repair: row and column count round, so that every number means a cell.
#[derive(Clone, Debug)]
pub struct Proposal {
    pub row: u32,
    pub column: u32,
    pub new: Option<String>,
    pub mark: Mark,
}

/// A folder with the files of a run.
pub struct Round {
    folder: TempDir,
    pub data: PathBuf,
    pub cleaned: PathBuf,
    pub repairs: PathBuf,
}

impl Round {
    /// Repairs the table in `name`, which `write` puts into the folder. `None` where it is no table that can be repaired.
    pub fn new(
        name: &str,
        write: impl FnOnce(&Path),
        options: &CsvOptions,
        proposals: &[Proposal],
        apart: &[u32],
        form: &str,
    ) -> Option<Round> {
        let folder = tempfile::tempdir().unwrap();
        let beside = |name: &str| folder.path().join(name);
        let extension = Path::new(name).extension().unwrap().to_str().unwrap().to_owned();
        let data = beside(name);
        write(&data);
        let table = read_table_with(&data, options).ok()?.table;
        let rows = table.rows() as u32;
        // One row stays at least: a file without rows is no table.
        let apart: BTreeSet<RowId> = apart.iter().map(|row| RowId(row % rows)).take(rows as usize - 1).collect();
        let reasons: BTreeMap<RowId, String> = apart.iter().map(|&row| (row, "a, \"reason\"".to_owned())).collect();
        let proposals = usable(&table, proposals, &apart);
        let mut repaired = table.clone();
        for (cell, proposal) in proposals.iter().filter(|(_, proposal)| proposal.mark == Mark::Apply) {
            repaired.set(*cell, proposal.new.as_deref());
        }
        let (cleaned, quarantine) = (beside(&format!("c.{extension}")), beside(&format!("q.{extension}")));
        write_rows(&table, &quarantine, Overwrite::No, Selection::SetApart(&reasons)).unwrap();
        write_rows(&repaired, &cleaned, Overwrite::No, Selection::Without(&apart)).unwrap();
        let entries: Vec<Entry<'_>> = proposals.iter().map(|(cell, proposal)| entry(&table, *cell, proposal)).collect();
        let apart: Vec<RowId> = apart.into_iter().collect();
        let quarantine = Some(quarantine.as_path()).filter(|_| !apart.is_empty());
        let files = RunFiles { rules: &[], labels: &[], models: &[], saved_model: None, cleaned: &cleaned, quarantine };
        let metadata =
            metadata(&table, &repaired, entries.iter().copied(), &apart, files, SettingsUsed::default()).unwrap();
        let repairs = beside(&format!("r.{form}"));
        write_file_safely(&repairs, Overwrite::No, |out| {
            write_repairs(out, &repairs, Overwrite::No, entries.iter().copied(), &metadata)
        })
        .unwrap();
        Some(Round { folder, data, cleaned, repairs })
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn read_repairs(&self) -> RepairsFile {
        let repairs = read_repairs(&self.repairs, None, Shortened::ByAccident).unwrap_or_else(|told| panic!("{told}"));
        assert!(repairs.mistakes().is_empty(), "{}", repairs.mistakes());
        repairs
    }

    /// Makes repairs in the table of the run, and says where the result is.
    pub fn replay(&self, choice: &Choice, name: &str) -> PathBuf {
        let replayed = replay(&self.read_repairs(), &self.data, choice).unwrap_or_else(|told| panic!("{told}"));
        self.write(&replayed, name)
    }

    /// Takes repairs back from a table, and says where the result is.
    pub fn undo(&self, data: &Path, choice: &Choice, name: &str) -> PathBuf {
        let undone = undo(&self.read_repairs(), data, choice).unwrap_or_else(|told| panic!("{told}"));
        self.write(&undone, name)
    }

    fn write(&self, replayed: &Replayed, name: &str) -> PathBuf {
        let path = self.path(name);
        replayed.write(&path, Overwrite::No).unwrap();
        path
    }
}

/// The records that satisfy conditions only.
pub fn only(text: &str) -> Choice {
    Choice { only: Some(conditions("--where", text).unwrap()), ..Choice::default() }
}

pub fn bytes(path: &Path) -> Vec<u8> {
    fs::read(path).unwrap()
}

/// The proposals that change something which the file can hold, one a cell, in order. Those of rows that are set apart are
/// for review, as `repair` makes them.
fn usable(table: &Table, proposals: &[Proposal], apart: &BTreeSet<RowId>) -> BTreeMap<CellId, Proposal> {
    let mut usable = BTreeMap::new();
    for proposal in proposals {
        let row = RowId(proposal.row % table.rows() as u32);
        let cell = CellId { row, attribute: AttributeId(proposal.column % table.schema().len() as u32) };
        let fits = misfit(table, cell, proposal.new.as_deref()).is_none();
        if fits && table.text(cell) != proposal.new.as_deref() {
            let mark = if apart.contains(&row) { Mark::Review } else { proposal.mark };
            usable.insert(cell, Proposal { mark, ..proposal.clone() });
        }
    }
    usable
}

fn entry<'a>(table: &'a Table, cell: CellId, proposal: &'a Proposal) -> Entry<'a> {
    Entry {
        row: cell.row.number(),
        line: table.line(cell.row),
        key: &[],
        column: table.schema().name(cell.attribute),
        old: table.text(cell),
        new: proposal.new.as_deref(),
        confidence: 0.5,
        decision: proposal.mark,
        rule: None,
        reason: Sentence(&"a reason, with \"quotes\"\nand lines"),
        alternatives: &[],
    }
}
