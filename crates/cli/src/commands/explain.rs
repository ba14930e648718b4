//! `lustrate explain`: say why a cell is changed or not, and what rules and columns have to do with it.

use clap::Parser;
use lustrate::{Asked, CellsName, Explained, Table, explain_all, find_columns};
use lustrate_report::{Shown, columns_text, explanations_json, explanations_text, row_text, rules_text};

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
    /// Cells, each by its data row, from 1 as in the repairs file, and its column: `12:city`; or a whole row: `12`
    #[arg(value_name = "ROW[:COLUMN]", required_unless_present_any = ["rule", "column"])]
    cells: Vec<String>,
    /// A rule: what it found, how far it is believed, and what becomes of the cells that it blames; can be given several
    /// times
    #[arg(long, value_name = "NAME")]
    rule: Vec<String>,
    /// A column: what is doubtful in it, which errors are made, and what says what belongs there; can be given several times
    #[arg(long, value_name = "NAME")]
    column: Vec<String>,
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
  lustrate explain orders.csv 23 -r orders.rules
      Say of the whole 23rd data row what is believed.
  lustrate explain orders.csv --rule places --column city -r orders.rules
      Say what the rule found and what came of it, and what is doubtful in the column.
  lustrate explain orders.csv 23:category -r orders.rules --json
      Give a program the same, with all digits.

What is written:
  No file. Explanations go to standard output, notes on the input to standard error. The object of --json has in `cells`
  for each cell: row, line, key, column, written, read_as, attention, probability, unlisted, candidates,
  candidates_left_out, fate, set_apart. A candidate has value, probability, log_odds and contributions, each of these
  kind, rule, rule_at (file and line), words, rows (some that say so) and log_odds; `log_odds` of a candidate is the sum of those of its contributions. The fate has
  decision (apply, review or leave), value, confidence, doubt and reason; read_as has value, confidence and reason, and
  is null where the text was not changed before it was judged. Explanations of rules are in `rules`, those of columns in
  `columns`.

Exit codes:
  0  done
  2  failure: a cell that the table does not have, or a table or rules that cannot be used";

impl Run for Explain {
    fn run(&self, console: &Console) -> Result<Status, Failure> {
        let settings = self.how.settings();
        settings.check()?;
        let names: Vec<CellsName> = self.cells.iter().map(|cell| cell.parse()).collect::<Result<_, _>>()?;
        let meter = console.meter();
        let (rules, reading) = self.inputs.read(&meter)?;
        let asked = self.asked(&names, &reading.table)?;
        let explained = explain_all(&reading.table, &rules, &settings, &asked, &|progress| meter.show(progress))?;
        drop(meter);

        console.tell(reading.notes);
        let shown = if self.all { Shown::All } else { Shown::Best(SHOWN) };
        let text = match self.json {
            true => explanations_json(&explained, shown, &self.inputs.data_name()),
            false => text(&explained, &names, reading.table.schema().len(), shown, console),
        };
        console.print(&text)?;
        Ok(Status::Done)
    }
}

impl Explain {
    fn asked(&self, names: &[CellsName], table: &Table) -> Result<Asked, Failure> {
        let cells = names.iter().map(|name| name.find(table)).collect::<Result<Vec<_>, _>>()?.concat();
        Ok(Asked { cells, rules: self.rule.clone(), columns: find_columns(table, &self.column)? })
    }
}

/// What was asked for, in the order in which it was named, and then rules and columns.
fn text(explained: &Explained, names: &[CellsName], columns: usize, shown: Shown, console: &Console) -> String {
    let (mut cells, colour) = (explained.cells.as_slice(), console.colour());
    let mut parts = Vec::new();
    for name in names {
        let number = match name {
            CellsName::Cell(_) => 1,
            CellsName::Row(_) => columns,
        };
        let (first, others) = cells.split_at(number);
        cells = others;
        parts.push(match name {
            CellsName::Cell(_) => explanations_text(first, shown, colour),
            CellsName::Row(_) => row_text(first, shown, colour),
        });
    }
    parts.push(rules_text(&explained.rules, colour));
    parts.push(columns_text(&explained.columns, colour));
    parts.retain(|part| !part.is_empty());
    parts.join("\n")
}
