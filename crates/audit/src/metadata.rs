//! What a run was made of and what it made, so that it can be told apart from others, replayed and taken back.

use std::path::{Path, PathBuf};

use lustrate_diagnostic::Diagnostic;
use lustrate_io::{Fingerprint, ReadError, RowSpelling, WriteError, fingerprint, row_groups, trace};
use lustrate_table::{CellId, CsvDialect, Encoding, Formulas, Origin, RowId, Table};
use serde::{Deserialize, Serialize};

use crate::content::content;
use crate::form::RepairsForm;
use crate::written::Written;
use crate::{Entry, REPAIRS_SCHEMA};

/// The metadata of a run. It is written beside the repairs file, as JSON, and holds nothing that differs between two runs on
/// the same files with the same settings: no clock, no folder.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Metadata {
    /// The version of the schema of this and of the repairs file.
    pub schema: u32,
    /// The version of Lustrate.
    pub lustrate: String,
    /// The table that was read.
    pub data: DataFile,
    /// The rule files, and the files that they name.
    pub rules: Vec<HashedFile>,
    /// The label files, with what people said of cells.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub labels: Vec<HashedFile>,
    /// The saved models that the run went by.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub models: Vec<HashedFile>,
    /// The model that the run saved.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub saved_model: Option<HashedFile>,
    /// How the run was made.
    pub settings: SettingsUsed,
    /// The repaired table.
    pub output: HashedFile,
    /// The rows that were set apart, if there were any.
    pub quarantine: Option<Quarantine>,
    /// The records of the repairs file.
    pub repairs: Written,
}

/// A file by its name and what is in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HashedFile {
    /// Its name, without its folder.
    pub name: String,
    /// Its length.
    pub bytes: u64,
    /// The SHA-256 of its bytes, as `sha256sum` shows it.
    pub sha256: String,
    /// The hash of its names, types and values, where the same values can be written in many ways (Parquet,
    /// sheets); of a compressed
    /// file the SHA-256 of what is in it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content: Option<String>,
}

/// The table that was read.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DataFile {
    /// The file.
    #[serde(flatten)]
    pub file: HashedFile,
    /// Its data rows.
    pub rows: u64,
    /// The names of its columns.
    pub columns: Vec<String>,
    /// How a text file is written; `None` for others.
    pub text: Option<TextForm>,
    /// The sheet of a workbook.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sheet: Option<String>,
    /// The rows of each row group of a Parquet file from which rows were set apart, so that they can come back into theirs.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub row_groups: Vec<u64>,
}

/// How a delimited text file is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TextForm {
    /// The character between fields.
    pub delimiter: char,
    /// The character encoding.
    pub encoding: EncodingName,
    /// Whether it starts with a byte order mark.
    pub byte_order_mark: bool,
}

/// The name of a character encoding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[expect(missing_docs, reason = "the names say it")]
pub enum EncodingName {
    #[serde(rename = "utf-8")]
    Utf8,
    #[serde(rename = "utf-16le")]
    Utf16Le,
    #[serde(rename = "utf-16be")]
    Utf16Be,
    #[serde(rename = "windows-1252")]
    Windows1252,
}

/// How a run was made.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct SettingsUsed {
    /// Cells are changed from this confidence on.
    pub apply_at: f64,
    /// Cells are listed for review from this confidence on.
    pub review_at: f64,
    /// The seed of samples.
    pub seed: u64,
    /// The columns that were said to identify rows.
    pub ids: Vec<String>,
    /// The conventions of writing that were left out.
    pub without_formats: Vec<String>,
    /// The parts of a run that were left out to measure what they buy.
    pub without: Vec<String>,
    /// The bytes of memory that the run might take, if it was told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub memory: Option<u64>,
    /// The seconds that the run might take, if it was told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time: Option<f64>,
    /// How often the table might be gone over, if it was told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub passes: Option<u32>,
}

/// The rows that were set apart.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quarantine {
    /// The file that they are in, with the reason behind each.
    #[serde(flatten)]
    pub file: HashedFile,
    /// The rows, in order.
    pub rows: Vec<SetApart>,
}

/// A row that was set apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SetApart {
    /// The data row, from 1.
    pub row: u64,
    /// The fields of its line.
    pub fields: usize,
    /// The characters between it and the row before it, or the header: line ends.
    pub before: usize,
    /// The characters of its own line end.
    pub line_end: usize,
}

/// The files of a run.
#[derive(Clone, Copy, Debug)]
pub struct RunFiles<'a> {
    /// The rule files, and the files that they name.
    pub rules: &'a [PathBuf],
    /// The label files.
    pub labels: &'a [PathBuf],
    /// The saved models that the run went by.
    pub models: &'a [PathBuf],
    /// The model that the run saved, which has been written; `None` where it saved none.
    pub saved_model: Option<&'a Path>,
    /// The repaired table, which has been written.
    pub cleaned: &'a Path,
    /// The rows that were set apart, which have been written; `None` where there are none.
    pub quarantine: Option<&'a Path>,
}

