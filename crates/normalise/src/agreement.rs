//! How far the values of a column agree.

/// The probability that the next value is written as these are, by Laplace's rule of succession: (`with` + 1) /
/// (`with` + `against` + 2), in cells.
pub(crate) fn agreement(with: u64, against: u64) -> f64 {
    (with as f64 + 1.0) / ((with + against) as f64 + 2.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_seen_agrees_with_half_and_much_with_nearly_all() {
        assert_eq!(agreement(0, 0), 0.5);
        assert_eq!(agreement(1, 0), 2.0 / 3.0);
        assert!((0.99..1.0).contains(&agreement(1_000, 1)));
        assert_eq!(agreement(3, 7) + agreement(7, 3), 1.0);
    }
}
