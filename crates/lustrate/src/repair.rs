//! The main verb.

use lustrate_detect::{Detection, detect};
use lustrate_diagnostic::{Diagnostic, Diagnostics, nearest};
use lustrate_io::fits;
use lustrate_model::{Hold, Model, UnusedRule, fit_with, infer};
use lustrate_repair::{Reconciled, Repairs, Withheld, decide, reason, reconcile};
use lustrate_rules::{Constraint, ConstraintId, Constraints, Rules, Strength, bind};
use lustrate_table::{AttributeId, CellId, Table};

use crate::outcome::{Alternative, Decision, Doubt, Outcome, Repair, RuleOutcome, Totals};
use crate::{Error, Settings};

/// How far a run has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    /// Looking for violations of the rules.
    Detecting,
    /// Learning: this round, of so many.
    Fitting {
        /// The round, from 1.
        round: u32,
        /// The number of rounds.
        of: u32,
    },
    /// Judging every cell.
    Inferring,
    /// Holding the repairs against the rules.
    Reconciling,
}

/// Finds and repairs the wrong cells of a table.
///
/// With no rules ([`Rules::default`]) the model rests on what the data show: dependencies, associations, spelling.
///
/// This is the composition of the public verbs, and does nothing that they cannot do one by one:
///
/// ```
/// use lustrate::{Policy, apply, bind, decide, detect, fit, infer, reconcile, verbs::ModelSettings, withhold_unfit};
/// # use lustrate::{Column, Rules, Table};
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let cells = |value: &'static str, odd: &'static str| {
/// #     (0..30).map(move |row| Some(if row == 7 { odd } else { value })).collect::<Column>()
/// # };
/// # let table = Table::new(vec![("zip".into(), cells("00184", "00184")), ("city".into(), cells("Rome", "Rone"))])?;
/// # let source = lustrate::SourceText::new("cities.rules", "zip: fd zip -> city");
/// # let rules = lustrate::parse(&std::sync::Arc::new(source)).rules;
/// let constraints = bind(&rules, table.schema()).map_err(lustrate::Error::Rules)?;
/// let detection = detect(&table, &constraints);
/// let model = fit(&table, &constraints, &ModelSettings::new());
/// let posterior = infer(&model, &table);
/// let mut repairs = decide(&posterior, &Policy::default());
/// withhold_unfit(&table, &mut repairs);
/// let reconciled = reconcile(&table, &constraints, &detection, repairs);
/// let repaired = apply(&table, &reconciled.repairs);
/// # assert_eq!(repaired.rows(), table.rows());
/// # Ok(())
/// # }
/// ```
///
/// # Errors
/// Rules that do not fit the table, all at once; an id column that it does not have; thresholds out of order.
pub fn repair(table: &Table, rules: &Rules, settings: &Settings) -> Result<Outcome, Error> {
    repair_with(table, rules, settings, &|_| ())
}

/// The same, telling how far it has come.
///
/// # Errors
/// As [`repair`].
pub fn repair_with(
    table: &Table,
    rules: &Rules,
    settings: &Settings,
    progress: &(dyn Fn(Progress) + Sync),
) -> Result<Outcome, Error> {
    settings.check()?;
    let constraints = bind(rules, table.schema()).map_err(Error::Rules)?;
    let ids = ids(table, settings)?;
    let policy = settings.policy()?;
    let model_settings = ids.iter().fold(settings.model(), |model, &id| model.leave_alone(id));
    within_threads(settings, || {
        progress(Progress::Detecting);
        let detection = detect(table, &constraints);
        let model = fit_with(table, &constraints, &model_settings, &|round, of| {
            progress(Progress::Fitting { round, of });
        });
        progress(Progress::Inferring);
        let posterior = infer(&model, table);
        let mut repairs = decide(&posterior, &policy);
        withhold_unfit(table, &mut repairs);
        progress(Progress::Reconciling);
        let reconciled = reconcile(table, &constraints, &detection, repairs);
        outcome(table, &constraints, &ids, &detection, &model, reconciled)
    })
}

fn within_threads<T: Send>(settings: &Settings, run: impl FnOnce() -> T + Send) -> Result<T, Error> {
    let Some(threads) = settings.thread_count() else { return Ok(run()) };
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
    let refused =
        |error| Error::settings("no-threads", format!("cannot start {threads} threads: {error}"), "take fewer");
    let pool = pool.map_err(refused)?;
    Ok(pool.install(run))
}

fn ids(table: &Table, settings: &Settings) -> Result<Vec<AttributeId>, Error> {
    let names = || table.schema().attributes().iter().map(|attribute| attribute.name.as_str());
    let find = |name: &String| {
        table.schema().find(name).ok_or_else(|| {
            let columns = names().collect::<Vec<_>>().join(", ");
            let meant = nearest(name, names()).map_or(String::new(), |near| format!("write `{near}`; "));
            let title = format!("no column `{name}` in the table, which was to identify rows");
            Error::settings("unknown-column", title, format!("{meant}the columns are {columns}"))
        })
    };
    settings.ids().iter().map(find).collect()
}

/// Leaves for review the repairs that the file of a table cannot hold: a word in a Parquet column of numbers, a letter
/// that the encoding lacks. Does nothing for a table that came from no file.
pub fn withhold_unfit(table: &Table, repairs: &mut Repairs) {
    for repair in repairs.items.iter_mut().filter(|repair| repair.decision == Decision::Apply) {
        if repair.new.as_deref().is_some_and(|new| !fits(table, repair.cell, new)) {
            repair.withhold(Withheld::ColumnType);
        }
    }
}

fn outcome(
    table: &Table,
    constraints: &Constraints,
    ids: &[AttributeId],
    before: &Detection,
    model: &Model,
    reconciled: Reconciled,
) -> Outcome {
    let Reconciled { repairs, table: repaired, detection: after } = reconciled;
    let mut notes: Diagnostics = constraints.notes().clone();
    notes.extend(partial_coverage(constraints, before));
    notes.extend(unused_rules(constraints, model));
    notes.extend(hard_rules_that_are_broken(constraints, &after));
    let totals = Totals {
        rows: table.rows() as u64,
        columns: table.schema().len() as u64,
        cells: table.cells() as u64,
        applied: repairs.applied().count() as u64,
        for_review: repairs.for_review().count() as u64,
    };
    let rule = |id: ConstraintId| constraints.get(id).name.clone();
    let named = |repair: lustrate_repair::Repair| {
        let reason = reason(table.schema(), constraints, &repair);
        let row = repair.cell.row;
        let key = |&attribute: &AttributeId| table.text(CellId { row, attribute }).unwrap_or("").to_owned();
        Repair {
            row: row.number(),
            line: table.line(row),
            key: ids.iter().map(key).collect(),
            column: table.schema().name(repair.cell.attribute).to_owned(),
            old: repair.old,
            new: repair.new,
            confidence: repair.confidence,
            decision: repair.decision,
            doubt: doubt(repair.decision, repair.withheld),
            rule: repair.rule.map(rule),
            reason,
            alternatives: (repair.alternatives.into_iter())
                .map(|(value, probability)| Alternative { value, probability })
                .collect(),
        }
    };
    Outcome {
        table: repaired,
        totals,
        repairs: repairs.items.into_iter().map(named).collect(),
        rules: rule_outcomes(constraints, before, &after),
        notes,
    }
}

fn doubt(decision: Decision, withheld: Option<Withheld>) -> Option<Doubt> {
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
    }
}

