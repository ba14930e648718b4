//! A table to delimited text: the file it came from with the changed fields patched in, or plain text.

use std::collections::BTreeMap;
use std::io::{self, Read, Write};
use std::ops::ControlFlow;
use std::path::Path;

use lustrate_table::{CellId, CsvDialect, OriginFile, RowId, Table};

use crate::changed::changed_cells;
use crate::decoding::DecodeError;
use crate::edits::{Edit, LineEnd, edits};
use crate::encoding::{SAMPLE, bom, encode};
use crate::habits::Habits;
use crate::parse::usual_block;
use crate::patcher::{PatchError, Patcher};
use crate::quoting::{needs_quotes, quoted, write_delimited};
use crate::read::cannot_read;
use crate::scan::{Record, Scanner};
use crate::split::{LONGEST, RowPlace, Split};
use crate::walk::{Step, walk};
use crate::window::Window;
use crate::write::{changed_since, read_again};
use crate::{Selection, WriteError};

/// Writes a table as plain text: UTF-8, `\n`, quotes where they are needed. Missing cells and empty ones are both
/// empty fields.
pub(crate) fn write_plain_csv(
    table: &Table,
    delimiter: u8,
    selection: Selection<'_>,
    out: &mut impl Write,
) -> io::Result<()> {
    let names = table.schema().attributes().iter().map(|attribute| attribute.name.as_str());
    let reason_column = selection.reason_column(table);
    write_delimited(out, delimiter, names.chain(reason_column.as_deref()))?;
    for row in table.row_ids().filter(|&row| selection.has(row)) {
        let cells = table.schema().ids().map(|attribute| table.text(CellId { row, attribute }).unwrap_or(""));
        write_delimited(out, delimiter, cells.chain(selection.reason(row)))?;
    }
    Ok(())
}

/// Writes the bytes of the file that a table came from, with the fields replaced whose cells have another value now.
/// All else comes out byte for byte. Of the file no more than a part is in memory at a time.
///
/// # Errors
/// When the file does not hold the rows of the table, or a new value has a character that its encoding lacks.
pub(crate) fn write_patched_csv(
    table: &Table,
    file: &OriginFile,
    dialect: &CsvDialect,
    selection: Selection<'_>,
    mut out: impl Write,
) -> Result<(), WriteError> {
    let columns = match selection {
        Selection::SetApart(rows) => columns_apart(table, file, dialect, rows)?,
        Selection::All | Selection::Without(_) => table.schema().len(),
    };
    write_in_steps(table, &file.path, (read_again(file)?, usual_block()), dialect, (selection, columns), &mut out)
}

/// The fields before the reasons of rows that are set apart: as many as the header has, or more where one of these lines is
/// longer, so that each reason is under its name.
fn columns_apart(
    table: &Table,
    file: &OriginFile,
    dialect: &CsvDialect,
    rows: &BTreeMap<RowId, String>,
) -> Result<usize, WriteError> {
    let mut columns = table.schema().len();
    if rows.keys().all(|row| table.ragged().binary_search(row).is_err()) {
        return Ok(columns);
    }
    let mut next: Option<RowId> = None;
    walk(file, dialect, |Step { record, .. }| {
        if next.is_some_and(|row| rows.contains_key(&row)) {
            columns = columns.max(record.len());
        }
        next = Some(next.map_or(RowId(0), |row| RowId(row.0 + 1)));
        ControlFlow::Continue(())
    })?;
    Ok(columns)
}

/// The same, of a file that is read in steps of so many bytes, on which what is written does not depend.
fn write_in_steps(
    table: &Table,
    path: &Path,
    (mut file, step): (impl Read, usize),
    dialect: &CsvDialect,
    (selection, columns): (Selection<'_>, usize),
    out: &mut impl Write,
) -> Result<(), WriteError> {
    let mark = if dialect.bom { bom(dialect.encoding) } else { b"" };
    let mut start = vec![0; mark.len()];
    file.read_exact(&mut start).map_err(|error| cannot_read(path, &error))?;
    if start != mark {
        return Err(changed_since(path).into());
    }
    out.write_all(&start)?;
    let mut window = Window::new(file, dialect.encoding, step);
    fill(&mut window, path)?;
    let sample = &window.text()[..window.text().floor_char_boundary(SAMPLE)];
    let habits = Habits::of(sample, dialect.delimiter);
    let mut records = Records {
        table,
        path,
        dialect,
        habits,
        selection,
        columns,
        record: Record::default(),
        split: Split::default(),
        next: None,
    };
    loop {
        let (done, raw) = records.patch(&window, out)?;
        window.advance(done, raw);
        if window.is_last() {
            break;
        }
        fill(&mut window, path)?;
    }
    out.write_all(window.raw())?;
    let whole = records.next.is_some_and(|next| next.index() == table.rows());
    if whole { Ok(()) } else { Err(changed_since(path).into()) }
}

/// Takes more of a file into its window.
pub(crate) fn fill(window: &mut Window<impl Read>, path: &Path) -> Result<(), WriteError> {
    window.fill().map_err(|error| match error {
        DecodeError::Io(error) => cannot_read(path, &error).into(),
        DecodeError::NoText => changed_since(path).into(),
    })
}

/// The records of a file beside the rows of its table.
struct Records<'t> {
    table: &'t Table,
    path: &'t Path,
    dialect: &'t CsvDialect,
    habits: Habits,
    selection: Selection<'t>,
    /// The fields before the reason of a row that is set apart.
    columns: usize,
    record: Record,
    split: Split,
    /// The row of the next record; `None` before the header.
    next: Option<RowId>,
}

