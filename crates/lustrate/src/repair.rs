//! The main verb.

use std::borrow::Cow;

use lustrate_detect::detect;
use lustrate_io::fits;
use lustrate_repair::{Repairs, Withheld, apply};
use lustrate_rules::Rules;
use lustrate_table::{RowId, Table};

use crate::explanation::Explanation;
use crate::labels_outcome::{LabelsOutcome, against_columns, against_hard_rules};
use crate::naming::{Found, outcome};
use crate::notes::{formats_found, partial_coverage, rules_not_borne_out, units_found};
use crate::outcome::{Decision, Outcome};
use crate::repair_with_model::{Basis, Keep, repair_keeping};
use crate::run::{Progress, Run, Settled};
use crate::whole::Whole;
use crate::{CellName, Error, Settings};

/// Finds and repairs the wrong cells of a table.
///
/// With no rules ([`Rules::default`]) those are taken that the table shows ([`discover`](crate::discover())).
///
/// This is the composition of the public verbs, and does nothing that they cannot do one by one. Where rules are hard the
/// rows that stay are held against them once more, as they will be written. What the rules say of the
/// rows that stay as a whole is told beside it by [`checks`](crate::checks()), [`duplicates`](crate::duplicates()) and
/// [`unknown_keys`](crate::unknown_keys()).
///
/// ```
/// use lustrate::{
///     Policy, apply, bind, concerned, decide, detect, find_formats, find_sources, fit, guard, infer_asked, joint,
///     normalise, quarantine, reconcile, temper, verbs::ModelSettings, with_conversions, withhold_apart, withhold_unfit,
/// };
/// # use lustrate::{Column, Rules, Table};
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let cells = |value: &'static str, odd: &'static str| {
/// #     (0..30).map(move |row| Some(if row == 7 { odd } else { value })).collect::<Column>()
/// # };
/// # let table = Table::new(vec![("zip".into(), cells("00184", "00184")), ("city".into(), cells("Rome", "Rone"))])?;
/// # let source = lustrate::SourceText::new("cities.rules", "zip: fd zip -> city");
/// # let rules = lustrate::parse(&std::sync::Arc::new(source)).rules;
/// let constraints = bind(&rules, table.schema()).map_err(lustrate::Error::Rules)?;
/// let view = normalise(&table, &constraints);
/// let formats = find_formats(&view.table, &constraints);
/// let view = view.with_formats(&table, &formats);
/// let detection = detect(&view.table, &constraints);
/// let model = fit(&view.table, &constraints, &ModelSettings::new());
/// let constraints = match find_sources(&view.table, &constraints) {
///     Some(sources) => constraints.with_fusions(vec![sources]),
///     None => constraints,
/// };
/// let asked = concerned(&view.table, &constraints, &detection);
/// let posterior = joint(infer_asked(&model, &view.table, &asked), &view.table, &constraints, &detection);
/// let mut repairs = decide(&temper(posterior), &Policy::default());
/// guard(&mut repairs, &constraints);
/// withhold_unfit(&table, &mut repairs);
/// let reconciled = reconcile(&view.table, &constraints, &detection, repairs);
/// let set_apart = quarantine(&reconciled.table, &constraints, &reconciled.detection);
/// let mut repairs = with_conversions(reconciled.repairs, &view.conversions, &table, &Policy::default());
/// withhold_apart(&mut repairs, &set_apart);
/// let repaired = apply(&table, &repairs);
/// # assert!(set_apart.is_empty());
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
    let repaired = repair_keeping(table, Basis::Rules(rules), settings, Keep::Nothing, None, progress)?;
    Ok(repaired.outcome)
}

