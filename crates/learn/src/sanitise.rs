//! Rows that poison a model: those that a trusted model would be most surprised by.
//!
//! With a trusted slice the loss of a row is that under a model of the trusted rows, which also sees flips that all go one way
//! and clusters of wrong rows. How many rows to remove, and of which class, is judged, never assumed: half of the trusted rows
//! score, the others judge the model that is left. Without a trusted slice the loss is out of fold, and what is removed are the
//! labels that are probably wrong. Rows are removed within each protected group by the same share: whoever removes the largest
//! losses of all rows takes the unprivileged positives for noise.

use std::collections::BTreeSet;

use rayon::prelude::*;
use serde::Serialize;

use crate::folds::fit_on;
use crate::probabilities::mean_and_error;
use crate::random::{shuffled, stream};
use crate::{
    Class, Examples, LabelSettings, Learner, LogisticSettings, Score, label_issues, out_of_fold_by, stratified_folds,
    stratified_split,
};

/// The shares of rows that are tried.
const SHARES: [f64; 9] = [0.0, 0.02, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4];

/// Those of the rows of one class alone, as wrong labels may all be of one: tried where there are no more classes than so many.
const SHARES_OF_CLASS: [f64; 5] = [0.05, 0.1, 0.2, 0.3, 0.4];
const MOST_CLASSES: usize = 5;

/// Standard errors by which a share has to be better than removing nothing, as it is the best of some.
const SURE: f64 = 1.0;

/// How often the trusted rows are halved, for models that are fitted fast; both halves judge each time.
const HALVINGS: u64 = 3;

/// Rows beyond which a share is judged on a sample of so many.
const MOST_JUDGED: usize = 10_000;

/// How rows are sanitised.
#[derive(Clone, Debug)]
pub struct SanitiseSettings<'a> {
    /// A group for each example, where groups are protected.
    pub groups: Option<&'a [usize]>,
    /// A weight for each example; 1 where none are given.
    pub weights: Option<&'a [f64]>,
    /// The folds of out-of-fold losses. 5.
    pub folds: usize,
    /// The seed of all splits.
    pub seed: u64,
    /// How logistic models are fitted.
    pub model: LogisticSettings,
    /// Which model learns.
    pub learner: Learner,
}

impl Default for SanitiseSettings<'_> {
    fn default() -> Self {
        SanitiseSettings {
            groups: None,
            weights: None,
            folds: 5,
            seed: 0,
            model: LogisticSettings::default(),
            learner: Learner::default(),
        }
    }
}

/// What the losses cannot show.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Blind {
    /// Labels of one class that are flipped to another, and hardly the other way round: the model learns the flips.
    OneSidedFlips,
    /// Wrong rows that are alike and many: the model learns them.
    DenseClusters,
}

/// A share of rows to remove, and what trusted rows say of the model that is left.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct JudgedShare {
    /// The share.
    pub share: f64,
    /// The class whose rows it is a share of; `None` for those of all classes.
    pub class: Option<Class>,
    /// The mean log loss of the trusted rows.
    pub log_loss: f64,
    /// The share of trusted rows whose class is predicted.
    pub accuracy: f64,
    /// The mean of what the squared error of the probabilities (Brier, 1950) falls by against removing nothing, row by row.
    /// Whoever removes the largest losses makes the model too sure of itself, which the log loss of single rows punishes most.
    pub gain: f64,
    /// The standard error of it.
    pub standard_error: f64,
}

/// What is removed, and why.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Sanitised {
    /// The examples to remove, the largest losses first.
    pub removed: Vec<usize>,
    /// The loss of each example: under the trusted model, or out of fold.
    pub losses: Vec<f64>,
    /// The weights of the examples, which are zero for the removed ones.
    pub weights: Vec<f64>,
    /// The shares that were judged, by trusted rows alone; empty where there are none.
    pub judged: Vec<JudgedShare>,
    /// What the losses cannot show.
    pub blind: Vec<Blind>,
}

