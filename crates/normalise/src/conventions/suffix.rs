//! Numbers with and without a unit behind them, or with one unit in several spellings.

use std::collections::BTreeMap;

use lustrate_values::Unit;

use super::{Convention, Find, Finding, Values};
use crate::plain_number::leading_number;

/// A column of numbers behind some of which a unit is written, or one unit in several spellings, keeps the numbers.
///
/// The suffixes must be one unit or one word: `12 oz`, `12 oz.` and `12 ounces` lose theirs, `500 g` and `2 kg` do not.
/// What nearly all values have is how the column is written, and stays: `98%`, `25 patients`. So does what looks like a
/// part of a code (`12B`), and a suffix whose numbers are of another size than the bare ones (`50%` beside `0.5`).
pub(super) const SUFFIX: Convention = Convention {
    name: "suffix",
    summary: "a unit behind some numbers, or in several spellings, is taken away",
    probability: 0.98,
    find: Find::InColumn(find),
};

/// The share of the values that must be numbers, with the suffix or without it.
const NUMBERS: f64 = 0.95;
/// A suffix of this share of them is how the column is written.
const HABIT: f64 = 0.9;
/// A word that is no known unit is one only if it stands behind this share of the numbers.
const OFTEN: f64 = 0.1;
/// Middle numbers with and without the suffix differ by a smaller factor than this.
const ONE_SIZE: f64 = 10.0;

