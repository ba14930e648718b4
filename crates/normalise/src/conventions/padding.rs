//! Codes of one width that have lost their leading zeros.

use std::collections::BTreeMap;

use super::{Change, Convention, Find, Finding, Values};
use crate::agreement::agreement;

/// Where most values are codes of digits of one width, some of which start with a zero (`01907`), shorter ones have lost
/// their zeros and get them back: `1907`.
///
/// Most codes that start with a zero must have kept it: where more are short, these are numbers, and zeros before others are
/// mistakes. Nothing is ever taken away: a longer value (`01907-1234`) stays, and so does the number zero.
pub(super) const PADDING: Convention = Convention {
    name: "padding",
    summary: "codes of one width get the leading zeros back that they have lost",
    probability: 0.97,
    find: Find::InColumn(find),
};

/// The share of the values that must be digits, and of these of one width.
const DIGITS: f64 = 0.9;
const MOST: f64 = 0.6;
/// The zeros that a code may have lost.
const LOST: usize = 2;

fn find(values: &Values<'_>) -> Option<Finding> {
    if !values.mostly(DIGITS, is_digits) {
        return None;
    }
    let mut by_width: BTreeMap<usize, u64> = BTreeMap::new();
    for (text, cells) in values.cells.iter().filter(|(text, _)| is_digits(text)) {
        *by_width.entry(text.len()).or_default() += cells;
    }
    let all: u64 = by_width.values().sum();
    let (&width, &wide) = by_width.iter().max_by_key(|(_, cells)| **cells)?;
    let longer: u64 = by_width.range(width + 1..).map(|(_, cells)| cells).sum();
    let starts = values.count(|text| text.len() == width && is_digits(text) && text.starts_with('0'));
    let short = values.cells.iter().filter(|(text, _)| is_digits(text) && text.len() < width && *text != "0");
    let lost: u64 = short.clone().map(|(_, cells)| cells).sum();
    let is_code = width >= 2 && starts > lost && longer == 0;
    if !is_code || (all as f64) < DIGITS * values.present as f64 || (wide as f64) < MOST * all as f64 {
        return None;
    }
    let agreement = agreement(starts, lost);
    let changes = short
        .filter(|(text, _)| text.len() + LOST >= width)
        .map(|(text, _)| (text.clone(), Change { new: Some(format!("{text:0>width$}")), agreement }));
    let evidence = format!(
        "{wide} of {} values are codes of {width} digits, and {starts} of these start with a zero",
        values.present
    );
    Finding::weighed(evidence, changes.collect())
}

fn is_digits(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::conventions::{changes_in, find_in};

    #[test]
    fn codes_get_their_zeros_back() {
        let cells = [("01907", 9), ("02134", 20), ("90210", 20), ("1907", 2), ("501", 1), ("2139", 1)];
        assert_eq!(changes_in(&PADDING, &cells), ["1907 -> 01907", "2139 -> 02139", "501 -> 00501"]);
        assert_eq!(changes_in(&PADDING, &[("01", 9), ("12", 20), ("1", 2), ("0", 1)]), ["1 -> 01"]);
    }

    #[test]
    fn numbers_and_longer_codes_stay() {
        for cells in [
            &[("11907", 9), ("90210", 20), ("1907", 2)][..],
            &[("01907", 9), ("90210", 20), ("0190712345", 2), ("1907", 1)],
            &[("01907", 9), ("90210", 20), ("02134-1234", 2)],
            &[("01", 3), ("7", 9), ("12", 80), ("8", 9)],
            &[("0", 9), ("1", 20), ("2", 2)],
        ] {
            assert_eq!(changes_in(&PADDING, cells), [""; 0], "{cells:?}");
        }
    }

    #[test]
    fn it_is_as_sure_as_zeros_are_kept() {
        let found = find_in(&PADDING, &[("01907", 12), ("90210", 40), ("1907", 2), ("2134", 1)]).unwrap();
        assert_eq!(found.changes["2134"].agreement, 13.0 / 17.0);
    }
}
