//! A table that a model can safely learn from: cleaned, without the rows that poison it, without doubles, and fair to protected
//! groups (after MLClean: Tae, Roh, Oh, Kim and Whang, 2019).

use std::collections::{BTreeMap, BTreeSet, HashMap};

use lustrate_detect::{Budget, duplicates};
use lustrate_diagnostic::Diagnostic;
use lustrate_learn::{Blind, Featuriser, JudgedShare, LogisticSettings, ProtectedGroups};
use lustrate_rules::{Constraints, Rules, bind};
use lustrate_table::{AttributeId, Code, RowId, Table};
use serde::Serialize;

use super::labels::excluding;
use super::readable::Readable;
use super::shifts::too_much;
use super::stages::{Left, Pipeline, Stage, StageName};
use super::task::{ModelTask, Prepared, no_features};
use crate::outcome::{Cause, Outcome, Quarantined};
use crate::run::{ids, within_threads};
use crate::{Error, Progress, Settings, repair_with};

/// How a table is made safe to learn from.
#[derive(Clone, Debug, Default)]
pub struct SanitizeOptions {
    /// Rows that are known to be right, of the same columns: they choose how many rows are removed, and judge.
    pub trusted: Option<Table>,
    /// Leave the values as they are: rules and repairs change nothing.
    pub keep_values: bool,
}

/// A table that was made safe to learn from.
#[derive(Clone, Debug, Serialize)]
pub struct Sanitized {
    /// The target.
    pub target: String,
    /// The columns whose groups are treated alike.
    pub protected: Vec<String>,
    /// The class that is good to have.
    pub favourable: String,
    /// The trusted rows that judge; 0 where the table judges itself.
    pub trusted: u64,
    /// The stages, each judged.
    pub stages: Vec<Stage>,
    /// The shares of rows that were tried to be removed, and what trusted rows say of each; empty where there are none.
    pub shares: Vec<JudgedShare>,
    /// What cannot be seen without trusted rows.
    pub blind: Vec<Blind>,
    /// The weight of each row that stays, in order.
    #[serde(skip)]
    pub weights: Vec<f64>,
    /// Repairs, and rows that are set apart, as a run makes them.
    #[serde(flatten)]
    pub outcome: Outcome,
}

/// Cleans a table by rules and repairs, removes within each protected group the rows that poison a model of the target, merges rows
/// that are the same or that the rules call one thing, with their weights added, and weighs rows so that group and class are
/// independent. What is removed is set apart, with the reason. Rows are removed within groups and after cleaning, as removing them first or blind
/// to groups takes unprivileged positives for noise.
///
/// Each stage is judged by rows that had no part in it: trusted ones, or, where there are none, parts of the table.
///
/// # Errors
/// Rules that do not fit the table; a target that cannot be predicted (see [`ModelTask`]); trusted rows of other columns, or
/// without labels.
pub fn sanitize(
    table: &Table,
    rules: &Rules,
    task: &ModelTask,
    options: &SanitizeOptions,
    settings: &Settings,
    progress: &(dyn Fn(Progress) + Sync),
) -> Result<Sanitized, Error> {
    let constraints = bind(rules, table.schema()).map_err(Error::Rules)?;
    let ids = ids(table, &constraints, settings)?;
    let task = excluding(task, table, &ids);
    // What is wrong with the task is told before the table is cleaned.
    task.prepare(table, &constraints)?;
    let trusted = options.trusted.as_ref().map(|trusted| in_columns_of(trusted, table)).transpose()?;
    let outcome = match options.keep_values {
        true => Outcome::of_cells(table, Vec::new(), constraints.notes().clone()),
        false => repair_with(table, rules, settings, progress)?,
    };
    within_threads(settings, || sanitized(outcome, trusted.as_ref(), &constraints, &ids, &task, settings))?
}