/// The metadata of a run that made these records out of a table, and set these rows apart. `original` is the table as it was
/// read, `repaired` the same with the repairs.
///
/// # Errors
/// When the table came from no file; when one of the files is no longer there or no longer what it was.
pub fn metadata<'e>(
    original: &Table,
    repaired: &Table,
    entries: impl Iterator<Item = Entry<'e>> + Clone,
    apart: &[RowId],
    files: RunFiles<'_>,
    settings: SettingsUsed,
) -> Result<Metadata, WriteError> {
    let Some((origin, file)) = original.origin().and_then(|origin| Some((origin, origin.file()?))) else {
        let diagnostic =
            Diagnostic::error("no-origin", "the table came from no file, so its repairs cannot be replayed");
        return Err(diagnostic.help("read the table from a file").into());
    };
    let cells: Vec<CellId> = entries.clone().map(|entry| cell(original, &entry)).collect();
    let trace = trace(original, &cells, apart)?;
    let columns = original.schema().attributes().iter().map(|attribute| attribute.name.clone()).collect();
    let stays = |row: &RowId| apart.binary_search(row).is_err();
    let set_apart = |(row, spelling): (&RowId, &RowSpelling)| SetApart {
        row: row.number(),
        fields: spelling.fields,
        before: spelling.before,
        line_end: spelling.line_end,
    };
    let quarantine = match files.quarantine {
        None => None,
        Some(path) => {
            Some(Quarantine { file: hashed(path, None)?, rows: apart.iter().zip(&trace.rows).map(set_apart).collect() })
        }
    };
    Ok(Metadata {
        schema: REPAIRS_SCHEMA,
        lustrate: env!("CARGO_PKG_VERSION").to_owned(),
        data: DataFile {
            file: hashed(&file.path, content(original, original.row_ids(), &file.path)?)?,
            rows: original.rows() as u64,
            columns,
            text: text_form(origin),
            sheet: match origin {
                Origin::Sheet { sheet, .. } => Some(sheet.clone()),
                _ => None,
            },
            row_groups: if apart.is_empty() { Vec::new() } else { row_groups(original)? },
        },
        rules: files.rules.iter().map(|path| hashed(path, None)).collect::<Result<_, _>>()?,
        labels: files.labels.iter().map(|path| hashed(path, None)).collect::<Result<_, _>>()?,
        models: files.models.iter().map(|path| hashed(path, None)).collect::<Result<_, _>>()?,
        saved_model: files.saved_model.map(|path| hashed(path, None)).transpose()?,
        settings,
        output: hashed(files.cleaned, content(repaired, repaired.row_ids().filter(stays), files.cleaned)?)?,
        quarantine,
        repairs: Written::new(entries, &cells, &trace.cells),
    })
}

/// What to do about metadata that are damaged.
const PUT_BACK: &str = "put the file back as `repair` wrote it, or run `repair` again";

impl Metadata {
    /// The same for a repairs file in which formulas are escaped, if it is in a form that spreadsheets open.
    pub fn with_formulas(mut self, formulas: Formulas, repairs: &Path) -> Self {
        let is_csv = RepairsForm::of(repairs) == Ok(RepairsForm::Csv);
        self.repairs.formulas_escaped = is_csv && formulas == Formulas::Escaped;
        self
    }

    /// The metadata as JSON: a line for each of its parts.
    pub fn to_json(&self) -> String {
        /// Adds a part. Of large ones there is no second copy.
        fn put(json: &mut Vec<u8>, name: &str, value: &impl Serialize) {
            let before = if json.is_empty() { "{" } else { "," };
            json.extend_from_slice(format!("{before}\n  \"{name}\": ").as_bytes());
            serde_json::to_writer(json, value).expect("names, texts and numbers serialise");
        }
        let mut json = Vec::new();
        put(&mut json, "schema", &self.schema);
        put(&mut json, "lustrate", &self.lustrate);
        put(&mut json, "data", &self.data);
        put(&mut json, "rules", &self.rules);
        if !self.labels.is_empty() {
            put(&mut json, "labels", &self.labels);
        }
        if !self.models.is_empty() {
            put(&mut json, "models", &self.models);
        }
        if let Some(saved) = &self.saved_model {
            put(&mut json, "saved_model", saved);
        }
        put(&mut json, "settings", &self.settings);
        put(&mut json, "output", &self.output);
        put(&mut json, "quarantine", &self.quarantine);
        put(&mut json, "repairs", &self.repairs);
        json.extend_from_slice(b"\n}\n");
        String::from_utf8(json).expect("JSON is text")
    }

