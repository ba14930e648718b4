//! What a rule found, and what came of it.

use lustrate_joint::rule_weights;
use lustrate_repair::{Decision, Repair, Withheld};
use lustrate_rules::ConstraintId;
use lustrate_table::CellId;
use serde::Serialize;

use crate::explain::Explaining;
use crate::explanation::Fate;
use crate::findings::Meant;

/// What one rule found in a table, what it is believed, and what came of it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RuleExplanation {
    /// Its name, or a short text made from it.
    pub name: String,
    /// The file that it was written in.
    pub file: String,
    /// Its line there, from 1.
    pub line: u32,
    /// The column that it determines, of a dependency.
    pub determines: Option<String>,
    /// How strongly it is meant.
    pub meant: Meant,
    /// Why it holds, where the rule says.
    pub because: Option<String>,
    /// The data rows of the table.
    pub rows: u64,
    /// Rows that had to change for it to hold.
    pub broken_before: u64,
    /// Rows that still have to, those that are set apart among them.
    pub broken_after: u64,
    /// Rows that took part in a violation.
    pub rows_before: u64,
    /// Rows that still do.
    pub rows_after: u64,
    /// How far it holds, of a dependency that is evidence.
    pub holds: Option<RuleShare>,
    /// Why it is no evidence, of a dependency that is not.
    pub unused: Option<RuleShare>,
    /// What breaking it costs, in nats, of a rule on single rows that is evidence.
    pub log_weight: Option<f64>,
    /// The cells that it blames, by row, with what becomes of each.
    pub blamed: Vec<CellOfRule>,
    /// The cells that are changed because of it more than of anything else, by row.
    pub changed: Vec<CellOfRule>,
    /// Changes that were left for review because it would be broken more often.
    pub withheld: u64,
}

/// In what share of the rows of which it speaks a dependency holds.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct RuleShare {
    /// The share of those rows in which the other rows with the same key agree, from 0 to 1.
    pub agree: f64,
    /// The rows whose key occurs in another row too.
    pub rows: f64,
}

/// A cell that a rule concerns.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CellOfRule {
    /// The data row, from 1.
    pub row: u64,
    /// The line of the file on which the row starts, from 1; `None` for a table that came from no text file.
    pub line: Option<u64>,
    /// The column.
    pub column: String,
    /// What is written; `None` where it is missing.
    pub written: Option<String>,
    /// What becomes of it.
    pub fate: Fate,
}

impl Explaining<'_> {
    /// Explains one rule.
    pub(crate) fn rule(&self, rule: ConstraintId) -> RuleExplanation {
        let settled = self.settled;
        let constraint = settled.constraints.get(rule);
        let [before, after] = [settled.before.of(rule), settled.after.of(rule)];
        let rows = self.table.rows() as u64;
        let unused = settled.model().unused_rules().iter().find(|unused| unused.rule == rule);
        let weights = rule_weights(&settled.view.table, &settled.constraints, &settled.before);
        let repairs = || settled.repairs.items.iter();
        let is_of_it = |repair: &&Repair| repair.decision == Decision::Apply && repair.rule == Some(rule);
        RuleExplanation {
            name: constraint.name.clone(),
            file: constraint.origin.file.clone(),
            line: constraint.origin.line,
            determines: constraint
                .as_dependency()
                .or_else(|| constraint.as_conditional_dependency().map(|(dependency, _)| dependency))
                .map(|dependency| self.table.schema().name(dependency.rhs).to_owned()),
            meant: constraint.strength.into(),
            because: settled.constraints.because(rule).map(str::to_owned),
            rows,
            broken_before: before.blame.changes,
            broken_after: after.blame.changes,
            rows_before: before.rows.len() as u64,
            rows_after: after.rows.len() as u64,
            holds: settled.model().support(rule).map(|found| RuleShare { agree: found.holds, rows: found.rows }),
            unused: unused.map(|found| RuleShare { agree: found.agreement, rows: found.coverage * rows as f64 }),
            log_weight: weights.iter().find(|weight| weight.rule == rule).map(|weight| weight.log_weight),
            blamed: before.blame.cells.iter().map(|&cell| self.cell_of_rule(cell)).collect(),
            changed: repairs().filter(is_of_it).map(|repair| self.cell_of_rule(repair.cell)).collect(),
            withheld: repairs().filter(|repair| repair.withheld == Some(Withheld::Rule(rule))).count() as u64,
        }
    }

    fn cell_of_rule(&self, cell: CellId) -> CellOfRule {
        CellOfRule {
            row: cell.row.number(),
            line: self.table.line(cell.row),
            column: self.table.schema().name(cell.attribute).to_owned(),
            written: self.table.text(cell).map(str::to_owned),
            fate: self.fate(cell, self.settled.believed.get(&cell)),
        }
    }
}
