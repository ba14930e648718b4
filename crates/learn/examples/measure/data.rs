//! A CSV file as a table with a target.

use std::error::Error;

use lustrate_table::{ColumnBuilder, RowId, Table};

/// A table and the name of its target.
pub struct Data {
    pub table: Table,
    pub target: String,
}

/// Reads a file with a header; empty fields are missing. Of many rows, so many are taken at even distances.
pub fn read(file: &str, target: &str, rows: Option<usize>) -> Result<Data, Box<dyn Error>> {
    let mut reader = csv::Reader::from_path(file)?;
    let names: Vec<String> = reader.headers()?.iter().map(str::to_owned).collect();
    let mut columns = vec![ColumnBuilder::new(); names.len()];
    for record in reader.records() {
        for (column, field) in columns.iter_mut().zip(record?.iter()) {
            column.push((!field.is_empty()).then_some(field));
        }
    }
    let table = Table::new(names.into_iter().zip(columns.into_iter().map(ColumnBuilder::finish)).collect())?;
    let rows = rows.unwrap_or(table.rows()).min(table.rows());
    let chosen: Vec<RowId> = (0..rows).map(|row| RowId((row * table.rows() / rows) as u32)).collect();
    Ok(Data { table: table.select(&chosen), target: target.to_owned() })
}
