//! Files in and out.

use std::collections::BTreeSet;
use std::io;
use std::path::Path;
use std::sync::Arc;

use lustrate_diagnostic::{Diagnostic, Diagnostics, SourceText};
use lustrate_io::{Overwrite, Selection, WriteError};
use lustrate_rules::{Parsed, Rules, Wanted, WantedKind, parse, parse_as};
use lustrate_table::Table;

use crate::Error;
use crate::reach::{Folders, Reach};

/// Reads a CSV file, compressed with gzip or Zstandard or not, a Parquet file, or the first sheet of a workbook; what it is,
/// the content tells. Notes on odd content (ragged lines, a guessed encoding)
/// are given by [`read_table_with`](crate::read_table_with).
///
/// # Errors
/// A file that is missing, empty, or neither a table of text nor Parquet.
pub fn read_table(path: impl AsRef<Path>) -> Result<Table, Error> {
    Ok(lustrate_io::read_table(path.as_ref())?)
}

/// Reads a rule file: our language, its form in JSON, HoloClean denial constraints or a list of dependencies, told by
/// content. Files that
/// it names (reference tables, other rule files) are read too; they are looked for beside it, and must lie in its folder or below
/// ([`parse_rule_files_with`] lets them lie elsewhere).
///
/// # Errors
/// A file that cannot be read, and all mistakes in it at once.
pub fn read_rules(path: impl AsRef<Path>) -> Result<Rules, Error> {
    let mut parsed = rule_file(path.as_ref())?;
    parsed.diagnostics.extend(read_named_files(&mut parsed.rules, Folders::new(Reach::Folder)));
    parsed.diagnostics.sort();
    parsed.into_result().map_err(Error::Rules)
}

fn rule_file(path: &Path) -> Result<Parsed, Error> {
    Ok(parse(&read_rule_text(path)?))
}

/// Reads the text of a rule file, without a byte order mark.
///
/// # Errors
/// A file that cannot be read, or is no text.
pub fn read_rule_text(path: impl AsRef<Path>) -> Result<Arc<SourceText>, Error> {
    let name = path.as_ref().display().to_string();
    let bytes = std::fs::read(path).map_err(|error| unreadable(&name, &error))?;
    rule_text(name, bytes)
}

/// The text that bytes are, as that of a rule file of this name.
///
/// # Errors
/// Bytes that are no text.
pub fn rule_text(name: impl Into<String>, bytes: Vec<u8>) -> Result<Arc<SourceText>, Error> {
    let name = name.into();
    let no_text = |at: usize, what: &str| {
        let title = format!("`{name}` is no rule file: byte {} is {what}", at + 1);
        let help = "name a rule file here and the table before it; rules are UTF-8 text, such as `fd zip -> city`";
        Error::RuleFile(Box::new(Diagnostic::error("rule-file", title).help(help)))
    };
    let text = String::from_utf8(bytes).map_err(|error| no_text(error.utf8_error().valid_up_to(), "not UTF-8"))?;
    if let Some(zero) = text.find('\0') {
        return Err(no_text(zero, "zero, which no text holds"));
    }
    let text = text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text);
    Ok(Arc::new(SourceText::new(name, text)))
}

/// Reads the files that rules name, those that rule files name which they use among them. What cannot be read is told at
/// the place where it is named, and so is what lies where rules may read nothing.
fn read_named_files(rules: &mut Rules, mut folders: Folders) -> Diagnostics {
    let mut diagnostics = Diagnostics::new();
    let mut failed = BTreeSet::new();
    loop {
        let wanted: Vec<Wanted> = rules.wanted().into_iter().filter(|wanted| !failed.contains(&wanted.path)).collect();
        if wanted.is_empty() {
            return diagnostics;
        }
        for wanted in wanted {
            let read = match folders.refused(&wanted) {
                Some(refused) => Err(refused.into()),
                None => read_named_file(rules, &wanted),
            };
            diagnostics.extend(read.err().unwrap_or_default());
            failed.insert(wanted.path);
        }
    }
}

fn read_named_file(rules: &mut Rules, wanted: &Wanted) -> Result<(), Diagnostics> {
    let path = Path::new(&wanted.path);
    let unread = |diagnostic: Diagnostic| -> Diagnostics {
        let label = if path.exists() { "named here" } else { "looked for beside the rule file" };
        let help = diagnostic.help.clone().unwrap_or_else(|| "check the path".to_owned());
        diagnostic.at(&wanted.source, wanted.span, label).help(help).into()
    };
    let first = |error: Error| {
        let found = error.diagnostics();
        let told = found.iter().next().cloned();
        told.unwrap_or_else(|| Diagnostic::error("cannot-read", format!("cannot read `{}`", wanted.path)))
    };
    match wanted.kind {
        WantedKind::Reference => {
            let table = read_table(path).map_err(|error| unread(first(error)))?;
            rules.attach(&wanted.rules_file, &wanted.file, Arc::new(table));
            Ok(())
        }
        WantedKind::RuleFile { form } => {
            let text = read_rule_text(path).map_err(|error| unread(first(error)))?;
            let parsed = form.map_or_else(|| parse(&text), |form| parse_as(&text, form));
            rules.include(&wanted.rules_file, &wanted.file, parsed.rules);
            if parsed.diagnostics.is_empty() { Ok(()) } else { Err(parsed.diagnostics) }
        }
    }
}

