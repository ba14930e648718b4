//! What a run did, as plain data with names.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use lustrate_diagnostic::Diagnostics;
use lustrate_table::{AttributeId, CellId, RowId, Table};
use serde::Serialize;

use crate::dependency::DependencyOutcome;
use crate::error_kind::ErrorKind;
use crate::labels_outcome::LabelsOutcome;
use crate::model_aware::TooMuch;
use crate::name::Name;
use crate::rule_strength::RuleStrength;
use crate::whole::{CheckOutcome, DuplicateOutcome, FailedRule, UnknownOutcome};

pub use lustrate_audit::Alternative;
pub use lustrate_repair::{Decision, Reason};

/// The result of [`repair`](crate::repair).
#[derive(Clone, Debug, Serialize)]
pub struct Outcome {
    /// The repaired table.
    #[serde(skip)]
    pub table: Table,
    /// The table as it was read. It shares with the repaired one every column in which nothing was changed.
    #[serde(skip)]
    pub original: Table,
    /// The size of the table and of the result.
    pub totals: Totals,
    /// All cells that were changed or should be looked at, by row and then by column.
    pub repairs: Vec<Repair>,
    /// What the rules say of the table before and after.
    pub rules: Vec<RuleOutcome>,
    /// Which columns determine which: what the rules say, in their order, and what the values show besides.
    pub dependencies: Vec<DependencyOutcome>,
    /// The rows that cannot satisfy a hard rule, and those that are one thing with a row that stays, in order. They are
    /// still in `table`, unchanged as far as they break the rule: what writes it sets them apart.
    pub quarantine: Vec<Quarantined>,
    /// What came of each `check`, in the order in which they were written: measured of the repaired rows that stay, with
    /// their formats and units converted.
    pub checks: Vec<CheckOutcome>,
    /// What each `duplicate` joins among those rows: nothing where it says which row is kept.
    pub duplicates: Vec<DuplicateOutcome>,
    /// What each `lookup` without `set` does not find among those rows; those of a single key of equality are among the
    /// rules.
    pub unknown: Vec<UnknownOutcome>,
    /// The rules of policy `fail` that those rows break more than they allow.
    pub failed: Vec<FailedRule>,
    /// What people said of cells, and what it taught; `None` where nobody said anything.
    pub labels: Option<LabelsOutcome>,
    /// How the distributions of the columns moved, and those of protected groups.
    pub shift: TooMuch,
    /// Notes and warnings that were made on the way.
    pub notes: Diagnostics,
}

/// The size of a run, in rows and cells.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Totals {
    /// Data rows.
    pub rows: u64,
    /// Columns.
    pub columns: u64,
    /// Cells: rows times columns.
    pub cells: u64,
    /// Cells that were changed.
    pub applied: u64,
    /// Cells that a person should look at.
    pub for_review: u64,
    /// Rules that were left out for mistakes in them.
    pub rules_left_out: u64,
}

/// One cell that was changed or should be looked at. It displays as `row 4127, city: "Rom" -> "Rome" (0.97)`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Repair {
    /// The data row, from 1.
    pub row: u64,
    /// The line of the file on which the row starts, from 1; `None` for a table that came from no text file.
    pub line: Option<u64>,
    /// The values of the id columns.
    pub key: Vec<String>,
    /// The column.
    pub column: Name,
    /// What was written; `None` where it was missing.
    pub old: Option<String>,
    /// What it reads now, or should read; `None` for missing.
    pub new: Option<String>,
    /// The probability that `new` is right.
    pub confidence: f64,
    /// Whether the cell was changed.
    pub decision: Decision,
    /// Why it waits for review; `None` where the cell was changed.
    pub doubt: Option<Doubt>,
    /// How the cell probably came to be wrong.
    pub kind: ErrorKind,
    /// The name of the rule that speaks loudest for it.
    pub rule: Option<Name>,
    /// Why, in a sentence.
    pub reason: Reason,
    /// Other values that it may have been meant to hold, what was written among them, likeliest first.
    pub alternatives: Vec<Alternative>,
}

