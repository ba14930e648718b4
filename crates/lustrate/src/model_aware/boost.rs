//! Which detector and which repair help a model (after BoostClean: Krishnan, Franklin, Goldberg and Wu, 2017).

mod pipeline;
mod words;

use std::collections::BTreeSet;

use lustrate_learn::{
    Action, Arm, BoostSettings, Detector, JudgedArm, JudgedPicking, Learner, MarkedCells, Picking, RepairedTable,
    apply, apply_marked, boost_marked,
};
use lustrate_rules::{Constraints, Rules, bind};
use lustrate_table::{AttributeId, CellId, RowId, Table};
use serde::Serialize;

use pipeline::{Quoted, statement};
use words::{in_words, words};

use super::labels::excluding;
use super::readable::Readable;
use super::shifts::too_much;
use super::task::{ModelTask, Prepared, no_features};
use crate::outcome::{Cause, Decision, Outcome, Quarantined, Repair};
use crate::run::{ids, within_threads};
use crate::{Error, Progress, Settings, find, repair_with};

/// What arms of our own are called.
const OUR_REPAIRS: &str = "our repairs";
const OUR_REPAIRS_AND_REVIEWS: &str = "our repairs and what they would review";
const BROKEN_RULES: &str = "cells that break rules";
const OUR_DOUBTS: &str = "cells that our model doubts";

/// The standard errors by which an arm must be better than doing nothing to make the table: of sixty arms that do nothing one or
/// two are better by two.
const SURELY: f64 = 3.0;

/// How arms are tried.
#[derive(Clone, Copy, Debug, Default)]
pub struct BoostOptions {
    /// How arms are picked.
    pub picking: Picking,
    /// Leave out the arms of our own engine, which take the time of a repair.
    pub without_engine: bool,
}

/// What the arms are worth, and the table that the best of them makes.
#[derive(Clone, Debug, Serialize)]
pub struct BoostOutcome {
    /// The target.
    pub target: String,
    /// The kind of the model.
    pub learner: Learner,
    /// How the arms were picked.
    pub picking: Picking,
    /// All arms, the heaviest of the picked ones first, then by their loss.
    pub arms: Vec<NamedArm>,
    /// What the picked arms are worth together, on rows that had no part in picking them; `None` where there were too few.
    pub judged: Option<JudgedPicking>,
    /// The arm that made the table.
    pub best: String,
    /// The pipeline as rules, with what is done to the cells that break them in comments; `None` where nothing is done.
    pub pipeline: Option<String>,
    /// What the best arm changes, as a run makes it.
    #[serde(flatten)]
    pub outcome: Outcome,
}

/// An arm in words, and what it is worth.
#[derive(Clone, Debug, Serialize)]
pub struct NamedArm {
    /// Which cells it doubts.
    pub detector: String,
    /// What is done to them in rows that a model is learned from.
    pub training: String,
    /// What is done to them in rows that are predicted.
    pub prediction: String,
    /// The numbers.
    #[serde(flatten)]
    pub judged: JudgedArm,
}

/// Tries every detector with every repair, our own engine's among them, on a model of the target, picks those that predict best
/// together, and makes the table that the heaviest of them makes. Nothing is done where doing nothing predicts as well.
///
/// # Errors
/// Rules that do not fit the table; a target that cannot be predicted (see [`ModelTask`]).
pub fn boost(
    table: &Table,
    rules: &Rules,
    task: &ModelTask,
    options: &BoostOptions,
    settings: &Settings,
    progress: &(dyn Fn(Progress) + Sync),
) -> Result<BoostOutcome, Error> {
    let constraints = bind(rules, table.schema()).map_err(Error::Rules)?;
    let ids = ids(table, &constraints, settings)?;
    let task = excluding(task, table, &ids);
    let prepared = task.prepare(table, &constraints)?;
    let engine = match options.without_engine {
        true => None,
        false => Some(repair_with(table, rules, settings, progress)?),
    };
    let broken = blamed(table, rules)?;
    let trial =
        Trial { table, rules, constraints: &constraints, ids: &ids, prepared: &prepared, engine: engine.as_ref() };
    within_threads(settings, || trial.run(&broken, options, settings))?
}

