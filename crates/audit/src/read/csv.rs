//! The CSV form, as Lustrate or a spreadsheet wrote it.

use lustrate_diagnostic::{Diagnostic, nearest};
use lustrate_io::{CsvOptions, read_csv_bytes};
use lustrate_table::{AttributeId, CellId, Table};

use super::Read;
use crate::REPAIRS_HEADER;
use crate::line::{Fields, Mistakes};

/// The fields without which nothing can be replayed.
const NEEDED: [&str; 6] = ["row", "column", "old", "new", "confidence", "decision"];

pub(super) fn read(name: &str, bytes: &[u8]) -> Result<Read, Diagnostic> {
    let mut mistakes = Mistakes::new(name, "line");
    let reading = match read_csv_bytes(name, bytes, &CsvOptions::default()) {
        Ok(reading) => reading,
        Err(error) => {
            let diagnostic = error.into_diagnostic();
            return match diagnostic.code {
                "no-rows" if is_header(bytes) => Ok(Read { records: Vec::new(), mistakes, metadata: None }),
                "no-rows" => Err(no_repairs_file(name, &NEEDED)),
                "open-quote" => {
                    let help = "close the quote; or fetch the file again, if it was cut short";
                    Err(diagnostic.help(help))
                }
                "empty-file" => Err(diagnostic.help("fetch the file again: it was cut short")),
                _ => Err(diagnostic),
            };
        }
    };
    let table = reading.table;
    let columns = find_columns(name, &table)?;
    let cut_off = !matches!(bytes, [.., b'\n' | b'\r'] | [.., b'\n' | b'\r', 0]);
    let last = table.row_ids().last();
    let mut records = Vec::with_capacity(table.rows());
    for row in table.row_ids() {
        let at = table.line(row).unwrap_or_default();
        if table.ragged().binary_search(&row).is_ok() {
            let help = match cut_off && Some(row) == last {
                true => "the file ends in the middle of this line: fetch it again, or delete the line".to_owned(),
                false => {
                    format!("a line has {} fields; put one that holds the delimiter in quotes", table.schema().len())
                }
            };
            mistakes.push(at, "ragged-line", "it has too few or too many fields", help);
            continue;
        }
        let text = |attribute: AttributeId| table.text(CellId { row, attribute }).map(str::to_owned);
        records.push(Fields { at, texts: columns.map(|column| column.and_then(text)) });
    }
    Ok(Read { records, mistakes, metadata: None })
}

/// Whether bytes, of which a record is known to be all there is, are the header of a repairs file.
fn is_header(bytes: &[u8]) -> bool {
    let text = String::from_utf8_lossy(bytes);
    let text = text.trim_start_matches('\u{feff}');
    let names = text.split([',', ';', '\t']).map(|name| name.trim().trim_matches('"'));
    let names: Vec<&str> = names.collect();
    NEEDED.iter().all(|needed| names.contains(needed))
}

/// Where each field of a record is among the columns of a table.
fn find_columns(name: &str, table: &Table) -> Result<[Option<AttributeId>; 11], Diagnostic> {
    let schema = table.schema();
    let find = |wanted: &str| schema.ids().find(|&id| schema.name(id).trim().eq_ignore_ascii_case(wanted));
    let columns = REPAIRS_HEADER.map(find);
    if let Some((first, second)) = twice(table) {
        let title = format!("`{name}`, line 1: the column `{second}` is a second `{first}`");
        return Err(Diagnostic::error("repairs-header", title).help("delete one of the two columns, or rename it"));
    }
    let lacking: Vec<&str> = NEEDED.into_iter().filter(|needed| find(needed).is_none()).collect();
    let Some(first) = lacking.first() else { return Ok(columns) };
    if lacking.len() == NEEDED.len() {
        return Err(no_repairs_file(name, &lacking));
    }
    let names = || schema.attributes().iter().map(|attribute| attribute.name.as_str());
    let meant = nearest(first, names()).map_or(String::new(), |near| format!("write `{first}` for `{near}`; "));
    let title = format!("`{name}`, line 1: the header lacks {}", quoted(&lacking));
    Err(Diagnostic::error("repairs-header", title).help(meant + &header_help()))
}

/// A field of a record that has two columns, and the second of them. The reader of tables numbers columns of one name.
fn twice(table: &Table) -> Option<(&'static str, &str)> {
    let schema = table.schema();
    let is_of = |name: &str, field: &str| {
        let stem = name.rsplit_once('.').filter(|(_, number)| number.bytes().all(|byte| byte.is_ascii_digit()));
        [Some(name), stem.map(|(stem, _)| stem)]
            .into_iter()
            .flatten()
            .any(|name| name.trim().eq_ignore_ascii_case(field))
    };
    REPAIRS_HEADER.into_iter().find_map(|field| {
        let second = schema.ids().map(|id| schema.name(id)).filter(|name| is_of(name, field)).nth(1)?;
        Some((field, second))
    })
}

fn no_repairs_file(name: &str, lacking: &[&str]) -> Diagnostic {
    let title = format!("`{name}` is no repairs file: its header has none of {}", quoted(lacking));
    Diagnostic::error("repairs-header", title).help(header_help())
}

fn header_help() -> String {
    format!("the header of a repairs file is `{}`", REPAIRS_HEADER.join(","))
}

fn quoted(names: &[&str]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}