/// The same, with an explanation of each of the cells that are chosen once it is known what came of them all; the model is
/// run once. Of cells with a repair the numbers are those of [`explain`](crate::explain()); of other cells it may say nothing,
/// as what is surely right is not kept.
///
/// ```
/// use lustrate::{CellName, Outcome, Settings, Verdict, repair_and_explain};
/// # use lustrate::{Column, Table};
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let cells = |value: &'static str, odd: &'static str| {
/// #     (0..30).map(move |row| Some(if row % 2 == 1 { "x" } else if row == 6 { odd } else { value })).collect::<Column>()
/// # };
/// # let table = Table::new(vec![("zip".into(), cells("00184", "00184")), ("city".into(), cells("Rome", "Rone"))])?;
/// # let rules = lustrate::Rules::default();
/// let changed = |outcome: &Outcome| outcome.applied().map(CellName::of).collect();
/// let (outcome, explanations) = repair_and_explain(&table, &rules, &Settings::new(), &changed, &|_| ())?;
/// assert_eq!(explanations.len() as u64, outcome.totals.applied);
/// # assert_eq!(explanations[0].fate.decision, Verdict::Apply);
/// # assert!(!explanations[0].candidates.is_empty());
/// # Ok(())
/// # }
/// ```
///
/// # Errors
/// As [`repair`].
///
/// # Panics
/// When a cell is chosen that the table does not have.
pub fn repair_and_explain(
    table: &Table,
    rules: &Rules,
    settings: &Settings,
    choose: &(dyn Fn(&Outcome) -> Vec<CellName> + Sync),
    progress: &(dyn Fn(Progress) + Sync),
) -> Result<(Outcome, Vec<Explanation>), Error> {
    let basis = Basis::Rules(rules);
    let repaired = repair_keeping(table, basis, settings, Keep::Nothing, Some(choose), progress)?;
    Ok((repaired.outcome, repaired.explanations))
}

/// What a pass came to, in names; how far distributions moved is said once all passes are made. `repairs` are those of the run, given away where nobody asks for them any more.
pub(crate) fn told(table: &Table, run: &Run<'_>, settled: &Settled, repairs: Cow<'_, Repairs>) -> Outcome {
    let Settled { constraints, before, lessons, quarantine, .. } = settled;
    let staying: Vec<RowId> = table.row_ids().filter(|row| !quarantine.contains_key(row)).collect();
    let apart = (!quarantine.is_empty()).then(|| {
        let kept = settled.reconciled.select(&staying);
        let after = detect(&kept, constraints);
        (kept, after)
    });
    let (kept, after) = apart.as_ref().map_or((&settled.reconciled, &settled.after), |(kept, after)| (kept, after));
    let mut notes = constraints.notes().clone();
    notes.extend(run.left_out.warning(table).into_iter().collect());
    notes.extend(settled.cut_short.warning(run.settings.most_time()).into_iter().collect());
    notes.extend(partial_coverage(constraints, before));
    notes.extend(lessons.unused.clone());
    notes.extend(rules_not_borne_out(constraints, &settled.not_borne_out));
    notes.extend(formats_found(table, &settled.formats));
    notes.extend(units_found(table, constraints, &settled.view.conversions));
    settled.found.iter().for_each(|note| notes.push(note.clone()));
    let labels = settled.taught.as_ref().map(|taught| {
        let given = run.own_labels();
        let agreed = run.own_agreed();
        notes.extend(run.labels.tell_disagreements(&agreed, table));
        notes.extend(against_hard_rules(table, constraints, before, &run.labels, &agreed));
        notes.extend(against_columns(table, constraints, &run.labels, &agreed));
        LabelsOutcome::new(table, (&given, &agreed), taught, (run.first_new(), run.policy.apply_at()))
    });
    notes.extend(labels.as_ref().map(LabelsOutcome::notes).unwrap_or_default());
    outcome(Found {
        table,
        repaired: apply(table, &repairs),
        constraints,
        ids: &run.ids,
        before,
        after,
        dependencies: lessons.dependencies.clone(),
        learned: &lessons.rules,
        repairs,
        quarantine,
        whole: Whole::new(kept, constraints, after, &staying),
        labels,
        notes,
    })
}

/// Leaves for review the repairs that the file of a table cannot hold: a word in a Parquet column of numbers, a letter
/// that the encoding lacks. Does nothing for a table that came from no file.
pub fn withhold_unfit(table: &Table, repairs: &mut Repairs) {
    for repair in repairs.items.iter_mut().filter(|repair| repair.decision == Decision::Apply) {
        if !fits(table, repair.cell, repair.new.as_deref()) {
            repair.withhold(Withheld::ColumnType);
        }
    }
}
