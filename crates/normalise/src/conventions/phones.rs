//! Telephone numbers, and other codes of digits in groups, in other layouts than that of the column.

use std::collections::BTreeMap;

use super::{Change, Convention, Find, Finding, Values, dates};
use crate::agreement::agreement;

/// Where most values are telephone numbers of one layout (`212-555-0100`), others with the same digits are written in it:
/// `(212) 555-0100`, `212.555.0100`, `2125550100`.
///
/// No digit is lost or made up, but for the one country code that numbers have where most have none (`+1 212 555 0100`).
/// Groups of other lengths are another code and stay, and so do extensions, dates and numbers with a point.
pub(super) const PHONES: Convention = Convention {
    name: "phones",
    summary: "telephone numbers are written in the layout of the column",
    probability: 0.97,
    find: Find::InColumn(find),
};

/// The share of the values that must be numbers of this kind, and of these in one layout.
const NUMBERS: f64 = 0.9;
const MOST: f64 = 0.6;
/// The digits of a telephone number with its country code (ITU-T E.164), and the fewest that are one.
const DIGITS: std::ops::RangeInclusive<usize> = 7..=15;
const COUNTRY: std::ops::RangeInclusive<usize> = 1..=3;
/// The digits of a layout that is digits alone.
const LEAST_BARE: usize = 9;

fn find(values: &Values<'_>) -> Option<Finding> {
    if !values.are(values.traits.with_digits, NUMBERS) {
        return None;
    }
    let mut numbers: Vec<(Number<'_>, u64)> = Vec::new();
    let mut all = values.present;
    for (text, &cells) in values.cells {
        match Number::new(text) {
            Some(number) => numbers.push((number, cells)),
            None => all -= cells,
        }
        if !values.are(all, NUMBERS) {
            return None;
        }
    }
    let mut layouts: BTreeMap<&str, u64> = BTreeMap::new();
    numbers.iter().for_each(|(number, cells)| *layouts.entry(&number.layout).or_default() += cells);
    // Of two that are as frequent, the first in the order of the texts.
    let (&layout, &most) = layouts.iter().rev().max_by_key(|(_, cells)| **cells)?;
    // Short runs of digits without a sign between them are dates and codes.
    if layout.len() < LEAST_BARE && layout.bytes().all(|sign| sign == b'9') {
        return None;
    }
    let groups = groups(layout);
    let digits: usize = groups.iter().sum();
    if (most as f64) < MOST * all as f64 || layouts.len() == 1 {
        return None;
    }
    let country = Country::new(&numbers, digits);
    let agrees = agreement(most, all - most);
    let mut changes = BTreeMap::new();
    for (number, _) in numbers.iter().filter(|(number, _)| number.layout != layout) {
        let (bare, sure) = match number.digits.len().checked_sub(digits) {
            Some(0) => (number.digits.as_str(), 1.0),
            Some(_) if !layout.starts_with('+') => match country.as_ref().and_then(|country| country.without(number)) {
                Some(bare) => (bare, country.as_ref().map_or(1.0, |country| country.agreement)),
                None => continue,
            },
            _ => continue,
        };
        let before = number.digits.len() - bare.len();
        // A plus says that a country code follows.
        let foreign = number.layout.starts_with('+') != layout.starts_with('+') && before == 0;
        if foreign || !fit(&number.groups, before, &groups) {
            continue;
        }
        let change = Change { new: Some(written(layout, bare)), agreement: agrees * sure };
        changes.insert(number.text.to_owned(), change);
    }
    let evidence = format!("{most} of {} values are numbers laid out as `{layout}` is", values.present);
    Finding::weighed(evidence, changes)
}

/// A text of digits in groups.
struct Number<'a> {
    text: &'a str,
    digits: String,
    /// The text with 9 for each digit.
    layout: String,
    /// The lengths of its runs of digits.
    groups: Vec<usize>,
}

impl<'a> Number<'a> {
    fn new(text: &'a str) -> Option<Self> {
        let unsigned = text.strip_prefix('+').unwrap_or(text);
        let of_number = |c: char| c.is_ascii_digit() || " -.()/".contains(c);
        if !unsigned.starts_with(|c: char| c.is_ascii_digit() || c == '(') || !unsigned.chars().all(of_number) {
            return None;
        }
        let digits: String = text.chars().filter(char::is_ascii_digit).collect();
        let marks: Vec<char> = unsigned.chars().filter(|c| !c.is_ascii_digit()).collect();
        // One point is that of a decimal number, and three are those of an address of the net.
        let points = !marks.is_empty() && marks.iter().all(|&c| c == '.') && marks.len() != 2;
        if points || !DIGITS.contains(&digits.len()) {
            return None;
        }
        if text.len() != digits.len() && dates::moment(text).is_some() {
            return None;
        }
        let layout: String = text.chars().map(|c| if c.is_ascii_digit() { '9' } else { c }).collect();
        let groups = groups(&layout);
        Some(Number { text, digits, layout, groups })
    }
}

