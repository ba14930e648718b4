//! Where what is made of each file of a table goes.

use std::path::{Path, PathBuf};

use lustrate::{Diagnostic, Formulas, OutcomeFiles, QuarantineFile, RepairsForm, metadata_path, renamed, with_word};

use crate::failure::Failure;
use crate::inputs::Inputs;
use crate::meter::Meter;
use crate::outputs::{check_namesake, is_namesake};
use crate::streams::{is_stream, output_of};

/// What is asked for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Asked<'a> {
    /// The repaired table: a file, a folder, or standard output.
    pub(crate) output: Option<&'a Path>,
    /// The repairs file.
    pub(crate) repairs: Option<&'a Path>,
    /// The file of the rows that are set apart.
    pub(crate) quarantine: Option<&'a Path>,
    /// What the repairs file does with formulas.
    pub(crate) formulas: Formulas,
}

/// A file of the table and where what is made of it goes.
#[derive(Clone, Debug)]
pub(crate) struct Target {
    /// The file as it is named.
    pub(crate) data: PathBuf,
    /// Where everything goes.
    pub(crate) files: OutcomeFiles,
}

impl Target {
    /// All files that may be written.
    pub(crate) fn outputs(&self) -> Vec<PathBuf> {
        let OutcomeFiles { cleaned, repairs, quarantine, .. } = &self.files;
        vec![cleaned.clone(), repairs.clone(), metadata_path(repairs), quarantine.path().to_owned()]
    }
}

impl Asked<'_> {
    /// Whether the repaired table goes to standard output.
    pub(crate) fn is_stream(&self) -> bool {
        self.output.is_some_and(is_stream)
    }

    /// Where everything goes, for each file of the table. What goes to standard output, and what is only made because of it,
    /// is written to files that are gone when the program ends.
    ///
    /// # Errors
    /// Names that cannot be made up, and one file for what is made of several.
    pub(crate) fn targets(&self, inputs: &Inputs, meter: &Meter) -> Result<Vec<Target>, Failure> {
        let named = inputs.named()?;
        if named.len() > 1 {
            self.check_several(named.len())?;
        }
        named.iter().map(|data| Ok(Target { data: data.clone(), files: self.files(data, inputs, meter)? })).collect()
    }

    fn check_several(&self, files: usize) -> Result<(), Diagnostic> {
        let refused = |what: &str, path: &Path, help: &str| {
            let title = format!("{what} of {files} files cannot go into one, `{}`", path.display());
            Err(Diagnostic::error("one-output", title).help(help))
        };
        match (self.output, self.repairs, self.quarantine) {
            (Some(output), _, _) if !is_folder(output) => refused(
                "the tables",
                output,
                "each goes beside its own, or into a folder that you name with `-o FOLDER/`",
            ),
            (_, Some(repairs), _) => {
                refused("the repairs", repairs, "leave `--repairs` out: each repairs file goes beside its table")
            }
            (_, _, Some(rows)) => {
                refused("rows", rows, "leave `--quarantine` out: the rows of each table go beside it")
            }
            _ => Ok(()),
        }
    }

    fn files(&self, data: &Path, inputs: &Inputs, meter: &Meter) -> Result<OutcomeFiles, Failure> {
        let beside = || -> Result<PathBuf, Diagnostic> {
            check_namesake(data)?;
            Ok(with_word(data, "clean"))
        };
        let cleaned = match self.output {
            Some(_) if self.is_stream() => output_of(inputs.file(data, meter)?)?,
            Some(folder) if is_folder(folder) => folder.join(beside()?.file_name().unwrap_or_default()),
            Some(output) => output.to_owned(),
            None => beside()?,
        };
        let namesake = if is_namesake(data) && !self.is_stream() { data } else { &cleaned };
        let repairs = match self.repairs {
            Some(repairs) => repairs.to_owned(),
            None => cleaned.with_file_name(renamed(namesake, "repairs.csv")),
        };
        RepairsForm::of(&repairs)?;
        let quarantine = match self.quarantine {
            Some(path) => QuarantineFile::Always(path.to_owned()),
            None => {
                let named = with_word(namesake, "quarantine");
                QuarantineFile::WhereNeeded(cleaned.with_file_name(named.file_name().unwrap_or_default()))
            }
        };
        Ok(OutcomeFiles { cleaned, repairs, quarantine, formulas: self.formulas })
    }
}

/// Whether an output is a folder, into which files of their own names go.
pub(crate) fn is_folder(output: &Path) -> bool {
    output.is_dir() || output.as_os_str().to_string_lossy().ends_with(std::path::is_separator)
}
