//! A cell by the name that people give it: `4127:city`.

use std::fmt;
use std::str::FromStr;

use lustrate_diagnostic::nearest;
use lustrate_table::{CellId, RowId, Table};

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
        CellName { row: repair.row, column: repair.column.clone() }
    }

    /// The cell of a table that has this name.
    ///
    /// # Errors
    /// A row that the table does not have; a column that it does not have.
    pub fn find(&self, table: &Table) -> Result<CellId, Error> {
        let rows = table.rows() as u64;
        let names = || table.schema().attributes().iter().map(|attribute| attribute.name.as_str());
        let attribute = table.schema().find(&self.column).ok_or_else(|| {
            let columns = names().collect::<Vec<_>>().join(", ");
            let meant =
                nearest(&self.column, names()).map_or(String::new(), |near| format!("write `{}:{near}`; ", self.row));
            let title = format!("no column `{}` in the table, of which a cell was to be explained", self.column);
            Error::settings("unknown-column", title, format!("{meant}the columns are {columns}"))
        })?;
        if !(1..=rows).contains(&self.row) {
            let title = format!("no row {} in the table, of which a cell was to be explained", self.row);
            let help = match rows {
                0 => "the table has no data row".to_owned(),
                1 => "the table has one data row, which is row 1".to_owned(),
                rows => format!("the data rows are 1 to {rows}: the header is not counted"),
            };
            return Err(Error::settings("unknown-row", title, help));
        }
        Ok(CellId { row: RowId((self.row - 1) as u32), attribute })
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