/// Why a repair waits for a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Doubt {
    /// It is less probable than what is applied.
    NotSure,
    /// Sure enough by the numbers, but too few rows support it.
    FewRows,
    /// What is written and what it should read both occur with the same key.
    TwoValues,
    /// What is written is rare but well-formed.
    RareValue,
    /// Another cell of the row is more probably the wrong one.
    OtherCell,
    /// The column is protected, and neither a hard rule nor a reference asks for the change.
    Protected,
    /// It would break a rule.
    BreaksRule,
    /// A rule asks for it, and everything else speaks for what is written.
    RuleAlone,
    /// The line has another number of fields than the header, so its cells may sit in the wrong columns.
    RaggedLine,
    /// The file cannot hold it: a word in a column of numbers, a letter that the encoding lacks.
    ColumnType,
    /// The row is set apart, as it was read.
    SetApart,
    /// What a model says of it is for a person to decide.
    Person,
}

impl Doubt {
    /// What a person calls it: `15 cells wait for review: not sure enough`.
    pub fn words(self) -> &'static str {
        match self {
            Doubt::NotSure => "not sure enough",
            Doubt::FewRows => "too few rows support it",
            Doubt::TwoValues => "both values occur with this key",
            Doubt::RareValue => "rare but well-formed value",
            Doubt::OtherCell => "another cell is more probably wrong",
            Doubt::BreaksRule => "it would break a rule",
            Doubt::RuleAlone => "only a rule asks for it",
            Doubt::RaggedLine => "the line has too few or too many fields",
            Doubt::ColumnType => "the file cannot hold the value",
            Doubt::SetApart => "the row is set apart",
            Doubt::Protected => "the column is protected",
            Doubt::Person => "left to a person",
        }
    }
}

/// Why a row is set apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Cause {
    /// It cannot satisfy a hard rule.
    HardRule,
    /// It is one thing with a row that stays.
    Duplicate,
    /// A model that learns from the table is better off without it.
    Model,
}

/// A row that is set apart.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Quarantined {
    /// Why.
    pub cause: Cause,
    /// The data row, from 1.
    pub row: u64,
    /// The line of the file on which the row starts, from 1; `None` for a table that came from no text file.
    pub line: Option<u64>,
    /// The names of the rules because of which it is set apart.
    pub rules: Vec<String>,
    /// Why, in a sentence.
    pub reason: String,
}

/// What one rule says of the table before and after.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RuleOutcome {
    /// Its name, or a short text made from it.
    pub name: String,
    /// The file that it was written in.
    pub file: String,
    /// Its line there, from 1.
    pub line: u32,
    /// The column that it determines, for a dependency; a rule that determines several has an outcome for each.
    pub determines: Option<String>,
    /// Rows that had to change for it to hold.
    pub broken_before: u64,
    /// Rows that still have to, of those that are not set apart.
    pub broken_after: u64,
    /// Rows that took part in a violation.
    pub rows_before: u64,
    /// Rows that still do.
    pub rows_after: u64,
    /// Rows that it says something of: those that keep or break it, of a dependency those whose key occurs in another row.
    /// `None` for other rules on pairs of rows.
    pub support: Option<u64>,
    /// How much it weighs.
    pub strength: RuleStrength,
}

impl Outcome {
    /// What was found of cells, beside which nothing is asked. `repairs` are in the order of the rows and columns.
    pub(crate) fn of_cells(table: &Table, repairs: Vec<Repair>, notes: Diagnostics) -> Self {
        let mut outcome = Outcome {
            table: table.clone(),
            original: table.clone(),
            totals: Totals {
                rows: table.rows() as u64,
                columns: table.schema().len() as u64,
                cells: table.cells() as u64,
                ..Totals::default()
            },
            repairs: Vec::new(),
            rules: Vec::new(),
            dependencies: Vec::new(),
            quarantine: Vec::new(),
            checks: Vec::new(),
            duplicates: Vec::new(),
            unknown: Vec::new(),
            failed: Vec::new(),
            labels: None,
            shift: TooMuch::default(),
            notes,
        };
        outcome.replace_repairs(repairs);
        outcome
    }

