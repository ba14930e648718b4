//! What is wrong in a table by its rules, as plain data with names.

use lustrate_detect::{Coverage, Violations, detect};
use lustrate_diagnostic::Diagnostics;
use lustrate_normalise::view;
use lustrate_rules::{Constraint, ConstraintId, Rules, Strength, bind};
use lustrate_table::{CellId, RowId, Table};
use serde::Serialize;

use crate::Error;
use crate::whole::{CheckOutcome, DuplicateOutcome, FailedRule, UnknownOutcome, Whole};

/// The result of [`find`].
#[derive(Clone, Debug, Serialize)]
pub struct Findings {
    /// Data rows of the table.
    pub rows: u64,
    /// Cells of the table: rows times columns.
    pub cells: u64,
    /// Cells that some rule blames, each counted once.
    pub blamed_cells: u64,
    /// One item for each rule, in the order in which they were written, those that hold included. A rule that
    /// determines several columns has an item for each.
    pub rules: Vec<RuleFindings>,
    /// What came of each `check`, in the order in which they were written.
    pub checks: Vec<CheckOutcome>,
    /// What each `duplicate` joins, in order.
    pub duplicates: Vec<DuplicateOutcome>,
    /// What each `lookup` without `set` does not find, in order; those of a single key of equality are among the rules.
    pub unknown: Vec<UnknownOutcome>,
    /// The rules of policy `fail` that are broken by more than they allow.
    pub failed: Vec<FailedRule>,
    /// Rules that were left out for mistakes in them.
    pub rules_left_out: u64,
    /// Notes and warnings about the rules.
    pub notes: Diagnostics,
}

impl Findings {
    /// Whether anything is found: a rule that is broken, a check that does not hold, a row that is there twice or in no
    /// reference.
    pub fn any(&self) -> bool {
        self.rules.iter().any(|rule| rule.broken > 0)
            || self.checks.iter().any(|check| !check.holds)
            || self.duplicates.iter().any(|duplicates| !duplicates.things.is_empty())
            || self.unknown.iter().any(|unknown| !unknown.rows.is_empty())
    }
}

impl Findings {
    /// Whether anything is found that counts where so large a share of the rows, from 0 to 1, may break each rule: rules
    /// that allow more themselves are allowed more. A check has no share and counts where it does not hold.
    pub fn any_above(&self, share: f64) -> bool {
        let counts = |rows: u64, allows: f64| rows as f64 > allows.max(share) * self.rows as f64;
        self.rules.iter().any(|rule| counts(rule.broken, rule.allows))
            || self.checks.iter().any(|check| !check.holds)
            || self.duplicates.iter().any(|duplicates| counts(duplicates.surplus(), duplicates.allows))
            || self.unknown.iter().any(|unknown| counts(unknown.rows.len() as u64, unknown.allows))
    }
}

/// How strongly a rule is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Meant {
    /// The output of a repair satisfies it.
    Hard,
    /// It is evidence.
    Soft,
    /// What breaks it is reported.
    Warn,
    /// The run fails where more break it than it allows.
    Fail,
}

impl From<Strength> for Meant {
    fn from(strength: Strength) -> Self {
        match strength {
            Strength::Hard => Meant::Hard,
            Strength::Soft { .. } => Meant::Soft,
            Strength::Warn => Meant::Warn,
            Strength::Fail { .. } => Meant::Fail,
        }
    }
}

/// The share of the rows that may break a rule of this strength before it counts.
pub(crate) fn allowed(strength: Strength) -> f64 {
    match strength {
        Strength::Fail { above } => above,
        Strength::Hard | Strength::Soft { .. } | Strength::Warn => 0.0,
    }
}

/// What breaks one rule.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RuleFindings {
    /// Its name, or a short text made from it.
    pub name: String,
    /// The file that it was written in.
    pub file: String,
    /// Its line there, from 1.
    pub line: u32,
    /// How strongly it is meant.
    pub meant: Meant,
    /// The share of the rows that may break it before it counts, from 0 to 1: what a rule of policy `fail` says.
    pub allows: f64,
    /// Why it holds, where the rule says.
    pub because: Option<String>,
    /// Rows that have to change for it to hold.
    pub broken: u64,
    /// Rows that take part in a violation, the innocent among them.
    pub rows: u64,
    /// Violating pairs of rows; `None` for a rule on single rows.
    pub pairs: Option<u64>,
    /// Whether all rows were compared; where not, the counts are lower bounds.
    pub complete: bool,
    /// The cells to blame, by row and then by column.
    pub cells: Vec<BlamedCell>,
}

/// A cell of which a rule says that it, or another blamed one of its row, is wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct BlamedCell {
    /// The data row, from 1.
    pub row: u64,
    /// The line of the file on which the row starts, from 1; `None` for a table that came from no text file.
    pub line: Option<u64>,
    /// The column.
    pub column: String,
    /// What is written; `None` where it is missing.
    pub value: Option<String>,
}

/// Finds what breaks the rules, and changes nothing.
///
/// # Errors
/// Rules that do not fit the table, all at once.
pub fn find(table: &Table, rules: &Rules) -> Result<Findings, Error> {
    let constraints = bind(rules, table.schema()).map_err(Error::Rules)?;
    let view = view(table, &constraints).0.table;
    let detection = detect(&view, &constraints);
    let rows: Vec<RowId> = table.row_ids().collect();
    let Whole { checks, duplicates, unknown, failed } = Whole::new(&view, &constraints, &detection, &rows);
    let of_rule = |(id, constraint): (ConstraintId, &Constraint)| {
        rule_findings(table, constraint, constraints.because(id), detection.of(id))
    };
    Ok(Findings {
        rows: table.rows() as u64,
        cells: table.cells() as u64,
        blamed_cells: detection.count_suspect_cells() as u64,
        rules: constraints.iter().filter(|(id, _)| !constraints.joins(*id)).map(of_rule).collect(),
        checks,
        duplicates,
        unknown,
        failed,
        rules_left_out: constraints.left_out(),
        notes: constraints.notes().clone(),
    })
}

fn rule_findings(
    table: &Table,
    constraint: &Constraint,
    because: Option<&str>,
    violations: &Violations,
) -> RuleFindings {
    let blamed = |&cell: &CellId| BlamedCell {
        row: cell.row.number(),
        line: table.line(cell.row),
        column: table.schema().name(cell.attribute).to_owned(),
        value: table.text(cell).map(str::to_owned),
    };
    RuleFindings {
        name: constraint.name.clone(),
        file: constraint.origin.file.clone(),
        line: constraint.origin.line,
        meant: constraint.strength.into(),
        allows: allowed(constraint.strength),
        because: because.map(str::to_owned),
        broken: violations.blame.changes,
        rows: violations.rows.len() as u64,
        pairs: violations.pairs,
        complete: violations.coverage == Coverage::Complete,
        cells: violations.blame.cells.iter().map(blamed).collect(),
    }
}
