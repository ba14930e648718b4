//! Labels that are probably wrong, by confident learning (Northcutt, Jiang and Chuang, 2021).

use std::collections::BTreeSet;

use lustrate_learn::{
    Featuriser, JudgedPruning, LabelFindings, LabelIssue, LabelRanking, LabelSettings, LogisticSettings, Score,
    judge_pruning, label_issues, out_of_fold_by, stratified_folds,
};
use lustrate_rules::{Constraints, Rules, bind};
use lustrate_table::{AttributeId, CellId, RowId, Table};
use serde::Serialize;

use super::readable::Readable;
use super::shifts::too_much;
use super::task::{ModelTask, Prepared, no_features};
use crate::outcome::{Alternative, Decision, Doubt, Outcome, Repair};
use crate::run::{ids, within_threads};
use crate::{Error, ErrorKind, Settings};

/// Folds of the probabilities by which labels are judged.
const FOLDS: usize = 5;

/// How wrong labels are looked for.
#[derive(Clone, Copy, Debug, Default)]
pub struct LabelOptions {
    /// What flagged labels are ordered by.
    pub ranking: LabelRanking,
    /// Labels are changed from this probability of the suggested class on; `None` to change none, as a person knows better than
    /// a model.
    pub relabel_at: Option<f64>,
}

/// What was found of the labels of a table.
#[derive(Clone, Debug, Serialize)]
pub struct CheckedLabels {
    /// The target.
    pub target: String,
    /// Its classes, with how many rows of each the model takes for which: the joint of given and true labels.
    pub classes: Vec<ClassNoise>,
    /// The rows that have a label.
    pub labelled: u64,
    /// The share of labels that is probably wrong, by the joint.
    pub noise: f64,
    /// What the flagged labels are ordered by: `given` or `corrected`.
    pub ranking: &'static str,
    /// The columns whose groups are judged by thresholds of their own.
    pub protected: Vec<String>,
    /// How well the model predicts the labels as they are given, out of fold.
    pub model: Score,
    /// What leaving the flagged rows out does to the model.
    pub pruning: JudgedPruning,
    /// The flagged labels as repairs, the surest first in [`CheckedLabels::order`].
    #[serde(flatten)]
    pub outcome: Outcome,
    /// The places of the repairs in the order of the ranking, the most doubtful label first.
    pub order: Vec<usize>,
}

/// One class, and what the rows that have it probably are.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ClassNoise {
    /// The class.
    pub class: String,
    /// The rows that are labelled so.
    pub given: u64,
    /// How many of them are probably of each class, in the order of the classes.
    pub probably: Vec<u64>,
    /// How many of them are flagged.
    pub flagged: u64,
}

/// Finds the labels of the target that are probably wrong. A model is asked about rows that it was not fitted on; a label is
/// flagged where the model is surer of another class than it usually is of rows labelled so.
///
/// No label is changed unless [`LabelOptions::relabel_at`] says so: what is found is for a person to decide, in the repairs file.
/// Whether the model gains by leaving the flagged rows out is judged, as it may lose.
///
/// # Errors
/// Rules that do not fit the table; a target that cannot be predicted (see [`ModelTask`]).
pub fn check_labels(
    table: &Table,
    rules: &Rules,
    task: &ModelTask,
    options: &LabelOptions,
    settings: &Settings,
) -> Result<CheckedLabels, Error> {
    let constraints = bind(rules, table.schema()).map_err(Error::Rules)?;
    let ids = ids(table, &constraints, settings)?;
    check_probability(options)?;
    let task = excluding(task, table, &ids);
    let prepared = task.prepare(table, &constraints)?;
    within_threads(settings, || check(table, &constraints, &ids, &prepared, options, settings))?
}

fn check_probability(options: &LabelOptions) -> Result<(), Error> {
    match options.relabel_at.filter(|at| !(0.5..=1.0).contains(at)) {
        Some(at) => {
            let title = format!("labels cannot be changed from a probability of {at} on");
            Err(Error::settings("bad-probability", title, "write a number from 0.5 to 1"))
        }
        None => Ok(()),
    }
}

/// A task in which the columns that identify rows are no features.
pub(super) fn excluding(task: &ModelTask, table: &Table, ids: &[AttributeId]) -> ModelTask {
    let mut task = task.clone();
    let named = ids.iter().map(|&id| table.schema().name(id).to_owned());
    task.exclude.extend(named.filter(|name| Some(name) != task.target.as_ref()).collect::<BTreeSet<_>>());
    task
}

