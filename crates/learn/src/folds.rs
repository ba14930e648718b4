//! Splits that keep the shares of the classes, and what a model says of rows that it was not fitted on.

use rayon::prelude::*;

use crate::random::{shuffled, stream};
use crate::{Class, Examples, Fitted, Learner, LogisticSettings, Probabilities};

/// The fold of each row, below `folds`: the rows of each class are dealt out in a random order, so that folds have equal shares
/// of every class, up to one row.
///
/// # Panics
/// When no folds are asked for.
pub fn stratified_folds(y: &[Class], folds: usize, seed: u64) -> Vec<usize> {
    assert!(folds > 0, "there is at least one fold");
    let classes = y.iter().map(|class| class.index() + 1).max().unwrap_or(0);
    let mut of_class: Vec<Vec<usize>> = vec![Vec::new(); classes];
    y.iter().enumerate().for_each(|(row, class)| of_class[class.index()].push(row));
    let mut fold_of_row = vec![0; y.len()];
    let mut next = 0;
    for (class, rows) in of_class.iter().enumerate() {
        for place in shuffled(rows.len(), &mut stream(seed, class as u64)) {
            fold_of_row[rows[place]] = next % folds;
            next += 1;
        }
    }
    fold_of_row
}

/// Two parts of the rows, the first of about the given share of every class, each in the order of the rows.
pub fn stratified_split(y: &[Class], share: f64, seed: u64) -> (Vec<usize>, Vec<usize>) {
    // Folds in thousandths would leave nothing of small classes in the second part: each class is cut by itself.
    let classes = y.iter().map(|class| class.index() + 1).max().unwrap_or(0);
    let mut first = vec![false; y.len()];
    for class in 0..classes {
        let rows: Vec<usize> = (0..y.len()).filter(|&row| y[row].index() == class).collect();
        let count = (share * rows.len() as f64).round() as usize;
        let order = shuffled(rows.len(), &mut stream(seed, class as u64));
        order.into_iter().take(count).for_each(|place| first[rows[place]] = true);
    }
    (0..y.len()).partition(|&row| first[row])
}

/// What is believed of each row by a logistic regression that was fitted on the other folds, with the weights of the rows.
///
/// # Panics
/// When there is not a fold and a weight for each example.
pub fn out_of_fold(
    examples: &Examples,
    weights: Option<&[f64]>,
    fold_of_row: &[usize],
    settings: &LogisticSettings,
) -> Probabilities {
    out_of_fold_by(Learner::Logistic, examples, weights, fold_of_row, settings, 0)
}

/// The same by a model of any kind; forests draw by the seed.
///
/// # Panics
/// When there is not a fold and a weight for each example.
pub fn out_of_fold_by(
    learner: Learner,
    examples: &Examples,
    weights: Option<&[f64]>,
    fold_of_row: &[usize],
    settings: &LogisticSettings,
    seed: u64,
) -> Probabilities {
    assert_eq!(examples.len(), fold_of_row.len(), "an example has a fold");
    assert!(weights.is_none_or(|weights| weights.len() == examples.len()), "an example has a weight");
    let folds = fold_of_row.iter().map(|fold| fold + 1).max().unwrap_or(0);
    let judged = (0..folds).into_par_iter().map(|fold| {
        let (inside, outside): (Vec<usize>, Vec<usize>) =
            (0..examples.len()).partition(|&row| fold_of_row[row] == fold);
        let weights: Option<Vec<f64>> = weights.map(|weights| outside.iter().map(|&row| weights[row]).collect());
        let model = fit_on(learner, examples, &outside, weights.as_deref(), settings, seed);
        let probabilities = model.probabilities(&examples.x.select(&inside));
        (inside, probabilities)
    });
    let mut all = Probabilities::zeros(examples.len(), examples.classes);
    for (rows, probabilities) in judged.collect::<Vec<_>>() {
        rows.iter().enumerate().for_each(|(place, &row)| all.set_row(row, probabilities.row(place)));
    }
    all
}

/// A model of some of the examples, with a weight for each of these.
pub(crate) fn fit_on(
    learner: Learner,
    examples: &Examples,
    rows: &[usize],
    weights: Option<&[f64]>,
    settings: &LogisticSettings,
    seed: u64,
) -> Fitted {
    let y: Vec<Class> = rows.iter().map(|&row| examples.y[row]).collect();
    learner.fit(&examples.x.select(rows), &y, examples.classes, weights, settings, seed)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::Rows;

    proptest! {
        #[test]
        fn folds_share_every_class_and_all_rows_evenly(
            y in prop::collection::vec((0u32..4).prop_map(Class), 1..200), folds in 2usize..7, seed in 0u64..9,
        ) {
            let fold_of_row = stratified_folds(&y, folds, seed);
            for class in (0..4).map(|class| Some(Class(class))).chain([None]) {
                let mut sizes = vec![0usize; folds];
                for (row, fold) in fold_of_row.iter().enumerate() {
                    sizes[*fold] += usize::from(class.is_none_or(|class| class == y[row]));
                }
                prop_assert!(sizes.iter().max().unwrap() - sizes.iter().min().unwrap() <= 1, "{:?} {:?}", class, sizes);
            }
        }

        #[test]
        fn a_split_is_all_rows_with_the_share_of_each_class(
            y in prop::collection::vec((0u32..3).prop_map(Class), 1..100), seed in 0u64..9,
        ) {
            let (first, second) = stratified_split(&y, 0.3, seed);
            let mut all = [first.clone(), second].concat();
            all.sort_unstable();
            prop_assert_eq!(all, (0..y.len()).collect::<Vec<_>>());
            for class in (0..3).map(Class) {
                let rows = y.iter().filter(|&&other| other == class).count() as f64;
                let taken = first.iter().filter(|&&row| y[row] == class).count() as f64;
                prop_assert!((taken - 0.3 * rows).abs() <= 0.5 + 1e-9);
            }
        }
    }

    #[test]
    fn no_row_is_judged_by_a_model_that_saw_it() {
        // A feature that only one row has would give its label away to a model that saw it.
        let y: Vec<Class> = (0..40).map(|row| Class(row % 2)).collect();
        let x = Rows::dense(
            40,
            (0..40).map(|row| (0..40).map(|place| if row == place { 9.0 } else { 0.0 }).collect::<Vec<_>>()),
        );
        let examples = Examples { x, y: y.clone(), classes: 2, rows: (0..40).collect() };
        let folds = stratified_folds(&y, 4, 1);
        let settings = LogisticSettings::default();
        let seen = fit_on(Learner::Logistic, &examples, &(0..40).collect::<Vec<_>>(), None, &settings, 0);
        assert!(seen.probabilities(&examples.x).of(0, y[0]) > 0.8);
        let unseen = out_of_fold(&examples, None, &folds, &settings);
        assert!((0..40).all(|row| (unseen.of(row, y[row]) - 0.5).abs() < 0.01));
    }
}
