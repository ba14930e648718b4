//! Measures the parts of the crate on a table: `measure PART FILE.csv TARGET [ROWS]`.
//!
//! The table is taken for clean, and damaged in known ways, so that what cleaning gains can be counted. All figures are of rows
//! that were left clean and had no part in the cleaning.

#![expect(clippy::print_stdout, reason = "an example prints what it measured")]

mod active;
mod boost;
mod data;
mod fair;
mod labels;
mod model;
mod sanitise;

use std::error::Error;

use data::Data;

/// A part that can be measured.
type Measure = fn(&Data) -> Result<(), Box<dyn Error>>;

const PARTS: &[(&str, Measure)] = &[
    ("active", active::measure),
    ("boost", boost::measure),
    ("fair", fair::measure),
    ("labels", labels::measure),
    ("model", model::measure),
    ("sanitise", sanitise::measure),
];

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [part, file, target, rest @ ..] = &arguments[..] else {
        return Err("usage: measure PART FILE.csv TARGET [ROWS]".into());
    };
    let rows = rest.first().map(|rows| rows.parse()).transpose()?;
    let data = data::read(file, target, rows)?;
    let measure = PARTS.iter().find(|(name, _)| name == part);
    let names: Vec<&str> = PARTS.iter().map(|(name, _)| *name).collect();
    measure.ok_or_else(|| format!("the parts are: {}", names.join(", ")))?.1(&data)
}