/// Finds the examples that poison a model. `trusted` are the places of examples that are known to be right; they are never
/// removed.
///
/// # Panics
/// When there are not as many groups or weights as examples, or a trusted one is none of them.
pub fn sanitise(examples: &Examples, trusted: Option<&[usize]>, settings: &SanitiseSettings<'_>) -> Sanitised {
    let one_group = vec![0; examples.len()];
    let groups = settings.groups.unwrap_or(&one_group);
    let given = settings.weights.map_or_else(|| vec![1.0; examples.len()], <[f64]>::to_vec);
    assert!(groups.len() == examples.len() && given.len() == examples.len(), "an example has a group and a weight");
    let trusted: BTreeSet<usize> = trusted.unwrap_or_default().iter().copied().collect();
    let trusted: Vec<usize> = trusted.into_iter().collect();
    assert!(trusted.iter().all(|&row| row < examples.len()), "a trusted example is one of the examples");
    let (removed, losses, judged, blind) = match &trusted[..] {
        trusted @ [_, ..] => {
            let (judged, share) = judge(examples, trusted, groups, &given, settings);
            let weights = at(&given, trusted);
            let scorer = fit_on(settings.learner, examples, trusted, Some(&weights), &settings.model, settings.seed);
            let losses = scorer.probabilities(&examples.x).losses(&examples.y);
            let removed = share.map_or_else(Vec::new, |share| {
                largest(&share.of(examples, &suspects(examples, trusted)), groups, &losses, share.share)
            });
            (removed, losses, judged, Vec::new())
        }
        [] => {
            let folds = stratified_folds(&examples.y, settings.folds, settings.seed);
            let p =
                out_of_fold_by(settings.learner, examples, settings.weights, &folds, &settings.model, settings.seed);
            let losses = p.losses(&examples.y);
            let labels = LabelSettings { groups: settings.groups, ..LabelSettings::default() };
            let removed = label_issues(&p, &examples.y, &labels).issues.into_iter().map(|issue| issue.row).collect();
            (removed, losses, Vec::new(), vec![Blind::OneSidedFlips, Blind::DenseClusters])
        }
    };
    let mut weights = given;
    removed.iter().for_each(|&row| weights[row] = 0.0);
    Sanitised { removed, losses, weights, judged, blind }
}

/// The weights of rows of which some were merged: `into` says for each row which row it became, itself or another, and that row
/// carries the weights of all of them.
///
/// # Panics
/// When there is not a weight for each row.
pub fn merged_weights(weights: &[f64], into: &[usize]) -> Vec<f64> {
    assert_eq!(weights.len(), into.len(), "a row has a weight");
    let mut merged = vec![0.0; weights.len()];
    into.iter().zip(weights).for_each(|(&row, weight)| merged[row] += weight);
    merged
}

fn at(values: &[f64], rows: &[usize]) -> Vec<f64> {
    rows.iter().map(|&row| values[row]).collect()
}

/// The rows that may be removed. Of a class without trusted rows none is: their model takes all of it for wrong, and there is
/// nobody to judge what becomes of it.
fn suspects(examples: &Examples, trusted: &[usize]) -> Vec<usize> {
    let mut is_trusted = vec![false; examples.len()];
    let mut is_judged = vec![false; examples.classes];
    for &row in trusted {
        is_trusted[row] = true;
        is_judged[examples.y[row].index()] = true;
    }
    (0..examples.len()).filter(|&row| !is_trusted[row] && is_judged[examples.y[row].index()]).collect()
}

/// Of the given rows the share of each group with the largest losses, these first.
fn largest(rows: &[usize], groups: &[usize], losses: &[f64], share: f64) -> Vec<usize> {
    let mut of_group = vec![Vec::new(); groups.iter().max().map_or(0, |most| most + 1)];
    rows.iter().for_each(|&row| of_group[groups[row]].push(row));
    let by_loss = |a: &usize, b: &usize| losses[*b].total_cmp(&losses[*a]).then(a.cmp(b));
    let mut taken = Vec::new();
    for mut rows in of_group {
        let count = (share * rows.len() as f64).round() as usize;
        rows.sort_by(by_loss);
        taken.extend(rows.into_iter().take(count));
    }
    taken.sort_by(by_loss);
    taken
}