fn check(
    table: &Table,
    constraints: &Constraints,
    ids: &[AttributeId],
    prepared: &Prepared,
    options: &LabelOptions,
    settings: &Settings,
) -> Result<CheckedLabels, Error> {
    let (target, seed) = (&prepared.target, settings.seed_of_samples());
    let seen = Readable::new(table, constraints).but(target.name()).of(table);
    let space = Featuriser::fit(&seen, target.name(), &prepared.features).map_err(|error| no_features(&error))?;
    let examples = space.examples(&seen, target).map_err(|error| no_features(&error))?;
    let weights = prepared.weights_of(&examples.rows);
    let model = LogisticSettings::default();
    let folds = stratified_folds(&examples.y, FOLDS, seed);
    let p = out_of_fold_by(prepared.learner, &examples, weights.as_deref(), &folds, &model, seed);
    let groups = (!prepared.protected.is_empty()).then(|| prepared.groups.of(&examples.rows));
    let labels = LabelSettings { ranking: options.ranking, groups: groups.as_deref() };
    let found = label_issues(&p, &examples.y, &labels);
    let pruning = judge_pruning(&examples, weights.as_deref(), &labels, (prepared.learner, &model), seed);
    let attribute = table.schema().find(target.name()).expect("the target was found in the table");
    let at = options.relabel_at;
    let row = |issue: &LabelIssue| RowId(examples.rows[issue.row] as u32);
    let named = |issue: &LabelIssue| {
        let classes = target.classes();
        let cell = CellId { row: row(issue), attribute };
        repair(table, ids, cell, [&classes[issue.given.index()], &classes[issue.suggested.index()]], issue, at)
    };
    let mut ranked: Vec<(usize, Repair)> = found.issues.iter().map(&named).enumerate().collect();
    ranked.sort_by_key(|(_, repair)| repair.row);
    let mut order = vec![0; ranked.len()];
    ranked.iter().enumerate().for_each(|(place, (rank, _))| order[*rank] = place);
    let repairs: Vec<Repair> = ranked.into_iter().map(|(_, repair)| repair).collect();
    let classes = noise(target.classes(), &found, &examples.y.iter().map(|class| class.index()).collect::<Vec<_>>());
    let mut notes = constraints.notes().clone();
    notes.extend(prepared.notes.clone());
    let mut outcome = Outcome::of_cells(table, repairs, notes);
    outcome.shift = too_much(&outcome, &prepared.protected);
    outcome.notes.extend(outcome.shift.warning());
    Ok(CheckedLabels {
        target: target.name().to_owned(),
        classes,
        labelled: examples.len() as u64,
        noise: found.noise(),
        ranking: match options.ranking {
            LabelRanking::Given => "given",
            LabelRanking::Corrected => "corrected",
        },
        protected: prepared.protected.clone(),
        model: Score::new(&p, &examples.y),
        pruning,
        outcome,
        order,
    })
}

fn noise(classes: &[String], found: &LabelFindings, y: &[usize]) -> Vec<ClassNoise> {
    let of = |(class, name): (usize, &String)| ClassNoise {
        class: name.clone(),
        given: y.iter().filter(|&&other| other == class).count() as u64,
        probably: found.joint[class].iter().map(|&count| count as u64).collect(),
        flagged: found.issues.iter().filter(|issue| issue.given.index() == class).count() as u64,
    };
    classes.iter().enumerate().map(of).collect()
}

/// A flagged label as a repair.
fn repair(
    table: &Table,
    ids: &[AttributeId],
    cell: CellId,
    [given, suggested]: [&String; 2],
    issue: &LabelIssue,
    relabel_at: Option<f64>,
) -> Repair {
    let applies = relabel_at.is_some_and(|at| issue.suggested_probability >= at);
    let percent = |share: f64| format!("{:.0} %", (100.0 * share).floor());
    let alternative = Alternative { value: Some(given.clone()), probability: issue.given_probability };
    Repair {
        confidence: issue.suggested_probability,
        decision: if applies { Decision::Apply } else { Decision::Review },
        doubt: match (applies, relabel_at) {
            (true, _) => None,
            (false, Some(_)) => Some(Doubt::NotSure),
            (false, None) => Some(Doubt::Person),
        },
        kind: ErrorKind::Label,
        rule: Some("labels".into()),
        reason: format!(
            "a model of the other rows takes it for {suggested} with {}, and for {given} with {}",
            percent(issue.suggested_probability),
            percent(issue.given_probability)
        )
        .into(),
        alternatives: vec![alternative],
        ..Repair::of_cell(table, ids, cell, Some(suggested.clone()))
    }
}
