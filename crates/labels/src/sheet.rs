//! The form for spreadsheets: for each row that is asked a line of what is written and a line of what is correct.

use std::io::{self, Write};

use lustrate_table::{AttributeId, CellId, Table, escape_formula};

use crate::find::key_of;
use crate::spelling::{spelled, spelled_value};
use crate::why::why_of;
use crate::{Question, Said};

/// The columns in front of those of the table. They are told by their place: those of the table may be called like them.
pub const ROW_HEADER: [&str; 6] = ["row", "key", "what", "checked", "who", "why"];

/// The place of each field in [`ROW_HEADER`].
pub(crate) mod field {
    pub(crate) const ROW: usize = 0;
    pub(crate) const KEY: usize = 1;
    pub(crate) const WHAT: usize = 2;
    pub(crate) const CHECKED: usize = 3;
    pub(crate) const WHO: usize = 4;
    pub(crate) const WHY: usize = 5;
}

/// What is in `what` of the line of what is written.
pub(crate) const ORIGINAL: &str = "original";
/// What is in `what` of the line that a person fills in.
pub(crate) const CORRECT: &str = "correct";
/// What a person writes in `checked`.
pub(crate) const YES: &str = "yes";

/// Rows to be looked at, with what has been said of them so far.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sheet {
    /// The columns, in their order: all of the table, but for those that were deleted from the file.
    pub columns: Vec<AttributeId>,
    /// The rows, in the order in which they are asked.
    pub rows: Vec<SheetRow>,
}

/// One row of a [`Sheet`].
#[derive(Clone, Debug, PartialEq)]
pub struct SheetRow {
    /// Which row, why it is asked, and what is proposed.
    pub question: Question,
    /// What its cells should read, one for each column of the sheet: what is proposed or written, until somebody changes it.
    pub cells: Vec<Said>,
    /// Whether somebody has looked at it. Only then its cells are labels.
    pub checked: bool,
    /// Who it was.
    pub who: Option<String>,
}

impl Sheet {
    /// A sheet in which nothing is filled in yet.
    pub fn new(table: &Table, questions: Vec<Question>, who: Option<&str>) -> Sheet {
        let columns: Vec<AttributeId> = table.schema().ids().collect();
        let row = |question: Question| {
            let cells = columns.iter().map(|&attribute| prefilled(table, &question, attribute)).collect();
            SheetRow { question, cells, checked: false, who: who.map(str::to_owned) }
        };
        let rows = questions.into_iter().map(row).collect();
        Sheet { columns, rows }
    }

    /// Writes it as CSV: two lines a row, the second to be filled in.
    ///
    /// In `correct` lines the empty field is a missing value, two quotes are the empty text, and `?` is "don't know". A file with
    /// letters beyond ASCII begins with a byte order mark, without which some spreadsheets do not read it as UTF-8. What a
    /// spreadsheet would take for a formula gets a `'` in front, which is taken off again when the file is read.
    ///
    /// # Errors
    /// Those of the writer.
    pub fn write(&self, table: &Table, ids: &[AttributeId], out: &mut impl Write) -> io::Result<()> {
        write_records(out, |records| {
            let names = self.columns.iter().map(|&attribute| table.schema().name(attribute).to_owned());
            records.write(ROW_HEADER.map(str::to_owned).into_iter().chain(names))?;
            self.rows.iter().flat_map(|row| self.lines(table, ids, row)).try_for_each(|line| records.write(line))
        })
    }

    fn lines(&self, table: &Table, ids: &[AttributeId], row: &SheetRow) -> [Vec<String>; 2] {
        let Question { row: id, why, proposals } = &row.question;
        let front = |what: &str, checked: &str, who: Option<&str>, why: String| {
            let key = key_of(table, ids, *id);
            vec![
                id.number().to_string(),
                key,
                what.to_owned(),
                checked.to_owned(),
                who.unwrap_or_default().to_owned(),
                why,
            ]
        };
        let mut original = front(ORIGINAL, "", None, why.clone());
        original
            .extend(self.columns.iter().map(|&attribute| spelled_value(table.text(CellId { row: *id, attribute }))));
        let checked = if row.checked { YES } else { "" };
        let mut correct = front(CORRECT, checked, row.who.as_deref(), why_of(table.schema(), proposals));
        correct.extend(row.cells.iter().map(spelled));
        [original, correct]
    }
}

/// What a cell is taken to be until somebody says otherwise.
fn prefilled(table: &Table, question: &Question, attribute: AttributeId) -> Said {
    let proposed = question.proposals.iter().find(|proposal| proposal.attribute == attribute);
    let written = || table.text(CellId { row: question.row, attribute }).map(str::to_owned);
    Said::Value(proposed.map_or_else(written, |proposal| proposal.value.clone()))
}

/// Records for a spreadsheet, as they are written.
pub(crate) struct Records {
    writer: csv::Writer<Vec<u8>>,
}

impl Records {
    /// Writes a record, of which no field is a formula.
    pub(crate) fn write(&mut self, fields: impl IntoIterator<Item = impl AsRef<str>>) -> csv::Result<()> {
        for field in fields {
            self.writer.write_field(escape_formula(field.as_ref()).as_bytes())?;
        }
        self.writer.write_record(None::<&[u8]>)
    }
}

/// Writes records as CSV, with a byte order mark where spreadsheets need one.
pub(crate) fn write_records(
    out: &mut impl Write,
    write: impl FnOnce(&mut Records) -> csv::Result<()>,
) -> io::Result<()> {
    let mut records = Records { writer: csv::Writer::from_writer(Vec::new()) };
    write(&mut records).map_err(io::Error::other)?;
    let bytes = records.writer.into_inner().map_err(|error| error.into_error())?;
    if !bytes.is_ascii() {
        out.write_all("\u{feff}".as_bytes())?;
    }
    out.write_all(&bytes)
}

#[cfg(test)]
mod tests {
    use lustrate_table::RowId;

    use super::*;
    use crate::Proposal;
    use crate::testing::table;

    #[test]
    fn the_lines_stand_below_each_other_with_the_proposals_filled_in() {
        let table = table("id,city,who\n7,Rom,?\n8,Paris,");
        let proposal = Proposal {
            attribute: AttributeId(1),
            value: Some("Rome".to_owned()),
            confidence: 0.978,
            reason: "as in 12 rows".to_owned(),
        };
        let question = Question { row: RowId(0), why: "like 4 more".to_owned(), proposals: vec![proposal] };
        let mut out = Vec::new();
        Sheet::new(&table, vec![question], Some("ann")).write(&table, &[AttributeId(0)], &mut out).unwrap();
        let expected = "\
row,key,what,checked,who,why,id,city,who
1,7,original,,,like 4 more,7,Rom,\\?
1,7,correct,,ann,\"city: Rome (0.97), as in 12 rows\",7,Rome,\\?
";
        assert_eq!(String::from_utf8(out).unwrap(), expected);
    }
}
