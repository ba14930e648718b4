//! Numbers as people read them: with separators, units and wholes.

/// A whole number with a comma between thousands: `1,203`.
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A number with its unit, given as the singular that takes an `s`: `1 cell`, `1,203 cells`.
pub fn counted(number: u64, unit: &str) -> String {
    format!("{} {unit}{}", grouped(number), if number == 1 { "" } else { "s" })
}

/// A number with its unit and its whole: `1,203 of 42,000 cells (2.9 %)`. What is neither none nor all is never shown
/// as `0.0 %` or `100.0 %`; where there is none or no whole, the share is left out.
pub fn of_whole(part: u64, whole: u64, unit: &str) -> String {
    let text = format!("{} of {}", grouped(part), counted(whole, unit));
    if part == 0 || whole == 0 {
        return text;
    }
    let share = 100.0 * part as f64 / whole as f64;
    match share {
        ..0.05 => format!("{text} (< 0.1 %)"),
        _ if part < whole && share >= 99.95 => format!("{text} (> 99.9 %)"),
        _ => format!("{text} ({share:.1} %)"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_separated() {
        let shown = [0, 7, 999, 1_000, 42_000, 1_234_567].map(grouped);
        assert_eq!(shown, ["0", "7", "999", "1,000", "42,000", "1,234,567"]);
    }

    #[test]
    fn one_is_singular_and_none_is_plural() {
        assert_eq!([0, 1, 2].map(|number| counted(number, "row")), ["0 rows", "1 row", "2 rows"]);
    }

    #[test]
    fn a_share_is_none_or_all_only_where_it_is() {
        assert_eq!(of_whole(1_203, 42_000, "cell"), "1,203 of 42,000 cells (2.9 %)");
        assert_eq!(of_whole(0, 42_000, "cell"), "0 of 42,000 cells");
        assert_eq!(of_whole(1, 42_000, "cell"), "1 of 42,000 cells (< 0.1 %)");
        assert_eq!(of_whole(41_999, 42_000, "cell"), "41,999 of 42,000 cells (> 99.9 %)");
        assert_eq!(of_whole(1, 1, "cell"), "1 of 1 cell (100.0 %)");
        assert_eq!(of_whole(0, 0, "rule"), "0 of 0 rules");
    }
}
