//! `lustrate active`: which records to clean next for a model.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use clap::{Parser, ValueEnum};
use lustrate::{
    ActiveLoop, ActiveNext, ActiveOptions, ActiveSettings, ActiveState, AttributeId, CellId, Corrections, Diagnostic,
    Estimator, Overwrite, Question, RowId, Rules, RunSources, Sampling, Settings, Sheet, Table, id_columns,
    read_labels, read_table_file, renamed, write_file_safely, write_sheet,
};
use lustrate_report::{ActiveEnd, ActiveFiles, active_json, active_text, curve_svg, is_picture};

use super::{Run, Status};
use crate::args::Form;
use crate::console::Console;
use crate::failure::Failure;
use crate::how::How;
use crate::inputs::Inputs;
use crate::meter::Meter;
use crate::model_task::TaskOptions;
use crate::outputs::{check_namesake, check_outputs};
use crate::results::{Beside, Results, parts_of};
use crate::streams::lasting;

/// Choose the records that a model gains most from when they are cleaned, batch by batch
///
/// A model is trained on the table as it is. Rules and repairs say which rows may be wrong; a batch of them is handed to a
/// person, who corrects it in a spreadsheet, and the same line goes on with the next (after ActiveClean, Krishnan and others
/// 2016). What cleaning does to the rows that came back is learned and done to the rest, so that few records do. With
/// --corrections or --by-repairs all batches are cleaned at once.
#[derive(Parser)]
#[command(after_long_help = AFTER_LONG_HELP)]
pub(crate) struct Active {
    #[command(flatten)]
    inputs: Inputs,
    #[command(flatten)]
    task: TaskOptions,
    /// Records that may be cleaned in all
    #[arg(long, value_name = "N", default_value_t = 1000)]
    budget: u32,
    /// Records of a batch
    #[arg(long, value_name = "N", default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..))]
    batch: u32,
    /// How the model is estimated from what is clean, what was cleaned, and the rest
    #[arg(long, value_name = "NAME", value_enum, default_value_t = EstimatorName::Auto)]
    estimator: EstimatorName,
    /// How records are drawn [default: uniform; importance with --estimator paper]
    #[arg(long, value_name = "NAME", value_enum)]
    sampling: Option<SamplingName>,
    /// The length of the steps of --estimator paper: 1, 5 or 10 there
    #[arg(long, value_name = "LENGTH", default_value_t = 5.0)]
    step: f64,
    /// Stop after so many batches without a gain beyond a standard error; 0 to go on all the same
    #[arg(long, value_name = "N", default_value_t = 6)]
    patience: u32,
    /// Take all rows for doubtful alike, whatever rules and repairs say
    #[arg(long)]
    all_rows: bool,
    /// A table of rows that are known to be right, with the same columns: the model is judged by them [default: a part of the
    /// rows that are not doubtful]
    #[arg(long, value_name = "FILE")]
    trusted: Option<PathBuf>,
    /// What cells should read, so that all batches are cleaned at once: a table like DATA, row by row, or a file of cells
    /// (row,column,correct); what it does not name is right as it is
    #[arg(long, value_name = "FILE", conflicts_with = "by_repairs")]
    corrections: Option<PathBuf>,
    /// Clean each batch by our own repairs
    #[arg(long)]
    by_repairs: bool,
    /// Where the batch to be corrected goes [default: DATA's name with `.batch.csv`, beside it]
    #[arg(long, value_name = "FILE")]
    batch_file: Option<PathBuf>,
    /// Where the state of the loop is kept between batches [default: DATA's name with `.active.json`, beside it]
    #[arg(long, value_name = "FILE")]
    state: Option<PathBuf>,
    /// Where a picture of the curve goes, as SVG
    #[arg(long, value_name = "FILE")]
    picture: Option<PathBuf>,
    #[command(flatten)]
    results: Results,
    #[command(flatten)]
    how: How,
}

/// How the model is estimated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum EstimatorName {
    /// The one that did best on the batches so far
    Auto,
    /// What cleaning does is learned from the cleaned rows and done to the rest
    LearnedRepair,
    /// Our own repairs of the rest
    OurRepairs,
    /// The cleaned rows stand for the rest
    Reweighted,
    /// Without the rest
    Drop,
    /// The rest as it is
    Mixture,
    /// One step of the gradient a batch, as in the paper
    Paper,
}

/// How records are drawn.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum SamplingName {
    /// Those that are equally doubtful alike
    Uniform,
    /// Half of them by how much they move the model
    Importance,
}

