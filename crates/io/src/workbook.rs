//! Workbooks: what they are called, how they are told, and how they are opened.

use std::fmt::Display;
use std::fs::File;
use std::io::{BufReader, Seek};
use std::path::Path;

use calamine::{Cell, Data, DataRef, Error, Range, Reader, SheetType, SheetVisible, Sheets};
use calamine::{OdsError, XlsError, XlsxError, open_workbook_from_rs};
use lustrate_diagnostic::Diagnostic;

use crate::ReadError;
use crate::workbook_claims::Room;

/// The endings of workbooks.
const ENDINGS: [&str; 5] = ["ods", "xls", "xlsb", "xlsm", "xlsx"];

/// The first bytes of a zip archive, which newer workbooks are.
const ZIP_MAGIC: &[u8] = b"PK\x03\x04";

/// The first bytes of what older workbooks are, and newer ones with a password.
const COMPOUND_MAGIC: &[u8] = b"\xd0\xcf\x11\xe0";

/// Cells that a sheet may have room for with hardly anything written in them.
const MOST_EMPTY: u64 = 1 << 24;

/// A workbook that is being read.
pub(crate) type Workbook = Sheets<BufReader<File>>;

/// Whether a file is called like a workbook.
pub(crate) fn is_workbook_name(path: &Path) -> bool {
    let extension = path.extension().unwrap_or_default();
    ENDINGS.iter().any(|ending| extension.eq_ignore_ascii_case(ending))
}

/// Whether a file that starts with these bytes may be a workbook.
pub(crate) fn may_be_workbook(start: &[u8]) -> bool {
    start.starts_with(ZIP_MAGIC) || start.starts_with(COMPOUND_MAGIC)
}

/// Opens a workbook of any kind; messages call it `name`.
///
/// # Errors
/// A workbook with a password, one that is damaged, one that stands for more than there is room for, and what is no workbook.
pub(crate) fn open_workbook(name: &Path, file: &File, room: Room) -> Result<Workbook, ReadError> {
    room.hold_archive(name, file)?;
    // What a file is called says which error is worth telling, and not what it is.
    let is_called =
        |kind: Kind| name.extension().is_some_and(|extension| extension.eq_ignore_ascii_case(kind.ending()));
    let mut worst = None;
    for kind in Kind::ALL {
        match kind.open(file) {
            Ok(workbook) => return Ok(workbook),
            Err(error) if has_password(&error) => return Err(locked(name).into()),
            Err(error) if is_called(kind) || worst.is_none() => worst = Some(error),
            Err(_) => {}
        }
    }
    let shown = name.display();
    Err(match worst.filter(|_| is_workbook_name(name)) {
        Some(error) => damaged_workbook(name, &error),
        None => {
            let title = format!("`{shown}` is an archive or a document, and no workbook");
            Diagnostic::error("not-a-workbook", title).help("unpack it, or export the table in it as CSV").into()
        }
    })
}

/// A kind of workbook.
#[derive(Clone, Copy)]
enum Kind {
    Xlsx,
    Ods,
    Xlsb,
    Xls,
}

impl Kind {
    const ALL: [Kind; 4] = [Kind::Xlsx, Kind::Ods, Kind::Xlsb, Kind::Xls];

    fn ending(self) -> &'static str {
        match self {
            Kind::Xlsx => "xlsx",
            Kind::Ods => "ods",
            Kind::Xlsb => "xlsb",
            Kind::Xls => "xls",
        }
    }

    fn open(self, file: &File) -> Result<Workbook, Error> {
        let mut file = file.try_clone()?;
        file.rewind()?;
        let file = BufReader::new(file);
        Ok(match self {
            Kind::Xlsx => Sheets::Xlsx(open_workbook_from_rs(file).map_err(Error::Xlsx)?),
            Kind::Ods => Sheets::Ods(open_workbook_from_rs(file).map_err(Error::Ods)?),
            Kind::Xlsb => Sheets::Xlsb(open_workbook_from_rs(file).map_err(Error::Xlsb)?),
            Kind::Xls => Sheets::Xls(open_workbook_from_rs(file).map_err(Error::Xls)?),
        })
    }
}

fn has_password(error: &Error) -> bool {
    matches!(error, Error::Xlsx(XlsxError::Password) | Error::Xls(XlsError::Password) | Error::Ods(OdsError::Password))
}

