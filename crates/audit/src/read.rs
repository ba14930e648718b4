//! Reading the repairs file.

mod csv;
mod json_lines;
mod parquet;

use std::fs;
use std::path::{Path, PathBuf};

use lustrate_diagnostic::{Diagnostic, Diagnostics};

use crate::Metadata;
use crate::form::RepairsForm;
use crate::line::{Fields, Line, Missing, Mistakes, read_line};
use crate::whole::check_whole;
use crate::write::metadata_path;

/// A repairs file with the metadata of its run: what [`replay`](crate::replay) and [`undo`](crate::undo) are given.
#[derive(Clone, Debug)]
pub struct RepairsFile {
    /// Where it is.
    pub(crate) path: PathBuf,
    /// The run that it is of.
    pub(crate) metadata: Metadata,
    /// Its records without mistakes.
    pub(crate) lines: Vec<Line>,
    /// What is wrong with the others.
    pub(crate) mistakes: Mistakes,
}

/// Whether a repairs file may lack the end that it was written with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Shortened {
    /// A file that ends early was cut short.
    #[default]
    ByAccident,
    /// Somebody has deleted its last lines.
    OnPurpose,
}

/// Reads a repairs file and the metadata of its run, which are beside it ([`metadata_path`]) or where `metadata` says, or in
/// the file itself (Parquet).
///
/// A person may have edited it: other decisions and other new values, lines deleted, sorted or moved, saved by a spreadsheet
/// with another delimiter, byte order mark and line ends. What is wrong with single records is not an error of this:
/// [`RepairsFile::mistakes`] tells it, and no verb uses such a file.
///
/// # Errors
/// A file that is missing, is no repairs file, or was cut short in the middle; metadata that are missing, damaged, or of a
/// newer version.
pub fn read_repairs(
    path: impl AsRef<Path>,
    metadata: Option<&Path>,
    shortened: Shortened,
) -> Result<RepairsFile, Diagnostics> {
    let path = path.as_ref();
    let form = RepairsForm::of(path).map_err(|told| if is_workbook(path) { told.help(SAVE_AS_CSV) } else { told })?;
    let name = path.display().to_string();
    let read = match form {
        RepairsForm::Csv => csv::read(&name, &read_bytes(path)?)?,
        RepairsForm::JsonLines => json_lines::read(&name, &read_bytes(path)?)?,
        RepairsForm::Parquet => parquet::read(path)?,
    };
    let metadata = read_metadata(path, metadata, read.metadata.as_deref())?;
    let missing = if form == RepairsForm::Csv { Missing::IsEmpty } else { Missing::IsNull };
    let mut mistakes = read.mistakes;
    let mut records = read.records;
    if form == RepairsForm::Csv && metadata.repairs.formulas_escaped {
        records.iter_mut().for_each(Fields::unescape_formulas);
    }
    let lines: Vec<Line> = records.into_iter().filter_map(|fields| read_line(fields, missing, &mut mistakes)).collect();
    let may_end_early = shortened == Shortened::OnPurpose || form == RepairsForm::Parquet;
    check_whole(&lines, &metadata, if may_end_early { Shortened::OnPurpose } else { shortened }, &mut mistakes);
    Ok(RepairsFile { path: path.to_owned(), metadata, lines, mistakes })
}

impl RepairsFile {
    /// The run that it is of.
    pub fn metadata(&self) -> &Metadata {
        &self.metadata
    }

    /// What is wrong with its records, by place.
    pub fn mistakes(&self) -> Diagnostics {
        self.mistakes.told()
    }
}

/// What is in a file before anything is made of it.
struct Read {
    records: Vec<Fields>,
    mistakes: Mistakes,
    /// The metadata, if they are in the file itself.
    metadata: Option<String>,
}

/// What to do with a workbook.
const SAVE_AS_CSV: &str = "save it as CSV from the spreadsheet, and name that file";

fn is_workbook(path: &Path) -> bool {
    let extension = path.extension().unwrap_or_default();
    ["xlsx", "xls", "ods"].iter().any(|known| extension.eq_ignore_ascii_case(known))
}

fn read_bytes(path: &Path) -> Result<Vec<u8>, Diagnostic> {
    fs::read(path)
        .map_err(|error| cannot_read(path, &error, "name the file that `repair` wrote beside the repaired table"))
}

fn read_metadata(repairs: &Path, named: Option<&Path>, within: Option<&str>) -> Result<Metadata, Diagnostic> {
    let path = named.map_or_else(|| metadata_path(repairs), Path::to_owned);
    let name = path.display().to_string();
    match (fs::read_to_string(&path), named, within) {
        (Ok(json), _, _) => Metadata::from_json(&name, &json),
        (Err(_), None, Some(json)) => Metadata::from_json(&repairs.display().to_string(), json),
        (Err(error), _, _) => {
            let file = any_metadata(repairs).unwrap_or_else(|| "FILE".to_owned());
            let help = format!("`repair` wrote it beside the repairs file: put it back there, or say `--meta {file}`");
            Err(cannot_read(&path, &error, &help))
        }
    }
}

/// The only metadata in the folder of a repairs file, which a spreadsheet may have saved under another name.
fn any_metadata(repairs: &Path) -> Option<String> {
    let folder = repairs.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let entries = fs::read_dir(folder).ok()?.flatten();
    let mut names =
        entries.map(|entry| entry.file_name()).filter(|name| name.to_string_lossy().ends_with(".meta.json"));
    let only = names.next().filter(|_| names.next().is_none())?;
    Some(repairs.with_file_name(only).display().to_string())
}

fn cannot_read(path: &Path, error: &std::io::Error, help: &str) -> Diagnostic {
    let shown = path.display();
    let title = match error.kind() {
        std::io::ErrorKind::NotFound => format!("there is no file `{shown}`"),
        _ => format!("cannot read `{shown}`: {error}"),
    };
    Diagnostic::error("cannot-read", title).help(help)
}
