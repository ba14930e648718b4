//! How a model is estimated from rows that are clean, cleaned and still dirty.

use serde::{Deserialize, Serialize};

use super::learned_repair::LearnedRepair;
use super::{Drawn, Pool};
use crate::{Class, Logistic, LogisticSettings, Rows};

/// A way to estimate the model of the clean data.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub enum Estimator {
    /// What cleaning does is learned from the cleaned rows, column by column, and done to the rest.
    LearnedRepair,
    /// What a repair engine makes of the rest.
    EngineRepair,
    /// The cleaned rows stand for the rest, each with a weight by its chance to be drawn.
    Reweighted,
    /// The rest is left out.
    Drop,
    /// The rest is taken as it is.
    Mixture,
    /// The step of the paper: one against an unbiased estimate of the gradient, of length γ / √t.
    Paper {
        /// γ: 1, 5 or 10 in the paper.
        step: f64,
    },
}

/// What is known after some batches.
pub(super) struct Known {
    /// Rows that are clean: known to be before, or cleaned.
    clean: Vec<usize>,
    /// Rows that were cleaned, and changed.
    changed: Vec<Drawn>,
    /// The rows of the last batch.
    last: Vec<Drawn>,
    /// Rows that may be dirty still.
    rest: Vec<usize>,
    /// Records of a batch.
    batch: usize,
}

impl Known {
    pub(super) fn new(pool: &Pool<'_>, cleaned: Vec<Drawn>, batch: usize, last: usize) -> Self {
        let mut is_clean: Vec<bool> = pool.doubt.iter().map(|&doubt| doubt == 0.0).collect();
        cleaned.iter().for_each(|drawn| is_clean[drawn.row] = true);
        let (clean, rest) = (0..is_clean.len()).partition(|&row| is_clean[row]);
        let last = cleaned[cleaned.len() - last..].to_vec();
        let changed = cleaned.into_iter().filter(|drawn| is_changed(pool, drawn.row)).collect();
        Known { clean, changed, last, rest, batch }
    }
}

/// Whether a row is not as it was.
pub(super) fn is_changed(pool: &Pool<'_>, row: usize) -> bool {
    pool.dirty.y[row] != pool.current.y[row] || !pool.dirty.x.row(row).eq(pool.current.x.row(row))
}

/// Rows that a model is fitted on.
struct Training {
    x: Rows,
    y: Vec<Class>,
    weights: Vec<f64>,
}

impl Training {
    fn push(&mut self, x: &Rows, row: usize, y: Class, weight: f64) {
        if weight > 0.0 {
            self.x.push_row(x, row);
            self.y.push(y);
            self.weights.push(weight);
        }
    }
}

impl Estimator {
    /// The estimators that are compared where none is asked for.
    pub(super) fn compared(pool: &Pool<'_>) -> Vec<Estimator> {
        let all = [Estimator::LearnedRepair, Estimator::Reweighted, Estimator::Drop, Estimator::Mixture];
        all.into_iter().chain(pool.repaired.map(|_| Estimator::EngineRepair)).collect()
    }

    /// The model after batch `step`, from that before it.
    pub(super) fn estimate(
        self,
        pool: &Pool<'_>,
        known: &Known,
        start: Logistic,
        settings: &LogisticSettings,
        step: usize,
    ) -> Logistic {
        if let Estimator::Paper { step: length } = self {
            return paper_step(pool, known, start, settings, length / (step as f64).sqrt());
        }
        let mut training = Training { x: Rows::new(pool.dirty.x.width()), y: Vec::new(), weights: Vec::new() };
        for &row in &known.clean {
            training.push(&pool.current.x, row, pool.current.y[row], 1.0);
        }
        match self {
            Estimator::LearnedRepair => match LearnedRepair::learn(pool, &known.changed) {
                Some(repair) => {
                    let (x, y) = repair.apply(pool.dirty, &known.rest);
                    for (place, &row) in known.rest.iter().enumerate() {
                        training.push(&x, place, y[place], pool.doubt[row]);
                        training.push(&pool.dirty.x, row, pool.dirty.y[row], 1.0 - pool.doubt[row]);
                    }
                }
                None => dirty_rest(pool, known, &mut training),
            },
            Estimator::EngineRepair => match pool.repaired {
                Some(repaired) => {
                    known.rest.iter().for_each(|&row| training.push(&repaired.x, row, repaired.y[row], 1.0));
                }
                None => dirty_rest(pool, known, &mut training),
            },
            Estimator::Reweighted => {
                // The rows that were drawn one by one and turned out dirty stand for those that were not.
                let inverse = |drawn: &Drawn| 1.0 / (1.0 - (1.0 - drawn.chance).powi(known.batch as i32)).max(1e-12);
                let sum: f64 = known.changed.iter().map(inverse).sum();
                for drawn in &known.changed {
                    let weight = inverse(drawn) / sum * known.rest.len() as f64;
                    training.push(&pool.current.x, drawn.row, pool.current.y[drawn.row], weight);
                }
            }
            Estimator::Mixture => dirty_rest(pool, known, &mut training),
            Estimator::Drop | Estimator::Paper { .. } => {}
        }
        let first = training.y.first();
        if training.y.iter().all(|class| Some(class) == first) {
            // One class teaches nothing: the rest is better than no model.
            dirty_rest(pool, known, &mut training);
        }
        Logistic::fit(start, &training.x, &training.y, Some(&training.weights), settings)
    }
}

fn dirty_rest(pool: &Pool<'_>, known: &Known, training: &mut Training) {
    known.rest.iter().for_each(|&row| training.push(&pool.dirty.x, row, pool.dirty.y[row], 1.0));
}

/// θ − length · g, where g = (|pool|/n)(1/b) Σ ∇φᵢ / (|pool| pᵢ) + (|C|/n) mean ∇φ over the clean rows + λ/n θ.
fn paper_step(
    pool: &Pool<'_>,
    known: &Known,
    mut model: Logistic,
    settings: &LogisticSettings,
    length: f64,
) -> Logistic {
    let rows = pool.dirty.len() as f64;
    let mut is_last = vec![false; pool.dirty.len()];
    known.last.iter().for_each(|drawn| is_last[drawn.row] = true);
    let mut x = Rows::new(pool.dirty.x.width());
    let (mut y, mut weights) = (Vec::new(), Vec::new());
    for drawn in &known.last {
        x.push_row(&pool.current.x, drawn.row);
        y.push(pool.current.y[drawn.row]);
        weights.push(1.0 / (rows * known.last.len() as f64 * drawn.chance));
    }
    for &row in known.clean.iter().filter(|&&row| !is_last[row]) {
        x.push_row(&pool.current.x, row);
        y.push(pool.current.y[row]);
        weights.push(1.0 / rows);
    }
    let mut gradient = model.gradient(&x, &y, Some(&weights));
    let penalised = gradient.len() - gradient.len() / (pool.dirty.x.width() + 1);
    for (slope, weight) in gradient.iter_mut().zip(model.weights()).take(penalised) {
        *slope += settings.l2 / rows * weight;
    }
    model.step(length, &gradient);
    model
}
