//! Which detector and which repair help a model (after BoostClean: Krishnan, Franklin, Goldberg and Wu, 2017).
//!
//! An arm is a way to find doubtful cells, what is done to them in training, and what is done to them in rows that are to be
//! predicted. Every arm is a model of its own, fitted once on one part of the rows and judged on the others, beside the arm that
//! does nothing. Those that predict best together are picked one by one, and the picking itself is judged by folds that had no
//! part in it.

mod actions;
mod detectors;
mod isolation_forest;
mod pick;

use rayon::prelude::*;
use serde::Serialize;

pub use actions::Action;
pub use detectors::{Detector, Finding};
pub use pick::Picking;

use crate::probabilities::mean_and_error;
use crate::{
    Class, FeatureError, FeatureSettings, Featuriser, Learner, LogisticSettings, Probabilities, Score, Target,
    stratified_folds, stratified_split,
};
use actions::Repair;
use detectors::Marks;
use lustrate_table::{CellId, RowId, Table};

/// The share of rows that arms are fitted on; the others judge them.
const FITTED: f64 = 0.7;

/// How arms are tried and picked.
#[derive(Clone, Debug)]
pub struct BoostSettings {
    /// How arms are picked.
    pub picking: Picking,
    /// Folds that judge the picking, each held out in turn. 3; with fewer than 2 it is not judged.
    pub folds: usize,
    /// Rows that are used; of more a sample is taken. 20,000.
    pub most_rows: usize,
    /// What becomes of the columns.
    pub features: FeatureSettings,
    /// How logistic models are fitted.
    pub model: LogisticSettings,
    /// Which model learns: the one that will be used on the cleaned table, as models differ in what hurts them.
    pub learner: Learner,
    /// The seed of all splits.
    pub seed: u64,
}

impl Default for BoostSettings {
    fn default() -> Self {
        BoostSettings {
            picking: Picking::default(),
            folds: 3,
            most_rows: 20_000,
            features: FeatureSettings::default(),
            model: LogisticSettings::default(),
            learner: Learner::default(),
            seed: 0,
        }
    }
}

/// A table that somebody else has repaired, row by row the same as the one in question: one more arm.
#[derive(Clone, Copy, Debug)]
pub struct RepairedTable<'a> {
    /// What it is called.
    pub name: &'a str,
    /// The table.
    pub table: &'a Table,
}

/// Cells that somebody else marked, by rules or a model of errors: one more detector.
#[derive(Clone, Copy, Debug)]
pub struct MarkedCells<'a> {
    /// What it is called.
    pub name: &'a str,
    /// The cells.
    pub cells: &'a [CellId],
}

/// What others make of the table.
#[derive(Clone, Copy, Debug, Default)]
pub struct Given<'a> {
    /// Tables that were repaired.
    pub repaired: &'a [RepairedTable<'a>],
    /// Cells that were marked.
    pub marked: &'a [MarkedCells<'a>],
}

/// What an arm does.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub enum Arm {
    /// Nothing.
    Nothing,
    /// Repairs the cells that a detector marks.
    Repair {
        /// Which cells are marked.
        detector: Detector,
        /// What is done to them in rows that a model is fitted on.
        training: Action,
        /// What is done to them in rows that are predicted.
        prediction: Action,
    },
    /// Repairs the cells that somebody else marked.
    Marked {
        /// What the marks are called.
        name: String,
        /// What is done to them in rows that a model is fitted on.
        training: Action,
        /// What is done to them in rows that are predicted.
        prediction: Action,
    },
    /// Takes the rows from a table that was repaired elsewhere.
    Given(String),
}

/// An arm as it was judged.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct JudgedArm {
    /// What it does.
    pub arm: Arm,
    /// Cells that its detector marks in all rows.
    pub cells: usize,
    /// How well it predicts the rows that judge.
    pub score: Score,
    /// The mean of what the loss of a row falls by against doing nothing.
    pub gain: f64,
    /// The standard error of it.
    pub standard_error: f64,
    /// The weight that it has among the picked arms, of 1 in all.
    pub weight: f64,
}

