//! The table and the rules that commands read.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use clap::Args;
use lustrate::{Diagnostic, Parsed, Reading, Rules, TableFile, bind_what_fits, parse_rule_files, read_table_file};

use crate::args::{SheetOption, TextOptions};
use crate::failure::Failure;
use crate::meter::Meter;
use crate::outputs::identity;
use crate::streams::{input_name, lasting};

/// A table and what is known of it.
#[derive(Args, Debug)]
pub(crate) struct Inputs {
    /// The table: CSV (any delimiter), compressed with gzip or Zstandard or not, Parquet, or a sheet of a workbook (.xlsx, .xls,
    /// .ods); what it is, the content tells. `-` is standard input
    #[arg(value_name = "DATA")]
    pub(crate) data: PathBuf,
    /// A file of rules; can be given several times. Our language, its form in JSON, HoloClean's constraints and lists
    /// of dependencies are told apart by content
    #[arg(short, long, value_name = "RULES")]
    pub(crate) rules: Vec<PathBuf>,
    /// Leave rules with mistakes out, with a warning for each, and use the others; without this they stop the run
    #[arg(long)]
    pub(crate) keep_going: bool,
    #[command(flatten)]
    pub(crate) text: TextOptions,
    #[command(flatten)]
    sheet: SheetOption,
    /// The table where it can be read as often as needed.
    #[arg(skip)]
    file: OnceLock<TableFile>,
}

impl Inputs {
    /// The files.
    pub(crate) fn paths(&self) -> Vec<&Path> {
        self.rules.iter().chain([&self.data]).map(PathBuf::as_path).collect()
    }

    /// The name of the table's file.
    pub(crate) fn data_name(&self) -> String {
        input_name(&self.data)
    }

    /// Reads all rule files, none given being no rules, and then the table.
    ///
    /// # Errors
    /// All mistakes in all files at once, those that only the table's header shows among them; with `--keep-going` only
    /// those that are about no rule, or leave none. The table given as a rule file; files without a rule in them; a table
    /// that cannot be read.
    pub(crate) fn read(&self, meter: &Meter) -> Result<(Rules, Reading), Failure> {
        let mut parsed = self.parse_rules()?;
        parsed.rules.set_table(&self.data_name());
        let reading = self.read_table(meter);
        if let (true, Ok(reading)) = (self.keep_going, &reading) {
            parsed = parsed.usable(Some(reading.table.schema()));
        }
        let Parsed { rules, diagnostics: mut mistakes } = parsed;
        match reading {
            Ok(mut reading) if !mistakes.has_errors() => {
                reading.notes.extend(mistakes);
                Ok((rules, reading))
            }
            Ok(_) if self.keep_going => Err(Failure::Told(mistakes)),
            Ok(reading) => {
                let (_, unfit) = bind_what_fits(&rules, reading.table.schema());
                mistakes.extend(unfit);
                Err(Failure::Told(mistakes))
            }
            Err(Failure::Told(unreadable)) if mistakes.has_errors() => {
                mistakes.extend(unreadable);
                Err(Failure::Told(mistakes))
            }
            Err(failure) => Err(failure),
        }
    }

    fn parse_rules(&self) -> Result<Parsed, Failure> {
        if let Some(table) = self.rules.iter().find(|rules| identity(rules) == identity(&self.data)) {
            let title = format!("`{}` is given as the table and as a rule file", table.display());
            let help = "name a file of rules after `--rules`, in lines such as `fd zip -> city`";
            return Err(Diagnostic::error("same-input", title).help(help).into());
        }
        let parsed = parse_rule_files(&self.rules);
        if parsed.rules.is_empty() && !parsed.diagnostics.has_errors() && !self.rules.is_empty() {
            let names: Vec<String> = self.rules.iter().map(|path| format!("`{}`", path.display())).collect();
            let title = format!("there is no rule in {}", names.join(", "));
            return Err(Diagnostic::error("no-rules", title).help("write lines such as `fd zip -> city`").into());
        }
        Ok(parsed)
    }

    /// Reads the table.
    ///
    /// # Errors
    /// A table that cannot be read.
    pub(crate) fn read_table(&self, meter: &Meter) -> Result<Reading, Failure> {
        let file = self.file(meter)?;
        meter.say(format!("reading {}", self.data_name()));
        Ok(read_table_file(file)?)
    }

    /// The table as a file that can be read as often as needed.
    ///
    /// # Errors
    /// Those of [`lasting`].
    pub(crate) fn file(&self, meter: &Meter) -> Result<&TableFile, Failure> {
        if self.file.get().is_none() {
            let file = lasting(&self.data, meter)?.text(self.text.options()).sheet(self.sheet.sheet.as_deref());
            // It is set once only, here.
            let _ = self.file.set(file);
        }
        Ok(self.file.get().expect("it was set a moment ago"))
    }
}
