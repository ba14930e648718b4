//! Digits that name something and are no numbers.

use crate::profile::values::{Value, cells};

/// Leading zeros in this share of the cells make digits a code; in this smaller one, in two values, where they fill up
/// what would be shorter than nearly all others.
const ZEROS: f64 = 0.1;
const ZEROS_OF_FEW: f64 = 0.005;
const FILLED: f64 = 0.9;
/// Nearly all codes are of one length: all but this share of the cells.
const OTHER_LENGTH: f64 = 0.01;
/// A number of so many digits or more is a code if all are that long.
const LONG: usize = 7;
/// Shorter ones of at least so many digits may be codes.
const SHORT: usize = 3;
/// Numbers that count or measure are round more often than by chance: this share of them ends in two zeros, and this
/// one of long ones, which are round for other reasons too.
const ROUND: f64 = 0.03;
const ROUND_LONG: f64 = 0.3;
/// Codes that are of one length and do not end where a length ends are in this share of the cells near either end.
const AT_AN_END: f64 = 0.02;
/// Values that repeat this often, and of which there are so many, are names of something.
const REPEATED: f64 = 5.0;
const DISTINCT: usize = 20;
/// Numbers that count through are nearly all different, are so many at least, and leave out fewer than one in so many.
const DIFFERENT: f64 = 0.98;
const FEWEST: u64 = 20;
const GAPS: f64 = 2.0;

