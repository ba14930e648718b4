//! What cleaning does to a row, learned from the rows that were cleaned.

use super::{Drawn, Pool};
use crate::ridge::Ridge;
use crate::{Class, Encoding, Examples, Rows};

/// Changed rows from which repairs can be learned.
const LEAST_ROWS: usize = 10;

/// Changed rows that repairs are learned from at the most, taken at even distances: the work grows with their square.
const MOST_ROWS: usize = 1000;

/// The share of changed rows in which a column, or a label, must have changed for its repair to be learned.
const COLUMN_SHARE: f64 = 0.2;
const LABEL_SHARE: f64 = 0.5;

/// The repair of some columns and labels.
pub(super) struct LearnedRepair {
    /// The features of the columns that are repaired.
    blocks: Vec<std::ops::Range<usize>>,
    /// What these become, one after the other.
    ridge: Option<Ridge>,
    /// What each label becomes.
    labels: Vec<Class>,
}

impl LearnedRepair {
    /// `None` where too few rows were changed.
    pub(super) fn learn(pool: &Pool<'_>, changed: &[Drawn]) -> Option<LearnedRepair> {
        if changed.len() <= LEAST_ROWS {
            return None;
        }
        let step = changed.len().div_ceil(MOST_ROWS);
        let rows: Vec<usize> = changed.iter().step_by(step).map(|drawn| drawn.row).collect();
        let dirty: Vec<Vec<f64>> = rows.iter().map(|&row| pool.dirty.x.dense_row(row)).collect();
        let clean: Vec<Vec<f64>> = rows.iter().map(|&row| pool.current.x.dense_row(row)).collect();
        let width = pool.dirty.x.width();
        let penalty = 0.05 * rows.len() as f64 + 5.0;
        let columns: Vec<_> =
            pool.columns.iter().filter(|column| !matches!(column.encoding, Encoding::None(_))).collect();
        let mut blocks = Vec::new();
        for (place, column) in columns.iter().enumerate() {
            let end = columns.get(place + 1).map_or(width, |next| next.first as usize);
            let block = column.first as usize..end;
            let differs = |(dirty, clean): (&Vec<f64>, &Vec<f64>)| dirty[block.clone()] != clean[block.clone()];
            let count = dirty.iter().zip(&clean).filter(|&pair| differs(pair)).count();
            if count as f64 > COLUMN_SHARE * rows.len() as f64 {
                blocks.push(block);
            }
        }
        let wanted =
            |row: &Vec<f64>| blocks.iter().flat_map(|block| &row[block.clone()]).copied().collect::<Vec<f64>>();
        let wanted: Vec<Vec<f64>> = clean.iter().map(wanted).collect();
        let ridge = (!blocks.is_empty()).then(|| Ridge::fit(&dirty, &wanted, penalty));
        let labels = (0..pool.dirty.classes as u32).map(|class| relabelled(pool, &rows, Class(class))).collect();
        Some(LearnedRepair { blocks, ridge, labels })
    }

    /// Some of the rows as they would be cleaned.
    pub(super) fn apply(&self, examples: &Examples, rows: &[usize]) -> (Rows, Vec<Class>) {
        let width = examples.x.width();
        let mut made = Rows::new(width);
        for &row in rows {
            let mut values: Vec<(u32, f64)> = Vec::new();
            let entries: Vec<(usize, f64)> = examples.x.row(row).collect();
            let is_repaired = |place: usize| self.blocks.iter().any(|block| block.contains(&place));
            values.extend(
                entries.iter().filter(|(place, _)| !is_repaired(*place)).map(|&(place, value)| (place as u32, value)),
            );
            if let Some(ridge) = &self.ridge {
                let places = self.blocks.iter().flat_map(|block| block.start as u32..block.end as u32);
                values.extend(places.zip(ridge.predict(&entries)));
            }
            values.sort_by_key(|&(place, _)| place);
            made.push(values);
        }
        (made, rows.iter().map(|&row| self.labels[examples.y[row].index()]).collect())
    }
}

/// The label that most of the changed rows of a class have now, or the class itself where it is no other one.
fn relabelled(pool: &Pool<'_>, rows: &[usize], class: Class) -> Class {
    let of_class: Vec<usize> = rows.iter().copied().filter(|&row| pool.dirty.y[row] == class).collect();
    let mut counts = vec![0usize; pool.dirty.classes];
    of_class.iter().for_each(|&row| counts[pool.current.y[row].index()] += 1);
    let enough = |count: usize| count > 3 && count as f64 > LABEL_SHARE * of_class.len() as f64;
    let most = (0..).map(Class).zip(counts).find(|&(other, count)| other != class && enough(count));
    most.map_or(class, |(other, _)| other)
}
