//! `lustrate rules json`: a rule file as JSON.

use std::path::PathBuf;

use clap::Args;
use lustrate::rules_to_json;

use super::text_of;
use crate::commands::Status;
use crate::console::Console;
use crate::failure::Failure;

/// Show a rule file as JSON, for programs
///
/// Every part of a statement is a field; comments and blank lines are kept. The JSON is a rule file like any other, and
/// `lustrate rules fmt` makes the text of it again.
#[derive(Args)]
#[command(after_long_help = AFTER_LONG_HELP)]
pub(super) struct Json {
    /// The rule file; `-` is standard input
    #[arg(value_name = "FILE")]
    file: PathBuf,
}

const AFTER_LONG_HELP: &str = "\
Examples:
  lustrate rules json orders.rules
      Show it as JSON.
  lustrate rules json orders.rules > rules.json
  lustrate repair orders.csv -r rules.json
      Repair by rules that are JSON.

What is written:
  No file. The JSON goes to standard output.

Exit codes:
  0  done
  2  failure: the file cannot be read, or has a mistake";

impl Json {
    pub(super) fn run(&self, console: &Console) -> Result<Status, Failure> {
        let json = rules_to_json(&text_of(&self.file)?).map_err(Failure::Told)?;
        console.print(&json)?;
        Ok(Status::Done)
    }
}
