//! Numbers as they are written.

use lustrate_table::parse_number;

/// A quantity in plain decimal writing, such as `-12.50`. A number with a leading zero is a code and no quantity, and
/// one with an exponent is not written by hand.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Decimal<'a> {
    negative: bool,
    /// The digits before the point; one at least.
    whole: &'a str,
    /// The digits behind the point; none where there is no point.
    fraction: &'a str,
}

impl<'a> Decimal<'a> {
    /// The quantity of a text; `None` where it is none.
    pub(crate) fn parse(text: &'a str) -> Option<Self> {
        let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
        let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, ""));
        let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        let code = whole.len() > 1 && whole.starts_with('0');
        (!whole.is_empty() && !code && digits(whole) && digits(fraction)).then_some(Decimal {
            negative: text.starts_with('-'),
            whole,
            fraction,
        })
    }

    /// How many digits stand behind the point.
    pub(crate) fn decimals(self) -> usize {
        self.fraction.len()
    }

    /// Whether it is zero, however it is written.
    pub(crate) fn is_zero(self) -> bool {
        self.digits().bytes().all(|digit| digit == b'0')
    }

    /// The number.
    pub(crate) fn value(self) -> f64 {
        let size =
            parse_number(&format!("{}.{}", self.whole, self.fraction)).expect("digits around a point are a number");
        if self.negative { -size } else { size }
    }

    /// The same with the other sign.
    pub(crate) fn negated(self) -> String {
        let point = if self.fraction.is_empty() { "" } else { "." };
        format!("{}{}{point}{}", if self.negative { "" } else { "-" }, self.whole, self.fraction)
    }

    /// The number times ten to a power, exactly, with at least as many decimals as before.
    pub(crate) fn shifted(self, power: i32) -> String {
        let zeros = "0".repeat(power.unsigned_abs() as usize);
        // With zeros before it the number of digits before the point is what it was.
        let (padded, point) = match power {
            ..0 => (zeros + &self.digits(), self.whole.len()),
            _ => (self.digits() + &zeros, self.whole.len() + power as usize),
        };
        let (whole, fraction) = padded.split_at(point);
        let whole = whole.trim_start_matches('0');
        let mut fraction = fraction.trim_end_matches('0').to_owned();
        while fraction.len() < self.decimals() {
            fraction.push('0');
        }
        let point = if fraction.is_empty() { "" } else { "." };
        let whole = if whole.is_empty() { "0" } else { whole };
        format!("{}{whole}{point}{fraction}", if self.negative { "-" } else { "" })
    }

    fn digits(self) -> String {
        [self.whole, self.fraction].concat()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn codes_and_words_are_no_quantities() {
        for text in ["", "-", ".5", "007", "1e3", "1,000", "12 kg", "2024-01-31", "1.2.3", " 1"] {
            assert_eq!(Decimal::parse(text), None, "{text}");
        }
        assert_eq!(Decimal::parse("-0.50").map(Decimal::value), Some(-0.5));
    }

    #[test]
    fn the_point_moves_and_decimals_stay() {
        let shifted = |text, power| Decimal::parse(text).unwrap().shifted(power);
        assert_eq!(
            [1, 2, -1, -2, -3].map(|power| shifted("12.50", power)),
            ["125.00", "1250.00", "1.25", "0.125", "0.0125"]
        );
        assert_eq!([1, -1, -3].map(|power| shifted("-70", power)), ["-700", "-7", "-0.07"]);
    }

    proptest! {
        #[test]
        fn shifting_multiplies_by_a_power_of_ten(text in "-?(0|[1-9][0-9]{0,4})([.][0-9]{1,3})?", power in -3i32..=3) {
            let number = Decimal::parse(&text).unwrap();
            let shifted = number.shifted(power);
            let expected = number.value() * 10f64.powi(power);
            let value = Decimal::parse(&shifted).unwrap().value();
            prop_assert!((value - expected).abs() <= 1e-9 * expected.abs(), "{text} gives {shifted}");
        }
    }
}
