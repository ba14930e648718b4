//! What is doubtful in a column, and what it is judged by.

use std::collections::BTreeMap;

use lustrate_model::{Attention, Noise};
use lustrate_repair::{Decision, Repair};
use lustrate_table::{AttributeId, CellId};
use serde::Serialize;

use crate::column_kinds::{ProfiledColumn, profiled};
use crate::explain::Explaining;
use crate::naming::doubt;

/// What says less than this of a column says nothing.
const LEAST_TRUST: f64 = 0.01;

/// What is doubtful in one column, which errors are made in it, and what it is judged by.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ColumnExplanation {
    /// Its name.
    pub column: String,
    /// The cells: one for each data row.
    pub cells: u64,
    /// The cells in which nothing is written.
    pub missing: u64,
    /// The different values that are written.
    pub distinct: u64,
    /// What it is, found from its values.
    pub profile: ProfiledColumn,
    /// How closely it is looked at, where not at everything.
    pub attention: Option<String>,
    /// The cells that are changed.
    pub changed: u64,
    /// The cells that wait for a person, by why; the most first.
    pub for_review: Vec<Counted>,
    /// The kinds of errors that best explain the cells that are changed or wait; the most first.
    pub errors: Vec<Counted>,
    /// The share of wrong cells that was learned; `None` where nothing was.
    pub error_rate: Option<f64>,
    /// The share of each kind of error among the wrong cells that was learned, the most frequent first.
    pub error_shares: Vec<(&'static str, f64)>,
    /// The columns whose values say what belongs here, the most trusted first.
    pub contexts: Vec<ColumnContext>,
    /// The conventions of writing that were found in it.
    pub formats: Vec<String>,
}

/// So many of something.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Counted {
    /// What.
    pub what: &'static str,
    /// How many cells.
    pub cells: u64,
}

/// Columns whose values say what belongs in another.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ColumnContext {
    /// The columns.
    pub columns: Vec<String>,
    /// The share of their groups of equal values in which one value is meant, from 0 to 1.
    pub trust: f64,
}

impl Explaining<'_> {
    /// Explains one column.
    pub(crate) fn column(&self, attribute: AttributeId) -> ColumnExplanation {
        let (table, settled) = (self.table, self.settled);
        let column = table.column(attribute);
        let is_read = matches!(settled.model().attention(attribute), Attention::Everything | Attention::StringsOnly);
        let learned = is_read.then(|| settled.model().column(attribute));
        let name = |attribute: AttributeId| table.schema().name(attribute).to_owned();
        let repairs: Vec<&Repair> =
            settled.repairs.items.iter().filter(|repair| repair.cell.attribute == attribute).collect();
        let doubts = repairs.iter().filter_map(|repair| doubt(repair.decision, repair.withheld));
        let trusted = learned.iter().flat_map(|learned| &learned.contexts).filter(|(_, trust)| *trust >= LEAST_TRUST);
        let contexts = trusted
            .map(|(key, trust)| ColumnContext { columns: key.iter().copied().map(name).collect(), trust: *trust });
        let shares = learned.iter().flat_map(|learned| &learned.noises);
        ColumnExplanation {
            column: name(attribute),
            cells: table.rows() as u64,
            missing: table.row_ids().filter(|&row| table.text(CellId { row, attribute }).is_none()).count() as u64,
            distinct: column.dictionary().len() as u64,
            profile: profiled(table, attribute),
            attention: self.attention(attribute),
            changed: repairs.iter().filter(|repair| repair.decision == Decision::Apply).count() as u64,
            for_review: counted(doubts.map(|doubt| doubt.words())),
            errors: counted(repairs.iter().filter_map(|repair| error(repair))),
            error_rate: learned.as_ref().map(|learned| learned.error_rate),
            error_shares: shares.map(|(noise, share)| (noise.words(), *share)).collect(),
            contexts: contexts.collect(),
            formats: settled
                .formats
                .iter()
                .filter(|format| format.attribute == attribute)
                .map(|format| format!("{}: {}", format.convention.name, format.evidence))
                .collect(),
        }
    }
}

/// The kind of error that best explains how a cell came to read as it does.
fn error(repair: &Repair) -> Option<&'static str> {
    if repair.conversion.is_some() {
        return Some("another way of writing");
    }
    repair.grounds.signs().noise.map(Noise::words)
}

fn counted(words: impl Iterator<Item = &'static str>) -> Vec<Counted> {
    let mut counts: BTreeMap<&'static str, u64> = BTreeMap::new();
    words.for_each(|what| *counts.entry(what).or_default() += 1);
    let mut counted: Vec<Counted> = counts.into_iter().map(|(what, cells)| Counted { what, cells }).collect();
    counted.sort_by_key(|counted| std::cmp::Reverse(counted.cells));
    counted
}
