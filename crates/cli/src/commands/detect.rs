//! `lustrate detect`: show what breaks the rules.

use clap::Parser;
use lustrate::{Diagnostic, find};
use lustrate_report::{findings_json, findings_text};

use super::{Run, Status};
use crate::args::Form;
use crate::console::Console;
use crate::failure::{Failure, failures};
use crate::inputs::Inputs;

/// Show the cells that break the rules, and change nothing
///
/// For each broken rule it says how many rows have to change for the rule to hold, and names the cells to blame: those
/// of the fewest rows that can do, not every row that takes part in a contradiction. Where several sets of rows are
/// equally small it names them all.
#[derive(Parser)]
#[command(after_long_help = AFTER_LONG_HELP)]
pub(crate) struct Detect {
    #[command(flatten)]
    inputs: Inputs,
    /// The form of the result on standard output
    #[arg(long, value_name = "FORM", value_enum, default_value_t = Form::Text)]
    format: Form,
}

const AFTER_LONG_HELP: &str = "\
Examples:
  lustrate detect orders.csv -r orders.rules
      Show the first 20 rows to blame for each broken rule.
  lustrate detect orders.csv -r orders.rules --format json
      Give a program all of them.
  lustrate detect orders.csv -r constraints.txt --keep-going
      Use the constraints of a file in which some have mistakes.
  lustrate detect orders.csv -r orders.rules && ./load orders.csv
      Load the table only if no rule is broken.

What is written:
  No file. Findings go to standard output, notes on the input to standard error.

Exit codes:
  0  no rule is broken
  1  a rule is broken
  2  failure: a rule of policy `fail` is broken by more than it allows, or the table or the rules cannot be used";

impl Run for Detect {
    fn run(&self, console: &Console) -> Result<Status, Failure> {
        if self.inputs.rules.is_empty() {
            let diagnostic = Diagnostic::error("no-rules", "no rules were given, so there is nothing to check");
            return Err(diagnostic.help("give a file with `--rules FILE`, in lines such as `fd zip -> city`").into());
        }
        let meter = console.meter();
        let (rules, reading) = self.inputs.read(&meter)?;
        meter.say("checking the rules");
        let mut findings = find(&reading.table, &rules)?;
        let mut notes = reading.notes;
        notes.extend(findings.notes);
        findings.notes = notes;
        drop(meter);

        console.tell(findings.notes.clone());
        let data = self.inputs.data_name();
        match self.format {
            Form::Text => console.print(&findings_text(&findings, &data, console.colour()))?,
            Form::Json => console.print(&findings_json(&findings, &data))?,
        }
        console.tell(failures(&findings.failed));
        Ok(match (findings.failed.is_empty(), findings.any()) {
            (false, _) => Status::Unusable,
            (true, true) => Status::Findings,
            (true, false) => Status::Done,
        })
    }
}
