//! Sheets of workbooks to tables.

use std::fs::File;
use std::path::Path;

use calamine::{Data, Range};
use lustrate_diagnostic::{Diagnostic, Diagnostics, nearest};
use lustrate_table::{ColumnBuilder, Compression, Origin, OriginFile, RowLines, Table};

use crate::guarded::{CONTRADICTS_ITSELF, guarded};
use crate::header::column_names;
use crate::no_table::no_table;
use crate::read::{NoRows, cannot_read};
use crate::sheet_cell::cell_text;
use crate::table_file::TableFile;
use crate::workbook::{Workbook, cells_of, damaged_workbook, has_cells, open_workbook, sheet_names};
use crate::workbook_claims::Room;
use crate::{ReadError, Reading};

/// Reads a sheet of a workbook, which becomes the origin of the table: the one that is asked for, or the first. The first row
/// in which something is written is the header; columns and rows behind the last cell are left out.
///
/// # Errors
/// A workbook that cannot be read, a sheet that there is not, and one without a data row.
pub(crate) fn read_sheet(wanted: &TableFile, file: &File, no_rows: NoRows) -> Result<Reading, ReadError> {
    let reading = guarded(|| read_chosen(wanted, file, no_rows)).map_err(|error| cannot_read(wanted.name(), &error))?;
    reading.unwrap_or_else(|| Err(damaged_workbook(wanted.name(), &CONTRADICTS_ITSELF)))
}

fn read_chosen(wanted: &TableFile, file: &File, no_rows: NoRows) -> Result<Reading, ReadError> {
    let name = wanted.name();
    let bytes = file.metadata().map_err(|error| cannot_read(name, &error))?.len();
    let room = Room::of(bytes, wanted.options().memory);
    let mut workbook = open_workbook(name, file, room)?;
    let names = sheet_names(&workbook);
    let sheet = chosen(name, &names, wanted.asked_sheet())?;
    let mut notes = Diagnostics::new();
    let cells = cells_of(&mut workbook, name, sheet, room)?;
    let others = Others { names: &names, sheet };
    if cells.is_empty() {
        let title = format!("sheet `{sheet}` of `{}` is empty", name.display());
        return Err(Diagnostic::error("empty-sheet", title).help(others.mend(&mut workbook)).into());
    }
    let table = table_of(name, &cells, &mut notes)?;
    if no_rows == NoRows::Refused && table.rows() == 0 {
        let title = format!("sheet `{sheet}` of `{}` has a header and no data rows", name.display());
        return Err(Diagnostic::error("no-rows", title).help(others.mend(&mut workbook)).into());
    }
    if wanted.asked_sheet().is_none() {
        notes.extend(others.note(name, &mut workbook).into_iter().collect());
    }
    let file = OriginFile { path: wanted.path().to_owned(), bytes, compression: Compression::None };
    let origin = Origin::Sheet { file, sheet: sheet.to_owned() };
    Ok(Reading { table: table.with_origin(origin), notes })
}

/// The sheet of this name or, where none is called so, of this number from 1; the first where none is asked for.
fn chosen<'n>(name: &Path, names: &'n [String], asked: Option<&str>) -> Result<&'n str, ReadError> {
    let Some(asked) = asked else {
        let title = || format!("`{}` has no sheet with cells", name.display());
        let none = || Diagnostic::error("no-sheet", title()).help("name a workbook with a table in it");
        return names.first().map(String::as_str).ok_or_else(|| none().into());
    };
    let by_number = || names.get(asked.parse::<usize>().ok()?.checked_sub(1)?);
    let folded = || names.iter().find(|sheet| sheet.to_lowercase() == asked.to_lowercase());
    let found = names.iter().find(|sheet| *sheet == asked).or_else(folded).or_else(by_number);
    found.map(String::as_str).ok_or_else(|| {
        let title = format!("`{}` has no sheet `{asked}`", name.display());
        let near = nearest(asked, names.iter().map(String::as_str));
        let near = near.map_or(String::new(), |near| format!("did you mean `{near}`? "));
        Diagnostic::error("no-such-sheet", title).help(format!("{near}its sheets are {}", listed(names))).into()
    })
}

/// The sheets of a workbook besides the one that is read.
struct Others<'n> {
    names: &'n [String],
    sheet: &'n str,
}

impl Others<'_> {
    fn with_cells(&self, workbook: &mut Workbook) -> Vec<String> {
        let others = self.names.iter().filter(|name| *name != self.sheet);
        others.filter(|name| has_cells(workbook, name)).cloned().collect()
    }

    fn mend(&self, workbook: &mut Workbook) -> String {
        match self.with_cells(workbook) {
            others if others.is_empty() => "name a workbook with a header and at least one data row".to_owned(),
            others => format!("`--sheet NAME` reads another: {}", listed(&others)),
        }
    }

    fn note(&self, name: &Path, workbook: &mut Workbook) -> Option<Diagnostic> {
        let others = self.with_cells(workbook);
        (!others.is_empty()).then(|| {
            let title = format!("of `{}` the sheet `{}` is read", name.display(), self.sheet);
            let help = format!("`--sheet NAME` reads another: {}", listed(&others));
            Diagnostic::note("other-sheets", title).help(help)
        })
    }
}

/// `a`, `b` and 7 more.
fn listed(names: &[String]) -> String {
    const SHOWN: usize = 8;
    let quoted: Vec<String> = names.iter().take(SHOWN).map(|name| format!("`{name}`")).collect();
    match names.len().saturating_sub(SHOWN) {
        0 => quoted.join(", "),
        more => format!("{} and {more} more", quoted.join(", ")),
    }
}

fn table_of(name: &Path, cells: &Range<Data>, notes: &mut Diagnostics) -> Result<Table, ReadError> {
    let mut rows = cells.rows().enumerate().map(|(place, row)| (place, row.iter().map(cell_text).collect::<Vec<_>>()));
    let (_, header) = rows.find(|(_, row)| row.iter().any(Option::is_some)).unwrap_or_default();
    let mut rows: Vec<(usize, Vec<Option<String>>)> = rows.collect();
    let last = rows.iter().rposition(|(_, row)| row.iter().any(Option::is_some));
    rows.truncate(last.map_or(0, |last| last + 1));
    let is_used = |column: &usize| {
        std::iter::once(&header).chain(rows.iter().map(|(_, row)| row)).any(|row| row[*column].is_some())
    };
    let width = (0..header.len()).rfind(is_used).map_or(0, |last| last + 1);
    let header: Vec<&str> = header[..width].iter().map(|cell| cell.as_deref().unwrap_or_default()).collect();
    let names = column_names(&name.display().to_string(), &header, notes);
    let mut columns: Vec<ColumnBuilder> = names.iter().map(|_| ColumnBuilder::new()).collect();
    let mut lines = RowLines::new();
    let first = cells.start().map_or(0, |(row, _)| u64::from(row));
    for (place, row) in &rows {
        // Sheets count their rows from 1.
        lines.push(first + *place as u64 + 1);
        columns.iter_mut().zip(row).for_each(|(column, cell)| column.push(cell.as_deref()));
    }
    let columns = names.into_iter().zip(columns.into_iter().map(ColumnBuilder::finish)).collect();
    let table = Table::new(columns).map_err(|error| no_table(&name.display().to_string(), &error))?;
    Ok(table.with_lines(lines, Vec::new()))
}
