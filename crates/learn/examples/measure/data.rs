//! A CSV file as a table with a target, cut into parts.

use std::error::Error;

use lustrate_learn::{
    Class, Examples, FeatureSettings, Featuriser, Logistic, LogisticSettings, RareClasses, Rows, Score, Target,
    stratified_split,
};
use lustrate_table::{ColumnBuilder, RowId, Table};

/// A table and the name of its target.
pub struct Data {
    pub table: Table,
    pub target: String,
}

/// A part that is worked on, and one that judges, in one space.
pub struct Parts {
    pub space: Featuriser,
    pub target: Target,
    pub work: Examples,
    pub judges: Examples,
}

/// Reads a file with a header; empty fields are missing. Of many rows, so many are taken at even distances.
pub fn read(file: &str, target: &str, rows: Option<usize>) -> Result<Data, Box<dyn Error>> {
    let mut reader = csv::Reader::from_path(file)?;
    let names: Vec<String> = reader.headers()?.iter().map(str::to_owned).collect();
    let mut columns = vec![ColumnBuilder::new(); names.len()];
    for record in reader.records() {
        for (column, field) in columns.iter_mut().zip(record?.iter()) {
            column.push((!field.is_empty()).then_some(field));
        }
    }
    let table = Table::new(names.into_iter().zip(columns.into_iter().map(ColumnBuilder::finish)).collect())?;
    let rows = rows.unwrap_or(table.rows()).min(table.rows());
    let chosen: Vec<RowId> = (0..rows).map(|row| RowId((row * table.rows() / rows) as u32)).collect();
    Ok(Data { table: table.select(&chosen), target: target.to_owned() })
}

impl Data {
    pub fn parts(&self, seed: u64) -> Result<Parts, Box<dyn Error>> {
        let target = Target::fit(&self.table, &self.target, 5, RareClasses::Refuse)?;
        let space = Featuriser::fit(&self.table, &self.target, &FeatureSettings::default())?;
        let examples = space.examples(&self.table, &target)?;
        let (work, judges) = stratified_split(&examples.y, 0.7, seed);
        Ok(Parts { work: examples.select(&work), judges: examples.select(&judges), space, target })
    }
}

/// A model of examples with weights.
pub fn fit(x: &Rows, y: &[Class], classes: usize, weights: Option<&[f64]>) -> Logistic {
    Logistic::fit(Logistic::new(x.width(), classes), x, y, weights, &LogisticSettings::default())
}

/// How well such a model predicts other examples.
pub fn score(x: &Rows, y: &[Class], weights: Option<&[f64]>, judges: &Examples) -> Score {
    Score::new(&fit(x, y, judges.classes, weights).probabilities(&judges.x), &judges.y)
}

/// The mean precision at the wrong rows, when rows are in the order of their scores, the least first.
pub fn average_precision(scores: &[f64], wrong: &[bool]) -> f64 {
    let mut order: Vec<usize> = (0..scores.len()).collect();
    order.sort_by(|&a, &b| scores[a].total_cmp(&scores[b]));
    let (mut found, mut sum) = (0.0, 0.0);
    for (place, row) in order.into_iter().enumerate() {
        if wrong[row] {
            found += 1.0;
            sum += found / (place + 1) as f64;
        }
    }
    sum / found
}

/// The share of pairs of a wrong row and a right one of which the wrong one has the larger score.
pub fn area_under_curve(scores: &[f64], wrong: &[bool]) -> f64 {
    let mut order: Vec<usize> = (0..scores.len()).collect();
    order.sort_by(|&a, &b| scores[a].total_cmp(&scores[b]));
    let (mut right_below, mut pairs) = (0.0, 0.0);
    for row in order {
        if wrong[row] {
            pairs += right_below;
        } else {
            right_below += 1.0;
        }
    }
    pairs / (right_below * (scores.len() as f64 - right_below))
}

/// The mean of figures of several seeds.
#[derive(Clone, Debug, Default)]
pub struct Mean(Vec<f64>);

impl Mean {
    pub fn push(&mut self, figure: f64) {
        self.0.push(figure);
    }
}

impl std::fmt::Display for Mean {
    /// The mean and its standard error over the seeds.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let count = self.0.len() as f64;
        let mean = self.0.iter().sum::<f64>() / count;
        let square: f64 = self.0.iter().map(|figure| (figure - mean).powi(2)).sum();
        write!(f, "{mean:.4} ± {:.4}", (square / (count - 1.0).max(1.0) / count).sqrt())
    }
}
