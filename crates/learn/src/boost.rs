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

/// Rows up to which every row judges, by the arms that were fitted on the other parts of so many.
const MOST_CROSSED: usize = 5000;
const PARTS: usize = 3;

/// The share of more rows that arms are fitted on; the others judge them.
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

/// Cells that somebody else doubts, as they break rules or an engine believes them to be wrong: a detector more. They have to be
/// found without a look at the target, which rows that are predicted do not have; cells of the target itself are left out.
#[derive(Clone, Copy, Debug)]
pub struct MarkedCells<'a> {
    /// What the detector is called.
    pub name: &'a str,
    /// The cells.
    pub cells: &'a [CellId],
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
    /// Repairs the cells that were marked elsewhere.
    Marked {
        /// What the detector is called.
        detector: String,
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
    given: &[RepairedTable<'_>],
    settings: &BoostSettings,
) -> Result<Boosted, FeatureError> {
    boost_marked(table, target, given, &[], settings)
}

/// The same, with detectors whose cells are given.
///
/// # Errors
/// Where the table makes no features, or lacks the target.
///
/// # Panics
/// When a repaired table has another number of rows, or a marked cell is not of the table.
pub fn boost_marked(
    table: &Table,
    target: &Target,
    given: &[RepairedTable<'_>],
    marked: &[MarkedCells<'_>],
    settings: &BoostSettings,
) -> Result<Boosted, FeatureError> {
    assert!(given.iter().all(|other| other.table.rows() == table.rows()), "a repaired table has the same rows");
    let labels = target.labels(table)?;
    let labelled: Vec<usize> = (0..table.rows()).filter(|&row| labels[row].is_some()).collect();
    let y: Vec<Class> = labelled.iter().filter_map(|&row| labels[row]).collect();
    let share = settings.most_rows as f64 / labelled.len().max(1) as f64;
    let (kept, _) = stratified_split(&y, share.min(1.0), settings.seed);
    let rows: Vec<usize> = kept.iter().map(|&place| labelled[place]).collect();
    let y: Vec<Class> = kept.iter().map(|&place| y[place]).collect();
    let marked = marked.iter().map(|marked| (marked.name, marks(table, target, marked))).collect();
    let trial = Trial { table, target, given, marked, settings };
    let (arms, judges) = trial.judged_arms(&rows, &y, None, settings.seed.wrapping_add(1))?;
    let judges_y = at(&y, &judges);
    let weights = settings.picking.pick(&predictions(&arms), &judges_y);
    let judged = trial.judged_picking(&rows, &y)?;
    Ok(Boosted { arms: in_order(arms, &weights, &judges_y), judged })
}

/// The table as an arm leaves it in training, with the rows that it keeps: rows are deleted only where the action says so.
/// `None` for a table that was repaired, or cells that were marked elsewhere, as the caller has them: see [`apply_marked`].
pub fn apply(arm: &Arm, table: &Table, target: &Target) -> Option<(Table, Vec<RowId>)> {
    match arm {
        Arm::Nothing => Some((table.clone(), table.row_ids().collect())),
        Arm::Repair { detector, training, .. } => {
            let marks = detector.fit(table, target.name()).marks(table);
            Some(repaired(*training, table, &marks, target))
        }
        Arm::Marked { .. } | Arm::Given(_) => None,
    }
}

/// The same for an action on cells that were marked elsewhere.
///
/// # Panics
/// When a marked cell is not of the table.
pub fn apply_marked(training: Action, table: &Table, target: &Target, marked: &MarkedCells<'_>) -> (Table, Vec<RowId>) {
    repaired(training, table, &marks(table, target, marked), target)
}

fn repaired(training: Action, table: &Table, marks: &Marks, target: &Target) -> (Table, Vec<RowId>) {
    let repair = Repair::fit(training, table, marks, target.name());
    let (repaired, kept) = repair.apply(table, marks);
    let kept: Vec<RowId> = kept.into_iter().map(|row| RowId(row as u32)).collect();
    (repaired.select(&kept), kept)
}

fn marks(table: &Table, target: &Target, marked: &MarkedCells<'_>) -> Marks {
    let target = table.schema().find(target.name());
    Marks::new(table, marked.cells.iter().copied().filter(|cell| Some(cell.attribute) != target))
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
    given: &'a [RepairedTable<'a>],
    /// Names and cells of detectors that are given.
    marked: Vec<(&'a str, Marks)>,
    settings: &'a BoostSettings,
}

/// What is tried with the cells that a detector marks.
struct Marked<'a> {
    /// The cells in the rows that are fitted, that judge, and that are held out.
    marks: [Marks; 3],
    actions: Vec<(Action, Action)>,
    arm: Box<dyn Fn(Action, Action) -> Arm + Send + Sync + 'a>,
}

impl Trial<'_> {
    /// All arms, with what they say of rows that judge them, and where these are among the rows. Few rows all judge, many are
    /// cut once.
    fn judged_arms(
        &self,
        rows: &[usize],
        y: &[Class],
        held_out: Option<&[usize]>,
        seed: u64,
    ) -> Result<(Vec<Tried>, Vec<usize>), FeatureError> {
        let cuts: Vec<(Vec<usize>, Vec<usize>)> = if rows.len() > MOST_CROSSED {
            vec![stratified_split(y, FITTED, seed)]
        } else {
            let part_of_row = stratified_folds(y, PARTS, seed);
            let cut = |part: usize| (0..rows.len()).partition(|&row| part_of_row[row] != part);
            (0..PARTS).map(cut).collect()
        };
        let tried = cuts.iter().map(|(fitted, judges)| self.arms(&at(rows, fitted), &at(rows, judges), held_out));
        let tried: Vec<Vec<Tried>> = tried.collect::<Result<_, _>>()?;
        let judges = cuts.into_iter().flat_map(|(_, judges)| judges).collect();
        Ok((together(tried), judges))
    }

    /// All arms whose detector marks anything, fitted on some rows, with what they say of others.
    fn arms(&self, fitted: &[usize], judges: &[usize], held_out: Option<&[usize]>) -> Result<Vec<Tried>, FeatureError> {
        let parts = [fitted, judges, held_out.unwrap_or_default()];
        let select = |table: &Table| parts.map(|rows| selected(table, rows));
        let target = self.target.name();
        let dirty = select(self.table);
        let nothing = self.fit(Arm::Nothing, 0, &dirty[0], [&dirty[1], &dirty[2]])?;
        let own = Detector::ALL.into_par_iter().map(|detector| {
            let fitted = detector.fit(&dirty[0], target);
            let arm = move |training, prediction| Arm::Repair { detector, training, prediction };
            let marks = [0, 1, 2].map(|part| fitted.marks(&dirty[part]));
            Marked { marks, actions: detector.actions(), arm: Box::new(arm) }
        });
        let mut detected: Vec<Marked<'_>> = own.collect();
        detected.extend(self.marked.iter().map(|(name, marks)| {
            let arm = |training, prediction| Arm::Marked { detector: (*name).to_owned(), training, prediction };
            let marks = parts.map(|rows| marks.select(rows));
            Marked { marks, actions: Detector::All.actions(), arm: Box::new(arm) }
        }));
        let tried = detected.par_iter().filter(|marked| marked.marks[0].cells() > 0).flat_map(|marked| {
            let marks = &marked.marks;
            let cells: usize = marks.iter().map(Marks::cells).sum();
            marked.actions.par_iter().map(move |&(training, prediction)| (marked, cells, training, prediction))
        });
        let tried = tried.map(|(marked, cells, training, prediction)| {
            let marks = &marked.marks;
            let (trained, kept) = Repair::fit(training, &dirty[0], &marks[0], target).apply(&dirty[0], &marks[0]);
            let trained = if kept.len() < trained.rows() { selected(&trained, &kept) } else { trained };
            let repair = Repair::fit(prediction, &dirty[0], &marks[0], target);
            let [judging, held_out] = [1, 2].map(|part| repair.apply(&dirty[part], &marks[part]).0);
            self.fit((marked.arm)(training, prediction), cells, &trained, [&judging, &held_out])
        });
        let mut tried: Vec<Result<Tried, FeatureError>> = tried.collect();
        tried.extend(self.given.iter().map(|other| {
            let [trained, judging, held_out] = select(other.table);
            self.fit(Arm::Given(other.name.to_owned()), 0, &trained, [&judging, &held_out])
        }));
        let mut arms = vec![nothing];
        for tried in tried {
            match tried {
                Ok(tried) => arms.push(tried),
                // What a repair leaves no feature of is no arm.
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
            let (rest, rest_y) = (at(rows, &rest), at(y, &rest));
            let (arms, judges) = self.judged_arms(&rest, &rest_y, Some(&at(rows, &held_out)), seed)?;
            let weights = settings.picking.pick(&predictions(&arms), &at(&rest_y, &judges));
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

/// The arms that there are in all parts, with what they say of the rows of each, one after the other; of rows that are held out
/// the mean of what they say.
fn together(mut parts: Vec<Vec<Tried>>) -> Vec<Tried> {
    let mut arms = std::mem::take(&mut parts[0]);
    let count = parts.len();
    for others in parts.into_iter().skip(1) {
        let mut others: Vec<Option<Tried>> = others.into_iter().map(Some).collect();
        arms.retain_mut(|arm| {
            let same = others.iter_mut().find(|other| other.as_ref().is_some_and(|other| other.arm == arm.arm));
            let Some(same) = same.and_then(Option::take) else { return false };
            let [judging, held_out] = same.predictions;
            arm.predictions[0].append(&judging);
            arm.predictions[1].add(&held_out);
            true
        });
    }
    arms.iter_mut().for_each(|arm| arm.predictions[1].divide(count as f64));
    arms
}

fn selected(table: &Table, rows: &[usize]) -> Table {
    table.select(&rows.iter().map(|&row| RowId(row as u32)).collect::<Vec<_>>())
}

fn at<T: Clone>(values: &[T], places: &[usize]) -> Vec<T> {
    places.iter().map(|&place| values[place].clone()).collect()
}

fn predictions(arms: &[Tried]) -> Vec<&Probabilities> {
    arms.iter().map(|arm| &arm.predictions[0]).collect()
}

fn in_order(arms: Vec<Tried>, weights: &[f64], y: &[Class]) -> Vec<JudgedArm> {
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
