//! What a model believes of the class of each row, and how well that fits the labels.

use serde::Serialize;

use crate::Class;
use crate::logistic::log_loss;

/// A probability for each row and class.
#[derive(Clone, Debug, PartialEq)]
pub struct Probabilities {
    classes: usize,
    values: Vec<f64>,
}

impl Probabilities {
    /// Probabilities row by row, `classes` for each.
    ///
    /// # Panics
    /// When there are no classes, or the values are no whole number of rows.
    pub fn new(classes: usize, values: Vec<f64>) -> Self {
        assert!(classes > 0 && values.len().is_multiple_of(classes), "a row has a probability for each class");
        Probabilities { classes, values }
    }

    /// The number of rows.
    pub fn len(&self) -> usize {
        self.values.len() / self.classes
    }

    /// Whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// The number of classes.
    pub fn classes(&self) -> usize {
        self.classes
    }

    /// The probabilities of the classes of a row.
    #[inline]
    pub fn row(&self, row: usize) -> &[f64] {
        &self.values[row * self.classes..][..self.classes]
    }

    /// The probability of one class of a row.
    pub fn of(&self, row: usize, class: Class) -> f64 {
        self.row(row)[class.index()]
    }

    /// The most probable class of a row, the first of several.
    pub fn argmax(&self, row: usize) -> Class {
        let mut best = 0;
        for (class, share) in self.row(row).iter().enumerate() {
            if *share > self.row(row)[best] {
                best = class;
            }
        }
        Class(best as u32)
    }

    /// The log loss of each row under its label.
    pub fn losses(&self, y: &[Class]) -> Vec<f64> {
        y.iter().enumerate().map(|(row, &class)| log_loss(self.of(row, class))).collect()
    }

    /// The squared distance of the probabilities of each row from those of its label (Brier), between 0 and 2.
    pub(crate) fn squared_errors(&self, y: &[Class]) -> Vec<f64> {
        let error = |(row, label): (usize, &Class)| {
            let of = |(class, share): (usize, &f64)| (share - f64::from(u8::from(class == label.index()))).powi(2);
            self.row(row).iter().enumerate().map(of).sum()
        };
        y.iter().enumerate().map(error).collect()
    }

    pub(crate) fn set_row(&mut self, row: usize, shares: &[f64]) {
        self.values[row * self.classes..][..self.classes].copy_from_slice(shares);
    }

    /// Adds the rows of another model behind these.
    pub(crate) fn append(&mut self, other: &Probabilities) {
        self.values.extend_from_slice(&other.values);
    }

    /// Adds what another model says of the same rows.
    pub(crate) fn add(&mut self, other: &Probabilities) {
        self.values.iter_mut().zip(&other.values).for_each(|(sum, share)| *sum += share);
    }

    pub(crate) fn divide(&mut self, by: f64) {
        self.values.iter_mut().for_each(|share| *share /= by);
    }

    pub(crate) fn zeros(rows: usize, classes: usize) -> Self {
        Probabilities::new(classes, vec![0.0; rows * classes])
    }

    /// Some of the rows, in the given order.
    pub fn select(&self, rows: &[usize]) -> Probabilities {
        Probabilities::new(self.classes, rows.iter().flat_map(|&row| self.row(row)).copied().collect())
    }
}

/// How well probabilities fit labels.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Score {
    /// The rows that were judged.
    pub rows: usize,
    /// The share of rows whose most probable class is their label.
    pub accuracy: f64,
    /// The standard error of that share.
    pub standard_error: f64,
    /// The mean log loss, in nats.
    pub log_loss: f64,
}

impl Score {
    /// The score of probabilities on rows with these labels.
    pub fn new(probabilities: &Probabilities, y: &[Class]) -> Score {
        let rows = y.len();
        let right = (0..rows).filter(|&row| probabilities.argmax(row) == y[row]).count();
        let accuracy = right as f64 / rows.max(1) as f64;
        Score {
            rows,
            accuracy,
            standard_error: (accuracy * (1.0 - accuracy) / rows.max(1) as f64).sqrt(),
            log_loss: probabilities.losses(y).iter().sum::<f64>() / rows.max(1) as f64,
        }
    }
}

/// The mean of values and the standard error of it.
pub(crate) fn mean_and_error(values: &[f64]) -> (f64, f64) {
    let count = values.len().max(1) as f64;
    let mean = values.iter().sum::<f64>() / count;
    let square = values.iter().map(|value| (value - mean).powi(2)).sum::<f64>();
    (mean, (square / (count - 1.0).max(1.0) / count).sqrt())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_score_counts_the_most_probable_classes() {
        let probabilities = Probabilities::new(2, vec![0.9, 0.1, 0.5, 0.5, 0.2, 0.8, 0.6, 0.4]);
        let score = Score::new(&probabilities, &[Class(0), Class(0), Class(1), Class(1)]);
        assert_eq!((score.rows, score.accuracy), (4, 0.75));
        assert!((score.standard_error - (0.1875f64 / 4.0).sqrt()).abs() < 1e-12);
        let log_loss = -(0.9f64.ln() + 0.5f64.ln() + 0.8f64.ln() + 0.4f64.ln()) / 4.0;
        assert!((score.log_loss - log_loss).abs() < 1e-12);
    }
}
