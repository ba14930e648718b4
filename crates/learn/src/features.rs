//! From a table to sparse rows of numbers, in a space that stays the same when the table is cleaned.
//!
//! A number becomes its distance from the mean in standard deviations, a category one feature a level. Missing values, numbers
//! that do not parse, rare levels and levels that the fitted table did not have are features of their own.

use lustrate_table::{Code, Column, Table, count_codes, parse_number};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::{Class, Rows, Target, TargetError};

/// What becomes of the columns of a table.
#[derive(Clone, Debug)]
pub struct FeatureSettings {
    /// Columns that are no features, besides the target.
    pub exclude: Vec<String>,
    /// Levels of a column that get a feature of their own, the most frequent first. 100: beyond it, levels are mostly names.
    pub most_levels: usize,
    /// Rows that a level needs for a feature of its own. 5: fewer rows teach a model nothing about a level.
    pub least_rows: usize,
}

impl Default for FeatureSettings {
    fn default() -> Self {
        FeatureSettings { exclude: Vec::new(), most_levels: 100, least_rows: 5 }
    }
}

/// Why a column is no feature.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum LeftOut {
    /// It is the target, or was excluded.
    Asked,
    /// All rows have the same value, or none.
    Constant,
    /// Nearly every row has a text of its own, or no level has rows enough.
    NearUnique,
    /// It numbers the rows: whole numbers that all differ, without gaps or all of one length.
    Identifier,
}

/// How a column is written in features.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Encoding {
    /// One feature of the number, one each for missing values and for text that is no number.
    Number {
        /// The mean of the numbers.
        mean: f64,
        /// Their standard deviation.
        deviation: f64,
    },
    /// One feature a level, one each for all rare levels, for levels that are new, and for missing values.
    Levels {
        /// The levels, in the order of their texts.
        levels: Vec<String>,
        /// The levels that are too rare, in the order of their texts.
        rare: Vec<String>,
    },
    /// No feature.
    None(LeftOut),
}

/// A column and its features.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ColumnFeatures {
    /// The name of the column.
    pub column: String,
    /// How it is written.
    pub encoding: Encoding,
    /// The place of its first feature.
    pub first: u32,
}

impl Encoding {
    fn width(&self) -> u32 {
        match self {
            Encoding::Number { .. } => 3,
            Encoding::Levels { levels, .. } => levels.len() as u32 + 3,
            Encoding::None(_) => 0,
        }
    }
}

/// A table that lacks what a space of features was made of.
#[derive(Clone, Debug, PartialEq, Error)]
pub enum FeatureError {
    /// A column of the table that was fitted on is not there.
    #[error("there is no column `{column}`, which the features were made of")]
    NoSuchColumn {
        /// Its name.
        column: String,
    },
    /// No column is a feature.
    #[error("no column of the table can be a feature")]
    NoFeatures {
        /// The columns and why each is none.
        columns: Vec<(String, LeftOut)>,
    },
    /// The target is missing.
    #[error(transparent)]
    Target(#[from] TargetError),
}

/// A space of features, fitted on one table and good for all that have its columns.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Featuriser {
    columns: Vec<ColumnFeatures>,
    width: u32,
}

impl Featuriser {
    /// The space in which a table is written, all of its columns but the target.
    pub fn fit(table: &Table, target: &str, settings: &FeatureSettings) -> Result<Featuriser, FeatureError> {
        let asked = |name: &str| name == target || settings.exclude.iter().any(|other| other == name);
        let ids: Vec<_> = table.schema().ids().collect();
        let encodings = ids.into_par_iter().map(|id| {
            if asked(table.schema().name(id)) {
                Encoding::None(LeftOut::Asked)
            } else {
                encoding(table.column(id), settings)
            }
        });
        let encodings: Vec<Encoding> = encodings.collect();
        let mut width = 0;
        let mut columns = Vec::with_capacity(encodings.len());
        for (attribute, encoding) in table.schema().attributes().iter().zip(encodings) {
            let first = width;
            width += encoding.width();
            columns.push(ColumnFeatures { column: attribute.name.clone(), encoding, first });
        }
        if width == 0 {
            let why = |column: ColumnFeatures| match column.encoding {
                Encoding::None(why) => Some((column.column, why)),
                _ => None,
            };
            return Err(FeatureError::NoFeatures { columns: columns.into_iter().filter_map(why).collect() });
        }
        Ok(Featuriser { columns, width })
    }