/// A share of the rows of one class, or of all.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Share {
    share: f64,
    class: Option<Class>,
}

impl Share {
    /// Those that are tried, nothing first.
    fn all(classes: usize) -> Vec<Share> {
        let of_all = SHARES.iter().map(|&share| Share { share, class: None });
        let own = if classes <= MOST_CLASSES { classes as u32 } else { 0 };
        let of_class = (0..own)
            .flat_map(|class| SHARES_OF_CLASS.iter().map(move |&share| Share { share, class: Some(Class(class)) }));
        of_all.chain(of_class).collect()
    }

    /// The rows that it is a share of.
    fn of(self, examples: &Examples, rows: &[usize]) -> Vec<usize> {
        rows.iter().copied().filter(|&row| self.class.is_none_or(|class| class == examples.y[row])).collect()
    }
}

/// Of the shares that are surely better than removing nothing the one that removes least among those that are as good as the
/// best, up to a standard error of the difference.
fn chosen(judged: &[JudgedShare], errors: &[Vec<f64>], removed: &[usize]) -> Option<usize> {
    let places = 0..judged.len();
    let best = places.clone().max_by(|&a, &b| judged[a].gain.total_cmp(&judged[b].gain))?;
    let is_better = |place: usize| judged[place].gain > SURE * judged[place].standard_error;
    let is_as_good = |place: usize| {
        let behind: Vec<f64> = errors[place].iter().zip(&errors[best]).map(|(error, best)| error - best).collect();
        let (behind, error) = mean_and_error(&behind);
        behind <= error
    };
    places.filter(|&place| is_better(place) && is_as_good(place)).min_by_key(|&place| removed[place])
}

