//! What another column says of numbers that lie in two heaps.

use std::collections::BTreeMap;

use lustrate_table::{AttributeId, Column};
use lustrate_values::{Dimension, Unit};

use super::compared::Heap;
use super::{OF_GROUP, all_numbers};
use crate::units::Map;

/// The numbers of a column in the rows that are looked at.
pub(super) struct Numbers {
    pub attribute: AttributeId,
    pub rows: Vec<usize>,
    pub values: Vec<Option<f64>>,
    /// How many digits stand behind the point.
    decimals: Vec<u32>,
}

/// The groups of a column in the rows that are looked at, in the order of their texts.
pub(super) struct Keys {
    pub attribute: AttributeId,
    pub groups: Vec<Option<u32>>,
    pub count: usize,
    /// Its values are units.
    names_units: bool,
}

/// What other columns say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Told {
    /// Nothing: the heaps are alike in all of them.
    Nothing,
    /// A few values of one tell the heaps apart: a sort, or a place where another unit is usual.
    Doubt,
    /// Why there are two heaps.
    Reason,
}

/// Standard deviations from which on a column tells heaps apart.
const TELLS: f64 = 6.0;
/// The share of rows that go with their value, where a few values tell the heaps apart.
const PURE: f64 = 0.97;
/// How many more digits behind the point the numbers of a larger unit have on average, if they are as exact; from how much
/// larger a unit on; and what it counts for that they have, or have not.
const DECIMALS: f64 = 0.5;
const FINER: f64 = 5.0;
const WRITTEN: f64 = 2.0;
/// The share of the values of a column that are names of units, where it says the units.
const NAMES: f64 = 0.7;
/// A column of more values says no units.
const UNITS: usize = 50;

impl Numbers {
    pub fn new(attribute: AttributeId, column: &Column, rows: &[usize]) -> Numbers {
        let all = all_numbers(column);
        let of_value: Vec<u32> = (column.dictionary().iter())
            .map(|(_, text)| text.trim().split_once('.').map_or(0, |(_, digits)| digits.len() as u32))
            .collect();
        let decimals = rows.iter().map(|&row| of_value.get(column.codes()[row].0 as usize).copied().unwrap_or(0));
        Numbers {
            attribute,
            rows: rows.to_vec(),
            values: rows.iter().map(|&row| all[row]).collect(),
            decimals: decimals.collect(),
        }
    }

    pub fn numbers(&self) -> impl Iterator<Item = f64> {
        self.values.iter().flatten().copied()
    }

    /// What the digits behind the point say: a larger unit needs more of them, two sorts of things are written alike.
    pub fn log_decimals(&self, others: &[Option<bool>]) -> f64 {
        let mut sums = [(0.0, 0.0, 0.0); 2];
        for ((other, decimals), value) in others.iter().zip(&self.decimals).zip(&self.values) {
            if let (Some(other), Some(value)) = (other, value) {
                let sum = &mut sums[usize::from(*other)];
                *sum = (sum.0 + 1.0, sum.1 + f64::from(*decimals), sum.2 + value);
            }
        }
        let [most, rest] = sums.map(|(count, decimals, sum)| {
            let count = f64::max(count, 1.0);
            (decimals / count, sum / count)
        });
        let (small, large) = if most.1 < rest.1 { (most, rest) } else { (rest, most) };
        if small.0 >= large.0 + DECIMALS {
            WRITTEN.ln()
        } else if large.1 < FINER * small.1 {
            // Feet and metres need as many.
            0.0
        } else {
            -WRITTEN.ln()
        }
    }
}

impl Keys {
    /// The groups of a column that has several.
    pub fn new(attribute: AttributeId, column: &Column, rows: &[usize]) -> Option<Keys> {
        let sorted = column.sorted();
        let count = sorted.dictionary().len();
        let groups =
            rows.iter().map(|&row| Some(sorted.codes()[row]).filter(|code| !code.is_null()).map(|code| code.0));
        // Letters are units too, of all sorts: only those of one dimension say the units of numbers.
        let mut units: BTreeMap<Dimension, usize> = BTreeMap::new();
        let texts = sorted.dictionary().iter().take(if count <= UNITS { count } else { 0 });
        for unit in texts.filter_map(|(_, text)| Unit::find(text.trim())) {
            *units.entry(unit.dimension()).or_default() += 1;
        }
        let names_units = units.values().any(|&units| units as f64 >= NAMES * count as f64);
        (2..rows.len()).contains(&count).then(|| Keys { attribute, groups: groups.collect(), count, names_units })
    }