    /// The columns in the order of the fitted table, with what became of each.
    pub fn columns(&self) -> &[ColumnFeatures] {
        &self.columns
    }

    /// The number of features.
    pub fn width(&self) -> usize {
        self.width as usize
    }

    /// What each feature stands for: `age`, `city = Rome`, `city (missing)`.
    pub fn names(&self) -> Vec<String> {
        let names = self.columns.iter().flat_map(|ColumnFeatures { column, encoding, .. }| match encoding {
            Encoding::Number { .. } => {
                vec![column.clone(), format!("{column} (missing)"), format!("{column} (no number)")]
            }
            Encoding::Levels { levels, .. } => {
                let rest = ["rare", "new", "missing"].map(|rest| format!("{column} ({rest})"));
                levels.iter().map(|level| format!("{column} = {level}")).chain(rest).collect()
            }
            Encoding::None(_) => Vec::new(),
        });
        names.collect()
    }

    /// The rows of a table that has the columns of the fitted one, in any order and beside others.
    pub fn rows(&self, table: &Table) -> Result<Rows, FeatureError> {
        let used = self.columns.iter().filter(|column| !matches!(column.encoding, Encoding::None(_)));
        let written: Result<Vec<Written<'_>>, FeatureError> = used.map(|column| Written::new(column, table)).collect();
        let written = written?;
        let mut rows = Rows::new(self.width());
        for row in 0..table.rows() {
            rows.push(written.iter().map(|column| column.entry(row)));
        }
        Ok(rows)
    }

    /// The rows of a table that have a label, with their labels and where they are in the table.
    pub fn examples(&self, table: &Table, target: &Target) -> Result<Examples, FeatureError> {
        let labels = target.labels(table)?;
        let rows: Vec<usize> = (0..table.rows()).filter(|&row| labels[row].is_some()).collect();
        let x = self.rows(table)?.select(&rows);
        let y = labels.into_iter().flatten().collect();
        Ok(Examples { x, y, classes: target.classes().len(), rows })
    }
}

/// Rows with labels: what a model learns from.
#[derive(Clone, Debug, PartialEq)]
pub struct Examples {
    /// The features of each example.
    pub x: Rows,
    /// The label of each example.
    pub y: Vec<Class>,
    /// The number of classes, which may be more than the labels show.
    pub classes: usize,
    /// The row of the table that each example is, counted from 0.
    pub rows: Vec<usize>,
}

impl Examples {
    /// The number of examples.
    pub fn len(&self) -> usize {
        self.y.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.y.is_empty()
    }

    /// Some of the examples, in the given order.
    pub fn select(&self, chosen: &[usize]) -> Examples {
        Examples {
            x: self.x.select(chosen),
            y: chosen.iter().map(|&example| self.y[example]).collect(),
            classes: self.classes,
            rows: chosen.iter().map(|&example| self.rows[example]).collect(),
        }
    }
}

/// The feature of each value of one column of a table.
struct Written<'a> {
    codes: &'a [Code],
    of_code: Vec<(u32, f64)>,
    missing: (u32, f64),
}