impl Records<'_> {
    /// Writes the records of a part of the file that are whole, and gives back how far they go, in the text and in the
    /// bytes.
    fn patch(&mut self, window: &Window<impl Read>, out: &mut impl Write) -> Result<(usize, usize), WriteError> {
        let text = window.text();
        let mut patcher = Patcher::new(text, window.raw(), self.dialect.encoding, out);
        let (mut scanner, mut done) = (Scanner::new(text, self.dialect.delimiter), 0);
        if self.next.is_none() {
            // A record that ends where the part does may go on behind it.
            if !scanner.read(&mut self.record) || !(window.is_last() || scanner.position() < text.len()) {
                return Ok((0, 0));
            }
            self.patch_header(&mut patcher)?;
            (self.next, done) = (Some(RowId(0)), scanner.position());
        }
        loop {
            let rest = &text[done..];
            let part = &rest[..rest.floor_char_boundary(LONGEST)];
            let is_rest = part.len() == rest.len();
            let (delimiter, width) = (self.dialect.delimiter, self.table.schema().len());
            self.split.fill(part, delimiter, width, is_rest && window.is_last());
            self.patch_rows(part, done, &mut scanner, &mut patcher)?;
            done += self.split.end;
            if is_rest || self.split.rows.is_empty() {
                break;
            }
        }
        Ok((done, patcher.finish(done)?))
    }

    fn patch_header(&self, patcher: &mut Patcher<'_, impl Write>) -> Result<(), WriteError> {
        if let Some(name) = self.selection.reason_column(self.table) {
            let mut line = LineEnd::of(&self.record, patcher.text());
            for column in self.table.schema().len()..self.columns {
                self.append(patcher, &mut line, column, &surplus_name(self.table, column))?;
            }
            self.append(patcher, &mut line, self.columns, &name)?;
        }
        Ok(())
    }

    /// Writes the rows into which a part of the text is split that starts at `from`. Only of rows that are written otherwise
    /// is looked at how they are written.
    fn patch_rows(
        &mut self,
        part: &str,
        from: usize,
        scanner: &mut Scanner<'_>,
        patcher: &mut Patcher<'_, impl Write>,
    ) -> Result<(), WriteError> {
        let first = self.next.unwrap_or(RowId(0));
        let behind = first.index() + self.split.rows.len();
        if behind > self.table.rows() {
            return Err(changed_since(self.path).into());
        }
        let changed = match self.selection {
            Selection::All | Selection::Without(_) => changed_cells(self.table, first, &self.split, part),
            Selection::SetApart(_) => Vec::new(),
        };
        let mut changed = changed.as_slice();
        for place in 0..self.split.rows.len() {
            let row = RowId(first.0 + place as u32);
            let (cells, later) = changed.split_at(changed.partition_point(|cell| cell.row <= row));
            changed = later;
            let RowPlace { start, end, .. } = self.split.rows[place];
            let (start, end) = (from + start as usize, from + end as usize);
            let reason = self.selection.reason(row);
            if !self.selection.has(row) {
                patcher.replace(start, end, "").map_err(PatchError::nameless)?;
            } else if reason.is_none() && self.patch_cells(cells, place, (part, from), patcher)? {
                continue;
            } else {
                scanner.go_to(start);
                scanner.read(&mut self.record);
                let mut line = self.patch_fields(row, patcher)?;
                if let Some(reason) = reason {
                    self.append(patcher, &mut line, self.columns, reason)?;
                }
            }
        }
        self.next = Some(RowId(behind as u32));
        Ok(())
    }

    /// Writes the changed cells of a row where that takes no look at the whole line, and tells whether it does not.
    fn patch_cells(
        &self,
        cells: &[CellId],
        place: usize,
        (part, from): (&str, usize),
        patcher: &mut Patcher<'_, impl Write>,
    ) -> Result<bool, WriteError> {
        let raw = |cell: &CellId| self.split.raw(part, place, cell.attribute.index());
        // A line of one field must not become empty.
        if !cells.is_empty() && (self.table.schema().len() == 1 || cells.iter().any(|cell| raw(cell).is_none())) {
            return Ok(false);
        }
        for (cell, raw) in cells.iter().filter_map(|cell| Some((*cell, raw(cell)?))) {
            let column = cell.attribute.index();
            let old = (self.split.value(part, place, column), &part[raw.clone()]);
            let field = self.habits.field(self.table.text(cell).unwrap_or(""), column, Some(old));
            let replaced = patcher.replace(from + raw.start, from + raw.end, &field);
            replaced.map_err(|error| error.naming(self.table, cell))?;
        }
        Ok(true)
    }

    /// Gives back how the line ends then.
    fn patch_fields(&self, row: RowId, patcher: &mut Patcher<'_, impl Write>) -> Result<LineEnd, WriteError> {
        let (edits, line) = edits(self.table, row, &self.record, patcher.text(), &self.habits, self.dialect.delimiter);
        for Edit { range, field, cell } in edits {
            patcher.replace(range.start, range.end, &field).map_err(|error| error.naming(self.table, cell))?;
        }
        Ok(line)
    }

    /// Writes a field in a column behind those of a line, which is filled up to it. Characters that the encoding lacks become
    /// question marks: the field is ours.
    fn append(
        &self,
        patcher: &mut Patcher<'_, impl Write>,
        line: &mut LineEnd,
        column: usize,
        field: &str,
    ) -> Result<(), WriteError> {
        let encoding = patcher.encoding();
        let known = |c: char| if encode(c.encode_utf8(&mut [0; 4]), encoding).is_ok() { c } else { '?' };
        let field: String = field.chars().map(known).collect();
        let field = if needs_quotes(&field, self.dialect.delimiter) { quoted(&field) } else { field };
        let text = line.go_on(column, self.dialect.delimiter) + &field;
        let end = self.record.extent().end;
        patcher.replace(end, end, &text).map_err(PatchError::nameless)
    }
}

