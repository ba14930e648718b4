//! Writing the repairs file.

use std::borrow::Cow;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use lustrate_io::{Overwrite, RecordField, WriteError, write_file_safely, write_record, write_records};
use lustrate_table::escape_formula;

use crate::form::RepairsForm;
use crate::spelled::{rounded_down, spelled};
use crate::{Alternative, Entry, Metadata, REPAIRS_HEADER};

/// The key of the metadata of a run in the metadata of a Parquet file.
pub(crate) const METADATA_KEY: &str = "lustrate.run";

/// Where the metadata of a repairs file is: beside it, called like it with `.meta.json` instead of its extension.
pub fn metadata_path(repairs: &Path) -> PathBuf {
    repairs.with_extension("meta.json")
}

/// Writes the metadata of a run beside its repairs file, which is written into `out`, in the order of the records: by row and
/// then by column. Nothing is cut short. In Parquet the metadata is in the file too.
///
/// # Errors
/// Those of the writer.
pub fn write_repairs<'e>(
    out: &mut impl Write,
    path: &Path,
    overwrite: Overwrite,
    entries: impl Iterator<Item = Entry<'e>>,
    metadata: &Metadata,
) -> Result<(), WriteError> {
    let json = metadata.to_json();
    match RepairsForm::of(path)? {
        RepairsForm::Csv => write_csv(out, entries, metadata.repairs.formulas_escaped)?,
        RepairsForm::JsonLines => write_json_lines(out, entries)?,
        RepairsForm::Parquet => write_parquet(out, &entries.collect::<Vec<_>>(), json.clone())?,
    }
    out.flush()?;
    write_file_safely(metadata_path(path), overwrite, |out| Ok(out.write_all(json.as_bytes())?))
}

fn write_csv<'e>(
    out: &mut impl Write,
    mut entries: impl Iterator<Item = Entry<'e>>,
    escapes_formulas: bool,
) -> io::Result<()> {
    write_record(out, REPAIRS_HEADER)?;
    entries.try_for_each(|entry| match (fields(&entry), escapes_formulas) {
        (fields, false) => write_record(out, fields),
        (fields, true) => write_record(out, fields.iter().map(|field| escape_formula(field))),
    })
}

fn write_json_lines<'e>(out: &mut impl Write, mut entries: impl Iterator<Item = Entry<'e>>) -> io::Result<()> {
    entries.try_for_each(|entry| {
        serde_json::to_writer(&mut *out, &entry)?;
        out.write_all(b"\n")
    })
}

/// The fields of one record of the CSV form, in the order of the header.
fn fields<'a>(entry: &Entry<'a>) -> [Cow<'a, str>; 11] {
    [
        entry.row.to_string().into(),
        entry.line.map(|line| line.to_string()).unwrap_or_default().into(),
        entry.key.join("|").into(),
        entry.column.into(),
        spelled(entry.old),
        spelled(entry.new),
        rounded_down(entry.confidence, 4).into(),
        entry.decision.word().into(),
        entry.rule.unwrap_or_default().into(),
        entry.reason.to_string().into(),
        alternatives(entry.alternatives).into(),
    ]
}

fn alternatives(alternatives: &[Alternative]) -> String {
    let mut shown = String::new();
    for alternative in alternatives {
        if !shown.is_empty() {
            shown.push_str(" | ");
        }
        shown.push_str(alternative.value.as_deref().unwrap_or("(missing)"));
        shown.push(' ');
        shown.push_str(&rounded_down(alternative.probability, 2));
    }
    shown
}

fn write_parquet(out: &mut impl Write, entries: &[Entry<'_>], metadata: String) -> Result<(), WriteError> {
    fn text<'a>(entries: &[Entry<'a>], text: impl Fn(&Entry<'a>) -> Option<&'a str>) -> RecordField<'a> {
        RecordField::Text(entries.iter().map(text).collect())
    }
    fn values<'a>(entry: &Entry<'a>) -> Vec<(Option<&'a str>, f64)> {
        let value = |alternative: &'a Alternative| (alternative.value.as_deref(), alternative.probability);
        entry.alternatives.iter().map(value).collect()
    }
    let reasons: Vec<String> = entries.iter().map(|entry| entry.reason.to_string()).collect();
    let fields = [
        RecordField::Number(entries.iter().map(|entry| Some(entry.row)).collect()),
        RecordField::Number(entries.iter().map(|entry| entry.line).collect()),
        RecordField::Texts(entries.iter().map(|entry| entry.key).collect()),
        text(entries, |entry| Some(entry.column)),
        text(entries, |entry| entry.old),
        text(entries, |entry| entry.new),
        RecordField::Probability(entries.iter().map(|entry| Some(entry.confidence)).collect()),
        text(entries, |entry| Some(entry.decision.word())),
        text(entries, |entry| entry.rule),
        RecordField::Text(reasons.iter().map(|reason| Some(reason.as_str())).collect()),
        RecordField::Values(entries.iter().map(values).collect()),
    ];
    let named: Vec<_> = REPAIRS_HEADER.into_iter().zip(fields).collect();
    write_records(out, &named, vec![(METADATA_KEY.to_owned(), metadata)])
}
