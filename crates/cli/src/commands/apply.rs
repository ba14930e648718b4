//! `lustrate apply`: make the repairs of a repairs file again, all or some, or take them back.

use std::path::{Path, PathBuf};

use clap::Parser;
use lustrate::{
    Changed, Choice, Diagnostics, Direction, RepairsFile, Replayed, Shortened, check_table_name, conditions,
    metadata_path, read_repairs_with, replay, undo, with_word,
};
use lustrate_report::{Mode, ReplayRun, replayed_json, replayed_text};

use super::{Run, Status};
use crate::args::{Form, overwrite};
use crate::console::Console;
use crate::failure::Failure;
use crate::outputs::{check_namesake, check_outputs};
use crate::streams::{input_name, is_stream, lasting, output_name, output_of, send};
use crate::targets::is_folder;

/// Make the repairs of a repairs file again, all or some, or take them back
///
/// The repairs file may be edited before, in a spreadsheet say: `apply` instead of `review` in its column `decision` accepts
/// a repair, `keep` turns one down, another value in `new` is written instead; lines can be deleted and sorted. Every mistake in
/// it is told with its line, and then nothing is written.
///
/// DATA is held by its hash against the table that the run read or wrote, and each record against its cell.
#[derive(Parser)]
#[command(after_long_help = AFTER_LONG_HELP)]
pub(crate) struct Apply {
    /// The repairs file that `repair` wrote: `.csv`, `.jsonl` or `.parquet`
    #[arg(value_name = "REPAIRS")]
    repairs: PathBuf,
    /// The table that `repair` read; with --undo, the one that `repair` or `apply` wrote; `-` is standard input
    #[arg(value_name = "DATA")]
    data: PathBuf,
    /// Where the table goes; a folder takes it under its default name; `-` is standard output, and the summary then goes to
    /// standard error [default: DATA with `.clean` before its extension; with --undo, with `.undone`]
    #[arg(short, long, value_name = "OUT")]
    output: Option<PathBuf>,
    /// Only the records that satisfy these conditions on their fields, as rules write them, such as
    /// `column = city and confidence >= .9`
    #[arg(long = "where", value_name = "CONDITIONS")]
    only: Option<String>,
    /// Make the records for review too that satisfy these conditions; with --undo only needed where this brought rows back
    /// that were set apart
    #[arg(long, value_name = "CONDITIONS")]
    accept: Option<String>,
    /// Take the repairs back; without --where the rows that were set apart come back too
    #[arg(long)]
    undo: bool,
    /// The metadata of the run [default: REPAIRS with `.meta.json` instead of its extension]
    #[arg(long, value_name = "FILE")]
    meta: Option<PathBuf>,
    /// The rows that were set apart, for --undo [default: the file of that name beside REPAIRS or DATA]
    #[arg(long, value_name = "FILE", requires = "undo")]
    quarantine: Option<PathBuf>,
    /// Take a table that is not the one of the run but has as many rows and columns, if every cell of which there is a record
    /// holds what the record says, and every row the key
    #[arg(long)]
    accept_changed: bool,
    /// Take a repairs file whose last lines are missing: they were deleted, and it was not cut short
    #[arg(long)]
    shortened: bool,
    /// The form of the result on standard output
    #[arg(long, value_name = "FORM", value_enum, default_value_t = Form::Text)]
    format: Form,
    /// Write no file; only say what would be done
    #[arg(long)]
    dry_run: bool,
    /// Overwrite files that are there
    #[arg(long)]
    force: bool,
}

const AFTER_LONG_HELP: &str = "\
Examples:
  lustrate apply orders.repairs.csv orders.csv -o again.csv
      Write once more, byte for byte, what `repair` wrote as orders.clean.csv.
  lustrate apply orders.repairs.csv orders.csv -o cities.csv --where 'column = city and confidence >= .9'
      Make some of the repairs only.
  lustrate apply edited.csv orders.csv --meta orders.repairs.meta.json -o decided.csv
      Make what is marked `apply` after somebody has looked at the repairs.
  lustrate apply orders.repairs.csv orders.csv -o more.csv --accept 'rule = places and confidence >= .6'
      Make some of the repairs too that were left for review.
  lustrate apply orders.repairs.csv orders.clean.csv --undo -o orders.again.csv
      Give the table back as it was, byte for byte; of Parquet its names, types, values and row groups.

Conditions:
  Those of rules about one row, with `and` between them, on row, line, key, column, old, new, confidence, decision, rule,
  reason and alternatives: `old is null`, `column in (city, zip)`, `rule ~ zip`, `reason matches /typing error/`.
  A text needs double quotes only if it is no single word.

What is written:
  OUT, whole or absent, in which only the cells differ that were chosen. Rows that `repair` set apart are left out, unless a
  repair in them is made. The summary goes to standard output.

Exit codes:
  0  done
  2  failure: mistakes in the repairs file, each with its line, a table that it is not of, or cells that were changed since";