struct Trial<'a> {
    table: &'a Table,
    rules: &'a Rules,
    constraints: &'a Constraints,
    ids: &'a [AttributeId],
    prepared: &'a Prepared,
    engine: Option<&'a Outcome>,
}

impl Trial<'_> {
    fn run(&self, broken: &[CellId], options: &BoostOptions, settings: &Settings) -> Result<BoostOutcome, Error> {
        let (target, seed) = (&self.prepared.target, settings.seed_of_samples());
        // The columns that identify rows are neither features nor repaired.
        let is_touched = |cell: &CellId| !self.ids.contains(&cell.attribute);
        let all = self.engine.map(|engine| with_reviews(engine, target.name()));
        let without_target = self.engine.map(|engine| without_target(engine, target.name()));
        let mut repaired: Vec<RepairedTable<'_>> = Vec::new();
        let differs = |table: &Table| table.schema().ids().any(|id| !same_column(table, self.table, id));
        repaired.extend(
            without_target.iter().filter(|it| differs(it)).map(|table| RepairedTable { name: OUR_REPAIRS, table }),
        );
        repaired.extend(
            all.iter().filter(|it| differs(it)).map(|table| RepairedTable { name: OUR_REPAIRS_AND_REVIEWS, table }),
        );
        let broken: Vec<CellId> = broken.iter().copied().filter(is_touched).collect();
        let doubted: Vec<CellId> = self.engine.map(doubted).unwrap_or_default();
        let marked =
            [MarkedCells { name: BROKEN_RULES, cells: &broken }, MarkedCells { name: OUR_DOUBTS, cells: &doubted }];
        let boost_settings = BoostSettings {
            picking: options.picking,
            learner: self.prepared.learner,
            features: self.prepared.features.clone(),
            seed,
            ..BoostSettings::default()
        };
        // Columns that identify rows are hidden from detectors.
        let readable = Readable::new(self.table, self.constraints).but(target.name()).without_declared();
        let hidden = readable.of(&hide(self.table, self.ids));
        let read: Vec<Table> = repaired.iter().map(|it| readable.of(it.table)).collect();
        let given: Vec<RepairedTable<'_>> =
            repaired.iter().zip(&read).map(|(it, table)| RepairedTable { name: it.name, table }).collect();
        let boosted =
            boost_marked(&hidden, target, &given, &marked, &boost_settings).map_err(|error| no_features(&error))?;
        let changed = |name: &str| {
            let table = repaired.iter().find(|it| it.name == name).map_or(self.table, |it| it.table);
            let differs = |id: AttributeId| {
                self.table
                    .row_ids()
                    .filter(move |&row| table.column(id).text(row) != self.table.column(id).text(row))
                    .count()
            };
            self.table.schema().ids().map(differs).sum()
        };
        let counted = |arm: JudgedArm| match &arm.arm {
            Arm::Given(name) => JudgedArm { cells: changed(name), ..arm },
            _ => arm,
        };
        let arms: Vec<JudgedArm> = boosted.arms.into_iter().map(counted).collect();
        let best = self.best(&arms, boosted.judged.as_ref());
        let named = |judged: JudgedArm| {
            let [detector, training, prediction] = words(&judged.arm);
            NamedArm { detector, training, prediction, judged }
        };
        let mut outcome = self.outcome(&best, (&hidden, &readable), (&repaired, &marked));
        outcome.shift = too_much(&outcome, &self.prepared.protected);
        outcome.notes.extend(outcome.shift.warning());
        Ok(BoostOutcome {
            target: target.name().to_owned(),
            learner: self.prepared.learner,
            picking: options.picking,
            arms: arms.into_iter().map(named).collect(),
            judged: boosted.judged,
            best: in_words(&best),
            pipeline: self.pipeline(&best, &hidden),
            outcome,
        })
    }

    /// The arm that makes the table: of those that are as good as the best, up to a standard error, one that fills before one that
    /// leaves rows out, and then the one that touches the fewest cells. Doing nothing, where that is not surely worse, by the arm
    /// itself and by the judged picking.
    fn best(&self, arms: &[JudgedArm], judged: Option<&JudgedPicking>) -> Arm {
        let helps = judged.is_none_or(|judged| judged.gain > judged.standard_error);
        let better = || arms.iter().filter(|arm| arm.arm != Arm::Nothing && arm.gain > SURELY * arm.standard_error);
        let Some(most) = better().max_by(|a, b| a.gain.total_cmp(&b.gain)).filter(|_| helps) else {
            return Arm::Nothing;
        };
        let as_good = better().filter(|arm| arm.gain >= most.gain - most.standard_error);
        let least = as_good.min_by_key(|arm| (leaves_out(&arm.arm), arm.cells));
        least.map_or(Arm::Nothing, |arm| arm.arm.clone())
    }

    /// What an arm changes.
    fn outcome(
        &self,
        arm: &Arm,
        (hidden, readable): (&Table, &Readable),
        (repaired, marked): (&[RepairedTable<'_>], &[MarkedCells<'_>]),
    ) -> Outcome {
        let mut notes = self.constraints.notes().clone();
        notes.extend(self.prepared.notes.clone());
        let made = match arm {
            Arm::Given(name) => {
                let table = repaired.iter().find(|it| it.name == name).map(|it| it.table.clone());
                table.map(|table| (table, self.table.row_ids().collect::<Vec<_>>()))
            }
            Arm::Marked { detector, training, .. } => {
                let marked = marked.iter().find(|it| it.name == detector);
                marked.map(|marked| apply_marked(*training, hidden, &self.prepared.target, marked))
            }
            arm => apply(arm, hidden, &self.prepared.target),
        };
        let Some((made, kept)) = made else { return Outcome::of_cells(self.table, Vec::new(), notes) };
        let mut repairs = Vec::new();
        let of_engine = |row: RowId, attribute: AttributeId| {
            let name = self.table.schema().name(attribute);
            let engine = self.engine.filter(|_| matches!(arm, Arm::Given(_)))?;
            let start = engine.repairs.partition_point(|repair| repair.row < row.number());
            let of_row = engine.repairs[start..].iter().take_while(|repair| repair.row == row.number());
            of_row.into_iter().find(|repair| &*repair.column == name)
        };
        // A table that we repaired is as it is written; what an action made is as the model reads it.
        let before = if matches!(arm, Arm::Given(_)) { self.table } else { hidden };
        for (place, &row) in kept.iter().enumerate() {
            for attribute in self.table.schema().ids().filter(|id| !self.ids.contains(id)) {
                let new = made.column(attribute).text(RowId(place as u32));
                let cell = CellId { row, attribute };
                if new != before.text(cell) {
                    let written = new.map(|new| match arm {
                        Arm::Given(_) => new.to_owned(),
                        _ => readable.written(self.table.schema().name(attribute), new),
                    });
                    repairs.push(self.repair(cell, written, arm, of_engine(row, attribute)));
                }
            }
        }
        let mut outcome = Outcome::of_cells(self.table, repairs, notes);
        let kept: BTreeSet<RowId> = kept.into_iter().collect();
        let gone = |row: RowId| Quarantined {
            cause: Cause::Model,
            row: row.number(),
            line: self.table.line(row),
            rules: vec!["boost".to_owned()],
            reason: format!(
                "a model of `{}` predicts better without rows that {} marks",
                self.prepared.target.name(),
                words(arm)[0]
            ),
        };
        outcome.set_apart_too(self.table.row_ids().filter(|row| !kept.contains(row)).map(gone).collect());
        outcome
    }

    fn repair(&self, cell: CellId, new: Option<String>, arm: &Arm, engine: Option<&Repair>) -> Repair {
        if let Some(engine) = engine {
            return Repair { decision: Decision::Apply, doubt: None, ..engine.clone() };
        }
        let [detector, training, _] = words(arm);
        let target = self.prepared.target.name();
        Repair {
            // What is written is good for the model, and nobody says that it is true.
            confidence: 0.0,
            rule: Some("boost".into()),
            reason: format!(
                "marked as {detector}: {training}; a model of `{target}` predicts better so, which does not say that it is true"
            )
            .into(),
            ..Repair::of_cell(self.table, self.ids, cell, new)
        }
    }

    /// The pipeline of an arm as rules.
    fn pipeline(&self, arm: &Arm, hidden: &Table) -> Option<String> {
        let [detector, training, prediction] = words(arm);
        let target = self.prepared.target.name();
        let head = format!(
            "# What helps a model of {target} most, of all that `lustrate boost` tried:\n# {detector}; in rows that a model is learned from: \
             {training}; in rows that are predicted: {prediction}.\n"
        );
        let column = |name: &str| Quoted(name).to_string();
        match arm {
            Arm::Nothing => None,
            Arm::Given(_) => {
                Some(head + "# `lustrate repair` with these rules makes the same repairs.\n" + &self.given_rules())
            }
            Arm::Marked { .. } => Some(head + "# The cells that break these rules are meant.\n" + &self.given_rules()),
            Arm::Repair { detector, .. } => {
                let found = detector.findings(hidden, target);
                let lines = found.iter().flat_map(|(name, findings)| {
                    let name = column(name);
                    findings.iter().filter_map(move |finding| statement(&name, finding)).collect::<Vec<_>>()
                });
                let lines: Vec<String> = lines.collect();
                let rest = match (detector, lines.is_empty()) {
                    (Detector::IsolationForest, _) | (_, true) => {
                        "# Which rows these are no rule can say: they are far from all others in several columns.\n"
                    }
                    _ => "# The cells that break these rules are meant; `warn` marks them and changes nothing.\n",
                };
                Some(head + rest + &lines.concat())
            }
        }
    }

    /// The rules that were given, or a word on where those are that were found.
    fn given_rules(&self) -> String {
        match self.rules.is_empty() {
            true => "# None were given: `lustrate discover` writes those that the table shows.\n".to_owned(),
            false => self.rules.to_string(),
        }
    }
}