/// Whether the digits of a column name something: some have leading zeros, or all are of one length where numbers would
/// not be. Years and other small numbers of one length are numbers.
pub(in crate::profile) fn are_codes(values: &[Value<'_>]) -> bool {
    let digits: Vec<&Value<'_>> = values.iter().filter(|value| is_digits(value.text)).collect();
    let whole = cells(digits.iter().copied());
    if whole == 0 || 10 * whole < 9 * cells(values) {
        return false;
    }
    let of = |test: &dyn Fn(&str) -> bool| -> (usize, f64) {
        let found = digits.iter().filter(|value| test(value.text));
        (found.clone().count(), found.map(|value| value.cells).sum::<u64>() as f64 / whole as f64)
    };
    let has_zero = |text: &str| text.len() > 1 && text.starts_with('0');
    let (distinct, share) = of(&has_zero);
    if share >= ZEROS {
        return true;
    }
    let Some(length) = usual_length(&digits) else { return false };
    let filled = of(&|text| has_zero(text) && text.len() == length).1;
    let is_filled = filled >= FILLED * share && of(&|text| text.len() == length).1 >= FILLED;
    if distinct >= 2 && share >= ZEROS_OF_FEW && is_filled {
        return true;
    }
    if of(&|text| text.len() != length).1 > OTHER_LENGTH || length < SHORT || digits.len() < DISTINCT {
        return false;
    }
    let round = of(&|text| text.ends_with("00")).1;
    if length >= LONG {
        return round <= ROUND_LONG || (length == 10 && begin_as_phones(values));
    }
    if round > ROUND {
        return false;
    }
    let of_length = |text: &str| text.len() == length;
    let low = of(&|text| of_length(text) && text[..2] < *"20").1;
    let lower = of(&|text| of_length(text) && text[..2] < *"30").1;
    let high = of(&|text| of_length(text) && text[..2] >= *"95").1;
    // Numbers that reach from one end of a length to the other would go on beyond it.
    if (low >= AT_AN_END || lower >= 2.0 * AT_AN_END) && high >= AT_AN_END && of(&|text| !of_length(text)).1 == 0.0 {
        return true;
    }
    let repeated = whole as f64 / digits.len() as f64 >= REPEATED;
    length >= 5 && repeated && skips(&digits, length)
}

/// Whether numbers are counted through: nearly all different, without leading zeros, and nearly without gaps.
pub(in crate::profile) fn count_through(values: &[Value<'_>]) -> bool {
    let whole = cells(values);
    let number = |value: &Value<'_>| {
        let plain = is_digits(value.text) && (value.text.len() == 1 || !value.text.starts_with('0'));
        plain.then(|| value.text.parse::<u64>().ok()).flatten()
    };
    let mut numbers: Vec<u64> = values.iter().filter_map(number).collect();
    if whole < FEWEST || (numbers.len() as f64) < DIFFERENT * whole as f64 {
        return false;
    }
    numbers.sort_unstable();
    // A few that are mistyped lie far off.
    let trimmed = numbers.len() / 100;
    let inner = &numbers[trimmed..numbers.len() - trimmed];
    match (inner.first(), inner.last()) {
        (Some(first), Some(last)) => ((last - first) as f64) < GAPS * inner.len() as f64,
        _ => false,
    }
}

/// Whether numbers of ten digits begin as telephone numbers of the North American plan do: neither the area nor the office
/// begins with 0 or 1.
pub(super) fn begin_as_phones(values: &[Value<'_>]) -> bool {
    let ten: Vec<&Value<'_>> = values.iter().filter(|value| value.text.len() == 10 && is_digits(value.text)).collect();
    let begins = |value: &&&Value<'_>| [0, 3].iter().all(|&place| value.text.as_bytes()[place] >= b'2');
    let whole = cells(ten.iter().copied()) as f64;
    whole > 0.0 && cells(ten.iter().filter(begins).copied()) as f64 >= 0.98 * whole
}

fn is_digits(text: &str) -> bool {
    (1..=18).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// The length of most cells.
fn usual_length(digits: &[&Value<'_>]) -> Option<usize> {
    let mut cells = [0u64; 19];
    digits.iter().for_each(|value| cells[value.text.len()] += value.cells);
    (1..cells.len()).max_by_key(|&length| (cells[length], std::cmp::Reverse(length)))
}

/// Whether far more numbers lie between those of this length than are there: what is counted or measured fills its range.
fn skips(digits: &[&Value<'_>], length: usize) -> bool {
    const SKIPPED: f64 = 10.0;
    let of_length: Vec<&str> = digits.iter().map(|value| value.text).filter(|text| text.len() == length).collect();
    // The texts are in order, and of one length they are so as numbers.
    let inner = &of_length[of_length.len() / 20..of_length.len() - of_length.len() / 20];
    let number = |text: Option<&&str>| text.and_then(|text| text.parse::<f64>().ok()).unwrap_or_default();
    number(inner.last()) - number(inner.first()) > SKIPPED * inner.len() as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::profile::values::of;

    fn of_numbers(numbers: impl Iterator<Item = u64>, cells: u64) -> bool {
        let texts: Vec<String> = numbers.map(|number| number.to_string()).collect();
        are_codes(&of(&texts.iter().map(|text| (text.as_str(), cells)).collect::<Vec<_>>()))
    }

    #[test]
    fn leading_zeros_make_a_code() {
        assert!(are_codes(&of(&[("01907", 2), ("02801", 2), ("89140", 90), ("72640", 90)])));
        assert!(are_codes(&of(&[("01907", 30), ("89140", 30), ("72640", 30)])));
        // Ten and twenty, written backwards.
        assert!(!are_codes(&of(&[("1", 200), ("2", 200), ("10", 90), ("01", 5), ("02", 5), ("20", 90)])));
        assert!(!are_codes(&of(&[("0", 20), ("10", 90), ("007", 1), ("12", 90)])));
    }

    #[test]
    fn years_and_round_amounts_are_numbers() {
        assert!(!of_numbers(1960..2026, 9));
        assert!(!of_numbers((10..100).map(|thousand| 1000 * thousand), 9));
        assert!(!of_numbers((0..120).map(|place| 1500 + 17 * place), 1));
    }

    #[test]
    fn digits_of_one_length_that_reach_from_end_to_end_are_codes() {
        assert!(of_numbers((0..300).map(|place| 201 + 37 * place % 789), 4));
        assert!(!of_numbers((0..300).map(|place| 101 + 37 * place % 1200), 4));
    }

    #[test]
    fn long_digits_of_one_length_are_codes() {
        assert!(of_numbers((0..60).map(|place| 2_053_258_101 + 7_770_001 * place), 4));
    }

    #[test]
    fn digits_of_five_that_repeat_and_skip_are_codes() {
        assert!(of_numbers((0..60).map(|place| 35_007 + 31 * place), 14));
        assert!(!of_numbers((0..60).map(|place| 35_007 + 31 * place), 1));
    }

    #[test]
    fn numbers_that_count_through_are_nearly_all_different() {
        let texts: Vec<String> = (1..=200).filter(|number| number % 7 != 0).map(|number| number.to_string()).collect();
        let cells: Vec<_> = texts.iter().map(|text| (text.as_str(), 1)).chain([("9000", 1)]).collect();
        assert!(count_through(&of(&cells)));
        let twice: Vec<_> = texts.iter().map(|text| (text.as_str(), 2)).collect();
        assert!(!count_through(&of(&twice)));
        assert!(!count_through(&of(&[("5", 1), ("900", 1), ("77777", 1)])));
    }
}
