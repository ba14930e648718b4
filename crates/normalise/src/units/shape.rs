//! How the logarithms of amounts of one kind spread around their centre.
//!
//! A logarithm is never quite normal: waits are skewed to the left (the logarithm of an exponential wait is a Gumbel
//! variable), incomes to the right, and both have heavier tails than a normal. Taking one shape for granted would call the
//! tail of another a second unit. So four location–scale families are fitted, and their answers are averaged by how well
//! they explain the column (Hoeting, Madigan, Raftery and Volinsky 1999, "Bayesian model averaging").

use std::f64::consts::PI;

/// A location–scale family.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    /// Normal: the amounts are log-normal.
    Normal,
    /// Student's t with 4 degrees of freedom.
    HeavyTailed,
    /// Gumbel for minima: the amounts are Weibull, exponential among them.
    LeftSkewed,
    /// Gumbel for maxima: the amounts are Fréchet.
    RightSkewed,
}

/// All of them.
pub(super) const SHAPES: [Shape; 4] = [Shape::Normal, Shape::HeavyTailed, Shape::LeftSkewed, Shape::RightSkewed];

impl Shape {
    /// The logarithm of the density at `z` = (y − location) / scale, for scale 1.
    pub(super) fn log_density(self, z: f64) -> f64 {
        match self {
            Shape::Normal => -0.5 * z * z - 0.5 * (2.0 * PI).ln(),
            // Γ(5/2) / (Γ(2) √(4π)) = 3/8.
            Shape::HeavyTailed => 0.375f64.ln() - 2.5 * (1.0 + 0.25 * z * z).ln(),
            Shape::LeftSkewed => z - exp(z),
            Shape::RightSkewed => -z - exp(-z),
        }
    }

    /// Minus the derivative of [`Shape::log_density`].
    pub(super) fn score(self, z: f64) -> f64 {
        match self {
            Shape::Normal => z,
            Shape::HeavyTailed => 5.0 * z / (4.0 + z * z),
            Shape::LeftSkewed => exp(z) - 1.0,
            Shape::RightSkewed => 1.0 - exp(-z),
        }
    }

    /// Fisher's information of one observation on the location and on the logarithm of the scale, for scale 1.
    pub(super) fn information(self) -> (f64, f64) {
        match self {
            Shape::Normal => (1.0, 2.0),
            Shape::HeavyTailed => (5.0 / 7.0, 8.0 / 7.0),
            Shape::LeftSkewed | Shape::RightSkewed => (1.0, 1.823_68),
        }
    }

    /// How far the median lies above the location, in scales.
    pub(super) fn median(self) -> f64 {
        let gumbel = -(2f64.ln().ln());
        match self {
            Shape::Normal | Shape::HeavyTailed => 0.0,
            Shape::LeftSkewed => -gumbel,
            Shape::RightSkewed => gumbel,
        }
    }
}

/// The exponential, kept within what can be added up.
fn exp(z: f64) -> f64 {
    z.min(50.0).exp()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn densities_add_up_to_one_and_halve_at_their_medians() {
        for shape in SHAPES {
            let (mut all, mut below) = (0.0, 0.0);
            for step in -400_000..400_000 {
                let z = (f64::from(step) + 0.5) * 1e-3;
                let mass = shape.log_density(z).exp() * 1e-3;
                all += mass;
                below += if z < shape.median() { mass } else { 0.0 };
            }
            assert!((all - 1.0).abs() < 1e-5 && (below - 0.5).abs() < 1e-3, "{shape:?}: {all} {below}");
        }
    }

    #[test]
    fn scores_are_derivatives() {
        for shape in SHAPES {
            for z in [-2.0, -0.3, 0.0, 0.7, 1.9] {
                let slope = (shape.log_density(z + 1e-6) - shape.log_density(z - 1e-6)) / 2e-6;
                assert!((shape.score(z) + slope).abs() < 1e-6, "{shape:?} at {z}");
            }
        }
    }
}
