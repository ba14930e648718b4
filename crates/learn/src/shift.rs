//! How far a table has moved from another: whether cleaning went too far.
//!
//! Every column is compared as a whole and within each protected group, and so are the groups themselves. The population
//! stability index is Σ (aᵢ − bᵢ) ln(aᵢ / bᵢ) over tenths of a number or the levels of a category; missing values are a level.
//! By the usual reading a table has moved at 0.1 and is another one at 0.25.

use std::collections::BTreeMap;

use lustrate_table::{Column, Table, parse_number};
use rayon::prelude::*;
use serde::Serialize;

use crate::ProtectedGroups;
use crate::features::{held, numbers};
use crate::groups::rows_by_group;

/// Parts that numbers are cut into, of equal shares in the first table.
const PARTS: usize = 10;

/// Levels of a category that are compared one by one; the others are compared together.
const MOST_LEVELS: usize = 50;

/// What the index is of a table that has moved, and of one that is another.
const MOVED: f64 = 0.1;
const ANOTHER: f64 = 0.25;

/// How far a distribution has moved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub enum Verdict {
    /// It represents the same rows.
    Same,
    /// It has moved.
    Moved,
    /// It is another one.
    Another,
}

/// What is compared.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub enum Subject {
    /// The values of a column.
    Column(String),
    /// The shares of the protected groups.
    Groups,
}

/// Two distributions of one subject.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Shift {
    /// What is compared.
    pub subject: Subject,
    /// The protected group that it is compared within; `None` for all rows.
    pub group: Option<String>,
    /// Rows of the first table, and of the second.
    pub rows: [usize; 2],
    /// The population stability index.
    pub stability: f64,
    /// For numbers the statistic of Kolmogorov and Smirnov, the largest distance of the distribution functions; else the total
    /// variation, half the sum of the distances of the shares. Both are between 0 and 1.
    pub distance: f64,
    /// What the index says, with what chance makes of it in few rows taken off.
    pub verdict: Verdict,
}

/// Rows of two tables of which each side has its groups.
pub struct Compared<'a> {
    /// The table.
    pub table: &'a Table,
    /// Its protected groups; those of one name are the same group in both tables.
    pub groups: &'a ProtectedGroups,
}

/// Compares the columns that both tables have, in the order of the first, and the groups; all rows first, then each group.
/// Groups without rows on one side show in the shares of the groups alone.
pub fn shifts(before: &Compared<'_>, after: &Compared<'_>) -> Vec<Shift> {
    let sides = [before, after];
    let rows = sides.map(|side| rows_by_group(side.groups.of_row()));
    let all = sides.map(|side| (0..side.table.rows()).collect::<Vec<usize>>());
    let place = sides.map(|side| {
        let names = side.groups.names().iter().map(String::as_str);
        names.zip(0..).collect::<BTreeMap<&str, usize>>()
    });
    let of_group = |side: usize, name: &str| {
        let group = place[side].get(name);
        group.and_then(|&group| rows[side].get(group)).map(Vec::as_slice).unwrap_or_default()
    };
    let mut within: Vec<(Option<&String>, [&[usize]; 2])> = vec![(None, [&all[0], &all[1]])];
    if before.groups.len() > 1 {
        let groups = before.groups.names().iter().map(|name| (Some(name), [of_group(0, name), of_group(1, name)]));
        within.extend(groups.filter(|(_, rows)| rows.iter().all(|rows| !rows.is_empty())));
    }
    let ids: Vec<_> = before.table.schema().ids().collect();
    let columns = ids.into_par_iter().filter_map(|id| {
        let name = before.table.schema().name(id);
        let columns = [before.table.column(id), after.table.column(after.table.schema().find(name)?)];
        let cells = Cells::new(columns);
        let shift = |&(group, rows): &(Option<&String>, [&[usize]; 2])| {
            cells.shift(Subject::Column(name.to_owned()), group.cloned(), rows)
        };
        Some(within.iter().map(shift).collect::<Vec<_>>())
    });
    let mut found: Vec<Shift> = columns.collect::<Vec<_>>().concat();
    if before.groups.len() > 1 {
        found.insert(0, of_groups(sides));
    }
    found
}