fn rule_outcomes(constraints: &Constraints, before: &Detection, after: &Detection) -> Vec<RuleOutcome> {
    let outcome = |(id, constraint): (ConstraintId, &Constraint)| RuleOutcome {
        name: constraint.name.clone(),
        file: constraint.origin.file.clone(),
        line: constraint.origin.line,
        broken_before: before.of(id).blame.changes,
        broken_after: after.of(id).blame.changes,
        rows_before: before.of(id).rows.len() as u64,
        rows_after: after.of(id).rows.len() as u64,
    };
    constraints.iter().map(outcome).collect()
}

/// A given dependency that says nothing of repairs is told, never silently dropped.
fn unused_rules(constraints: &Constraints, model: &Model) -> Diagnostics {
    let note = |unused: &UnusedRule| {
        let name = &constraints.get(unused.rule).name;
        let percent = |share: f64| (share * 100.0).round();
        let (coverage, agreement) = (percent(unused.coverage), percent(unused.agreement));
        let why = format!("its key repeats in {coverage} % of the rows, and {agreement} % of those agree");
        let title = format!("rule {name} is checked but used for no repair: {why}");
        Diagnostic::note("rule-not-used", title).help("check that its columns are the ones that were meant")
    };
    model.unused_rules().iter().map(note).collect()
}

/// A hard rule that the output still breaks.
fn hard_rules_that_are_broken(constraints: &Constraints, after: &Detection) -> Diagnostics {
    let broken = constraints.iter().filter(|&(id, c)| c.strength == Strength::Hard && after.of(id).any());
    let warning = |(id, constraint): (ConstraintId, &Constraint)| {
        let rows = after.of(id).rows.len();
        let title =
            format!("rule {} is hard, and {rows} rows of the output still take part in breaking it", constraint.name);
        Diagnostic::warning("hard-rule-broken", title).help("`lustrate detect` on the output lists the cells to blame")
    };
    broken.map(warning).collect()
}

/// A budget that ran out is told, never silent.
fn partial_coverage(constraints: &Constraints, detection: &Detection) -> Diagnostics {
    let partial = detection.violations().iter().filter_map(|violations| match violations.coverage {
        lustrate_detect::Coverage::Complete => None,
        lustrate_detect::Coverage::Partial { compared, of } => {
            let name = &constraints.get(violations.constraint).name;
            let title = format!("rule {name}: {compared} of {of} pairs of rows were compared");
            let help = "an equality between the rows (`a.x = b.x`) makes the rule cheap to check";
            Some(Diagnostic::warning("partial-check", title).help(help))
        }
    });
    let mut diagnostics = Diagnostics::new();
    partial.for_each(|diagnostic| diagnostics.push(diagnostic));
    diagnostics
}
