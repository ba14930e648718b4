//! Which rows a person is asked about.

use std::collections::{BTreeMap, BTreeSet};

use lustrate_labels::{Labels, Proposal, Question};
use lustrate_rules::Rules;
use lustrate_table::{RowId, Table};

use crate::outcome::{Decision, Repair};
use crate::repair::repair;
use crate::{Error, Settings};

/// The rows in which a run would change or review most cells of which nothing was said earlier, at most so many; of rows with
/// equally many the first.
///
/// # Errors
/// As [`repair`].
pub fn ask(
    table: &Table,
    rules: &Rules,
    settings: &Settings,
    earlier: &Labels,
    rows: usize,
) -> Result<Vec<Question>, Error> {
    let outcome = repair(table, rules, settings)?;
    let known: BTreeSet<RowId> = earlier.items.iter().map(|label| label.cell.row).collect();
    let mut by_row: BTreeMap<RowId, Vec<&Repair>> = BTreeMap::new();
    for repair in &outcome.repairs {
        by_row.entry(RowId((repair.row - 1) as u32)).or_default().push(repair);
    }
    let mut doubtful: Vec<(RowId, Vec<&Repair>)> = by_row.into_iter().filter(|(row, _)| !known.contains(row)).collect();
    doubtful.sort_by_key(|(row, repairs)| (usize::MAX - repairs.len(), *row));
    Ok(doubtful.into_iter().take(rows).map(|(row, repairs)| question(table, row, &repairs)).collect())
}

fn question(table: &Table, row: RowId, repairs: &[&Repair]) -> Question {
    let changed = repairs.iter().filter(|repair| repair.decision == Decision::Apply).count();
    let cells = |count: usize| if count == 1 { "1 cell".to_owned() } else { format!("{count} cells") };
    let why = match (changed, repairs.len() - changed) {
        (changed, 0) => format!("{} would be changed", cells(changed)),
        (0, doubtful) => format!("{} in doubt", cells(doubtful)),
        (changed, doubtful) => format!("{} would be changed, {} in doubt", cells(changed), cells(doubtful)),
    };
    let proposal = |repair: &&Repair| Proposal {
        attribute: table.schema().find(&repair.column).expect("a repair names a column of its table"),
        value: repair.new.clone(),
        confidence: repair.confidence,
        reason: repair.reason.clone(),
    };
    Question { row, why, proposals: repairs.iter().map(proposal).collect() }
}