const AFTER_LONG_HELP: &str = "\
Examples:
  lustrate active adult.csv --target income -r adult.rules
      Write adult.batch.csv, 50 rows to correct in a spreadsheet, and adult.active.json; the same line goes on once it is done.
  lustrate active adult.csv --target income -r adult.rules --corrections checked.csv --picture curve.svg
      Clean batch by batch by what a file says, write the cleaned table, and draw accuracy against records cleaned.
  lustrate active adult.csv --target income -r adult.rules --by-repairs --estimator paper
      The loop of the paper, with our own repairs as the cleaner.

When to use it, and when not:
  Where cleaning a record takes a person's time and a model of a target is what the table is for. It needs rules or repairs
  that say which rows may be wrong, and rows that are right to judge by. Where the damage has a pattern (a unit, a swapped
  coding) a few dozen records do; where values are lost, none do.
  More: crates/cli/guide/active.md

What is written:
  --batch-file  the rows to correct, as `lustrate label` writes them; `yes` in `checked` says that a row is done
  --state       what is known between two batches, for the next run; it names the table by its hash
  OUT           once the loop ends: the table with all corrections, and its repairs and metadata, as `lustrate repair` writes them
  All are whole or absent, whatever happens. The batch and the state are written anew by each run of the loop; all else replaces
  nothing without --force, which also starts the loop anew.

Exit codes:
  0  done, whether a batch is out or the loop has ended
  2  failure: one message says what is wrong and what to do";

impl Run for Active {
    fn run(&self, console: &Console) -> Result<Status, Failure> {
        let settings = self.inputs.limit(self.how.settings());
        settings.check()?;
        self.check_picture()?;
        let meter = console.meter();
        let (state_file, batch_file) =
            (self.beside(&self.state, "active.json")?, self.beside(&self.batch_file, "batch.csv")?);
        let is_at_once = self.corrections.is_some() || self.by_repairs;
        let goes_on = !is_at_once && !self.results.forces() && state_file.is_file();
        self.check_files(&state_file, &batch_file, is_at_once, goes_on)?;
        let (rules, reading) = self.inputs.read(&meter)?;
        let table = reading.table.in_text_order();
        let trusted = self.trusted.as_deref().map(|trusted| self.read_trusted(trusted, &meter)).transpose()?;
        let ids = id_columns(&table, &rules, &settings)?;
        meter.stage("learning from what is known");
        let mut at = match goes_on {
            true => {
                let state = ActiveState::read(&state_file)?.with_budget(self.budget as usize);
                let mut at = ActiveLoop::resume(&table, &rules, state, trusted.as_ref(), &settings)?;
                self.take_back(&mut at, &batch_file, &table, &ids)?;
                at
            }
            false => self.start(&table, &rules, trusted, &settings, &meter)?,
        };
        let end = match is_at_once {
            true => {
                let corrections = self.corrections(&at, &table, &ids, &meter)?;
                clean_all(&mut at, &corrections, &meter)?
            }
            false => match at.next_batch() {
                ActiveNext::Clean(questions) => {
                    let rows = questions.len() as u64;
                    if !self.results.dry_run {
                        self.write_batch(&at, questions, (&state_file, &batch_file), (&table, &ids))?;
                    }
                    ActiveEnd::Clean { batch_file: batch_file.display().to_string(), rows }
                }
                next => ended(&next),
            },
        };
        self.finish(console, &at, end, reading.notes, (&rules, &settings), (is_at_once, &state_file), meter)
    }
}

