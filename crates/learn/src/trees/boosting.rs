//! Gradient boosting of trees (Friedman, 2001), with the second derivatives of Chen and Guestrin (2016).

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::grow::{Goal, Limits, grow};
use super::{Binned, Tree, by_row};
use crate::random::stream;
use crate::{Class, Probabilities, Rows};

/// Rounds, and the share of its step that each goes.
const ROUNDS: usize = 100;
const SHARE: f64 = 0.1;

/// Cuts from the root to a leaf, and rows of a leaf.
const DEEPEST: usize = 5;
const LEAST_ROWS: usize = 20;

/// The penalty of the squared values of leaves.
const PENALTY: f64 = 1.0;

/// The second derivative that a leaf needs: with less its rows are all but certain already.
const LEAST_CURVATURE: f64 = 1e-3;

/// A sum of trees for each class, or one of the log odds of the second of two classes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Boosting {
    classes: usize,
    /// What is believed before the first round, for each output.
    start: Vec<f64>,
    /// The trees of each round, one an output.
    rounds: Vec<Vec<Tree>>,
}

/// The step of Newton: sums are first and second derivatives of the log loss.
struct Step<'a> {
    slopes: &'a [[f64; 2]],
}

impl Goal for Step<'_> {
    fn sums(&self) -> usize {
        2
    }

    fn add(&self, row: usize, sums: &mut [f64]) {
        sums[0] += self.slopes[row][0];
        sums[1] += self.slopes[row][1];
    }

    fn score(&self, sums: &[f64]) -> f64 {
        sums[0] * sums[0] / (sums[1] + PENALTY)
    }

    fn may_stand(&self, sums: &[f64]) -> bool {
        sums[1] >= LEAST_CURVATURE
    }

    fn leaf(&self, sums: &[f64]) -> Vec<f64> {
        vec![-SHARE * sums[0] / (sums[1] + PENALTY)]
    }
}

impl Boosting {
    /// Fits rows of which each has a label and a weight that is not negative.
    pub(crate) fn fit(x: &Rows, y: &[Class], classes: usize, weights: Option<&[f64]>) -> Boosting {
        let weight = |row: usize| weights.map_or(1.0, |weights| weights[row]);
        let rows: Vec<u32> = (0..y.len() as u32).filter(|&row| weight(row as usize) > 0.0).collect();
        let outputs = if classes == 2 { 1 } else { classes };
        let start = start(y, classes, outputs, &weight);
        if rows.is_empty() {
            return Boosting { classes, start, rounds: Vec::new() };
        }
        let binned = Binned::new(x);
        let limits = Limits { deepest: DEEPEST, least_rows: LEAST_ROWS, tried: usize::MAX };
        let mut scores: Vec<f64> = (0..y.len()).flat_map(|_| start.iter().copied()).collect();
        let mut rounds = Vec::with_capacity(ROUNDS);
        for _ in 0..ROUNDS {
            let slopes = slopes(&scores, y, outputs, &weight);
            let grown = (0..outputs).into_par_iter().map(|output| {
                let mut rows = rows.clone();
                grow(&binned, &mut rows, &Step { slopes: &slopes[output] }, &limits, &mut stream(0, 0))
            });
            let trees: Vec<Tree> = grown.collect();
            if trees.iter().all(|tree| tree.nodes.len() == 1) {
                break;
            }
            let steps = by_row(x, outputs, |row, out| {
                out.iter_mut().zip(&trees).for_each(|(out, tree)| *out = tree.leaf(row)[0]);
            });
            scores.iter_mut().zip(steps).for_each(|(score, step)| *score += step);
            rounds.push(trees);
        }
        Boosting { classes, start, rounds }
    }

    /// What is believed of each row.
    pub(crate) fn probabilities(&self, x: &Rows) -> Probabilities {
        let values = by_row(x, self.classes, |row, out| {
            let mut scores = self.start.clone();
            for trees in &self.rounds {
                scores.iter_mut().zip(trees).for_each(|(score, tree)| *score += tree.leaf(row)[0]);
            }
            shares(&scores, out);
        });
        Probabilities::new(self.classes, values)
    }
}

/// The logarithms of the shares of the classes, each with half a row more; of two classes the log odds.
fn start(y: &[Class], classes: usize, outputs: usize, weight: &impl Fn(usize) -> f64) -> Vec<f64> {
    let mut counts = vec![0.5; classes];
    y.iter().enumerate().for_each(|(row, class)| counts[class.index()] += weight(row));
    if outputs == 1 { vec![(counts[1] / counts[0]).ln()] } else { counts.iter().map(|count| count.ln()).collect() }
}

/// The derivatives of each row for each output.
fn slopes(scores: &[f64], y: &[Class], outputs: usize, weight: &impl Fn(usize) -> f64) -> Vec<Vec<[f64; 2]>> {
    let classes = outputs.max(2);
    let mut slopes = vec![vec![[0.0; 2]; y.len()]; outputs];
    let mut p = vec![0.0; classes];
    for (row, class) in y.iter().enumerate() {
        shares(&scores[row * outputs..][..outputs], &mut p);
        for (output, slopes) in slopes.iter_mut().enumerate() {
            let of = classes - outputs + output;
            let truth = f64::from(u8::from(class.index() == of));
            slopes[row] = [weight(row) * (p[of] - truth), weight(row) * p[of] * (1.0 - p[of])];
        }
    }
    slopes
}

/// The probabilities of the classes.
fn shares(scores: &[f64], out: &mut [f64]) {
    if let [score] = scores {
        let second = 1.0 / (1.0 + (-score).exp());
        out.copy_from_slice(&[1.0 - second, second]);
        return;
    }
    let most = scores.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    out.iter_mut().zip(scores).for_each(|(out, score)| *out = (score - most).exp());
    let sum: f64 = out.iter().sum();
    out.iter_mut().for_each(|share| *share /= sum);
}
