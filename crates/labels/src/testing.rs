//! Tables for tests.

use lustrate_table::{Column, Table};

/// A table of comma-separated lines, of which the first has the names; an empty field is a missing value.
pub(crate) fn table(text: &str) -> Table {
    let mut lines = text.lines().map(|line| line.split(',').collect::<Vec<_>>());
    let names = lines.next().expect("a table has a header");
    let rows: Vec<_> = lines.collect();
    let column =
        |place: usize| -> Column { rows.iter().map(|row| Some(row[place]).filter(|text| !text.is_empty())).collect() };
    Table::new(names.iter().enumerate().map(|(place, name)| ((*name).to_owned(), column(place))).collect())
        .expect("the columns of a test have names of their own")
}
