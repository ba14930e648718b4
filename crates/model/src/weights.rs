//! The weights of the factors of a column: one M-step, the posterior of the E-step held fixed.
//!
//! ```text
//! maximise  Σ_i Σ_v Q_i(v) log softmax_v (prior_iv + Σ_f w_f phi_ivf)  -  ridge/2 · |w - w0|²,   least <= w <= most
//! ```
//!
//! By projected gradients with spectral steps (Birgin, Martínez and Raydan 2000): the problem is convex, small and
//! boxed. Not the marginal likelihood: that collapses to "every typing error is legitimate".

use rayon::prelude::*;

/// The sampled cells. Each has its own number of options; the last is "some other value".
#[derive(Clone, Debug, Default)]
pub(crate) struct Sample {
    cells: Vec<SampledCell>,
}

/// What a weight may be.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Bounds {
    pub(crate) least: f64,
    pub(crate) most: f64,
}

/// One sampled cell.
#[derive(Clone, Debug)]
pub(crate) struct SampledCell {
    /// How many cells it stands for.
    pub(crate) weight: f64,
    /// The log prior of each option.
    pub(crate) prior: Vec<f64>,
    /// The posterior of each option.
    pub(crate) posterior: Vec<f64>,
    /// The log odds of each factor for each option: factor by factor.
    pub(crate) factors: Vec<f64>,
}

/// The negative objective and its gradient.
type Objective = (f64, Vec<f64>);

/// Pull towards the first weights.
const RIDGE: f64 = 50.0;
/// Steps at most.
const STEPS: usize = 15;

impl Sample {
    /// A sample of cells.
    pub(crate) fn new(cells: Vec<SampledCell>) -> Self {
        Sample { cells }
    }

    /// The weights of greatest expected likelihood within `bounds`, from `start`, drawn to `first`.
    pub(crate) fn weights(&self, start: &[f64], first: &[f64], bounds: &[Bounds]) -> Vec<f64> {
        let project =
            |w: &mut [f64]| w.iter_mut().zip(bounds).for_each(|(w, bounds)| *w = w.clamp(bounds.least, bounds.most));
        let mut w = start.to_vec();
        project(&mut w);
        let (mut value, mut gradient) = self.objective(&w, first);
        let mut step = 1.0 / RIDGE.max(self.cells.iter().map(|cell| cell.weight).sum());
        for _ in 0..STEPS {
            let mut next: Vec<f64> = w.iter().zip(&gradient).map(|(w, g)| w - step * g).collect();
            project(&mut next);
            let direction: Vec<f64> = next.iter().zip(&w).map(|(next, w)| next - w).collect();
            let slope: f64 = direction.iter().zip(&gradient).map(|(d, g)| d * g).sum();
            if slope > -1e-9 {
                break;
            }
            let Some((accepted, found)) = self.line_search(&w, &direction, first, value, slope) else { break };
            let (moved, turned): (Vec<f64>, Vec<f64>) = (
                accepted.iter().zip(&w).map(|(a, w)| a - w).collect(),
                found.1.iter().zip(&gradient).map(|(new, old)| new - old).collect(),
            );
            let curvature: f64 = moved.iter().zip(&turned).map(|(s, y)| s * y).sum();
            let length: f64 = moved.iter().map(|s| s * s).sum();
            step = if curvature > 0.0 { (length / curvature).clamp(1e-8, 1.0) } else { 1e-2 };
            (w, value, gradient) = (accepted, found.0, found.1);
        }
        w
    }

    fn line_search(
        &self,
        w: &[f64],
        direction: &[f64],
        first: &[f64],
        value: f64,
        slope: f64,
    ) -> Option<(Vec<f64>, Objective)> {
        let mut share = 1.0;
        for _ in 0..12 {
            let tried: Vec<f64> = w.iter().zip(direction).map(|(w, d)| w + share * d).collect();
            let found = self.objective(&tried, first);
            if found.0 <= value + 1e-4 * share * slope {
                return Some((tried, found));
            }
            share *= 0.5;
        }
        None
    }

    /// The negative objective and its gradient. Cells are summed in blocks of fixed size, so that the sum does not
    /// depend on the number of threads.
    fn objective(&self, w: &[f64], first: &[f64]) -> Objective {
        let blocks: Vec<Objective> = self.cells.par_chunks(256).map(|cells| block(cells, w)).collect();
        let mut value = 0.0;
        let mut gradient = vec![0.0; w.len()];
        for (part, parts) in blocks {
            value += part;
            gradient.iter_mut().zip(parts).for_each(|(g, part)| *g += part);
        }
        for ((g, w), first) in gradient.iter_mut().zip(w).zip(first) {
            value += 0.5 * RIDGE * (w - first).powi(2);
            *g += RIDGE * (w - first);
        }
        (value, gradient)
    }
}

fn block(cells: &[SampledCell], w: &[f64]) -> Objective {
    let mut value = 0.0;
    let mut gradient = vec![0.0; w.len()];
    let mut scores: Vec<f64> = Vec::new();
    for cell in cells {
        let options = cell.prior.len();
        scores.clear();
        scores.extend_from_slice(&cell.prior);
        for (factor, &weight) in cell.factors.chunks_exact(options).zip(w) {
            scores.iter_mut().zip(factor).for_each(|(score, phi)| *score += weight * phi);
        }
        let most = scores.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let expected: f64 = scores.iter().zip(&cell.posterior).map(|(score, q)| q * score).sum();
        let mut total = 0.0;
        for score in &mut scores {
            *score = (*score - most).exp();
            total += *score;
        }
        value -= cell.weight * (expected - most - total.ln());
        for (score, q) in scores.iter_mut().zip(&cell.posterior) {
            *score = *score / total - q;
        }
        for (g, factor) in gradient.iter_mut().zip(cell.factors.chunks_exact(options)) {
            *g += cell.weight * factor.iter().zip(&scores).map(|(phi, excess)| phi * excess).sum::<f64>();
        }
    }
    (value, gradient)
}

#[cfg(test)]
mod tests {
    use super::*;

    const UNIT: Bounds = Bounds { least: 0.0, most: 1.0 };

    #[test]
    fn a_factor_that_explains_gains_weight_and_one_that_misleads_loses_it() {
        let cell = SampledCell {
            weight: 1.0,
            prior: vec![0.0, 0.0, -3.0],
            posterior: vec![0.98, 0.01, 0.01],
            factors: vec![1.0, -1.0, 0.0, -1.0, 1.0, 0.0],
        };
        let found = Sample::new(vec![cell; 2000]).weights(&[0.5, 0.5], &[0.5, 0.5], &[UNIT, UNIT]);
        assert!(found[0] > 0.9 && found[1] < 0.1, "{found:?}");
    }

    #[test]
    fn without_cells_the_first_weights_are_the_best() {
        let found = Sample::default().weights(&[0.2], &[0.7], &[UNIT]);
        assert!((found[0] - 0.7).abs() < 1e-3, "{found:?}");
    }
}