    /// Reads metadata; messages call the file `name`.
    ///
    /// # Errors
    /// Metadata of a newer schema; what is no metadata.
    pub fn from_json(name: &str, json: &str) -> Result<Self, Diagnostic> {
        #[derive(Deserialize)]
        struct Versions {
            schema: u32,
            #[serde(default)]
            lustrate: String,
        }
        let damaged = |error: serde_json::Error| {
            let (line, column, what) = (error.line(), error.column(), error.to_string());
            // The place is told already.
            let what = what.split(" at line ").next().unwrap_or_default();
            let title = format!("`{name}`, line {line}, column {column}: this is no metadata of a run: {what}");
            Diagnostic::error("bad-metadata", title).help(PUT_BACK)
        };
        let versions: Versions = serde_json::from_str(json).map_err(damaged)?;
        if versions.schema != REPAIRS_SCHEMA {
            let title = format!(
                "`{name}` has version {} of the schema of repairs, written by Lustrate {}; this Lustrate ({}) reads version \
                 {REPAIRS_SCHEMA}",
                versions.schema,
                versions.lustrate,
                env!("CARGO_PKG_VERSION")
            );
            let help = "take the Lustrate that wrote it, or run `repair` again with this one";
            return Err(Diagnostic::error("other-version", title).help(help));
        }
        let metadata: Metadata = serde_json::from_str(json).map_err(damaged)?;
        metadata.check().map_err(|what| {
            let title = format!("`{name}` is not as it was written: {what}");
            Diagnostic::error("bad-metadata", title).help(PUT_BACK)
        })?;
        Ok(metadata)
    }

    /// Whether its parts fit each other; otherwise what does not.
    fn check(&self) -> Result<(), String> {
        let DataFile { rows, columns, .. } = &self.data;
        if *rows > u64::from(u32::MAX) {
            return Err(format!("no table has {rows} rows"));
        }
        let apart: &[SetApart] = self.quarantine.as_ref().map_or(&[], |quarantine| &quarantine.rows);
        let ascending = apart.is_sorted_by(|one, next| one.row < next.row);
        if !ascending || apart.iter().any(|apart| !(1..=*rows).contains(&apart.row)) {
            return Err(format!("`quarantine` has rows that are none of the {rows} of the table, in order"));
        }
        self.repairs.check(*rows, columns.len())
    }
}

impl TextForm {
    /// The encoding as tables have it.
    pub(crate) fn encoding(self) -> Encoding {
        match self.encoding {
            EncodingName::Utf8 => Encoding::Utf8,
            EncodingName::Utf16Le => Encoding::Utf16Le,
            EncodingName::Utf16Be => Encoding::Utf16Be,
            EncodingName::Windows1252 => Encoding::Windows1252,
        }
    }
}

impl HashedFile {
    /// Whether a file of this fingerprint is it.
    pub(crate) fn is(&self, fingerprint: &Fingerprint) -> bool {
        self.bytes == fingerprint.bytes && self.sha256 == fingerprint.sha256
    }

    /// Whether a file of this fingerprint and this content is it, or holds the same table in other bytes: of Parquet or
    /// compressed.
    pub(crate) fn holds(&self, fingerprint: &Fingerprint, content: Option<&str>) -> bool {
        let own = [Some(&self.sha256), self.content.as_ref()];
        let is_own = |hash: &str| own.into_iter().flatten().any(|own| own == hash);
        self.is(fingerprint) || is_own(&fingerprint.sha256) || content.is_some_and(is_own)
    }
}

fn text_form(origin: &Origin) -> Option<TextForm> {
    let Origin::Csv { dialect: CsvDialect { delimiter, encoding, bom, .. }, .. } = origin else { return None };
    let encoding = match encoding {
        Encoding::Utf8 => EncodingName::Utf8,
        Encoding::Utf16Le => EncodingName::Utf16Le,
        Encoding::Utf16Be => EncodingName::Utf16Be,
        Encoding::Windows1252 => EncodingName::Windows1252,
    };
    Some(TextForm { delimiter: *delimiter as char, encoding, byte_order_mark: *bom })
}

fn hashed(path: &Path, content: Option<String>) -> Result<HashedFile, ReadError> {
    let Fingerprint { bytes, sha256 } = fingerprint(path)?;
    Ok(HashedFile { name: file_name(path), bytes, sha256, content })
}

/// The name of a file without its folder.
pub(crate) fn file_name(path: &Path) -> String {
    path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned()
}

fn cell(table: &Table, entry: &Entry<'_>) -> CellId {
    let attribute = table.schema().find(entry.column).expect("a repair is of a column of its table");
    CellId { row: RowId((entry.row - 1) as u32), attribute }
}