/// How well picked arms did on rows that had no part in picking them, beside doing nothing.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct JudgedPicking {
    /// Doing nothing.
    pub nothing: Score,
    /// The picked arms.
    pub picked: Score,
    /// The mean of what the share of right rows rises by.
    pub gain: f64,
    /// The standard error of it.
    pub standard_error: f64,
}

/// The arms, and what they are worth.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Boosted {
    /// All arms, the heaviest of the picked ones first, then by their loss.
    pub arms: Vec<JudgedArm>,
    /// How far the picking can be trusted; `None` where it was not judged.
    pub judged: Option<JudgedPicking>,
}

impl Boosted {
    /// The picked arm with the largest weight: what a single cleaned table is made by.
    pub fn best(&self) -> &Arm {
        &self.arms[0].arm
    }
}

/// Tries every arm on a table and picks those that predict the target best.
///
/// # Errors
/// Where the table makes no features, or lacks the target.
///
/// # Panics
/// When a repaired table has another number of rows.
pub fn boost(
    table: &Table,
    target: &Target,
    given: &Given<'_>,
    settings: &BoostSettings,
) -> Result<Boosted, FeatureError> {
    assert!(
        given.repaired.iter().all(|other| other.table.rows() == table.rows()),
        "a repaired table has the same rows"
    );
    let labels = target.labels(table)?;
    let labelled: Vec<usize> = (0..table.rows()).filter(|&row| labels[row].is_some()).collect();
    let y: Vec<Class> = labelled.iter().filter_map(|&row| labels[row]).collect();
    let share = settings.most_rows as f64 / labelled.len().max(1) as f64;
    let (kept, _) = stratified_split(&y, share.min(1.0), settings.seed);
    let rows: Vec<usize> = kept.iter().map(|&place| labelled[place]).collect();
    let y: Vec<Class> = kept.iter().map(|&place| y[place]).collect();
    let trial = Trial { table, target, given, settings };
    let (fitted, judges) = stratified_split(&y, FITTED, settings.seed.wrapping_add(1));
    let arms = trial.arms(&at(&rows, &fitted), &at(&rows, &judges), None)?;
    let judges_y = at(&y, &judges);
    let weights = settings.picking.pick(&predictions(&arms), &judges_y);
    let judged = trial.judged_picking(&rows, &y)?;
    Ok(Boosted { arms: judged_arms(arms, &weights, &judges_y), judged })
}

/// The table as an arm leaves it in training, with the rows that it keeps: rows are deleted only where the action says so.
/// `None` for a table that was repaired elsewhere, as the caller has it, and for marks that are not given.
pub fn apply(arm: &Arm, table: &Table, target: &Target, given: &Given<'_>) -> Option<(Table, Vec<RowId>)> {
    let repaired = |marks: &Marks, action: Action| {
        let (repaired, kept) = Repair::fit(action, table, marks, target.name()).apply(table, marks);
        let kept: Vec<RowId> = kept.into_iter().map(|row| RowId(row as u32)).collect();
        (repaired.select(&kept), kept)
    };
    match arm {
        Arm::Nothing => Some((table.clone(), table.row_ids().collect())),
        Arm::Repair { detector, training, .. } => {
            Some(repaired(&detector.fit(table, target.name()).marks(table), *training))
        }
        Arm::Marked { name, training, .. } => {
            let marked = given.marked.iter().find(|marked| marked.name == name)?;
            let rows: Vec<usize> = (0..table.rows()).collect();
            Some(repaired(&Marks::of_cells(table, marked.cells, &rows, target.name()), *training))
        }
        Arm::Given(_) => None,
    }
}

/// Who marks cells.
enum Marker<'a> {
    Own(Detector),
    Other(&'a str),
}

