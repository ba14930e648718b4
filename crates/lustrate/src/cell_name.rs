//! A cell by the name that people give it: `4127:city`.

use std::fmt;
use std::str::FromStr;

use lustrate_diagnostic::nearest;
use lustrate_table::{AttributeId, CellId, RowId, Table};

use crate::{Error, Repair};

/// A cell by its data row and its column, written `4127:city`.
///
/// ```
/// use lustrate::CellName;
///
/// let cell: CellName = "4,127:place: city".parse()?;
/// assert_eq!((cell.row, cell.column.as_str()), (4127, "place: city"));
/// # Ok::<(), lustrate::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CellName {
    /// The data row, from 1, as in the repairs file.
    pub row: u64,
    /// The column.
    pub column: String,
}

impl fmt::Display for CellName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.row, self.column)
    }
}

impl FromStr for CellName {
    type Err = Error;

    /// Reads a row, a colon and a column; commas between thousands of rows may stay.
    fn from_str(text: &str) -> Result<Self, Error> {
        let named = text.split_once(':').and_then(|(row, column)| {
            let row = number(row).filter(|_| !column.is_empty())?;
            Some(CellName { row, column: column.to_owned() })
        });
        named.ok_or_else(|| {
            let meant = meant(text).map_or(String::new(), |meant| format!("write `{meant}`; "));
            let help = format!("{meant}a cell is named by its data row, a colon and its column: `12:city`");
            Error::settings("bad-cell", format!("`{text}` names no cell"), help)
        })
    }
}

impl CellName {
    /// The cell of a repair.
    pub fn of(repair: &Repair) -> Self {
        CellName { row: repair.row, column: repair.column.to_string() }
    }

    /// The cell of a table that has this name.
    ///
    /// # Errors
    /// A row that the table does not have; a column that it does not have.
    pub fn find(&self, table: &Table) -> Result<CellId, Error> {
        let attribute = find_column(table, &self.column).map_err(|near| {
            let meant = near.map_or(String::new(), |near| format!("write `{}:{near}`; ", self.row));
            let title = format!("no column `{}` in the table, of which a cell was to be explained", self.column);
            Error::settings("unknown-column", title, meant + &columns(table))
        })?;
        let row = find_row(table, self.row).map_err(|help| {
            let title = format!("no row {} in the table, of which a cell was to be explained", self.row);
            Error::settings("unknown-row", title, help)
        })?;
        Ok(CellId { row, attribute })
    }
}

/// What a person names to have it explained.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CellsName {
    /// One cell.
    Cell(CellName),
    /// All cells of a data row, counted from 1.
    Row(u64),
}

impl FromStr for CellsName {
    type Err = Error;

    /// Reads a row, or what names a cell.
    fn from_str(text: &str) -> Result<Self, Error> {
        match number(text) {
            Some(row) => Ok(CellsName::Row(row)),
            None => text.parse().map(CellsName::Cell),
        }
    }
}

impl CellsName {
    /// The cells of a table that have this name, by column.
    ///
    /// # Errors
    /// As [`CellName::find`]; a row that the table does not have.
    pub fn find(&self, table: &Table) -> Result<Vec<CellId>, Error> {
        match self {
            CellsName::Cell(cell) => Ok(vec![cell.find(table)?]),
            CellsName::Row(number) => {
                let row = find_row(table, *number).map_err(|help| {
                    let title = format!("no row {number} in the table, which was to be explained");
                    Error::settings("unknown-row", title, help)
                })?;
                Ok(table.schema().ids().map(|attribute| CellId { row, attribute }).collect())
            }
        }
    }
}

/// The columns of a table that have these names.
///
/// # Errors
/// A column that the table does not have.
pub fn find_columns(table: &Table, names: &[String]) -> Result<Vec<AttributeId>, Error> {
    let find = |name: &String| {
        find_column(table, name).map_err(|near| {
            let meant = near.map_or(String::new(), |near| format!("write `{near}`; "));
            let title = format!("no column `{name}` in the table, which was to be explained");
            Error::settings("unknown-column", title, meant + &columns(table))
        })
    };
    names.iter().map(find).collect()
}

