//! How arms are picked, and how picked arms predict together.

use serde::{Deserialize, Serialize};

use crate::probabilities::mean_and_error;
use crate::{Class, Probabilities};

/// How arms are picked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Picking {
    /// So many times the arm with which the mean of the picked ones has the least log loss (Caruana, Niculescu-Mizil, Crew and
    /// Ksikes, 2004). The default, of ten; picked arms predict by the mean of what they say. Where that is no better than doing
    /// nothing by more than a standard error, nothing is done.
    Greedy {
        /// How many are picked; an arm may be picked several times.
        picks: usize,
    },
    /// As in the paper: AdaBoost over the fitted arms (for several classes SAMME, by Zhu, Zou, Rosset and Hastie, 2009). Picked
    /// arms vote by their weights.
    AdaBoost {
        /// How many are picked.
        picks: usize,
    },
}

impl Default for Picking {
    fn default() -> Self {
        Picking::Greedy { picks: 10 }
    }
}

impl Picking {
    /// The weight of each arm, of 1 in all, by what arms say of rows with the labels `y`. The first arm does nothing.
    pub(super) fn pick(self, arms: &[&Probabilities], y: &[Class]) -> Vec<f64> {
        let mut weights = match self {
            Picking::Greedy { picks } => greedy(arms, y, picks),
            Picking::AdaBoost { picks } => ada_boost(arms, y, picks),
        };
        let sum: f64 = weights.iter().sum();
        weights.iter_mut().for_each(|weight| *weight /= sum.max(f64::MIN_POSITIVE));
        if sum <= 0.0 || matches!(self, Picking::Greedy { .. }) && !self.is_gain(arms, &weights, y) {
            weights.fill(0.0);
            weights[0] = 1.0;
        }
        weights
    }

    /// Whether the picked arms are better than doing nothing by more than a standard error: the best of many arms on the rows
    /// that they were picked by are a little better by chance alone.
    fn is_gain(self, arms: &[&Probabilities], weights: &[f64], y: &[Class]) -> bool {
        let (before, after) = (arms[0].losses(y), self.together(arms, weights).losses(y));
        let gains: Vec<f64> = before.iter().zip(&after).map(|(before, after)| before - after).collect();
        let (gain, error) = mean_and_error(&gains);
        gain > error
    }

    /// What picked arms say together.
    pub(super) fn together(self, arms: &[&Probabilities], weights: &[f64]) -> Probabilities {
        let (rows, classes) = (arms[0].len(), arms[0].classes());
        let mut together = Probabilities::zeros(rows, classes);
        let mut shares = vec![0.0; classes];
        for row in 0..rows {
            shares.fill(0.0);
            for (arm, weight) in arms.iter().zip(weights).filter(|(_, weight)| **weight > 0.0) {
                match self {
                    Picking::Greedy { .. } => {
                        shares.iter_mut().zip(arm.row(row)).for_each(|(sum, share)| *sum += weight * share);
                    }
                    Picking::AdaBoost { .. } => shares[arm.argmax(row).index()] += weight,
                }
            }
            together.set_row(row, &shares);
        }
        together
    }
}

fn greedy(arms: &[&Probabilities], y: &[Class], picks: usize) -> Vec<f64> {
    let of_label: Vec<Vec<f64>> =
        arms.iter().map(|arm| y.iter().enumerate().map(|(row, &class)| arm.of(row, class)).collect()).collect();
    let mut sums = vec![0.0; y.len()];
    let mut weights = vec![0.0; arms.len()];
    for pick in 1..=picks {
        let loss = |arm: &Vec<f64>| -> f64 {
            sums.iter().zip(arm).map(|(sum, share): (&f64, &f64)| -((sum + share) / pick as f64).max(1e-15).ln()).sum()
        };
        let losses: Vec<f64> = of_label.iter().map(loss).collect();
        let Some(best) = (0..arms.len()).min_by(|&a, &b| losses[a].total_cmp(&losses[b])) else { break };
        weights[best] += 1.0;
        sums.iter_mut().zip(&of_label[best]).for_each(|(sum, share)| *sum += share);
    }
    weights
}