fn sanitized(
    mut outcome: Outcome,
    trusted: Option<&Table>,
    constraints: &Constraints,
    ids: &[AttributeId],
    task: &ModelTask,
    settings: &Settings,
) -> Result<Sanitized, Error> {
    let rows = outcome.table.rows();
    let prepared = task.prepare(&outcome.table, constraints)?;
    let with_trusted = |table: &Table| match trusted {
        // The order of the columns is that of the table.
        Some(trusted) => Table::stack(vec![table.clone(), trusted.clone()]).expect("both have the same columns"),
        None => table.clone(),
    };
    let Prepared { target, features, protected, favourable, .. } = &prepared;
    let readable = Readable::new(&outcome.table, constraints).but(target.name());
    let [read, cleaned] = [&outcome.original, &outcome.table].map(|table| readable.of(&with_trusted(table)));
    let space = Featuriser::fit(&cleaned, target.name(), features).map_err(|error| no_features(&error))?;
    let in_space = |table: &Table| space.rows(table).map_err(|error| no_features(&error));
    let (x_read, x_cleaned) = (in_space(&read)?, in_space(&cleaned)?);
    let labels = |table: &Table| target.labels(table).expect("the target is a column of the table");
    let (read_labels, clean_labels) = (labels(&read), labels(&cleaned));
    let groups =
        ProtectedGroups::new(&with_trusted(&outcome.table), protected).expect("the protected columns are there");
    let judges: Vec<usize> = (rows..cleaned.rows()).filter(|&row| clean_labels[row].is_some()).collect();
    check_judges(trusted, &judges, &prepared)?;
    let mut weights = prepared.weights.clone().unwrap_or_else(|| vec![1.0; rows]);
    weights.resize(cleaned.rows(), 1.0);
    let mut into = doubles(&outcome.table, constraints, ids);
    into.extend(rows..cleaned.rows());
    let duplicate = |row: &Quarantined| row.cause == Cause::Duplicate;
    let mut is_apart = vec![false; cleaned.rows()];
    outcome.quarantine.iter().filter(|row| !duplicate(row)).for_each(|row| is_apart[row.row as usize - 1] = true);
    let pipeline = Pipeline {
        read: &x_read,
        cleaned: &x_cleaned,
        read_labels: &read_labels,
        labels: &clean_labels,
        classes: target.classes().len(),
        weights: &weights,
        is_apart: &is_apart,
        into: &into,
        groups: &groups,
        is_protected: !protected.is_empty(),
        favourable: *favourable,
        learner: prepared.learner,
        model: LogisticSettings::default(),
        seed: settings.seed_of_samples(),
    };
    let all: Vec<usize> = (0..rows).collect();
    let whole = pipeline.run(&all, &judges);
    let stages = pipeline.judged(&all, &judges, &whole);
    let weights = final_weights(&whole, &outcome, rows);
    outcome.set_apart_too(gone(&outcome, &prepared, &whole, &clean_labels, (&into, ids), trusted.is_some()));
    outcome.notes.extend(prepared.notes.clone());
    outcome.notes.extend(prepared.favourable_note.clone().into_iter().collect());
    outcome.shift = too_much(&outcome, protected);
    let told = |note: &Diagnostic| ["too-much-cleaning", "another-population"].contains(&note.code);
    outcome.notes = outcome.notes.iter().filter(|note| !told(note)).cloned().collect();
    outcome.notes.extend(outcome.shift.warning());
    let stays = outcome.set_apart();
    let weights = (0..rows).filter(|&row| !stays.contains_key(&RowId(row as u32))).map(|row| weights[row]).collect();
    Ok(Sanitized {
        target: target.name().to_owned(),
        protected: protected.clone(),
        favourable: target.classes()[favourable.index()].clone(),
        trusted: judges.len() as u64,
        stages,
        shares: whole.sanitised.judged.clone(),
        blind: whole.sanitised.blind.clone(),
        weights,
        outcome,
    })
}

/// The weights after the last stage. Rows without a label keep their own, as no stage is about them.
fn final_weights(whole: &Left, outcome: &Outcome, rows: usize) -> Vec<f64> {
    let (_, last) = whole.stages.last().expect("there is a stage");
    let mut weights = last[..rows].to_vec();
    outcome.quarantine.iter().for_each(|row| weights[row.row as usize - 1] = 0.0);
    weights
}

/// Trusted rows with the columns of the table, in their order.
fn in_columns_of(trusted: &Table, table: &Table) -> Result<Table, Error> {
    let names = |table: &Table| -> Vec<String> {
        table.schema().attributes().iter().map(|attribute| attribute.name.clone()).collect()
    };
    let (wanted, given) = (names(table), names(trusted));
    let lacks = |of: &[String], other: &[String]| {
        of.iter().filter(|name| !other.contains(name)).map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
    };
    let (missing, surplus) = (lacks(&wanted, &given), lacks(&given, &wanted));
    let told = match (missing.is_empty(), surplus.is_empty()) {
        (true, true) => {
            let column = |name: &String| {
                (name.clone(), trusted.column(trusted.schema().find(name).expect("it is there")).clone())
            };
            return Ok(Table::new(wanted.iter().map(column).collect()).expect("the columns are those of one table"));
        }
        (false, true) => format!("they lack {missing}"),
        (true, false) => format!("they have {surplus} besides"),
        (false, false) => format!("they lack {missing} and have {surplus} besides"),
    };
    let title = format!("the trusted rows have other columns than the table: {told}");
    Err(Error::settings("trusted-columns", title, "give both the same columns, in any order"))
}

