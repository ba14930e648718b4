//! Figures as the tables show them.

use lustrate_benches::NONE;

/// Three digits, or all before the point where there are more: `0.0123`, `1.23`, `12.3`, `123`, `1234`.
pub(crate) fn figure(number: f64) -> String {
    if !number.is_finite() {
        return NONE.to_owned();
    }
    let before = if number.abs() < 1.0 { 1 } else { number.abs().log10().floor() as i32 + 1 };
    // Below one, zeros behind the point are no digits.
    let zeros = if number == 0.0 || number.abs() >= 1.0 { 0 } else { (-number.abs().log10()).ceil() as i32 - 1 };
    let places = if number.abs() < 1.0 { zeros.min(4) + 3 } else { (3 - before).max(0) };
    format!("{number:.*}", places as usize)
}

/// A figure, or nothing.
pub(crate) fn figure_or_none(number: Option<f64>) -> String {
    number.map_or_else(|| NONE.to_owned(), figure)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_figure_has_three_digits() {
        let figures = [0.0, 0.0123456, 0.5, 1.0, 1.2345, 12.345, 123.45, 1234.5, f64::NAN].map(figure);
        assert_eq!(figures, ["0.000", "0.0123", "0.500", "1.00", "1.23", "12.3", "123", "1234", "–"]);
        assert_eq!(figure_or_none(None), "–");
    }
}
