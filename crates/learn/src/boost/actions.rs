//! What is done to doubtful cells. An action is fitted on the rows of training without their doubtful cells, and done to any.

use std::collections::BTreeMap;

use lustrate_table::{AttributeId, Column, ColumnBuilder, RowId, Table, parse_number};
use serde::{Deserialize, Serialize};

use super::detectors::Marks;
use crate::ridge::Ridge;
use crate::{Class, FeatureSettings, Featuriser, Logistic, LogisticSettings};

/// Rows that a column is learned from the others on; more teach little about the usual value.
const MOST_ROWS: usize = 2000;

/// Levels that may be put in the place of a doubtful one.
const MOST_LEVELS: usize = 20;

/// What is done to doubtful cells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Action {
    /// Nothing.
    Keep,
    /// The mean of the column; the most frequent level of a category.
    Mean,
    /// The median of the column; the most frequent level of a category.
    Median,
    /// The most frequent value.
    Mode,
    /// Zero; a missing value for a category.
    Default,
    /// The row is left out of training.
    Delete,
    /// The nearest number that is not doubtful; the most frequent level of a category.
    Clip,
    /// What a model of the other columns says, without the target: a ridge regression of numbers, a logistic one of levels.
    Model,
}

/// An action that knows the usual values of each column.
pub(super) struct Repair {
    action: Action,
    /// For each column of which a cell was marked, by name.
    fills: Vec<(String, Fill)>,
}

enum Fill {
    /// One value, or none.
    Value(Option<String>),
    /// The number within the range, or the value where there is no number.
    Range {
        low: f64,
        high: f64,
        otherwise: Option<String>,
    },
    Numbers {
        space: Box<Featuriser>,
        ridge: Ridge,
        whole: bool,
    },
    Levels {
        space: Box<Featuriser>,
        model: Logistic,
        levels: Vec<String>,
    },
}

impl Repair {
    /// Learns the usual values of the columns with marked cells.
    pub(super) fn fit(action: Action, table: &Table, marks: &Marks, target: &str) -> Repair {
        let mut fills = Vec::new();
        if !matches!(action, Action::Keep | Action::Delete) {
            // A cell may be marked in rows that are predicted though none was in training.
            for id in table.schema().ids().filter(|&id| table.schema().name(id) != target) {
                let marked = marks.of_column(id.index());
                let usual = Usual::new(table.column(id), marked);
                let fill = match (action, marked) {
                    (Action::Model, Some(marked)) => model(table, id, marked, &usual, target),
                    _ => None,
                };
                fills.push((table.schema().name(id).to_owned(), fill.unwrap_or_else(|| usual.fill(action))));
            }
        }
        Repair { action, fills }
    }

    /// The table with the marked cells repaired, and the rows that are kept.
    pub(super) fn apply(&self, table: &Table, marks: &Marks) -> (Table, Vec<usize>) {
        let mut repaired = table.clone();
        for (name, fill) in &self.fills {
            let Some(id) = table.schema().find(name) else { continue };
            if let Some(marked) = marks.of_column(id.index()) {
                repaired.replace(id, fill.column(table, id, marked));
            }
        }
        let kept = if self.action == Action::Delete { marks.unmarked_rows() } else { (0..table.rows()).collect() };
        (repaired, kept)
    }
}

/// The values of a column that are not doubtful.
struct Usual<'a> {
    /// The numbers with their rows, in order, where most values are numbers.
    numbers: Option<Vec<(f64, usize)>>,
    /// The most frequent value.
    mode: Option<&'a str>,
    /// The values with their rows.
    counts: BTreeMap<&'a str, usize>,
}

impl<'a> Usual<'a> {
    fn new(column: &'a Column, marked: Option<&[bool]>) -> Self {
        let mut counts = vec![0usize; column.dictionary().len()];
        for (row, code) in column.codes().iter().enumerate().filter(|(_, code)| !code.is_null()) {
            counts[code.index()] += usize::from(!marked.is_some_and(|marked| marked[row]));
        }
        let held = column.dictionary().iter().map(|(code, text)| (text, counts[code.index()]));
        let counts: BTreeMap<&str, usize> =
            held.filter(|(text, count)| *count > 0 && !text.trim().is_empty()).collect();
        let values: Vec<(&str, usize)> = counts.iter().map(|(text, count)| (*text, *count)).collect();
        let numbers = crate::features::numbers(&values).map(|mut numbers| {
            numbers.sort_by(|a, b| a.0.total_cmp(&b.0));
            numbers
        });
        let mode = values.iter().rev().max_by_key(|(_, count)| *count).map(|(text, _)| *text);
        Usual { numbers, mode, counts }
    }

