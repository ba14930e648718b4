//! The rows of a model, and new rows in the order of its columns.

use lustrate_diagnostic::nearest;
use lustrate_table::{Column, RowLines, Table};

use crate::Error;

/// The same cells without the file behind them; dictionaries hold the values that are there, in the order of their first
/// appearance. So what is learned of a table does not depend on how it came about.
pub(super) fn compact(table: &Table) -> Table {
    let column = |attribute| -> (String, Column) {
        let column = table.column(attribute);
        let texts: Vec<Option<&str>> = column.dictionary().iter().map(|(_, text)| Some(text)).collect();
        (table.schema().name(attribute).to_owned(), column.replaced(&texts))
    };
    let columns = table.schema().ids().map(column).collect();
    let compact = Table::new(columns).expect("these are the columns of a table");
    compact.with_lines(RowLines::new(), table.ragged().to_vec())
}

/// A table with its columns in the order of those of the model; as it is where they are so already.
///
/// # Errors
/// A table of other columns.
pub(super) fn in_order_of(model: &Table, table: &Table, words: &str) -> Result<Table, Error> {
    let (known, given) = (names(model), names(table));
    if known == given {
        return Ok(table.clone());
    }
    let missing: Vec<&String> = known.iter().filter(|name| !given.contains(name)).collect();
    let unknown: Vec<&String> = given.iter().filter(|name| !known.contains(name)).collect();
    if !missing.is_empty() || !unknown.is_empty() {
        return Err(other_columns(table, words, &missing, &unknown, &known));
    }
    // The parts of a table that was read from several files are stacked anew, so that each keeps its own order.
    let parts = table.parts();
    let parts = if parts.is_empty() { vec![table.clone()] } else { parts };
    let tables = std::iter::once(model.select(&[])).chain(parts).collect();
    Ok(Table::stack(tables).expect("the columns have the same names, and no row was added"))
}

fn other_columns(table: &Table, words: &str, missing: &[&String], unknown: &[&String], known: &[String]) -> Error {
    let file = table.origin().and_then(|origin| origin.file());
    let data = file.map_or("the table".to_owned(), |file| format!("`{}`", file.path.display()));
    let listed = |names: &[&String]| names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    let lacks = (!missing.is_empty()).then(|| format!("it has no {}", listed(missing)));
    let more = (!unknown.is_empty()).then(|| format!("the model knows no {}", listed(unknown)));
    let what: Vec<String> = lacks.into_iter().chain(more).collect();
    let title = format!("{data} has other columns than {words}: {}", what.join(", and "));
    let meant = unknown.iter().filter_map(|name| {
        let near = nearest(name, missing.iter().map(|name| name.as_str()))?;
        Some(format!("write `{near}` for `{name}`"))
    });
    let meant: Vec<String> = meant.collect();
    let columns = format!("the columns of the model are {}", known.join(", "));
    let help = if meant.is_empty() {
        format!("{columns}; name a file with these, or run without `--model`")
    } else {
        format!("{} in its header; {columns}", meant.join(", "))
    };
    Error::model("other-columns", title, help)
}

/// The names of the columns, in order.
pub(super) fn names(table: &Table) -> Vec<String> {
    table.schema().attributes().iter().map(|attribute| attribute.name.clone()).collect()
}
