//! What a run makes of a table, and where it goes: the table, the repairs, the rows that are set apart, and a report.

use std::borrow::Cow;
use std::io::Write;
use std::path::{Path, PathBuf};

use clap::Args;
use lustrate::{
    Colour, Diagnostic, Metadata, Outcome, Overwrite, Rules, RunSources, Settings, check_table_name, outcome_parts,
    renamed, write_file_safely, write_outcome_of, write_together,
};
use lustrate_report::{Mode, Report, RunFile, STANDARD_OUTPUT, counted, diff, report_html};

use crate::args::{Form, FormulasOption, overwrite};
use crate::console::Console;
use crate::failure::Failure;
use crate::inputs::Inputs;
use crate::meter::Meter;
use crate::outputs::{check_outputs, is_namesake};
use crate::streams::{input_name, is_stream, send};
use crate::targets::{Asked, Target};

/// Where what a run makes goes.
#[derive(Args, Clone, Debug)]
pub(crate) struct Results {
    /// Where the repaired table goes, compressed where it ends in `.gz` or `.zst`; `-` is standard output, to which the table goes
    /// in the form of DATA, and a folder takes it under the name that it has by default, of several files each
    /// [default: DATA with `.clean` before its extension]
    #[arg(short, long, value_name = "OUT")]
    pub(crate) output: Option<PathBuf>,
    /// Where the list of repairs goes, as `.csv`, `.jsonl` or `.parquet`; the metadata of the run go beside it, with
    /// `.meta.json` instead of that ending [default: DATA's name with `.repairs.csv`, beside OUT; OUT's name where DATA is
    /// standard input; none where OUT is standard output]
    #[arg(long, value_name = "FILE")]
    pub(crate) repairs: Option<PathBuf>,
    /// Where rows go that cannot satisfy a hard rule, or that are one thing with a row that stays, in a file like DATA with
    /// the reason behind each; OUT is without them
    /// [default: DATA's name with `.quarantine` before its extension, beside OUT, if there are such rows; none where OUT is
    /// standard output]
    #[arg(long, value_name = "FILE")]
    pub(crate) quarantine: Option<PathBuf>,
    /// Where a report goes for people to read: one HTML file that needs nothing else, with what was wrong, examples, rules,
    /// what became of each column, and the cells to review
    #[arg(long, value_name = "FILE", conflicts_with = "dry_run")]
    pub(crate) report: Option<PathBuf>,
    #[command(flatten)]
    formulas: FormulasOption,
    /// The form of the result on standard output
    #[arg(long, value_name = "FORM", value_enum, default_value_t = Form::Text)]
    pub(crate) format: Form,
    /// Write no file; only show which lines would change or go, and how
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Overwrite files that are there
    #[arg(long)]
    force: bool,
}

/// The files beside the table that a run is made of, and what it makes besides.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Beside<'a> {
    /// Files that are read.
    pub(crate) read: &'a [&'a Path],
    /// Files that are written.
    pub(crate) written: &'a [&'a Path],
}

/// What a command made, and of what.
#[derive(Clone, Copy)]
pub(crate) struct Made<'a> {
    /// The table that was read, and its rules.
    pub(crate) inputs: &'a Inputs,
    /// What was made.
    pub(crate) outcome: &'a Outcome,
    /// Where it goes.
    pub(crate) targets: &'a [Target],
    /// The rules.
    pub(crate) rules: &'a Rules,
    /// How.
    pub(crate) settings: &'a Settings,
}

