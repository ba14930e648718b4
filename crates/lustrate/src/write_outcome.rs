//! Writing everything that a run made.

use std::collections::{BTreeMap, BTreeSet};
use std::io::BufWriter;
use std::path::{Path, PathBuf};

use lustrate_audit::{Entry, Mark, Metadata, RunFiles, Sentence, metadata, write_repairs};
use lustrate_io::{
    Overwrite, Selection, SyncedFile, WriteError, renamed, with_word, write_file_safely, write_rows, write_together,
};
use lustrate_table::Formulas;
use lustrate_table::RowId;

use crate::{Decision, Error, Outcome, Repair, Settings};

/// Where the files of a run go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutcomeFiles {
    /// The repaired table.
    pub cleaned: PathBuf,
    /// The records of what was changed and what a person should look at, as CSV, JSON Lines or Parquet by its extension. The
    /// metadata of the run are written beside it, see [`metadata_path`](crate::metadata_path).
    pub repairs: PathBuf,
    /// The rows that are set apart.
    pub quarantine: QuarantineFile,
    /// What a repairs file in CSV does with fields that a spreadsheet would take for formulas. The tables hold what they hold.
    pub formulas: Formulas,
}

/// Where the rows go that are set apart. Over an old file one is always written: that would be taken for the one of this run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum QuarantineFile {
    /// Into this file, if there are any.
    WhereNeeded(PathBuf),
    /// Into this file, which is written without rows too.
    Always(PathBuf),
}

impl QuarantineFile {
    /// The file.
    pub fn path(&self) -> &Path {
        match self {
            QuarantineFile::WhereNeeded(path) | QuarantineFile::Always(path) => path,
        }
    }
}

impl OutcomeFiles {
    /// The repaired table, and beside it the other files, called like the table that was read.
    ///
    /// ```
    /// let files = lustrate::OutcomeFiles::beside("in/orders.csv", "out/clean.csv");
    /// assert_eq!(files.repairs, std::path::Path::new("out/orders.repairs.csv"));
    /// ```
    pub fn beside(data: impl AsRef<Path>, cleaned: impl Into<PathBuf>) -> Self {
        let (data, cleaned) = (data.as_ref(), cleaned.into());
        let repairs = cleaned.with_file_name(renamed(data, "repairs.csv"));
        let quarantine = cleaned.with_file_name(with_word(data, "quarantine").file_name().unwrap_or_default());
        let quarantine = QuarantineFile::WhereNeeded(quarantine);
        OutcomeFiles { repairs, quarantine, cleaned, formulas: Formulas::AsTheyAre }
    }
}

/// Writes everything that a run made, or nothing new: the repaired table without the rows that are set apart, those rows as they
/// were read, each with the reason, and the repairs file with the metadata of the run. `rules` are the rule files, and the files
/// that they name. Gives the metadata.
///
/// # Errors
/// An existing file, unless it may be overwritten; a folder that cannot be written to; a table that came from no file, or whose
/// file has changed since it was read.
pub fn write_outcome(
    outcome: &Outcome,
    files: &OutcomeFiles,
    rules: &[PathBuf],
    settings: &Settings,
    overwrite: Overwrite,
) -> Result<Metadata, Error> {
    write_outcome_of(outcome, files, &RunSources { rules, ..RunSources::default() }, settings, overwrite)
}

/// The files beside the table that a run was made of, and the model that it saved: the metadata tell them.
#[derive(Clone, Copy, Debug, Default)]
pub struct RunSources<'a> {
    /// The rule files, and the files that they name.
    pub rules: &'a [PathBuf],
    /// The label files.
    pub labels: &'a [PathBuf],
    /// The saved models that it went by.
    pub models: &'a [PathBuf],
    /// The model that it saved, which has been written.
    pub saved_model: Option<&'a Path>,
}

/// The same for a run that went by saved models, or saved one.
///
/// # Errors
/// As [`write_outcome`].
pub fn write_outcome_of(
    outcome: &Outcome,
    files: &OutcomeFiles,
    sources: &RunSources<'_>,
    settings: &Settings,
    overwrite: Overwrite,
) -> Result<Metadata, Error> {
    let set_apart = outcome.set_apart();
    let used = settings.used()?;
    let mut told = None;
    // The repairs get their name only once the table has its own.
    let write = |out: &mut BufWriter<SyncedFile>| {
        write_tables(outcome, files, &set_apart, overwrite)?;
        let entries = outcome.repairs.iter().map(entry);
        let apart: Vec<RowId> = set_apart.keys().copied().collect();
        let quarantine = Some(files.quarantine.path()).filter(|_| !apart.is_empty());
        let RunSources { rules, labels, models, saved_model } = *sources;
        let run = RunFiles { rules, labels, models, saved_model, cleaned: &files.cleaned, quarantine };
        let metadata = metadata(&outcome.original, &outcome.table, entries.clone(), &apart, run, used)?;
        let metadata = metadata.with_formulas(files.formulas, &files.repairs);
        write_repairs(out, &files.repairs, overwrite, entries, told.insert(metadata))
    };
    write_together(|| write_file_safely(&files.repairs, overwrite, write))?;
    Ok(told.expect("what was written has its metadata"))
}

/// Writes the repaired table and the rows that are set apart.
fn write_tables(
    outcome: &Outcome,
    files: &OutcomeFiles,
    set_apart: &BTreeMap<RowId, String>,
    overwrite: Overwrite,
) -> Result<(), WriteError> {
    let path = files.quarantine.path();
    if !set_apart.is_empty() || matches!(files.quarantine, QuarantineFile::Always(_)) || path.exists() {
        // Rows are set apart as they were read: what is kept of them must not depend on us.
        write_rows(&outcome.original, path, overwrite, Selection::SetApart(set_apart))?;
    }
    let apart: BTreeSet<RowId> = set_apart.keys().copied().collect();
    write_rows(&outcome.table, &files.cleaned, overwrite, Selection::Without(&apart))
}

fn entry(repair: &Repair) -> Entry<'_> {
    Entry {
        row: repair.row,
        line: repair.line,
        key: &repair.key,
        column: &repair.column,
        old: repair.old.as_deref(),
        new: repair.new.as_deref(),
        confidence: repair.confidence,
        decision: match repair.decision {
            Decision::Apply => Mark::Apply,
            Decision::Review => Mark::Review,
        },
        rule: repair.rule.as_deref(),
        reason: Sentence(&repair.reason),
        alternatives: &repair.alternatives,
    }
}