    /// The places of each group that a row wants, in order.
    pub fn grouped(&self, places: &[Option<f64>], wanted: impl Fn(usize) -> bool) -> Vec<Vec<f64>> {
        let mut groups = vec![Vec::new(); self.count];
        for (row, (place, group)) in places.iter().zip(&self.groups).enumerate() {
            if let (Some(place), Some(group), true) = (place, group, wanted(row)) {
                groups[*group as usize].push(*place);
            }
        }
        groups.iter_mut().for_each(|group| group.sort_by(f64::total_cmp));
        groups
    }

    /// How far the numbers of rows in the smaller heap in each group are from what chance would make of them: χ² in its
    /// standard deviations, those of groups of few rows among them.
    fn tells(&self, others: &[Option<bool>]) -> f64 {
        let mut counts = vec![(0.0, 0.0); self.count];
        for (other, group) in others.iter().zip(&self.groups) {
            if let (Some(other), Some(group)) = (other, group) {
                let count = &mut counts[*group as usize];
                *count = (count.0 + 1.0, count.1 + f64::from(u8::from(*other)));
            }
        }
        let (all, of_other) = counts.iter().fold((0.0, 0.0), |sum, count| (sum.0 + count.0, sum.1 + count.1));
        let share = of_other / f64::max(all, 1.0);
        let chance = share * (1.0 - share);
        let several = || counts.iter().filter(|count| count.0 >= 2.0);
        if chance <= 0.0 || several().count() < 2 {
            return 0.0;
        }
        let squares: f64 = several().map(|(n, m)| (m - n * share).powi(2) / (n * chance) - 1.0).sum();
        let variance: f64 = several().map(|(n, _)| 2.0 + (1.0 - 6.0 * chance).max(0.0) / (n * chance)).sum();
        squares / variance.sqrt()
    }

    /// The share of rows in the heap of most rows of their group.
    fn purity(&self, others: &[Option<bool>]) -> f64 {
        let mut counts = vec![[0usize; 2]; self.count];
        for (other, group) in others.iter().zip(&self.groups) {
            if let (Some(other), Some(group)) = (other, group) {
                counts[*group as usize][usize::from(*other)] += 1;
            }
        }
        let all: usize = counts.iter().flatten().sum();
        counts.iter().map(|[a, b]| a.max(b)).sum::<usize>() as f64 / all.max(1) as f64
    }

    /// Whether the larger heap lies at one level in all groups, and the smaller one at that level in another unit in few.
    pub fn is_level(&self, places: &[Option<f64>], others: &[Option<bool>], map: Map) -> bool {
        /// Groups at the least, and those of them that are in one unit but for a few numbers.
        const GROUPS: usize = 4;
        const CLEAN: (f64, f64) = (0.5, 0.05);
        let of = |wanted: bool| self.grouped(places, |row| others[row] == Some(wanted));
        let (most, rest) = (of(false), of(true));
        let filled = |groups: &[Vec<f64>]| -> Vec<f64> {
            groups.iter().filter(|group| group.len() >= OF_GROUP).map(|group| Heap(group).middle()).collect()
        };
        let (centres, other_centres) = (filled(&most), filled(&rest));
        let groups = most.iter().zip(&rest).filter(|(most, rest)| most.len() + rest.len() >= OF_GROUP);
        let clean =
            groups.clone().filter(|(most, rest)| rest.len() as f64 <= CLEAN.1 * (most.len() + rest.len()) as f64);
        if groups.clone().count() < GROUPS || (clean.count() as f64) < CLEAN.0 * groups.count() as f64 {
            return false;
        }
        let mut sorted = centres.clone();
        sorted.sort_by(f64::total_cmp);
        if sorted.len() < 3 {
            return false;
        }
        let level = Heap(&sorted).middle();
        let way = (map.back(level) - level).abs().min((map.apply(level) - level).abs());
        let near = |place: f64| (place - level).abs() <= way / 4.0;
        centres.iter().all(|&place| near(place)) && other_centres.iter().all(|&place| near(map.apply(place)))
    }
}

/// The column that tells the heaps apart best, where one does.
pub(super) fn strongest<'a>(others: &[Option<bool>], keys: &'a [Keys]) -> Option<&'a Keys> {
    let told = keys.iter().map(|key| (key.tells(others), key)).filter(|(tells, _)| *tells > TELLS);
    // Of columns that tell them apart as well the one of fewer values is before the other.
    let best =
        told.reduce(|best, other| if other.1.purity(others) > best.1.purity(others) + 0.01 { other } else { best });
    best.map(|(_, key)| key)
}

