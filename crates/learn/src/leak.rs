//! Features that give the target away: copies of it, and columns that determine it near perfectly.
//!
//! A column is held against the target row by row: each row's class is predicted from the other rows that have its value, or,
//! where a number is its own, from its neighbours in order. In a small table a column may be right about all rows by chance, so
//! it is also asked how likely that is of a column that has nothing to do with the target.

use std::collections::BTreeMap;

use lustrate_table::{AttributeId, Table};
use serde::Serialize;
use statrs::distribution::{Binomial, DiscreteCDF};
use statrs::function::gamma::ln_gamma;

use crate::features::{held, numbers};
use crate::{Class, FeatureError, Target};

/// The share of the errors of the most frequent class that a column which gives the target away may make.
const MOST_ERRORS: f64 = 0.02;

/// How likely it may be that some column of the table gives the target away by chance.
const MOST_CHANCE: f64 = 1e-3;

/// How a column gives the target away.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub enum Leak {
    /// It is the target in other words: each value stands for one class, and each class for one value.
    Copy {
        /// The name of the column.
        column: String,
        /// The rows that have both a value and a label.
        rows: usize,
    },
    /// Its values determine the class of nearly all rows.
    Determines {
        /// The name of the column.
        column: String,
        /// Rows whose class it does not tell.
        errors: usize,
        /// The rows that have both a value and a label.
        rows: usize,
    },
}

/// The columns that give the target away, in the order of the table. Columns that are named as excluded are not asked.
pub fn leaks(table: &Table, target: &Target, exclude: &[String]) -> Result<Vec<Leak>, FeatureError> {
    let labels = target.labels(table)?;
    let asked = |name: &str| name != target.name() && !exclude.iter().any(|other| other == name);
    let ids: Vec<AttributeId> = table.schema().ids().filter(|&id| asked(table.schema().name(id))).collect();
    let chance = (MOST_CHANCE / ids.len().max(1) as f64).ln();
    let leak = |&id: &AttributeId| leak(table, id, &labels, target.classes().len(), chance);
    Ok(ids.iter().filter_map(leak).collect())
}

/// The labels of the rows of one value: how many rows each class has.
type Counts = Vec<usize>;

fn leak(table: &Table, id: AttributeId, labels: &[Option<Class>], classes: usize, chance: f64) -> Option<Leak> {
    let column = table.column(id);
    let mut by_code: Vec<Counts> = vec![vec![0; classes]; column.dictionary().len()];
    for (code, label) in column.codes().iter().zip(labels).filter(|(code, _)| !code.is_null()) {
        if let Some(label) = label {
            by_code[code.index()][label.index()] += 1;
        }
    }
    let mut values: Vec<(&str, Counts)> = column.dictionary().iter().map(|(_, text)| text).zip(by_code).collect();
    values.retain(|(text, counts)| !text.trim().is_empty() && counts.iter().any(|&count| count > 0));
    let mut totals = vec![0; classes];
    values.iter().for_each(|(_, counts)| add(&mut totals, counts));
    let rows: usize = totals.iter().sum();
    let name = || table.schema().name(id).to_owned();
    if is_copy(&values, &totals, chance) {
        return Some(Leak::Copy { column: name(), rows });
    }
    let right_by_chance = totals.iter().max().copied().unwrap_or(0) as f64 / rows as f64;
    let errors_by_chance = rows - totals.iter().max().copied().unwrap_or(0);
    let (errors, right_by_chance) = if numbers(&held(column)).is_some() {
        // A row is right where one of two neighbours is, which is twice the chance.
        (errors_in_order(values, classes), 1.0 - (1.0 - right_by_chance).powi(2))
    } else {
        (values.iter().map(|(_, counts)| errors_within(counts)).sum(), right_by_chance)
    };
    let few = errors as f64 <= MOST_ERRORS * errors_by_chance as f64;
    (few && errors_by_chance > 0 && ln_chance(rows, errors, right_by_chance) < chance).then(|| Leak::Determines {
        column: name(),
        errors,
        rows,
    })
}

fn add(sums: &mut [usize], counts: &[usize]) {
    sums.iter_mut().zip(counts).for_each(|(sum, count)| *sum += count);
}

/// Whether values and classes stand for each other one to one, and are not likely to do so by chance: of all orders of the
/// labels, those that fit the rows of the values are few.
fn is_copy(values: &[(&str, Counts)], totals: &[usize], chance: f64) -> bool {
    let present = totals.iter().filter(|&&total| total > 0).count();
    let pure = values.iter().all(|(_, counts)| counts.iter().filter(|&&count| count > 0).count() == 1);
    if present < 2 || !pure || values.len() != present {
        return false;
    }
    let rows: usize = totals.iter().sum();
    let orders = ln_gamma(rows as f64 + 1.0) - totals.iter().map(|&total| ln_gamma(total as f64 + 1.0)).sum::<f64>();
    // Classes of one size may be exchanged.
    let mut sizes: BTreeMap<usize, usize> = BTreeMap::new();
    totals.iter().for_each(|&total| *sizes.entry(total).or_default() += 1);
    let fitting: f64 = sizes.values().map(|&alike| ln_gamma(alike as f64 + 1.0)).sum();
    fitting - orders < chance
}

