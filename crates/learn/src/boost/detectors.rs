//! Which cells are doubtful. A detector is fitted on the rows of training, and marks the cells of any rows by what it learned.

use std::collections::{BTreeMap, BTreeSet};

use lustrate_table::{CellId, Column, Kind, Table, parse_number};
use serde::{Deserialize, Serialize};

use super::actions::Action;
use super::isolation_forest::IsolationForest;
use crate::features::{held, numbers};

/// A way to find doubtful cells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Detector {
    /// Missing values, and text among numbers.
    MissingOrUnparsable,
    /// Numbers more than three standard deviations from the mean.
    ZScore,
    /// Numbers more than one and a half times the distance of the quartiles beyond these (Tukey).
    InterquartileRange,
    /// Numbers more than three and a half times the median deviation from the median, scaled as a standard deviation.
    MedianDeviation,
    /// Levels that fewer than one in five hundred rows have, and fewer than three.
    RareLevel,
    /// Texts whose shape (letters, digits, marks) less than one in a hundred has, where nine in ten share a few shapes.
    PatternMismatch,
    /// The least or the largest number where many rows have it and it stands far from all others: 999, −1.
    Sentinel,
    /// The numbers of rows that random cuts set apart soonest, two in a hundred at the most.
    IsolationForest,
    /// What any of the others marks.
    All,
}

impl Detector {
    /// All detectors.
    pub const ALL: [Detector; 9] = [
        Detector::MissingOrUnparsable,
        Detector::ZScore,
        Detector::InterquartileRange,
        Detector::MedianDeviation,
        Detector::RareLevel,
        Detector::PatternMismatch,
        Detector::Sentinel,
        Detector::IsolationForest,
        Detector::All,
    ];

    /// What is tried on the marked cells, in training and in prediction; what would do the same twice is left out.
    pub(super) fn actions(self) -> Vec<(Action, Action)> {
        use Action::{Clip, Default, Delete, Keep, Mean, Median, Mode, Model};
        let same: &[Action] = match self {
            Detector::MissingOrUnparsable | Detector::Sentinel => &[Mean, Median, Mode, Default, Model],
            Detector::RareLevel | Detector::PatternMismatch => &[Mode, Default, Model],
            Detector::IsolationForest => &[Median, Model],
            _ => &[Mean, Median, Mode, Default, Clip, Model],
        };
        let same = same.iter().map(|&action| (action, action));
        same.chain([(Delete, Keep), (Delete, Median)]).collect()
    }

    /// What it doubts in each column but the target of which it doubts any cell, in words that rules can say. What random cuts set
    /// apart, no rule can.
    pub fn findings(self, table: &Table, target: &str) -> Vec<(String, Vec<Finding>)> {
        let doubts = |finding: &Finding, name: &str| {
            let column = table.schema().find(name).map(|id| table.column(id));
            column.is_some_and(|column| table.row_ids().any(|row| finding.marks(column.text(row))))
        };
        let of_column = |(name, findings): (String, Vec<Finding>)| {
            let found: Vec<Finding> = findings.into_iter().filter(|finding| doubts(finding, &name)).collect();
            (!found.is_empty()).then_some((name, found))
        };
        self.fit(table, target).columns.into_iter().filter_map(of_column).collect()
    }

    /// Learns what is usual in each column but the target.
    pub(super) fn fit(self, table: &Table, target: &str) -> FittedDetector {
        let check = |detector: Detector, column: &Column, kind: Kind| detector.check(column, kind);
        let ids = table.schema().ids().filter(|&id| table.schema().name(id) != target);
        let columns = ids.map(|id| {
            let (column, kind) = (table.column(id), table.schema().kind(id));
            let checks: Vec<Finding> = match self {
                Detector::All => Detector::ALL.iter().filter_map(|&detector| check(detector, column, kind)).collect(),
                detector => check(detector, column, kind).into_iter().collect(),
            };
            (table.schema().name(id).to_owned(), checks)
        });
        let columns = columns.collect();
        let forest =
            matches!(self, Detector::IsolationForest | Detector::All).then(|| Forest::fit(table, target)).flatten();
        FittedDetector { columns, forest }
    }

