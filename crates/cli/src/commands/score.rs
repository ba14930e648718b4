//! `lustrate score`: measure a repair where the truth is known.

use std::fmt::Write;
use std::path::{Path, PathBuf};

use clap::Parser;
use lustrate::{Diagnostic, Diagnostics, Table, read_table_with};
use lustrate_eval::{Detail, ScoreError, score};
use serde::Serialize;
use serde_json::ser::PrettyFormatter;

use super::{Run, Status};
use crate::args::TextOptions;
use crate::console::Console;
use crate::failure::Failure;

/// Measure a repair where the truth is known
///
/// Compares three tables cell by cell, rows by their place. Columns of CLEANED are matched by name, those of TRUTH by
/// place. `raw` compares texts exactly; `normalised` folds case, outer space, spellings of missing (`n/a`, `null`) and
/// of numbers (`12.0` and `12`).
#[derive(Parser)]
#[command(after_long_help = AFTER_LONG_HELP)]
pub(crate) struct Score {
    /// The table as it was
    #[arg(value_name = "DIRTY")]
    dirty: PathBuf,
    /// The table as it was repaired
    #[arg(value_name = "CLEANED")]
    cleaned: PathBuf,
    /// The table as it should be
    #[arg(value_name = "TRUTH")]
    truth: PathBuf,
    /// Show each column with an error or a change too
    #[arg(long)]
    by_column: bool,
    /// Print one JSON object, columns included
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    text: TextOptions,
}

const AFTER_LONG_HELP: &str = "\
Examples:
  lustrate score orders.csv orders.clean.csv orders.truth.csv
  lustrate score orders.csv orders.clean.csv orders.truth.csv --by-column

What the words mean:
  errors     cells in which DIRTY differs from TRUTH
  changed    cells in which CLEANED differs from DIRTY
  correct    changed cells that now equal TRUTH
  broken     cells that were right and are wrong now
  precision  correct / changed        recall  correct / errors        f1  their harmonic mean
  edr        error drop rate: (errors before - errors after) / errors before

What is written:
  No file. The score goes to standard output.

Exit codes:
  0  done
  2  failure: a table cannot be read, or the tables have different rows or columns";

impl Run for Score {
    fn run(&self, console: &Console) -> Result<Status, Failure> {
        let [dirty, cleaned, truth] = [&self.dirty, &self.cleaned, &self.truth];
        let meter = console.meter();
        let mut notes = Diagnostics::new();
        let mut read = |path: &Path| -> Result<Table, Failure> {
            meter.say(format!("reading {}", path.display()));
            let reading = read_table_with(path, &self.text.options())?;
            notes.extend(reading.notes);
            Ok(reading.table)
        };
        let (dirty, cleaned, truth) = (read(dirty)?, read(cleaned)?, read(truth)?);
        meter.say("comparing");
        let score = score(&dirty, &cleaned, &truth).map_err(refusal)?;
        drop(meter);
        console.tell(notes);
        let detail = if self.by_column { Detail::ByColumn } else { Detail::Totals };
        console.print(&if self.json { json(&score) } else { score.report(detail) })?;
        Ok(Status::Done)
    }
}

fn refusal(error: ScoreError) -> Diagnostic {
    let help = match error {
        ScoreError::Rows { .. } => "give three tables with the same rows in the same order",
        ScoreError::Columns { .. } => "give a truth with the columns of the dirty table, in the same order",
        ScoreError::Lacking(_) => "give a repaired table with the columns of the dirty one",
    };
    Diagnostic::error("not-comparable", error.to_string()).help(help)
}

/// The JSON that the reference implementation prints: Python's, with an indent of one and only ASCII in it.
fn json(score: &lustrate_eval::Score) -> String {
    let mut bytes = Vec::new();
    let mut serializer = serde_json::Serializer::with_formatter(&mut bytes, PrettyFormatter::with_indent(b" "));
    score.serialize(&mut serializer).expect("names and numbers serialise");
    let text = String::from_utf8(bytes).expect("JSON is UTF-8");
    // What is not ASCII is in the name of a column.
    text.chars().map(ascii).collect::<String>() + "\n"
}

fn ascii(char: char) -> String {
    if char == '\n' || (' '..='~').contains(&char) {
        return char.to_string();
    }
    char.encode_utf16(&mut [0; 2]).iter().fold(String::new(), |mut text, unit| {
        write!(text, "\\u{unit:04x}").expect("writing to a string does not fail");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_ascii_is_escaped_as_python_does() {
        assert_eq!("é𝄞\u{7f}z".chars().map(ascii).collect::<String>(), "\\u00e9\\ud834\\udd1e\\u007fz");
    }
}
