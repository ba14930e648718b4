//! The command line.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use clap::Parser;

/// Repair all tables with known truth, beside what other systems made of them, and print how well it went
///
/// Real data sets, and tables made from a seed with dirt of several kinds, are repaired with the default settings, each
/// in a process of its own, and scored against their truth.
#[derive(Debug, Parser)]
#[command(name = "quality", after_long_help = AFTER_LONG_HELP)]
pub(crate) struct Args {
    /// The folder of data sets, each a folder with dirty.csv, clean.csv and constraints.txt [default: that of the
    /// variable LUSTRATE_DATASETS, or ../shared/datasets beside the project]
    #[arg(long, value_name = "DIR")]
    pub(crate) datasets: Option<PathBuf>,
    /// The folder of what other systems made of them: for each data set a folder of tables, each named after its system
    /// [default: `peers` beside the data sets]
    #[arg(long, value_name = "DIR")]
    pub(crate) peers: Option<PathBuf>,
    /// Only these data sets and shapes of generated tables, with commas between them
    #[arg(long, value_name = "NAMES", value_delimiter = ',')]
    pub(crate) only: Vec<String>,
    /// Leave out one part of the method at a time too, and show what each buys
    #[arg(long)]
    pub(crate) ablation: bool,
    /// Make no tables
    #[arg(long)]
    pub(crate) no_generated: bool,
    /// Do not repair the true tables, in which every change is wrong
    #[arg(long)]
    pub(crate) no_clean: bool,
    /// Rows of a table that is made
    #[arg(long, value_name = "N", default_value_t = 1500, value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) rows: u32,
    /// Seeds from which each table is made; their cells are counted together
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) seeds: u32,
    /// Write the report as Markdown too
    #[arg(long, value_name = "FILE")]
    pub(crate) markdown: Option<PathBuf>,
    /// Write all numbers as JSON too
    #[arg(long, value_name = "FILE")]
    pub(crate) json: Option<PathBuf>,
    /// Do one job and print its result: how this program calls itself
    #[arg(long, hide = true, value_name = "JSON")]
    pub(crate) job: Option<String>,
}

const AFTER_LONG_HELP: &str = "\
Examples:
  quality
      All data sets and generated tables.
  quality --only hospital,orders
      One data set, and one shape of generated tables.
  quality --ablation --seeds 3 --markdown benches/results.md

Exit codes:
  0  done
  1  done, but a job failed; its row says why
  2  failure: nothing was measured, or the report could not be written";

impl Args {
    /// The folder of data sets, given the variable of the environment that names it.
    pub(crate) fn datasets(&self, variable: Option<OsString>) -> PathBuf {
        let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/datasets");
        self.datasets.clone().or(variable.map(PathBuf::from)).unwrap_or_else(beside)
    }

    /// The folder of what other systems made, given that of the data sets.
    pub(crate) fn peers(&self, datasets: &Path) -> PathBuf {
        self.peers.clone().unwrap_or_else(|| datasets.join("../peers"))
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    fn args(words: &[&str]) -> Args {
        Args::parse_from(["quality"].iter().chain(words))
    }

    #[test]
    fn the_arguments_are_sound() {
        Args::command().debug_assert();
    }

    #[test]
    fn the_command_line_goes_before_the_variable_and_that_before_the_project() {
        assert_eq!(args(&["--datasets", "a"]).datasets(Some("b".into())), Path::new("a"));
        assert_eq!(args(&[]).datasets(Some("b".into())), Path::new("b"));
        assert!(args(&[]).datasets(None).ends_with("../../shared/datasets"));
    }

    #[test]
    fn peers_lie_beside_the_data_sets() {
        assert_eq!(args(&[]).peers(Path::new("x/datasets")), Path::new("x/datasets/../peers"));
        assert_eq!(args(&["--peers", "y"]).peers(Path::new("x")), Path::new("y"));
    }

    #[test]
    fn names_are_split_at_commas() {
        assert_eq!(args(&["--only", "beers,orders"]).only, ["beers", "orders"]);
    }
}
