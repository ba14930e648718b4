//! Logistic regression of two classes or more on sparse rows.
//!
//! It minimises Σ wᵢ ℓ(yᵢ, xᵢ; θ) + λ/2 ‖θ‖², where ℓ is the log loss, and the intercepts are not penalised. Of two classes
//! there is one vector of weights, of more one each.

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use crate::lbfgs::minimise;
use crate::{Class, Probabilities, Rows};

/// Rows of which one sum is taken at a time: sums are those of the blocks in order, whatever the number of threads.
const BLOCK: usize = 1024;

/// The most blocks, as each holds a gradient.
const MOST_BLOCKS: usize = 32;

/// How a logistic regression is fitted.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LogisticSettings {
    /// The penalty λ of the squared weights. 1, which other libraries have for a default too.
    pub l2: f64,
    /// The largest slope of the mean loss at which the search stops. 1e-4: a tenth of it changes the mean
    /// loss by a few millionths, and takes three times the steps.
    pub tolerance: f64,
    /// The steps after which it stops in any case. 300.
    pub most_steps: usize,
}

impl Default for LogisticSettings {
    fn default() -> Self {
        LogisticSettings { l2: 1.0, tolerance: 1e-4, most_steps: 300 }
    }
}

/// A fitted logistic regression.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Logistic {
    classes: usize,
    width: usize,
    /// The weights of a feature for each output, feature by feature; the intercepts come last.
    weights: Vec<f64>,
}

impl Logistic {
    /// The regression of all weights zero, which takes all classes for equally likely.
    pub fn new(width: usize, classes: usize) -> Self {
        Logistic { classes, width, weights: vec![0.0; (width + 1) * outputs(classes)] }
    }

    /// Fits the labels `y` of the rows `x`, each with its weight (1 where none are given), from the weights of `start`.
    ///
    /// # Panics
    /// When there are not as many labels and weights as rows, or a label is not below the number of classes.
    pub fn fit(start: Logistic, x: &Rows, y: &[Class], weights: Option<&[f64]>, settings: &LogisticSettings) -> Self {
        assert_eq!((x.len(), x.width()), (y.len(), start.width), "a row has a label, and is of the width of the model");
        assert!(y.iter().all(|class| class.index() < start.classes), "a label is one of the classes");
        assert!(weights.is_none_or(|weights| weights.len() == y.len()), "a row has a weight");
        let Logistic { classes, width, weights: at } = start;
        let total = weights.map_or(x.len() as f64, |weights| weights.iter().sum());
        if total <= 0.0 {
            return Logistic { classes, width, weights: at };
        }
        let penalised = width * outputs(classes);
        let objective = |at: &[f64], gradient: &mut [f64]| {
            let mut value = loss_and_gradient(classes, x, y, weights, at, gradient);
            for (slope, weight) in gradient.iter_mut().zip(at).take(penalised) {
                value += 0.5 * settings.l2 * weight * weight;
                *slope += settings.l2 * weight;
            }
            gradient.iter_mut().for_each(|slope| *slope /= total);
            value / total
        };
        let minimum = minimise(objective, at, settings.tolerance, settings.most_steps);
        Logistic { classes, width, weights: minimum.at }
    }

    /// The probability of each class for each row.
    ///
    /// # Panics
    /// When the rows are not of the width of the model.
    pub fn probabilities(&self, x: &Rows) -> Probabilities {
        assert_eq!(x.width(), self.width, "rows are of the width of the model");
        let mut values = vec![0.0; x.len() * self.classes];
        values.par_chunks_mut(self.classes * BLOCK).enumerate().for_each(|(block, values)| {
            for (place, row) in values.chunks_mut(self.classes).enumerate() {
                forward(self.classes, x, block * BLOCK + place, &self.weights, row);
            }
        });
        Probabilities::new(self.classes, values)
    }

    /// The number of classes.
    pub fn classes(&self) -> usize {
        self.classes
    }

    /// The weights of all features for each output, feature by feature, with the intercepts last. Of two classes there is one
    /// output, the log odds of the second.
    pub fn weights(&self) -> &[f64] {
        &self.weights
    }

    /// Moves the weights by `length` against a gradient of their shape.
    pub(crate) fn step(&mut self, length: f64, gradient: &[f64]) {
        self.weights.iter_mut().zip(gradient).for_each(|(weight, slope)| *weight -= length * slope);
    }

    /// The sum of the gradients of the weighted losses, without the penalty.
    pub(crate) fn gradient(&self, x: &Rows, y: &[Class], weights: Option<&[f64]>) -> Vec<f64> {
        let mut gradient = vec![0.0; self.weights.len()];
        loss_and_gradient(self.classes, x, y, weights, &self.weights, &mut gradient);
        gradient
    }
}

fn outputs(classes: usize) -> usize {
    if classes == 2 { 1 } else { classes }
}

/// Writes the probabilities of the classes of one row.
fn forward(classes: usize, x: &Rows, row: usize, weights: &[f64], probabilities: &mut [f64]) {
    let outputs = outputs(classes);
    let intercepts = weights.len() - outputs;
    if outputs == 1 {
        let score = x.row(row).map(|(place, value)| value * weights[place]).sum::<f64>() + weights[intercepts];
        let positive = 1.0 / (1.0 + (-score).exp());
        probabilities.copy_from_slice(&[1.0 - positive, positive]);
    } else {
        let scores = &mut *probabilities;
        scores.copy_from_slice(&weights[intercepts..]);
        for (place, value) in x.row(row) {
            let weights = &weights[place * outputs..][..outputs];
            scores.iter_mut().zip(weights).for_each(|(score, weight)| *score += value * weight);
        }
        let most = probabilities.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        probabilities.iter_mut().for_each(|score| *score = (*score - most).exp());
        let sum: f64 = probabilities.iter().sum();
        probabilities.iter_mut().for_each(|share| *share /= sum);
    }
}

