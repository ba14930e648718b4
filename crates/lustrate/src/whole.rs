//! What rules say of more than cells: of the table as a whole, of rows that are one thing, of keys that are in no
//! reference, and which of them make a run fail.

use lustrate_detect::{
    Budget, CheckResult, Coverage, Detection, Level, SameThing, UnknownKeys, checks, duplicates, unknown_keys,
};
use lustrate_repair::same_thing_words;
use lustrate_rules::{Check, Constraint, ConstraintId, Constraints, Duplicates, Measure, RuleOrigin, Scope, Strength};
use lustrate_table::{AttributeId, RowId, Schema, Table};
use lustrate_values::ColumnType;
use serde::Serialize;

use crate::findings::{Meant, allowed};

/// What came of one `check`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CheckOutcome {
    /// Its name, or its text.
    pub name: String,
    /// The check as it is written.
    pub text: String,
    /// The file that it was written in.
    pub file: String,
    /// Its line there, from 1.
    pub line: u32,
    /// How strongly it is meant.
    pub meant: Meant,
    /// Whether it holds, in every group where it is made by groups.
    pub holds: bool,
    /// What was measured: in the whole table, or in each group in which it does not hold. None where that is unknown.
    pub measured: Vec<Measured>,
}

/// What a check measured.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Measured {
    /// The values that make the group, by column; none for the whole table.
    pub group: Vec<(String, Option<String>)>,
    /// The number: a share for `nulls`, days since 1970 for a date, the declared unit for a duration or a quantity.
    pub number: f64,
    /// The number as a person writes it, with its unit.
    pub shown: String,
}

/// The rows that one `duplicate` says are one thing.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct DuplicateOutcome {
    /// Its name, or its text.
    pub name: String,
    /// The file that it was written in.
    pub file: String,
    /// Its line there, from 1.
    pub line: u32,
    /// How strongly it is meant.
    pub meant: Meant,
    /// The share of the rows that it may concern before it counts, from 0 to 1.
    pub allows: f64,
    /// The things, by their first rows.
    pub things: Vec<Thing>,
    /// Whether all rows were compared; where not, there may be more.
    pub complete: bool,
}

/// Two rows or more that are one thing.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Thing {
    /// The data rows, from 1.
    pub rows: Vec<u64>,
    /// The one that stays; `None` where the rule only reports.
    pub kept: Option<u64>,
    /// Why each row but one is of the thing, where that is a matter of probability.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub why: Vec<SameThingOutcome>,
}

/// Why a row is one thing with another: the weights of the columns add up, from the prior on.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SameThingOutcome {
    /// The data row, from 1.
    pub row: u64,
    /// The other data row, from 1.
    pub with: u64,
    /// The probability that they are one thing.
    pub probability: f64,
    /// The log odds of any two rows, to base 2.
    pub prior: f64,
    /// What each column adds.
    pub columns: Vec<ColumnWeight>,
    /// The columns that weigh most, in words.
    pub words: String,
}

/// What a column adds to the log odds that two rows are one thing.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ColumnWeight {
    /// The column.
    pub column: String,
    /// `same`, `slip`, `alike` or `differs`; `None` where a value is missing.
    pub level: Option<&'static str>,
    /// The column in which the rows agree as well and with which this one goes.
    pub given: Option<String>,
    /// The weight, to base 2.
    pub weight: f64,
}

/// The rows of which one `lookup` that sets nothing does not find the keys.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct UnknownOutcome {
    /// Its name, or its text.
    pub name: String,
    /// The file that it was written in.
    pub file: String,
    /// Its line there, from 1.
    pub line: u32,
    /// How strongly it is meant.
    pub meant: Meant,
    /// The share of the rows that it may concern before it counts, from 0 to 1.
    pub allows: f64,
    /// The name of the reference.
    pub reference: String,
    /// The data rows, from 1.
    pub rows: Vec<u64>,
}

/// A rule that makes the run fail.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FailedRule {
    /// Its name, or its text.
    pub name: String,
    /// The file that it was written in.
    pub file: String,
    /// Its line there, from 1.
    pub line: u32,
    /// What is wrong, with the number and its whole.
    pub reason: String,
}

/// What rules say of more than cells.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Whole {
    pub checks: Vec<CheckOutcome>,
    pub duplicates: Vec<DuplicateOutcome>,
    pub unknown: Vec<UnknownOutcome>,
    pub failed: Vec<FailedRule>,
}