impl<'a> Written<'a> {
    fn new(features: &ColumnFeatures, table: &'a Table) -> Result<Self, FeatureError> {
        let id = table.schema().find(&features.column);
        let column = table.column(id.ok_or_else(|| FeatureError::NoSuchColumn { column: features.column.clone() })?);
        let (first, missing) = (features.first, features.first + features.encoding.missing());
        let entry = |text: &str| {
            if text.trim().is_empty() {
                return (missing, 1.0);
            }
            match &features.encoding {
                Encoding::Number { mean, deviation } => parse_number(text)
                    .map_or((first + 2, 1.0), |number| (first, standardised(number, *mean, *deviation))),
                Encoding::Levels { levels, rare } => {
                    let place = levels.binary_search_by(|level| level.as_str().cmp(text));
                    let is_rare = || rare.binary_search_by(|level| level.as_str().cmp(text)).is_ok();
                    let pooled = || levels.len() + usize::from(!is_rare());
                    (first + place.unwrap_or_else(|_| pooled()) as u32, 1.0)
                }
                Encoding::None(_) => unreachable!("columns without features are not written"),
            }
        };
        let of_code = column.dictionary().iter().map(|(_, text)| entry(text)).collect();
        Ok(Written { codes: column.codes(), of_code, missing: (missing, 1.0) })
    }

    fn entry(&self, row: usize) -> (u32, f64) {
        let code = self.codes[row];
        if code.is_null() { self.missing } else { self.of_code[code.index()] }
    }
}

/// The distance of a number from the mean in standard deviations, within what a model can reckon with: a table that was not
/// fitted on may hold any number.
fn standardised(number: f64, mean: f64, deviation: f64) -> f64 {
    const FURTHEST: f64 = 1e6;
    (number / deviation - mean / deviation).clamp(-FURTHEST, FURTHEST)
}

impl Encoding {
    /// The place of the feature of missing values among those of the column.
    fn missing(&self) -> u32 {
        match self {
            Encoding::Number { .. } => 1,
            Encoding::Levels { levels, .. } => levels.len() as u32 + 2,
            Encoding::None(_) => 0,
        }
    }
}

/// The values that are not blank, with the number of rows that have each.
pub(crate) fn held(column: &Column) -> Vec<(&str, usize)> {
    let counts = count_codes(column.codes(), column.dictionary().len());
    let held = column.dictionary().iter().map(|(code, text)| (text, counts[code.index()] as usize));
    held.filter(|(text, count)| *count > 0 && !text.trim().is_empty()).collect()
}

/// The numbers among values, with their rows, where seven in ten rows have one: dirt makes numbers unreadable, and the column
/// is still one of numbers.
pub(crate) fn numbers(held: &[(&str, usize)]) -> Option<Vec<(f64, usize)>> {
    let read = |&(text, count): &(&str, usize)| parse_number(text).map(|number| (number, count));
    let numbers: Vec<(f64, usize)> = held.iter().filter_map(read).collect();
    let rows: usize = numbers.iter().map(|(_, count)| count).sum();
    let all: usize = held.iter().map(|(_, count)| count).sum();
    (rows > 0 && 10 * rows >= 7 * all).then_some(numbers)
}

fn encoding(column: &Column, settings: &FeatureSettings) -> Encoding {
    let held = held(column);
    let missing = column.len() - held.iter().map(|(_, count)| count).sum::<usize>();
    if held.is_empty() || (held.len() == 1 && missing == 0) {
        return Encoding::None(LeftOut::Constant);
    }
    if is_identifier(&held) {
        return Encoding::None(LeftOut::Identifier);
    }
    match numbers(&held) {
        Some(mut numbers) => {
            // In the order of the numbers, so that sums do not depend on that of the rows.
            numbers.sort_by(|a, b| a.0.total_cmp(&b.0));
            let rows = numbers.iter().map(|(_, count)| *count as f64).sum::<f64>();
            let mean = numbers.iter().map(|&(number, count)| number * (count as f64 / rows)).sum::<f64>();
            // In units of the largest distance, as squares of numbers may be too large for a number.
            let furthest = numbers.iter().map(|(number, _)| (0.5 * number - 0.5 * mean).abs()).fold(0.0, f64::max);
            let unit = if furthest > 0.0 { furthest } else { 1.0 };
            let square =
                |&(number, count): &(f64, usize)| ((0.5 * number - 0.5 * mean) / unit).powi(2) * (count as f64 / rows);
            let deviation = numbers.iter().map(square).sum::<f64>().sqrt();
            let deviation = (2.0 * deviation * unit).clamp(0.0, f64::MAX);
            // One number, and something else in other rows: what tells them apart is that.
            Encoding::Number { mean, deviation: if deviation > 0.0 { deviation } else { 1.0 } }
        }
        None => levels(held, settings),
    }
}

