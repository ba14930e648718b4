//! `lustrate sanitize`: make a table safe to learn from, and fair.

use std::io::Write;
use std::path::{Path, PathBuf};

use clap::Parser;
use lustrate::{ModelTask, SanitizeOptions, Sanitized, read_table_file, sanitize, write_file_safely};
use lustrate_report::{sanitized_json, sanitized_text};

use super::{Run, Status};
use crate::args::Form;
use crate::console::Console;
use crate::failure::Failure;
use crate::how::How;
use crate::inputs::Inputs;
use crate::meter::Meter;
use crate::model_task::{ModelOption, TaskOptions};
use crate::results::{Beside, Made, Results};
use crate::streams::lasting;

/// Make a table safe to learn from, and fair to protected groups
///
/// The table is cleaned by rules and repairs, rows that mislead a model are removed within each protected group, rows that are one
/// thing are merged with their weights added, and rows are weighed so that group and class are independent (after MLClean, Tae
/// and others 2019, with the reweighing of Kamiran and Calders 2012). Each stage is judged by rows that had no part in it.
#[derive(Parser)]
#[command(after_long_help = AFTER_LONG_HELP)]
pub(crate) struct Sanitize {
    #[command(flatten)]
    inputs: Inputs,
    #[command(flatten)]
    task: TaskOptions,
    #[command(flatten)]
    model: ModelOption,
    /// A table of rows that are known to be right, with the same columns in any order: they say which rows mislead, how many are
    /// removed, and how good each stage is. Without it wrong labels that all go one way, and many wrong rows that are alike,
    /// cannot be seen
    #[arg(long, value_name = "FILE")]
    trusted: Option<PathBuf>,
    /// Change no value: neither rules nor repairs are applied
    #[arg(long)]
    keep_values: bool,
    /// Where the weight of each row of OUT goes, as CSV [default: DATA's name with `.weights.csv`, beside OUT, where a row has
    /// another weight than 1; none where OUT is standard output]
    #[arg(long, value_name = "FILE")]
    weights: Option<PathBuf>,
    #[command(flatten)]
    results: Results,
    #[command(flatten)]
    how: How,
}

const AFTER_LONG_HELP: &str = "\
Examples:
  lustrate sanitize adult.csv --target income --protected sex --trusted checked.csv
      Write adult.clean.csv without misleading rows, adult.weights.csv, adult.repairs.csv and adult.quarantine.csv, and show
      each stage and each group.
  lustrate sanitize adult.csv -r adult.rules --favourable '>50K'
      The target and the protected columns are those that the rules declare: `column income label`, `column sex protected`.
  lustrate sanitize adult.csv --target income --keep-values --dry-run
      Only show which rows would be removed or merged.

When to use it, and when not:
  Where rows may have been poisoned or copied, or where a model must not favour a group. Removing rows is a last resort: correct
  what you can. With few trusted rows the choice is an accident; where nothing is wrong, nothing should be removed, and the
  table of stages shows what was gained. Fair rates in this table are no promise for rows of another population.
  More: crates/cli/guide/sanitize.md

What is written:
  OUT        the table without the rows that are set apart, its other cells as `lustrate repair` leaves them
  --weights  a line for each row of OUT with its weight, in the same order
  The repairs, their metadata and the rows that are set apart are as those of `lustrate repair`, so that `lustrate apply --undo`
  gives the table back. All are whole or absent, whatever happens, and replace nothing without --force.

Exit codes:
  0  done
  2  failure: one message says what is wrong and what to do";

impl Run for Sanitize {
    fn run(&self, console: &Console) -> Result<Status, Failure> {
        let settings = self.inputs.limit(self.how.settings());
        settings.check()?;
        let meter = console.meter();
        let results = &self.results;
        let read: Vec<&Path> = self.trusted.iter().map(PathBuf::as_path).collect();
        let weights = results.beside(self.weights.as_deref(), "weights.csv", &self.inputs, &meter)?;
        let written: Vec<&Path> = weights.iter().map(PathBuf::as_path).collect();
        let targets = results.targets(&self.inputs, Beside { read: &read, written: &written }, &meter)?;
        let (rules, reading) = self.inputs.read(&meter)?;
        let trusted = self.trusted.as_deref().map(|trusted| self.read_trusted(trusted, &meter)).transpose()?;
        let options = SanitizeOptions { trusted, keep_values: self.keep_values };
        let table = reading.table.in_text_order();
        let show = |progress| meter.show(progress);
        let task = ModelTask { learner: self.model.learner(), ..self.task.task() };
        let mut sanitized = sanitize(&table, &rules, &task, &options, &settings, &show)?;
        let mut notes = reading.notes;
        notes.extend(std::mem::take(&mut sanitized.outcome.notes));
        sanitized.outcome.notes = notes;
        let weights =
            weights.filter(|_| self.weights.is_some() || sanitized.weights.iter().any(|weight| *weight != 1.0));
        let made = Made {
            inputs: &self.inputs,
            outcome: &sanitized.outcome,
            targets: &targets,
            rules: &rules,
            settings: &settings,
        };
        let write_weights =
            || weights.as_deref().map_or(Ok(()), |path| write_weights(path, &sanitized, results.overwrite()));
        let shown = weights.as_ref().map(|path| path.display().to_string());
        results.finish(console, meter, &made, write_weights, |run, colour| match results.format {
            Form::Text => sanitized_text(&sanitized, run, shown.as_deref(), colour),
            Form::Json => sanitized_json(&sanitized, run, shown.as_deref()),
        })?;
        Ok(Status::Done)
    }
}

impl Sanitize {
    fn read_trusted(&self, trusted: &Path, meter: &Meter) -> Result<lustrate::Table, Failure> {
        let file = lasting(trusted, meter)?;
        Ok(read_table_file(&file.text(self.inputs.text.options()))?.table)
    }
}

fn write_weights(path: &Path, sanitized: &Sanitized, overwrite: lustrate::Overwrite) -> Result<(), lustrate::Error> {
    Ok(write_file_safely(path, overwrite, |out| {
        writeln!(out, "row,weight")?;
        for (place, weight) in sanitized.weights.iter().enumerate() {
            writeln!(out, "{},{weight}", place + 1)?;
        }
        Ok(())
    })?)
}
