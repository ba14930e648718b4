//! The table: a schema and a column for each attribute.

use std::fmt;
use std::sync::Arc;

use rayon::prelude::*;

use crate::{
    Attribute, AttributeId, CellId, Code, Column, Kind, Origin, RowId, RowLines, Schema, count_codes, parse_number,
};

/// A table in memory. Cheap to share column-wise: a clone shares every column until one is written to.
#[derive(Clone, Debug, Default)]
pub struct Table {
    schema: Arc<Schema>,
    columns: Vec<Arc<Column>>,
    rows: usize,
    lines: Arc<RowLines>,
    ragged: Arc<Vec<RowId>>,
    origin: Option<Arc<Origin>>,
}

/// Why columns make no table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TableError {
    /// Two columns have one name.
    DuplicateName(String),
    /// A column is longer or shorter than the first.
    UnequalLength(String),
    /// More rows than a row id can number (2³² − 1).
    TooManyRows,
    /// Of several tables, the one at this place has other columns than the first.
    OtherColumns(usize),
}

impl fmt::Display for TableError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            TableError::DuplicateName(name) => write!(f, "two columns are named `{name}`"),
            TableError::UnequalLength(name) => write!(f, "column `{name}` has another number of rows than the first"),
            TableError::TooManyRows => write!(f, "a table holds at most {} rows", u32::MAX),
            TableError::OtherColumns(place) => write!(f, "table {} has other columns than the first", place + 1),
        }
    }
}

impl std::error::Error for TableError {}

impl Table {
    /// A table of named columns of one length. The kind of each is read off its values.
    pub fn new(columns: Vec<(String, Column)>) -> Result<Self, TableError> {
        let rows = columns.first().map_or(0, |(_, column)| column.len());
        if u32::try_from(rows).is_err() {
            return Err(TableError::TooManyRows);
        }
        if let Some((name, _)) = columns.iter().find(|(_, column)| column.len() != rows) {
            return Err(TableError::UnequalLength(name.clone()));
        }
        let attributes = columns.par_iter().map(|(name, column)| Attribute { name: name.clone(), kind: kind(column) });
        let Some(schema) = Schema::new(attributes.collect()) else {
            let twice = (1..columns.len()).find(|&i| columns[..i].iter().any(|(name, _)| *name == columns[i].0));
            return Err(TableError::DuplicateName(
                columns[twice.expect("a schema is refused for a name used twice")].0.clone(),
            ));
        };
        let columns = columns.into_iter().map(|(_, column)| Arc::new(column)).collect();
        Ok(Table { schema: Arc::new(schema), columns, rows, ..Table::default() })
    }

    /// Says which file the table came from.
    pub fn with_origin(mut self, origin: Origin) -> Self {
        self.origin = Some(Arc::new(origin));
        self
    }

    /// Says on which lines of a text the rows start, and which of them are ragged, in order.
    pub fn with_lines(mut self, lines: RowLines, ragged: Vec<RowId>) -> Self {
        self.lines = Arc::new(lines);
        self.ragged = Arc::new(ragged);
        self
    }

    /// The names and kinds of the columns.
    pub fn schema(&self) -> &Schema {
        &self.schema
    }

    /// The number of data rows.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// The number of cells: rows times attributes.
    pub fn cells(&self) -> usize {
        self.rows * self.columns.len()
    }

    /// The bytes that codes and values take in memory.
    pub fn room(&self) -> usize {
        self.columns.iter().map(|column| column.room()).sum()
    }

    /// The ids of the rows in order.
    pub fn row_ids(&self) -> impl ExactSizeIterator<Item = RowId> + use<> {
        (0..self.rows as u32).map(RowId)
    }

    /// The column of an attribute.
    pub fn column(&self, attribute: AttributeId) -> &Column {
        &self.columns[attribute.index()]
    }

    /// The code of a cell.
    pub fn code(&self, cell: CellId) -> Code {
        self.column(cell.attribute).code(cell.row)
    }

    /// The text of a cell; `None` where it is missing.
    pub fn text(&self, cell: CellId) -> Option<&str> {
        self.column(cell.attribute).text(cell.row)
    }

    /// Writes one cell. Other tables that share the column keep theirs.
    pub fn set(&mut self, cell: CellId, text: Option<&str>) {
        Arc::make_mut(&mut self.columns[cell.attribute.index()]).set(cell.row, text);
    }

