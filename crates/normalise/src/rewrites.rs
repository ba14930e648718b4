//! `rewrite`: values written otherwise as rules say, before all else that is known of a column.

use std::collections::BTreeMap;

use lustrate_rules::{BoundRewrite, ColumnRole, Constraints};
use lustrate_table::{AttributeId, CellId, Code, Column, RowId, Table};
use lustrate_values::{Rewrite, rewrite};

use crate::conversion::{Conversion, ConversionKind, SURE};

/// A table as the rewrites of its columns write it, and the cells that read otherwise.
pub(crate) struct Rewritten {
    /// The table. Columns in which nothing changes are shared with the table that was read.
    pub table: Table,
    cells: BTreeMap<CellId, Cell>,
}

/// What was done with a cell.
struct Cell {
    /// The first statement that changed it, among those of its column.
    place: usize,
    /// What each of them did, in a sentence.
    reason: String,
}

impl Rewritten {
    /// Rewrites the columns of a table; `plain` is a column as it reads without any rewrite.
    pub fn new(table: &Table, constraints: &Constraints, plain: impl Fn(AttributeId) -> Option<Column>) -> Self {
        let mut rewritten = Rewritten { table: table.clone(), cells: BTreeMap::new() };
        let columns = constraints.columns();
        let named: Vec<_> = columns.declared().filter(|(_, rule)| !rule.rewrites.is_empty()).collect();
        let named: Vec<_> = named.into_iter().filter(|(id, _)| id.index() < table.schema().len()).collect();
        if named.is_empty() {
            return rewritten;
        }
        let mut asked = table.clone();
        let filters = named.iter().flat_map(|(_, rule)| &rule.rewrites).flat_map(|rewrite| &rewrite.filter);
        let mut cells: Vec<AttributeId> =
            filters.flat_map(|predicate| predicate.cells()).map(|cell| cell.attribute).collect();
        cells.sort_unstable();
        cells.dedup();
        for attribute in cells {
            if let Some(column) = plain(attribute) {
                asked.replace(attribute, column);
            }
        }
        let holds = |rewrite: &BoundRewrite, row: RowId| {
            let text = |attribute| asked.text(CellId { row, attribute });
            let holds = |text| rewrite.filter.iter().all(|predicate| predicate.holds(columns, text) == Some(true));
            holds(&|cell| text(cell.attribute))
        };
        for (attribute, rule) in named {
            let mut column = table.column(attribute).clone();
            let before = rewritten.cells.len();
            for (place, rewrite) in rule.rewrites.iter().enumerate() {
                rewritten.make(&mut column, (attribute, place), rewrite, &|row| holds(rewrite, row));
            }
            if rewritten.cells.len() > before {
                rewritten.table.replace(attribute, column);
            }
        }
        rewritten
    }

    /// Makes one rewrite in a column; each distinct value is looked at once.
    fn make(
        &mut self,
        column: &mut Column,
        (attribute, place): (AttributeId, usize),
        bound: &BoundRewrite,
        holds: &dyn Fn(RowId) -> bool,
    ) {
        let made = |text: Option<&str>| {
            let (new, by) = rewrite(&bound.rewrites, text)?;
            Some((new, reason(bound, &by)))
        };
        let missing = made(None);
        let of_code: Vec<_> = column.dictionary().iter().map(|(_, text)| made(Some(text))).collect();
        if missing.is_none() && of_code.iter().all(Option::is_none) {
            return;
        }
        let codes: Vec<Code> = column.codes().to_vec();
        for (row, code) in codes.into_iter().enumerate() {
            let row = RowId(row as u32);
            let made = if code.is_null() { missing.as_ref() } else { of_code[code.index()].as_ref() };
            let Some((new, reason)) = made.filter(|_| holds(row)) else { continue };
            column.set(row, new.as_deref());
            let cell = self.cells.entry(CellId { row, attribute });
            cell.and_modify(|earlier| {
                earlier.reason.push_str("; ");
                earlier.reason.push_str(reason);
            })
            .or_insert_with(|| Cell { place, reason: reason.clone() });
        }
    }

    /// The conversions of the table as it was read: those of the rewritten table, and the rewrites. A cell that reads in the
    /// end as it was read has none, nor has one that was rewritten in a ragged line, which may sit in the wrong column.
    pub fn conversions(self, read: &Table, constraints: &Constraints, later: Vec<Conversion>) -> Vec<Conversion> {
        let Rewritten { table, mut cells } = self;
        if cells.is_empty() {
            return later;
        }
        let is_ragged = |cell: CellId| read.ragged().binary_search(&cell.row).is_ok();
        let old = |cell: CellId| read.text(cell).map(str::to_owned);
        let mut all = Vec::with_capacity(later.len() + cells.len());
        for mut conversion in later {
            if let Some(Cell { place, reason }) = cells.remove(&conversion.cell) {
                if is_ragged(conversion.cell) {
                    continue;
                }
                conversion.old = old(conversion.cell);
                conversion.kind = ConversionKind::Rewritten(place);
                conversion.reason = format!("{reason}; {}", conversion.reason);
            }
            all.push(conversion);
        }
        let stays = |attribute: AttributeId| {
            let rule = constraints.columns().get(attribute);
            rule.never_repair || rule.roles.contains(&ColumnRole::Id)
        };
        for (cell, Cell { place, reason }) in cells {
            if stays(cell.attribute) || is_ragged(cell) {
                continue;
            }
            all.push(Conversion {
                cell,
                old: old(cell),
                new: table.text(cell).map(str::to_owned),
                confidence: SURE,
                kind: ConversionKind::Rewritten(place),
                reason,
                alternatives: Vec::new(),
            });
        }
        all.retain(|conversion| conversion.old != conversion.new);
        all
    }
}

/// `rule dates: the two parts change places (the old system wrote the month first)`
fn reason(bound: &BoundRewrite, by: &[&Rewrite]) -> String {
    let words: Vec<String> = by.iter().map(|rewrite| rewrite.words()).collect();
    let because = bound.because.as_ref().map_or_else(String::new, |because| format!(" ({because})"));
    format!("rule {}: {}{because}", bound.name, words.join(", "))
}
