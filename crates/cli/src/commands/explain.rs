//! `lustrate explain`: say why a cell is changed or not, and what rules and columns have to do with it.

use std::path::{Path, PathBuf};

use clap::Parser;
use lustrate::{
    Asked, CellName, CellsName, Diagnostic, Explained, Origin, Table, explain_all, find_columns, is_table_name,
};
use lustrate_report::{Shown, columns_text, explanations_json, explanations_text, row_text, rules_text};

use super::{Run, Status};
use crate::console::Console;
use crate::data_files::is_pattern;
use crate::failure::Failure;
use crate::how::How;
use crate::inputs::Inputs;
use crate::label_files::LabelFiles;

/// Candidates that are shown with what speaks for them, where not all are.
const SHOWN: usize = 3;

/// Say why a cell is changed or not, in numbers that add up
///
/// For each cell: what is written, the probability that it is right, what else may have been meant, and what `repair` does
/// with it. Then for each candidate what speaks for it and what against, in nats (a nat more makes the odds 2.7 times as
/// great); the terms add up to the log odds of the candidate against what is written.
///
/// Cells are named behind the table, each by its data row, from 1 as in the repairs file, and its column: `12:city`; or a
/// whole row: `12`. The rows of several files are counted through; `part-2.csv:12:city` counts in one of them.
///
/// Runs are not stored: the table and the rules are read again, and what `repair` does with them under the same options is
/// done again, except that nothing is written.
#[derive(Parser)]
#[command(after_long_help = AFTER_LONG_HELP, override_usage = USAGE)]
pub(crate) struct Explain {
    #[command(flatten)]
    inputs: Inputs,
    /// A rule: what it found, how far it is believed, and what becomes of the cells that it blames; can be given several
    /// times
    #[arg(long, value_name = "NAME")]
    rule: Vec<String>,
    /// A column: what is doubtful in it, which errors are made, and what says what belongs there; can be given several times
    #[arg(long, value_name = "NAME")]
    column: Vec<String>,
    /// Show all candidates of a cell, not only the three likeliest
    #[arg(long)]
    all: bool,
    #[command(flatten)]
    labels: LabelFiles,
    #[command(flatten)]
    how: How,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

const USAGE: &str = "lustrate explain [OPTIONS] <DATA>... <ROW[:COLUMN]>...";

const AFTER_LONG_HELP: &str = "\
Examples:
  lustrate explain orders.csv 23:category -r orders.rules
      Say why the category of the 23rd data row is changed, or why not.
  lustrate explain orders.csv 23:category '23:postal_code' -r orders.rules --all
      Explain two cells in one run, with all their candidates.
  lustrate explain orders.csv 23 -r orders.rules
      Say of the whole 23rd data row what is believed.
  lustrate explain 'orders-*.csv' orders-2.csv:23:category -r orders.rules
      Explain a cell of the second of several files.
  lustrate explain orders.csv --rule places --column city -r orders.rules
      Say what the rule found and what came of it, and what is doubtful in the column.
  lustrate explain orders.csv 23:category -r orders.rules --json
      Give a program the same, with all digits.

What is written:
  No file. Explanations go to standard output, notes on the input to standard error. The object of --json has in `cells`
  for each cell: row, line, key, column, written, read_as, attention, probability, unlisted, candidates,
  candidates_left_out, fate, set_apart. A candidate has value, probability, log_odds and contributions, each of these
  kind, rule, rule_at (file and line), words, rows (some that say so) and log_odds; `log_odds` of a candidate is the sum of those of its contributions. The fate has
  decision (apply, review or leave), value, confidence, doubt and reason; read_as has value, confidence and reason, and
  is null where the text was not changed before it was judged. Explanations of rules are in `rules`, those of columns in
  `columns`.

Exit codes:
  0  done
  2  failure: a cell that the table does not have, or a table or rules that cannot be used";

impl Run for Explain {
    fn run(&self, console: &Console) -> Result<Status, Failure> {
        let settings = self.inputs.limit(self.how.settings());
        settings.check()?;
        let (inputs, words) = self.split();
        if words.is_empty() && self.rule.is_empty() && self.column.is_empty() {
            let title = "no cell is named, and no rule or column, so there is nothing to explain";
            let help =
                "name a cell behind the table, such as `12:city`, a row, such as `12`, or `--rule` or `--column`";
            return Err(Diagnostic::error("nothing-named", title).help(help).into());
        }
        let named = inputs.named()?;
        let mut names = words.iter().map(|word| Name::read(word, named)).collect::<Result<Vec<_>, _>>()?;
        let meter = console.meter();
        let (rules, reading) = inputs.read(&meter)?;
        let settings = self.labels.settings(settings, &reading.table, &rules)?;
        names.iter_mut().try_for_each(|name| name.count_through(&reading.table, named))?;
        let names: Vec<CellsName> = names.into_iter().map(|name| name.cells).collect();
        let asked = self.asked(&names, &reading.table)?;
        let explained = explain_all(&reading.table, &rules, &settings, &asked, &|progress| meter.show(progress))?;
        drop(meter);

        console.tell(reading.notes);
        let shown = if self.all { Shown::All } else { Shown::Best(SHOWN) };
        let text = match self.json {
            true => explanations_json(&explained, shown, &inputs.data_name()),
            false => text(&explained, &names, reading.table.schema().len(), shown, console),
        };
        console.print(&text)?;
        Ok(Status::Done)
    }
}

impl Explain {
    /// The table, and the words behind it that name cells: from the first on that is called like one, or like no table.
    fn split(&self) -> (Inputs, &[PathBuf]) {
        let is_cell = |word: &PathBuf| {
            let is_named = word.to_str().is_some_and(|word| word.parse::<CellsName>().is_ok());
            is_named || !(word.exists() || is_pattern(word) || is_table_name(word))
        };
        let words = &self.inputs.data;
        let data = 1 + words.iter().skip(1).take_while(|word| !is_cell(word)).count();
        let mut inputs = self.inputs.clone();
        inputs.data.truncate(data);
        (inputs, words.get(data..).unwrap_or_default())
    }