    fn fill(&self, action: Action) -> Fill {
        let mode = || self.mode.map(str::to_owned);
        let Some(numbers) = &self.numbers else {
            return Fill::Value(if action == Action::Default { None } else { mode() });
        };
        let rows: usize = numbers.iter().map(|(_, count)| count).sum();
        let median = || {
            let mut below = 0;
            let middle = numbers.iter().find(|(_, count)| {
                below += count;
                2 * below >= rows
            });
            middle.map(|(number, _)| number.to_string())
        };
        match action {
            Action::Mean => {
                let sum: f64 = numbers.iter().map(|&(number, count)| number * count as f64).sum();
                Fill::Value(Some((sum / rows as f64).to_string()))
            }
            Action::Mode => Fill::Value(mode()),
            Action::Default => Fill::Value(Some("0".to_owned())),
            Action::Clip => Fill::Range {
                low: numbers.first().map_or(0.0, |first| first.0),
                high: numbers.last().map_or(0.0, |last| last.0),
                otherwise: median(),
            },
            _ => Fill::Value(median()),
        }
    }
}

/// A model of one column by the others; `None` where too few rows teach it, or no other column is a feature.
fn model(table: &Table, id: AttributeId, marked: &[bool], usual: &Usual<'_>, target: &str) -> Option<Fill> {
    let column = table.column(id);
    let known: Vec<RowId> = table
        .row_ids()
        .filter(|row| !marked[row.index()] && column.text(*row).is_some_and(|text| !text.trim().is_empty()))
        .collect();
    let step = known.len().div_ceil(MOST_ROWS).max(1);
    let rows: Vec<RowId> = known.into_iter().step_by(step).collect();
    let sample = table.select(&rows);
    let features = FeatureSettings { exclude: vec![target.to_owned()], most_levels: 20, ..FeatureSettings::default() };
    let space = Box::new(Featuriser::fit(&sample, table.schema().name(id), &features).ok()?);
    let x = space.rows(&sample).ok()?;
    let cells = sample.column(id);
    if let Some(numbers) = &usual.numbers {
        let value = |row: RowId| cells.text(row).and_then(parse_number);
        let read: Vec<(usize, f64)> = sample.row_ids().filter_map(|row| Some((row.index(), value(row)?))).collect();
        if read.len() < 20 {
            return None;
        }
        let inputs: Vec<Vec<f64>> = read.iter().map(|&(row, _)| x.dense_row(row)).collect();
        let outputs: Vec<Vec<f64>> = read.iter().map(|&(_, number)| vec![number]).collect();
        let ridge = Ridge::fit(&inputs, &outputs, 1.0);
        let whole = numbers.iter().all(|(number, _)| number.fract() == 0.0);
        return Some(Fill::Numbers { space, ridge, whole });
    }
    let mut levels: Vec<(&str, usize)> = usual.counts.iter().map(|(text, count)| (*text, *count)).collect();
    levels.sort_by_key(|level| std::cmp::Reverse(level.1));
    levels.truncate(MOST_LEVELS);
    let levels: Vec<String> = levels.into_iter().map(|(text, _)| text.to_owned()).collect();
    if levels.len() < 2 || rows.len() < 20 {
        return None;
    }
    let class = |row: RowId| levels.iter().position(|level| Some(level.as_str()) == cells.text(row));
    let read: Vec<(usize, Class)> =
        sample.row_ids().filter_map(|row| Some((row.index(), Class(class(row)? as u32)))).collect();
    let (places, y): (Vec<usize>, Vec<Class>) = read.into_iter().unzip();
    let settings = LogisticSettings { tolerance: 1e-3, most_steps: 50, ..LogisticSettings::default() };
    let start = Logistic::new(x.width(), levels.len());
    let model = Logistic::fit(start, &x.select(&places), &y, None, &settings);
    Some(Fill::Levels { space, model, levels })
}