/// The column of a name, or the name that may have been meant.
fn find_column(table: &Table, name: &str) -> Result<AttributeId, Option<String>> {
    let names = table.schema().attributes().iter().map(|attribute| attribute.name.as_str());
    table.schema().find(name).ok_or_else(|| nearest(name, names).map(str::to_owned))
}

fn columns(table: &Table) -> String {
    let names: Vec<&str> = table.schema().attributes().iter().map(|attribute| attribute.name.as_str()).collect();
    format!("the columns are {}", names.join(", "))
}

/// The row of a number, or which numbers there are.
fn find_row(table: &Table, number: u64) -> Result<RowId, String> {
    let rows = table.rows() as u64;
    match rows {
        _ if (1..=rows).contains(&number) => Ok(RowId((number - 1) as u32)),
        0 => Err("the table has no data row".to_owned()),
        1 => Err("the table has one data row, which is row 1".to_owned()),
        rows => Err(format!("the data rows are 1 to {rows}: the header is not counted")),
    }
}

/// What a malformed name may have been meant to be: another sign for the colon, or the column first.
fn meant(text: &str) -> Option<CellName> {
    let digits = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (row, rest) = text.split_at(digits);
    if let (Some(row), Some(sign)) = (number(row), rest.chars().next()) {
        let column = if sign.is_alphanumeric() { rest } else { &rest[sign.len_utf8()..] };
        let column = column.trim();
        return (!column.is_empty()).then(|| CellName { row, column: column.to_owned() });
    }
    let (column, row) = text.rsplit_once(|c: char| !c.is_alphanumeric())?;
    let row = number(row).filter(|_| !column.is_empty())?;
    Some(CellName { row, column: column.to_owned() })
}

fn number(text: &str) -> Option<u64> {
    let digits: String = text.trim().chars().filter(|c| *c != ',').collect();
    digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| digits.parse().ok())?
}

#[cfg(test)]
mod tests {
    use lustrate_table::Column;

    use super::*;

    fn help(error: Error) -> String {
        let diagnostics = error.diagnostics();
        let first = diagnostics.iter().next().unwrap();
        format!("{}; {}", first.title, first.help.clone().unwrap_or_default())
    }

    #[test]
    fn a_malformed_name_is_told_with_what_may_be_meant() {
        let told = |text: &str| help(text.parse::<CellName>().unwrap_err());
        let rest = "a cell is named by its data row, a colon and its column: `12:city`";
        assert_eq!(told("12;city"), format!("`12;city` names no cell; write `12:city`; {rest}"));
        assert_eq!(told("city:12"), format!("`city:12` names no cell; write `12:city`; {rest}"));
        assert_eq!(told("city"), format!("`city` names no cell; {rest}"));
        assert_eq!(told("12:"), format!("`12:` names no cell; {rest}"));
        assert_eq!(told("-1:city"), format!("`-1:city` names no cell; {rest}"));
        assert_eq!(told(""), format!("`` names no cell; {rest}"));
    }

    #[test]
    fn a_cell_that_the_table_does_not_have_is_told_with_what_it_has() {
        let city: Column = [Some("Rome"), Some("Bern")].into_iter().collect();
        let table = Table::new(vec![("city".into(), city)]).unwrap();
        let find = |text: &str| text.parse::<CellName>().unwrap().find(&table);
        assert_eq!(find("2:city").unwrap().row, RowId(1));
        for row in ["0:city", "3:city", "99999999999:city"] {
            assert!(help(find(row).unwrap_err()).ends_with("the data rows are 1 to 2: the header is not counted"));
        }
        let told = help(find("1:ctiy").unwrap_err());
        assert!(told.ends_with("write `1:city`; the columns are city"), "{told}");
    }
}
