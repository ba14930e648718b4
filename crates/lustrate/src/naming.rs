//! From ids to names: what a run found, as the plain data of an [`Outcome`].

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use lustrate_detect::Detection;
use lustrate_diagnostic::Diagnostics;
use lustrate_model::Hold;
use lustrate_normalise::ConversionKind;
use lustrate_repair::{Apart, Repairs, Withheld, reason};
use lustrate_rules::{Constraint, ConstraintId, Constraints};
use lustrate_table::{AttributeId, CellId, Origin, RowId, Schema, Table};
use rayon::prelude::*;

use crate::dependency::DependencyOutcome;
use crate::error_kind::ErrorKind;
use crate::labels_outcome::LabelsOutcome;
use crate::model_aware::TooMuch;
use crate::name::Name;
use crate::outcome::{Alternative, Cause, Decision, Doubt, Outcome, Quarantined, Repair, RuleOutcome, Totals};
use crate::rule_strength::Learned;
use crate::whole::Whole;

/// What a run found, in ids.
pub(crate) struct Found<'a> {
    /// The table as it was read.
    pub table: &'a Table,
    /// The same with the applied repairs.
    pub repaired: Table,
    /// The rules.
    pub constraints: &'a Constraints,
    /// The columns that identify rows.
    pub ids: &'a [AttributeId],
    /// The violations before.
    pub before: &'a Detection,
    /// The violations after.
    pub after: &'a Detection,
    /// What was learned of each rule, in order.
    pub learned: &'a [Learned],
    /// Which columns determine which.
    pub dependencies: Vec<DependencyOutcome>,
    /// The repairs.
    pub repairs: Cow<'a, Repairs>,
    /// The rows that are set apart.
    pub quarantine: &'a BTreeMap<RowId, BTreeSet<Apart>>,
    /// What the rules say of more than cells.
    pub whole: Whole,
    /// What labels did.
    pub labels: Option<LabelsOutcome>,
    /// Notes and warnings.
    pub notes: Diagnostics,
}

/// The outcome of a run.
pub(crate) fn outcome(found: Found<'_>) -> Outcome {
    let Found {
        table,
        repaired,
        constraints,
        ids,
        before,
        after,
        learned,
        dependencies,
        repairs,
        quarantine,
        whole,
        labels,
        notes,
    } = found;
    let Whole { checks, duplicates, unknown, failed } = whole;
    let totals = Totals {
        rows: table.rows() as u64,
        columns: table.schema().len() as u64,
        cells: table.cells() as u64,
        applied: repairs.applied().count() as u64,
        for_review: repairs.for_review().count() as u64,
        rules_left_out: constraints.left_out(),
    };
    let names = Names::new(table, constraints);
    let named = |repair| named(table, constraints, ids, &names, repair);
    let repairs: Vec<Repair> = match repairs {
        Cow::Owned(repairs) => turned(repairs.items, named),
        Cow::Borrowed(repairs) => repairs.items.par_iter().map(|repair| named(repair.clone())).collect(),
    };
    let set_apart = |(&row, reasons)| set_apart(table, constraints, row, reasons);
    Outcome {
        table: repaired,
        original: table.clone(),
        totals,
        repairs,
        rules: rule_outcomes(table.schema(), constraints, before, after, learned),
        dependencies,
        quarantine: quarantine.iter().map(set_apart).collect(),
        checks,
        duplicates,
        unknown,
        failed,
        labels,
        shift: TooMuch::default(),
        notes,
    }
}

/// Repairs in names, in the same order. Those in ids go as these come: there may be millions of both.
fn turned(
    mut repairs: Vec<lustrate_repair::Repair>,
    named: impl Fn(lustrate_repair::Repair) -> Repair + Sync + Send,
) -> Vec<Repair> {
    const AT_ONCE: usize = 1 << 15;
    let mut all = Vec::with_capacity(repairs.len());
    // Room is given back at the end only.
    repairs.reverse();
    while !repairs.is_empty() {
        let next = repairs.split_off(repairs.len().saturating_sub(AT_ONCE));
        repairs.shrink_to_fit();
        all.par_extend(next.into_par_iter().rev().map(&named));
    }
    all
}

