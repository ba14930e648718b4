//! Which records to clean next, so that a model gains most (after ActiveClean: Krishnan, Wang, Wu, Franklin and Goldberg, 2016).
//!
//! A model is trained on dirty data. Batch by batch some rows that may be dirty are handed to a cleaner, and the model is
//! estimated anew from what is known by then: the clean rows, the cleaned ones, and what those say of the rest. The loop is a
//! state that can be saved between batches, as cleaning takes people days.

mod estimators;
mod learned_repair;
mod sampling;

use serde::{Deserialize, Serialize};

pub use estimators::Estimator;
pub use sampling::Sampling;

use crate::logistic::log_loss;
use crate::{Class, ColumnFeatures, Examples, Logistic, LogisticSettings, Rows, Score};

/// What past losses count for after each batch, when estimators are compared.
const REMEMBERED: f64 = 0.7;

/// How records are chosen and what is made of them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ActiveSettings {
    /// Records of a batch. 50.
    pub batch: usize,
    /// Records that may be cleaned in all.
    pub budget: usize,
    /// How records are drawn.
    pub sampling: Sampling,
    /// How the model is estimated; `None` for the estimator that did best on the batches so far.
    pub estimator: Option<Estimator>,
    /// Batches without a gain beyond a standard error after which the loop has settled. 6; `None` to go on all the same.
    pub patience: Option<usize>,
    /// The seed of the draws.
    pub seed: u64,
    /// The penalty λ of the squared weights of the model.
    pub l2: f64,
}

impl Default for ActiveSettings {
    fn default() -> Self {
        ActiveSettings {
            batch: 50,
            budget: 1000,
            sampling: Sampling::Uniform,
            estimator: None,
            patience: Some(6),
            seed: 0,
            l2: LogisticSettings::default().l2,
        }
    }
}

impl ActiveSettings {
    fn model(&self) -> LogisticSettings {
        LogisticSettings { l2: self.l2, ..LogisticSettings::default() }
    }
}

/// The rows that are cleaned, as they were and as they are. All examples are in one space and have a label on both sides.
#[derive(Clone, Copy, Debug)]
pub struct Pool<'a> {
    /// The rows as they were before any was cleaned.
    pub dirty: &'a Examples,
    /// The same rows, with those that were cleaned as they are now.
    pub current: &'a Examples,
    /// The probability that each row is dirty; rows of 0 are known to be clean, and are never asked for.
    pub doubt: &'a [f64],
    /// The columns of the space, so that repairs are learned column by column.
    pub columns: &'a [ColumnFeatures],
    /// What a repair engine makes of all rows, where there is one: a further estimator.
    pub repaired: Option<&'a Examples>,
    /// Rows that are right and judge the model; none of them is among those above.
    pub judges: &'a Examples,
}

impl Pool<'_> {
    fn check(&self) {
        let rows = self.dirty.len();
        assert!(self.current.len() == rows && self.doubt.len() == rows, "a row has a current form and a doubt");
        assert!(self.repaired.is_none_or(|repaired| repaired.len() == rows), "a row has a repaired form");
    }
}

/// A record to clean, and why it was drawn.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Drawn {
    /// The place of the row among the examples.
    pub row: usize,
    /// The probability that it is dirty.
    pub doubt: f64,
    /// How much it moves the model: the length of the gradient of its loss.
    pub pull: f64,
    /// The chance with which a single draw takes it.
    pub chance: f64,
}

/// How well the model did after so many records.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct CurvePoint {
    /// Records cleaned so far.
    pub records: usize,
    /// Of these, records that were changed.
    pub changed: usize,
    /// The estimator that was used.
    pub estimator: Estimator,
    /// The share of judging rows that is predicted.
    pub accuracy: f64,
    /// The standard error of it.
    pub standard_error: f64,
    /// Their mean log loss.
    pub log_loss: f64,
}

/// What comes next.
#[derive(Clone, Debug, PartialEq)]
pub enum Next {
    /// These records are to be cleaned; then [`Active::update`] is called.
    Clean(Vec<Drawn>),
    /// The budget is spent.
    Spent,
    /// No row is left that may be dirty.
    NothingLeft,
    /// The last batches have brought no gain beyond a standard error: see [`ActiveSettings::patience`].
    Settled,
}

