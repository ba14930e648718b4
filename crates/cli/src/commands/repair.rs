//! `lustrate repair`: find the wrong cells of a table and write a copy with them put right.

use std::path::{Path, PathBuf};

use clap::Parser;
use lustrate::{Basis, Choose, Metadata, Outcome, Repaired, Rules, RunSources, SavedModel, Settings, repair_keeping};
use lustrate_report::{Report, cells_to_explain, json, report_html, summary};

use super::{Run, Status};
use crate::args::Form;
use crate::console::Console;
use crate::failure::{Failure, failures};
use crate::how::How;
use crate::inputs::Inputs;
use crate::label_files::LabelFiles;
use crate::models::Models;
use crate::results::{Beside, Results, parts_of};
use crate::targets::Target;
use crate::truth::{against_truth, read_truth};

/// Find the wrong cells of a table and write a copy with them put right
///
/// A cell is wrong where another value explains its row, the rules and the typing error better. Cells that are sure
/// enough are changed, the less sure are listed for review, and all others come out byte for byte. Rules are not
/// needed but help much.
#[derive(Parser)]
#[command(after_long_help = AFTER_LONG_HELP)]
pub(crate) struct Repair {
    #[command(flatten)]
    inputs: Inputs,
    #[command(flatten)]
    results: Results,
    /// The table as it should be, columns by place: the report says what the repairs are worth. It changes none of them
    #[arg(long, value_name = "FILE", requires = "report")]
    truth: Option<PathBuf>,
    #[command(flatten)]
    labels: LabelFiles,
    #[command(flatten)]
    models: Models,
    #[command(flatten)]
    how: How,
}

const AFTER_LONG_HELP: &str = "\
Examples:
  lustrate repair orders.csv -r orders.rules
      Write orders.clean.csv and orders.repairs.csv.
  lustrate repair orders.csv -r orders.rules --id order_id --dry-run
      Show the lines that would change, old and new, and say what would be done; write nothing.
  lustrate repair orders.csv -r orders.rules --report orders.html
      Write a report beside them, to read in a browser, to print, or to send.
  lustrate repair orders.parquet -o clean.parquet --repairs why.jsonl --apply-at 0.9
      Change only what is quite sure, and list the repairs as JSON lines.
  lustrate repair orders.csv.gz -r orders.rules
      Read a compressed table and write orders.clean.csv.gz.
  lustrate repair 'orders-*.csv' -r orders.rules -o cleaned/
      Learn from all files together and write cleaned/orders-1.clean.csv and so on, each with its repairs.
  lustrate repair orders.csv -r orders.rules --labels orders.labels.csv
      Learn from the rows that `lustrate label` asked for and somebody corrected.
  lustrate repair january.csv -r orders.rules --save-model orders.lustrate
      Keep what was learned. The file holds the rows too, so that it needs no other.
  lustrate repair february.csv --model orders.lustrate --save-model orders-2.lustrate
      Repair new rows by what the earlier ones taught, and keep what both teach.
  zcat orders.csv.gz | lustrate repair - -r orders.rules -o - --repairs why.csv | ./load
      Read standard input and write to standard output.

What is written:
  OUT        the table, in which only the changed cells differ, without rows that cannot satisfy a hard rule;
             those are in the quarantine file, each with the reason
  FILE       a record for each cell that was changed or should be looked at:
             row, line, key, column, old, new, confidence, decision, rule, reason, alternatives;
             in CSV a missing value is the empty field, and the empty text two quotes; with --escape-formulas what a
             spreadsheet would run has a `'` in front, which `lustrate apply` takes off
  its .meta.json
             the versions of Lustrate and of the schema, the settings, the shape of the table, and the SHA-256 of all
             files read and written: what `lustrate apply` needs to make the repairs again, or to take them back
  Several files are learned from as one table, whose rules hold across them; each has its own OUT, FILE, metadata and
  quarantine file, in which rows and lines are counted as in it, so that `lustrate apply` takes each. A workbook comes out as CSV.
  The file of --save-model is the same for the same tables, rules and settings, byte for byte. What is said of a run with
  --model is said of the new rows alone, among which the rules must hold.
  With `-o -` no repairs and no rows set apart are kept, unless files are named for them.
  All are whole or absent, whatever happens, and replace nothing without --force.
  The summary goes to standard output, with `-o -` to standard error, where notes on the input go.

Exit codes:
  0  done, whether or not a cell was changed
  2  failure: one message says what is wrong and what to do; where it is that a rule of policy `fail` is broken by more
     than it allows, the files are written all the same";

