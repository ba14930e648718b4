//! `lustrate labels`: find labels that are probably wrong.

use clap::{Parser, ValueEnum};
use lustrate::{LabelOptions, LabelRanking, ModelTask, check_labels};
use lustrate_report::{checked_labels_json, checked_labels_text};

use super::{Run, Status};
use crate::args::Form;
use crate::console::Console;
use crate::failure::Failure;
use crate::how::Looking;
use crate::inputs::Inputs;
use crate::model_task::{ModelOption, TaskOptions};
use crate::results::{Beside, Made, Results};

/// Find the labels of a table that are probably wrong
///
/// A model is asked about rows that it did not see; a label is doubtful where the model is surer of another class than it usually
/// is of rows labelled so (confident learning, Northcutt, Jiang and Chuang 2021: the flags are those of cleanlab). No label is
/// changed unless --relabel-at says so: the repairs file lists them for a person to decide.
#[derive(Parser)]
#[command(after_long_help = AFTER_LONG_HELP)]
pub(crate) struct Labels {
    #[command(flatten)]
    inputs: Inputs,
    #[command(flatten)]
    task: TaskOptions,
    #[command(flatten)]
    model: ModelOption,
    /// What doubtful labels are ordered by
    #[arg(long, value_name = "ORDER", value_enum, default_value_t = Ranking::Given)]
    ranking: Ranking,
    /// Change labels from this probability of the other class on, from 0.5 to 1 [default: change none]
    #[arg(long, value_name = "P")]
    relabel_at: Option<f64>,
    #[command(flatten)]
    results: Results,
    #[command(flatten)]
    looking: Looking,
}

/// What doubtful labels are ordered by.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Ranking {
    /// The probability of the given label: best where all classes are confused alike
    Given,
    /// That probability once the noise is taken out: best where one class is mislabelled as another and hardly the other way round
    Corrected,
}

const AFTER_LONG_HELP: &str = "\
Examples:
  lustrate labels adult.csv --target income
      Write adult.clean.csv, in which nothing is changed yet, and adult.repairs.csv with the doubtful labels.
  lustrate labels adult.csv --target income --protected sex --ranking corrected
      Judge women and men by thresholds of their own, and order by what is left once the noise is taken out.
  lustrate apply adult.repairs.csv adult.csv
      Change the labels that somebody marked `apply`.
  lustrate labels adult.csv --target income --relabel-at 0.95 -o relabelled.csv
      Change at once what the model is very sure of.

When to use it, and when not:
  Where a few labels of a classification are wrong and features say much about the class. The rarer the class and the weaker the
  model, the more right labels are flagged. It cannot see labels of one class that were mostly flipped to another: the model
  learns the flips. Whether a model gains without the doubtful rows is judged and told; often it does not.
  More: crates/cli/guide/labels.md

What is written:
  OUT        the table, in which only labels of --relabel-at are changed
  FILE       a record for each doubtful label, as `lustrate repair` writes it, and its .meta.json
  All are whole or absent, whatever happens, and replace nothing without --force.

Exit codes:
  0  done, whether or not a label is doubtful
  2  failure: one message says what is wrong and what to do";

impl Run for Labels {
    fn run(&self, console: &Console) -> Result<Status, Failure> {
        let settings = self.inputs.limit(self.looking.settings());
        settings.check()?;
        let meter = console.meter();
        let results = &self.results;
        let targets = results.targets(&self.inputs, Beside::default(), &meter)?;
        let (rules, reading) = self.inputs.read(&meter)?;
        let ranking = match self.ranking {
            Ranking::Given => LabelRanking::Given,
            Ranking::Corrected => LabelRanking::Corrected,
        };
        let options = LabelOptions { ranking, relabel_at: self.relabel_at };
        meter.stage("asking a model about labels");
        let task = ModelTask { learner: self.model.learner(), ..self.task.task() };
        let mut checked = check_labels(&reading.table, &rules, &task, &options, &settings)?;
        let mut notes = reading.notes;
        notes.extend(std::mem::take(&mut checked.outcome.notes));
        checked.outcome.notes = notes;
        let made = Made {
            inputs: &self.inputs,
            outcome: &checked.outcome,
            targets: &targets,
            rules: &rules,
            settings: &settings,
        };
        results.finish(
            console,
            meter,
            &made,
            || Ok(()),
            |run, colour| match results.format {
                Form::Text => checked_labels_text(&checked, run, colour),
                Form::Json => checked_labels_json(&checked, run),
            },
        )?;
        Ok(Status::Done)
    }
}
