//! Rows that poison a model: those that a trusted model would be most surprised by.
//!
//! With a trusted slice the loss of a row is that under a model of the trusted rows, which also sees flips that all go one way
//! and clusters of wrong rows. How many rows to remove is judged, never assumed: half of the trusted rows score, the others judge
//! the model that is left. Without a trusted slice the loss is out of fold, and what is removed are the
//! labels that are probably wrong. Rows are removed within each protected group by the same share: whoever removes the largest losses of all rows takes
//! the unprivileged positives for noise.

use rayon::prelude::*;
use serde::Serialize;

use crate::folds::fit_on;
use crate::probabilities::mean_and_error;
use crate::random::{shuffled, stream};
use crate::{
    Class, Examples, LabelSettings, Logistic, LogisticSettings, label_issues, out_of_fold, stratified_folds,
    stratified_split,
};

/// The shares of rows that are tried.
const SHARES: [f64; 9] = [0.0, 0.02, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4];

/// How often the trusted rows are halved; both halves judge each time.
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
    /// How models are fitted.
    pub model: LogisticSettings,
}

impl Default for SanitiseSettings<'_> {
    fn default() -> Self {
        SanitiseSettings { groups: None, weights: None, folds: 5, seed: 0, model: LogisticSettings::default() }
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
    /// The mean log loss of the trusted rows.
    pub log_loss: f64,
    /// The share of trusted rows whose class is predicted.
    pub accuracy: f64,
    /// The mean of what the loss falls by against removing nothing, row by row.
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
/// When there are not as many groups or weights as examples.
pub fn sanitise(examples: &Examples, trusted: Option<&[usize]>, settings: &SanitiseSettings<'_>) -> Sanitised {
    let one_group = vec![0; examples.len()];
    let groups = settings.groups.unwrap_or(&one_group);
    let given = settings.weights.map_or_else(|| vec![1.0; examples.len()], <[f64]>::to_vec);
    assert!(groups.len() == examples.len() && given.len() == examples.len(), "an example has a group and a weight");
    let (removed, losses, judged, blind) = match trusted.filter(|trusted| !trusted.is_empty()) {
        Some(trusted) => {
            let (judged, share) = judge(examples, trusted, groups, &given, settings);
            let scorer = fit_on(examples, trusted, Some(&at(&given, trusted)), &settings.model);
            let losses = scorer.probabilities(&examples.x).losses(&examples.y);
            let removed = largest(&suspects(examples.len(), trusted), groups, &losses, share);
            (removed, losses, judged, Vec::new())
        }
        None => {
            let folds = stratified_folds(&examples.y, settings.folds, settings.seed);
            let p = out_of_fold(examples, settings.weights, &folds, &settings.model);
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

/// For each row the row that it became where some rows are one thing: `clusters` holds the row of each thing that stays and all of
/// its rows. What [`merged_weights`] is told.
///
/// # Panics
/// When a cluster names a row that there is not.
pub fn survivors(rows: usize, clusters: &[(usize, Vec<usize>)]) -> Vec<usize> {
    let mut into: Vec<usize> = (0..rows).collect();
    for (survivor, rows) in clusters {
        rows.iter().for_each(|&row| into[row] = *survivor);
    }
    into
}

fn at(values: &[f64], rows: &[usize]) -> Vec<f64> {
    rows.iter().map(|&row| values[row]).collect()
}

fn suspects(rows: usize, trusted: &[usize]) -> Vec<usize> {
    let mut is_trusted = vec![false; rows];
    trusted.iter().for_each(|&row| is_trusted[row] = true);
    (0..rows).filter(|&row| !is_trusted[row]).collect()
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

/// Of the shares that are better than removing nothing by more than a standard error the least that is as good as the best, up to
/// a standard error of the difference.
fn chosen(judged: &[JudgedShare], losses: &[Vec<f64>]) -> f64 {
    let places = 0..judged.len();
    let Some(best) = places.clone().min_by(|&a, &b| judged[a].log_loss.total_cmp(&judged[b].log_loss)) else {
        return 0.0;
    };
    let is_better = |place: usize| judged[place].gain > judged[place].standard_error;
    let is_as_good = |place: usize| {
        let behind: Vec<f64> = losses[place].iter().zip(&losses[best]).map(|(loss, best)| loss - best).collect();
        let (behind, error) = mean_and_error(&behind);
        behind <= error
    };
    let mut good = places.filter(|&place| is_better(place) && is_as_good(place));
    good.next().map_or(0.0, |place| judged[place].share)
}

/// What each trusted row says of each share: its loss, and whether it is right, means over the halvings.
fn judge(
    examples: &Examples,
    trusted: &[usize],
    groups: &[usize],
    weights: &[f64],
    settings: &SanitiseSettings<'_>,
) -> (Vec<JudgedShare>, f64) {
    let mut suspects = suspects(examples.len(), trusted);
    if suspects.len() > MOST_JUDGED {
        let order = shuffled(suspects.len(), &mut stream(settings.seed, u64::MAX));
        suspects = order.into_iter().take(MOST_JUDGED).map(|place| suspects[place]).collect();
        suspects.sort_unstable();
    }
    let labels: Vec<Class> = trusted.iter().map(|&row| examples.y[row]).collect();
    let halvings = (0..HALVINGS).flat_map(|halving| {
        let (a, b) = stratified_split(&labels, 0.5, settings.seed.wrapping_add(halving));
        [(a.clone(), b.clone()), (b, a)]
    });
    let halvings: Vec<(Vec<usize>, Vec<usize>)> = halvings.filter(|(a, b)| !a.is_empty() && !b.is_empty()).collect();
    let judged = halvings.par_iter().map(|(scoring, judging)| {
        let scoring: Vec<usize> = scoring.iter().map(|&place| trusted[place]).collect();
        let judges: Vec<usize> = judging.iter().map(|&place| trusted[place]).collect();
        let judges_y: Vec<Class> = judges.iter().map(|&row| examples.y[row]).collect();
        let judges_x = examples.x.select(&judges);
        let scorer = fit_on(examples, &scoring, Some(&at(weights, &scoring)), &settings.model);
        let losses = scorer.probabilities(&examples.x).losses(&examples.y);
        let mut model = Logistic::new(examples.x.width(), examples.classes);
        SHARES.map(|share| {
            let mut weights = weights.to_vec();
            largest(&suspects, groups, &losses, share).into_iter().for_each(|row| weights[row] = 0.0);
            let rows: Vec<usize> = suspects.iter().chain(&scoring).copied().filter(|&row| weights[row] > 0.0).collect();
            let y: Vec<Class> = rows.iter().map(|&row| examples.y[row]).collect();
            let start = std::mem::replace(&mut model, Logistic::new(0, examples.classes));
            model = Logistic::fit(start, &examples.x.select(&rows), &y, Some(&at(&weights, &rows)), &settings.model);
            let p = model.probabilities(&judges_x);
            let right: Vec<bool> = (0..judges.len()).map(|row| p.argmax(row) == judges_y[row]).collect();
            (p.losses(&judges_y), right)
        })
    });
    let judged: Vec<[(Vec<f64>, Vec<bool>); SHARES.len()]> = judged.collect();
    // Each trusted row judges once a halving.
    let per_row = |share: usize| {
        let (mut loss, mut right) = (vec![0.0; trusted.len()], 0usize);
        for ((_, judging), judged) in halvings.iter().zip(&judged) {
            for (place, &row) in judging.iter().enumerate() {
                loss[row] += judged[share].0[place] / HALVINGS as f64;
                right += usize::from(judged[share].1[place]);
            }
        }
        (loss, right as f64 / (HALVINGS as usize * trusted.len()) as f64)
    };
    if halvings.is_empty() {
        return (Vec::new(), 0.0);
    }
    let (losses, accuracies): (Vec<Vec<f64>>, Vec<f64>) = (0..SHARES.len()).map(per_row).unzip();
    let share = |(place, &share): (usize, &f64)| {
        let (loss, accuracy) = (&losses[place], accuracies[place]);
        let gains: Vec<f64> = losses[0].iter().zip(loss).map(|(before, after)| before - after).collect();
        let (gain, standard_error) = mean_and_error(&gains);
        JudgedShare { share, log_loss: mean_and_error(loss).0, accuracy, gain, standard_error }
    };
    let judged: Vec<JudgedShare> = SHARES.iter().enumerate().map(share).collect();
    let share = chosen(&judged, &losses);
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
        let into = survivors(4, &[(3, vec![0, 2, 3])]);
        assert_eq!(merged_weights(&[1.0, 2.0, 1.0, 0.5], &into), [0.0, 2.0, 0.0, 2.5]);
    }
}
