//! Single values that stand for others.

use std::collections::BTreeMap;

use crate::example::{Example, Value};
use crate::select::SEVERAL;

/// What is meant by values, told by several examples of each.
///
/// A missing value that is filled by one text for all, and a value that becomes another, need more than one example, two thirds
/// of those of the value, and a value that was not meant so often by chance: rows have reasons of their own.
#[derive(Clone, Debug, Default)]
pub(crate) struct Maps<'a> {
    known: BTreeMap<Option<&'a str>, Map<'a>>,
}

/// What is meant by one value.
#[derive(Clone, Debug)]
pub(crate) struct Map<'a> {
    pub(crate) meant: Option<&'a str>,
    /// The weight of the examples that say so, and of all examples of the value.
    pub(crate) hits: f64,
    pub(crate) of: f64,
}

/// The share of the examples of a value that say the same.
const MOST: f64 = 0.66;
/// How much an example counts that says neither.
const OTHERWISE: f64 = 0.5;
/// What was meant was the same in all of them by chance with at most this probability; of missing values, which most columns
/// have, with less.
const BY_CHANCE: f64 = 0.05;
const BY_CHANCE_MISSING: f64 = 0.005;

impl<'a> Maps<'a> {
    pub(crate) fn new(examples: &[Example<'a>], values: &[Value<'a>]) -> Self {
        let all: f64 = values.iter().map(|value| value.cells as f64).sum();
        let cells: BTreeMap<Option<&str>, u64> = values.iter().map(|value| (value.written, value.cells)).collect();
        let share = |text: Option<&str>| (cells.get(&text).copied().unwrap_or(0) as f64 + 1.0) / (all + 1.0);
        let mut meant: BTreeMap<Option<&str>, BTreeMap<Option<&'a str>, f64>> = BTreeMap::new();
        for example in examples {
            *meant.entry(example.written).or_default().entry(example.meant).or_default() += example.weight;
        }
        let known = meant.into_iter().filter_map(|(written, meant)| {
            let all: f64 = meant.values().sum();
            let kept = meant.get(&written).copied().unwrap_or_default();
            let (meant, hits) = meant.into_iter().max_by(|a, b| a.1.total_cmp(&b.1).then(b.0.cmp(&a.0)))?;
            // Who says that the value is right contradicts a map; who says something else may have been wrong.
            let of = hits + kept + OTHERWISE * (all - hits - kept).max(0.0);
            let by_chance = share(meant).powf(hits);
            let most_chance = if written.is_none() { BY_CHANCE_MISSING } else { BY_CHANCE };
            let is_map = meant != written && hits > SEVERAL && hits >= MOST * of && by_chance <= most_chance;
            is_map.then_some((written, Map { meant, hits, of }))
        });
        Maps { known: known.collect() }
    }

    /// What is meant by a value; `None` where it is not known to stand for another.
    pub(crate) fn get(&self, written: Option<&str>) -> Option<&Map<'a>> {
        // Looked up by comparison, since the key lives as long as the map and the text does not.
        self.known.iter().find(|(known, _)| **known == written).map(|(_, map)| map)
    }
}
