//! `lustrate label`: ask people what rows should read.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use clap::Parser;
use lustrate::{
    AttributeId, Diagnostic, Labels, Overwrite, Question, Sheet, Table, ask, id_columns, read_labels, renamed,
    write_file_safely, write_sheet, write_tasks,
};
use lustrate_report::counted;

use super::{Run, Status};
use crate::args::overwrite;
use crate::console::Console;
use crate::failure::Failure;
use crate::how::Looking;
use crate::inputs::Inputs;
use crate::outputs::{check_namesake, check_outputs};
use crate::people::people_text;
use crate::streams::{is_stream, output_name};
use crate::terminal::{self, Desk, check_terminal, progress_words};

/// Choose the rows that would teach most, and ask what they should read
///
/// The answers go into a small CSV file that opens in a spreadsheet: for each row a line `original` and below it a line `correct` with
/// what is proposed, to be edited, and to be marked with `yes` in the column `checked`. Corrections, cells that were left as they
/// are and `?` for "don't know" are all labels. With --terminal they are asked for on the screen.
#[derive(Parser)]
#[command(after_long_help = AFTER_LONG_HELP)]
pub(crate) struct Label {
    #[command(flatten)]
    inputs: Inputs,
    /// Where the questions go, as CSV; `-` is standard output [default: DATA's name with `.labels.csv`, beside it]
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Ask about so many rows at the most
    #[arg(long, value_name = "N", default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..))]
    rows: u32,
    /// One line a cell instead of two a row: for single cells, and as tasks for crowd workers
    #[arg(long, conflicts_with = "terminal")]
    cells: bool,
    /// A label file that was filled in earlier: its rows are not asked again; can be given several times. Where several people
    /// said something, what they agree on is told
    #[arg(long, value_name = "EARLIER")]
    labels: Vec<PathBuf>,
    /// Who answers, for the column `who`
    #[arg(long, value_name = "NAME")]
    who: Option<String>,
    /// Ask on the screen, row by row, and save after each answer; a file that is there already is gone on with
    #[arg(long)]
    terminal: bool,
    #[command(flatten)]
    looking: Looking,
    /// Overwrite a file that is there
    #[arg(long)]
    force: bool,
}

const AFTER_LONG_HELP: &str = "\
Examples:
  lustrate label orders.csv -r orders.rules
      Write orders.labels.csv, to be filled in with a spreadsheet.
  lustrate label orders.csv -r orders.rules --terminal --who ann
      Ask on the screen; the same line goes on where it was left.
  lustrate label orders.csv -r orders.rules --cells --rows 200 -o tasks.csv
      Write a task for each doubtful cell, for crowd workers.
  lustrate label orders.csv -r orders.rules --labels orders.labels.csv -o more.csv
      Ask about other rows, and tell how far the people agree who filled in the first file.

The file of rows:
  Its first columns are row, key, what, checked, who, why; those of the table follow. Edit the lines `correct`, and write
  `yes` into `checked`. In these lines the empty field is no value, `?` is \"don't know\", `\"\"` is the empty text, and
  `\\?` is a question mark. A spreadsheet may save the file in its own way; rows that moved in DATA are found again, by the
  columns that identify them (--id) or by what they read.

The file of cells (--cells):
  answer is `right` (the original is), `wrong` (then `correct` is what the cell should read), `unknown`, or empty. Several answers to
  a task are several lines. Columns may come back in any order, with others among them; WorkerId, worker or annotator
  stand for who, and Input. and Answer. may be in front of a name. By hand `row,column,correct` is enough.

Keys with --terminal:
  Up and down choose a cell, e edits it, a takes what is proposed, r keeps the original, ? is \"don't know\"; A says that the whole
  row is right as it is shown. u undoes, s skips, n and p turn over, q ends, h shows all.

What is written:
  FILE: whole or absent, whatever happens; none where nothing is doubtful. DATA is never written to.

Exit codes:
  0  done, whether or not there is something to ask
  2  failure: one message says what is wrong and what to do";

/// What is asked about, and how rows are told apart.
struct Task<'a> {
    table: &'a Table,
    ids: Vec<AttributeId>,
}

impl Run for Label {
    fn run(&self, console: &Console) -> Result<Status, Failure> {
        let settings = self.inputs.limit(self.looking.settings());
        settings.check()?;
        let output = self.output()?;
        if self.terminal {
            self.check_screen(&output)?;
        }
        let goes_on = self.terminal && !self.force && output.is_file();
        if !is_stream(&output) {
            let mut inputs = self.inputs.paths()?;
            inputs.extend(self.labels.iter().map(PathBuf::as_path));
            let overwrite = if goes_on { Overwrite::Yes } else { overwrite(self.force) };
            check_outputs(&[output.as_path()], &inputs, overwrite).map_err(|failure| self.may_go_on(failure))?;
        }
        let meter = console.meter();
        let (rules, reading) = self.inputs.read(&meter)?;
        let table = &reading.table;
        let task = Task { table, ids: id_columns(table, &rules, &settings)? };
        let earlier = read_labels(&self.labels, table, &task.ids)?;
        let questions = if goes_on {
            None
        } else {
            meter.stage("choosing what to ask");
            Some(ask(table, &rules, &settings, &earlier, self.rows as usize)?)
        };
        drop(meter);

        console.tell(reading.notes);
        self.tell_earlier(&earlier, table, console);
        match questions {
            Some(questions) if questions.is_empty() => console.print("nothing is doubtful: no file is written\n")?,
            Some(questions) if self.terminal => {
                let sheet = Sheet::new(table, questions, None);
                write_sheet(&output, overwrite(self.force), &sheet, table, &task.ids)?;
                self.on_screen(&task, sheet, &output, console)?;
            }
            Some(questions) => self.write(&task, questions, &output, console)?,
            None => self.on_screen(&task, read_sheet(&output, &task)?, &output, console)?,
        }
        Ok(Status::Done)
    }
}

