//! The Parquet form.

use std::path::Path;

use lustrate_diagnostic::Diagnostic;
use lustrate_io::read_records;
use lustrate_table::CellId;

use super::Read;
use crate::REPAIRS_HEADER;
use crate::line::{Fields, Mistakes};
use crate::write::METADATA_KEY;

pub(super) fn read(path: &Path) -> Result<Read, Diagnostic> {
    let name = path.display().to_string();
    let read = read_records(path).map_err(|error| error.into_diagnostic())?;
    let metadata = read.metadata.into_iter().find(|(key, _)| key == METADATA_KEY).map(|(_, json)| json);
    let mistakes = Mistakes::new(&name, "record");
    let Some(table) = read.table else { return Ok(Read { records: Vec::new(), mistakes, metadata }) };
    let columns = REPAIRS_HEADER.map(|field| table.schema().find(field));
    let needed = REPAIRS_HEADER.iter().zip(&columns).filter(|(field, _)| **field != "alternatives");
    let lacking: Vec<String> =
        needed.filter(|(_, column)| column.is_none()).map(|(field, _)| format!("`{field}`")).collect();
    if !lacking.is_empty() {
        let title = format!("`{name}` is no repairs file: it has no flat column {}", lacking.join(", "));
        let help = format!("the columns of a repairs file are {}", REPAIRS_HEADER.join(", "));
        return Err(Diagnostic::error("repairs-header", title).help(help));
    }
    let records = table.row_ids().map(|row| {
        let text = |attribute| table.text(CellId { row, attribute }).map(str::to_owned);
        Fields { at: row.number(), texts: columns.map(|column| column.and_then(text)) }
    });
    Ok(Read { records: records.collect(), mistakes, metadata })
}