fn ada_boost(arms: &[&Probabilities], y: &[Class], picks: usize) -> Vec<f64> {
    let classes = arms[0].classes() as f64;
    let wrong: Vec<Vec<bool>> =
        arms.iter().map(|arm| (0..y.len()).map(|row| arm.argmax(row) != y[row]).collect()).collect();
    let mut of_row = vec![1.0 / y.len().max(1) as f64; y.len()];
    let mut weights = vec![0.0; arms.len()];
    for _ in 0..picks {
        let error =
            |arm: &Vec<bool>| arm.iter().zip(&of_row).filter(|(wrong, _)| **wrong).map(|(_, weight)| weight).sum();
        let errors: Vec<f64> = wrong.iter().map(error).collect();
        let Some(best) = (0..arms.len()).min_by(|&a, &b| errors[a].total_cmp(&errors[b])) else { break };
        let error = errors[best];
        if error >= 1.0 - 1.0 / classes {
            break;
        }
        let error = error.max(1e-9);
        // Half the log odds for two classes, as in the paper, and with what SAMME adds for more.
        let weight = 0.5 * (((1.0 - error) / error).ln() + (classes - 1.0).ln());
        weights[best] += weight;
        for (of_row, &wrong) in of_row.iter_mut().zip(&wrong[best]) {
            *of_row *= if wrong { weight.exp() } else { (-weight).exp() };
        }
        let sum: f64 = of_row.iter().sum();
        of_row.iter_mut().for_each(|weight| *weight /= sum);
    }
    weights
}

#[cfg(test)]
mod tests {
    use super::*;

    fn arm(of_second: &[f64]) -> Probabilities {
        Probabilities::new(2, of_second.iter().flat_map(|share| [1.0 - share, *share]).collect())
    }

    #[test]
    fn arms_that_are_right_about_different_rows_are_picked_together() {
        let y = [0, 0, 1, 1].map(Class);
        let arms = [arm(&[0.5; 4]), arm(&[0.1, 0.6, 0.9, 0.4]), arm(&[0.6, 0.1, 0.4, 0.9]), arm(&[0.9, 0.9, 0.1, 0.1])];
        let arms: Vec<&Probabilities> = arms.iter().collect();
        let weights = Picking::default().pick(&arms, &y);
        assert_eq!(weights, [0.0, 0.5, 0.5, 0.0]);
        let together = Picking::default().together(&arms, &weights);
        assert!((0..4).all(|row| together.argmax(row) == y[row]));
    }

    #[test]
    fn what_may_be_chance_is_not_picked() {
        let y: Vec<Class> = (0..100).map(|row| Class(row % 2)).collect();
        let wrong_in = |wrong: std::ops::Range<usize>| {
            let of_second = |row: usize| if (row % 2 == 1) != wrong.contains(&row) { 0.8 } else { 0.2 };
            arm(&(0..100).map(of_second).collect::<Vec<f64>>())
        };
        // The other arm is right about one row more in all, and about twelve.
        let picked = |arms: [&Probabilities; 2]| Picking::Greedy { picks: 1 }.pick(&arms, &y)[1] > 0.0;
        assert!(!picked([&wrong_in(0..20), &wrong_in(20..39)]));
        assert!(picked([&wrong_in(0..20), &wrong_in(20..28)]));
    }

    #[test]
    fn the_paper_stops_where_no_arm_is_better_than_chance() {
        let y = [0, 0, 1, 1].map(Class);
        let arms = [arm(&[0.9, 0.1, 0.9, 0.1]), arm(&[0.9, 0.9, 0.1, 0.1])];
        let weights = Picking::AdaBoost { picks: 5 }.pick(&arms.iter().collect::<Vec<_>>(), &y);
        assert_eq!(weights, [1.0, 0.0]);
    }

    #[test]
    fn a_vote_of_the_paper_counts_weights() {
        let y = [0, 0, 0, 1, 1, 1].map(Class);
        let arms = [arm(&[0.9, 0.1, 0.1, 0.9, 0.9, 0.9]), arm(&[0.1, 0.9, 0.9, 0.9, 0.9, 0.1])];
        let arms: Vec<&Probabilities> = arms.iter().collect();
        let picking = Picking::AdaBoost { picks: 1 };
        let weights = picking.pick(&arms, &y);
        assert_eq!(weights, [1.0, 0.0]);
        assert_eq!(picking.together(&arms, &weights).argmax(0), Class(1));
    }
}
