//! `lustrate discover`: the rules that a table shows, as a rule file.

use std::io::Write;
use std::path::PathBuf;

use clap::Parser;
use lustrate::{discover, write_file_safely};
use lustrate_report::{Discovered, discovered_json, discovered_text};

use super::{Run, Status};
use crate::args::{Form, SheetOption, TextOptions, overwrite};
use crate::console::Console;
use crate::failure::Failure;
use crate::how::Looking;
use crate::inputs::Inputs;
use crate::outputs::check_outputs;

/// Propose a rule file: what a table shows of itself, with evidence on each line
///
/// Columns and how they are written, keys, dependencies, orders and equations between numbers, sources: each as a line
/// of the rule language with the rows that speak for it. A run without rules goes by the same lines, so the file is where to
/// change what it does.
#[derive(Parser)]
#[command(after_long_help = AFTER_LONG_HELP)]
pub(crate) struct Discover {
    /// The table, as `repair` takes it: one file, several files of the same columns, or `-` for standard input
    #[arg(value_name = "DATA", required = true)]
    data: Vec<PathBuf>,
    /// Where the rules go [default: standard output]
    #[arg(short, long, value_name = "RULES")]
    output: Option<PathBuf>,
    #[command(flatten)]
    looking: Looking,
    #[command(flatten)]
    text: TextOptions,
    #[command(flatten)]
    sheet: SheetOption,
    /// The form of the result on standard output
    #[arg(long, value_name = "FORM", value_enum, default_value_t = Form::Text)]
    format: Form,
    /// Overwrite a file that is there
    #[arg(long)]
    force: bool,
}

const AFTER_LONG_HELP: &str = "\
Examples:
  lustrate discover orders.csv
      Show what the table shows of itself.
  lustrate discover orders.csv -o orders.rules && lustrate repair orders.csv -r orders.rules
      The same repairs as `lustrate repair orders.csv`; what is between the two is yours to edit.
  lustrate discover orders.csv --id order_id --no-formats=suffix
      Leave a column out that identifies rows, and units as they are written.

What is written:
  RULES, if it is asked for: whole or absent, whatever happens. Else no file: the rules go to standard output. Notes on the
  table go to standard error.

Exit codes:
  0  done, whether or not a rule was found
  2  failure: one message says what is wrong and what to do";

impl Run for Discover {
    fn run(&self, console: &Console) -> Result<Status, Failure> {
        let settings = self.looking.settings();
        settings.check()?;
        let inputs = Inputs::without_rules(self.data.clone(), self.text, self.sheet.clone());
        if let Some(output) = &self.output {
            check_outputs(&[output], &inputs.paths()?, overwrite(self.force))?;
        }
        let meter = console.meter();
        let reading = inputs.read_table(&meter)?;
        meter.stage("looking for rules");
        let found = discover(&reading.table, &settings)?;
        let data = inputs.data_name();
        if let Some(output) = &self.output {
            let text = found.text(&data);
            write_file_safely(output, overwrite(self.force), |out| Ok(out.write_all(text.as_bytes())?))?;
        }
        drop(meter);

        console.tell(reading.notes);
        let result = Discovered { found: &found, data: &data, output: self.output.as_deref() };
        console.print(&match self.format {
            Form::Text => discovered_text(&result, console.colour()),
            Form::Json => discovered_json(&result),
        })?;
        Ok(Status::Done)
    }
}