impl Results {
    /// What is asked for.
    pub(crate) fn asked(&self) -> Asked<'_> {
        Asked {
            output: self.output.as_deref(),
            repairs: self.repairs.as_deref(),
            quarantine: self.quarantine.as_deref(),
            formulas: self.formulas.formulas(),
        }
    }

    /// What `--force` stands for.
    pub(crate) fn overwrite(&self) -> Overwrite {
        overwrite(self.force)
    }

    /// Whether what is there is overwritten.
    pub(crate) fn forces(&self) -> bool {
        self.force
    }

    /// Whether the repaired table goes to standard output, and what is told of it to standard error.
    pub(crate) fn sends(&self) -> bool {
        self.asked().is_stream() && !self.dry_run
    }

    /// Where everything goes, for each file of the table, once it is known that it can.
    ///
    /// # Errors
    /// A table that is not there; names that cannot be made up; files that cannot be written.
    pub(crate) fn targets(&self, inputs: &Inputs, beside: Beside<'_>, meter: &Meter) -> Result<Vec<Target>, Failure> {
        if inputs.named()?.iter().any(|data| !is_stream(data) && !data.exists()) {
            // This says more than that the folder of the outputs, which is that of the table, is missing.
            inputs.read_table(meter)?;
        }
        let targets = self.asked().targets(inputs, meter)?;
        if !self.dry_run {
            // Names that are made up after a file that cannot be read are not what is wrong.
            self.output.iter().chain(&self.quarantine).try_for_each(check_table_name)?;
            let mut outputs: Vec<PathBuf> = targets.iter().flat_map(Target::outputs).collect();
            outputs.extend(self.report.iter().cloned());
            outputs.extend(beside.written.iter().map(|path| path.to_path_buf()));
            let outputs: Vec<&Path> = outputs.iter().map(PathBuf::as_path).collect();
            let mut read = inputs.paths()?;
            read.extend(beside.read);
            check_outputs(&outputs, &read, self.overwrite())?;
        }
        Ok(targets)
    }

    /// A file beside the table that comes out: the one that is named, or one called like the table that was read, with this ending;
    /// `None` where the table goes to standard output.
    ///
    /// # Errors
    /// Names that cannot be made up.
    pub(crate) fn beside(
        &self,
        named: Option<&Path>,
        ending: &str,
        inputs: &Inputs,
        meter: &Meter,
    ) -> Result<Option<PathBuf>, Failure> {
        if named.is_some() || self.asked().is_stream() {
            return Ok(named.map(Path::to_path_buf));
        }
        let targets = self.asked().targets(inputs, meter)?;
        let [Target { data, files }, ..] = &targets[..] else { return Ok(None) };
        let namesake = if is_namesake(data) { data } else { &files.cleaned };
        Ok(Some(files.cleaned.with_file_name(renamed(namesake, ending))))
    }

    /// Writes what a run made of each file of the table, after `before`; all files or none. Gives the metadata of each.
    pub(crate) fn write(
        &self,
        parts: &[Outcome],
        targets: &[Target],
        sources: &RunSources<'_>,
        settings: &Settings,
        before: impl FnOnce() -> Result<(), lustrate::Error>,
    ) -> Result<Vec<Metadata>, Failure> {
        let overwrite = self.overwrite();
        Ok(write_together(|| {
            before()?;
            let mut written = Vec::with_capacity(parts.len());
            for (part, target) in parts.iter().zip(targets) {
                written.push(write_outcome_of(part, &target.files, sources, settings, overwrite)?);
            }
            Ok::<_, lustrate::Error>(written)
        })?)
    }

    /// Writes the report.
    pub(crate) fn write_report(&self, report: &Path, page: &str) -> Result<(), Failure> {
        Ok(write_file_safely(report, self.overwrite(), |out| Ok(out.write_all(page.as_bytes())?))?)
    }

    /// What was read and written, by the names that the user knows.
    pub(crate) fn as_told(
        &self,
        inputs: &Inputs,
        outcome: &Outcome,
        parts: &[Outcome],
        targets: &[Target],
    ) -> lustrate_report::Run {
        let shown = |path: &Path| path.display().to_string();
        let to_stream = self.asked().is_stream();
        let kept = |named: &Option<PathBuf>, path: &Path| (named.is_some() || !to_stream).then(|| shown(path));
        let file = |(part, Target { data, files }): (&Outcome, &Target)| RunFile {
            data: input_name(data),
            cleaned: if to_stream { STANDARD_OUTPUT.to_owned() } else { shown(&files.cleaned) },
            repairs: kept(&self.repairs, &files.repairs),
            quarantine: (!part.quarantine.is_empty())
                .then(|| kept(&self.quarantine, files.quarantine.path()))
                .flatten(),
            rows: part.totals.rows,
        };
        let mut files: Vec<RunFile> = parts.iter().zip(targets).map(file).collect();
        let first = files[0].clone();
        let is_one = files.len() == 1;
        if is_one {
            files.clear();
        }
        let apart = || parts.iter().zip(targets).find(|(part, _)| !part.quarantine.is_empty());
        lustrate_report::Run {
            data: if is_one { first.data } else { inputs.data_name() },
            rules: inputs.rules.iter().map(|path| shown(path)).collect(),
            cleaned: first.cleaned,
            repairs: first.repairs,
            quarantine: (!outcome.quarantine.is_empty())
                .then(|| apart().and_then(|(_, target)| kept(&self.quarantine, target.files.quarantine.path())))
                .flatten(),
            report: self.report.as_deref().map(shown),
            models: Vec::new(),
            saved_model: None,
            mode: if self.dry_run { Mode::DryRun } else { Mode::Written },
            files,
        }
    }

    /// The lines that a dry run would change or set apart, with a blank line below; nothing for a run that writes them.
    pub(crate) fn changes(
        &self,
        inputs: &Inputs,
        parts: &[Outcome],
        targets: &[Target],
        colour: Colour,
    ) -> Result<String, Failure> {
        if !self.dry_run {
            return Ok(String::new());
        }
        let mut lines = String::new();
        for (part, target) in parts.iter().zip(targets) {
            let told = self.as_told(inputs, part, std::slice::from_ref(part), std::slice::from_ref(target));
            lines += &diff(part, &told, colour)?;
        }
        Ok(if lines.is_empty() { lines } else { lines + "\n" })
    }

    /// Writes what a command made of a table, after `before`, with a report if one is asked for, and tells it: what `text` says of
    /// it, behind the changes that a dry run shows.
    pub(crate) fn finish(
        &self,
        console: &Console,
        meter: Meter,
        made: &Made<'_>,
        before: impl FnOnce() -> Result<(), lustrate::Error>,
        text: impl FnOnce(&lustrate_report::Run, Colour) -> String,
    ) -> Result<(), Failure> {
        let Made { inputs, outcome, targets, rules, settings } = *made;
        let parts = parts_of(outcome);
        let run = self.as_told(inputs, outcome, &parts, targets);
        if !self.dry_run {
            meter.write(inputs.bytes());
            let rules = inputs.rule_files(rules);
            let sources = RunSources { rules: &rules, ..RunSources::default() };
            let metadata = self.write(&parts, targets, &sources, settings, before)?;
            if let Some(report) = &self.report {
                let page = report_html(&Report {
                    outcome,
                    run: &run,
                    settings: &metadata[0].settings,
                    metadata: metadata.first().filter(|_| metadata.len() == 1),
                    explanations: &[],
                    truth: None,
                });
                self.write_report(report, &page)?;
            }
        }
        drop(meter);
        self.tell(console, outcome, targets, |colour| {
            let changes = match self.format {
                Form::Text => self.changes(inputs, &parts, targets, colour)?,
                Form::Json => String::new(),
            };
            Ok(changes + &text(&run, colour))
        })
    }

    /// Tells everything once it is written: the table where it goes to standard output, notes, and what the run did.
    pub(crate) fn tell(
        &self,
        console: &Console,
        outcome: &Outcome,
        targets: &[Target],
        text: impl FnOnce(Colour) -> Result<String, Failure>,
    ) -> Result<(), Failure> {
        if self.sends() {
            send(&targets[0].files.cleaned)?;
        }
        let mut told = outcome.notes.clone();
        told.extend(self.nowhere(outcome).into_iter().collect());
        console.tell(told);
        let colour = if self.sends() { console.message_colour() } else { console.colour() };
        let text = text(colour)?;
        match self.sends() {
            true => console.print_aside(&text),
            false => console.print(&text)?,
        }
        Ok(())
    }

    /// A warning if rows are set apart and no file is named for them.
    fn nowhere(&self, outcome: &Outcome) -> Option<Diagnostic> {
        let rows = outcome.quarantine.len() as u64;
        (rows > 0 && self.sends() && self.quarantine.is_none()).then(|| {
            let are = if rows == 1 { "is" } else { "are" };
            let title = format!("{} {are} set apart, and {are} in no file", counted(rows, "row"));
            Diagnostic::warning("rows-nowhere", title).help("name a file for them with `--quarantine FILE`")
        })
    }
}

/// The outcome of each file of the table.
pub(crate) fn parts_of(outcome: &Outcome) -> Cow<'_, [Outcome]> {
    let parts = outcome_parts(outcome);
    if parts.is_empty() { Cow::Borrowed(std::slice::from_ref(outcome)) } else { Cow::Owned(parts) }
}
