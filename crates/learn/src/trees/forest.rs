//! Random forests (Breiman, 2001).

use rand::RngExt;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::grow::{Goal, Limits, grow};
use super::{Binned, Tree, by_row};
use crate::random::stream;
use crate::{Class, Probabilities, Rows};

/// Trees of a forest.
const TREES: u64 = 100;

/// Rows of a leaf. Its shares are what the forest believes, and of fewer rows they are all or nothing.
const LEAST_ROWS: usize = 5;

/// Cuts from the root to a leaf.
const DEEPEST: usize = 24;

/// Trees that are each grown on rows drawn with replacement, and try some features a cut.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Forest {
    classes: usize,
    trees: Vec<Tree>,
}

/// The impurity of Gini: sums are the weights of the classes.
struct Purity<'a> {
    y: &'a [Class],
    weights: &'a [f64],
    classes: usize,
}

impl Goal for Purity<'_> {
    fn sums(&self) -> usize {
        self.classes
    }

    fn add(&self, row: usize, sums: &mut [f64]) {
        sums[self.y[row].index()] += self.weights[row];
    }

    fn score(&self, sums: &[f64]) -> f64 {
        let all: f64 = sums.iter().sum();
        if all > 0.0 { sums.iter().map(|sum| sum * sum).sum::<f64>() / all } else { 0.0 }
    }

    fn may_stand(&self, sums: &[f64]) -> bool {
        sums.iter().sum::<f64>() > 0.0
    }

    fn leaf(&self, sums: &[f64]) -> Vec<f64> {
        let all: f64 = sums.iter().sum();
        let even = 1.0 / self.classes as f64;
        sums.iter().map(|sum| if all > 0.0 { sum / all } else { even }).collect()
    }
}

impl Forest {
    /// Grows a forest on rows of which each has a label and a weight that is not negative.
    pub(crate) fn fit(x: &Rows, y: &[Class], classes: usize, weights: Option<&[f64]>, seed: u64) -> Forest {
        let binned = Binned::new(x);
        let rows: Vec<u32> = (0..y.len() as u32).filter(|&row| weights.is_none_or(|w| w[row as usize] > 0.0)).collect();
        let tried = (binned.varying().len() as f64).sqrt().ceil() as usize;
        let limits = Limits { deepest: DEEPEST, least_rows: LEAST_ROWS, tried };
        let tree = |tree: u64| {
            let mut random = stream(seed, tree);
            let mut times = vec![0.0; y.len()];
            (0..rows.len()).for_each(|_| times[rows[random.random_range(0..rows.len())] as usize] += 1.0);
            let mut drawn: Vec<u32> = rows.iter().copied().filter(|&row| times[row as usize] > 0.0).collect();
            if let Some(weights) = weights {
                times.iter_mut().zip(weights).for_each(|(times, weight)| *times *= weight);
            }
            grow(&binned, &mut drawn, &Purity { y, weights: &times, classes }, &limits, &mut random)
        };
        Forest { classes, trees: (0..TREES).into_par_iter().map(tree).collect() }
    }

    /// The mean of what the trees believe of each row.
    pub(crate) fn probabilities(&self, x: &Rows) -> Probabilities {
        let values = by_row(x, self.classes, |row, out| {
            for tree in &self.trees {
                out.iter_mut().zip(tree.leaf(row)).for_each(|(sum, share)| *sum += share);
            }
            out.iter_mut().for_each(|sum| *sum /= self.trees.len() as f64);
        });
        Probabilities::new(self.classes, values)
    }
}
