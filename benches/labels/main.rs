//! `labels`: what a few rows are worth that a person corrects.
//!
//! Each data set is repaired after 5, 10, 20 and 40 of its rows were labelled from its truth: those that the engine asks
//! for, and rows drawn at random. Scored are the rows that nobody labelled. `benches/README.md` says how to read it.

mod answers;
mod measure;
mod table;

use std::env;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Parser;

use measure::{Dataset, Line, measure};

/// Repair data sets after some of their rows were labelled from their truth, and print how well it went
#[derive(Debug, Parser)]
#[command(name = "labels")]
struct Args {
    /// The folder of data sets, each a folder with dirty.csv, clean.csv and constraints.txt [default: that of the variable
    /// LUSTRATE_DATASETS, or ../shared/datasets beside the project]
    #[arg(long, value_name = "DIR")]
    datasets: Option<PathBuf>,
    /// The folder of what other systems made of them [default: `peers` beside the data sets]
    #[arg(long, value_name = "DIR")]
    peers: Option<PathBuf>,
    /// Only these data sets, with commas between them
    #[arg(long, value_name = "NAMES", value_delimiter = ',')]
    only: Vec<String>,
    /// How many rows are labelled, with commas between the numbers
    #[arg(long, value_name = "N", value_delimiter = ',', default_values_t = [5, 10, 20, 40])]
    rows: Vec<usize>,
    /// Draws of random rows, over which the figures are averaged
    #[arg(long, value_name = "N", default_value_t = 3)]
    draws: u64,
    /// The share of the labels that are wrong: another value of the column
    #[arg(long, value_name = "SHARE", default_value_t = 0.05)]
    wrong: f64,
    /// Write the report as Markdown too
    #[arg(long, value_name = "FILE")]
    markdown: Option<PathBuf>,
    /// Print the confidence and the column of each cell that is still wrong, or was broken
    #[arg(long)]
    verbose: bool,
}

fn main() -> ExitCode {
    let args = Args::parse();
    match run(&args) {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            say(&message);
            ExitCode::from(2)
        }
    }
}

fn run(args: &Args) -> Result<(), String> {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/datasets");
    let datasets = args.datasets.clone().or(env::var_os("LUSTRATE_DATASETS").map(PathBuf::from)).unwrap_or_else(beside);
    let peers = args.peers.clone().unwrap_or_else(|| datasets.join("../peers"));
    let found = Dataset::find(&datasets, &args.only)?;
    let mut lines: Vec<Line> = Vec::new();
    for dataset in &found {
        say(&format!("{}: {} counts of rows, asked and at random", dataset.name, args.rows.len()));
        let line = measure(dataset, &args.rows, args.draws, args.wrong, args.verbose, &peers.join(&dataset.name))?;
        print(&table::row(&line, &args.rows))?;
        lines.push(line);
    }
    let report = table::report(&lines, &args.rows, args.wrong);
    print(&report)?;
    if let Some(path) = &args.markdown {
        std::fs::write(path, &report).map_err(|error| format!("cannot write {}: {error}", path.display()))?;
    }
    Ok(())
}

pub(crate) fn say(message: &str) {
    // A notice that cannot be written is no reason to fail.
    let _ = writeln!(io::stderr(), "{message}");
}

fn print(text: &str) -> Result<(), String> {
    writeln!(io::stdout(), "{}", text.trim_end()).map_err(|error| format!("cannot print: {error}"))
}