    /// Sets more rows apart, as they were read: what was repaired in them is not made.
    pub(crate) fn set_apart_too(&mut self, rows: Vec<Quarantined>) {
        let more: BTreeSet<u64> = rows.iter().map(|row| row.row).collect();
        for repair in self.repairs.iter_mut().filter(|repair| more.contains(&repair.row)) {
            if repair.decision == Decision::Apply {
                repair.decision = Decision::Review;
                repair.doubt = Some(Doubt::SetApart);
                repair.reason = format!("{}; not applied: the row is set apart as it was read", repair.reason).into();
                let attribute =
                    self.original.schema().find(&repair.column).expect("a repair is of a column of the table");
                let cell = CellId { row: RowId((repair.row - 1) as u32), attribute };
                let written = self.original.text(cell).map(str::to_owned);
                self.table.set(cell, written.as_deref());
            }
        }
        self.quarantine.extend(rows);
        self.quarantine.sort_by_key(|row| row.row);
        self.count();
    }

    /// Puts other repairs, in order, in the place of its own; those that are applied are made.
    pub(crate) fn replace_repairs(&mut self, repairs: Vec<Repair>) {
        self.table = self.original.clone();
        for repair in repairs.iter().filter(|repair| repair.decision == Decision::Apply) {
            let attribute = self.original.schema().find(&repair.column).expect("a repair is of a column of the table");
            self.table.set(CellId { row: RowId((repair.row - 1) as u32), attribute }, repair.new.as_deref());
        }
        self.repairs = repairs;
        self.count();
    }

    /// Counts the repairs anew.
    fn count(&mut self) {
        self.totals.applied = self.applied().count() as u64;
        self.totals.for_review = self.for_review().count() as u64;
    }

    /// The rows that are set apart, each with the reason, as [`write_rows`](crate::write_rows) takes them.
    pub fn set_apart(&self) -> BTreeMap<RowId, String> {
        let row = |quarantined: &Quarantined| RowId((quarantined.row - 1) as u32);
        self.quarantine.iter().map(|quarantined| (row(quarantined), quarantined.reason.clone())).collect()
    }

    /// The repairs that were made.
    pub fn applied(&self) -> impl Iterator<Item = &Repair> {
        self.repairs.iter().filter(|repair| repair.decision == Decision::Apply)
    }

    /// The cells that a person should look at.
    pub fn for_review(&self) -> impl Iterator<Item = &Repair> {
        self.repairs.iter().filter(|repair| repair.decision == Decision::Review)
    }
}

impl Repair {
    /// A change of a cell that is surely made, for a reason that is still to be told.
    pub(crate) fn of_cell(table: &Table, ids: &[AttributeId], cell: CellId, new: Option<String>) -> Self {
        let key = |&id: &AttributeId| table.text(CellId { row: cell.row, attribute: id }).unwrap_or("").to_owned();
        let old = table.text(cell).map(str::to_owned);
        Repair {
            row: cell.row.number(),
            line: table.line(cell.row),
            key: ids.iter().map(key).collect(),
            column: table.schema().name(cell.attribute).into(),
            kind: if old.is_none() { ErrorKind::Missing } else { ErrorKind::Unrelated },
            old,
            new,
            confidence: 1.0,
            decision: Decision::Apply,
            doubt: None,
            rule: None,
            reason: "".into(),
            alternatives: Vec::new(),
        }
    }
}

impl fmt::Display for Repair {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = |value: &Option<String>| format!("{:?}", value.as_deref().unwrap_or(""));
        let (old, new) = (text(&self.old), text(&self.new));
        write!(f, "row {}, {}: {old} -> {new} ({:.2})", self.row, self.column, floor(self.confidence))
    }
}

/// A confidence is never shown as higher than it is: 0.997 is 0.99, not 1.00.
fn floor(confidence: f64) -> f64 {
    // The summand keeps 0.29, whose hundredfold is a little less than 29, from being shown as 0.28.
    (confidence * 100.0 + 1e-9).floor() / 100.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_repair_takes_little_room_beside_its_texts() {
        // A large table has millions of them.
        assert!(size_of::<Repair>() <= 200, "{}", size_of::<Repair>());
    }
}