impl Active {
    fn start<'t>(
        &self,
        table: &'t Table,
        rules: &Rules,
        trusted: Option<Table>,
        settings: &Settings,
        meter: &Meter,
    ) -> Result<ActiveLoop<'t>, Failure> {
        let estimator = match self.estimator {
            EstimatorName::Auto => None,
            EstimatorName::LearnedRepair => Some(Estimator::LearnedRepair),
            EstimatorName::OurRepairs => Some(Estimator::EngineRepair),
            EstimatorName::Reweighted => Some(Estimator::Reweighted),
            EstimatorName::Drop => Some(Estimator::Drop),
            EstimatorName::Mixture => Some(Estimator::Mixture),
            EstimatorName::Paper if self.step.is_finite() && self.step > 0.0 => {
                Some(Estimator::Paper { step: self.step })
            }
            EstimatorName::Paper => {
                let title = format!("{} is no length of a step", self.step);
                return Err(Diagnostic::error("bad-step", title)
                    .help("write a number above 0, such as 1, 5 or 10")
                    .into());
            }
        };
        let sampling = match self.sampling {
            Some(SamplingName::Importance) => Sampling::Importance,
            None if self.estimator == EstimatorName::Paper => Sampling::Importance,
            _ => Sampling::Uniform,
        };
        let loop_settings = ActiveSettings {
            batch: self.batch as usize,
            budget: self.budget as usize,
            sampling,
            estimator,
            patience: (self.patience > 0).then_some(self.patience as usize),
            ..ActiveSettings::default()
        };
        let options = ActiveOptions { loop_settings, all_rows: self.all_rows, trusted };
        let show = |progress| meter.show(progress);
        Ok(ActiveLoop::start(table, rules, &self.task.task(), &options, settings, &show)?)
    }

    /// A file that is named, or one beside the table.
    fn beside(&self, named: &Option<PathBuf>, ending: &str) -> Result<PathBuf, Failure> {
        if let Some(named) = named {
            return Ok(named.clone());
        }
        let data = &self.inputs.named()?[0];
        check_namesake(data)?;
        Ok(data.with_file_name(renamed(data, ending)))
    }

    fn check_picture(&self) -> Result<(), Failure> {
        match self.picture.as_deref().filter(|picture| !is_picture(picture)) {
            Some(picture) => {
                let title = format!("a picture cannot be written as `{}`", picture.display());
                Err(Diagnostic::error("bad-picture", title).help("give it a name that ends in `.svg`").into())
            }
            None => Ok(()),
        }
    }

    /// Whether what this run writes can be written; what a loop that goes on has written is its own.
    fn check_files(&self, state: &Path, batch: &Path, is_at_once: bool, goes_on: bool) -> Result<(), Failure> {
        if is_at_once || self.results.dry_run {
            return Ok(());
        }
        let overwrite = if goes_on { Overwrite::Yes } else { self.results.overwrite() };
        let mut inputs = self.inputs.paths()?;
        inputs.extend(self.trusted.as_deref());
        check_outputs(&[state, batch], &inputs, overwrite)
    }

    fn read_trusted(&self, trusted: &Path, meter: &Meter) -> Result<Table, Failure> {
        let file = lasting(trusted, meter)?;
        Ok(read_table_file(&file.text(self.inputs.text.options()))?.table)
    }

    /// Takes a batch back that was filled in.
    fn take_back(
        &self,
        at: &mut ActiveLoop<'_>,
        batch: &Path,
        table: &Table,
        ids: &[AttributeId],
    ) -> Result<(), Failure> {
        if at.pending().is_empty() {
            return Ok(());
        }
        let name = batch.display().to_string();
        let bytes = fs::read(batch).map_err(|error| {
            let title = format!("cannot read the batch `{name}` that is out: {error}");
            Diagnostic::error("batch-file", title).help("name it with `--batch-file`, or start anew with `--force`")
        })?;
        let sheet = Sheet::read(&name, &bytes, table, ids).map_err(Failure::Told)?;
        let is_checked = |row: &u64| sheet.rows.iter().any(|of| of.question.row.number() == *row && of.checked);
        let open: Vec<u64> = at.pending().iter().copied().filter(|row| !is_checked(row)).collect();
        if let Some(first) = open.first() {
            let title = format!(
                "{} of {} rows of the batch in `{name}` are not checked yet, row {first} among them",
                open.len(),
                at.pending().len()
            );
            let help = "correct the lines `correct`, and write `yes` into the column `checked` of each";
            return Err(Diagnostic::error("batch-not-done", title).help(help).into());
        }
        let agreed = read_labels([batch], table, ids)?.agree();
        let said: Corrections = agreed.cells.into_iter().map(|(cell, label)| (cell, label.value)).collect();
        Ok(at.take(&said)?)
    }

    /// What all batches are cleaned by.
    fn corrections(
        &self,
        at: &ActiveLoop<'_>,
        table: &Table,
        ids: &[AttributeId],
        meter: &Meter,
    ) -> Result<Corrections, Failure> {
        let Some(path) = &self.corrections else { return Ok(at.engine_repairs()) };
        let file = lasting(path, meter)?;
        let other = read_table_file(&file.text(self.inputs.text.options()))?.table;
        let names = |table: &Table| table.schema().attributes().iter().map(|it| it.name.clone()).collect::<Vec<_>>();
        if names(&other) != names(table) {
            let agreed = read_labels([path], table, ids)?.agree();
            return Ok(agreed.cells.into_iter().map(|(cell, label)| (cell, label.value)).collect());
        }
        if other.rows() != table.rows() {
            let title = format!("`{}` has {} rows, and DATA has {}", path.display(), other.rows(), table.rows());
            return Err(Diagnostic::error("corrections-rows", title)
                .help("give the same rows in the same order, or a file of cells: row,column,correct")
                .into());
        }
        let mut corrections = BTreeMap::new();
        for attribute in table.schema().ids() {
            for row in (0..table.rows() as u32).map(RowId) {
                let cell = CellId { row, attribute };
                if table.text(cell) != other.text(cell) {
                    corrections.insert(cell, other.text(cell).map(str::to_owned));
                }
            }
        }
        Ok(corrections)
    }

    fn write_batch(
        &self,
        at: &ActiveLoop<'_>,
        questions: Vec<Question>,
        (state, batch): (&Path, &Path),
        (table, ids): (&Table, &[AttributeId]),
    ) -> Result<(), Failure> {
        // The state comes last: without it the batch is written again, by the same draw.
        write_sheet(batch, Overwrite::Yes, &Sheet::new(table, questions, None), table, ids)?;
        Ok(at.state().write(state, Overwrite::Yes)?)
    }

    /// Writes what the loop came to, once it has ended, and tells.
    #[expect(clippy::too_many_arguments, reason = "it is the end of one long function")]
    fn finish(
        &self,
        console: &Console,
        at: &ActiveLoop<'_>,
        end: ActiveEnd,
        notes: lustrate::Diagnostics,
        (rules, settings): (&Rules, &Settings),
        (is_at_once, state): (bool, &Path),
        meter: Meter,
    ) -> Result<Status, Failure> {
        let results = &self.results;
        let mut outcome = at.outcome();
        let mut all = notes;
        all.extend(std::mem::take(&mut outcome.notes));
        outcome.notes = all;
        let progress = at.progress();
        let picture: Vec<&Path> = self.picture.iter().map(PathBuf::as_path).collect();
        let is_out = matches!(end, ActiveEnd::Clean { .. });
        let parts = parts_of(&outcome);
        let targets = match is_out {
            true => results.asked().targets(&self.inputs, &meter)?,
            false => {
                let read: Vec<&Path> = self.trusted.iter().chain(&self.corrections).map(PathBuf::as_path).collect();
                results.targets(&self.inputs, Beside { read: &read, written: &picture }, &meter)?
            }
        };
        let run = results.as_told(&self.inputs, &outcome, &parts, &targets);
        if !results.dry_run {
            if !is_out {
                let rules = self.inputs.rule_files(rules);
                let sources = RunSources { rules: &rules, ..RunSources::default() };
                results.write(&parts, &targets, &sources, settings, || Ok(()))?;
                if !is_at_once {
                    at.state().write(state, Overwrite::Yes)?;
                }
            }
            for path in &picture {
                let overwrite = if is_out { Overwrite::Yes } else { results.overwrite() };
                write_file_safely(path, overwrite, |out| Ok(out.write_all(curve_svg(&progress).as_bytes())?))?;
            }
        }
        drop(meter);
        let shown = |path: &Path| path.display().to_string();
        let files = ActiveFiles {
            state_file: (!is_at_once).then(|| shown(state)),
            picture_file: self.picture.as_deref().map(shown),
        };
        if is_out {
            console.tell(outcome.notes.clone());
            let text = match results.format {
                Form::Text => active_text(&progress, &end, &files, None, console.colour()),
                Form::Json => active_json(&progress, &end, &files, (&outcome, &run)),
            };
            console.print(&text)?;
            return Ok(Status::Done);
        }
        results.tell(console, &outcome, &targets, |colour| {
            Ok(match results.format {
                Form::Text => {
                    results.changes(&self.inputs, &parts, &targets, colour)?
                        + &active_text(&progress, &end, &files, Some(&run), colour)
                }
                Form::Json => active_json(&progress, &end, &files, (&outcome, &run)),
            })
        })?;
        Ok(Status::Done)
    }
}

/// Cleans batch by batch to the end.
fn clean_all(at: &mut ActiveLoop<'_>, corrections: &Corrections, meter: &Meter) -> Result<ActiveEnd, Failure> {
    loop {
        match at.next_batch() {
            ActiveNext::Clean(questions) => {
                meter.stage(&format!("learning from {} more records", questions.len()));
                at.take(corrections)?;
            }
            next => return Ok(ended(&next)),
        }
    }
}

fn ended(next: &ActiveNext) -> ActiveEnd {
    match next {
        ActiveNext::Spent => ActiveEnd::Spent,
        ActiveNext::Settled => ActiveEnd::Settled,
        ActiveNext::Clean(_) | ActiveNext::NothingLeft => ActiveEnd::NothingLeft,
    }
}
