//! Whether a column still looks like what it is a sample of.
//!
//! # The question
//!
//! Before and after cannot be compared as they are: that typing errors are gone is a change, and a good one. What can be
//! asked is whether the values that repairs wrote look like the values of the cells that were left alone. Where errors
//! strike whatever is written, and repairs give back what was meant, both are samples of one population, and the repaired
//! column is distributed as the cells that were left alone are. Where a mode is filled in for whatever is missing, where
//! repairs favour what is frequent, or where errors strike some values more often than others, they are not; a person should
//! know in any case.
//!
//! # The measure
//!
//! Let `K` be the shares of the values among the `k` cells that were left alone or only written in another form, and `R`
//! those among the `r` cells that were given another value, missing values aside. The shares of the whole column are
//! `(k K + r R) / (k + r)`, so that its total variation distance from `K`, the share of its cells that would have to hold
//! another value for it to look like `K`, is
//!
//! ```text
//! moved = r / (k + r) · TV(R, K),      TV(R, K) = ½ Σ_g |R_g − K_g|
//! ```
//!
//! over groups `g` of values: the tenths of the numbers, or the twenty most frequent texts and all others.
//!
//! # What chance does
//!
//! Were both samples of one population with the shares `P`, the mean of `|R_g − K_g|` would be at most its standard
//! deviation, `√(P_g (1 − P_g) (1/r + 1/k))`. One cell moves `TV(R, K)` by `1/r` or `1/k` at most, so that it exceeds its
//! mean by `√(½ ln(1/α) (1/r + 1/k))` with a probability of at most `α` (McDiarmid, "On the method of bounded differences",
//! 1989). `P` is estimated by the whole column. With `α` a thousandth, shared by all columns that are asked, no sample has
//! to be drawn again, and of a thousand tables one at most is warned of by mistake. A warning is given where at least a
//! hundredth of the cells is moved beyond that: from there on shares in whole per cent are no longer those of the population.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use lustrate_table::parse_number;
use serde::Serialize;

use super::Counts;
use crate::outcome::Repair;

/// How the values that repairs wrote compare with those of the cells that were left alone.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Population {
    /// Cells that repairs gave another value, rather than the same in another form or none.
    pub replaced: u64,
    /// The other cells that hold a value.
    pub kept: u64,
    /// The share of the cells with a value that would have to hold another one for the column to look like the cells that
    /// were left alone, from 0 to 1.
    pub moved: f64,
    /// What of this chance alone can do, from 0 to 1.
    pub by_chance: f64,
    /// The values in which they differ most, three at most.
    pub values: Vec<ValueShift>,
}

/// How frequent some values are among the cells that were left alone, and among those that were given another value.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ValueShift {
    /// The values.
    pub group: ValueGroup,
    /// Their share among the cells that were left alone, from 0 to 1.
    pub kept: f64,
    /// Their share among the cells that were given another value, from 0 to 1.
    pub replaced: f64,
}

/// Values that are counted together.
#[derive(Clone, Debug, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ValueGroup {
    /// One value.
    Value(String),
    /// Numbers from the first to the second, both among them.
    Numbers(f64, f64),
    /// All others.
    Others,
}

/// The chance of a warning about a table that needs none.
const FALSE_ALARMS: f64 = 0.001;
/// The share of cells that is worth a warning.
const LEAST: f64 = 0.01;
/// Texts that are counted by themselves.
const MOST_TEXTS: usize = 20;
/// Groups of numbers.
const TENTHS: usize = 10;
/// Groups that are told.
const MOST_TOLD: usize = 3;

impl Population {
    /// Whether the column no longer looks like its population: more has moved than chance does, by a hundredth of its cells
    /// at least.
    pub fn is_another(&self) -> bool {
        self.moved - self.by_chance >= LEAST
    }
}

/// The comparison for one column, of so many of which it is asked.
pub(super) fn population(counts: &Counts<'_>, repairs: &[&Repair], asked: usize) -> Option<Population> {
    let mut written: BTreeMap<&str, u64> = BTreeMap::new();
    for new in repairs.iter().filter(|repair| !repair.kind.is_form()).filter_map(|repair| repair.new.as_deref()) {
        *written.entry(new).or_default() += 1;
    }
    let held = counts.values.iter().filter(|value| value.after > 0).map(|value| {
        let replaced = written.get(value.text).copied().unwrap_or(0).min(value.after);
        Held { text: value.text, kept: value.after - replaced, replaced }
    });
    compare(&groups(held.collect()), asked)
}