/// The names of a run.
struct Names {
    /// Of each column.
    columns: Vec<Name>,
    /// What is said instead of a rule where a column is declared.
    declared: Vec<Name>,
    /// Of each rule.
    rules: Vec<Name>,
}

impl Names {
    fn new(table: &Table, constraints: &Constraints) -> Self {
        let columns = || table.schema().attributes().iter().map(|attribute| attribute.name.as_str());
        Names {
            columns: columns().map(Name::from).collect(),
            declared: columns().map(|name| format!("column {name}").into()).collect(),
            rules: constraints.iter().map(|(_, constraint)| constraint.name.as_str().into()).collect(),
        }
    }
}

fn named(
    table: &Table,
    constraints: &Constraints,
    ids: &[AttributeId],
    names: &Names,
    repair: lustrate_repair::Repair,
) -> Repair {
    let reason = reason(table.schema(), constraints, &repair);
    let row = repair.cell.row;
    let key = |&attribute: &AttributeId| table.text(CellId { row, attribute }).unwrap_or("").to_owned();
    let alternative = |(value, probability)| Alternative { value, probability };
    Repair {
        row: row.number(),
        line: table.line(row),
        key: ids.iter().map(key).collect(),
        column: names.columns[repair.cell.attribute.index()].clone(),
        confidence: repair.confidence,
        decision: repair.decision,
        doubt: doubt(repair.decision, repair.withheld),
        kind: ErrorKind::of(&repair),
        rule: match (repair.rule, repair.conversion.as_ref().map(|converted| converted.kind)) {
            (Some(rule), _) => Some(names.rules[rule.0 as usize].clone()),
            (None, Some(ConversionKind::Found(convention))) => Some(format!("format {convention}").into()),
            (None, Some(ConversionKind::Shown | ConversionKind::Labelled)) => Some("labels".into()),
            (None, Some(ConversionKind::Rewritten(place))) => {
                let rewrites = &constraints.columns().get(repair.cell.attribute).rewrites;
                rewrites.get(place).map(|rewrite| rewrite.name.as_str().into())
            }
            (None, Some(_)) => Some(names.declared[repair.cell.attribute.index()].clone()),
            (None, None) => None,
        },
        reason,
        old: repair.old,
        new: repair.new,
        alternatives: repair.alternatives.into_iter().map(alternative).collect(),
    }
}

fn set_apart(table: &Table, constraints: &Constraints, row: RowId, reasons: &BTreeSet<Apart>) -> Quarantined {
    let duplicate = |reason: &Apart| matches!(reason, Apart::Duplicate { .. });
    let name = |reason: &Apart| match *reason {
        Apart::Breaks(rule) => &constraints.get(rule).name,
        Apart::Unknown(lookup) => &constraints.lookups()[lookup].name,
        Apart::Duplicate { rule, .. } => &constraints.duplicates()[rule].name,
    };
    Quarantined {
        cause: if reasons.iter().all(duplicate) { Cause::Duplicate } else { Cause::HardRule },
        row: row.number(),
        line: table.line(row),
        rules: reasons.iter().map(|reason| name(reason).clone()).collect(),
        reason: reasons.iter().map(|reason| why_apart(table, constraints, reason)).collect::<Vec<_>>().join("; "),
    }
}

