//! Numbers as the tables show them.

/// What is shown where there is no number.
pub const NONE: &str = "–";

/// A rate with three places and without the zero before the point: `.981`, `1.000`, `-.032`. What is neither none nor all
/// is never shown as `.000` or `1.000`, but as `<.001` or `>.999`.
pub fn rate(rate: f64) -> String {
    match rate {
        // What is less than this is what sums of floating point leave of nothing.
        1e-9..0.0005 => "<.001".to_owned(),
        0.9995..1.0 => ">.999".to_owned(),
        _ => three_places(rate),
    }
}

/// A difference of rates with its sign: `+.012`, `-.003`, `.000`.
pub fn change(change: f64) -> String {
    let text = three_places(change);
    if change > 0.0 && text != ".000" { format!("+{text}") } else { text }
}

fn three_places(number: f64) -> String {
    let text = format!("{number:.3}");
    match text.strip_prefix('-') {
        // What rounds to nothing has no sign.
        Some("0.000") => ".000".to_owned(),
        Some(positive) => format!("-{}", positive.strip_prefix('0').unwrap_or(positive)),
        None => text.strip_prefix('0').unwrap_or(&text).to_owned(),
    }
}

/// A rate, or [`NONE`].
pub fn rate_or_none(number: Option<f64>) -> String {
    number.map_or_else(|| NONE.to_owned(), rate)
}

/// Bytes in whole MB (a million bytes), and of a small process never none.
pub fn megabytes(bytes: u64) -> String {
    bytes.div_ceil(1_000_000).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_has_three_places_and_no_zero_before_the_point() {
        assert_eq!([0.9811, 1.0, 0.0, -0.0321, -1.5].map(rate), [".981", "1.000", ".000", "-.032", "-1.500"]);
        assert_eq!([0.0004, 0.9998, -0.0001, 1e-16].map(rate), ["<.001", ">.999", ".000", ".000"]);
        assert_eq!(rate_or_none(None), "–");
    }

    #[test]
    fn a_change_has_its_sign() {
        assert_eq!([0.0123, -0.0123, 0.0001, 0.0].map(change), ["+.012", "-.012", ".000", ".000"]);
    }

    #[test]
    fn memory_is_rounded_up() {
        assert_eq!([1, 1_000_000, 38_444_000].map(megabytes), ["1", "1", "39"]);
    }
}
