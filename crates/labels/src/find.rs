//! Where the rows of a label file are in the table, which may have been sorted, shortened or lengthened since.

use std::cell::OnceCell;
use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};

use lustrate_table::{AttributeId, CellId, RowId, Table};

use crate::alike::{Likeness, folded, likeness};
use crate::task::{RowPart, task_of};

/// What the cells of a row read when the file was written, as far as the file says; a missing one is the empty text.
pub(crate) type Originals<'a> = [(AttributeId, &'a str)];

/// Finds rows.
pub(crate) struct Finder<'a> {
    table: &'a Table,
    ids: &'a [AttributeId],
    by_key: OnceCell<HashMap<String, Vec<RowId>>>,
    by_content: OnceCell<ByContent>,
    by_task: OnceCell<HashMap<RowPart, Vec<RowId>>>,
}

/// The rows by what they read in some columns.
struct ByContent {
    columns: Vec<AttributeId>,
    rows: HashMap<u64, Vec<RowId>>,
}

/// Why a row is not found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Lost {
    /// No row reads so.
    Nowhere,
    /// The table has only so many rows.
    Beyond(usize),
    /// The row of the same key reads too differently.
    Changed(RowId),
    /// These rows do, and the file does not say which is meant.
    Several(Vec<RowId>),
}

impl<'a> Finder<'a> {
    /// Of a table, and the columns that identify its rows.
    pub(crate) fn new(table: &'a Table, ids: &'a [AttributeId]) -> Self {
        Finder { table, ids, by_key: OnceCell::new(), by_content: OnceCell::new(), by_task: OnceCell::new() }
    }

    /// The row of a number, if the table has so many.
    pub(crate) fn numbered(&self, number: u64) -> Option<RowId> {
        let place = number.checked_sub(1).filter(|&place| place < self.table.rows() as u64)?;
        Some(RowId(place as u32))
    }

    /// The row with these cells: where it was; else that of its key; else the only one that reads so; else where it was, if one
    /// cell of it alone was changed.
    pub(crate) fn row(&self, number: Option<u64>, key: &str, originals: &Originals<'_>) -> Result<RowId, Lost> {
        let there = number.and_then(|number| self.numbered(number));
        if let Some(row) = there.filter(|&row| self.differing(row, originals) == 0) {
            return Ok(row);
        }
        let of_key = one_of(self.rows_of_key(key), |row| self.differing(row, originals) == 0);
        if let [only] = of_key[..] {
            return if self.could_be(only, originals) { Ok(only) } else { Err(Lost::Changed(only)) };
        }
        let alike = self.rows_of_content(originals);
        match (&alike[..], there) {
            ([only], _) => Ok(*only),
            ([], Some(row)) if originals.len() >= 3 && self.differing(row, originals) == 1 => Ok(row),
            ([], _) => Err(Lost::Nowhere),
            _ => Err(Lost::Several(alike)),
        }
    }

    /// The row of one cell, of which the file says no more than its number, its key and what was written there: where it was;
    /// else that of its key.
    pub(crate) fn row_of_cell(
        &self,
        number: Option<u64>,
        key: &str,
        attribute: AttributeId,
        original: Option<&str>,
    ) -> Result<RowId, Lost> {
        let written: &Originals<'_> = &original.map(|original| (attribute, original)).into_iter().collect::<Vec<_>>();
        let reads_so = |row: RowId| self.differing(row, written) == 0;
        if let Some(row) = number.and_then(|number| self.numbered(number)).filter(|&row| reads_so(row)) {
            return Ok(row);
        }
        match one_of(self.rows_of_key(key), reads_so)[..] {
            [only] if reads_so(only) => Ok(only),
            [only] => Err(Lost::Changed(only)),
            [] if number.is_some_and(|number| self.numbered(number).is_none()) => Err(Lost::Beyond(self.table.rows())),
            ref several if several.len() > 1 && number.is_none() => Err(Lost::Several(several.to_vec())),
            _ => Err(Lost::Nowhere),
        }
    }

    /// The row of a task: where it was, else the only one with its texts.
    pub(crate) fn row_of_task(&self, number: Option<u64>, task: &str, attribute: AttributeId) -> Option<RowId> {
        let of_row = RowPart::of_task(task)?;
        let there = number.and_then(|number| self.numbered(number));
        if let Some(row) = there.filter(|&row| task_of(self.table, row, attribute) == task) {
            return Some(row);
        }
        let by_task = self.by_task.get_or_init(|| {
            let mut rows: HashMap<RowPart, Vec<RowId>> = HashMap::new();
            self.table.row_ids().for_each(|row| rows.entry(RowPart::of_row(self.table, row)).or_default().push(row));
            rows
        });
        match by_task.get(&of_row).map(Vec::as_slice) {
            Some([only]) => Some(*only).filter(|&row| task_of(self.table, row, attribute) == task),
            _ => None,
        }
    }

    /// The rows of a key as the file has it, which a spreadsheet may have rewritten.
    pub(crate) fn rows_of_key(&self, key: &str) -> &[RowId] {
        if self.ids.is_empty() || key.trim_matches(['|', ' ']).is_empty() {
            return &[];
        }
        let by_key = self.by_key.get_or_init(|| {
            let mut rows: HashMap<String, Vec<RowId>> = HashMap::new();
            for row in self.table.row_ids() {
                rows.entry(folded_key(&key_of(self.table, self.ids, row))).or_default().push(row);
            }
            rows
        });
        by_key.get(&folded_key(key)).map_or(&[], Vec::as_slice)
    }

