//! `lustrate repair`: find the wrong cells of a table and write a copy with them put right.

use std::io::Write;
use std::path::{Path, PathBuf};

use clap::Parser;
use lustrate::{
    Basis, Choose, Colour, Diagnostic, Metadata, Outcome, Repaired, Rules, RunSources, SavedModel, Settings,
    check_table_name, outcome_parts, repair_keeping, write_file_safely, write_outcome_of, write_together,
};
use lustrate_report::{
    Mode, Report, RunFile, STANDARD_OUTPUT, cells_to_explain, counted, diff, json, report_html, summary,
};

use super::{Run, Status};
use crate::args::{Form, FormulasOption, overwrite};
use crate::console::Console;
use crate::failure::{Failure, failures};
use crate::how::How;
use crate::inputs::Inputs;
use crate::label_files::LabelFiles;
use crate::models::Models;
use crate::outputs::check_outputs;
use crate::streams::{input_name, is_stream, send};
use crate::targets::{Asked, Target};
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
    /// Where the repaired table goes, compressed where it ends in `.gz` or `.zst`; `-` is standard output, to which the table goes
    /// in the form of DATA, and a folder takes it under the name that it has by default, of several files each
    /// [default: DATA with `.clean` before its extension]
    #[arg(short, long, value_name = "OUT")]
    output: Option<PathBuf>,
    /// Where the list of repairs goes, as `.csv`, `.jsonl` or `.parquet`; the metadata of the run go beside it, with
    /// `.meta.json` instead of that ending [default: DATA's name with `.repairs.csv`, beside OUT; OUT's name where DATA is
    /// standard input; none where OUT is standard output]
    #[arg(long, value_name = "FILE")]
    repairs: Option<PathBuf>,
    /// Where rows go that cannot satisfy a hard rule, or that are one thing with a row that stays, in a file like DATA with
    /// the reason behind each; OUT is without them
    /// [default: DATA's name with `.quarantine` before its extension, beside OUT, if there are such rows; none where OUT is
    /// standard output]
    #[arg(long, value_name = "FILE")]
    quarantine: Option<PathBuf>,
    /// Where a report goes for people to read: one HTML file that needs nothing else, with what was wrong, examples, rules,
    /// what became of each column, and the cells to review
    #[arg(long, value_name = "FILE", conflicts_with = "dry_run")]
    report: Option<PathBuf>,
    /// The table as it should be, columns by place: the report says what the repairs are worth. It changes none of them
    #[arg(long, value_name = "FILE", requires = "report")]
    truth: Option<PathBuf>,
    #[command(flatten)]
    labels: LabelFiles,
    #[command(flatten)]
    models: Models,
    #[command(flatten)]
    how: How,
    #[command(flatten)]
    formulas: FormulasOption,
    /// The form of the result on standard output
    #[arg(long, value_name = "FORM", value_enum, default_value_t = Form::Text)]
    format: Form,
    /// Write no file; only show which lines would change or go, and how
    #[arg(long)]
    dry_run: bool,
    /// Overwrite files that are there
    #[arg(long)]
    force: bool,
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
        if self.inputs.named()?.iter().any(|data| !is_stream(data) && !data.exists()) {
            // This says more than that the folder of the outputs, which is that of the table, is missing.
            self.inputs.read_table(&meter)?;
        }
        let targets = self.asked().targets(&self.inputs, &meter)?;
        if !self.dry_run {
            self.check(&targets)?;
        }
        let (rules, mut reading) = self.inputs.read(&meter)?;
        let truth =
            self.truth.as_deref().map(|truth| read_truth(truth, &mut reading, &self.inputs, &meter)).transpose()?;
        // The codes that the model is learned on: one copy of them is enough.
        reading.table = reading.table.in_text_order();
        let choose: Option<Choose<'_>> = self.report.as_ref().map(|_| &cells_to_explain as Choose<'_>);
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
        let parts = outcome_parts(&outcome);
        let parts = if parts.is_empty() { std::slice::from_ref(&outcome) } else { &parts };
        let run = self.as_told(&outcome, parts, &targets);
        if !self.dry_run {
            meter.write(self.inputs.bytes());
            let truth = truth.map(|truth| against_truth(&outcome, &truth)).transpose()?;
            let metadata = self.write(parts, &targets, &rules, &settings, learned.as_ref())?;
            if let Some(report) = &self.report {
                let page = report_html(&Report {
                    outcome: &outcome,
                    run: &run,
                    settings: &metadata[0].settings,
                    metadata: metadata.first().filter(|_| metadata.len() == 1),
                    explanations: &explanations,
                    truth: truth.as_ref(),
                });
                self.write_report(report, &page)?;
            }
        }
        drop(meter);

        if self.sends() {
            send(&targets[0].files.cleaned)?;
        }
        let mut told = outcome.notes.clone();
        told.extend(self.nowhere(&outcome).into_iter().collect());
        console.tell(told);
        let colour = if self.sends() { console.message_colour() } else { console.colour() };
        let text = match self.format {
            Form::Text => self.changes(parts, &targets, colour)? + &summary(&outcome, &run, colour),
            Form::Json => json(&outcome, &run),
        };
        match self.sends() {
            true => console.print_aside(&text),
            false => console.print(&text)?,
        }
        console.tell(failures(&outcome.failed));
        Ok(if outcome.failed.is_empty() { Status::Done } else { Status::Unusable })
    }
}