/// The loop between two batches. It is saved in any form that keeps floating-point numbers whole, as CBOR does.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Active {
    settings: ActiveSettings,
    batches: Vec<Vec<Drawn>>,
    pending: Option<Vec<Drawn>>,
    /// The estimators in use, with their models and remembered losses.
    models: Vec<(Estimator, Logistic, f64)>,
    curve: Vec<CurvePoint>,
}

impl Active {
    /// Starts with a model of the dirty data.
    ///
    /// # Panics
    /// When the rows of the pool are not of one number.
    pub fn start(pool: &Pool<'_>, settings: ActiveSettings) -> Active {
        pool.check();
        let estimators = match settings.estimator {
            Some(estimator) => vec![estimator],
            None => Estimator::compared(pool),
        };
        let start = Logistic::new(pool.dirty.x.width(), pool.dirty.classes);
        let dirty = Logistic::fit(start, &pool.dirty.x, &pool.dirty.y, None, &settings.model());
        let models = estimators.into_iter().map(|estimator| (estimator, dirty.clone(), 0.0)).collect();
        let mut active = Active { settings, batches: Vec::new(), pending: None, models, curve: Vec::new() };
        active.judge(pool, Estimator::Mixture, &dirty);
        active
    }

    /// The batch to clean, the same one until it is taken back by [`Active::update`].
    pub fn next(&mut self, pool: &Pool<'_>) -> Next {
        if let Some(pending) = &self.pending {
            return Next::Clean(pending.clone());
        }
        let left = self.settings.budget.saturating_sub(self.records()).min(self.settings.batch);
        if left == 0 {
            return Next::Spent;
        }
        if self.is_settled() {
            return Next::Settled;
        }
        let mut doubt = pool.doubt.to_vec();
        self.cleaned().for_each(|drawn| doubt[drawn.row] = 0.0);
        let drawn = sampling::draw(pool, &doubt, self.model(), &self.settings, left, self.batches.len() as u64);
        if drawn.is_empty() {
            return Next::NothingLeft;
        }
        self.pending = Some(drawn.clone());
        Next::Clean(drawn)
    }

    /// Takes the batch back, whose rows are clean in `pool.current`, and estimates the model anew. Without a batch that was
    /// asked for nothing happens.
    pub fn update(&mut self, pool: &Pool<'_>) {
        pool.check();
        let Some(batch) = self.pending.take() else { return };
        self.remember_losses(pool, &batch);
        self.batches.push(batch);
        let known = self.known(pool);
        let step = self.batches.len();
        for (estimator, model, _) in &mut self.models {
            let start = std::mem::replace(model, Logistic::new(0, pool.dirty.classes));
            *model = estimator.estimate(pool, &known, start, &self.settings.model(), step);
        }
        let chosen = self.chosen();
        let (estimator, model, _) = self.models[chosen].clone();
        self.judge(pool, estimator, &model);
    }

    /// Cleans until nothing more is to be done. The cleaner is given the rows of a batch, and returns their features and labels.
    pub fn run(
        &mut self,
        pool: &Pool<'_>,
        mut cleaner: impl FnMut(&[usize]) -> (Rows, Vec<Class>),
    ) -> (Next, Examples) {
        let mut current = pool.current.clone();
        loop {
            let at = Pool { current: &current, ..*pool };
            let Next::Clean(batch) = self.next(&at) else { break };
            let rows: Vec<usize> = batch.iter().map(|drawn| drawn.row).collect();
            let (x, y) = cleaner(&rows);
            current = replaced(&current, &rows, &x, &y);
            self.update(&Pool { current: &current, ..*pool });
        }
        let end = self.next(&Pool { current: &current, ..*pool });
        (end, current)
    }

    /// The model as it stands.
    pub fn model(&self) -> &Logistic {
        &self.models[self.chosen()].1
    }

    /// Records cleaned so far.
    pub fn records(&self) -> usize {
        self.batches.iter().map(Vec::len).sum()
    }

