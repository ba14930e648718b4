//! Label files in and out.

use std::collections::BTreeSet;
use std::io::{self, Write};
use std::path::Path;

use lustrate_diagnostic::{Diagnostic, Diagnostics};
use lustrate_io::{Overwrite, write_file_safely};
use lustrate_labels::{Labels, Sheet};
use lustrate_rules::{Rules, bind};
use lustrate_table::{AttributeId, CellId, Table};

use crate::run::ids;
use crate::{Error, Settings};

/// The columns that identify rows, by the settings and the rules. The rows of label files are found again by them.
///
/// # Errors
/// Rules that do not fit the table; an id column that it does not have.
pub fn id_columns(table: &Table, rules: &Rules, settings: &Settings) -> Result<Vec<AttributeId>, Error> {
    let constraints = bind(rules, table.schema()).map_err(Error::Rules)?;
    ids(table, &constraints, settings)
}

/// Reads label files of a table as one, in their order; rows of the table that moved since are found again, by the columns that
/// identify them among others ([`id_columns`]).
///
/// ```
/// use lustrate::{id_columns, read_labels, Rules, Settings};
///
/// # let folder = tempfile::tempdir()?;
/// # let table = lustrate::read_csv_bytes("cities.csv", b"zip,city\n00184,Rom\n", &lustrate::CsvOptions::default())?.table;
/// let file = folder.path().join("said.csv");
/// std::fs::write(&file, "row,column,correct,who\n1,city,Rome,ann\n")?;
/// let labels = read_labels([&file], &table, &id_columns(&table, &Rules::default(), &Settings::new())?)?;
/// let agreed = labels.agree();
/// assert_eq!(agreed.cells.values().next().unwrap().value.as_deref(), Some("Rome"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// Files that cannot be read, are for other data, or have mistakes: all mistakes of all files at once, each with its line.
pub fn read_labels<P: AsRef<Path>>(
    paths: impl IntoIterator<Item = P>,
    table: &Table,
    ids: &[AttributeId],
) -> Result<Labels, Error> {
    let mut all = Labels::default();
    let mut mistakes = Diagnostics::new();
    for path in paths {
        let path = path.as_ref();
        let name = path.display().to_string();
        let read = std::fs::read(path).map_err(|error| unreadable(&name, &error).into());
        match read.and_then(|bytes| Labels::read(&name, &bytes, table, ids)) {
            Ok(labels) => all.extend(labels),
            Err(found) => mistakes.extend(found),
        }
    }
    // Who says the same of a cell twice, in a file that is given twice, says it once.
    let mut said: BTreeSet<(CellId, Option<String>, String)> = BTreeSet::new();
    all.items.retain(|label| said.insert((label.cell, label.who.clone(), format!("{:?}", label.said))));
    if mistakes.is_empty() { Ok(all) } else { Err(Error::Labels(mistakes)) }
}

/// Writes a sheet for people to fill in. The file is whole or absent, or as it was.
///
/// # Errors
/// A file that is there and must stay, a folder that cannot be written to.
pub fn write_sheet(
    path: impl AsRef<Path>,
    overwrite: Overwrite,
    sheet: &Sheet,
    table: &Table,
    ids: &[AttributeId],
) -> Result<(), Error> {
    Ok(write_file_safely(path, overwrite, |out| {
        sheet.write(table, ids, out)?;
        Ok(out.flush()?)
    })?)
}

fn unreadable(name: &str, error: &io::Error) -> Diagnostic {
    let (title, help) = match error.kind() {
        io::ErrorKind::NotFound => (format!("there is no label file `{name}`"), "check the path"),
        io::ErrorKind::IsADirectory => (format!("the label file `{name}` is a folder"), "name a file in it"),
        _ => (format!("cannot read labels from `{name}`: {error}"), "check that you may read it"),
    };
    Diagnostic::error("label-file", title).help(help)
}