/// What other columns say of rows in a smaller heap, where the units go by a column or by none.
pub(super) fn reason(others: &[Option<bool>], by: Option<AttributeId>, keys: &[Keys], numbers: &[&Numbers]) -> Told {
    if keys.iter().any(|key| key.names_units && key.tells(others) > TELLS) {
        return Told::Reason;
    }
    let by = by.and_then(|by| keys.iter().find(|key| key.attribute == by));
    let differs = |column: &&&Numbers| match by {
        None => ranks(&column.values, others).abs() > TELLS,
        Some(key) => levels_differ(key, &column.values, others),
    };
    if numbers.iter().any(|column| differs(&column)) {
        return Told::Reason;
    }
    let few = |key: &&Keys| by.is_some_and(|by| by.attribute != key.attribute) && key.count < 4;
    let tells_apart = |key: &Keys| key.tells(others) > TELLS && key.purity(others) >= PURE;
    if keys.iter().filter(few).any(tells_apart) { Told::Doubt } else { Told::Nothing }
}

/// How far the ranks of the rows of the smaller heap are from the middle, in standard deviations (Mann and Whitney 1947).
fn ranks(values: &[Option<f64>], others: &[Option<bool>]) -> f64 {
    let mut known: Vec<(f64, bool)> =
        values.iter().zip(others).filter_map(|(value, other)| Some((((*value)?), (*other)?))).collect();
    known.sort_by(|a, b| a.0.total_cmp(&b.0));
    let (mut below, mut sum, mut of_other) = (0.0, 0.0, 0.0);
    for run in known.chunk_by(|a, b| a.0 == b.0) {
        let length = run.len() as f64;
        let other = run.iter().filter(|(_, other)| *other).count() as f64;
        sum += other * (below + 0.5 * (length + 1.0));
        of_other += other;
        below += length;
    }
    let rest = below - of_other;
    let variance = of_other * rest * (below + 1.0) / 12.0;
    if variance > 0.0 { (sum - 0.5 * of_other * (below + 1.0)) / variance.sqrt() } else { 0.0 }
}

/// Whether groups in the other unit lie elsewhere in this column too.
fn levels_differ(key: &Keys, values: &[Option<f64>], others: &[Option<bool>]) -> bool {
    let centres = |wanted: bool| -> Vec<f64> {
        let groups = key.grouped(values, |row| others[row] == Some(wanted));
        groups.iter().filter(|group| group.len() >= OF_GROUP).map(|group| Heap(group).middle()).collect()
    };
    let (most, rest) = (centres(false), centres(true));
    if most.len() < 3 || rest.is_empty() {
        return false;
    }
    let mean = |centres: &[f64]| centres.iter().sum::<f64>() / centres.len() as f64;
    let (centre, other) = (mean(&most), mean(&rest));
    let freedom = (most.len() - 1) as f64;
    let squares: f64 = most.iter().map(|place| (place - centre).powi(2)).sum();
    // Medians of whole numbers are often equal; a tenth of a standard deviation is no difference.
    let mut all: Vec<f64> = values.iter().flatten().copied().collect();
    all.sort_by(f64::total_cmp);
    let spread = (squares / freedom * (1.0 + 2.0 / freedom)).sqrt().max(0.1 * Heap(&all).width());
    (other - centre).abs() > TELLS * spread
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_tells_the_heaps_apart_or_not() {
        let key = |of: &dyn Fn(usize) -> u32, count| Keys {
            attribute: AttributeId(0),
            groups: (0..400).map(|row| Some(of(row))).collect(),
            count,
            names_units: false,
        };
        let others: Vec<Option<bool>> = (0..400).map(|row| Some(row % 10 == 0)).collect();
        let (by_chance, by_sort) = (key(&|row| (row / 7 % 5) as u32, 5), key(&|row| (row % 10) as u32, 10));
        assert!(by_chance.tells(&others) < 3.0 && by_sort.tells(&others) > TELLS);
        assert_eq!(by_sort.purity(&others), 1.0);
        let numbers = |of: &dyn Fn(usize) -> f64| -> Vec<Option<f64>> { (0..400).map(|row| Some(of(row))).collect() };
        assert!(ranks(&numbers(&|row| (row / 10 % 13) as f64), &others).abs() < 1.0);
        assert!(ranks(&numbers(&|row| (row % 10) as f64), &others) < -TELLS);
    }
}
