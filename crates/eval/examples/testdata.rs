//! Makes the tables that ship in `testdata`: `cargo run -p lustrate-eval --example testdata`.
//!
//! It writes into the folder of its argument, by default `testdata` of the project. A test holds that what ships is what
//! this program writes.

use std::error::Error;
use std::path::{Path, PathBuf};
use std::{env, fs};

use lustrate_eval::{DirtSettings, Planted, Shape, find_kind, generate, spoil};
use lustrate_table::{CellId, Table};
use lustrate_testkit::project_root;

const ROWS: usize = 3000;
const SEED: u64 = 20;

/// The kinds of dirt that ship, by name. They are told here, so that a new kind leaves what ships as it is.
const KINDS: [&str; 17] = [
    "case",
    "date_order",
    "exchange",
    "foreign",
    "keyboard",
    "missing",
    "placeholder",
    "repeated",
    "reversal",
    "scramble",
    "stray",
    "suffix",
    "swap",
    "thousands",
    "transposition",
    "typo",
    "white_space",
];

fn main() -> Result<(), Box<dyn Error>> {
    make(&env::args_os().nth(1).map_or_else(|| project_root().join("testdata"), PathBuf::from))
}

/// Writes the tables into a folder, over those that are there.
pub fn make(folder: &Path) -> Result<(), Box<dyn Error>> {
    let truth = generate(Shape::Orders, ROWS, SEED);
    // The column that ties the lines of an order together is written by a program and seldom wrong.
    let settings = DirtSettings::new(0.05).seed(SEED).column_rate("order_id", 0.01);
    let settings = settings.kinds(KINDS.into_iter().filter_map(find_kind));
    let spoiled = spoil(&truth.table, &settings)?;
    write_table(&folder.join("orders.truth.csv"), &truth.table)?;
    write_table(&folder.join("orders.csv"), &spoiled.dirty)?;
    write_planted(&folder.join("orders.planted.csv"), &spoiled.planted)?;
    fs::write(folder.join("orders.rules"), truth.rules_text)?;
    Ok(())
}

/// Writes a table; a missing value is an empty field.
pub fn write_table(path: &Path, table: &Table) -> Result<(), csv::Error> {
    let mut writer = csv::Writer::from_path(path)?;
    writer.write_record(table.schema().attributes().iter().map(|attribute| &attribute.name))?;
    for row in table.row_ids() {
        let texts = table.schema().ids().map(|attribute| table.text(CellId { row, attribute }).unwrap_or_default());
        writer.write_record(texts)?;
    }
    Ok(writer.flush()?)
}

/// Writes a record for each planted error.
pub fn write_planted(path: &Path, planted: &[Planted]) -> Result<(), csv::Error> {
    let mut writer = csv::Writer::from_path(path)?;
    writer.write_record(["row", "column", "kind", "old", "new"])?;
    for Planted { cell, column, kind, old, new } in planted {
        let row = cell.row.number().to_string();
        writer.write_record([&row, column, kind.name, old.as_deref().unwrap_or(""), new.as_deref().unwrap_or("")])?;
    }
    Ok(writer.flush()?)
}
