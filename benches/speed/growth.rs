//! How seconds grow with the size.

/// The exponent b where seconds are about `a * size ^ b`, by least squares on the logarithms of sizes and seconds; `None`
/// where there are not two sizes.
pub(crate) fn exponent(points: &[(f64, f64)]) -> Option<f64> {
    let logs: Vec<(f64, f64)> = points.iter().map(|&(size, seconds)| (size.ln(), seconds.ln())).collect();
    let count = logs.len() as f64;
    let mean = |of: fn(&(f64, f64)) -> f64| logs.iter().map(of).sum::<f64>() / count;
    let (x, y) = (mean(|log| log.0), mean(|log| log.1));
    let along: f64 = logs.iter().map(|log| (log.0 - x) * (log.1 - y)).sum();
    let spread: f64 = logs.iter().map(|log| (log.0 - x).powi(2)).sum();
    (spread > 1e-9 && along.is_finite()).then(|| along / spread)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of_sizes(of: impl Fn(f64) -> f64) -> f64 {
        let points: Vec<(f64, f64)> = [1e4, 1e5, 1e6].into_iter().map(|size| (size, of(size))).collect();
        exponent(&points).unwrap()
    }

    #[test]
    fn the_exponent_of_a_power_is_found_whatever_its_factor() {
        assert!((of_sizes(|size| 3e-6 * size) - 1.0).abs() < 1e-9);
        assert!((of_sizes(|size| 7e-9 * size.powf(1.5)) - 1.5).abs() < 1e-9);
        let logarithmic = of_sizes(|size| 1e-6 * size * size.ln());
        assert!(logarithmic > 1.0 && logarithmic < 1.2, "{logarithmic}");
    }

    #[test]
    fn one_size_shows_no_growth() {
        assert_eq!(exponent(&[]), None);
        assert_eq!(exponent(&[(1e4, 1.0)]), None);
        assert_eq!(exponent(&[(1e4, 1.0), (1e4, 2.0)]), None);
        assert_eq!(exponent(&[(1e4, 0.0), (1e5, 2.0)]), None);
    }
}
