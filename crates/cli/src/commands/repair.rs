//! `lustrate repair`: find the wrong cells of a table and write a copy with them put right.

use std::io::Write;
use std::path::{Path, PathBuf};

use clap::Parser;
use lustrate::{Colour, Diagnostic, Error, Outcome, Selection, WriteError, repair_with, write_file_safely, write_rows};
use lustrate_report::{Mode, RepairsForm, diff, json, summary, write_repairs};

use super::{Run, Status};
use crate::args::{Form, overwrite};
use crate::console::Console;
use crate::failure::{Failure, failures};
use crate::how::How;
use crate::inputs::Inputs;
use crate::interrupt::uninterrupted;
use crate::outputs::{check_outputs, renamed, with_word};

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
    /// Where the repaired table goes [default: DATA with `.clean` before its extension]
    #[arg(short, long, value_name = "OUT")]
    output: Option<PathBuf>,
    /// Where the list of repairs goes, as `.csv` or `.jsonl` [default: DATA's name with `.repairs.csv`, beside OUT]
    #[arg(long, value_name = "FILE")]
    repairs: Option<PathBuf>,
    /// Where rows go that cannot satisfy a hard rule, or that are one thing with a row that stays, in a file like DATA with
    /// the reason behind each; OUT is without them
    /// [default: DATA's name with `.quarantine` before its extension, beside OUT, if there are such rows]
    #[arg(long, value_name = "FILE")]
    quarantine: Option<PathBuf>,
    #[command(flatten)]
    how: How,
    /// The form of the result on standard output
    #[arg(long, value_name = "FORM", value_enum, default_value_t = Form::Text)]
    format: Form,
    /// Write no file; only show which lines would change, and how
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
  lustrate repair orders.parquet -o clean.parquet --repairs why.jsonl --apply-at 0.9
      Change only what is quite sure, and list the repairs as JSON lines.

What is written:
  OUT        the table, in which only the changed cells differ, without rows that cannot satisfy a hard rule;
             those are in the quarantine file, each with the reason
  FILE       a record for each cell that was changed or should be looked at:
             row, line, key, column, old, new, confidence, decision, rule, reason, alternatives
  All are whole or absent, whatever happens, and replace nothing without --force.
  The summary goes to standard output, notes on the input to standard error.

Exit codes:
  0  done, whether or not a cell was changed
  2  failure: one message says what is wrong and what to do; where it is that a rule of policy `fail` is broken by more
     than it allows, the files are written all the same";

impl Run for Repair {
    fn run(&self, console: &Console) -> Result<Status, Failure> {
        let settings = self.how.settings();
        settings.check()?;
        let meter = console.meter();
        if !self.inputs.data.exists() {
            // This says more than that the folder of the outputs, which is that of the table, is missing.
            self.inputs.read_table(&meter)?;
        }
        let files = self.files()?;
        if !self.dry_run {
            files.check(self)?;
        }
        let (rules, reading) = self.inputs.read(&meter)?;
        let mut outcome = repair_with(&reading.table, &rules, &settings, &|progress| meter.show(progress))?;
        let mut notes = reading.notes;
        notes.extend(outcome.notes);
        outcome.notes = notes;
        if !self.dry_run {
            meter.say(format!("writing {}", files.cleaned.display()));
            files.write(&outcome, self)?;
        }
        drop(meter);

        console.tell(outcome.notes.clone());
        let run = files.as_told(&outcome, self);
        match self.format {
            Form::Text => {
                let mut text = self.changes(&outcome, &run, console.colour())?;
                text += &summary(&outcome, &run, console.colour());
                console.print(&text)?;
            }
            Form::Json => console.print(&json(&outcome, &run))?,
        }
        console.tell(failures(&outcome.failed));
        Ok(if outcome.failed.is_empty() { Status::Done } else { Status::Unusable })
    }
}

impl Repair {
    /// The lines that a dry run would change, with a blank line below; nothing for a run that writes them.
    fn changes(&self, outcome: &Outcome, run: &lustrate_report::Run, colour: Colour) -> Result<String, Failure> {
        if !self.dry_run {
            return Ok(String::new());
        }
        let lines = diff(outcome, &run.data, &run.cleaned, colour)?;
        Ok(if lines.is_empty() { lines } else { lines + "\n" })
    }