impl Whole {
    /// Looks at the canonical view of the rows that stay; `numbers` are their places in the table that was read.
    pub(crate) fn new(table: &Table, constraints: &Constraints, detection: &Detection, numbers: &[RowId]) -> Self {
        let number = |row: RowId| numbers[row.index()].number();
        let of_check = |result: &CheckResult| check_outcome(table, constraints, result);
        let unknown = unknown_keys(table, constraints);
        let outcomes = unknown.iter().map(|unknown| {
            let lookup = &constraints.lookups()[unknown.lookup];
            let RuleOrigin { file, line, .. } = lookup.origin.clone();
            let reference = constraints.reference(lookup.reference).name.clone();
            UnknownOutcome {
                name: lookup.name.clone(),
                file,
                line,
                meant: lookup.strength.into(),
                allows: allowed(lookup.strength),
                reference,
                rows: unknown.rows.iter().map(number).collect(),
            }
        });
        let mut whole = Whole {
            checks: checks(table, constraints).iter().map(of_check).collect(),
            duplicates: duplicate_outcomes(table, constraints, &number),
            unknown: outcomes.collect(),
            failed: Vec::new(),
        };
        whole.failed = failed(constraints, detection, &whole, &unknown, table.rows());
        whole
    }
}

fn check_outcome(table: &Table, constraints: &Constraints, result: &CheckResult) -> CheckOutcome {
    let check = &constraints.checks()[result.check];
    let RuleOrigin { file, line, .. } = check.origin.clone();
    let named = |(attribute, value): (&AttributeId, &Option<String>)| {
        (table.schema().name(*attribute).to_owned(), value.clone())
    };
    let measured = |group, number| Measured { group, number, shown: shown(constraints, &check.measure, number) };
    let whole = result.measured.map(|number| measured(Vec::new(), number));
    let groups = result
        .groups
        .iter()
        .map(|group| measured(check.by.iter().zip(&group.key).map(named).collect(), group.measured));
    CheckOutcome {
        name: check.name.clone(),
        text: check.text.clone(),
        file,
        line,
        meant: check.strength.into(),
        holds: result.holds,
        measured: whole.into_iter().chain(groups).collect(),
    }
}

/// A measure as a person writes it.
fn shown(constraints: &Constraints, measure: &Measure, number: f64) -> String {
    let value = |attribute: AttributeId| match &constraints.columns().get(attribute).column_type {
        Some(declared) if declared.is_ordered() => declared.show(number),
        _ => ColumnType::Number.show(number),
    };
    match *measure {
        Measure::Rows | Measure::Count(_) | Measure::Distinct(_) => number.to_string(),
        Measure::Nulls(_) => format!("{:.1} %", 100.0 * number),
        Measure::Deviation(_) => ColumnType::Number.show(number),
        Measure::Drift { .. } => format!("{number:.3}"),
        Measure::Sum(of) | Measure::Mean(of) | Measure::Median(of) | Measure::Min(of) | Measure::Max(of) => value(of),
    }
}

fn duplicate_outcomes(
    table: &Table,
    constraints: &Constraints,
    number: &dyn Fn(RowId) -> u64,
) -> Vec<DuplicateOutcome> {
    let found = duplicates(table, constraints, Budget::default());
    let outcome = |(rule, coverage): (usize, &Coverage)| {
        let duplicates = &constraints.duplicates()[rule];
        let RuleOrigin { file, line, .. } = duplicates.origin.clone();
        let clusters = found.clusters.iter().filter(|cluster| cluster.rule == rule);
        let things = clusters.map(|cluster| Thing {
            rows: cluster.rows.iter().copied().map(number).collect(),
            kept: cluster.survivor.filter(|_| duplicates.strength.repairs()).map(number),
            why: cluster.evidence.iter().map(|same| same_thing(table.schema(), same, number)).collect(),
        });
        DuplicateOutcome {
            name: duplicates.name.clone(),
            file,
            line,
            meant: duplicates.strength.into(),
            allows: allowed(duplicates.strength),
            things: things.collect(),
            complete: *coverage == Coverage::Complete,
        }
    };
    found.coverage.iter().enumerate().map(outcome).collect()
}

fn same_thing(schema: &Schema, same: &SameThing, number: &dyn Fn(RowId) -> u64) -> SameThingOutcome {
    let named = |attribute: AttributeId| schema.name(attribute).to_owned();
    let level = |level| match level {
        Level::Same => "same",
        Level::Slip => "slip",
        Level::Alike => "alike",
        Level::Differs => "differs",
    };
    let columns = same.waterfall.steps.iter().map(|step| ColumnWeight {
        column: named(step.attribute),
        level: step.level.map(level),
        given: step.given.map(named),
        weight: step.weight,
    });
    SameThingOutcome {
        row: number(same.row),
        with: number(same.with),
        probability: same.waterfall.probability,
        prior: same.waterfall.prior,
        columns: columns.collect(),
        words: same_thing_words(schema, &same.waterfall),
    }
}