    /// How many of the cells do not read as they did.
    fn differing(&self, row: RowId, originals: &Originals<'_>) -> usize {
        let differs = |&&(attribute, field): &&(AttributeId, &str)| {
            let value = self.table.text(CellId { row, attribute }).unwrap_or_default();
            likeness(value, field) == Likeness::Different
        };
        originals.iter().filter(differs).count()
    }

    /// Whether a row of the same key is likely the same thing: numbers from 1 up are keys of many tables.
    fn could_be(&self, row: RowId, originals: &Originals<'_>) -> bool {
        let others: Vec<_> = originals.iter().filter(|(attribute, _)| !self.ids.contains(attribute)).copied().collect();
        2 * self.differing(row, &others) <= others.len()
    }

    /// The rows that read so.
    fn rows_of_content(&self, originals: &Originals<'_>) -> Vec<RowId> {
        if originals.is_empty() {
            return Vec::new();
        }
        let columns: Vec<AttributeId> = originals.iter().map(|&(attribute, _)| attribute).collect();
        let indexed = self.by_content.get_or_init(|| {
            let rows = self.index(&columns);
            ByContent { columns, rows }
        });
        let folds = |attribute: AttributeId| {
            originals.iter().find(|&&(other, _)| other == attribute).map(|&(_, field)| hash(&folded(field)))
        };
        let Some(folds) = indexed.columns.iter().map(|&attribute| folds(attribute)).collect::<Option<Vec<u64>>>()
        else {
            return Vec::new();
        };
        let rows = indexed.rows.get(&hash(&folds)).map_or(&[][..], Vec::as_slice);
        rows.iter().copied().filter(|&row| self.differing(row, originals) == 0).collect()
    }

    fn index(&self, columns: &[AttributeId]) -> HashMap<u64, Vec<RowId>> {
        let of_missing = hash(&folded(""));
        let folds: Vec<Vec<u64>> = columns
            .iter()
            .map(|&attribute| {
                self.table.column(attribute).dictionary().iter().map(|(_, text)| hash(&folded(text))).collect()
            })
            .collect();
        let mut rows: HashMap<u64, Vec<RowId>> = HashMap::new();
        for row in self.table.row_ids() {
            let fold = |(&attribute, folds): (&AttributeId, &Vec<u64>)| {
                let code = self.table.code(CellId { row, attribute });
                if code.is_null() { of_missing } else { folds[code.index()] }
            };
            let of_row: Vec<u64> = columns.iter().zip(&folds).map(fold).collect();
            rows.entry(hash(&of_row)).or_default().push(row);
        }
        rows
    }
}

/// The values of the id columns of a row, with `|` between them.
pub(crate) fn key_of(table: &Table, ids: &[AttributeId], row: RowId) -> String {
    let texts: Vec<&str> =
        ids.iter().map(|&attribute| table.text(CellId { row, attribute }).unwrap_or_default()).collect();
    texts.join("|")
}

fn folded_key(key: &str) -> String {
    key.split('|').map(folded).collect::<Vec<_>>().join("|")
}

/// The row of which something holds, where it is of one alone; else all.
fn one_of(rows: &[RowId], holds: impl Fn(RowId) -> bool) -> Vec<RowId> {
    let held: Vec<RowId> = rows.iter().copied().filter(|&row| holds(row)).collect();
    if held.len() == 1 { held } else { rows.to_vec() }
}

/// A number of a value, for look-ups within a run; it reaches no output.
fn hash(value: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::table;

    const TEXT: &str = "id,name,city\n1,Ann,Rome\n2,Bob,Oslo\n3,Bob,Oslo\n4,Cy,Bern\n5,Cy,Bern";

    fn find(number: u64, key: &str, cells: [&str; 3], ids: &[AttributeId]) -> Result<u64, Lost> {
        let table = table(TEXT);
        let originals: Vec<_> = table.schema().ids().zip(cells).collect();
        Finder::new(&table, ids).row(Some(number), key, &originals).map(RowId::number)
    }

    #[test]
    fn a_row_is_found_where_it_was_else_by_key_else_by_what_it_reads() {
        let id = [AttributeId(0)];
        assert_eq!(find(2, "", ["2", "Bob", "Oslo"], &[]), Ok(2));
        assert_eq!(find(9, "002", ["2", "Bob", "Oslo"], &[]), Ok(2), "by all it reads");
        assert_eq!(find(1, "002", ["2", "Bob", "Paris"], &id), Ok(2), "by its key");
        assert_eq!(find(1, "", ["1", "Ann", "Paris"], &[]), Ok(1), "one cell was changed in its place");
        assert_eq!(find(1, "", ["1", "Dan", "Paris"], &[]), Err(Lost::Nowhere));
    }

    #[test]
    fn a_row_of_the_same_key_that_reads_otherwise_is_another() {
        assert_eq!(find(4, "1", ["1", "Dan", "Paris"], &[AttributeId(0)]), Err(Lost::Changed(RowId(0))));
    }

    #[test]
    fn of_rows_that_read_alike_none_is_taken() {
        let table = table("name,city\nBob,Oslo\nAnn,Rome\nBob,Oslo");
        let originals: Vec<_> = table.schema().ids().zip(["Bob", "Oslo"]).collect();
        let finder = Finder::new(&table, &[]);
        assert_eq!(finder.row(Some(2), "", &originals), Err(Lost::Several(vec![RowId(0), RowId(2)])));
        assert_eq!(finder.row(Some(3), "", &originals), Ok(RowId(2)));
    }
}