/// A value with the cells that were left alone with it, and those that were given it.
#[derive(Clone, Copy)]
struct Held<'a> {
    text: &'a str,
    kept: u64,
    replaced: u64,
}

struct Group {
    name: ValueGroup,
    kept: u64,
    replaced: u64,
}

fn compare(groups: &[Group], asked: usize) -> Option<Population> {
    let kept: u64 = groups.iter().map(|group| group.kept).sum();
    let replaced: u64 = groups.iter().map(|group| group.replaced).sum();
    if kept == 0 || replaced == 0 {
        return None;
    }
    let (k, r) = (kept as f64, replaced as f64);
    let spread = 1.0 / k + 1.0 / r;
    let (mut distance, mut mean) = (0.0, 0.0);
    for group in groups {
        let share = (group.kept + group.replaced) as f64 / (k + r);
        distance += 0.5 * (group.kept as f64 / k - group.replaced as f64 / r).abs();
        mean += 0.5 * (share * (1.0 - share) * spread).sqrt();
    }
    let beyond = (0.5 * (asked.max(1) as f64 / FALSE_ALARMS).ln() * spread).sqrt();
    let weight = r / (k + r);
    let mut values: Vec<ValueShift> = groups
        .iter()
        .map(|group| ValueShift {
            group: group.name.clone(),
            kept: group.kept as f64 / k,
            replaced: group.replaced as f64 / r,
        })
        .collect();
    // The order of the groups, which is that of their names, decides between equals.
    values.sort_by(|a, b| (b.replaced - b.kept).abs().total_cmp(&(a.replaced - a.kept).abs()));
    values.truncate(MOST_TOLD);
    let by_chance = (weight * (mean + beyond)).min(1.0);
    Some(Population { replaced, kept, moved: weight * distance, by_chance, values })
}

/// The groups of values, which do not depend on which of the cells were repaired.
fn groups(held: Vec<Held<'_>>) -> Vec<Group> {
    let cells: u64 = held.iter().map(|held| held.kept + held.replaced).sum();
    let mut numbers: Vec<(f64, Held<'_>)> =
        held.iter().filter_map(|held| Some((parse_number(held.text)?, *held))).collect();
    let in_numbers: u64 = numbers.iter().map(|(_, held)| held.kept + held.replaced).sum();
    let many = numbers.len() > MOST_TEXTS;
    if many && in_numbers as f64 >= 0.9 * cells as f64 {
        numbers.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.text.cmp(b.1.text)));
        let mut groups = tenths(&numbers, in_numbers);
        let others = held.iter().filter(|held| parse_number(held.text).is_none());
        groups.extend(together(others.copied()));
        return groups;
    }
    texts(held)
}

fn texts(mut held: Vec<Held<'_>>) -> Vec<Group> {
    held.sort_by_key(|held| (Reverse(held.kept + held.replaced), held.text));
    let rest = held.split_off(held.len().min(MOST_TEXTS));
    let one = |held: Held<'_>| Group {
        name: ValueGroup::Value(held.text.to_owned()),
        kept: held.kept,
        replaced: held.replaced,
    };
    held.into_iter().map(one).chain(together(rest.into_iter())).collect()
}

