//! `lustrate merge`: add up saved models.

use std::path::{Path, PathBuf};

use clap::Parser;
use lustrate::{Diagnostic, SavedModel};
use lustrate_report::{counted, merged};

use super::{Run, Status};
use crate::args::overwrite;
use crate::console::Console;
use crate::failure::Failure;
use crate::outputs::check_outputs;

/// Add up saved models into one
///
/// The sum is the model of all their rows: what `repair --save-model` writes for the tables together, byte for byte, whatever is
/// added up first. The models must be of the same columns, rules and settings.
#[derive(Parser)]
#[command(after_long_help = AFTER_LONG_HELP)]
pub(crate) struct Merge {
    /// Models that `lustrate repair DATA --save-model FILE` wrote, two or more, in the order of their rows
    #[arg(value_name = "MODEL", required = true)]
    models: Vec<PathBuf>,
    /// Where the sum goes
    #[arg(short, long, value_name = "OUT", required = true)]
    output: PathBuf,
    /// Overwrite a file that is there
    #[arg(long)]
    force: bool,
}

const AFTER_LONG_HELP: &str = "\
Examples:
  lustrate merge north.lustrate south.lustrate -o all.lustrate
      What was learned in two places, as if it had been learned from both tables in one.
  lustrate merge 2024.lustrate 2025.lustrate -o both.lustrate && lustrate repair 2026.csv --model both.lustrate
      Repair the next file by what two years taught; `--model 2024.lustrate --model 2025.lustrate` does so at once.

What is written:
  OUT, whole or absent, whatever happens. It holds the rows of all models.

Exit codes:
  0  done
  2  failure: one message says what is wrong and what to do";

impl Run for Merge {
    fn run(&self, console: &Console) -> Result<Status, Failure> {
        if let [only] = self.models.as_slice() {
            let title = format!("there is only one model to merge, `{}`", only.display());
            return Err(Diagnostic::error("one-model", title).help("name two models or more").into());
        }
        let inputs: Vec<&Path> = self.models.iter().map(PathBuf::as_path).collect();
        check_outputs(&[&self.output], &inputs, overwrite(self.force))?;
        let meter = console.meter();
        meter.say("reading what was learned");
        let models = self.models.iter().map(SavedModel::read).collect::<Result<Vec<_>, _>>()?;
        let sum = SavedModel::merge_all(&models, &|progress| meter.show(progress))?;
        meter.say("writing");
        sum.write(&self.output, overwrite(self.force))?;
        drop(meter);
        let rows = models.iter().map(|model| counted(model.rows().rows() as u64, "row")).collect::<Vec<_>>();
        console.print(&merged(&rows, &sum, &self.output.display().to_string(), console.colour()))?;
        Ok(Status::Done)
    }
}