fn find(values: &Values<'_>) -> Option<Finding> {
    let mut bare: Vec<(f64, u64)> = Vec::new();
    let mut places: BTreeMap<Meaning, usize> = BTreeMap::new();
    let mut by_meaning: Vec<(Meaning, Vec<Suffixed<'_>>)> = Vec::new();
    let mut possible = values.present;
    for (text, &cells) in values.cells {
        match leading_number(text) {
            Some((number, "")) => bare.push((number.parse().ok()?, cells)),
            Some((number, suffix)) => {
                let Some(meaning) = meaning(suffix) else {
                    possible -= cells;
                    continue;
                };
                let suffixed = Suffixed { text, number, suffix, cells };
                match places.get(&meaning) {
                    Some(&place) => by_meaning[place].1.push(suffixed),
                    None => {
                        places.insert(meaning.clone(), by_meaning.len());
                        by_meaning.push((meaning, vec![suffixed]));
                    }
                }
            }
            None => possible -= cells,
        }
        // Of most columns it is plain soon that too few of their values are numbers.
        if !values.are(possible, NUMBERS) {
            return None;
        }
    }
    let total = |all: &[Suffixed<'_>]| all.iter().map(|suffixed| suffixed.cells).sum::<u64>();
    // Of two that are as frequent, the one that comes first in the order of the texts.
    let (meaning, suffixed) = by_meaning.into_iter().rev().max_by_key(|(_, all)| total(all))?;
    let (without, with) = (bare.iter().map(|(_, cells)| cells).sum::<u64>(), total(&suffixed));
    let numbers = (without + with) as f64;
    if numbers < NUMBERS * values.present as f64 || (meaning.needs_many() && (with as f64) < OFTEN * numbers) {
        return None;
    }
    let mut spellings: BTreeMap<&str, u64> = BTreeMap::new();
    suffixed.iter().for_each(|one| *spellings.entry(singular(one.suffix.trim())).or_default() += one.cells);
    let commonest = spellings.values().copied().max()?;
    if commonest > without && commonest as f64 >= HABIT * numbers {
        return None;
    }
    let sizes = suffixed.iter().filter_map(|one| Some((one.number.parse().ok()?, one.cells))).collect();
    if without > 0 && !of_one_size(middle(bare), middle(sizes)) {
        return None;
    }
    let changes = suffixed.iter().map(|one| (one.text.to_owned(), Some(one.number.to_owned()))).collect();
    Finding::written(evidence(without, with, values.present, spellings), changes)
}

/// A number and what stands behind it.
struct Suffixed<'a> {
    text: &'a str,
    number: &'a str,
    suffix: &'a str,
    cells: u64,
}

/// What a suffix says.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Meaning {
    /// A unit that is known, by its symbol, and whether that is a single letter, which may be a part of a code too.
    Unit(&'static str, bool),
    /// A sign of money.
    Money(char),
    /// A word, without regard to case, a full stop and the plural.
    Word(String),
}

impl Meaning {
    /// Whether it could be a mark of a few values rather than the unit of all.
    fn needs_many(&self) -> bool {
        matches!(self, Meaning::Unit(_, true) | Meaning::Word(_))
    }
}

/// What a text behind a number says; `None` where it is no suffix. Only its first word counts, unless more are a unit:
/// `oz. (can)` is ounces.
fn meaning(suffix: &str) -> Option<Meaning> {
    let first = suffix.trim_start();
    let sign = first.chars().next()?;
    if suffix.chars().any(|c| c.is_ascii_digit()) {
        return None;
    }
    if "€$£¥".contains(sign) {
        return Some(Meaning::Money(sign));
    }
    if !(sign.is_alphabetic() || "%‰°'\"′″".contains(sign)) {
        return None;
    }
    let whole = first.trim_end().trim_end_matches('.');
    let word = first.split_whitespace().next()?.trim_end_matches(['.', ',', ';', ')']);
    let known =
        [whole, word].into_iter().find_map(|name| Unit::find(name).or_else(|| Unit::find(&name.to_lowercase())));
    if let Some(unit) = known {
        let letter = word.chars().count() == 1 && sign.is_alphabetic();
        return Some(Meaning::Unit(unit.symbol(), letter));
    }
    if word.chars().count() == 1 {
        return None;
    }
    Some(Meaning::Word(singular(&word.to_lowercase()).to_owned()))
}

/// A word without the `s` of its plural: `1 day` and `2 days` are one spelling.
fn singular(word: &str) -> &str {
    word.strip_suffix('s').filter(|word| word.len() > 1).unwrap_or(word)
}

/// The number in the middle, by cells.
fn middle(mut numbers: Vec<(f64, u64)>) -> f64 {
    numbers.sort_by(|a, b| a.0.total_cmp(&b.0));
    let half = numbers.iter().map(|(_, cells)| cells).sum::<u64>() / 2;
    let mut below = 0;
    let found = numbers.iter().find(|(_, cells)| {
        below += cells;
        below > half
    });
    found.map_or(0.0, |(number, _)| *number)
}

fn of_one_size(a: f64, b: f64) -> bool {
    let (small, large) = if a.abs() < b.abs() { (a.abs(), b.abs()) } else { (b.abs(), a.abs()) };
    large < ONE_SIZE * small || large == 0.0
}

fn evidence(without: u64, with: u64, present: u64, spellings: BTreeMap<&str, u64>) -> String {
    const SHOWN: usize = 3;
    let mut spellings: Vec<(&str, u64)> = spellings.into_iter().collect();
    spellings.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
    let shown: Vec<String> = spellings.iter().take(SHOWN).map(|(spelling, _)| format!("`{spelling}`")).collect();
    let more = if spellings.len() > SHOWN { ", …" } else { "" };
    let shown = shown.join(", ") + more;
    if without == 0 {
        return format!(
            "{with} of {present} values are numbers with one unit behind them, which is spelt in {} ways ({shown})",
            spellings.len()
        );
    }
    format!("{without} of {present} values are bare numbers, and {with} of one size with them have {shown} behind them")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::conventions::changes_in;

    #[test]
    fn one_unit_in_several_spellings_is_taken_away() {
        let cells = [("12 oz", 10), ("12 oz.", 10), ("16 Ounces", 9), ("8.4 OZ. slim can", 3)];
        let changes = ["12 oz -> 12", "12 oz. -> 12", "16 Ounces -> 16", "8.4 OZ. slim can -> 8.4"];
        assert_eq!(changes_in(&SUFFIX, &cells), changes);
    }

    #[test]
    fn a_sign_behind_some_numbers_is_taken_away() {
        assert_eq!(changes_in(&SUFFIX, &[("0.05", 30), ("0.06%", 12)]), ["0.06% -> 0.06"]);
    }

    #[test]
    fn what_nearly_all_values_have_stays() {
        assert_eq!(changes_in(&SUFFIX, &[("98%", 60), ("25", 3)]), [""; 0]);
        assert_eq!(changes_in(&SUFFIX, &[("25 patients", 60), ("9 patients", 3)]), [""; 0]);
        assert_eq!(changes_in(&SUFFIX, &[("1 day", 30), ("2 days", 60)]), [""; 0]);
    }

    #[test]
    fn units_that_differ_stay() {
        assert_eq!(changes_in(&SUFFIX, &[("500 g", 30), ("2 kg", 30)]), [""; 0]);
        assert_eq!(changes_in(&SUFFIX, &[("5 eur", 30), ("2 usd", 30)]), [""; 0]);
    }

    #[test]
    fn percentages_beside_fractions_stay() {
        assert_eq!(changes_in(&SUFFIX, &[("0.5", 30), ("50%", 12)]), [""; 0]);
    }

    #[test]
    fn parts_of_codes_are_no_suffixes() {
        for odd in ["12B", "12 bis", "12-", "12/3", "12 m2", "12+"] {
            assert_eq!(changes_in(&SUFFIX, &[("12", 40), ("14", 40), (odd, 4)]), [""; 0], "{odd}");
        }
        assert_eq!(changes_in(&SUFFIX, &[("007", 40), ("012 oz", 20)]), [""; 0]);
    }
}