/// The name of a column behind those of the header, into which only lines with too many fields reach. It is the one that a
/// column without a name is given where a table is read.
fn surplus_name(table: &Table, column: usize) -> String {
    let mut name = format!("column_{}", column + 1);
    while table.schema().find(&name).is_some() {
        name.push('_');
    }
    name
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use lustrate_table::{AttributeId, Encoding};
    use proptest::prelude::*;

    use super::*;
    use crate::{CsvOptions, read_csv_bytes};

    /// What is written of a table whose file is read in steps of so many bytes. A sample that is no longer than the file
    /// is the same for all steps but the shortest.
    fn written(table: &Table, bytes: &[u8], encoding: Encoding, selection: Selection<'_>, step: usize) -> Vec<u8> {
        let dialect = CsvDialect { encoding, ..CsvDialect::default() };
        let mut out = Vec::new();
        // No line of these texts has more fields.
        write_in_steps(table, Path::new("t.csv"), (bytes, step), &dialect, (selection, 13), &mut out).unwrap();
        out
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(1500))]

        #[test]
        fn the_length_of_the_steps_does_not_show(
            text in "[ab],[ab]{1,2}(\n|\r\n|\r)(([ab,é]|\"a\n,b\"|\n|\r\n|\r|\"\"|𝄞){2,12}(\n|\r\n|\r)){1,4}",
            utf16 in any::<bool>(),
            step in 1usize..40,
            row in any::<prop::sample::Index>(),
            other in any::<prop::sample::Index>(),
        ) {
            let encoding = if utf16 { Encoding::Utf16Le } else { Encoding::Utf8 };
            let bytes = encode(&text, encoding).unwrap();
            let options = CsvOptions { delimiter: Some(b','), encoding: Some(encoding), ..CsvOptions::default() };
            let Ok(reading) = read_csv_bytes("t.csv", &bytes, &options) else { return Ok(()) };
            let mut table = reading.table;
            let [row, other] = [row, other].map(|index| RowId(index.index(table.rows()) as u32));
            // A value that must be in quotes, so that the habits, which are those of the first step, have no say.
            table.set(CellId { row, attribute: AttributeId(0) }, Some("x,é"));
            let apart = BTreeSet::from([other]);
            let because = BTreeMap::from([(other, "no, \"late\"".to_owned())]);
            for selection in [Selection::All, Selection::Without(&apart), Selection::SetApart(&because)] {
                let whole = written(&table, &bytes, encoding, selection, bytes.len() + 1);
                prop_assert_eq!(written(&table, &bytes, encoding, selection, step), whole);
            }
        }
    }
}