fn locked(name: &Path) -> Diagnostic {
    let title = format!("`{}` is a workbook with a password", name.display());
    Diagnostic::error("locked-workbook", title).help("save it without a password, or export the sheet as CSV")
}

/// The message for a workbook that cannot be read.
pub(crate) fn damaged_workbook(name: &Path, error: &dyn Display) -> ReadError {
    let title = format!("`{}` is a workbook that cannot be read: {error}", name.display());
    let help = "save or download it again, or export the sheet as CSV";
    Diagnostic::error("damaged-workbook", title).help(help).into()
}

/// The names of the sheets that hold cells, hidden ones last.
pub(crate) fn sheet_names(workbook: &Workbook) -> Vec<String> {
    let sheets = || workbook.sheets_metadata().iter().filter(|sheet| sheet.typ == SheetType::WorkSheet);
    let visible = sheets().filter(|sheet| sheet.visible == SheetVisible::Visible);
    let hidden = sheets().filter(|sheet| sheet.visible != SheetVisible::Visible);
    visible.chain(hidden).map(|sheet| sheet.name.clone()).collect()
}

/// The cells of a sheet.
///
/// # Errors
/// A workbook that is damaged, and one whose cells take more than there is room for: a text that is held once may be that of
/// any number of cells.
pub(crate) fn cells_of(
    workbook: &mut Workbook,
    name: &Path,
    sheet: &str,
    room: Room,
) -> Result<Range<Data>, ReadError> {
    let written = match workbook {
        Sheets::Xlsx(workbook) => workbook
            .worksheet_cells_reader(sheet)
            .and_then(|mut cells| written(room, || cells.next_cell()))
            .map_err(Error::Xlsx),
        Sheets::Xlsb(workbook) => workbook
            .worksheet_cells_reader(sheet)
            .and_then(|mut cells| written(room, || cells.next_cell()))
            .map_err(Error::Xlsb),
        _ => return workbook.worksheet_range(sheet).map_err(|error| damaged_workbook(name, &error)),
    };
    let written = written.map_err(|error| damaged_workbook(name, &error))?.ok_or_else(|| room.refusal(name))?;
    let side = |places: &mut dyn Iterator<Item = u32>| {
        let (least, most) = places.fold((u32::MAX, 0), |(least, most), place| (least.min(place), most.max(place)));
        u64::from(most.saturating_sub(least)) + 1
    };
    let [rows, columns] = [
        side(&mut written.iter().map(|cell| cell.get_position().0)),
        side(&mut written.iter().map(|cell| cell.get_position().1)),
    ];
    if rows * columns > MOST_EMPTY && rows * columns / 64 > written.len() as u64 {
        let title = format!(
            "sheet `{sheet}` of `{}` is all but empty: {} cells are strewn over {rows} rows and {columns} columns",
            name.display(),
            written.len()
        );
        let help = "delete what is written far behind the table, or export the table as CSV";
        return Err(Diagnostic::error("strewn-sheet", title).help(help).into());
    }
    Ok(Range::from_sparse(written))
}

/// The cells in which something is written, of those that are read one after the other; `None` if there is no room for them.
fn written<'a, E>(
    mut left: Room,
    mut next: impl FnMut() -> Result<Option<Cell<DataRef<'a>>>, E>,
) -> Result<Option<Vec<Cell<Data>>>, E> {
    let mut written = Vec::new();
    while let Some(cell) = next()? {
        let text = match cell.get_value() {
            DataRef::Empty => continue,
            DataRef::String(text) => text.len(),
            DataRef::SharedString(text) => text.len(),
            _ => 0,
        };
        let Some(room) = left.after(text) else { return Ok(None) };
        left = room;
        written.push(Cell::new(cell.get_position(), Data::from(cell.get_value().clone())));
    }
    Ok(Some(written))
}

/// Whether anything is written in a sheet. Of a workbook that is read sheet by sheet only its first cells are looked at.
pub(crate) fn has_cells(workbook: &mut Workbook, sheet: &str) -> bool {
    if let Sheets::Xlsx(workbook) = workbook {
        let Ok(mut cells) = workbook.worksheet_cells_reader(sheet) else { return false };
        while let Ok(Some(cell)) = cells.next_cell() {
            if Data::from(cell.get_value().clone()) != Data::Empty {
                return true;
            }
        }
        return false;
    }
    workbook.worksheet_range(sheet).is_ok_and(|cells| !cells.is_empty())
}