impl Run for Repair {
    fn run(&self, console: &Console) -> Result<Status, Failure> {
        let settings = self.inputs.limit(self.how.settings());
        settings.check()?;
        let meter = console.meter();
        let read: Vec<&Path> = (self.truth.iter())
            .chain(self.models.used.iter().chain(&self.labels.files))
            .map(PathBuf::as_path)
            .collect();
        let written: Vec<&Path> = self.models.saved.iter().map(PathBuf::as_path).collect();
        let targets = self.results.targets(&self.inputs, Beside { read: &read, written: &written }, &meter)?;
        let (rules, mut reading) = self.inputs.read(&meter)?;
        let truth =
            self.truth.as_deref().map(|truth| read_truth(truth, &mut reading, &self.inputs, &meter)).transpose()?;
        // The codes that the model is learned on: one copy of them is enough.
        reading.table = reading.table.in_text_order();
        let choose: Option<Choose<'_>> = self.results.report.as_ref().map(|_| &cells_to_explain as Choose<'_>);
        let show = |progress| meter.show(progress);
        let (model, anew) = self.models.read(&rules, &settings, &meter)?.unzip();
        let settings = match &model {
            // The rows of label files are found by the columns that the model knows rows by.
            Some(model) => {
                let known = model.settings().deciding_as(&settings);
                self.labels.settings(known, &reading.table, model.rules())?
            }
            None => self.labels.settings(settings, &reading.table, &rules)?,
        };
        let basis = model.as_ref().map_or(Basis::Rules(&rules), Basis::Model);
        let Repaired { mut outcome, explanations, model: learned } =
            repair_keeping(&reading.table, basis, &settings, self.models.keep(), choose, &show)?;
        let settings = model.as_ref().map_or(settings.clone(), |model| model.settings().deciding_as(&settings));
        let mut notes = reading.notes;
        notes.extend(anew.flatten().into_iter().collect());
        notes.extend(outcome.notes);
        outcome.notes = notes;
        let parts = parts_of(&outcome);
        let results = &self.results;
        let run = lustrate_report::Run {
            models: self.models.used.iter().map(|path| path.display().to_string()).collect(),
            saved_model: self.models.saved.as_ref().map(|path| path.display().to_string()),
            ..results.as_told(&self.inputs, &outcome, &parts, &targets)
        };
        if !results.dry_run {
            meter.write(self.inputs.bytes());
            let truth = truth.map(|truth| against_truth(&outcome, &truth)).transpose()?;
            let metadata = self.write(&parts, &targets, &rules, &settings, learned.as_ref())?;
            if let Some(report) = &results.report {
                let page = report_html(&Report {
                    outcome: &outcome,
                    run: &run,
                    settings: &metadata[0].settings,
                    metadata: metadata.first().filter(|_| metadata.len() == 1),
                    explanations: &explanations,
                    truth: truth.as_ref(),
                });
                results.write_report(report, &page)?;
            }
        }
        drop(meter);

        results.tell(console, &outcome, &targets, |colour| {
            Ok(match results.format {
                Form::Text => {
                    results.changes(&self.inputs, &parts, &targets, colour)? + &summary(&outcome, &run, colour)
                }
                Form::Json => json(&outcome, &run),
            })
        })?;
        console.tell(failures(&outcome.failed));
        Ok(if outcome.failed.is_empty() { Status::Done } else { Status::Unusable })
    }
}

impl Repair {
    /// Writes all files or none, but for the report, which comes last, and gives the metadata of each part.
    fn write(
        &self,
        parts: &[Outcome],
        targets: &[Target],
        rules: &Rules,
        settings: &Settings,
        learned: Option<&SavedModel>,
    ) -> Result<Vec<Metadata>, Failure> {
        let rules = self.inputs.rule_files(rules);
        let saved = self.models.saved.as_deref().zip(learned);
        let sources = RunSources {
            rules: &rules,
            labels: &self.labels.files,
            models: &self.models.used,
            saved_model: saved.map(|(file, _)| file),
        };
        // The metadata tell what is in the model.
        let save = || saved.map_or(Ok(()), |(file, model)| model.write(file, self.results.overwrite()));
        self.results.write(parts, targets, &sources, settings, save)
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;
    use lustrate::Policy;

    use super::*;

    #[test]
    fn the_help_names_every_format() {
        let help = Repair::command().render_help().to_string();
        for convention in lustrate::CONVENTIONS {
            assert!(help.contains(convention.name), "{help}");
        }
    }

    #[test]
    fn the_help_shows_the_defaults_of_the_library() {
        let help = Repair::command().render_help().to_string();
        let policy = Policy::default();
        for confidence in [policy.apply_at(), policy.review_at()] {
            assert!(help.contains(&format!("[default: {confidence}]")), "{help}");
        }
    }
}