    /// What is doubtful in one column; `None` where nothing is.
    fn check(self, column: &Column, kind: Kind) -> Option<Finding> {
        let held = held(column);
        let rows: usize = held.iter().map(|(_, count)| count).sum();
        let read = numbers(&held).map(|mut numbers| {
            numbers.sort_by(|a, b| a.0.total_cmp(&b.0));
            numbers
        });
        match (self, read) {
            (Detector::MissingOrUnparsable, read) => Some(Finding::Missing { numbers: read.is_some() }),
            (Detector::ZScore, Some(numbers)) => {
                let rows: f64 = numbers.iter().map(|(_, count)| *count as f64).sum();
                let mean = numbers.iter().map(|&(number, count)| number * count as f64).sum::<f64>() / rows;
                let square = |&(number, count): &(f64, usize)| (number - mean).powi(2) * count as f64;
                let deviation = (numbers.iter().map(square).sum::<f64>() / rows).sqrt();
                Some(Finding::Outside { low: mean - 3.0 * deviation, high: mean + 3.0 * deviation })
            }
            (Detector::InterquartileRange, Some(numbers)) => {
                let (low, high) = (quantile(&numbers, 0.25), quantile(&numbers, 0.75));
                let beyond = 1.5 * (high - low);
                (beyond > 0.0).then_some(Finding::Outside { low: low - beyond, high: high + beyond })
            }
            (Detector::MedianDeviation, Some(numbers)) => {
                let median = quantile(&numbers, 0.5);
                let mut away: Vec<(f64, usize)> =
                    numbers.iter().map(|&(number, count)| ((number - median).abs(), count)).collect();
                away.sort_by(|a, b| a.0.total_cmp(&b.0));
                let beyond = 3.5 * 1.4826 * quantile(&away, 0.5);
                (beyond > 0.0).then_some(Finding::Outside { low: median - beyond, high: median + beyond })
            }
            (Detector::Sentinel, Some(numbers)) => {
                let found = sentinels(&numbers, rows);
                (!found.is_empty()).then_some(Finding::Numbers(found))
            }
            (Detector::RareLevel, None) if kind == Kind::Text => {
                let is_usual = |count: usize| count >= 3 && 500 * count >= rows;
                let usual: BTreeSet<String> =
                    held.iter().filter(|level| is_usual(level.1)).map(|level| level.0.to_owned()).collect();
                // A column of names has no usual levels.
                (!usual.is_empty() && 2 * held.len() <= rows).then_some(Finding::NotAmong(usual))
            }
            (Detector::PatternMismatch, None) if kind == Kind::Text => {
                let mut shapes: BTreeMap<String, usize> = BTreeMap::new();
                held.iter().for_each(|(text, count)| *shapes.entry(shape(text)).or_default() += count);
                let usual: BTreeMap<String, usize> =
                    shapes.into_iter().filter(|(_, count)| 100 * count >= rows).collect();
                let covered: usize = usual.values().sum();
                (usual.len() <= 10 && 10 * covered >= 9 * rows).then(|| Finding::NotShaped(usual.into_keys().collect()))
            }
            _ => None,
        }
    }
}

/// The number up to which a share of the rows goes.
fn quantile(sorted: &[(f64, usize)], share: f64) -> f64 {
    let rows: usize = sorted.iter().map(|(_, count)| count).sum();
    let mut below = 0;
    let reached = sorted.iter().find(|(_, count)| {
        below += count;
        below as f64 >= share * rows as f64
    });
    reached.or(sorted.last()).map_or(0.0, |(number, _)| *number)
}

/// The ends of the range that many rows have and that stand apart by more than half of what the rest spans, or are the only
/// negative number.
fn sentinels(numbers: &[(f64, usize)], rows: usize) -> Vec<f64> {
    let many = |count: usize| count >= 5 && 500 * count >= rows;
    let [first, .., last] = numbers else { return Vec::new() };
    if numbers.len() < 4 {
        return Vec::new();
    }
    let (second, last_but_one) = (numbers[1].0, numbers[numbers.len() - 2].0);
    let mut found = Vec::new();
    let alone = |gap: f64, span: f64| gap > 0.5 * span;
    if many(first.1) && (alone(second - first.0, last.0 - second) || (first.0 < 0.0 && second >= 0.0)) {
        found.push(first.0);
    }
    if many(last.1) && alone(last.0 - last_but_one, last_but_one - first.0) {
        found.push(last.0);
    }
    found
}

/// A text with runs of letters, digits and blanks each as one mark.
fn shape(text: &str) -> String {
    let mut shape = String::new();
    for letter in text.chars() {
        let mark = match letter {
            letter if letter.is_alphabetic() => 'a',
            letter if letter.is_numeric() => '9',
            letter if letter.is_whitespace() => ' ',
            letter => letter,
        };
        if !shape.ends_with(mark) {
            shape.push(mark);
        }
    }
    shape
}