/// The country code that numbers have where most have none.
struct Country {
    code: String,
    agreement: f64,
}

impl Country {
    /// The commonest of those before numbers of so many digits, if it stands behind a plus or by itself.
    fn new(numbers: &[(Number<'_>, u64)], digits: usize) -> Option<Self> {
        let mut codes: BTreeMap<&str, u64> = BTreeMap::new();
        for (number, cells) in numbers {
            let longer = number.digits.len().saturating_sub(digits);
            let apart = number.layout.starts_with('+') || number.groups[0] == longer;
            if COUNTRY.contains(&longer) && apart {
                *codes.entry(&number.digits[..longer]).or_default() += cells;
            }
        }
        let all: u64 = codes.values().sum();
        let (code, cells) = codes.into_iter().rev().max_by_key(|(_, cells)| *cells)?;
        (2 * cells > all).then(|| Country { code: code.to_owned(), agreement: agreement(cells, all - cells) })
    }

    /// The digits of a number behind this code; `None` where it is not certainly there.
    fn without<'a>(&self, number: &'a Number<'_>) -> Option<&'a str> {
        let apart = number.layout.starts_with('+') || number.groups[0] == self.code.len();
        number.digits.strip_prefix(&self.code).filter(|_| apart)
    }
}

/// The lengths of the runs of digits in a layout.
fn groups(layout: &str) -> Vec<usize> {
    layout.split(|c: char| !c.is_ascii_digit()).filter(|run| !run.is_empty()).map(str::len).collect()
}

/// Whether the groups of a number, of which the first digits are left out, end where those of the column do, or the other
/// way round.
fn fit(number: &[usize], left_out: usize, column: &[usize]) -> bool {
    let ends = |groups: &[usize], without: usize| -> Vec<usize> {
        let mut end = 0;
        let ends = groups.iter().map(|length| {
            end += length;
            end
        });
        ends.filter(|&end| end > without).map(|end| end - without).collect()
    };
    let (number, column) = (ends(number, left_out), ends(column, 0));
    number.iter().all(|end| column.contains(end)) || column.iter().all(|end| number.contains(end))
}

/// Digits in a layout.
fn written(layout: &str, digits: &str) -> String {
    let mut digits = digits.chars();
    layout.chars().map(|c| if c == '9' { digits.next().unwrap_or(c) } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::conventions::{changes_in, find_in};

    fn among(common: &str, odd: &str) -> Option<String> {
        find_in(&PHONES, &[(common, 40), (odd, 1)])?.changes.get(odd)?.new.clone()
    }

    #[test]
    fn numbers_are_written_in_the_layout_of_the_column() {
        for odd in ["(646) 555-0199", "646.555.0199", "6465550199", "646 555 0199", "+1 646 555 0199", "1-646-555-0199"]
        {
            assert_eq!(among("212-555-0100", odd).as_deref(), Some("646-555-0199"), "{odd}");
        }
        assert_eq!(among("(212) 555-0100", "646-555-0199").as_deref(), Some("(646) 555-0199"));
        assert_eq!(among("2125550100", "646-555-0199").as_deref(), Some("6465550199"));
        assert_eq!(among("+1 212 555 0100", "+16465550199").as_deref(), Some("+1 646 555 0199"));
    }

    #[test]
    fn no_digit_is_lost_or_made_up() {
        for odd in ["555-0199", "646-555-0199 x12", "16465550199", "64-6555-0199", "+6465550199", "1.6465550199"] {
            assert_eq!(among("212-555-0100", odd), None, "{odd}");
        }
        assert_eq!(among("+1 212 555 0100", "646-555-0199"), None);
        let cells = [("212-555-0100", 40), ("+1 646 555 0199", 3), ("+44 646 555 0199", 1)];
        let changes = ["+1 646 555 0199 -> 646-555-0199"];
        assert_eq!(changes_in(&PHONES, &cells), changes);
    }

    #[test]
    fn dates_and_numbers_stay() {
        for (common, odd) in [
            ("31.1.2020", "3.11.2020"),
            ("51.507351", "5.1507351"),
            ("1234567", "-1234567"),
            ("10.20.30.40", "10.203.0.40"),
        ] {
            assert_eq!(among(common, odd), None, "{odd}");
        }
        assert_eq!(changes_in(&PHONES, &[("212-555-0100", 20), ("6465550199", 20)]), [""; 0]);
    }
}