/// Rows that the other rows of their value do not tell the class of. A row that has its value alone is one.
fn errors_within(counts: &[usize]) -> usize {
    let rows: usize = counts.iter().sum();
    let (most, ties) = counts.iter().fold((0, 0), |(most, ties), &count| match count {
        count if count > most => (count, 1),
        count if count == most => (most, ties + 1),
        _ => (most, ties),
    });
    if rows == 1 || ties > 1 { rows } else { rows - most }
}

/// The same for numbers, of which one that a single row has is told by the number before or after it.
fn errors_in_order(values: Vec<(&str, Counts)>, classes: usize) -> usize {
    let read = |(text, counts): (&str, Counts)| lustrate_table::parse_number(text).map(|number| (number, counts));
    let (mut ordered, mut errors) = (Vec::new(), 0);
    for value in values {
        let rows: usize = value.1.iter().sum();
        match read(value) {
            Some(number) => ordered.push(number),
            None => errors += rows,
        }
    }
    ordered.sort_by(|a, b| a.0.total_cmp(&b.0));
    // The same number may be written in several ways.
    ordered.dedup_by(|later, kept| {
        let same = later.0 == kept.0;
        if same {
            add(&mut kept.1, &later.1);
        }
        same
    });
    let usual = |counts: &Counts| (0..classes).max_by_key(|&class| (counts[class], std::cmp::Reverse(class)));
    for place in 0..ordered.len() {
        let counts = &ordered[place].1;
        if counts.iter().sum::<usize>() > 1 {
            errors += errors_within(counts);
            continue;
        }
        let neighbours = [place.checked_sub(1), Some(place + 1)].into_iter().flatten();
        let mut told = neighbours.filter_map(|neighbour| ordered.get(neighbour)).map(|(_, counts)| usual(counts));
        errors += usize::from(!told.any(|class| class == usual(counts)));
    }
    errors
}

/// The logarithm of the chance that no more than so many errors are made by one that is right with a given probability.
fn ln_chance(rows: usize, errors: usize, right: f64) -> f64 {
    let wrong = Binomial::new(1.0 - right, rows as u64).expect("a share is a probability");
    wrong.cdf(errors as u64).max(f64::MIN_POSITIVE).ln()
}

#[cfg(test)]
mod tests {
    use rand::RngExt;

    use super::*;
    use crate::RareClasses;
    use crate::random::stream;

    fn found(rows: usize, cell: impl Fn(usize, bool) -> String) -> Vec<Leak> {
        let mut random = stream(5, 0);
        let labels: Vec<bool> = (0..rows).map(|_| random.random_bool(0.4)).collect();
        let cells: Vec<String> = labels.iter().enumerate().map(|(row, &label)| cell(row, label)).collect();
        let texts: Vec<&str> = labels.iter().map(|&label| if label { "yes" } else { "no" }).collect();
        let columns = vec![
            ("x".to_owned(), cells.iter().map(|cell| Some(cell.as_str())).collect()),
            ("t".to_owned(), texts.into_iter().map(Some).collect()),
        ];
        let table = Table::new(columns).unwrap();
        let target = Target::fit(&table, "t", 2, RareClasses::Refuse).unwrap();
        leaks(&table, &target, &[]).unwrap()
    }

    #[test]
    fn a_copy_is_found_in_a_small_table_but_not_in_one_where_it_may_be_chance() {
        let copy = |_: usize, label: bool| if label { "1" } else { "0" }.to_owned();
        assert_eq!(found(25, copy), [Leak::Copy { column: "x".into(), rows: 25 }]);
        assert_eq!(found(8, copy), []);
    }

    #[test]
    fn a_finer_column_determines_the_target() {
        let finer = |row: usize, label: bool| format!("{label}{}", row % 3);
        assert_eq!(found(60, finer), [Leak::Determines { column: "x".into(), errors: 0, rows: 60 }]);
    }

    #[test]
    fn a_number_that_the_target_is_cut_from_determines_it() {
        let cut =
            |row: usize, label: bool| format!("{}", if label { 50.0 } else { 0.0 } + (row * 37 % 41) as f64 / 1.01);
        assert_eq!(found(200, cut), [Leak::Determines { column: "x".into(), errors: 0, rows: 200 }]);
    }

    #[test]
    fn names_and_strong_features_are_no_leaks() {
        assert_eq!(found(200, |row, _| format!("name {row}")), []);
        assert_eq!(found(200, |row, label| (label != (row % 20 == 0)).to_string()), []);
        assert_eq!(found(200, |row, _| ((row * 7919) % 997).to_string()), []);
    }
}
