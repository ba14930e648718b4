//! Polars data frames to and from a table.

use lustrate_diagnostic::{Diagnostic, Diagnostics};
use lustrate_table::{Table, ValueType};
use polars::frame::DataFrame;
use polars::prelude::{Column, NamedFrom, PolarsResult, Series};

use crate::no_table::no_table;
use crate::read::NoRows;
use crate::typed::{texts, value_type};
use crate::{ReadError, Reading};

/// A table of the flat columns of a data frame as text: numbers, booleans, texts, categories, dates and times in the
/// form that parses back to the same value. Nulls stay null. Columns of other types are left out and noted.
///
/// # Errors
/// When there is no flat column, or more rows than a table holds.
pub fn from_data_frame(frame: &DataFrame) -> Result<Reading, ReadError> {
    let mut notes = Diagnostics::new();
    let (table, _) = table_of_frame("data frame", frame, NoRows::Refused, &mut notes)?;
    Ok(Reading { table, notes })
}

/// The same, with the types of the columns; messages call the frame `name`.
pub(crate) fn table_of_frame(
    name: &str,
    frame: &DataFrame,
    no_rows: NoRows,
    notes: &mut Diagnostics,
) -> Result<(Table, Vec<ValueType>), ReadError> {
    let (mut columns, mut types) = (Vec::new(), Vec::new());
    for column in frame.columns() {
        let Some(value_type) = value_type(column.dtype()) else {
            let title = format!("`{name}`: column `{}` is {} and is not looked at", column.name(), column.dtype());
            let help = "its values are kept as they are; give it a flat type if they should be looked at";
            notes.push(Diagnostic::note("column-passed-over", title).help(help));
            continue;
        };
        let texts = texts(column.as_materialized_series()).map_err(|error| {
            Diagnostic::error("unreadable-column", format!("`{name}`: cannot read column `{}`: {error}", column.name()))
                .help("write the file again, with values in it that the type of the column can hold")
        })?;
        columns.push((column.name().to_string(), texts));
        types.push(value_type);
    }
    if columns.is_empty() {
        let title = format!("`{name}` has no column of numbers, texts, booleans, dates or times");
        return Err(Diagnostic::error("no-columns", title).help("unnest the columns that it has").into());
    }
    if no_rows == NoRows::Refused && frame.height() == 0 {
        let title = format!("`{name}` has columns and no data rows");
        return Err(Diagnostic::error("no-rows", title).help("name a table with at least one data row").into());
    }
    let table = Table::new(columns).map_err(|error| no_table(name, &error))?;
    Ok((table, types))
}

/// A data frame of text columns, nulls where cells are missing.
///
/// # Errors
/// Those of Polars, on which the columns of a table give no cause: their names differ and their lengths are the same.
pub fn to_data_frame(table: &Table) -> PolarsResult<DataFrame> {
    let column = |attribute| -> Column {
        let column = table.column(attribute);
        let cells: Vec<_> = table.row_ids().map(|row| column.text(row)).collect();
        Series::new(table.schema().name(attribute).into(), cells).into()
    };
    DataFrame::new(table.rows(), table.schema().ids().map(column).collect())
}