    /// Puts another column of the same length in the place of one, whose kind is read off the new values. Other tables that
    /// share the old column keep it.
    ///
    /// # Panics
    /// When the column is longer or shorter than the table.
    pub fn replace(&mut self, attribute: AttributeId, column: Column) {
        assert_eq!(column.len(), self.rows, "a column has a cell for each row");
        Arc::make_mut(&mut self.schema).set_kind(attribute, kind(&column));
        self.columns[attribute.index()] = Arc::new(column);
    }

    /// The same cells with codes that count up in the order of the texts of each column. Who learns from such a table shares its
    /// codes, and needs no others.
    pub fn in_text_order(mut self) -> Table {
        self.columns.par_iter_mut().for_each(|column| *column = Arc::new(column.sorted()));
        self
    }

    /// Some of the rows, in the given order, as a table without a file behind it. Codes and dictionaries stay.
    pub fn select(&self, rows: &[RowId]) -> Table {
        let columns = self.columns.iter().map(|column| Arc::new(column.select(rows))).collect();
        Table { schema: Arc::clone(&self.schema), columns, rows: rows.len(), ..Table::default() }
    }

    /// The columns, in order; those that no other table shares are moved.
    pub(crate) fn into_columns(self) -> impl Iterator<Item = Column> {
        self.columns.into_iter().map(Arc::unwrap_or_clone)
    }

    /// Whether two tables share the memory of a column, so that it cannot differ between them.
    pub fn shares(&self, other: &Table, attribute: AttributeId) -> bool {
        Arc::ptr_eq(&self.columns[attribute.index()], &other.columns[attribute.index()])
    }

    /// The line of the file on which a row starts, from 1; `None` for a table that came from no text file.
    pub fn line(&self, row: RowId) -> Option<u64> {
        self.lines.line(row)
    }

    /// The rows whose line had more or fewer fields than the header, in order. Their cells may sit in the wrong
    /// columns, so they are kept as they are.
    pub fn ragged(&self) -> &[RowId] {
        &self.ragged
    }

    /// The file that the table came from.
    pub fn origin(&self) -> Option<&Origin> {
        self.origin.as_deref()
    }
}

fn kind(column: &Column) -> Kind {
    let counts = count_codes(column.codes(), column.dictionary().len());
    let total: u64 = counts.iter().map(|&count| u64::from(count)).sum();
    let numbers = column.dictionary().iter().filter(|(_, text)| parse_number(text).is_some());
    let numbers: u64 = numbers.map(|(code, _)| u64::from(counts[code.index()])).sum();
    if total > 0 && 10 * numbers >= 9 * total { Kind::Number } else { Kind::Text }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn column(cells: &[&str]) -> Column {
        cells.iter().map(|&cell| Some(cell)).collect()
    }

    #[test]
    fn names_and_lengths_are_checked() {
        let table = |pairs: &[(&str, &[&str])]| {
            Table::new(pairs.iter().map(|(name, cells)| ((*name).to_owned(), column(cells))).collect())
        };
        assert_eq!(table(&[("a", &["1"]), ("a", &["2"])]).unwrap_err(), TableError::DuplicateName("a".into()));
        assert_eq!(table(&[("a", &["1"]), ("b", &[])]).unwrap_err(), TableError::UnequalLength("b".into()));
    }

    #[test]
    fn a_clone_keeps_its_cells_when_the_other_is_written_to() {
        let table = Table::new(vec![("a".into(), column(&["1", "x"]))]).unwrap();
        let mut other = table.clone();
        let cell = CellId { row: RowId(1), attribute: AttributeId(0) };
        other.set(cell, Some("y"));
        assert_eq!((table.text(cell), other.text(cell)), (Some("x"), Some("y")));
    }

    #[test]
    fn a_mostly_numeric_column_is_a_number() {
        let cells: Vec<_> = (0..19).map(|_| "7").chain(["seven"]).collect();
        let table = Table::new(vec![("a".into(), column(&cells)), ("b".into(), column(&["x"; 20]))]).unwrap();
        assert_eq!(table.schema().attributes().iter().map(|a| a.kind).collect::<Vec<_>>(), [Kind::Number, Kind::Text]);
    }
}