    fn files(&self) -> Result<Files, Failure> {
        let cleaned = self.output.clone().unwrap_or_else(|| with_word(&self.inputs.data, "clean"));
        let beside = || cleaned.with_file_name(renamed(&self.inputs.data, "repairs.csv"));
        let repairs = self.repairs.clone().unwrap_or_else(beside);
        let form = repairs_form(&repairs)?;
        let beside = || {
            let named = with_word(&self.inputs.data, "quarantine");
            cleaned.with_file_name(named.file_name().unwrap_or_default())
        };
        let quarantine = self.quarantine.clone().unwrap_or_else(beside);
        Ok(Files { cleaned, repairs, form, quarantine })
    }
}

/// The files that a repair writes.
struct Files {
    cleaned: PathBuf,
    repairs: PathBuf,
    form: RepairsForm,
    quarantine: PathBuf,
}

impl Files {
    fn check(&self, repair: &Repair) -> Result<(), Failure> {
        check_outputs(
            &[&self.cleaned, &self.repairs, &self.quarantine],
            &repair.inputs.paths(),
            overwrite(repair.force),
        )
    }

    /// Writes all files or none: the repairs get their name only once the table has its own.
    fn write(&self, outcome: &Outcome, repair: &Repair) -> Result<(), Failure> {
        let overwrite = overwrite(repair.force);
        let set_apart = outcome.set_apart();
        let kept = set_apart.keys().copied().collect();
        uninterrupted(|| {
            write_file_safely(&self.repairs, overwrite, |out| {
                write_repairs(out, &outcome.repairs, self.form)?;
                out.flush()?;
                if self.has_quarantine(outcome, repair) {
                    // Rows are set apart as they were read: what is kept of them must not depend on us.
                    let rows = Selection::SetApart(&set_apart);
                    write_rows(&outcome.original, &self.quarantine, overwrite, rows).map_err(as_write_error)?;
                }
                let written = write_rows(&outcome.table, &self.cleaned, overwrite, Selection::Without(&kept));
                if written.is_err() && self.has_quarantine(outcome, repair) && !repair.force {
                    // It was made a moment ago. What is wrong with the table is worth more words than this.
                    let _ = std::fs::remove_file(&self.quarantine);
                }
                written.map_err(as_write_error)
            })
        })?;
        Ok(())
    }

    /// Whether the file of rows set apart is written: if there are such rows, if it was asked for, and over an old one,
    /// which would be taken for that of this run.
    fn has_quarantine(&self, outcome: &Outcome, repair: &Repair) -> bool {
        !outcome.quarantine.is_empty() || repair.quarantine.is_some() || self.quarantine.exists()
    }

    fn as_told(&self, outcome: &Outcome, repair: &Repair) -> lustrate_report::Run {
        let shown = |path: &PathBuf| path.display().to_string();
        lustrate_report::Run {
            data: repair.inputs.data_name(),
            rules: repair.inputs.rules.iter().map(shown).collect(),
            cleaned: shown(&self.cleaned),
            repairs: shown(&self.repairs),
            quarantine: (!outcome.quarantine.is_empty()).then(|| shown(&self.quarantine)),
            mode: if repair.dry_run { Mode::DryRun } else { Mode::Written },
        }
    }
}

fn repairs_form(path: &Path) -> Result<RepairsForm, Diagnostic> {
    let extension = path.extension().and_then(|extension| extension.to_str()).unwrap_or_default();
    RepairsForm::by_extension(extension).ok_or_else(|| {
        let title = format!("repairs cannot be written to `{}`, which is called neither", path.display());
        Diagnostic::error("repairs-form", title + " `.csv` nor `.jsonl`").help("give the file one of these endings")
    })
}

fn as_write_error(error: Error) -> WriteError {
    match error {
        Error::Write(error) => error,
        other => Diagnostic::error("cannot-write", other.to_string()).into(),
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
