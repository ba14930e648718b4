//! `lustrate dirt`: make a table dirty, to see how well it can be repaired.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use clap::Parser;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use lustrate::{
    Diagnostic, Diagnostics, Error, Table, check_table_name, read_table_with, renamed, with_word, write_file_safely,
    write_record, write_table_with, write_together,
};
use lustrate_eval::{DirtError, DirtSettings, KINDS, Kind, Planted, Shape, find_kind, generate, spoil};
use lustrate_report::{counted, labelled, of_whole, with_parts};

use super::{Run, Status};
use crate::args::{TextOptions, overwrite};
use crate::console::Console;
use crate::failure::Failure;
use crate::outputs::check_outputs;

/// Make a table dirty, to see how well it can be repaired
///
/// Plants errors in a clean table, of the kinds that people and programs make, and lists each of them. The same table,
/// settings and seed give the same errors. Without a table of your own, `--generate` makes one up.
#[derive(Parser)]
#[command(after_long_help = AFTER_LONG_HELP.as_str())]
pub(crate) struct Dirt {
    /// The clean table, which is the truth: CSV (any delimiter) or Parquet
    #[arg(value_name = "CLEAN", required_unless_present = "generate", conflicts_with = "generate")]
    clean: Option<PathBuf>,
    /// Where the dirty table goes
    #[arg(short, long, value_name = "DIRTY")]
    output: PathBuf,
    /// The share of wrong cells in each column, from 0 to 1
    #[arg(long, value_name = "P", default_value_t = 0.05, allow_negative_numbers = true)]
    rate: f64,
    /// Kinds of errors, with commas between them [default: all]
    #[arg(long, value_name = "KINDS", value_delimiter = ',', value_parser = kind_parser(), hide_possible_values = true)]
    kinds: Vec<&'static Kind>,
    /// The seed of the errors, and of a table that is made up
    #[arg(long, value_name = "N", default_value_t = 0)]
    seed: u64,
    /// A column to leave clean; can be given several times
    #[arg(long, value_name = "COLUMN")]
    skip: Vec<String>,
    /// Make up the clean table
    #[arg(long, value_name = "SHAPE", value_parser = shape_parser())]
    generate: Option<Shape>,
    /// Rows of a table that is made up
    #[arg(long, value_name = "N", default_value_t = 3000, requires = "generate",
          value_parser = clap::value_parser!(u32).range(1..))]
    rows: u32,
    #[command(flatten)]
    text: TextOptions,
    /// Overwrite files that are there
    #[arg(long)]
    force: bool,
}

static AFTER_LONG_HELP: LazyLock<String> = LazyLock::new(|| {
    let kinds: String = KINDS.iter().map(|kind| format!("  {:14} {}\n", kind.name, kind.summary)).collect();
    format!(
        "\
Examples:
  lustrate dirt clean.csv -o dirty.csv --rate 0.02 --skip id
      Make one cell in fifty wrong, but leave the column `id` as it is.
  lustrate dirt clean.csv -o dirty.csv --kinds typo,missing --seed 7
  lustrate dirt --generate orders --rows 3000 -o orders.csv
      Make up a table with its rules, and make it dirty.

Kinds:
{kinds}
What is written:
  DIRTY                the table with the errors; all other cells come out byte for byte
  <name>.planted.csv   beside it, a record for each error: row, column, kind, old, new
  <name>.truth.csv, <name>.rules   with --generate, the clean table and rules that hold in it

Exit codes:
  0  done
  2  failure: a file that is there is not replaced without --force"
    )
});

impl Run for Dirt {
    fn run(&self, console: &Console) -> Result<Status, Failure> {
        check_table_name(&self.output)?;
        let files = self.files();
        let inputs: Vec<&Path> = self.clean.iter().map(PathBuf::as_path).collect();
        check_outputs(&files.outputs(), &inputs, overwrite(self.force))?;
        let meter = console.meter();
        meter.say("reading the clean table");
        let truth = self.truth()?;
        meter.say("planting errors");
        let spoiled = spoil(&truth.table, &self.settings()).map_err(|error| refusal(error, &truth.table))?;
        meter.say(format!("writing {}", self.output.display()));
        write_together(|| self.write(&files, &truth, &spoiled.dirty, &spoiled.planted))?;
        drop(meter);
        console.tell(truth.notes);
        console.print(&labelled(&self.lines(&files, &truth.table, &spoiled.planted), console.colour()))?;
        Ok(Status::Done)
    }
}

/// The clean table.
struct Truth {
    table: Table,
    notes: Diagnostics,
    /// Rules that hold in a table that was made up.
    rules: Option<&'static str>,
}

/// The files that are written.
struct Files<'a> {
    dirty: &'a Path,
    planted: PathBuf,
    made_up: Option<MadeUp>,
}

/// The files of a table that is made up.
struct MadeUp {
    truth: PathBuf,
    rules: PathBuf,
}

impl Files<'_> {
    fn outputs(&self) -> Vec<&Path> {
        let made_up = self.made_up.iter().flat_map(|files| [files.truth.as_path(), files.rules.as_path()]);
        [self.dirty, &self.planted].into_iter().chain(made_up).collect()
    }
}

