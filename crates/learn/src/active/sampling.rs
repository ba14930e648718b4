//! Which records are drawn.

use serde::{Deserialize, Serialize};

use super::{ActiveSettings, Drawn, Pool};
use crate::random::{draw as draw_places, stream};
use crate::{Class, Logistic};

/// How records are drawn, each in proportion to the probability that it is dirty.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Sampling {
    /// All that are equally doubtful alike. The default: where the model is solved anew after each batch, nothing was found to
    /// be better.
    Uniform,
    /// Half alike, half in proportion to how much each moves the model. Of use in paper mode, which makes one step a batch.
    Importance,
}

/// Draws a batch of the rows that are in doubt.
pub(super) fn draw(
    pool: &Pool<'_>,
    doubt: &[f64],
    model: &Logistic,
    settings: &ActiveSettings,
    count: usize,
    batch: u64,
) -> Vec<Drawn> {
    let rows: Vec<usize> = (0..doubt.len()).filter(|&row| doubt[row] > 0.0).collect();
    let pulls = pulls(pool, model, &rows);
    let sum: f64 = pulls.iter().sum();
    let alike = 1.0 / rows.len().max(1) as f64;
    let weight = |(&row, pull): (&usize, &f64)| match settings.sampling {
        Sampling::Importance if sum > 0.0 => doubt[row] * (0.5 * pull / sum + 0.5 * alike),
        _ => doubt[row] * alike,
    };
    let weights: Vec<f64> = rows.iter().zip(&pulls).map(weight).collect();
    let total: f64 = weights.iter().sum();
    let places = draw_places(&weights, count, &mut stream(settings.seed, batch));
    let drawn = places.into_iter().map(|place| Drawn {
        row: rows[place],
        doubt: doubt[rows[place]],
        pull: pulls[place],
        chance: weights[place] / total,
    });
    drawn.collect()
}

/// The length of the gradient of the loss of each row: that of p − y, times that of x.
fn pulls(pool: &Pool<'_>, model: &Logistic, rows: &[usize]) -> Vec<f64> {
    let x = pool.current.x.select(rows);
    let p = model.probabilities(&x);
    let pull = |(place, &row): (usize, &usize)| {
        let error = |(class, share): (usize, &f64)| {
            let truth = f64::from(u8::from(pool.current.y[row] == Class(class as u32)));
            (share - truth).powi(2)
        };
        let square: f64 = p.row(place).iter().enumerate().map(error).sum();
        // Of two classes the model has one output, whose error is that of either class.
        (square / if pool.current.classes == 2 { 2.0 } else { 1.0 }).sqrt() * x.length(place)
    };
    rows.iter().enumerate().map(pull).collect()
}