impl Marker<'_> {
    /// What is tried on the marked cells, in training and in prediction.
    fn actions(&self) -> Vec<(Action, Action)> {
        match self {
            Marker::Own(detector) => detector.actions(),
            Marker::Other(_) => Detector::All.actions(),
        }
    }

    fn arm(&self, training: Action, prediction: Action) -> Arm {
        match *self {
            Marker::Own(detector) => Arm::Repair { detector, training, prediction },
            Marker::Other(name) => Arm::Marked { name: name.to_owned(), training, prediction },
        }
    }
}

/// A fitted arm and what it says of rows.
struct Tried {
    arm: Arm,
    cells: usize,
    /// For the rows that judge, and for rows that judge the picking.
    predictions: [Probabilities; 2],
}

struct Trial<'a> {
    table: &'a Table,
    target: &'a Target,
    given: &'a Given<'a>,
    settings: &'a BoostSettings,
}

impl Trial<'_> {
    /// All arms whose detector marks anything, fitted on some rows, with what they say of others.
    fn arms(&self, fitted: &[usize], judges: &[usize], held_out: Option<&[usize]>) -> Result<Vec<Tried>, FeatureError> {
        let select = |table: &Table, rows: &[usize]| {
            table.select(&rows.iter().map(|&row| RowId(row as u32)).collect::<Vec<_>>())
        };
        let parts =
            |table: &Table| [select(table, fitted), select(table, judges), select(table, held_out.unwrap_or_default())];
        let target = self.target.name();
        let dirty = parts(self.table);
        let nothing = self.fit(Arm::Nothing, 0, &dirty[0], [&dirty[1], &dirty[2]])?;
        // Each way to mark cells, with the marks in each part of the rows.
        let own = Detector::ALL.into_par_iter().map(|detector| {
            let fitted = detector.fit(&dirty[0], target);
            (Marker::Own(detector), dirty.iter().map(|part| fitted.marks(part)).collect::<Vec<Marks>>())
        });
        let rows = [fitted, judges, held_out.unwrap_or_default()];
        let others = self.given.marked.par_iter().map(|given| {
            let marks = rows.map(|rows| Marks::of_cells(self.table, given.cells, rows, target));
            (Marker::Other(given.name), marks.into_iter().collect())
        });
        let detected = own.chain(others).map(|(marker, marks)| {
            let cells: usize = marks.iter().map(Marks::cells).sum();
            if marks[0].cells() == 0 {
                return Vec::new();
            }
            let arms = marker.actions().into_par_iter().map(|(training, prediction)| {
                let (trained, kept) = Repair::fit(training, &dirty[0], &marks[0], target).apply(&dirty[0], &marks[0]);
                let trained = if kept.len() < trained.rows() { select(&trained, &kept) } else { trained };
                let repair = Repair::fit(prediction, &dirty[0], &marks[0], target);
                let [judging, held_out] = [1, 2].map(|part| repair.apply(&dirty[part], &marks[part]).0);
                self.fit(marker.arm(training, prediction), cells, &trained, [&judging, &held_out])
            });
            arms.collect::<Vec<Result<Tried, FeatureError>>>()
        });
        let mut arms = vec![nothing];
        for tried in detected.collect::<Vec<_>>().into_iter().flatten() {
            match tried {
                Ok(tried) => arms.push(tried),
                // What a repair leaves no feature of is no arm.
                Err(FeatureError::NoFeatures { .. }) => {}
                Err(error) => return Err(error),
            }
        }
        for other in self.given.repaired {
            let [trained, judging, held_out] = parts(other.table);
            match self.fit(Arm::Given(other.name.to_owned()), 0, &trained, [&judging, &held_out]) {
                Ok(tried) => arms.push(tried),
                Err(FeatureError::NoFeatures { .. }) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(arms)
    }

    /// Fits the model of one arm in a space of its own, as its repair changes what is usual.
    fn fit(&self, arm: Arm, cells: usize, trained: &Table, judged: [&Table; 2]) -> Result<Tried, FeatureError> {
        let space = Featuriser::fit(trained, self.target.name(), &self.settings.features)?;
        let examples = space.examples(trained, self.target)?;
        let BoostSettings { model, learner, seed, .. } = self.settings;
        let model = learner.fit(&examples.x, &examples.y, examples.classes, None, model, *seed);
        let says = |table: &Table| Ok::<_, FeatureError>(model.probabilities(&space.rows(table)?));
        Ok(Tried { arm, cells, predictions: [says(judged[0])?, says(judged[1])?] })
    }

    /// Picks arms anew without each fold, and judges them on it.
    fn judged_picking(&self, rows: &[usize], y: &[Class]) -> Result<Option<JudgedPicking>, FeatureError> {
        let settings = self.settings;
        if settings.folds < 2 {
            return Ok(None);
        }
        let fold_of_row = stratified_folds(y, settings.folds, settings.seed.wrapping_add(2));
        let mut nothing = Probabilities::zeros(rows.len(), self.target.classes().len());
        let mut picked = nothing.clone();
        for fold in 0..settings.folds {
            let (held_out, rest): (Vec<usize>, Vec<usize>) = (0..rows.len()).partition(|&row| fold_of_row[row] == fold);
            let seed = settings.seed.wrapping_add(3 + fold as u64);
            let (fitted, judges) = stratified_split(&at(y, &rest), FITTED, seed);
            let (fitted, judges) = (at(&rest, &fitted), at(&rest, &judges));
            let arms = self.arms(&at(rows, &fitted), &at(rows, &judges), Some(&at(rows, &held_out)))?;
            let weights = settings.picking.pick(&predictions(&arms), &at(y, &judges));
            let of_fold: Vec<&Probabilities> = arms.iter().map(|arm| &arm.predictions[1]).collect();
            let together = settings.picking.together(&of_fold, &weights);
            for (place, &row) in held_out.iter().enumerate() {
                nothing.set_row(row, of_fold[0].row(place));
                picked.set_row(row, together.row(place));
            }
        }
        let right = |p: &Probabilities, row: usize| f64::from(u8::from(p.argmax(row) == y[row]));
        let gains: Vec<f64> = (0..y.len()).map(|row| right(&picked, row) - right(&nothing, row)).collect();
        let (gain, standard_error) = mean_and_error(&gains);
        let [nothing, picked] = [Score::new(&nothing, y), Score::new(&picked, y)];
        Ok(Some(JudgedPicking { nothing, picked, gain, standard_error }))
    }
}

fn at<T: Clone>(values: &[T], places: &[usize]) -> Vec<T> {
    places.iter().map(|&place| values[place].clone()).collect()
}

fn predictions(arms: &[Tried]) -> Vec<&Probabilities> {
    arms.iter().map(|arm| &arm.predictions[0]).collect()
}

fn judged_arms(arms: Vec<Tried>, weights: &[f64], y: &[Class]) -> Vec<JudgedArm> {
    let nothing = arms[0].predictions[0].losses(y);
    let judged = arms.into_iter().zip(weights).map(|(tried, &weight)| {
        let losses = tried.predictions[0].losses(y);
        let gains: Vec<f64> = nothing.iter().zip(&losses).map(|(before, after)| before - after).collect();
        let (gain, standard_error) = mean_and_error(&gains);
        let score = Score::new(&tried.predictions[0], y);
        JudgedArm { arm: tried.arm, cells: tried.cells, score, gain, standard_error, weight }
    });
    let mut judged: Vec<JudgedArm> = judged.collect();
    judged.sort_by(|a, b| b.weight.total_cmp(&a.weight).then(a.score.log_loss.total_cmp(&b.score.log_loss)));
    judged
}

#[cfg(test)]
mod tests;