/// What is doubtful in a column.
#[derive(Clone, Debug, PartialEq)]
pub enum Finding {
    /// What is missing.
    Missing {
        /// And text, as the column is one of numbers.
        numbers: bool,
    },
    /// Numbers beyond two others.
    Outside {
        /// The least number that is not doubtful.
        low: f64,
        /// The largest.
        high: f64,
    },
    /// Single numbers.
    Numbers(Vec<f64>),
    /// All texts but these.
    NotAmong(BTreeSet<String>),
    /// Texts of another shape than these: letters are `a`, digits `9`, blanks a blank, and a run of one of them is written once.
    NotShaped(BTreeSet<String>),
}

impl Finding {
    fn marks(&self, text: Option<&str>) -> bool {
        let Some(text) = text.filter(|text| !text.trim().is_empty()) else {
            return matches!(self, Finding::Missing { .. });
        };
        let number = || parse_number(text);
        match self {
            Finding::Missing { numbers } => *numbers && number().is_none(),
            Finding::Outside { low, high } => number().is_some_and(|number| number < *low || number > *high),
            Finding::Numbers(found) => number().is_some_and(|number| found.contains(&number)),
            Finding::NotAmong(usual) => !usual.contains(text),
            Finding::NotShaped(usual) => !usual.contains(&shape(text)),
        }
    }
}

/// A detector that knows what is usual.
pub(super) struct FittedDetector {
    columns: Vec<(String, Vec<Finding>)>,
    forest: Option<Forest>,
}

impl FittedDetector {
    /// The doubtful cells of a table with the columns of the one that was fitted on.
    pub(super) fn marks(&self, table: &Table) -> Marks {
        let mut marks = Marks { columns: vec![None; table.schema().len()], rows: table.rows() };
        for (name, checks) in self.columns.iter().filter(|(_, checks)| !checks.is_empty()) {
            let Some(id) = table.schema().find(name) else { continue };
            let column = table.column(id);
            let of_code: Vec<bool> = column
                .dictionary()
                .iter()
                .map(|(_, text)| checks.iter().any(|check| check.marks(Some(text))))
                .collect();
            let missing = checks.iter().any(|check| check.marks(None));
            let marked = column.codes().iter().map(|code| if code.is_null() { missing } else { of_code[code.index()] });
            marks.add(id.index(), marked.collect());
        }
        if let Some(forest) = &self.forest {
            let apart = forest.apart(table);
            for name in &forest.columns {
                let Some(id) = table.schema().find(name) else { continue };
                marks.add(id.index(), apart.clone());
            }
        }
        marks
    }
}

/// The forest over the columns of numbers.
struct Forest {
    columns: Vec<String>,
    medians: Vec<f64>,
    forest: IsolationForest,
    threshold: f64,
}

impl Forest {
    fn fit(table: &Table, target: &str) -> Option<Forest> {
        let (mut columns, mut medians) = (Vec::new(), Vec::new());
        for id in table.schema().ids().filter(|&id| table.schema().name(id) != target) {
            if let Some(mut numbers) = numbers(&held(table.column(id))) {
                numbers.sort_by(|a, b| a.0.total_cmp(&b.0));
                columns.push(table.schema().name(id).to_owned());
                medians.push(quantile(&numbers, 0.5));
            }
        }
        if columns.is_empty() || table.rows() < 10 {
            return None;
        }
        let rows = dense(table, &columns, &medians);
        let forest = IsolationForest::fit(&rows);
        let mut scores: Vec<f64> = rows.iter().map(|row| forest.score(row)).collect();
        scores.sort_by(f64::total_cmp);
        // Half is what a row without any peculiarity scores.
        let threshold = scores[scores.len() * 98 / 100].max(0.55);
        Some(Forest { columns, medians, forest, threshold })
    }

    fn apart(&self, table: &Table) -> Vec<bool> {
        let rows = dense(table, &self.columns, &self.medians);
        rows.iter().map(|row| self.forest.score(row) > self.threshold).collect()
    }
}

/// The numbers of the columns row by row, medians where there is none.
fn dense(table: &Table, columns: &[String], medians: &[f64]) -> Vec<Vec<f64>> {
    let mut rows = vec![vec![0.0; columns.len()]; table.rows()];
    for (place, (name, &median)) in columns.iter().zip(medians).enumerate() {
        let column = table.schema().find(name).map(|id| table.column(id));
        let read: Vec<f64> = column
            .map(|column| column.dictionary().iter().map(|(_, text)| parse_number(text).unwrap_or(median)).collect())
            .unwrap_or_default();
        for (row, values) in rows.iter_mut().enumerate() {
            let code = column.map(|column| column.codes()[row]).filter(|code| !code.is_null());
            values[place] = code.map_or(median, |code| read[code.index()]);
        }
    }
    rows
}