/// Numbers in order, in groups of about a tenth of the cells each; a number is never divided.
fn tenths(numbers: &[(f64, Held<'_>)], cells: u64) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    let (mut passed, mut filled) = (0, 0);
    for &(number, held) in numbers {
        match groups.last_mut().filter(|_| passed * (TENTHS as u64) < filled * cells) {
            Some(group) => {
                if let ValueGroup::Numbers(_, to) = &mut group.name {
                    *to = number;
                }
                group.kept += held.kept;
                group.replaced += held.replaced;
            }
            None => {
                groups.push(Group {
                    name: ValueGroup::Numbers(number, number),
                    kept: held.kept,
                    replaced: held.replaced,
                });
                filled = passed * (TENTHS as u64) / cells + 1;
            }
        }
        passed += held.kept + held.replaced;
    }
    groups
}

fn together<'a>(held: impl Iterator<Item = Held<'a>>) -> Option<Group> {
    let none = Group { name: ValueGroup::Others, kept: 0, replaced: 0 };
    let group = held.fold(none, |all, held| Group {
        kept: all.kept + held.kept,
        replaced: all.replaced + held.replaced,
        ..all
    });
    (group.kept + group.replaced > 0).then_some(group)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text_groups(values: &[(&str, u64, u64)]) -> Vec<Group> {
        groups(values.iter().map(|&(text, kept, replaced)| Held { text, kept, replaced }).collect())
    }

    #[test]
    fn repairs_that_are_distributed_as_the_rest_move_nothing() {
        let groups = text_groups(&[("a", 6_000, 600), ("b", 3_000, 300), ("c", 1_000, 100)]);
        let population = compare(&groups, 1).unwrap();
        assert!(population.moved < 1e-12 && !population.is_another());
    }

    #[test]
    fn one_value_filled_in_wherever_one_was_missing_is_told() {
        // A tenth of the cells was missing, and all took the value of four tenths of the others.
        let groups = text_groups(&[("a", 3_600, 1_000), ("b", 2_700, 0), ("c", 2_700, 0)]);
        let population = compare(&groups, 16).unwrap();
        assert!((population.moved - 0.06).abs() < 1e-9, "{population:?}");
        assert!(population.is_another());
        assert_eq!(population.values[0].group, ValueGroup::Value("a".into()));
        assert_eq!((population.values[0].kept, population.values[0].replaced), (0.4, 1.0));
    }

    #[test]
    fn few_repairs_say_nothing_however_they_lie() {
        let population = compare(&text_groups(&[("a", 36, 4), ("b", 54, 0)]), 1).unwrap();
        assert!(!population.is_another(), "{population:?}");
    }

    #[test]
    fn where_nothing_is_kept_or_replaced_nothing_is_asked() {
        assert_eq!(compare(&text_groups(&[("a", 5, 0)]), 1), None);
        assert_eq!(compare(&text_groups(&[("a", 0, 5)]), 1), None);
    }

    #[test]
    fn samples_of_one_population_are_hardly_ever_told_apart() {
        // A generator of Lehmer's, so that the test needs no other crate.
        let mut state = 4_127_u64;
        let mut draw = || {
            state = state * 48_271 % 2_147_483_647;
            state as f64 / 2_147_483_647.0
        };
        let names: Vec<String> = (0..40).map(|value| format!("v{value}")).collect();
        let mut warned = 0;
        for _ in 0..300 {
            let mut counts = vec![(0_u64, 0_u64); names.len()];
            for cell in 0..1_000 {
                // Small numbers more often than great ones, a third of all repaired.
                let value = (draw() * draw() * names.len() as f64) as usize;
                if cell % 3 == 0 { counts[value].1 += 1 } else { counts[value].0 += 1 }
            }
            let held = names.iter().zip(&counts).map(|(text, &(kept, replaced))| Held { text, kept, replaced });
            warned += u32::from(compare(&groups(held.collect()), 1).unwrap().is_another());
        }
        assert_eq!(warned, 0);
    }

    #[test]
    fn numbers_are_compared_in_tenths_that_lose_no_cell() {
        let texts: Vec<String> = (0..200).map(|number| number.to_string()).collect();
        let held = texts.iter().map(|text| Held { text, kept: 3, replaced: 1 });
        let word = Held { text: "many", kept: 2, replaced: 0 };
        let groups = groups(held.chain([word]).collect());
        assert_eq!(groups.len(), 11);
        assert_eq!(groups[0].name, ValueGroup::Numbers(0.0, 19.0));
        assert_eq!(groups[9].name, ValueGroup::Numbers(180.0, 199.0));
        assert_eq!(groups[10].name, ValueGroup::Others);
        assert_eq!(groups.iter().map(|group| group.kept + group.replaced).sum::<u64>(), 802);
    }
}
