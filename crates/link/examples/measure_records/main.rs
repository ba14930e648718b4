//! How well duplicates are found in a CSV file of which the truth is known.
//!
//! `cargo run --release -p lustrate-link --example measure_records -- DATA TRUTH [THRESHOLD]`: DATA is compared in all its
//! columns, TRUTH has in its last column the thing that each row is. Prints precision, recall and F1 of the pairs of rows that
//! are in one cluster.
#![expect(clippy::print_stdout, reason = "an example prints what it measures")]

use std::collections::BTreeMap;
use std::error::Error;
use std::time::Instant;

use lustrate_link::{RecordSettings, Records};
use lustrate_table::{AttributeId, ColumnBuilder, RowId, Table};

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [data, truth, rest @ ..] = &arguments[..] else { return Err("write DATA TRUTH [THRESHOLD]".into()) };
    let threshold: f64 = rest.first().map_or(Ok(0.9), |text| text.parse())?;
    let table = read(data)?;
    let truth = read(truth)?;
    let things = truth.column(AttributeId(truth.schema().len() as u32 - 1));
    let attributes: Vec<AttributeId> = table.schema().ids().collect();

    let start = Instant::now();
    let records = Records::fit(&table, &attributes, &RecordSettings::default());
    let clusters = records.clusters(threshold);
    let seconds = start.elapsed().as_secs_f64();

    let mut sizes: BTreeMap<u32, u64> = BTreeMap::new();
    table.row_ids().for_each(|row| *sizes.entry(things.code(row).0).or_default() += 1);
    let same = |one: RowId, other: RowId| things.code(one) == things.code(other);
    let pairs = |size: u64| size * size.saturating_sub(1) / 2;
    let found: u64 = clusters.iter().map(|rows| pairs(rows.len() as u64)).sum();
    let right: usize = clusters
        .iter()
        .flat_map(|rows| rows.iter().enumerate().map(|(place, &one)| (one, &rows[place + 1..])))
        .map(|(one, others)| others.iter().filter(|&&other| same(one, other)).count())
        .sum();
    let there: u64 = sizes.values().map(|&size| pairs(size)).sum();
    let (precision, recall) = (right as f64 / found.max(1) as f64, right as f64 / there.max(1) as f64);
    let f1 = 2.0 * right as f64 / (found + there).max(1) as f64;
    let compared = records.compared();
    println!(
        "{} rows, {} pairs compared, {} left out, {seconds:.2} s: {found} pairs found of {there}; precision {precision:.4}, recall \
         {recall:.4}, F1 {f1:.4}",
        table.rows(),
        compared.pairs,
        compared.left_out,
    );
    Ok(())
}

/// Reads a file with a header; empty fields are missing.
fn read(file: &str) -> Result<Table, Box<dyn Error>> {
    let mut reader = csv::Reader::from_path(file)?;
    let names: Vec<String> = reader.headers()?.iter().map(str::to_owned).collect();
    let mut columns = vec![ColumnBuilder::new(); names.len()];
    for record in reader.records() {
        for (column, field) in columns.iter_mut().zip(record?.iter()) {
            column.push((!field.is_empty()).then_some(field));
        }
    }
    Ok(Table::new(names.into_iter().zip(columns.into_iter().map(ColumnBuilder::finish)).collect())?)
}