/// What each trusted row says of each share: its squared error, the mean over the halvings.
fn judge(
    examples: &Examples,
    trusted: &[usize],
    groups: &[usize],
    weights: &[f64],
    settings: &SanitiseSettings<'_>,
) -> (Vec<JudgedShare>, Option<Share>) {
    let mut suspects = suspects(examples, trusted);
    if suspects.len() > MOST_JUDGED {
        let order = shuffled(suspects.len(), &mut stream(settings.seed, u64::MAX));
        suspects = order.into_iter().take(MOST_JUDGED).map(|place| suspects[place]).collect();
        suspects.sort_unstable();
    }
    let labels: Vec<Class> = trusted.iter().map(|&row| examples.y[row]).collect();
    let shares = Share::all(examples.classes);
    let times = if settings.learner == Learner::Logistic { HALVINGS } else { 1 };
    let halvings = (0..times).flat_map(|halving| {
        let (a, b) = stratified_split(&labels, 0.5, settings.seed.wrapping_add(halving));
        [(a.clone(), b.clone()), (b, a)]
    });
    let halvings: Vec<(Vec<usize>, Vec<usize>)> = halvings.filter(|(a, b)| !a.is_empty() && !b.is_empty()).collect();
    let judged = halvings.par_iter().map(|(scoring, judging)| {
        let scoring: Vec<usize> = scoring.iter().map(|&place| trusted[place]).collect();
        let judges: Vec<usize> = judging.iter().map(|&place| trusted[place]).collect();
        let judges_y: Vec<Class> = judges.iter().map(|&row| examples.y[row]).collect();
        let judges_x = examples.x.select(&judges);
        let SanitiseSettings { learner, model, seed, .. } = settings;
        let scorer = fit_on(*learner, examples, &scoring, Some(&at(weights, &scoring)), model, *seed);
        let losses = scorer.probabilities(&examples.x).losses(&examples.y);
        let mut last = None;
        let judged = shares.iter().map(|share| {
            let mut weights = weights.to_vec();
            let removed = largest(&share.of(examples, &suspects), groups, &losses, share.share);
            removed.into_iter().for_each(|row| weights[row] = 0.0);
            let rows: Vec<usize> = suspects.iter().chain(&scoring).copied().filter(|&row| weights[row] > 0.0).collect();
            let weights = at(&weights, &rows);
            let fitted = learner.refit(last.take(), &examples.select(&rows), &weights, model, *seed);
            let p = fitted.probabilities(&judges_x);
            last = Some(fitted);
            (p.squared_errors(&judges_y), Score::new(&p, &judges_y))
        });
        judged.collect()
    });
    let judged: Vec<Vec<(Vec<f64>, Score)>> = judged.collect();
    // Each trusted row judges once a halving.
    let per_row = |share: usize| {
        let mut errors = vec![0.0; trusted.len()];
        for ((_, judging), judged) in halvings.iter().zip(&judged) {
            for (&row, error) in judging.iter().zip(&judged[share].0) {
                errors[row] += error / times as f64;
            }
        }
        errors
    };
    if halvings.is_empty() {
        return (Vec::new(), None);
    }
    let errors: Vec<Vec<f64>> = (0..shares.len()).map(per_row).collect();
    let mean = |place: usize, figure: fn(&Score) -> f64| {
        let sum: f64 = judged.iter().map(|judged| figure(&judged[place].1) * judged[place].1.rows as f64).sum();
        sum / (times as usize * trusted.len()) as f64
    };
    let share = |(place, &Share { share, class }): (usize, &Share)| {
        let gains: Vec<f64> = errors[0].iter().zip(&errors[place]).map(|(before, after)| before - after).collect();
        let (gain, standard_error) = mean_and_error(&gains);
        let (log_loss, accuracy) = (mean(place, |score| score.log_loss), mean(place, |score| score.accuracy));
        JudgedShare { share, class, log_loss, accuracy, gain, standard_error }
    };
    let judged: Vec<JudgedShare> = shares.iter().enumerate().map(share).collect();
    let removed = |share: &Share| (share.share * share.of(examples, &suspects).len() as f64).round() as usize;
    let removed: Vec<usize> = shares.iter().map(removed).collect();
    let share = chosen(&judged, &errors, &removed).map(|place| shares[place]);
    (judged, share)
}

#[cfg(test)]
mod tests {
    use rand::RngExt;

    use super::*;
    use crate::Rows;

    /// Two clouds, of whose labels beyond the first `trusted` rows a share is flipped, in one class or in both.
    fn flipped(rows: usize, trusted: usize, share: f64, only: Option<u32>) -> (Examples, Vec<bool>) {
        let mut random = stream(11, 0);
        let (mut x, mut y, mut wrong) = (Vec::new(), Vec::new(), Vec::new());
        for row in 0..rows {
            let truth = (row % 2) as u32;
            let mut noise = || (0..6).map(|_| random.random_range(-1.0..1.0)).sum::<f64>() / 1.4;
            x.push([3.0 * f64::from(truth) + noise(), noise()]);
            let flip = row >= trusted && only.is_none_or(|only| only == truth) && random.random_bool(share);
            y.push(Class(if flip { 1 - truth } else { truth }));
            wrong.push(flip);
        }
        (Examples { x: Rows::dense(2, x), y, classes: 2, rows: (0..rows).collect() }, wrong)
    }

    #[test]
    fn a_trusted_slice_finds_flips_that_all_go_one_way() {
        let (examples, wrong) = flipped(1000, 100, 0.4, Some(1));
        let trusted: Vec<usize> = (0..100).collect();
        let found = sanitise(&examples, Some(&trusted), &SanitiseSettings::default());
        let right = found.removed.iter().filter(|&&row| wrong[row]).count();
        assert!(found.removed.len() > 50 && 10 * right > 7 * found.removed.len(), "{right} of {}", found.removed.len());
        assert!(found.removed.iter().all(|&row| row >= 100 && found.weights[row] == 0.0));
        assert_eq!(found.blind, []);
    }

