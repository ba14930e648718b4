//! Reading a label file of either form.

use std::sync::Arc;

use lustrate_diagnostic::{Diagnostic, Diagnostics, SourceText, nearest};
use lustrate_table::{AttributeId, Table, unescape_formula};

use crate::find::Finder;
use crate::mistakes::Mistakes;
use crate::records::{Record, records};
use crate::sheet_read::{ReadSheet, is_sheet, read_sheet};
use crate::tasks_read::{TaskColumns, read_tasks, task_header};
use crate::{Label, LabelPlace, Labels, ROW_HEADER, Sheet};

/// The code of the message that nobody has filled in a label file.
pub const NO_LABELS: &str = "no-labels";

/// The characters that programs put between fields.
const DELIMITERS: [u8; 3] = [b',', b';', b'\t'];

/// What a file is.
enum Form {
    Sheet,
    Tasks,
}

impl Labels {
    /// Reads a label file of a table: a [`Sheet`], or single cells as [`write_tasks`](crate::write_tasks) writes them; which, its
    /// header tells. `ids` are the columns that identify rows.
    ///
    /// A row is found where it was, if it reads as it did; else by its key; else as the only one that reads so. What spreadsheets
    /// do to a file is no mistake: another delimiter, byte order mark and line ends, empty fields dropped at the end of lines,
    /// numbers and dates written otherwise. Single cells may come with their columns in any order, with others among them, with
    /// `Input.` and `Answer.` in front of their names, and with `WorkerId`, `worker` or `annotator` for `who`; written by hand,
    /// `row,column,correct` is enough.
    ///
    /// # Errors
    /// All mistakes in the file at once, or that it is for other data, no label file, or not filled in ([`NO_LABELS`]).
    pub fn read(name: &str, bytes: &[u8], table: &Table, ids: &[AttributeId]) -> Result<Labels, Diagnostics> {
        let source = Arc::new(decode(name, bytes)?);
        let (form, records) = split(&source)?;
        let finder = Finder::new(table, ids);
        let mut mistakes = Mistakes::new(&source);
        let items = match form {
            Form::Sheet => labels_of(&source.name, read_sheet(&source, &records, table, &finder, &mut mistakes)),
            Form::Tasks => read_tasks(&source, &records, table, &finder, &mut mistakes),
        };
        if !mistakes.is_empty() {
            return Err(mistakes.finish());
        }
        if items.is_empty() {
            return Err(not_filled_in(&source, &form, &records).into());
        }
        Ok(Labels { items })
    }

    /// Adds the labels of another file behind these.
    pub fn extend(&mut self, other: Labels) {
        self.items.extend(other.items);
    }
}

impl Sheet {
    /// Reads a sheet with everything that is in it, filled in or not, to go on with it. Rows that nobody has looked at and that
    /// are no longer in the table are left out.
    ///
    /// # Errors
    /// As [`Labels::read`], but that it is filled in is not asked; a file of single cells.
    pub fn read(name: &str, bytes: &[u8], table: &Table, ids: &[AttributeId]) -> Result<Sheet, Diagnostics> {
        let source = Arc::new(decode(name, bytes)?);
        let (form, records) = split(&source)?;
        if matches!(form, Form::Tasks) {
            let title = format!("`{name}` has single cells, and whole rows are needed to go on with it");
            let help = "fill it in with an editor or a spreadsheet, or write another file without `--cells`";
            return Err(Diagnostic::error("label-form", title).help(help).into());
        }
        let mut mistakes = Mistakes::new(&source);
        let read = read_sheet(&source, &records, table, &Finder::new(table, ids), &mut mistakes);
        if mistakes.is_empty() { Ok(read.sheet) } else { Err(mistakes.finish()) }
    }
}

/// The cells of the rows that somebody has looked at.
fn labels_of(file: &str, read: ReadSheet) -> Vec<Label> {
    let ReadSheet { sheet: Sheet { columns, rows }, lines } = read;
    let mut labels = Vec::new();
    for (row, line) in rows.into_iter().zip(lines).filter(|(row, _)| row.checked) {
        for (&attribute, said) in columns.iter().zip(row.cells) {
            let cell = lustrate_table::CellId { row: row.question.row, attribute };
            let place = LabelPlace { file: file.to_owned(), line };
            labels.push(Label { cell, said, who: row.who.clone(), place });
        }
    }
    labels
}

