//! `lustrate check`: what is wrong with rules, and what is doubtful.

use std::path::PathBuf;

use clap::Parser;
use lustrate::{
    Colour, Diagnostic, Diagnostics, Parsed, Role, Severity, Table, TableFile, check, is_table_name,
    parse_rule_files_with, read_table_files, statement_kinds,
};
use serde::Serialize;

use super::{Run, Status};
use crate::args::{Form, ReachOption, SheetOption, TextOptions};
use crate::console::Console;
use crate::data_files::{expand, table_name};
use crate::failure::Failure;
use crate::streams::{is_stream, lasting};

/// Say what is wrong with rules, and what is doubtful about them
///
/// Without a table it reads the rules alone: mistakes, rules that contradict or repeat each other, columns that
/// determine each other. With one it says too which columns there are not, and which rules say nothing of the table or
/// are broken by much of it. `lustrate rules CODE` explains a warning that the reference lists; all
/// other messages say themselves what to write.
#[derive(Parser)]
#[command(after_long_help = AFTER_LONG_HELP)]
pub(crate) struct Check {
    /// Files of rules, and last the table: a file that ends as tables do, in .csv, .tsv.gz or .parquet say, or several of the
    /// same columns
    #[arg(value_name = "RULES", required = true)]
    files: Vec<PathBuf>,
    /// The table, whatever its file is called; `-` is standard input
    #[arg(long, value_name = "DATA")]
    data: Vec<PathBuf>,
    /// Leave rules with mistakes out, with a warning for each, and look at the others as a run with `--keep-going` does
    #[arg(long)]
    keep_going: bool,
    /// The form of the result on standard output
    #[arg(long, value_name = "FORM", value_enum, default_value_t = Form::Text)]
    format: Form,
    #[command(flatten)]
    reach: ReachOption,
    #[command(flatten)]
    text: TextOptions,
    #[command(flatten)]
    sheet: SheetOption,
}

const AFTER_LONG_HELP: &str = "\
Examples:
  lustrate check orders.rules
      Look at the rules alone.
  lustrate check orders.rules orders.csv
      Look at them with the table that they are for.
  lustrate check constraints.txt orders.csv --keep-going
      See which constraints would be left out, and what is doubtful about the others.
  lustrate check orders.rules --data orders.csv --format json
      Give a program all messages.

What is written:
  No file. Messages about the rules go to standard output, notes on the table to standard error.

Exit codes:
  0  nothing is wrong or doubtful; notes may be there
  1  something is doubtful, and nothing wrong: the rules can be used; with --keep-going, those without mistakes can
  2  something is wrong: a mistake in the rules, or a file that cannot be read";

impl Run for Check {
    fn run(&self, console: &Console) -> Result<Status, Failure> {
        let (files, data) = self.split()?;
        let mut parsed = parse_rule_files_with(files, self.reach.reach());
        let meter = console.meter();
        let mut messages = Diagnostics::new();
        let mut notes = Diagnostics::new();
        let mut table: Option<Table> = None;
        if !data.is_empty() {
            let named = expand(data)?;
            parsed.rules.set_table(&table_name(data));
            let file = |data: &PathBuf| {
                let file = lasting(data, &meter)?;
                Ok(file.text(self.text.options()).sheet(self.sheet.sheet.as_deref()))
            };
            let files: Vec<TableFile> = named.iter().map(file).collect::<Result<_, Failure>>()?;
            meter.say(format!("reading {}", table_name(data)));
            match read_table_files(&files) {
                Ok(reading) => {
                    notes.extend(reading.notes);
                    table = Some(reading.table);
                }
                Err(error) => messages.push(error.into_diagnostic()),
            }
        }
        meter.stage("checking the rules");
        if self.keep_going {
            parsed = parsed.usable(table.as_ref().map(Table::schema));
        }
        let (rules, left_out) = (count_rules(&parsed), self.keep_going.then_some(parsed.rules.left_out()));
        messages.extend(check(parsed, table.as_ref()));
        messages.sort();
        drop(meter);

        console.tell(notes);
        let result = Checked::new(rules, left_out, messages);
        console.print(&match self.format {
            Form::Text => result.text(console.colour()),
            Form::Json => result.json(),
        })?;
        Ok(result.status())
    }
}

impl Check {
    /// The rule files, and the files of the table if one is given.
    fn split(&self) -> Result<(&[PathBuf], &[PathBuf]), Failure> {
        let is_table = |file: &&PathBuf| is_table_name(file) || is_stream(file);
        let behind = self.files.iter().rev().take_while(is_table).count();
        let (files, tables) = match self.data.is_empty() && behind < self.files.len() {
            true => self.files.split_at(self.files.len() - behind),
            false => (&self.files[..], &self.data[..]),
        };
        match files.iter().find(|file| is_table_name(file)) {
            Some(table) => {
                let title = format!("`{}` is a table, and rules are expected here", table.display());
                let help = "name the files of rules first and one table last, or the table with `--data FILE`";
                Err(Diagnostic::error("table-for-rules", title).help(help).into())
            }
            None => Ok((files, tables)),
        }
    }
}

/// The number of rules, settings apart.
fn count_rules(parsed: &Parsed) -> usize {
    let is_rule = |keyword: &str| {
        statement_kinds()
            .any(|kind| kind.keyword == keyword && matches!(kind.role, Role::Rule | Role::Rewriting | Role::Check))
    };
    parsed.rules.iter().filter(|written| is_rule(written.rule().keyword())).count()
}

/// The result: how many rules could be read, and all messages.
#[derive(Serialize)]
struct Checked {
    rules: usize,
    /// Of other rules, those that a run would leave out; `None` where they would stop it.
    #[serde(skip_serializing_if = "Option::is_none")]
    rules_left_out: Option<u64>,
    errors: usize,
    warnings: usize,
    notes: usize,
    diagnostics: Diagnostics,
}

impl Checked {
    fn new(rules: usize, rules_left_out: Option<u64>, diagnostics: Diagnostics) -> Self {
        let count = |severity| diagnostics.iter().filter(|diagnostic| diagnostic.severity == severity).count();
        let [errors, warnings, notes] = [Severity::Error, Severity::Warning, Severity::Note].map(count);
        Checked { rules, rules_left_out, errors, warnings, notes, diagnostics }
    }

    fn text(&self, colour: Colour) -> String {
        let mut text = self.diagnostics.render(colour);
        if !text.is_empty() {
            text.push('\n');
        }
        let count = |number: usize, what: &str| format!("{number} {what}{}", if number == 1 { "" } else { "s" });
        let next = match (self.errors, self.warnings) {
            (0, 0) => "nothing stops a run",
            (0, _) => "nothing stops a run, and the warnings are worth a look first",
            _ => "correct what is wrong and check again",
        };
        let (rules, errors) = (count(self.rules, "rule"), count(self.errors, "error"));
        let left_out = self.rules_left_out.filter(|&number| number > 0);
        let left_out = left_out.map_or(String::new(), |number| format!(" ({number} left out)"));
        text + &format!("{rules}{left_out}, {errors}, {}: {next}\n", count(self.warnings, "warning"))
    }

    fn json(&self) -> String {
        let json = serde_json::to_string_pretty(self).expect("texts and numbers make JSON");
        json + "\n"
    }

    fn status(&self) -> Status {
        match (self.errors, self.warnings) {
            (0, 0) => Status::Done,
            (0, _) => Status::Findings,
            _ => Status::Unusable,
        }
    }
}