fn of_groups(sides: [&Compared<'_>; 2]) -> Shift {
    let mut counts: BTreeMap<&str, [usize; 2]> = BTreeMap::new();
    for (side, compared) in sides.iter().enumerate() {
        for &group in compared.groups.of_row() {
            counts.entry(&compared.groups.names()[group]).or_default()[side] += 1;
        }
    }
    let counts: Vec<[usize; 2]> = counts.into_values().collect();
    shift(Subject::Groups, None, &counts, None)
}

/// The bins of the values of one column in both tables, and the numbers.
struct Cells {
    bins: usize,
    bin: [Vec<usize>; 2],
    number: Option<[Vec<Option<f64>>; 2]>,
}

impl Cells {
    fn new(columns: [&Column; 2]) -> Self {
        let mut levels = held(columns[0]);
        let number_of = |column: &Column| -> Vec<Option<f64>> {
            let read: Vec<Option<f64>> = column.dictionary().iter().map(|(_, text)| parse_number(text)).collect();
            column.codes().iter().map(|code| if code.is_null() { None } else { read[code.index()] }).collect()
        };
        if let Some(numbers) = numbers(&levels) {
            let edges = edges(numbers);
            let bin = |number: Option<f64>| number.map(|number| edges.partition_point(|edge| *edge < number));
            // Behind the parts stand text that is no number, and missing values.
            let (no_number, missing) = (edges.len() + 1, edges.len() + 2);
            let number = columns.map(number_of);
            let bins = [0, 1].map(|side| {
                let rows = columns[side].codes().iter().zip(&number[side]);
                rows.map(|(code, number)| match bin(*number) {
                    Some(bin) => bin,
                    None if is_missing(columns[side], *code) => missing,
                    None => no_number,
                })
                .collect()
            });
            return Cells { bins: missing + 1, bin: bins, number: Some(number) };
        }
        levels.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
        levels.truncate(MOST_LEVELS);
        let place: BTreeMap<&str, usize> = levels.iter().enumerate().map(|(place, level)| (level.0, place)).collect();
        let (other, missing) = (levels.len(), levels.len() + 1);
        let bins = columns.map(|column| {
            let of_code = column.dictionary().iter().map(|(_, text)| {
                if text.trim().is_empty() { missing } else { place.get(text).copied().unwrap_or(other) }
            });
            let of_code: Vec<usize> = of_code.collect();
            column.codes().iter().map(|code| if code.is_null() { missing } else { of_code[code.index()] }).collect()
        });
        Cells { bins: missing + 1, bin: bins, number: None }
    }

    fn shift(&self, subject: Subject, group: Option<String>, rows: [&[usize]; 2]) -> Shift {
        let mut counts = vec![[0usize; 2]; self.bins];
        for (side, rows) in rows.iter().enumerate() {
            rows.iter().for_each(|&row| counts[self.bin[side][row]][side] += 1);
        }
        let numbers = self.number.as_ref().map(|number| {
            [0, 1].map(|side| {
                let mut numbers: Vec<f64> = rows[side].iter().filter_map(|&row| number[side][row]).collect();
                numbers.sort_by(f64::total_cmp);
                numbers
            })
        });
        shift(subject, group, &counts, numbers)
    }
}

fn is_missing(column: &Column, code: lustrate_table::Code) -> bool {
    column.dictionary().text(code).is_none_or(|text| text.trim().is_empty())
}

/// The numbers up to which each part but the last goes, each part with about the same number of rows.
fn edges(mut numbers: Vec<(f64, usize)>) -> Vec<f64> {
    numbers.sort_by(|a, b| a.0.total_cmp(&b.0));
    let rows: usize = numbers.iter().map(|(_, count)| count).sum();
    let (mut below, mut edges) = (0, Vec::new());
    for (number, count) in &numbers[..numbers.len() - 1] {
        below += count;
        if below * PARTS >= (edges.len() + 1) * rows && edges.len() + 1 < PARTS {
            edges.push(*number);
        }
    }
    edges
}

fn shift(subject: Subject, group: Option<String>, counts: &[[usize; 2]], numbers: Option<[Vec<f64>; 2]>) -> Shift {
    let counts: Vec<[usize; 2]> = counts.iter().copied().filter(|counts| *counts != [0, 0]).collect();
    let rows = [0, 1].map(|side| counts.iter().map(|counts| counts[side]).sum::<usize>());
    let all = rows.map(|rows| rows.max(1) as f64);
    let bins = counts.len() as f64;
    // Half a row more in each bin keeps the logarithm finite where a bin is empty on one side.
    let smoothed = |counts: &[usize; 2], side: usize| (counts[side] as f64 + 0.5) / (all[side] + 0.5 * bins);
    let index = |counts: &[usize; 2]| {
        let (a, b) = (smoothed(counts, 0), smoothed(counts, 1));
        (a - b) * (a / b).ln()
    };
    let stability: f64 = counts.iter().map(index).sum();
    let variation =
        || counts.iter().map(|counts| (counts[0] as f64 / all[0] - counts[1] as f64 / all[1]).abs()).sum::<f64>() / 2.0;
    let chance = (bins - 1.0).max(0.0) * (1.0 / all[0] + 1.0 / all[1]);
    let verdict = match stability - chance {
        beyond if beyond >= ANOTHER => Verdict::Another,
        beyond if beyond >= MOVED => Verdict::Moved,
        _ => Verdict::Same,
    };
    let distance = numbers.map_or_else(variation, |numbers| kolmogorov_smirnov(&numbers));
    Shift { subject, group, rows, stability, distance, verdict }
}

/// The largest distance of the distribution functions of sorted numbers; 0 where one side has none.
fn kolmogorov_smirnov(numbers: &[Vec<f64>; 2]) -> f64 {
    let [a, b] = numbers;
    if a.is_empty() || b.is_empty() {
        return 0.0;
    }
    let (mut i, mut j, mut most) = (0, 0, 0f64);
    while i < a.len() && j < b.len() {
        let here = a[i].min(b[j]);
        i += a[i..].iter().take_while(|number| **number == here).count();
        j += b[j..].iter().take_while(|number| **number == here).count();
        most = most.max((i as f64 / a.len() as f64 - j as f64 / b.len() as f64).abs());
    }
    most
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(rows: &[(String, &str)]) -> (Table, ProtectedGroups) {
        let columns = vec![
            ("x".to_owned(), rows.iter().map(|row| Some(row.0.as_str())).collect()),
            ("g".to_owned(), rows.iter().map(|row| Some(row.1)).collect()),
        ];
        let table = Table::new(columns).unwrap();
        let groups = ProtectedGroups::new(&table, &["g".to_owned()]).unwrap();
        (table, groups)
    }

    fn compare(before: &[(String, &str)], after: &[(String, &str)]) -> Vec<Shift> {
        let (a, b) = (table(before), table(after));
        shifts(&Compared { table: &a.0, groups: &a.1 }, &Compared { table: &b.0, groups: &b.1 })
    }

    fn rows() -> Vec<(String, &'static str)> {
        (0..400).map(|row| ((row * 37 % 100).to_string(), if row % 4 == 0 { "few" } else { "many" })).collect()
    }

    #[test]
    fn a_table_has_not_moved_from_itself() {
        for shift in compare(&rows(), &rows()) {
            assert_eq!((shift.stability, shift.distance, shift.verdict), (0.0, 0.0, Verdict::Same), "{shift:?}");
        }
    }

    #[test]
    fn a_group_that_loses_its_high_values_is_told() {
        let kept: Vec<_> = rows().into_iter().filter(|(x, g)| *g == "many" || x.parse::<u32>().unwrap() < 50).collect();
        let found = compare(&rows(), &kept);
        let moved: Vec<_> = found.iter().filter(|shift| shift.verdict != Verdict::Same).collect();
        let [moved] = &moved[..] else { panic!("one distribution has moved: {moved:?}") };
        assert_eq!((&moved.subject, moved.group.as_deref()), (&Subject::Column("x".to_owned()), Some("g = few")));
        assert!((moved.distance - 0.5).abs() < 0.03 && moved.rows == [100, 52], "{moved:?}");
    }

    #[test]
    fn groups_that_lose_rows_are_told() {
        let kept = rows().into_iter().enumerate().filter(|(row, (_, g))| *g == "many" || row % 40 == 0);
        let kept: Vec<_> = kept.map(|(_, row)| row).collect();
        let found = compare(&rows(), &kept);
        assert_eq!((&found[0].subject, found[0].verdict), (&Subject::Groups, Verdict::Another));
    }

    #[test]
    fn levels_that_are_merged_are_told() {
        let before: Vec<_> = (0..200).map(|row| (["a", "b", "c", "d"][row % 4].to_owned(), "g")).collect();
        let after: Vec<_> = (0..200).map(|row| (["a", "b", "a", "d"][row % 4].to_owned(), "g")).collect();
        let found = compare(&before, &after);
        assert_eq!((found[0].distance, found[0].verdict), (0.25, Verdict::Another));
    }

    #[test]
    fn distances_of_numbers_are_those_of_the_distribution_functions() {
        assert_eq!(kolmogorov_smirnov(&[vec![1.0, 2.0, 3.0, 4.0], vec![3.0, 4.0, 5.0, 6.0]]), 0.5);
        assert_eq!(kolmogorov_smirnov(&[vec![1.0, 1.0], vec![1.0]]), 0.0);
    }
}
