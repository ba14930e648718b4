//! The process of one job.

use std::path::Path;
use std::time::Instant;

use lustrate::{AttributeId, CellId, Outcome, RowId, Settings, Table, read_rules, read_table, repair};
use lustrate_benches::{peak_bytes, told};
use lustrate_eval::score;

use crate::calibration::Calibration;
use crate::job::{Files, Job, Task, settings};
use crate::measured::{Measured, OwnRun};

/// Does a job. Truth is read only after the repair, as a person who repairs has none.
///
/// # Errors
/// What is wrong with the files, or with the job.
pub(crate) fn measure(job: &Job) -> Result<Measured, String> {
    let files = &job.files;
    match &job.task {
        Task::Repair { without } => {
            let settings = settings(without.as_deref())?;
            let start = Instant::now();
            let dirty = table(&files.dirty)?;
            let run = Run::of(dirty, files, &settings, start)?;
            run.judged(&table(&files.truth)?)
        }
        Task::RepairTruth => {
            let start = Instant::now();
            let truth = truth_under_names(files)?;
            Run::of(truth.clone(), files, &Settings::new(), start)?.judged(&truth)
        }
        Task::Score { repaired } => {
            let (dirty, repaired, truth) = (table(&files.dirty)?, table(repaired)?, table(&files.truth)?);
            measured(&dirty, &repaired, &truth)
        }
    }
}

/// A repair that has been made, with what it took.
struct Run {
    dirty: Table,
    outcome: Outcome,
    seconds: f64,
    peak_bytes: Option<u64>,
}

impl Run {
    fn of(dirty: Table, files: &Files, settings: &Settings, start: Instant) -> Result<Run, String> {
        let rules = read_rules(&files.rules).map_err(told)?;
        let outcome = repair(&dirty, &rules, settings).map_err(told)?;
        Ok(Run { dirty, outcome, seconds: start.elapsed().as_secs_f64(), peak_bytes: peak_bytes() })
    }

    fn judged(self, truth: &Table) -> Result<Measured, String> {
        let measured = measured(&self.dirty, &self.outcome.table, truth)?;
        let calibration = Calibration::of(confidences(&self.outcome, truth));
        let run = OwnRun { runs: 1, calibration, seconds: self.seconds, peak_bytes: self.peak_bytes };
        Ok(Measured { run: Some(run), ..measured })
    }
}

fn measured(dirty: &Table, repaired: &Table, truth: &Table) -> Result<Measured, String> {
    let score = score(dirty, repaired, truth).map_err(|error| error.to_string())?;
    let cells = dirty.cells() as u64;
    Ok(Measured { cells, raw: score.raw.total, normalised: score.normalised.total, run: None })
}

/// The confidence of each changed cell, and whether it now equals the truth: to the letter, a missing cell being the
/// empty text, columns by place, all as the raw score has it.
fn confidences<'a>(outcome: &'a Outcome, truth: &'a Table) -> impl Iterator<Item = (f64, bool)> + 'a {
    let schema = outcome.table.schema();
    outcome.applied().filter_map(move |repair| {
        let attribute: AttributeId = schema.find(&repair.column)?;
        let cell = CellId { row: RowId((repair.row - 1) as u32), attribute };
        let right = repair.new.as_deref().unwrap_or_default() == truth.text(cell).unwrap_or_default();
        Some((repair.confidence, right))
    })
}

/// The true table under the names of the dirty one, in which the rules are written; a truth may spell them otherwise.
fn truth_under_names(files: &Files) -> Result<Table, String> {
    let (dirty, truth) = (table(&files.dirty)?, table(&files.truth)?);
    let names = |table: &Table| -> Vec<String> {
        table.schema().attributes().iter().map(|attribute| attribute.name.clone()).collect()
    };
    let (wanted, given) = (names(&dirty), names(&truth));
    if wanted.len() != given.len() {
        return Err(format!("columns differ: dirty {}, truth {}", wanted.len(), given.len()));
    }
    if wanted == given {
        return Ok(truth);
    }
    let columns = wanted.into_iter().zip(truth.schema().ids().map(|id| truth.column(id).clone()));
    Table::new(columns.collect()).map_err(|error| error.to_string())
}

fn table(path: &Path) -> Result<Table, String> {
    read_table(path).map_err(told)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use tempfile::TempDir;

    use super::*;

    /// Thirty rows of one city, of which one is misspelt, and the truth under another name.
    fn files(folder: &TempDir) -> Files {
        let write = |name: &str, text: String| {
            let path = folder.path().join(name);
            fs::write(&path, text).unwrap();
            path
        };
        let rows = |odd: &str| {
            (0..30).map(|row| format!("00184,{}\n", if row == 7 { odd } else { "Rome" })).collect::<String>()
        };
        Files {
            dirty: write("dirty.csv", format!("zip,city\n{}", rows("Rone"))),
            truth: write("clean.csv", format!("zip,town\n{}", rows("Rome"))),
            rules: write("cities.rules", "fd zip -> city\n".to_owned()),
        }
    }

    #[test]
    fn a_repair_is_scored_and_its_confidence_judged() {
        let folder = TempDir::new().unwrap();
        let measured = measure(&Job::repair(files(&folder), None)).unwrap();
        assert_eq!((measured.cells, measured.raw.errors, measured.raw.correct, measured.raw.broken), (60, 1, 1, 0));
        let run = measured.run.unwrap();
        assert_eq!((run.calibration.cells(), run.calibration.bins.iter().map(|bin| bin.right).sum::<u64>()), (1, 1));
    }

    #[test]
    fn a_true_table_is_repaired_under_the_names_of_the_dirty_one() {
        let folder = TempDir::new().unwrap();
        let measured = measure(&Job { files: files(&folder), task: Task::RepairTruth }).unwrap();
        assert_eq!((measured.raw.errors, measured.raw.changed), (0, 0));
    }

    #[test]
    fn what_another_system_made_is_scored() {
        let folder = TempDir::new().unwrap();
        let files = files(&folder);
        let repaired = files.dirty.clone();
        let measured = measure(&Job { files, task: Task::Score { repaired } }).unwrap();
        assert_eq!((measured.raw.errors, measured.raw.changed, measured.run), (1, 0, None));
    }

    #[test]
    fn what_is_wrong_with_the_files_is_told() {
        let folder = TempDir::new().unwrap();
        let files = files(&folder);
        fs::write(&files.rules, "fd zip -> citi\n").unwrap();
        let message = measure(&Job::repair(files, None)).unwrap_err();
        assert!(message.contains("citi"), "{message}");
    }
}