impl Repair {
    /// The lines that a dry run would change or set apart, with a blank line below; nothing for a run that writes them.
    fn changes(&self, parts: &[Outcome], targets: &[Target], colour: Colour) -> Result<String, Failure> {
        if !self.dry_run {
            return Ok(String::new());
        }
        let mut lines = String::new();
        for (part, target) in parts.iter().zip(targets) {
            lines +=
                &diff(part, &self.as_told(part, std::slice::from_ref(part), std::slice::from_ref(target)), colour)?;
        }
        Ok(if lines.is_empty() { lines } else { lines + "\n" })
    }

    fn asked(&self) -> Asked<'_> {
        Asked {
            output: self.output.as_deref(),
            repairs: self.repairs.as_deref(),
            quarantine: self.quarantine.as_deref(),
            formulas: self.formulas.formulas(),
        }
    }

    /// Whether the repaired table goes to standard output, and what is told of it to standard error.
    fn sends(&self) -> bool {
        self.asked().is_stream() && !self.dry_run
    }

    /// A warning if rows are set apart and no file is named for them.
    fn nowhere(&self, outcome: &Outcome) -> Option<Diagnostic> {
        let rows = outcome.quarantine.len() as u64;
        (rows > 0 && self.sends() && self.quarantine.is_none()).then(|| {
            let are = if rows == 1 { "is" } else { "are" };
            let title = format!("{} {are} set apart, and {are} in no file", counted(rows, "row"));
            Diagnostic::warning("rows-nowhere", title).help("name a file for them with `--quarantine FILE`")
        })
    }

    fn check(&self, targets: &[Target]) -> Result<(), Failure> {
        // Names that are made up after a file that cannot be read are not what is wrong.
        self.output.iter().chain(&self.quarantine).try_for_each(check_table_name)?;
        let others = self.report.iter().chain(&self.models.saved).cloned();
        let outputs: Vec<PathBuf> = targets.iter().flat_map(Target::outputs).chain(others).collect();
        let outputs: Vec<&Path> = outputs.iter().map(PathBuf::as_path).collect();
        let mut inputs = self.inputs.paths()?;
        inputs.extend(self.truth.as_deref());
        inputs.extend(self.models.used.iter().chain(&self.labels.files).map(PathBuf::as_path));
        check_outputs(&outputs, &inputs, overwrite(self.force))
    }

    /// Writes all files or none, but for the report, which comes last, and gives the metadata of each part.
    fn write(
        &self,
        parts: &[Outcome],
        targets: &[Target],
        rules: &Rules,
        settings: &Settings,
        learned: Option<&SavedModel>,
    ) -> Result<Vec<Metadata>, Failure> {
        let named = rules.handed_over().into_iter().map(PathBuf::from);
        let rules: Vec<PathBuf> = self.inputs.rules.iter().cloned().chain(named).collect();
        let overwrite = overwrite(self.force);
        let saved = self.models.saved.as_deref().zip(learned);
        let sources = RunSources {
            rules: &rules,
            labels: &self.labels.files,
            models: &self.models.used,
            saved_model: saved.map(|(file, _)| file),
        };
        write_together(|| {
            // The metadata tell what is in the model.
            saved.map_or(Ok(()), |(file, model)| model.write(file, overwrite))?;
            let mut written = Vec::with_capacity(parts.len());
            for (part, target) in parts.iter().zip(targets) {
                written.push(write_outcome_of(part, &target.files, &sources, settings, overwrite)?);
            }
            Ok(written)
        })
    }

    fn write_report(&self, report: &Path, page: &str) -> Result<(), Failure> {
        Ok(write_file_safely(report, overwrite(self.force), |out| Ok(out.write_all(page.as_bytes())?))?)
    }

    fn as_told(&self, outcome: &Outcome, parts: &[Outcome], targets: &[Target]) -> lustrate_report::Run {
        let shown = |path: &Path| path.display().to_string();
        let to_stream = self.asked().is_stream();
        let kept = |named: &Option<PathBuf>, path: &Path| (named.is_some() || !to_stream).then(|| shown(path));
        let file = |(part, Target { data, files }): (&Outcome, &Target)| RunFile {
            data: input_name(data),
            cleaned: if to_stream { STANDARD_OUTPUT.to_owned() } else { shown(&files.cleaned) },
            repairs: kept(&self.repairs, &files.repairs),
            quarantine: (!part.quarantine.is_empty())
                .then(|| kept(&self.quarantine, files.quarantine.path()))
                .flatten(),
            rows: part.totals.rows,
        };
        let mut files: Vec<RunFile> = parts.iter().zip(targets).map(file).collect();
        let first = files[0].clone();
        let is_one = files.len() == 1;
        if is_one {
            files.clear();
        }
        let apart = || parts.iter().zip(targets).find(|(part, _)| !part.quarantine.is_empty());
        lustrate_report::Run {
            data: if is_one { first.data } else { self.inputs.data_name() },
            rules: self.inputs.rules.iter().map(|path| shown(path)).collect(),
            cleaned: first.cleaned,
            repairs: first.repairs,
            quarantine: (!outcome.quarantine.is_empty())
                .then(|| apart().and_then(|(_, target)| kept(&self.quarantine, target.files.quarantine.path())))
                .flatten(),
            report: self.report.as_deref().map(shown),
            models: self.models.used.iter().map(|path| shown(path)).collect(),
            saved_model: self.models.saved.as_deref().map(shown),
            mode: if self.dry_run { Mode::DryRun } else { Mode::Written },
            files,
        }
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