impl Run for Apply {
    fn run(&self, console: &Console) -> Result<Status, Failure> {
        let choice = self.choice()?;
        let meter = console.meter();
        let mut data = None;
        let output = match &self.output {
            Some(output) if is_stream(output) => output_of(data.insert(lasting(&self.data, &meter)?))?,
            Some(output) if !is_folder(output) => output.clone(),
            folder => {
                check_namesake(&self.data)?;
                let beside = with_word(&self.data, self.word());
                match folder {
                    Some(folder) => folder.join(beside.file_name().unwrap_or_default()),
                    None => beside,
                }
            }
        };
        // That an input is missing says more than that an output is there.
        if !self.dry_run && self.repairs.exists() && (is_stream(&self.data) || self.data.exists()) {
            self.check(&output)?;
        }
        meter.say(format!("reading {}", self.repairs.display()));
        let shortened = if self.shortened { Shortened::OnPurpose } else { Shortened::ByAccident };
        let repairs = read_repairs_with(&self.repairs, self.meta.as_deref(), shortened)?;
        let data = match data {
            Some(data) => data,
            None => lasting(&self.data, &meter)?,
        };
        meter.say(format!("reading {}", input_name(&self.data)));
        let replayed = match self.undo {
            true => undo(&repairs, data, &choice)?,
            false => replay(&repairs, data, &choice)?,
        };
        let mut run = self.as_told(&output, &repairs, &replayed);
        if !self.dry_run {
            meter.say(format!("writing {}", output.display()));
            run.likeness = Some(replayed.write(&output, overwrite(self.force))?);
        }
        drop(meter);
        let sends = self.output.as_deref().is_some_and(is_stream) && !self.dry_run;
        if sends {
            send(&output)?;
        }
        let colour = if sends { console.message_colour() } else { console.colour() };
        let text = match self.format {
            Form::Text => replayed_text(&replayed, &run, colour),
            Form::Json => replayed_json(&replayed, &run),
        };
        match sends {
            true => console.print_aside(&text),
            false => console.print(&text)?,
        }
        Ok(Status::Done)
    }
}

impl Apply {
    /// Which records are chosen; the mistakes of all conditions at once.
    fn choice(&self) -> Result<Choice, Failure> {
        let mut mistakes = Diagnostics::new();
        let mut read = |name: &str, text: &Option<String>| {
            let read = text.as_deref().map(|text| conditions(name, text)).transpose();
            read.unwrap_or_else(|told| {
                mistakes.extend(told);
                None
            })
        };
        let (only, accepted) = (read("--where", &self.only), read("--accept", &self.accept));
        if mistakes.has_errors() {
            return Err(Failure::Told(mistakes));
        }
        let changed = if self.accept_changed { Changed::Accepted } else { Changed::Refused };
        Ok(Choice { only, accepted, changed, quarantine: self.quarantine.clone() })
    }

    fn word(&self) -> &'static str {
        if self.undo { "undone" } else { "clean" }
    }

    fn check(&self, output: &Path) -> Result<(), Failure> {
        self.output.iter().try_for_each(check_table_name)?;
        let metadata = self.meta.clone().unwrap_or_else(|| metadata_path(&self.repairs));
        let mut inputs = vec![self.repairs.as_path(), self.data.as_path(), metadata.as_path()];
        inputs.extend(self.quarantine.as_deref());
        check_outputs(&[output], &inputs, overwrite(self.force))
    }

    fn as_told(&self, output: &Path, repairs: &RepairsFile, replayed: &Replayed) -> ReplayRun {
        let metadata = repairs.metadata();
        let model = match replayed.direction {
            Direction::Apply => &metadata.output.name,
            Direction::Undo => &metadata.data.file.name,
        };
        ReplayRun {
            repairs: self.repairs.display().to_string(),
            data: input_name(&self.data),
            output: match &self.output {
                Some(stream) if is_stream(stream) => output_name(stream),
                _ => output.display().to_string(),
            },
            model: model.clone(),
            likeness: None,
            mode: if self.dry_run { Mode::DryRun } else { Mode::Written },
            options: self.options(),
            undo_options: self.undo_options(),
        }
    }

    /// The options without which a further command with this repairs file would fail.
    fn options(&self) -> Vec<String> {
        let metadata = self.meta.iter().flat_map(|path| ["--meta".to_owned(), path.display().to_string()]);
        let flags = [(self.shortened, "--shortened"), (self.accept_changed, "--accept-changed")];
        metadata.chain(flags.into_iter().filter(|(given, _)| *given).map(|(_, flag)| flag.to_owned())).collect()
    }

    /// The options that say where rows are that were set apart, and which of them a repair brought back.
    fn undo_options(&self) -> Vec<String> {
        // What brought a row back satisfies both.
        let accepted = self.accept.as_ref().map(|accepted| match self.only.as_ref().filter(|_| !self.undo) {
            Some(only) => format!("{accepted} and {only}"),
            None => accepted.clone(),
        });
        let accepted = accepted.into_iter().flat_map(|conditions| ["--accept".to_owned(), conditions]);
        let quarantine = self.quarantine.iter().map(|path| path.display().to_string());
        accepted.chain(quarantine.flat_map(|path| ["--quarantine".to_owned(), path])).collect()
    }
}
