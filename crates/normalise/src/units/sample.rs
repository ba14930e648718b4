//! The places of a group's amounts on the scale, near ones taken together.

use std::collections::BTreeMap;

/// The places of the amounts of a group.
#[derive(Clone, Debug, Default)]
pub(super) struct Sample {
    /// Bare numbers: their places and how many there are.
    pub(super) bare: Vec<(f64, f64)>,
    /// Amounts whose unit is known, in the declared unit.
    pub(super) sure: Vec<(f64, f64)>,
}

/// Places within this distance are one point of the fit: amounts that differ by 2 %, or temperatures by a fifth of a degree, say the same about units.
const STEP: f64 = 0.02;

impl Sample {
    /// A sample of places.
    pub(super) fn new(bare: &[f64], sure: &[f64]) -> Self {
        Sample { bare: points(bare), sure: points(sure) }
    }

    /// How many bare numbers there are.
    pub(super) fn count(&self) -> f64 {
        self.bare.iter().map(|point| point.1).sum()
    }

    /// The place below which a share of the bare numbers lies.
    pub(super) fn quantile(&self, share: f64) -> f64 {
        let all = self.count();
        let mut below = 0.0;
        for &(y, count) in &self.bare {
            below += count;
            if below >= share * all {
                return y;
            }
        }
        self.bare.last().map_or(0.0, |point| point.0)
    }
}

/// The means and counts of places that fall into one step, in order.
fn points(logs: &[f64]) -> Vec<(f64, f64)> {
    let mut steps: BTreeMap<i64, (f64, f64)> = BTreeMap::new();
    for &y in logs {
        let step = steps.entry((y / STEP).floor() as i64).or_default();
        step.0 += y;
        step.1 += 1.0;
    }
    steps.into_values().map(|(sum, count)| (sum / count, count)).collect()
}

/// The median; 0 for no number.
pub(super) fn median(mut numbers: Vec<f64>) -> f64 {
    numbers.sort_by(f64::total_cmp);
    let half = numbers.len() / 2;
    match numbers.len() {
        0 => 0.0,
        len if len % 2 == 1 => numbers[half],
        _ => 0.5 * (numbers[half - 1] + numbers[half]),
    }
}
