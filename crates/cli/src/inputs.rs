//! The table and the rules that commands read.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use bytesize::ByteSize;
use clap::Args;
use lustrate::{
    CsvOptions, Diagnostic, Origin, OriginPart, Parsed, Reading, Rules, Settings, Table, TableFile, bind_what_fits,
    parse_rule_files_with, read_table_files,
};
use lustrate_report::{DataFileName, DataName};

use crate::args::{ReachOption, SheetOption, TextOptions};
use crate::data_files::{expand, table_name};
use crate::failure::Failure;
use crate::meter::Meter;
use crate::outputs::identity;
use crate::streams::{input_name, lasting};

/// A table and what is known of it.
#[derive(Args, Clone, Debug)]
pub(crate) struct Inputs {
    /// The table: CSV (any delimiter), compressed with gzip or Zstandard or not, Parquet, or a sheet of a workbook (.xlsx, .xls,
    /// .ods); what it is, the content tells. Several files of the same columns, named one by one or by a pattern
    /// (`'part-*.csv'`), are one table. `-` is standard input
    #[arg(value_name = "DATA", required = true)]
    pub(crate) data: Vec<PathBuf>,
    /// A file of rules; can be given several times. Our language, its form in JSON, HoloClean's constraints and lists
    /// of dependencies are told apart by content
    #[arg(short, long, value_name = "RULES")]
    pub(crate) rules: Vec<PathBuf>,
    /// Leave rules with mistakes out, with a warning for each, and use the others; without this they stop the run
    #[arg(long)]
    pub(crate) keep_going: bool,
    #[command(flatten)]
    reach: ReachOption,
    #[command(flatten)]
    pub(crate) text: TextOptions,
    #[command(flatten)]
    sheet: SheetOption,
    /// The memory that the run may take, such as 800MiB or 2GiB: a table that takes more is refused, and where a repair has no
    /// room for all columns some are left as they are, and named [default: as much as is needed]
    #[arg(long, value_name = "SIZE")]
    memory: Option<ByteSize>,
    #[arg(skip)]
    named: OnceLock<Vec<PathBuf>>,
    /// The files where they can be read as often as needed.
    #[arg(skip)]
    files: OnceLock<Vec<TableFile>>,
}

impl Inputs {
    /// A table without rules.
    pub(crate) fn without_rules(data: Vec<PathBuf>, text: TextOptions, sheet: SheetOption) -> Self {
        let (named, files) = (OnceLock::new(), OnceLock::new());
        let reach = ReachOption::default();
        Inputs { data, rules: Vec::new(), keep_going: false, reach, text, sheet, memory: None, named, files }
    }

    /// The settings of a run on the table, with what it may take.
    pub(crate) fn limit(&self, settings: Settings) -> Settings {
        match self.memory {
            Some(size) => settings.memory(size.as_u64()),
            None => settings,
        }
    }

    /// The rule files, and the files that the rules name.
    pub(crate) fn rule_files(&self, rules: &Rules) -> Vec<PathBuf> {
        let named = rules.handed_over().into_iter().map(PathBuf::from);
        self.rules.iter().cloned().chain(named).collect()
    }

    /// The files that are read, as they are named; those of the table without patterns.
    ///
    /// # Errors
    /// Those of [`expand`].
    pub(crate) fn paths(&self) -> Result<Vec<&Path>, Failure> {
        Ok(self.rules.iter().chain(self.named()?).map(PathBuf::as_path).collect())
    }

    /// The files of the table as they are named, without patterns.
    ///
    /// # Errors
    /// Those of [`expand`].
    pub(crate) fn named(&self) -> Result<&[PathBuf], Failure> {
        if self.named.get().is_none() {
            // It is set once only, here.
            let _ = self.named.set(expand(&self.data)?);
        }
        Ok(self.named.get().expect("it was set a moment ago"))
    }

    /// The name of the table: that of its file, or what stands for its files.
    pub(crate) fn data_name(&self) -> String {
        table_name(&self.data)
    }

    /// The name of the table with those of its files, if they are several.
    ///
    /// # Errors
    /// Those of [`expand`].
    pub(crate) fn name_of(&self, table: &Table) -> Result<DataName, Failure> {
        let whole = self.data_name();
        let Some(Origin::Files(parts)) = table.origin() else { return Ok(whole.as_str().into()) };
        let file = |(data, part): (&PathBuf, &OriginPart)| DataFileName {
            data: input_name(data),
            rows: part.rows.len() as u64,
        };
        Ok(DataName::of_files(whole, self.named()?.iter().zip(parts).map(file).collect()))
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
        let tables: Vec<PathBuf> = self.named()?.iter().map(|data| identity(data)).collect();
        if let Some(table) = self.rules.iter().find(|rules| tables.contains(&identity(rules))) {
            let title = format!("`{}` is given as the table and as a rule file", table.display());
            let help = "name a file of rules after `--rules`, in lines such as `fd zip -> city`";
            return Err(Diagnostic::error("same-input", title).help(help).into());
        }
        let parsed = parse_rule_files_with(&self.rules, self.reach.reach());
        if parsed.rules.is_empty() && !parsed.diagnostics.has_errors() && !self.rules.is_empty() {
            let names: Vec<String> = self.rules.iter().map(|path| format!("`{}`", path.display())).collect();
            let title = format!("there is no rule in {}", names.join(", "));
            return Err(Diagnostic::error("no-rules", title).help("write lines such as `fd zip -> city`").into());
        }
        Ok(parsed)
    }

    /// Reads the table, from all its files.
    ///
    /// # Errors
    /// A table that cannot be read; files of other columns than the first.
    pub(crate) fn read_table(&self, meter: &Meter) -> Result<Reading, Failure> {
        let files = self.files(meter)?;
        meter.read(&self.data_name(), self.bytes());
        let reading = read_table_files(files)?;
        meter.of_rows(reading.table.rows());
        Ok(reading)
    }

    /// The bytes of the files of the table that were found.
    pub(crate) fn bytes(&self) -> u64 {
        let length = |file: &TableFile| fs::metadata(file.path()).map_or(0, |found| found.len());
        self.files.get().map_or(0, |files| files.iter().map(length).sum())
    }

    /// The files of the table where they can be read as often as needed.
    ///
    /// # Errors
    /// Those of [`expand`] and [`lasting`].
    fn files(&self, meter: &Meter) -> Result<&[TableFile], Failure> {
        if self.files.get().is_none() {
            let file = |data: &PathBuf| {
                let file = lasting(data, meter)?;
                let options = CsvOptions { memory: self.memory.map(|size| size.as_u64()), ..self.text.options() };
                Ok(file.text(options).sheet(self.sheet.sheet.as_deref()))
            };
            let files: Result<Vec<TableFile>, Failure> = self.named()?.iter().map(file).collect();
            let _ = self.files.set(files?);
        }
        Ok(self.files.get().expect("they were set a moment ago"))
    }

    /// The same for one of them.
    ///
    /// # Errors
    /// The same.
    pub(crate) fn file(&self, data: &Path, meter: &Meter) -> Result<&TableFile, Failure> {
        let place = self.named()?.iter().position(|named| named == data);
        Ok(&self.files(meter)?[place.expect("it is one of the files")])
    }
}
