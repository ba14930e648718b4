//! A small table, and what is said of it.

use lustrate_labels::{Labels, Proposal, Question, Said, Sheet, write_tasks};
use lustrate_table::{AttributeId, CellId, Column, RowId, Table};

/// Rows with an identifying column.
pub const CITIES: &str = "id,zip,city,day\n1,00184,Rom,1/2\n2,10115,Berlin,3/4\n3,00195,Rome,?\n4,75001,,5/6";

pub const ID: [AttributeId; 1] = [AttributeId(0)];

/// A table of comma-separated lines; an empty field is a missing value.
pub fn table(text: &str) -> Table {
    let mut lines = text.lines().map(|line| line.split(',').collect::<Vec<_>>());
    let names = lines.next().unwrap();
    let rows: Vec<_> = lines.collect();
    let column =
        |place: usize| -> Column { rows.iter().map(|row| Some(row[place]).filter(|text| !text.is_empty())).collect() };
    Table::new(names.iter().enumerate().map(|(place, name)| ((*name).to_owned(), column(place))).collect()).unwrap()
}

/// A question for a row of [`CITIES`], with another city proposed.
pub fn question(row: u32, city: Option<&str>) -> Question {
    let proposal = city.map(|city| Proposal {
        attribute: AttributeId(2),
        value: Some(city.to_owned()),
        confidence: 0.9,
        reason: "as in other rows".to_owned(),
    });
    Question { row: RowId(row), why: "doubtful".to_owned(), proposals: proposal.into_iter().collect() }
}

/// The sheet of all rows of [`CITIES`], as it is written.
pub fn sheet() -> String {
    let questions = vec![question(0, Some("Rome")), question(1, None), question(2, None), question(3, Some("Paris"))];
    let table = table(CITIES);
    let mut out = Vec::new();
    Sheet::new(&table, questions, None).write(&table, &ID, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

/// The cells of which something is proposed, as they are written.
pub fn tasks() -> String {
    let mut out = Vec::new();
    let questions = [question(0, Some("Rome")), question(3, Some("Paris"))];
    write_tasks(&table(CITIES), &ID, &questions, None, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

/// What a file says of [`CITIES`], or the messages about it.
pub fn read(text: &str) -> Result<Labels, Vec<String>> {
    read_for(text, &table(CITIES))
}

/// The same for another table.
pub fn read_for(text: &str, table: &Table) -> Result<Labels, Vec<String>> {
    let told = |told: &lustrate_diagnostic::Diagnostic| {
        assert!(told.help.as_deref().is_some_and(|help| !help.is_empty()), "{told:?} has no mend");
        format!("{}: {}", told.code, told.title)
    };
    Labels::read("l.csv", text.as_bytes(), table, &ID).map_err(|found| found.iter().map(told).collect())
}

/// What the labels say of a column, by row: `-` for missing, `?` for unknown.
pub fn said(labels: &Labels, column: u32) -> Vec<(u32, String)> {
    let of_column = labels.items.iter().filter(|label| label.cell.attribute == AttributeId(column));
    let text = |said: &Said| match said {
        Said::Unknown => "?".to_owned(),
        Said::Value(value) => value.clone().unwrap_or("-".to_owned()),
    };
    of_column.map(|label| (label.cell.row.0 + 1, text(&label.said))).collect()
}

/// A cell of the table.
pub fn cell(row: u32, column: u32) -> CellId {
    CellId { row: RowId(row - 1), attribute: AttributeId(column) }
}