    #[test]
    fn flips_that_all_go_one_way_cost_their_own_class_alone() {
        let (examples, wrong) = flipped(2000, 200, 0.3, Some(1));
        let trusted: Vec<usize> = (0..200).collect();
        let found = sanitise(&examples, Some(&trusted), &SanitiseSettings::default());
        let of_other = found.removed.iter().filter(|&&row| examples.y[row] == Class(1)).count();
        let right = found.removed.iter().filter(|&&row| wrong[row]).count();
        assert!(10 * of_other < found.removed.len() && 10 * right > 7 * found.removed.len(), "{of_other}, {right}");
    }

    #[test]
    fn a_class_without_trusted_rows_is_left_alone() {
        let (mut examples, _) = flipped(1000, 100, 0.3, None);
        examples.classes = 3;
        (100..1000).filter(|row| row % 7 == 0).for_each(|row| examples.y[row] = Class(2));
        let trusted: Vec<usize> = (0..100).collect();
        let removed = sanitise(&examples, Some(&trusted), &SanitiseSettings::default()).removed;
        assert!(!removed.is_empty() && removed.iter().all(|&row| examples.y[row] != Class(2)));
        // With one class alone nothing can be told.
        let first: Vec<usize> = trusted.into_iter().filter(|&row| examples.y[row] == Class(0)).collect();
        let removed = sanitise(&examples, Some(&first), &SanitiseSettings::default()).removed;
        assert!(removed.iter().all(|&row| examples.y[row] == Class(0)));
    }

    #[test]
    fn a_row_that_is_named_twice_is_trusted_once() {
        let (examples, _) = flipped(300, 40, 0.3, None);
        let once: Vec<usize> = (0..40).collect();
        let twice: Vec<usize> = (0..40).rev().chain(0..40).collect();
        let settings = SanitiseSettings::default();
        assert_eq!(sanitise(&examples, Some(&twice), &settings), sanitise(&examples, Some(&once), &settings));
    }

    #[test]
    fn nothing_is_removed_where_nothing_is_wrong() {
        let (examples, _) = flipped(1000, 100, 0.0, None);
        let trusted: Vec<usize> = (0..100).collect();
        assert!(sanitise(&examples, Some(&trusted), &SanitiseSettings::default()).removed.is_empty());
    }

    #[test]
    fn without_a_trusted_slice_it_says_what_it_cannot_see() {
        let (examples, wrong) = flipped(1000, 0, 0.15, None);
        let found = sanitise(&examples, None, &SanitiseSettings::default());
        let right = found.removed.iter().filter(|&&row| wrong[row]).count();
        assert!(found.removed.len() > 80 && 10 * right > 6 * found.removed.len(), "{right} of {}", found.removed.len());
        assert_eq!(found.blind, [Blind::OneSidedFlips, Blind::DenseClusters]);
    }

    #[test]
    fn every_group_loses_the_same_share() {
        let (examples, _) = flipped(1000, 100, 0.3, None);
        let groups: Vec<usize> = (0..1000).map(|row| usize::from(row % 5 == 0)).collect();
        let trusted: Vec<usize> = (0..100).collect();
        let settings = SanitiseSettings { groups: Some(&groups), ..SanitiseSettings::default() };
        let found = sanitise(&examples, Some(&trusted), &settings);
        let of_few = found.removed.iter().filter(|&&row| groups[row] == 1).count();
        assert_eq!(5 * of_few, found.removed.len());
    }

    #[test]
    fn merged_rows_carry_the_weights_of_all() {
        assert_eq!(merged_weights(&[1.0, 2.0, 1.0, 0.5], &[0, 1, 0, 0]), [2.5, 2.0, 0.0, 0.0]);
    }
}