/// The rules of policy `fail` of which more is broken than they allow, in the order of their lines.
fn failed(
    constraints: &Constraints,
    detection: &Detection,
    whole: &Whole,
    unknown: &[UnknownKeys],
    rows: usize,
) -> Vec<FailedRule> {
    let of_constraint = |(id, constraint): (ConstraintId, &Constraint)| {
        let broken = rows_that_break(detection, id, constraint.scope);
        let reason = too_many(constraint.strength, broken, rows, "break it")?;
        Some(failure(&constraint.name, &constraint.origin, reason))
    };
    let of_check = |(check, outcome): (&Check, &CheckOutcome)| {
        let fails = matches!(check.strength, Strength::Fail { .. }) && !outcome.holds;
        fails.then(|| failure(&check.name, &check.origin, outcome.words()))
    };
    let of_duplicates = |(rule, outcome): (&Duplicates, &DuplicateOutcome)| {
        let reason = too_many(rule.strength, outcome.surplus(), rows, "are there already")?;
        Some(failure(&rule.name, &rule.origin, reason))
    };
    let of_unknown = |unknown: &UnknownKeys| {
        let lookup = &constraints.lookups()[unknown.lookup];
        let reason = too_many(lookup.strength, unknown.rows.len() as u64, rows, "are not in the reference")?;
        Some(failure(&lookup.name, &lookup.origin, reason))
    };
    let mut failed: Vec<FailedRule> =
        constraints.iter().filter(|(id, _)| !constraints.joins(*id)).filter_map(of_constraint).collect();
    failed.extend(constraints.checks().iter().zip(&whole.checks).filter_map(of_check));
    failed.extend(constraints.duplicates().iter().zip(&whole.duplicates).filter_map(of_duplicates));
    failed.extend(unknown.iter().filter_map(of_unknown));
    failed.sort_by(|a, b| (&a.file, a.line).cmp(&(&b.file, b.line)));
    failed
}

/// The rows that break a constraint: of one on pairs those that would have to change, not all that take part.
fn rows_that_break(detection: &Detection, id: ConstraintId, scope: Scope) -> u64 {
    let violations = detection.of(id);
    if scope == Scope::Pair { violations.blame.changes } else { violations.rows.len() as u64 }
}

/// Why a rule of this strength fails that so many rows break; `None` where it does not.
fn too_many(strength: Strength, broken: u64, rows: usize, what: &str) -> Option<String> {
    let Strength::Fail { above } = strength else { return None };
    let share = broken as f64 / rows.max(1) as f64;
    if broken == 0 || share <= above {
        return None;
    }
    let allowed = if above > 0.0 { format!("; at most {} % may", 100.0 * above) } else { String::new() };
    let [broken, of] = [broken, rows as u64].map(|number| number.to_string());
    Some(format!("{broken} of {of} rows ({:.1} %) {what}{allowed}", 100.0 * share))
}

fn failure(name: &str, origin: &RuleOrigin, reason: String) -> FailedRule {
    FailedRule { name: name.to_owned(), file: origin.file.clone(), line: origin.line, reason }
}

impl CheckOutcome {
    /// What was measured, in words: `it is 42 min where ward = "B"`, the first three groups of more.
    pub fn words(&self) -> String {
        const SHOWN: usize = 3;
        let group = |(column, value): &(String, Option<String>)| match value {
            Some(value) => format!("{column} = {value:?}"),
            None => format!("{column} is null"),
        };
        let one = |measured: &Measured| {
            let groups: Vec<String> = measured.group.iter().map(group).collect();
            let place = if groups.is_empty() { String::new() } else { format!(" where {}", groups.join(" and ")) };
            format!("it is {}{place}", measured.shown)
        };
        let mut words: Vec<String> = self.measured.iter().take(SHOWN).map(one).collect();
        if self.measured.len() > SHOWN {
            words.push(format!("and in {} more groups it does not hold", self.measured.len() - SHOWN));
        }
        words.join(", ")
    }
}

impl DuplicateOutcome {
    /// The rows beyond the first of each thing.
    pub fn surplus(&self) -> u64 {
        self.things.iter().map(|thing| thing.rows.len() as u64 - 1).sum()
    }
}