/// Whether trusted rows can judge.
fn check_judges(trusted: Option<&Table>, judges: &[usize], prepared: &Prepared) -> Result<(), Error> {
    /// Fewer judge by accident.
    const LEAST: usize = 20;
    match trusted {
        Some(_) if judges.len() < LEAST => {
            let title = format!(
                "{} trusted rows have a class of `{}`, too few to judge by",
                judges.len(),
                prepared.target.name()
            );
            Err(Error::settings("few-trusted-rows", title, format!("give {LEAST} or more, or leave `--trusted` out")))
        }
        _ => Ok(()),
    }
}

/// For each row the one that it is one thing with: by the rules that say which row stays, or as it reads the same in all columns
/// but those that identify rows.
fn doubles(table: &Table, constraints: &Constraints, ids: &[AttributeId]) -> Vec<usize> {
    let mut into: Vec<usize> = (0..table.rows()).collect();
    let compared: Vec<AttributeId> = table.schema().ids().filter(|id| !ids.contains(id)).collect();
    let mut first: HashMap<Vec<Code>, usize> = HashMap::new();
    for row in table.row_ids() {
        let codes = compared.iter().map(|&id| table.column(id).code(row)).collect();
        into[row.index()] = *first.entry(codes).or_insert(row.index());
    }
    for cluster in duplicates(table, constraints, Budget::default()).clusters {
        if let Some(survivor) = cluster.survivor {
            cluster.rows.iter().for_each(|row| into[row.index()] = survivor.index());
        }
    }
    into
}

/// The rows that the last stages leave out, with why.
fn gone(
    outcome: &Outcome,
    prepared: &Prepared,
    whole: &Left,
    labels: &[Option<lustrate_learn::Class>],
    (into, ids): (&[usize], &[AttributeId]),
    with_trusted: bool,
) -> Vec<Quarantined> {
    let already: BTreeSet<u64> = outcome.quarantine.iter().map(|row| row.row).collect();
    let table = &outcome.table;
    let row = |row: usize, cause: Cause, rule: &str, reason: String| Quarantined {
        cause,
        row: row as u64 + 1,
        line: table.line(RowId(row as u32)),
        rules: vec![rule.to_owned()],
        reason,
    };
    let mut gone = BTreeMap::new();
    let by = if with_trusted { "a model of the trusted rows" } else { "a model of the other rows" };
    for &(place, loss) in whole.removed.iter().filter(|(place, _)| *place < table.rows()) {
        let class = labels[place].map_or("", |class| prepared.target.classes()[class.index()].as_str());
        let share = 100.0 * (-loss).exp();
        let share = if share < 0.1 { "less than 0.1 %".to_owned() } else { format!("{share:.1} %") };
        let reason = format!("it misleads a model of `{}`: {by} gives `{class}` {share} here", prepared.target.name());
        gone.insert(place, row(place, Cause::Model, "sanitize", reason));
    }
    let merged = whole.stages.iter().find(|(name, _)| *name == StageName::Merged);
    let before = whole.stages.iter().find(|(name, _)| *name == StageName::Sanitized);
    if let (Some((_, merged)), Some((_, before))) = (merged, before) {
        for place in (0..table.rows()).filter(|&place| before[place] > 0.0 && merged[place] == 0.0) {
            let [one, other] = [place, into[place]].map(|row| RowId(row as u32));
            let mut compared = table.schema().ids().filter(|id| !ids.contains(id));
            let why = match compared.all(|id| table.column(id).code(one) == table.column(id).code(other)) {
                true => format!("it reads as row {} does in all columns that are compared", other.number()),
                false => format!("it is one thing with row {} by a rule", other.number()),
            };
            let reason = format!("{why}; its weight is added to one that stays");
            gone.insert(place, row(place, Cause::Duplicate, "sanitize", reason));
        }
    }
    gone.into_values().filter(|row| !already.contains(&row.row)).collect()
}