fn unreadable(name: &str, error: &io::Error) -> Error {
    let (title, help) = match error.kind() {
        io::ErrorKind::NotFound => (format!("there is no rule file `{name}`"), "check the path"),
        io::ErrorKind::IsADirectory => (format!("the rule file `{name}` is a folder"), "name a file in it"),
        _ => (format!("cannot read rules from `{name}`: {error}"), "check that you may read it"),
    };
    Error::RuleFile(Box::new(Diagnostic::error("rule-file", title).help(help)))
}

/// Reads several rule files as one, in their order, as [`read_rules`] reads each.
///
/// # Errors
/// What is wrong in any of them, all files together.
pub fn read_rule_files<P: AsRef<Path>>(paths: impl IntoIterator<Item = P>) -> Result<Rules, Error> {
    parse_rule_files(paths).into_result().map_err(Error::Rules)
}

/// Reads what can be read of several rule files: the rules without mistakes, in order, and the messages about
/// everything else, an unreadable file included. With [`bind_what_fits`](crate::bind_what_fits), which goes on with
/// these rules, all mistakes can be told at once, those that only a table shows among them. [`Parsed::usable`] goes on
/// without the rules that have mistakes:
///
/// ```
/// use lustrate::{Settings, parse_rule_files, repair};
///
/// # let folder = tempfile::tempdir()?;
/// # let file = folder.path().join("constraints.txt");
/// # std::fs::write(&file, "t1&t2&EQ(t1.zip,t2.zip)&IQ(t1.city,t2.city)\nt1&t2&EQ(t1.zip,t2.zip)&NEQ(t1.city,t2.city)")?;
/// # let table = lustrate::read_csv_bytes("cities.csv", b"zip,city\n1,Rome\n", &lustrate::CsvOptions::default())?.table;
/// let usable = parse_rule_files([&file]).usable(Some(table.schema()));
/// eprintln!("{}", usable.diagnostics); // a warning for each rule that is left out
/// let rules = usable.into_result()?;
/// let outcome = repair(&table, &rules, &Settings::new())?;
/// assert_eq!(outcome.totals.rules_left_out, 1);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn parse_rule_files<P: AsRef<Path>>(paths: impl IntoIterator<Item = P>) -> Parsed {
    parse_rule_files_with(paths, Reach::Folder)
}

/// The same, with a word on where the files may lie that the rules name.
pub fn parse_rule_files_with<P: AsRef<Path>>(paths: impl IntoIterator<Item = P>, reach: Reach) -> Parsed {
    let mut all = Parsed::default();
    for path in paths {
        match rule_file(path.as_ref()) {
            Ok(parsed) => {
                all.rules.extend(parsed.rules);
                all.diagnostics.extend(parsed.diagnostics);
            }
            Err(error) => all.diagnostics.extend(error.diagnostics()),
        }
    }
    all.diagnostics.extend(read_named_files(&mut all.rules, Folders::new(reach)));
    all.diagnostics.sort();
    all
}

/// Writes a table as CSV or Parquet, by the ending of the name, CSV compressed where it ends in `.gz` or `.zst`. A table
/// that was read from a file of that kind gives it back byte for byte but for the cells that were changed.
///
/// # Errors
/// An existing file ([`write_table_with`] can replace it), a folder that cannot be written to, an origin that has
/// changed since it was read. The file is whole or absent.
pub fn write_table(table: &Table, path: impl AsRef<Path>) -> Result<(), Error> {
    write_table_with(table, path, Overwrite::No)
}

/// The same, with leave to replace an existing file.
///
/// # Errors
/// As [`write_table`].
pub fn write_table_with(table: &Table, path: impl AsRef<Path>, overwrite: Overwrite) -> Result<(), Error> {
    lustrate_io::write_table(table, path.as_ref(), overwrite).map_err(|error: WriteError| error.into())
}

/// Writes some of the rows of a table, as [`write_table_with`] writes all: those that are not set apart, or those that
/// are, each with the reason in a column of its own.
///
/// # Errors
/// As [`write_table`].
pub fn write_rows(
    table: &Table,
    path: impl AsRef<Path>,
    overwrite: Overwrite,
    selection: Selection<'_>,
) -> Result<(), Error> {
    lustrate_io::write_rows(table, path.as_ref(), overwrite, selection).map_err(|error: WriteError| error.into())
}