impl Dirt {
    fn files(&self) -> Files<'_> {
        let beside = |ending| self.output.with_file_name(renamed(&self.output, ending));
        let made_up = self.generate.map(|_| MadeUp { truth: beside("truth.csv"), rules: beside("rules") });
        Files { dirty: &self.output, planted: beside("planted.csv"), made_up }
    }

    fn truth(&self) -> Result<Truth, Failure> {
        match (self.generate, &self.clean) {
            (None, Some(clean)) => {
                let reading = read_table_with(clean, &self.text.options())?;
                Ok(Truth { table: reading.table, notes: reading.notes, rules: None })
            }
            (Some(shape), _) => {
                let generated = generate(shape, self.rows as usize, self.seed);
                Ok(Truth { table: generated.table, notes: Diagnostics::new(), rules: Some(generated.rules_text) })
            }
            (None, None) => unreachable!("clap asks for one of the two"),
        }
    }

    fn settings(&self) -> DirtSettings {
        let mut settings = DirtSettings::new(self.rate).seed(self.seed);
        if !self.kinds.is_empty() {
            settings = settings.kinds(self.kinds.iter().copied());
        }
        self.skip.iter().fold(settings, |settings, column| settings.skip(column))
    }

    fn write(&self, files: &Files<'_>, truth: &Truth, dirty: &Table, planted: &[Planted]) -> Result<(), Error> {
        let overwrite = overwrite(self.force);
        if let Some(MadeUp { truth: truth_file, rules: rules_file }) = &files.made_up {
            write_table_with(&truth.table, truth_file, overwrite)?;
            let rules = truth.rules.unwrap_or_default();
            write_file_safely(rules_file, overwrite, |out| Ok(out.write_all(rules.as_bytes())?))?;
        }
        write_file_safely(&files.planted, overwrite, |out| {
            write_record(out, ["row", "column", "kind", "old", "new"])?;
            Ok(planted.iter().try_for_each(|planted| write_record(out, fields(planted)))?)
        })?;
        write_table_with(dirty, files.dirty, overwrite)
    }

    fn lines(&self, files: &Files<'_>, truth: &Table, planted: &[Planted]) -> Vec<(&'static str, String)> {
        let (dirty, list) = (files.dirty.display(), files.planted.display());
        let [rows, columns, cells] = [(truth.rows(), "row"), (truth.schema().len(), "column"), (truth.cells(), "cell")]
            .map(|(number, unit)| counted(number as u64, unit));
        let name = match (self.generate, &self.clean) {
            (None, Some(clean)) => clean.display().to_string(),
            _ => "made up".to_owned(),
        };
        let total = of_whole(planted.len() as u64, truth.cells() as u64, "cell");
        let kinds = planted.iter().map(|planted| planted.kind.name);
        let (also, rules, truth_file) = match &files.made_up {
            Some(MadeUp { truth, rules }) => {
                let (truth, rules) = (truth.display(), rules.display());
                (format!("; also {truth} and {rules}"), format!(" -r {rules}"), truth.to_string())
            }
            None => (String::new(), String::new(), name.clone()),
        };
        let cleaned = with_word(files.dirty, "clean");
        vec![
            ("Table", format!("{name}: {rows}, {columns}, {cells}")),
            ("Planted", with_parts(total, kinds, "kind")),
            ("Written", format!("{dirty} and {list}, which lists each error{also}")),
            ("Next", format!("repair it: `lustrate repair {dirty}{rules}`")),
            ("", format!("and score it: `lustrate score {dirty} {} {truth_file}`", cleaned.display())),
        ]
    }
}

fn fields(planted: &Planted) -> [String; 5] {
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    let Planted { cell, column, kind, old, new } = planted;
    [cell.row.number().to_string(), column.clone(), kind.name.to_owned(), text(old), text(new)]
}

fn refusal(error: DirtError, truth: &Table) -> Diagnostic {
    match error {
        DirtError::UnknownColumn(name) => {
            let columns: Vec<&str> = truth.schema().attributes().iter().map(|column| column.name.as_str()).collect();
            Diagnostic::error("unknown-column", format!("no column `{name}` in the table, which was to be left clean"))
                .help(format!("the columns are {}", columns.join(", ")))
        }
        DirtError::Rate(rate) => Diagnostic::error("bad-rate", format!("the rate {rate} is no share of the cells"))
            .help("take a number from 0 to 1, such as `--rate 0.05`"),
    }
}

fn kind_parser() -> impl TypedValueParser<Value = &'static Kind> {
    let names = PossibleValuesParser::new(KINDS.iter().map(|kind| kind.name));
    names.map(|name| find_kind(&name).expect("the names are those of the kinds"))
}

fn shape_parser() -> impl TypedValueParser<Value = Shape> {
    let names = PossibleValuesParser::new(Shape::ALL.map(Shape::name));
    names.map(|name| {
        let mut shapes = Shape::ALL.into_iter();
        shapes.find(|shape| shape.name() == name).expect("the names are those of the shapes")
    })
}