impl Fill {
    /// The column with its marked cells filled.
    fn column(&self, table: &Table, id: AttributeId, marked: &[bool]) -> Column {
        let column = table.column(id);
        let rows: Vec<RowId> = table.row_ids().filter(|row| marked[row.index()]).collect();
        let filled: Vec<Option<String>> = match self {
            Fill::Value(value) => vec![value.clone(); rows.len()],
            Fill::Range { low, high, otherwise } => {
                let within = |text: &str| parse_number(text).map(|number| number.clamp(*low, *high).to_string());
                let fill = |&row: &RowId| column.text(row).and_then(within).or_else(|| otherwise.clone());
                rows.iter().map(fill).collect()
            }
            Fill::Numbers { space, ridge, whole } => {
                let Ok(x) = space.rows(&table.select(&rows)) else { return column.clone() };
                let said = (0..rows.len()).map(|row| ridge.predict(&x.row(row).collect::<Vec<_>>())[0]);
                said.map(|number| Some(if *whole { number.round() } else { number }.to_string())).collect()
            }
            Fill::Levels { space, model, levels } => {
                let Ok(x) = space.rows(&table.select(&rows)) else { return column.clone() };
                let p = model.probabilities(&x);
                (0..rows.len()).map(|row| Some(levels[p.argmax(row).index()].clone())).collect()
            }
        };
        let mut filled = filled.iter();
        let mut next = || filled.next().and_then(|value| value.as_deref());
        let mut builder = ColumnBuilder::new();
        builder.extend(table.row_ids().map(|row| if marked[row.index()] { next() } else { column.text(row) }));
        builder.finish()
    }
}

#[cfg(test)]
mod tests {
    use super::super::Detector;
    use super::*;

    /// The first column after an action on its missing cells.
    fn repaired(action: Action, cells: &[&str], other: &[&str]) -> (Vec<String>, usize) {
        let column = |cells: &[&str]| cells.iter().map(|&cell| (cell != "-").then_some(cell)).collect::<Column>();
        let table = Table::new(vec![("x".to_owned(), column(cells)), ("o".to_owned(), column(other))]).unwrap();
        let marks = Detector::MissingOrUnparsable.fit(&table, "t").marks(&table);
        let (repaired, kept) = Repair::fit(action, &table, &marks, "t").apply(&table, &marks);
        let text = |row: RowId| repaired.column(AttributeId(0)).text(row).unwrap_or("-").to_owned();
        (repaired.row_ids().map(text).collect(), kept.len())
    }

    #[test]
    fn each_action_puts_its_value_in_the_place_of_the_doubtful_one() {
        let numbers = ["1", "1", "4", "-"];
        let fourth = |action: Action| repaired(action, &numbers, &["a"; 4]).0[3].clone();
        assert_eq!([Action::Mean, Action::Median, Action::Default, Action::Keep].map(fourth), ["2", "1", "0", "-"]);
        let levels = ["a", "b", "b", "-"];
        assert_eq!(repaired(Action::Mean, &levels, &["a"; 4]).0[3], "b");
        assert_eq!(repaired(Action::Default, &levels, &["a"; 4]).0[3], "-");
        assert_eq!(repaired(Action::Delete, &levels, &["a"; 4]), (levels.map(str::to_owned).to_vec(), 3));
    }

    #[test]
    fn a_model_reads_the_value_off_the_other_columns() {
        let rows: Vec<usize> = (0..60).collect();
        let others: Vec<String> = rows.iter().map(|row| (row * 7 % 50).to_string()).collect();
        let others: Vec<&str> = others.iter().map(String::as_str).collect();
        let numbers: Vec<String> =
            others.iter().map(|other| (3 * other.parse::<i64>().unwrap() + 2).to_string()).collect();
        let mut numbers: Vec<&str> = numbers.iter().map(String::as_str).collect();
        let wanted: f64 = numbers[9].parse().unwrap();
        numbers[9] = "-";
        let said: f64 = repaired(Action::Model, &numbers, &others).0[9].parse().unwrap();
        assert!((said - wanted).abs() <= 5.0, "{said} for {wanted}");
        let mut levels: Vec<&str> =
            others.iter().map(|other| if other.parse::<i64>().unwrap() < 25 { "low" } else { "high" }).collect();
        let wanted = levels[9];
        levels[9] = "-";
        assert_eq!(repaired(Action::Model, &levels, &others).0[9], wanted);
    }
}