/// The sum of the weighted losses; adds up their gradients in `gradient`.
fn loss_and_gradient(
    classes: usize,
    x: &Rows,
    y: &[Class],
    weights: Option<&[f64]>,
    at: &[f64],
    gradient: &mut [f64],
) -> f64 {
    let block = BLOCK.max(x.len().div_ceil(MOST_BLOCKS));
    let outputs = outputs(classes);
    let sums = (0..x.len().div_ceil(block)).into_par_iter().map(|place| {
        let mut gradient = vec![0.0; at.len()];
        let mut share = vec![0.0; classes];
        let mut loss = 0.0;
        for row in place * block..x.len().min((place + 1) * block) {
            let weight = weights.map_or(1.0, |weights| weights[row]);
            if weight == 0.0 {
                continue;
            }
            forward(classes, x, row, at, &mut share);
            loss += weight * log_loss(share[y[row].index()]);
            share[y[row].index()] -= 1.0;
            share.iter_mut().for_each(|error| *error *= weight);
            let errors = &share[classes - outputs..];
            let intercepts = at.len() - outputs;
            if let [error] = errors {
                x.row(row).for_each(|(place, value)| gradient[place] += value * error);
                gradient[intercepts] += error;
                continue;
            }
            for (place, value) in x.row(row).chain([(intercepts / outputs, 1.0)]) {
                let slopes = &mut gradient[place * outputs..][..outputs];
                slopes.iter_mut().zip(errors).for_each(|(slope, error)| *slope += value * error);
            }
        }
        (loss, gradient)
    });
    let mut total = 0.0;
    for (loss, part) in sums.collect::<Vec<_>>() {
        total += loss;
        gradient.iter_mut().zip(part).for_each(|(sum, slope)| *sum += slope);
    }
    total
}

/// −ln p, for probabilities that may have come out as zero.
pub(crate) fn log_loss(probability: f64) -> f64 {
    -probability.max(1e-15).ln()
}

#[cfg(test)]
mod tests {
    use rand::RngExt;

    use super::*;
    use crate::random::stream;

    /// Rows around a centre for each class.
    fn clouds(rows: usize, classes: u32) -> (Rows, Vec<Class>) {
        let mut random = stream(3, 0);
        let y: Vec<Class> = (0..rows as u32).map(|row| Class(row % classes)).collect();
        let mut noise = || (0..6).map(|_| random.random_range(-1.0..1.0)).sum::<f64>();
        let x = y.iter().map(|class| [f64::from(class.0) + noise(), f64::from(class.0 % 2) * 2.0 + noise(), noise()]);
        (Rows::dense(3, x.collect::<Vec<_>>()), y)
    }

    fn fit(x: &Rows, y: &[Class], classes: usize, weights: Option<&[f64]>) -> Logistic {
        let settings = LogisticSettings { tolerance: 1e-9, ..LogisticSettings::default() };
        Logistic::fit(Logistic::new(x.width(), classes), x, y, weights, &settings)
    }

    fn close(a: &Logistic, b: &Logistic) -> bool {
        a.weights.iter().zip(&b.weights).all(|(a, b)| (a - b).abs() < 1e-5)
    }

    #[test]
    fn two_classes_have_the_weights_that_newton_finds() {
        // One feature, x = ±1: of the four rows at 1 three are positive, of those at −1 one. By symmetry the intercept is
        // zero, and the weight θ solves 8 (σ(θ) − 3/4) + θ = 0.
        let x = Rows::dense(1, [[1.0], [1.0], [1.0], [1.0], [-1.0], [-1.0], [-1.0], [-1.0]]);
        let y = [1, 1, 1, 0, 0, 0, 0, 1].map(Class);
        let model = fit(&x, &y, 2, None);
        let theta = model.weights()[0];
        assert!((8.0 / (1.0 + (-theta).exp()) - 6.0 + theta).abs() < 1e-6, "{theta}");
        assert!(model.weights()[1].abs() < 1e-6);
    }

    #[test]
    fn a_weight_of_two_is_two_rows() {
        let (x, y) = clouds(90, 3);
        let twice: Vec<usize> = (0..90).chain(0..30).collect();
        let labels: Vec<Class> = twice.iter().map(|&row| y[row]).collect();
        let weights: Vec<f64> = (0..90).map(|row| if row < 30 { 2.0 } else { 1.0 }).collect();
        assert!(close(&fit(&x.select(&twice), &labels, 3, None), &fit(&x, &y, 3, Some(&weights))));
    }

    #[test]
    fn a_warm_start_ends_in_the_same_place() {
        let (x, y) = clouds(120, 3);
        let settings = LogisticSettings { tolerance: 1e-9, ..LogisticSettings::default() };
        let start = fit(&x, &[&y[1..], &y[..1]].concat(), 3, None);
        assert!(close(&Logistic::fit(start, &x, &y, None, &settings), &fit(&x, &y, 3, None)));
    }

    #[test]
    fn any_number_of_threads_gives_the_same_bits() {
        let (x, y) = clouds(5000, 3);
        let fit_on = |threads: usize| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| fit(&x, &y, 3, None))
        };
        assert_eq!(fit_on(1), fit_on(4));
    }

    #[test]
    fn classes_apart_are_told_apart() {
        let (x, y) = clouds(600, 4);
        let probabilities = fit(&x, &y, 4, None).probabilities(&x);
        let right = (0..600).filter(|&row| probabilities.argmax(row) == y[row]).count();
        assert!(right > 300, "{right}");
        assert!((0..600).all(|row| (probabilities.row(row).iter().sum::<f64>() - 1.0).abs() < 1e-12));
    }
}
