//! The command line.

use std::path::PathBuf;

use clap::{Parser, ValueEnum};

/// Measure speed and memory beside other systems on the same files, and print ratios
///
/// Tables are made from a seed. Seconds and bytes are those of this machine; what can be compared between machines are the
/// ratios of one run.
#[derive(Debug, Parser)]
#[command(name = "speed", after_long_help = AFTER_LONG_HELP)]
pub(crate) struct Args {
    /// Only these parts, with commas between them
    #[arg(long, value_name = "PARTS", value_enum, value_delimiter = ',', default_values_t = Part::ALL)]
    pub(crate) only: Vec<Part>,
    /// Rows of the main table, with commas between the sizes. All are repaired; the largest of at most a million is what
    /// the other parts go by
    #[arg(long, value_name = "N", value_delimiter = ',', default_values_t = [1_000, 10_000, 100_000, 1_000_000],
          value_parser = clap::value_parser!(u64).range(10..=1_000_000_000))]
    pub(crate) rows: Vec<u64>,
    /// Repair ten million rows of fifteen columns too
    #[arg(long)]
    pub(crate) large: bool,
    /// How often what is short is run; the least seconds count. A repair is run once
    #[arg(long, value_name = "N", default_value_t = 3, value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) repeat: u32,
    /// The limit of the part `memory`, as `lustrate repair --memory` takes it
    #[arg(long, value_name = "SIZE", default_value = "2GiB")]
    pub(crate) limit: String,
    /// Run no other system
    #[arg(long)]
    pub(crate) no_peers: bool,
    /// Make the tables in this folder, keep them, and take those that are there
    #[arg(long, value_name = "DIR")]
    pub(crate) keep: Option<PathBuf>,
    /// Write the report as Markdown too
    #[arg(long, value_name = "FILE")]
    pub(crate) markdown: Option<PathBuf>,
    /// Do one job and print its result: how this program calls itself
    #[arg(long, hide = true, value_name = "JSON")]
    pub(crate) job: Option<String>,
}

/// A part of the report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Part {
    /// A file is read to codes
    Reading,
    /// Single rules are checked in memory
    Checks,
    /// The command `lustrate repair`, by the number of rows
    Repair,
    /// The same on one thread and on two
    Threads,
    /// The same with a limit of memory
    Memory,
    /// The same on a table of 500 columns
    Wide,
    /// The same on a table with a column whose values are all different
    Domain,
}

impl Part {
    const ALL: [Part; 7] =
        [Part::Reading, Part::Checks, Part::Repair, Part::Threads, Part::Memory, Part::Wide, Part::Domain];

    /// The heading of what is shown of it.
    pub(crate) fn title(self) -> &'static str {
        match self {
            Part::Reading => "Reading",
            Part::Checks => "Rule checks",
            Part::Repair => "Repair",
            Part::Threads => "Threads",
            Part::Memory => "Memory",
            Part::Wide => "A wide table",
            Part::Domain => "A large domain",
        }
    }

    /// Whether the command line is run.
    pub(crate) fn repairs(self) -> bool {
        !matches!(self, Part::Reading | Part::Checks)
    }
}

const AFTER_LONG_HELP: &str = "\
Examples:
  speed --markdown benches/speed.md
      All parts, up to a million rows.
  speed --large --only repair,memory
      Repairs of up to ten million rows.
  speed --rows 20000 --only reading,checks --keep tables
      Two parts on a small table that is kept.

`lustrate` must lie beside this program for all parts but reading and checks: `cargo build --release` makes it.
The other systems need `python3`; they are put into the cache folder of the user once.

Exit codes:
  0  done
  1  done, but a job failed; its row says why
  2  failure: nothing was measured, or the report could not be written";

/// Columns of the table of ten million rows, and of all others.
const COLUMNS_OF_LARGE: usize = 15;
const COLUMNS: usize = 20;
/// Rows of the large table.
const LARGE: u64 = 10_000_000;
/// The most rows that the parts beside `repair` and `memory` take.
const USUAL: u64 = 1_000_000;

/// Rows and columns of a main table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Size {
    pub(crate) rows: u64,
    pub(crate) columns: usize,
}

impl Args {
    /// The sizes of the main table, each once, the smallest first.
    pub(crate) fn sizes(&self) -> Vec<Size> {
        let large = self.large.then_some(Size { rows: LARGE, columns: COLUMNS_OF_LARGE });
        let sizes = self.rows.iter().map(|&rows| Size { rows, columns: COLUMNS });
        let mut sizes: Vec<Size> = sizes.chain(large).collect();
        sizes.sort_unstable();
        sizes.dedup();
        sizes
    }

    /// The size that parts go by which measure one size: the largest of at most a million rows, or the smallest.
    pub(crate) fn usual(&self) -> Size {
        let sizes = self.sizes();
        let usual = sizes.iter().rev().find(|size| size.rows <= USUAL);
        *usual.or(sizes.first()).expect("some size is asked for, or the default is")
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    fn args(words: &[&str]) -> Args {
        Args::parse_from(["speed"].iter().chain(words))
    }

    #[test]
    fn the_arguments_are_sound() {
        Args::command().debug_assert();
    }

    #[test]
    fn all_parts_are_measured_unless_some_are_named() {
        assert_eq!(args(&[]).only.len(), Part::value_variants().len());
        assert_eq!(args(&["--only", "wide,checks"]).only, [Part::Wide, Part::Checks]);
    }

    #[test]
    fn sizes_are_sorted_and_the_large_one_is_narrower() {
        let rows =
            |words: &[&str]| args(words).sizes().iter().map(|size| (size.rows, size.columns)).collect::<Vec<_>>();
        assert_eq!(rows(&["--rows", "500,20,500"]), [(20, 20), (500, 20)]);
        assert_eq!(rows(&["--rows", "20", "--large"]), [(20, 20), (10_000_000, 15)]);
    }

    #[test]
    fn other_parts_go_by_at_most_a_million_rows_where_there_are_such() {
        assert_eq!(args(&["--large"]).usual().rows, 1_000_000);
        assert_eq!(args(&["--rows", "3000000"]).usual().rows, 3_000_000);
    }
}