/// Why a row is set apart, in words.
pub(crate) fn why_apart(table: &Table, constraints: &Constraints, reason: &Apart) -> String {
    match *reason {
        Apart::Breaks(rule) => {
            let name = &constraints.get(rule).name;
            let because = constraints.because(rule).map_or(String::new(), |because| format!(" ({because})"));
            format!("no repair that is sure enough satisfies the hard rule {name}{because}")
        }
        Apart::Unknown(lookup) => {
            let lookup = &constraints.lookups()[lookup];
            format!(
                "it is not in {}, where the hard rule {} looks it up",
                constraints.reference(lookup.reference).name,
                lookup.name
            )
        }
        Apart::Duplicate { rule, of, ref why } => {
            let name = &constraints.duplicates()[rule].name;
            let why = match why {
                None => String::new(),
                Some((with, words)) if *with == of => format!(": {words}"),
                Some((with, words)) => {
                    format!("; with {}, which is one thing with it: {words}", row_name(table, *with))
                }
            };
            format!("it is one thing with {}, which stays (rule {name}){why}", row_name(table, of))
        }
    }
}

/// A row as people find it: `row 5 (line 6)`, of several files `row 5 (line 6) of part-2.csv`.
fn row_name(table: &Table, row: RowId) -> String {
    let line = table.line(row).map_or(String::new(), |line| format!(" (line {line})"));
    let parts = match table.origin() {
        Some(Origin::Files(parts)) => parts.as_slice(),
        _ => &[],
    };
    let part = parts.iter().find(|part| part.rows.contains(&row.index()));
    let of_part = part.and_then(|part| Some((part.rows.start, part.origin.file()?.path.file_name()?.display())));
    match of_part {
        Some((first, file)) => format!("row {}{line} of {file}", row.index() - first + 1),
        None => format!("row {}{line}", row.number()),
    }
}

/// Why a repair waits for a person, in kinds.
pub(crate) fn doubt(decision: Decision, withheld: Option<Withheld>) -> Option<Doubt> {
    match (decision, withheld) {
        (Decision::Apply, _) => None,
        (Decision::Review, None) => Some(Doubt::NotSure),
        (Decision::Review, Some(Withheld::Model(Hold::FewSupporters))) => Some(Doubt::FewRows),
        (Decision::Review, Some(Withheld::Model(Hold::TwoValues))) => Some(Doubt::TwoValues),
        (Decision::Review, Some(Withheld::Model(Hold::RareValue))) => Some(Doubt::RareValue),
        (Decision::Review, Some(Withheld::Model(Hold::OtherCell))) => Some(Doubt::OtherCell),
        (Decision::Review, Some(Withheld::Model(Hold::Protected))) => Some(Doubt::Protected),
        (Decision::Review, Some(Withheld::Rule(_))) => Some(Doubt::BreaksRule),
        (Decision::Review, Some(Withheld::Believed)) => Some(Doubt::RuleAlone),
        (Decision::Review, Some(Withheld::RaggedLine)) => Some(Doubt::RaggedLine),
        (Decision::Review, Some(Withheld::ColumnType)) => Some(Doubt::ColumnType),
        (Decision::Review, Some(Withheld::SetApart)) => Some(Doubt::SetApart),
    }
}

/// What rules say of a table before and after.
pub(crate) fn rule_outcomes(
    schema: &Schema,
    constraints: &Constraints,
    before: &Detection,
    after: &Detection,
    learned: &[Learned],
) -> Vec<RuleOutcome> {
    let outcome = |((id, constraint), learned): ((ConstraintId, &Constraint), &Learned)| RuleOutcome {
        name: constraint.name.clone(),
        file: constraint.origin.file.clone(),
        line: constraint.origin.line,
        determines: constraint.as_dependency().map(|dependency| schema.name(dependency.rhs).to_owned()),
        broken_before: before.of(id).blame.changes,
        broken_after: after.of(id).blame.changes,
        rows_before: before.of(id).rows.len() as u64,
        rows_after: after.of(id).rows.len() as u64,
        support: learned.support,
        strength: learned.strength,
    };
    constraints.iter().zip(learned).filter(|((id, _), _)| !constraints.joins(*id)).map(outcome).collect()
}
