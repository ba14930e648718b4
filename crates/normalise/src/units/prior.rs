//! What is expected of a group before its own values are seen: where its centre lies and how wide it is, by the other
//! groups.
//!
//! Centres of groups are taken as Student's t around their median, with a scale from their median absolute deviation
//! (times 1.4826, which makes it the standard deviation of a normal). Both are robust: groups that are in another unit
//! throughout do not move them while they are fewer than half. A few in a hundred groups may lie anywhere.

use super::sample::median;

/// What is expected of the centre and the scale of a group.
#[derive(Clone, Copy, Debug)]
pub(super) struct Prior {
    /// Where centres lie and how far they lie apart; `None` where there is no other group.
    centre: Option<(f64, f64)>,
    /// The scale that is expected, and how many observations the expectation counts for.
    scale: (f64, f64),
}

/// Degrees of freedom of centres.
const FREEDOM: f64 = 4.0;
/// The share of groups whose centre lies anywhere, and how wide "anywhere" is (in logarithms).
const ANYWHERE: (f64, f64) = (0.02, 4.0);
/// How far centres of groups lie apart where nothing is known of it (in logarithms), and what that counts for in groups.
const SPREAD: (f64, f64) = (0.3, 1.0);
/// The scale within a group where nothing is known of it, and what that counts for in observations.
const SCALE: (f64, f64) = (0.6, 1.0);
/// What the scale of the other groups counts for in observations.
const SHARED_SCALE: f64 = 6.0;

impl Prior {
    /// What is expected where no group has been seen.
    pub(super) fn vague() -> Self {
        Prior { centre: None, scale: SCALE }
    }

    /// What the centres and scales of other groups lead to expect.
    pub(super) fn of_others(others: &[(f64, f64)]) -> Self {
        if others.is_empty() {
            return Prior::vague();
        }
        let groups = others.len() as f64;
        let middle = median(others.iter().map(|other| other.0).collect());
        let deviation = 1.4826 * median(others.iter().map(|other| (other.0 - middle).abs()).collect());
        let variance = (SPREAD.1 * SPREAD.0 * SPREAD.0 + groups * deviation * deviation) / (SPREAD.1 + groups);
        let scale = median(others.iter().map(|other| other.1.ln()).collect()).exp();
        Prior { centre: Some((middle, (variance * (1.0 + 1.0 / groups)).sqrt())), scale: (scale, SHARED_SCALE) }
    }

    /// The centre that is expected.
    pub(super) fn middle(&self) -> Option<f64> {
        self.centre.map(|(middle, _)| middle)
    }

    /// The logarithm of the density of a centre; 0 where nothing is expected.
    pub(super) fn log_centre(&self, centre: f64) -> f64 {
        let Some((middle, spread)) = self.centre else { return 0.0 };
        let z = (centre - middle) / spread;
        // Γ(5/2) / (Γ(2) √(4π)) = 3/8, as in the shape of the same name.
        let near = 0.375 / spread * (1.0 + z * z / FREEDOM).powf(-0.5 * (FREEDOM + 1.0));
        let wide = (centre - middle) / ANYWHERE.1;
        let anywhere = (-0.5 * wide * wide).exp() / (ANYWHERE.1 * (2.0 * std::f64::consts::PI).sqrt());
        ((1.0 - ANYWHERE.0) * near + ANYWHERE.0 * anywhere).max(f64::MIN_POSITIVE).ln()
    }

    /// The slope of [`Prior::log_centre`], and a bound of its curvature.
    pub(super) fn pull(&self, centre: f64) -> (f64, f64) {
        let Some((_, spread)) = self.centre else { return (0.0, 0.0) };
        let step = 1e-4 * spread;
        let slope = (self.log_centre(centre + step) - self.log_centre(centre - step)) / (2.0 * step);
        (slope, 1.0 / (spread * spread))
    }

    /// The logarithm of the density of a scale, but for a constant: log-normal. At its mode it is as sharp as the usual
    /// inverse chi-squared, which would forbid narrow heaps such as those of heights.
    pub(super) fn log_scale(&self, scale: f64) -> f64 {
        let (expected, weight) = self.scale;
        -weight * (scale / expected).ln().powi(2)
    }

    /// The slope of [`Prior::log_scale`] in the logarithm of the scale, and a bound of its curvature.
    pub(super) fn pull_scale(&self, scale: f64) -> (f64, f64) {
        let (expected, weight) = self.scale;
        (-2.0 * weight * (scale / expected).ln(), 2.0 * weight)
    }
}
