//! Several files as one table.

use lustrate_diagnostic::{Diagnostic, Diagnostics};
use lustrate_table::{Table, TableError};

use crate::read::{NoRows, read};
use crate::{ReadError, Reading, TableFile};

/// Reads several files of the same columns as one table: the rows of the first, behind them those of the second, and so on.
/// The columns are found by name, so that their order may differ, and so may all else: formats, delimiters, encodings. Files
/// with a header alone add no rows. The files are the origin of the table, which [`Table::parts`] splits into theirs again.
///
/// # Errors
/// As [`read_table_file`](crate::read_table_file), for any of them; when a file has other columns than the first, and when none
/// has a data row.
pub fn read_table_files(files: &[TableFile]) -> Result<Reading, ReadError> {
    if let [file] = files {
        return read(file, NoRows::Refused);
    }
    let (mut notes, mut tables) = (Diagnostics::new(), Vec::with_capacity(files.len()));
    for file in files {
        let reading = read(file, NoRows::Taken)?;
        notes.extend(reading.notes);
        tables.push(reading.table);
        if let Some(other) = other_columns(&files[0], &tables[0], file, &tables[tables.len() - 1]) {
            return Err(other.into());
        }
    }
    if tables.iter().all(|table| table.rows() == 0) {
        let title = format!("none of the {} files has data rows", files.len());
        return Err(Diagnostic::error("no-rows", title).help("name a file with at least one data row").into());
    }
    let table = Table::stack(tables).map_err(|error| {
        let help = "run the files in several lots";
        let title = match error {
            TableError::OtherColumns(place) => format!("`{}` has other columns", files[place].name().display()),
            error => format!("the {} files make no table: {error}", files.len()),
        };
        Diagnostic::error("no-table", title).help(help)
    })?;
    Ok(Reading { table, notes })
}

/// The message for a file that has other columns than the first.
fn other_columns(first: &TableFile, model: &Table, file: &TableFile, table: &Table) -> Option<Diagnostic> {
    let missing = |table: &Table, of: &Table| -> Vec<String> {
        let names = of.schema().attributes().iter().map(|attribute| attribute.name.as_str());
        names.filter(|name| table.schema().find(name).is_none()).map(|name| format!("`{name}`")).collect()
    };
    let (lacks, has) = (missing(table, model), missing(model, table));
    let told = [("lacks", lacks), ("has besides", has)];
    let told: Vec<String> = told
        .into_iter()
        .filter(|(_, names)| !names.is_empty())
        .map(|(what, names)| format!("{what} {}", listed(&names)))
        .collect();
    (!told.is_empty()).then(|| {
        let (first, file) = (first.name().display(), file.name().display());
        let title = format!("`{file}` has other columns than `{first}`: it {}", told.join(" and "));
        let help =
            "files that are read together have the same columns, in any order; leave this one out, or run it alone";
        Diagnostic::error("other-columns", title).help(help)
    })
}

fn listed(names: &[String]) -> String {
    const SHOWN: usize = 5;
    let shown = names[..names.len().min(SHOWN)].join(", ");
    match names.len().saturating_sub(SHOWN) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}
