//! Decimals that a program printed: whole numbers with `.0`, and digits beyond those that a program tells apart.

use std::collections::BTreeMap;

use super::{Convention, Find, Finding, Values};
use crate::plain_number::{fraction, is_number};

/// Numbers that a program printed from its own store are written in their shortest form: `12.0` is 12, and
/// `0.050000000000000003` is 0.05.
///
/// Needless zeros are only those of a program where all of them are `.0` and the other numbers have places of several
/// lengths, or where most numbers end so. A column of one number of places is written so on purpose: prices (`12.50`,
/// `3.00`), temperatures (`21.0`, `21.4`). A number with leading zeros is a code.
pub(super) const DECIMALS: Convention = Convention {
    name: "decimals",
    summary: "`.0` behind whole numbers and digits beyond a program's own are taken away",
    probability: 0.99,
    find: Find::InColumn(find),
};

/// The share of the values that must be numbers.
const NUMBERS: f64 = 0.99;
/// The share of the decimals with the same two places or more from which on these are meant.
const FIXED: f64 = 0.8;
/// The share of the decimals that end in `.0` from which on one place is not meant. Of measured tenths it is 0.1.
const WHOLE: f64 = 0.8;
/// The share of the decimals with other places than the commonest one from which on lengths differ, and that of those that
/// end in `.0` from which on that is a habit: among coordinates, a whole number is a chance.
const OTHER: f64 = 0.05;
/// The share of the decimals that may end in zeros other than `.0`.
const STRAY: f64 = 0.01;
/// A 64-bit float tells so many significant digits apart. A number is rounded to so many, and what is left must be shorter
/// still and differ by a few errors of rounding (each 2⁻⁵³ of the number) at most.
const TOLD_APART: usize = 15;
const MEANT: usize = 12;
const SHORT: usize = 9;
const ERROR: f64 = 1e-15;

fn find(values: &Values<'_>) -> Option<Finding> {
    if !values.mostly(NUMBERS, is_number) {
        return None;
    }
    let mut by_places: BTreeMap<usize, u64> = BTreeMap::new();
    let (mut decimals, mut whole, mut other_zeros) = (0, 0, 0);
    for (text, &cells) in values.cells.iter().filter(|(text, _)| is_number(text)) {
        let Some(fraction) = fraction(text) else { continue };
        decimals += cells;
        *by_places.entry(fraction.len()).or_default() += cells;
        match fraction {
            "0" => whole += cells,
            _ if fraction.ends_with('0') => other_zeros += cells,
            _ => {}
        }
    }
    let (&places, &most) = by_places.iter().max_by_key(|&(places, cells)| (*cells, *places))?;
    let share = |cells: u64| cells as f64 / decimals as f64;
    if places >= 2 && share(most) >= FIXED {
        return None;
    }
    let printed = share(decimals - most) >= OTHER && share(whole) >= OTHER || share(whole) >= WHOLE;
    let zeros = printed && share(other_zeros) <= STRAY;
    let mut changes = BTreeMap::new();
    let mut long = 0;
    for (text, &cells) in values.cells.iter().filter(|(text, _)| is_number(text)) {
        let Some(fraction) = fraction(text) else { continue };
        let rounded = rounded(text);
        if rounded.is_some() {
            long += cells;
        }
        let short = match rounded {
            None if zeros && fraction == "0" && text != "-0.0" => text.strip_suffix(".0").map(str::to_owned),
            rounded => rounded,
        };
        if let Some(short) = short {
            changes.insert(text.clone(), Some(short));
        }
    }
    Finding::written(evidence(whole, long, values.present, zeros), changes)
}

/// A number with more digits than a float tells apart, without the error of its rounding; `None` where its digits are meant.
fn rounded(text: &str) -> Option<String> {
    if significant(text) <= TOLD_APART {
        return None;
    }
    let number: f64 = text.parse().ok()?;
    let places = MEANT as f64 - 1.0 - number.abs().log10().floor();
    // Long numbers before the point are identifiers, and what is nearly nothing has no digits to spare.
    if !(0.0..=30.0).contains(&places) {
        return None;
    }
    let short = format!("{number:.*}", places as usize);
    let short = short.trim_end_matches('0').trim_end_matches('.');
    let error = (number - short.parse::<f64>().ok()?).abs();
    (error <= ERROR * number.abs() && significant(short) <= SHORT).then(|| short.to_owned())
}

/// The significant digits of a plain decimal number.
fn significant(number: &str) -> usize {
    number.bytes().filter(u8::is_ascii_digit).skip_while(|&digit| digit == b'0').count()
}

fn evidence(whole: u64, long: u64, present: u64, zeros: bool) -> String {
    let zeros = (zeros && whole > 0).then(|| format!("{whole} of {present} values end in `.0`"));
    let long = (long > 0).then(|| format!("{long} of {present} have more digits than a program tells apart"));
    let told: Vec<String> = zeros.into_iter().chain(long).collect();
    format!("{}, as programs print them; the shortest form is the same number", told.join(" and "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::conventions::changes_in;

    #[test]
    fn whole_numbers_among_decimals_of_many_lengths_lose_their_point() {
        let cells = [("0.0", 20), ("7.0", 9), ("5.3", 30), ("4.63", 20), ("3.2401", 5)];
        assert_eq!(changes_in(&DECIMALS, &cells), ["0.0 -> 0", "7.0 -> 7"]);
    }

    #[test]
    fn whole_numbers_lose_their_point_where_nearly_all_have_one() {
        assert_eq!(changes_in(&DECIMALS, &[("12.0", 50), ("16.0", 40), ("8.4", 3)]), ["12.0 -> 12", "16.0 -> 16"]);
    }

    #[test]
    fn errors_of_rounding_are_taken_away() {
        let cells = [("0.05", 40), ("0.065", 30), ("0.050000000000000003", 4), ("0.069999999999999993", 3)];
        let changes = ["0.050000000000000003 -> 0.05", "0.069999999999999993 -> 0.07"];
        assert_eq!(changes_in(&DECIMALS, &cells), changes);
    }

    #[test]
    fn places_that_are_meant_stay() {
        let prices = [("12.50", 50), ("3.00", 40), ("7.99", 40)];
        let tenths = [("21.0", 9), ("21.4", 30), ("20.9", 40)];
        let halves = [("4.0", 50), ("4.5", 40)];
        let coordinates = [("51.50735", 60), ("48.8566", 60), ("-19.0", 2)];
        let significant = [("1.50", 20), ("2.0", 20), ("3.125", 40), ("7.250", 10)];
        for cells in [&prices[..], &tenths, &halves, &coordinates, &significant] {
            assert_eq!(changes_in(&DECIMALS, cells), [""; 0], "{cells:?}");
        }
    }

    #[test]
    fn long_digits_that_are_meant_stay() {
        let cells =
            [("3.14159265358979323", 20), ("2.5", 20), ("12345678901234567890.5", 20), ("4.946507540002978", 9)];
        assert_eq!(changes_in(&DECIMALS, &cells), [""; 0]);
    }

    #[test]
    fn whole_numbers_and_codes_stay() {
        assert_eq!(changes_in(&DECIMALS, &[("12", 50), ("16", 40)]), [""; 0]);
        assert_eq!(changes_in(&DECIMALS, &[("007.0", 50), ("16.0", 40)]), [""; 0]);
    }
}