/// The cells that rules blame.
fn blamed(table: &Table, rules: &Rules) -> Result<Vec<CellId>, Error> {
    let findings = find(table, rules)?;
    let cells = findings.rules.iter().flat_map(|rule| &rule.cells).filter_map(|cell| {
        Some(CellId { row: RowId((cell.row - 1) as u32), attribute: table.schema().find(&cell.column)? })
    });
    Ok(cells.collect::<BTreeSet<CellId>>().into_iter().collect())
}

/// The cells of which the engine believes that they should read otherwise.
fn doubted(engine: &Outcome) -> Vec<CellId> {
    let cell = |repair: &Repair| {
        let attribute = engine.original.schema().find(&repair.column).expect("a repair is of a column of the table");
        CellId { row: RowId((repair.row - 1) as u32), attribute }
    };
    engine.repairs.iter().filter(|repair| repair.new != repair.old).map(cell).collect()
}

/// The repaired table with the target as it was: what is predicted must not have a part in how it is judged.
fn without_target(engine: &Outcome, target: &str) -> Table {
    let mut table = engine.table.clone();
    if let Some(id) = table.schema().find(target) {
        table.replace(id, engine.original.column(id).clone());
    }
    table
}

/// The same with what the engine would only show for review.
fn with_reviews(engine: &Outcome, target: &str) -> Table {
    let mut table = without_target(engine, target);
    for repair in engine.for_review().filter(|repair| &*repair.column != target) {
        let attribute = table.schema().find(&repair.column).expect("a repair is of a column of the table");
        table.set(CellId { row: RowId((repair.row - 1) as u32), attribute }, repair.new.as_deref());
    }
    table
}

/// The table in which the columns that identify rows are the same in all rows, so that nothing in them is doubtful.
fn hide(table: &Table, ids: &[AttributeId]) -> Table {
    let mut hidden = table.clone();
    ids.iter().for_each(|&id| hidden.replace(id, (0..table.rows()).map(|_| Some("id")).collect()));
    hidden
}

fn leaves_out(arm: &Arm) -> bool {
    matches!(arm, Arm::Repair { training: Action::Delete, .. } | Arm::Marked { training: Action::Delete, .. })
}

fn same_column(one: &Table, other: &Table, id: AttributeId) -> bool {
    one.shares(other, id) || one.row_ids().all(|row| one.column(id).text(row) == other.column(id).text(row))
}
