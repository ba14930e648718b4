//! From which confidence on a repair is made, and from which on it is shown.

use std::fmt;

/// The thresholds of [`decide`](crate::decide). One pair of defaults serves all tables.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Policy {
    apply_at: f64,
    review_at: f64,
}

/// Thresholds that are no probabilities, or in the wrong order.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PolicyError {
    apply_at: f64,
    review_at: f64,
}

impl fmt::Display for PolicyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { apply_at, review_at } = self;
        write!(
            f,
            "repairs are applied at {apply_at} and shown for review at {review_at}: write 0 <= review <= apply <= 1"
        )
    }
}

impl std::error::Error for PolicyError {}

impl Default for Policy {
    /// Applied from 0.7 on, shown for review from 0.3 on. Measured on generated dirt and on real tables: below 0.7 the
    /// repairs that are added are wrong as often as right, and above it few wrong ones are avoided.
    fn default() -> Self {
        Policy { apply_at: 0.7, review_at: 0.3 }
    }
}

impl Policy {
    /// Thresholds with `0 <= review_at <= apply_at <= 1`.
    pub fn new(apply_at: f64, review_at: f64) -> Result<Self, PolicyError> {
        let in_order = (0.0..=1.0).contains(&review_at) && (review_at..=1.0).contains(&apply_at);
        if in_order { Ok(Policy { apply_at, review_at }) } else { Err(PolicyError { apply_at, review_at }) }
    }

    /// The confidence from which on a repair is made.
    pub fn apply_at(&self) -> f64 {
        self.apply_at
    }

    /// The confidence from which on a repair is shown for review.
    pub fn review_at(&self) -> f64 {
        self.review_at
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thresholds_are_probabilities_in_order() {
        assert!(Policy::new(0.9, 0.5).is_ok());
        assert!(Policy::new(0.5, 0.9).is_err());
        assert!(Policy::new(1.1, 0.5).is_err());
        assert!(Policy::new(f64::NAN, 0.5).is_err());
    }
}
