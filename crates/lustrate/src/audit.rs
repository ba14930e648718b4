//! Repairs files read back, replayed and taken back.

use std::path::Path;

use lustrate_audit::{Choice, RepairsFile, Replayed, Shortened};
use lustrate_io::TableFile;

use crate::Error;

/// Reads a repairs file, and the metadata of its run, which are beside it. A person may have edited it.
///
/// # Errors
/// A file that is missing, is no repairs file or was cut short; metadata that are missing, damaged, or of a newer version; all
/// mistakes of its records at once, each with its line.
pub fn read_repairs(path: impl AsRef<Path>) -> Result<RepairsFile, Error> {
    let repairs = read_repairs_with(path, None, Shortened::ByAccident)?;
    let mistakes = repairs.mistakes();
    if mistakes.has_errors() { Err(Error::Repairs(mistakes)) } else { Ok(repairs) }
}

/// The same with metadata that are elsewhere, and for a file whose last lines were deleted on purpose. Mistakes of its records
/// are kept in it, so that [`replay`] and [`undo`] tell them together with those that only the table shows.
///
/// # Errors
/// As [`read_repairs`], but for the records.
pub fn read_repairs_with(
    path: impl AsRef<Path>,
    metadata: Option<&Path>,
    shortened: Shortened,
) -> Result<RepairsFile, Error> {
    lustrate_audit::read_repairs(path, metadata, shortened).map_err(Error::Repairs)
}

/// Makes the repairs of a file in the table that they are of: those that are marked `apply`, as far as they are chosen.
///
/// With the file as the run wrote it, and nothing chosen, what [`Replayed::write`] writes is byte for byte what the run wrote.
///
/// ```
/// use lustrate::{
///     Choice, Likeness, OutcomeFiles, Overwrite, Settings, conditions, read_repairs, read_rules, read_table, repair,
///     replay, undo, write_outcome,
/// };
///
/// # let shipped = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata");
/// # let folder = tempfile::tempdir()?;
/// # let text = std::fs::read_to_string(shipped.join("orders.csv"))?;
/// # let first: String = text.split_inclusive('\n').take(301).collect();
/// # std::fs::write(folder.path().join("orders.csv"), first)?;
/// # std::fs::copy(shipped.join("orders.rules"), folder.path().join("orders.rules"))?;
/// # std::env::set_current_dir(folder.path())?;
/// let (table, rules) = (read_table("orders.csv")?, read_rules("orders.rules")?);
/// let settings = Settings::new();
/// let outcome = repair(&table, &rules, &settings)?;
/// let files = OutcomeFiles::beside("orders.csv", "orders.clean.csv");
/// write_outcome(&outcome, &files, &["orders.rules".into()], &settings, Overwrite::No)?;
///
/// // All repairs once more, …
/// let repairs = read_repairs("orders.repairs.csv")?;
/// let again = replay(&repairs, "orders.csv", &Choice::default())?;
/// assert_eq!(again.write("again.csv", Overwrite::No)?, Likeness::SameBytes);
/// // … some of them, …
/// let cities = Choice { only: Some(conditions("cities", "column = city and confidence >= .9")?), ..Choice::default() };
/// let some = replay(&repairs, "orders.csv", &cities)?;
/// assert!(some.changes.iter().all(|change| change.column == "city"));
/// // … and all of them taken back.
/// let original = undo(&repairs, "orders.clean.csv", &Choice::default())?;
/// assert_eq!(original.write("original.csv", Overwrite::No)?, Likeness::SameBytes);
/// assert_eq!(std::fs::read("original.csv")?, std::fs::read("orders.csv")?);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// All at once: every mistake in the repairs file with its place; a table that the run did not read, with what it is instead;
/// cells that do not hold what the records say; new values that the file of the table cannot hold.
pub fn replay(repairs: &RepairsFile, data: impl Into<TableFile>, choice: &Choice) -> Result<Replayed, Error> {
    lustrate_audit::replay(repairs, data, choice).map_err(Error::Repairs)
}

/// Takes the repairs of a file back, as far as they are chosen: in each cell that holds what a record made of it, what was
/// there before is put back, with the bytes that it was written with. Where nothing is chosen, rows that were set apart are put
/// back too. That the way leads back to the table that the run read is proved by its hash before anything is written.
///
/// # Errors
/// All at once: every mistake in the repairs file with its place; a table from which no way leads back; cells that hold
/// neither what was there nor what the record made of it; a file of rows set apart that is missing or was changed.
pub fn undo(repairs: &RepairsFile, data: impl Into<TableFile>, choice: &Choice) -> Result<Replayed, Error> {
    lustrate_audit::undo(repairs, data, choice).map_err(Error::Repairs)
}
