//! The groups of rows that protected columns make.

use lustrate_table::{Column, Kind, Table, parse_number};
use serde::Serialize;
use thiserror::Error;

use crate::features::{held, numbers};

/// Distinct numbers beyond which a protected column is cut at its quartiles: a group of each age would be too small to judge.
const MOST_NUMBERS: usize = 10;

/// A protected column that the table does not have.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("there is no column `{column}`")]
pub struct NoSuchColumn {
    /// The name that was asked for.
    pub column: String,
    /// The names that there are.
    pub columns: Vec<String>,
}

/// The rows of a table by the values of protected columns. A missing value is a value of its own.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ProtectedGroups {
    names: Vec<String>,
    of_row: Vec<usize>,
}

impl ProtectedGroups {
    /// The groups by all of these columns at once, in the order of their names. Without columns all rows are one group.
    pub fn new(table: &Table, columns: &[String]) -> Result<Self, NoSuchColumn> {
        let mut names = vec![String::new(); table.rows()];
        for name in columns {
            let id = table.schema().find(name).ok_or_else(|| NoSuchColumn {
                column: name.clone(),
                columns: table.schema().attributes().iter().map(|attribute| attribute.name.clone()).collect(),
            })?;
            let values = values(table.column(id), table.schema().kind(id));
            for (row, group) in table.row_ids().zip(&mut names) {
                let code = table.column(id).code(row);
                let value = if code.is_null() { "missing" } else { &values[code.index()] };
                let comma = if group.is_empty() { "" } else { ", " };
                group.push_str(&format!("{comma}{name} = {value}"));
            }
        }
        let rows: Column = names.iter().map(|name| Some(name.as_str())).collect();
        let sorted = rows.sorted();
        let names = sorted.dictionary().iter().map(|(_, name)| name.to_owned()).collect();
        Ok(ProtectedGroups { names, of_row: sorted.codes().iter().map(|code| code.index()).collect() })
    }

    /// What each group is called: `sex = Female, race = White`.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// The group of each row of the table.
    pub fn of_row(&self) -> &[usize] {
        &self.of_row
    }

    /// The groups of some rows, in the given order.
    pub fn of(&self, rows: &[usize]) -> Vec<usize> {
        rows.iter().map(|&row| self.of_row[row]).collect()
    }

    /// The number of groups.
    pub fn len(&self) -> usize {
        self.names.len()
    }

    /// Whether there is no group, as there is no row.
    pub fn is_empty(&self) -> bool {
        self.names.is_empty()
    }
}

/// What each code of a column stands for: its text, or the quarter that its number is in.
fn values(column: &Column, kind: Kind) -> Vec<String> {
    let held = held(column);
    let cut = (kind == Kind::Number && held.len() > MOST_NUMBERS).then(|| quartiles(&held)).flatten();
    let value = |text: &str| match (&cut, parse_number(text)) {
        _ if text.trim().is_empty() => "missing".to_owned(),
        (Some([first, second, third]), Some(number)) => match number {
            number if number <= *first => format!("up to {first}"),
            number if number <= *second => format!("up to {second}, over {first}"),
            number if number <= *third => format!("up to {third}, over {second}"),
            _ => format!("over {third}"),
        },
        (Some(_), None) => "no number".to_owned(),
        (None, _) => text.to_owned(),
    };
    column.dictionary().iter().map(|(_, text)| value(text)).collect()
}

fn quartiles(held: &[(&str, usize)]) -> Option<[f64; 3]> {
    let mut numbers = numbers(held)?;
    numbers.sort_by(|a, b| a.0.total_cmp(&b.0));
    let rows: usize = numbers.iter().map(|(_, count)| count).sum();
    let quantile = |quarter: usize| {
        let mut below = 0;
        let reached = numbers.iter().find(|(_, count)| {
            below += count;
            4 * below >= quarter * rows
        });
        reached.map_or(f64::NAN, |(number, _)| *number)
    };
    Some([1, 2, 3].map(quantile))
}

/// The rows of each group, in order.
pub(crate) fn rows_by_group(of_row: &[usize]) -> Vec<Vec<usize>> {
    let mut rows = vec![Vec::new(); of_row.iter().max().map_or(0, |most| most + 1)];
    of_row.iter().enumerate().for_each(|(row, &group)| rows[group].push(row));
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_are_those_of_all_columns_together() {
        let column = |cells: &[&str]| cells.iter().map(|&cell| (cell != "-").then_some(cell)).collect::<Column>();
        let table = Table::new(vec![
            ("sex".to_owned(), column(&["f", "m", "f", "-"])),
            ("race".to_owned(), column(&["x", "y", "y", "x"])),
        ]);
        let table = table.unwrap();
        let groups = ProtectedGroups::new(&table, &["sex".to_owned(), "race".to_owned()]).unwrap();
        assert_eq!(
            groups.names(),
            ["sex = f, race = x", "sex = f, race = y", "sex = m, race = y", "sex = missing, race = x"]
        );
        assert_eq!(groups.of_row(), [0, 2, 1, 3]);
        let missing = ProtectedGroups::new(&table, &["age".to_owned()]).unwrap_err();
        assert_eq!(missing.columns, ["sex", "race"]);
    }

    #[test]
    fn many_numbers_are_cut_at_the_quartiles() {
        let cells: Vec<String> = (1..=40).map(|age| age.to_string()).collect();
        let column: Column = cells.iter().map(|cell| Some(cell.as_str())).collect();
        let table = Table::new(vec![("age".to_owned(), column)]).unwrap();
        let groups = ProtectedGroups::new(&table, &["age".to_owned()]).unwrap();
        assert_eq!(groups.len(), 4);
        assert_eq!(groups.names()[groups.of_row()[10]], "age = up to 20, over 10");
    }
}
