//! Numbers as the tables show them.

/// What is shown where there is no number.
pub(crate) const NONE: &str = "–";

/// A rate with three places and without the zero before the point: `.981`, `1.000`, `-.032`.
pub(crate) fn rate(rate: f64) -> String {
    let text = format!("{rate:.3}");
    match text.strip_prefix('-') {
        // A rate that rounds to nothing has no sign.
        Some(positive) if positive.starts_with("0.000") => ".000".to_owned(),
        Some(positive) => format!("-{}", positive.strip_prefix('0').unwrap_or(positive)),
        None => text.strip_prefix('0').unwrap_or(&text).to_owned(),
    }
}

/// The same with a sign, as a change is shown: `+.012`, `-.003`, `.000`.
pub(crate) fn change(change: f64) -> String {
    let text = rate(change);
    if change > 0.0 && text != ".000" { format!("+{text}") } else { text }
}

/// A rate, or [`NONE`].
pub(crate) fn rate_or_none(number: Option<f64>) -> String {
    number.map_or_else(|| NONE.to_owned(), rate)
}

/// Bytes in whole MB (a million bytes), and of a small process never none.
pub(crate) fn megabytes(bytes: u64) -> String {
    bytes.div_ceil(1_000_000).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_has_three_places_and_no_zero_before_the_point() {
        assert_eq!([0.9811, 1.0, 0.0, -0.0321, -1.5].map(rate), [".981", "1.000", ".000", "-.032", "-1.500"]);
        assert_eq!(rate(-0.0001), ".000");
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