fn levels(mut held: Vec<(&str, usize)>, settings: &FeatureSettings) -> Encoding {
    let rows: usize = held.iter().map(|(_, count)| count).sum();
    held.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
    let frequent = held.iter().take(settings.most_levels).take_while(|level| level.1 >= settings.least_rows).count();
    if frequent == 0 || 2 * held.len() > rows {
        return Encoding::None(LeftOut::NearUnique);
    }
    let in_order = |levels: &[(&str, usize)]| {
        let mut texts: Vec<String> = levels.iter().map(|(text, _)| (*text).to_owned()).collect();
        texts.sort_unstable();
        texts
    };
    Encoding::Levels { levels: in_order(&held[..frequent]), rare: in_order(&held[frequent..]) }
}

/// Whether whole numbers number the rows: at least twenty that all differ, and are without many gaps or of one length of five
/// digits or more.
fn is_identifier(held: &[(&str, usize)]) -> bool {
    let rows: usize = held.iter().map(|(_, count)| count).sum();
    if rows < 20 || 100 * held.len() < 99 * rows {
        return false;
    }
    let whole = |(text, _): &(&str, usize)| text.trim().parse::<i64>().ok();
    let Some(numbers) = held.iter().map(whole).collect::<Option<Vec<i64>>>() else {
        return false;
    };
    let (least, most) = (numbers.iter().min().copied().unwrap_or(0), numbers.iter().max().copied().unwrap_or(0));
    let digits = |number: i64| number.unsigned_abs().checked_ilog10().unwrap_or(0) + 1;
    let gapless = most.abs_diff(least) < 2 * rows as u64;
    gapless || (least > 0 && digits(least) >= 5 && digits(least) == digits(most))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::RareClasses;

    fn column(cells: &[&str]) -> Column {
        cells.iter().map(|&cell| (cell != "-").then_some(cell)).collect()
    }

    fn table(columns: &[(&str, &[&str])]) -> Table {
        Table::new(columns.iter().map(|(name, cells)| ((*name).to_owned(), column(cells))).collect()).unwrap()
    }

    fn featuriser(table: &Table) -> Featuriser {
        Featuriser::fit(table, "t", &FeatureSettings { least_rows: 2, ..FeatureSettings::default() }).unwrap()
    }

    #[test]
    fn numbers_are_standardised_and_levels_become_features() {
        let dirty = table(&[
            ("x", &["1", "3", "-", "1", "3", "?", "-"]),
            ("c", &["a", "a", "b", "b", "z", "-", "b"]),
            ("t", &["0", "1", "0", "1", "0", "1", "0"]),
        ]);
        let space = featuriser(&dirty);
        let names = ["x", "x (missing)", "x (no number)", "c = a", "c = b", "c (rare)", "c (new)", "c (missing)"];
        assert_eq!(space.names(), names);
        let rows = space.rows(&dirty).unwrap();
        let entries = |row: usize| rows.row(row).collect::<Vec<_>>();
        assert_eq!(entries(0), [(0, -1.0), (3, 1.0)]);
        assert_eq!(entries(2), [(1, 1.0), (4, 1.0)]);
        assert_eq!(entries(4), [(0, 1.0), (5, 1.0)]);
        assert_eq!(entries(5), [(2, 1.0), (7, 1.0)]);
    }

    #[test]
    fn another_table_is_written_in_the_same_space() {
        let space = featuriser(&table(&[("c", &["a", "a", "b", "b"]), ("t", &["0", "1", "0", "1"])]));
        let other = table(&[("t", &["1", "0", "1"]), ("more", &["1", "2", "3"]), ("c", &["new", "b", "-"])]);
        let rows = space.rows(&other).unwrap();
        assert_eq!((0..3).map(|row| rows.row(row).next().unwrap().0).collect::<Vec<_>>(), [3, 1, 4]);
        let lacks = space.rows(&table(&[("t", &["1"])])).unwrap_err();
        assert_eq!(lacks, FeatureError::NoSuchColumn { column: "c".into() });
    }

    #[test]
    fn numbers_of_any_size_are_standardised() {
        let dirty = table(&[("x", &["1e308", "-1e308", "1e308", "-1e308"]), ("t", &["0", "1", "0", "1"])]);
        let space = featuriser(&dirty);
        let entry = |table: &Table, row: usize| space.rows(table).unwrap().row(row).next().unwrap().1;
        assert!((entry(&dirty, 0) - 1.0).abs() < 1e-9 && (entry(&dirty, 1) + 1.0).abs() < 1e-9);
        let small = featuriser(&table(&[("x", &["1", "2", "1", "2"]), ("t", &["0", "1", "0", "1"])]));
        let far = small.rows(&table(&[("x", &["1e308"])])).unwrap();
        assert_eq!(far.row(0).next(), Some((0, 1e6)));
    }

    #[test]
    fn what_names_or_numbers_the_rows_is_no_feature() {
        let numbered: Vec<String> = (1..=40).map(|row| row.to_string()).collect();
        let phones: Vec<String> = (0..40).map(|row| (55_500_000 + 7919 * row).to_string()).collect();
        let names: Vec<String> = (0..40).map(|row| format!("name {}", row % 30)).collect();
        let sizes: Vec<String> = (0..40).map(|row| format!("{}", 3 * row * row)).collect();
        let columns = [("id", &numbered), ("phone", &phones), ("name", &names), ("size", &sizes)];
        let columns = columns
            .map(|(name, cells)| (name.to_owned(), cells.iter().map(|cell| Some(cell.as_str())).collect::<Column>()));
        let table = Table::new(columns.into()).unwrap();
        let left_out = Featuriser::fit(&table, "t", &FeatureSettings::default()).unwrap();
        let left_out: Vec<_> = left_out.columns().iter().map(|column| column.encoding.clone()).collect();
        assert_eq!(left_out[0], Encoding::None(LeftOut::Identifier));
        assert_eq!(left_out[1], Encoding::None(LeftOut::Identifier));
        assert_eq!(left_out[2], Encoding::None(LeftOut::NearUnique));
        assert!(matches!(left_out[3], Encoding::Number { .. }));
    }

    #[test]
    fn levels_are_bounded() {
        let cells: Vec<String> = (0..200).map(|row| format!("level {}", row % 40)).collect();
        let column: Column = cells.iter().map(|cell| Some(cell.as_str())).collect();
        let settings = FeatureSettings { most_levels: 10, ..FeatureSettings::default() };
        let Encoding::Levels { levels, rare } = encoding(&column, &settings) else { panic!("a column of levels") };
        assert_eq!((levels.len(), rare.len()), (10, 30));
    }

    #[test]
    fn examples_are_the_rows_that_have_a_label() {
        let dirty = table(&[("x", &["1", "2", "3", "4", "5"]), ("t", &["a", "-", "b", "a", "b"])]);
        let target = Target::fit(&dirty, "t", 2, RareClasses::Refuse).unwrap();
        let examples = featuriser(&dirty).examples(&dirty, &target).unwrap();
        assert_eq!(examples.rows, [0, 2, 3, 4]);
        assert_eq!(examples.y, [Class(0), Class(1), Class(0), Class(1)]);
        assert_eq!(examples.x.len(), 4);
    }

    #[test]
    fn a_table_without_features_says_why() {
        let error =
            Featuriser::fit(&table(&[("k", &["1", "1"]), ("t", &["a", "b"])]), "t", &FeatureSettings::default());
        let columns = vec![("k".to_owned(), LeftOut::Constant), ("t".to_owned(), LeftOut::Asked)];
        assert_eq!(error.unwrap_err(), FeatureError::NoFeatures { columns });
    }
}
