//! Whether a model gains when rows with labels that are probably wrong are left out. It may lose: under symmetric noise the
//! flagged rows are often the hard ones, which teach most.

use rayon::prelude::*;
use serde::Serialize;

use crate::folds::fit_on;
use crate::probabilities::mean_and_error;
use crate::{
    Examples, LabelSettings, Learner, LogisticSettings, Probabilities, Score, label_issues, out_of_fold_by,
    stratified_folds, stratified_split,
};

/// Folds that judge, each held out in turn, and folds within the others by which labels are found.
const FOLDS: usize = 3;
/// Examples beyond which a sample of so many is judged.
const MOST_JUDGED: usize = 20_000;

/// What leaving flagged labels out does, judged by rows that had no part in finding them.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct JudgedPruning {
    /// A model of all rows.
    pub all: Score,
    /// A model without the flagged rows.
    pub pruned: Score,
    /// The mean of what the share of right rows rises by.
    pub gain: f64,
    /// The standard error of it.
    pub standard_error: f64,
}

impl JudgedPruning {
    /// Whether the model gains by more than a standard error.
    pub fn helps(&self) -> bool {
        self.gain > self.standard_error
    }

    /// Whether it loses by more than one.
    pub fn harms(&self) -> bool {
        self.gain < -self.standard_error
    }
}

/// Leaves out what is flagged among the other folds and judges each fold by what is left, beside a model of all rows. The rows
/// that judge have labels of the same kind, some of them wrong, so that a small gain is one.
///
/// # Panics
/// When there are not as many weights or groups as examples.
pub fn judge_pruning(
    examples: &Examples,
    weights: Option<&[f64]>,
    labels: &LabelSettings<'_>,
    (learner, model): (Learner, &LogisticSettings),
    seed: u64,
) -> JudgedPruning {
    let share = MOST_JUDGED as f64 / examples.len().max(1) as f64;
    let (rows, _) = stratified_split(&examples.y, share.min(1.0), seed);
    let judged = examples.select(&rows);
    let at = |values: &[f64], places: &[usize]| places.iter().map(|&place| values[rows[place]]).collect::<Vec<f64>>();
    let fold_of_row = stratified_folds(&judged.y, FOLDS, seed.wrapping_add(1));
    let parts = (0..FOLDS).into_par_iter().map(|fold| {
        let (inside, outside): (Vec<usize>, Vec<usize>) =
            (0..judged.len()).partition(|&place| fold_of_row[place] == fold);
        let known = judged.select(&outside);
        let known_weights = weights.map(|weights| at(weights, &outside));
        let inner = stratified_folds(&known.y, FOLDS, seed.wrapping_add(2));
        let p = out_of_fold_by(learner, &known, known_weights.as_deref(), &inner, model, seed);
        let groups: Option<Vec<usize>> =
            labels.groups.map(|groups| outside.iter().map(|&place| groups[rows[place]]).collect());
        let found = label_issues(&p, &known.y, &LabelSettings { groups: groups.as_deref(), ..*labels });
        let mut kept = vec![true; known.len()];
        found.issues.iter().for_each(|issue| kept[issue.row] = false);
        let kept: Vec<usize> = (0..known.len()).filter(|&place| kept[place]).collect();
        let of = |places: &[usize]| {
            let weights = known_weights.as_ref().map(|all| places.iter().map(|&place| all[place]).collect::<Vec<_>>());
            fit_on(learner, &known, places, weights.as_deref(), model, seed).probabilities(&judged.x.select(&inside))
        };
        let all: Vec<usize> = (0..known.len()).collect();
        let (of_all, of_kept) = (of(&all), of(&kept));
        (inside, of_all, of_kept)
    });
    let mut all = Probabilities::zeros(judged.len(), judged.classes);
    let mut pruned = all.clone();
    for (inside, of_all, of_kept) in parts.collect::<Vec<_>>() {
        for (place, &row) in inside.iter().enumerate() {
            all.set_row(row, of_all.row(place));
            pruned.set_row(row, of_kept.row(place));
        }
    }
    let right = |p: &Probabilities, row: usize| f64::from(u8::from(p.argmax(row) == judged.y[row]));
    let gains: Vec<f64> = (0..judged.len()).map(|row| right(&pruned, row) - right(&all, row)).collect();
    let (gain, standard_error) = mean_and_error(&gains);
    JudgedPruning { all: Score::new(&all, &judged.y), pruned: Score::new(&pruned, &judged.y), gain, standard_error }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::stream;
    use crate::{Class, Rows};
    use rand::RngExt;

    /// Rows in two clouds, of which the labels of some are flipped where the first feature is far out.
    fn examples(flips: f64) -> Examples {
        let mut random = stream(5, 0);
        let (mut x, mut y) = (Vec::new(), Vec::new());
        for row in 0..900 {
            let class = row % 2;
            let mut normal = || (0..6).map(|_| random.random_range(-1.0..1.0)).sum::<f64>() / 1.41;
            let at = if class == 1 { 1.5 } else { -1.5 };
            x.push([at + normal(), normal()]);
            let flipped = random.random_bool(flips);
            y.push(Class(if flipped { 1 - class } else { class }));
        }
        Examples { x: Rows::dense(2, &x), y, classes: 2, rows: (0..900).collect() }
    }

    #[test]
    fn what_is_judged_is_the_same_for_any_number_of_threads() {
        let examples = examples(0.2);
        let judge = || {
            judge_pruning(
                &examples,
                None,
                &LabelSettings::default(),
                (Learner::Logistic, &LogisticSettings::default()),
                1,
            )
        };
        let one = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap().install(judge);
        assert_eq!(one, judge());
        assert_eq!(one.all.rows, 900);
    }

    #[test]
    fn without_noise_pruning_gains_nothing() {
        let judged = judge_pruning(
            &examples(0.0),
            None,
            &LabelSettings::default(),
            (Learner::Logistic, &LogisticSettings::default()),
            1,
        );
        assert!(!judged.helps(), "{judged:?}");
        assert!(judged.all.accuracy > 0.9);
    }
}