impl Label {
    /// Where the questions go.
    fn output(&self) -> Result<PathBuf, Failure> {
        if let Some(output) = &self.output {
            return Ok(output.clone());
        }
        match &self.inputs.paths()?[self.inputs.rules.len()..] {
            [data] => {
                check_namesake(data)?;
                Ok(data.with_file_name(renamed(data, "labels.csv")))
            }
            several => {
                let title = format!("the questions about {} files have no name", several.len());
                Err(Diagnostic::error("no-output-name", title)
                    .help("name their file with `-o`, such as `-o labels.csv`")
                    .into())
            }
        }
    }

    fn check_screen(&self, output: &Path) -> Result<(), Failure> {
        if is_stream(output) {
            let title = "`--terminal` saves answers, which cannot go to standard output";
            return Err(Diagnostic::error("no-terminal", title).help("name a file with `-o`").into());
        }
        Ok(check_terminal()?)
    }

    /// Of a file that is there it is told how to go on with it.
    fn may_go_on(&self, failure: Failure) -> Failure {
        let told = match failure {
            Failure::Told(told) => told,
            Failure::ClosedPipe => return failure,
        };
        let helped = |diagnostic: &Diagnostic| {
            match diagnostic.code {
            "output-exists" => diagnostic.clone().help(
                "go on with it on the screen with `--terminal`; name another file with `-o`, and this one with `--labels` to ask \
                 about other rows; or add `--force` to overwrite it",
            ),
            _ => diagnostic.clone(),
        }
        };
        Failure::Told(told.iter().map(helped).collect())
    }

    /// Tells what the labels so far come to, if several people gave them.
    fn tell_earlier(&self, earlier: &Labels, table: &Table, console: &Console) {
        let agreed = earlier.agree();
        console.tell(earlier.tell_disagreements(&agreed, table));
        if agreed.people.len() > 1 {
            console.print_aside(&people_text(&agreed));
        }
    }

    fn write(
        &self,
        task: &Task<'_>,
        questions: Vec<Question>,
        output: &Path,
        console: &Console,
    ) -> Result<(), Failure> {
        let rows = questions.len() as u64;
        let proposals = questions.iter().map(|question| question.proposals.len() as u64).sum();
        let mut bytes = Vec::new();
        let who = self.who.as_deref();
        match self.cells {
            true => write_tasks(task.table, &task.ids, &questions, who, &mut bytes)?,
            false => Sheet::new(task.table, questions, who).write(task.table, &task.ids, &mut bytes)?,
        }
        if is_stream(output) {
            // What is written of a table is UTF-8, as its texts are.
            return console.print(&String::from_utf8_lossy(&bytes));
        }
        write_file_safely(output, overwrite(self.force), |out| Ok(out.write_all(&bytes)?))?;
        let next = match self.cells {
            true => "write `right`, `wrong` or `unknown` into the column `answer`",
            false => "edit the lines `correct`, and write `yes` into the column `checked`",
        };
        console.print(&format!(
            "{}: {} to look at, with {}\nnext: {next}\n",
            output_name(output),
            counted(rows, "row"),
            counted(proposals, "proposal"),
        ))
    }

    /// Fills in a sheet on the screen.
    fn on_screen(&self, task: &Task<'_>, sheet: Sheet, output: &Path, console: &Console) -> Result<(), Failure> {
        if sheet.rows.is_empty() || sheet.columns.is_empty() {
            let title = format!("there is no row to look at in `{}`", output.display());
            return Err(Diagnostic::error("no-questions", title).help("choose rows anew with `--force`").into());
        }
        let mut desk = Desk::new(task.table, &task.ids, sheet, self.who.clone());
        let mut save =
            |sheet: &Sheet| write_sheet(output, Overwrite::Yes, sheet, task.table, &task.ids).map_err(Failure::from);
        terminal::fill_in(&mut desk, &mut save)?;
        console.print(&format!("{}: {}\n", output.display(), progress_words(desk.progress())))
    }
}

fn read_sheet(path: &Path, task: &Task<'_>) -> Result<Sheet, Failure> {
    let name = path.display().to_string();
    let bytes = fs::read(path).map_err(|error| {
        Diagnostic::error("label-file", format!("cannot read `{name}`: {error}")).help("check that you may read it")
    })?;
    Sheet::read(&name, &bytes, task.table, &task.ids).map_err(Failure::Told)
}
