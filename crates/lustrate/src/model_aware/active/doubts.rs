//! Which rows may be wrong, and what the engine would make of them.

use std::collections::BTreeMap;

use lustrate_rules::Rules;
use lustrate_table::{CellId, RowId, Table};

use super::state::{CorrectedCell, DoubtfulRow};
use crate::outcome::{Decision, Repair};
use crate::{Error, Progress, Settings, repair_with};

/// Rows that are less doubtful are taken for right.
const LEAST: f64 = 0.05;
/// How doubtful a row is that a rule on pairs blames, if nothing is surer: it may be the other row that is wrong. What breaks a rule
/// on single rows is wrong.
const BLAMED: f64 = 0.5;

/// All rows, alike.
pub(super) fn all(table: &Table) -> Vec<DoubtfulRow> {
    let doubtful =
        |row: RowId| DoubtfulRow { row: row.number(), probability: 1.0, why: "all rows are asked".to_owned() };
    table.row_ids().map(doubtful).collect()
}

/// The rows of which rules or repairs say that something is wrong, and the repairs that would be made. A row is right where all of
/// its cells are: q = 1 − Π (1 − pᵢ) over the repairs of its cells.
pub(super) fn find(
    table: &Table,
    rules: &Rules,
    settings: &Settings,
    progress: &(dyn Fn(Progress) + Sync),
) -> Result<(Vec<DoubtfulRow>, Vec<CorrectedCell>), Error> {
    let outcome = repair_with(table, rules, settings, progress)?;
    let findings = crate::find(table, rules)?;
    let mut right = BTreeMap::<u64, (f64, String)>::new();
    for repair in &outcome.repairs {
        let of_row = right.entry(repair.row).or_insert_with(|| (1.0, said(repair)));
        of_row.0 *= 1.0 - repair.confidence;
    }
    for row in &outcome.quarantine {
        right.insert(row.row, (0.0, row.reason.clone()));
    }
    for rule in &findings.rules {
        for cell in &rule.cells {
            let of_row = right.entry(cell.row).or_insert_with(|| (1.0, format!("it breaks the rule {}", rule.name)));
            of_row.0 = if rule.pairs.is_none() { 0.0 } else { of_row.0.min(1.0 - BLAMED) };
        }
    }
    let doubtful = right.into_iter().map(|(row, (right, why))| DoubtfulRow {
        row,
        // What is written to the state and read again is the same number.
        probability: ((1.0 - right) * 1e4).round() / 1e4,
        why,
    });
    let doubts = doubtful.filter(|row| row.probability >= LEAST).collect();
    let applied = outcome.repairs.iter().filter(|repair| repair.decision == Decision::Apply);
    let cell = |repair: &Repair| {
        let attribute = table.schema().find(&repair.column).expect("a repair is of a column of the table");
        let place = CellId { row: RowId((repair.row - 1) as u32), attribute };
        let confidence = (repair.confidence * 1e4).floor() / 1e4;
        CorrectedCell {
            confidence,
            why: repair.reason.to_string(),
            ..CorrectedCell::new(table, place, repair.new.clone())
        }
    };
    Ok((doubts, applied.map(cell).collect()))
}

fn said(repair: &Repair) -> String {
    format!("{}: {}", repair.column, repair.reason)
}
