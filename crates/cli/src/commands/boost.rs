//! `lustrate boost`: which detector and which repair help a model.

use std::io::Write;
use std::path::{Path, PathBuf};

use clap::{Parser, ValueEnum};
use lustrate::{BoostOptions, ModelTask, Picking, boost, write_file_safely};
use lustrate_report::{boosted_json, boosted_text};

use super::{Run, Status};
use crate::args::Form;
use crate::console::Console;
use crate::failure::Failure;
use crate::how::How;
use crate::inputs::Inputs;
use crate::model_task::{ModelOption, TaskOptions};
use crate::results::{Beside, Made, Results};

/// Try every detector with every repair on a model, and keep what helps
///
/// An arm marks cells (missing values, outliers, rare values, odd shapes, what stands for missing, broken rules, what our own
/// model doubts) and does something to them (mean, median, mode, clip, leave the row out, by a model, our repairs). Each is
/// judged by rows that it was not learned from, beside doing nothing; those that predict best together are picked (after
/// BoostClean, Krishnan and others 2017), and the picking is judged by rows that had no part in it.
#[derive(Parser)]
#[command(after_long_help = AFTER_LONG_HELP)]
pub(crate) struct Boost {
    #[command(flatten)]
    inputs: Inputs,
    #[command(flatten)]
    task: TaskOptions,
    #[command(flatten)]
    model: ModelOption,
    /// How arms are picked
    #[arg(long, value_name = "HOW", value_enum, default_value_t = PickingName::Greedy)]
    picking: PickingName,
    /// How many arms are picked
    #[arg(long, value_name = "N", default_value_t = 10, value_parser = clap::value_parser!(u32).range(1..1000))]
    picks: u32,
    /// Leave out the arms of our own engine, which take the time of a repair
    #[arg(long)]
    without_engine: bool,
    /// Where the pipeline goes as a rule file [default: DATA's name with `.pipeline.rules`, beside OUT, where anything is done; none
    /// where OUT is standard output]
    #[arg(long, value_name = "FILE")]
    pipeline: Option<PathBuf>,
    #[command(flatten)]
    results: Results,
    #[command(flatten)]
    how: How,
}

/// How arms are picked.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum PickingName {
    /// Again and again the arm with which the mean of the picked ones has the least loss
    Greedy,
    /// AdaBoost over the arms, as in the paper
    Paper,
}

const AFTER_LONG_HELP: &str = "\
Examples:
  lustrate boost wine.csv --target quality
      Try all arms, write wine.clean.csv by the best one, wine.repairs.csv and wine.pipeline.rules.
  lustrate boost adult.csv --target income -r adult.rules --model-kind boosting
      With what breaks the rules as one more detector, judged by gradient boosting.
  lustrate boost adult.csv --target income --picking paper --format json --dry-run
      The table of all arms with their standard errors for a program; write nothing.

When to use it, and when not:
  Where a table is dirty in ways that nobody has written rules for, and what counts is a prediction. What helps a model need
  not be true: cells are filled with what predicts well. Use `lustrate repair` where the values themselves matter. With a few
  hundred rows the arms differ by less than their standard errors, and then nothing is done.
  More: crates/cli/guide/boost.md

What is written:
  OUT         the table as the best arm leaves it; rows that it leaves out are set apart
  --pipeline  the rules that mark the same cells, with what is done to them in comments
  The repairs, their metadata and the rows that are set apart are as those of `lustrate repair`, so that `lustrate apply --undo`
  gives the table back. All are whole or absent, whatever happens, and replace nothing without --force.

Exit codes:
  0  done, whether or not an arm helps
  2  failure: one message says what is wrong and what to do";

impl Run for Boost {
    fn run(&self, console: &Console) -> Result<Status, Failure> {
        let settings = self.inputs.limit(self.how.settings());
        settings.check()?;
        let meter = console.meter();
        let results = &self.results;
        let pipeline = results.beside(self.pipeline.as_deref(), "pipeline.rules", &self.inputs, &meter)?;
        let written: Vec<&Path> = pipeline.iter().map(PathBuf::as_path).collect();
        let targets = results.targets(&self.inputs, Beside { read: &[], written: &written }, &meter)?;
        let (rules, reading) = self.inputs.read(&meter)?;
        let table = reading.table.in_text_order();
        let picks = self.picks as usize;
        let picking = match self.picking {
            PickingName::Greedy => Picking::Greedy { picks },
            PickingName::Paper => Picking::AdaBoost { picks },
        };
        let task = ModelTask { learner: self.model.learner(), ..self.task.task() };
        let options = BoostOptions { picking, without_engine: self.without_engine };
        let show = |progress| meter.show(progress);
        let mut boosted = boost(&table, &rules, &task, &options, &settings, &show)?;
        let mut notes = reading.notes;
        notes.extend(std::mem::take(&mut boosted.outcome.notes));
        boosted.outcome.notes = notes;
        let pipeline = pipeline.filter(|_| boosted.pipeline.is_some());
        let made = Made {
            inputs: &self.inputs,
            outcome: &boosted.outcome,
            targets: &targets,
            rules: &rules,
            settings: &settings,
        };
        let write_pipeline = || match (&pipeline, &boosted.pipeline) {
            (Some(path), Some(text)) => {
                Ok(write_file_safely(path, results.overwrite(), |out| Ok(out.write_all(text.as_bytes())?))?)
            }
            _ => Ok(()),
        };
        let shown = pipeline.as_ref().map(|path| path.display().to_string());
        results.finish(console, meter, &made, write_pipeline, |run, colour| match results.format {
            Form::Text => boosted_text(&boosted, run, shown.as_deref(), colour),
            Form::Json => boosted_json(&boosted, run, shown.as_deref()),
        })?;
        Ok(Status::Done)
    }
}