/// The cells of a table that a detector doubts.
pub(super) struct Marks {
    /// For each column of which a cell is marked, the rows.
    columns: Vec<Option<Vec<bool>>>,
    rows: usize,
}

impl Marks {
    /// The marks of given cells.
    pub(super) fn new(table: &Table, cells: impl IntoIterator<Item = CellId>) -> Self {
        let mut marks = Marks { columns: vec![None; table.schema().len()], rows: table.rows() };
        for cell in cells {
            marks.columns[cell.attribute.index()].get_or_insert_with(|| vec![false; table.rows()])[cell.row.index()] =
                true;
        }
        marks
    }

    /// The marks of some rows.
    pub(super) fn select(&self, rows: &[usize]) -> Self {
        let mut marks = Marks { columns: vec![None; self.columns.len()], rows: rows.len() };
        for (column, marked) in self.columns.iter().enumerate() {
            if let Some(marked) = marked {
                marks.add(column, rows.iter().map(|&row| marked[row]).collect());
            }
        }
        marks
    }

    fn add(&mut self, column: usize, marked: Vec<bool>) {
        if !marked.contains(&true) {
            return;
        }
        match &mut self.columns[column] {
            Some(known) => known.iter_mut().zip(marked).for_each(|(known, marked)| *known |= marked),
            none => *none = Some(marked),
        }
    }

    /// The rows in which a column is marked; `None` where none is.
    pub(super) fn of_column(&self, column: usize) -> Option<&[bool]> {
        self.columns[column].as_deref()
    }

    /// The number of marked cells.
    pub(super) fn cells(&self) -> usize {
        self.columns.iter().flatten().flatten().filter(|marked| **marked).count()
    }

    /// The rows without a marked cell.
    pub(super) fn unmarked_rows(&self) -> Vec<usize> {
        (0..self.rows).filter(|&row| self.columns.iter().flatten().all(|column| !column[row])).collect()
    }
}

#[cfg(test)]
mod tests {
    use lustrate_table::AttributeId;

    use super::*;

    /// The rows of one column that a detector marks.
    fn marked(detector: Detector, cells: &[String]) -> Vec<usize> {
        let column: Column = cells.iter().map(|cell| (cell != "-").then_some(cell.as_str())).collect();
        let table = Table::new(vec![("x".to_owned(), column)]).unwrap();
        let marks = detector.fit(&table, "t").marks(&table);
        let of_column = marks.of_column(AttributeId(0).index()).unwrap_or_default();
        (0..of_column.len()).filter(|&row| of_column[row]).collect()
    }

    fn with(mut cells: Vec<String>, other: &[&str]) -> Vec<String> {
        cells.extend(other.iter().map(|&cell| cell.to_owned()));
        cells
    }

    fn numbers_to(most: usize) -> Vec<String> {
        (0..100).map(|row| (row * 37 % most).to_string()).collect()
    }

    #[test]
    fn each_detector_marks_what_it_is_for() {
        let numbers = numbers_to(50);
        assert_eq!(marked(Detector::MissingOrUnparsable, &with(numbers.clone(), &["-", "x", "7"])), [100, 101]);
        for detector in [Detector::ZScore, Detector::InterquartileRange, Detector::MedianDeviation] {
            assert_eq!(marked(detector, &with(numbers.clone(), &["500", "20"])), [100], "{detector:?}");
        }
        let sentinels = marked(Detector::Sentinel, &with(numbers.clone(), &["999"; 6]));
        assert_eq!(sentinels, [100, 101, 102, 103, 104, 105]);
        let levels: Vec<String> = (0..100).map(|row| ["red", "blue"][row % 2].to_owned()).collect();
        assert_eq!(marked(Detector::RareLevel, &with(levels.clone(), &["blu"])), [100]);
        let codes: Vec<String> = (0..200).map(|row| format!("ab-{}", row % 70)).collect();
        assert_eq!(marked(Detector::PatternMismatch, &with(codes, &["ab/7"])), [200]);
        assert_eq!(marked(Detector::All, &with(numbers, &["-", "500"])), [100, 101]);
    }

    #[test]
    fn usual_values_are_not_marked() {
        for detector in Detector::ALL
            .into_iter()
            .filter(|&detector| detector != Detector::IsolationForest && detector != Detector::All)
        {
            assert_eq!(marked(detector, &numbers_to(50)), [0; 0], "{detector:?}");
        }
    }
}