    /// The rows that were cleaned, in the order in which they were.
    pub fn cleaned(&self) -> impl Iterator<Item = &Drawn> {
        self.batches.iter().flatten()
    }

    /// Accuracy against records cleaned, from the dirty model on.
    pub fn curve(&self) -> &[CurvePoint] {
        &self.curve
    }

    /// The estimator with the least remembered loss; before the first batch all models are one.
    fn chosen(&self) -> usize {
        let first = self.models.iter().position(|(estimator, ..)| *estimator == Estimator::Mixture).unwrap_or(0);
        // The losses before the second batch are all of the dirty model.
        if self.batches.len() < 2 {
            return first;
        }
        let losses = self.models.iter().enumerate().map(|(place, (_, _, loss))| (place, *loss));
        losses.min_by(|a, b| a.1.total_cmp(&b.1)).map_or(first, |(place, _)| place)
    }

    /// The losses of the models on a batch that none of them has seen clean.
    fn remember_losses(&mut self, pool: &Pool<'_>, batch: &[Drawn]) {
        let rows: Vec<usize> = batch.iter().map(|drawn| drawn.row).collect();
        let clean: Vec<usize> = (0..pool.doubt.len()).filter(|&row| pool.doubt[row] == 0.0).collect();
        let share = clean.len() as f64 / pool.doubt.len() as f64;
        for (_, model, loss) in &mut self.models {
            let of_clean = if clean.is_empty() { 0.0 } else { mean_loss(model, pool.current, &clean) };
            *loss = REMEMBERED * *loss + (1.0 - share) * mean_loss(model, pool.current, &rows) + share * of_clean;
        }
    }

    fn known(&self, pool: &Pool<'_>) -> estimators::Known {
        let batch = self.settings.batch;
        let cleaned = self.cleaned().copied().collect();
        let last = self.batches.last().map_or(0, Vec::len);
        estimators::Known::new(pool, cleaned, batch, last)
    }

    fn judge(&mut self, pool: &Pool<'_>, estimator: Estimator, model: &Logistic) {
        let score = Score::new(&model.probabilities(&pool.judges.x), &pool.judges.y);
        let changed = self.cleaned().filter(|drawn| estimators::is_changed(pool, drawn.row)).count();
        self.curve.push(CurvePoint {
            records: self.records(),
            changed,
            estimator,
            accuracy: score.accuracy,
            standard_error: score.standard_error,
            log_loss: score.log_loss,
        });
    }

    /// Whether the last batches have brought no gain beyond a standard error over what was best before.
    fn is_settled(&self) -> bool {
        let Some(patience) = self.settings.patience.filter(|&patience| patience > 0) else {
            return false;
        };
        let Some(before) = self.curve.len().checked_sub(patience).filter(|&before| before > 1) else {
            return false;
        };
        let best = |points: &[CurvePoint]| points.iter().map(|point| point.accuracy).fold(0.0, f64::max);
        let (earlier, later) = self.curve.split_at(before);
        best(later) <= best(earlier) + later[0].standard_error
            && later.iter().all(|point| point.accuracy >= best(earlier) - point.standard_error)
    }
}

fn mean_loss(model: &Logistic, examples: &Examples, rows: &[usize]) -> f64 {
    let p = model.probabilities(&examples.x.select(rows));
    let losses = rows.iter().enumerate().map(|(place, &row)| log_loss(p.of(place, examples.y[row])));
    losses.sum::<f64>() / rows.len() as f64
}

/// Examples of which some rows are others.
fn replaced(examples: &Examples, rows: &[usize], x: &Rows, y: &[Class]) -> Examples {
    let mut place = vec![None; examples.len()];
    rows.iter().enumerate().for_each(|(at, &row)| place[row] = Some(at));
    let mut made = Examples { x: Rows::new(examples.x.width()), ..examples.clone() };
    for (row, place) in place.into_iter().enumerate() {
        match place {
            Some(at) => {
                made.x.push_row(x, at);
                made.y[row] = y[at];
            }
            None => made.x.push_row(&examples.x, row),
        }
    }
    made
}

#[cfg(test)]
mod tests;