/// The text of a file in UTF-8, or in UTF-16 with a byte order mark, as some spreadsheets save it.
fn decode(name: &str, bytes: &[u8]) -> Result<SourceText, Diagnostic> {
    let utf16 = |unit: fn([u8; 2]) -> u16| {
        let units = bytes[2..].chunks_exact(2).map(|pair| unit([pair[0], pair[1]]));
        let text: String =
            char::decode_utf16(units).map(|letter| letter.unwrap_or(char::REPLACEMENT_CHARACTER)).collect();
        SourceText::decode(name, text.as_bytes())
    };
    let text = match bytes {
        [0xff, 0xfe, ..] => utf16(u16::from_le_bytes),
        [0xfe, 0xff, ..] => utf16(u16::from_be_bytes),
        _ => SourceText::decode(name, bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(bytes)),
    };
    text.map_err(|told| match is_workbook(bytes) {
        true => Diagnostic::error("label-file", format!("`{name}` is a workbook"))
            .help("save it as CSV from the spreadsheet, and name that file"),
        false => told.help("save it from the spreadsheet as CSV in UTF-8"),
    })
}

/// Whether bytes begin as those of `.xlsx`, `.ods` and `.xls` do.
fn is_workbook(bytes: &[u8]) -> bool {
    bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"\xd0\xcf\x11\xe0")
}

/// The records of a file and what it is.
fn split(source: &Arc<SourceText>) -> Result<(Form, Vec<Record>), Diagnostic> {
    let mut first = None;
    for delimiter in DELIMITERS {
        match records(source, delimiter) {
            Ok(records) => {
                let Some(header) = records.first() else { return Err(empty(source)) };
                if is_sheet(header) {
                    return Ok((Form::Sheet, without_escapes(records)));
                }
                let columns = TaskColumns::of(header);
                if columns.lacking().is_none() {
                    // What somebody writes by hand is meant as it is written.
                    let records = if columns.is_written() { without_escapes(records) } else { records };
                    return Ok((Form::Tasks, records));
                }
                let is_better = first.as_ref().is_none_or(|first: &Record| first.fields.len() < header.fields.len());
                first = if is_better { Some(header.clone()) } else { first };
            }
            Err(told) if header_line(source).is_some_and(|line| line.as_bytes().contains(&delimiter)) => {
                return Err(told);
            }
            Err(_) => {}
        }
    }
    Err(no_label_file(source, first.as_ref()))
}

/// The records without what was put in front of formulas.
fn without_escapes(mut records: Vec<Record>) -> Vec<Record> {
    for field in records.iter_mut().flat_map(|record| &mut record.fields) {
        let text = unescape_formula(&field.text);
        if text.len() < field.text.len() {
            field.text = text.to_owned();
        }
    }
    records
}

fn header_line(source: &SourceText) -> Option<&str> {
    source.text.lines().find(|line| !line.trim().is_empty())
}

fn empty(source: &SourceText) -> Diagnostic {
    Diagnostic::error("label-file", format!("`{}` is empty", source.name))
        .help("name a file that `lustrate label` wrote and somebody filled in")
}

fn no_label_file(source: &Arc<SourceText>, header: Option<&Record>) -> Diagnostic {
    let title = format!("`{}` is no label file", source.name);
    let told = |title: String| Diagnostic::error("label-file", title);
    let forms =
        format!("its header is `{},…` or `{}`, or by hand `row,column,correct`", ROW_HEADER.join(","), task_header());
    let Some(header) = header else { return told(title).help(forms) };
    let first = (0..ROW_HEADER.len()).find(|&place| !header.text(place).trim().eq_ignore_ascii_case(ROW_HEADER[place]));
    if let Some(place) = first.filter(|&place| place >= 2) {
        let wanted = ROW_HEADER[place];
        return told(format!("{title}: its column {} is not `{wanted}`", place + 1))
            .at(source, header.span_of(place), format!("`{wanted}` stands here"))
            .help(format!("put `{}` back in front of the columns of the table", ROW_HEADER.join(",")));
    }
    let columns = TaskColumns::of(header);
    if let Some(lacking) = columns.lacking().filter(|_| columns.known() >= 2) {
        let near = nearest(lacking, header.fields.iter().map(|field| field.text.as_str()));
        let place = header.fields.iter().position(|field| Some(field.text.as_str()) == near);
        let meant = near.map_or(String::new(), |near| format!("write `{lacking}` for `{near}`; "));
        let span = place.map_or(header.span, |place| header.span_of(place));
        return told(format!("{title}: its header lacks `{lacking}`"))
            .at(source, span, format!("no column `{lacking}`"))
            .help(format!("{meant}{forms}"));
    }
    told(title).at(source, header.span, "not the header of a label file").help(forms)
}

fn not_filled_in(source: &Arc<SourceText>, form: &Form, records: &[Record]) -> Diagnostic {
    let title = format!("nothing is filled in in `{}`", source.name);
    let (place, help) = match form {
        Form::Sheet => {
            (3, "edit the lines `correct`, and write `yes` in their column `checked` once you have looked at them")
        }
        Form::Tasks => (0, "write `right`, `wrong` or `unknown` in the column `answer`"),
    };
    let header = &records[0];
    let span = if place == 0 { header.span } else { header.span_of(place) };
    Diagnostic::error(NO_LABELS, title).at(source, span, "empty in every line").help(help)
}