    fn asked(&self, names: &[CellsName], table: &Table) -> Result<Asked, Failure> {
        let cells = names.iter().map(|name| name.find(table)).collect::<Result<Vec<_>, _>>()?.concat();
        Ok(Asked { cells, rules: self.rule.clone(), columns: find_columns(table, &self.column)? })
    }
}

/// Cells as they are named.
struct Name {
    cells: CellsName,
    /// The file in which their row is counted, by its place; `None` where it is counted through all.
    file: Option<usize>,
}

impl Name {
    /// Reads what may start with one of the files of the table.
    fn read(word: &Path, files: &[PathBuf]) -> Result<Self, Failure> {
        let word = word.to_string_lossy();
        let behind = |file: &PathBuf| word.strip_prefix(&*file.to_string_lossy())?.strip_prefix(':').map(str::to_owned);
        let found = files.iter().enumerate().find_map(|(place, file)| Some((place, behind(file)?)));
        let (file, cells) = found.map_or((None, word.into_owned()), |(place, cells)| (Some(place), cells));
        Ok(Name { cells: cells.parse()?, file })
    }

    /// Counts the row through all files instead of in its own.
    fn count_through(&mut self, table: &Table, files: &[PathBuf]) -> Result<(), Failure> {
        let (Some(place), Some(Origin::Files(parts))) = (self.file, table.origin()) else { return Ok(()) };
        let rows = &parts[place].rows;
        let (CellsName::Cell(CellName { row, .. }) | CellsName::Row(row)) = &mut self.cells;
        if !(1..=rows.len() as u64).contains(row) {
            let title = format!("no row {row} in `{}`, which was to be explained", files[place].display());
            let help = format!("its data rows are 1 to {}: the header is not counted", rows.len());
            return Err(Diagnostic::error("unknown-row", title).help(help).into());
        }
        *row += rows.start as u64;
        Ok(())
    }
}

/// What was asked for, in the order in which it was named, and then rules and columns.
fn text(explained: &Explained, names: &[CellsName], columns: usize, shown: Shown, console: &Console) -> String {
    let (mut cells, colour) = (explained.cells.as_slice(), console.colour());
    let mut parts = Vec::new();
    for name in names {
        let number = match name {
            CellsName::Cell(_) => 1,
            CellsName::Row(_) => columns,
        };
        let (first, others) = cells.split_at(number);
        cells = others;
        parts.push(match name {
            CellsName::Cell(_) => explanations_text(first, shown, colour),
            CellsName::Row(_) => row_text(first, shown, colour),
        });
    }
    parts.push(rules_text(&explained.rules, colour));
    parts.push(columns_text(&explained.columns, colour));
    parts.retain(|part| !part.is_empty());
    parts.join("\n")
}
