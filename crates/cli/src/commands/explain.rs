//! `lustrate explain`: say why a cell is changed or not.

use clap::Parser;
use lustrate::{CellId, CellName, explain_with};
use lustrate_report::{Shown, explanations_json, explanations_text};

use super::{Run, Status};
use crate::console::Console;
use crate::failure::Failure;
use crate::how::How;
use crate::inputs::Inputs;

/// Candidates that are shown with what speaks for them, where not all are.
const SHOWN: usize = 3;

/// Say why a cell is changed or not, in numbers that add up
///
/// For each cell: what is written, the probability that it is right, what else may have been meant, and what `repair` does
/// with it. Then for each candidate what speaks for it and what against, in nats (a nat more makes the odds 2.7 times as
/// great); the terms add up to the log odds of the candidate against what is written.
///
/// Runs are not stored: the table and the rules are read again, and what `repair` does with them under the same options is
/// done again, except that nothing is written.
#[derive(Parser)]
#[command(after_long_help = AFTER_LONG_HELP)]
pub(crate) struct Explain {
    #[command(flatten)]
    inputs: Inputs,
    /// Cells, each by its data row, from 1 as in the repairs file, and its column: `12:city`
    #[arg(value_name = "ROW:COLUMN", required = true)]
    cells: Vec<String>,
    /// Show all candidates of a cell, not only the three likeliest
    #[arg(long)]
    all: bool,
    #[command(flatten)]
    how: How,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

const AFTER_LONG_HELP: &str = "\
Examples:
  lustrate explain orders.csv 23:category -r orders.rules
      Say why the category of the 23rd data row is changed, or why not.
  lustrate explain orders.csv 23:category '23:postal_code' -r orders.rules --all
      Explain two cells in one run, with all their candidates.
  lustrate explain orders.csv 23:category -r orders.rules --json
      Give a program the same, with all digits.

What is written:
  No file. Explanations go to standard output, notes on the input to standard error. The object of --json has in `cells`
  for each cell: row, line, key, column, written, read_as, attention, probability, unlisted, candidates,
  candidates_left_out, fate, set_apart. A candidate has value, probability, log_odds and contributions, each of these
  kind, rule, words and log_odds; `log_odds` of a candidate is the sum of those of its contributions. The fate has
  decision (apply, review or leave), value, confidence, doubt and reason; read_as has value, confidence and reason, and
  is null where the text was not changed before it was judged.

Exit codes:
  0  done
  2  failure: a cell that the table does not have, or a table or rules that cannot be used";

impl Run for Explain {
    fn run(&self, console: &Console) -> Result<Status, Failure> {
        let settings = self.how.settings();
        settings.check()?;
        let names: Vec<CellName> = self.cells.iter().map(|cell| cell.parse()).collect::<Result<_, _>>()?;
        let meter = console.meter();
        let (rules, reading) = self.inputs.read(&meter)?;
        let cells: Vec<CellId> = names.iter().map(|name| name.find(&reading.table)).collect::<Result<_, _>>()?;
        let explained = explain_with(&reading.table, &rules, &settings, &cells, &|progress| meter.show(progress))?;
        drop(meter);

        console.tell(reading.notes);
        let shown = if self.all { Shown::All } else { Shown::Best(SHOWN) };
        let text = match self.json {
            true => explanations_json(&explained, shown, &self.inputs.data_name()),
            false => explanations_text(&explained, shown, console.colour()),
        };
        console.print(&text)?;
        Ok(Status::Done)
    }
}
