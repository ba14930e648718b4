//! `lustrate detect`: show what breaks the rules.

use std::io::Write;
use std::path::{Path, PathBuf};

use clap::{Parser, ValueEnum};
use lustrate::{
    Colour, Diagnostic, Findings, Places, Reading, Rules, Settings, Table, discover, find, places, share_above,
    write_file_safely,
};
use lustrate_report::{Extent, findings_csv, findings_json, findings_sarif, findings_text, findings_total};

use super::{Run, Status};
use crate::args::{FormulasOption, overwrite};
use crate::console::Console;
use crate::failure::{Failure, failures};
use crate::inputs::Inputs;
use crate::outputs::check_outputs;

/// Show the cells that break the rules, and change nothing
///
/// For each broken rule it says how many rows have to change for the rule to hold, and names the cells to blame: those
/// of the fewest rows that can do, not every row that takes part in a contradiction. Where several sets of rows are
/// equally small it names them all.
#[derive(Parser)]
#[command(after_long_help = AFTER_LONG_HELP)]
pub(crate) struct Detect {
    #[command(flatten)]
    inputs: Inputs,
    /// The form of the findings [default: that of FILE's ending, else text]
    #[arg(long, value_name = "FORM", value_enum)]
    format: Option<FindingsForm>,
    /// Where all findings go, as `.csv`, `.json`, `.sarif` or text; standard output then gets their number only
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Exit with 1 only where more than this share of the rows breaks a rule, or a check does not hold; written as in rules
    #[arg(long, value_name = "'> 2%'", value_parser = share)]
    fail_if: Option<f64>,
    #[command(flatten)]
    formulas: FormulasOption,
    /// Overwrite FILE if it is there
    #[arg(long)]
    force: bool,
}

/// The form of findings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum FindingsForm {
    /// Lines for people
    Text,
    /// A record for each cell
    Csv,
    /// One object for programs
    Json,
    /// SARIF 2.1.0, for editors and code hosts
    Sarif,
}

const AFTER_LONG_HELP: &str = "\
Examples:
  lustrate detect orders.csv -r orders.rules
      Show the first 20 rows to blame for each broken rule.
  lustrate detect orders.csv -r orders.rules --format json
      Give a program all of them.
  lustrate detect orders.csv -r orders.rules -o findings.sarif
      Write them, with lines and characters, for an editor or a code host.
  lustrate detect orders.csv -r orders.rules --fail-if '> 2%'
      Let a pipeline go on as long as no rule is broken by more than 2 % of the rows.
  lustrate detect 'orders-*.csv' -r orders.rules
      Check several files as one table; rows are told by file and line.
  lustrate detect orders.csv -r constraints.txt --keep-going
      Use the constraints of a file in which some have mistakes.
  lustrate detect orders.csv -r orders.rules && ./load orders.csv
      Load the table only if no rule is broken.

What is written:
  FILE, if it is asked for: whole or absent, whatever happens. Else no file: findings go to standard output. Notes on the
  input go to standard error.

Exit codes:
  0  no rule is broken, or none by more than is allowed: by `--fail-if`, or by the rule itself (`fail if > 2%`)
  1  a rule is broken
  2  failure: a rule of policy `fail` is broken by more than it allows, or the table or the rules cannot be used";

impl Run for Detect {
    fn run(&self, console: &Console) -> Result<Status, Failure> {
        if let Some(output) = &self.output {
            check_outputs(&[output], &self.inputs.paths()?, overwrite(self.force))?;
        }
        let meter = console.meter();
        let (mut rules, mut reading) = self.inputs.read(&meter)?;
        if self.inputs.rules.is_empty() {
            meter.stage("looking for rules");
            rules = self.discovered(&mut reading)?;
        }
        meter.stage("checking the rules");
        let mut findings = find(&reading.table, &rules)?;
        let mut notes = reading.notes;
        notes.extend(findings.notes);
        findings.notes = notes;
        let written = self.written(&findings, &reading.table, console)?;
        drop(meter);

        console.tell(findings.notes.clone());
        match &self.output {
            None => console.print(&written)?,
            Some(output) => {
                write_file_safely(output, overwrite(self.force), |out| Ok(out.write_all(written.as_bytes())?))?;
                let total = findings_total(&findings, console.colour());
                console.print(&format!("{total}all findings are in {}\n", output.display()))?;
            }
        }
        console.tell(failures(&findings.failed));
        let counts = self.fail_if.map_or(findings.any_above(0.0), |share| findings.any_above(share));
        Ok(match (findings.failed.is_empty(), counts) {
            (false, _) => Status::Unusable,
            (true, true) => Status::Findings,
            (true, false) => Status::Done,
        })
    }
}

impl Detect {
    /// The rules that the table shows, with a note on it.
    fn discovered(&self, reading: &mut Reading) -> Result<Rules, Failure> {
        let found = discover(&reading.table, &Settings::new())?;
        let title = format!("no rules were given: {} that the table shows are checked", found.items.len());
        let help = "`lustrate discover` shows them, as a file to edit and to give with `--rules`";
        reading.notes.push(Diagnostic::note("rules-discovered", title).help(help));
        Ok(found.rules())
    }

    /// The findings in the form that is asked for.
    fn written(&self, findings: &Findings, table: &Table, console: &Console) -> Result<String, Failure> {
        let data = self.inputs.name_of(table)?;
        let found = |form| match form {
            // Only these two say where things are.
            FindingsForm::Csv | FindingsForm::Sarif => places(table, findings),
            FindingsForm::Text | FindingsForm::Json => Ok(Places::default()),
        };
        let form = self.form();
        let places = found(form)?;
        Ok(match (form, &self.output) {
            (FindingsForm::Text, None) => findings_text(findings, data, Extent::First, console.colour()),
            (FindingsForm::Text, Some(_)) => findings_text(findings, data, Extent::All, Colour::Off),
            (FindingsForm::Csv, _) => findings_csv(findings, &places, data, self.formulas.formulas()),
            (FindingsForm::Json, _) => findings_json(findings, data),
            (FindingsForm::Sarif, _) => findings_sarif(findings, &places, data),
        })
    }

    fn form(&self) -> FindingsForm {
        let ending =
            self.output.as_deref().and_then(Path::extension).unwrap_or_default().to_string_lossy().to_lowercase();
        self.format.unwrap_or(match ending.as_str() {
            "csv" => FindingsForm::Csv,
            "json" => FindingsForm::Json,
            "sarif" => FindingsForm::Sarif,
            _ => FindingsForm::Text,
        })
    }
}

fn share(text: &str) -> Result<f64, String> {
    share_above(text).map_err(|refused| refused.help.unwrap_or(refused.title))
}
