//! Trees that cut sparse rows one feature at a time, grown on histograms: what random forests and gradient boosting are made of.
//!
//! The values of a feature are put into a few bins, and a cut is looked for between bins. Only entries that are not zero are
//! counted; what is missing to the sum of a node is the bin of zero. A tree of n rows with e entries each costs n·e additions a
//! level, whatever the number of features.
//!
//! Own code, as no library of today gives all that is asked: `smartcore` has forests without probabilities and weights and no
//! boosting of classes, `perpetual` needs a nightly compiler and grows other trees when memory is short.

mod boosting;
mod forest;
mod grow;

use serde::{Deserialize, Serialize};

pub(crate) use boosting::Boosting;
pub(crate) use forest::Forest;

use crate::Rows;

/// The most bins of a feature.
const MOST_BINS: usize = 64;

/// The bins of all features, and the rows written in them.
pub(crate) struct Binned {
    /// The upper end of each bin but the last, feature by feature.
    edges: Vec<Vec<f64>>,
    /// The bin of zero of each feature.
    zero: Vec<u32>,
    /// For each row its entries that are not in the bin of zero: the feature and the bin.
    starts: Vec<usize>,
    entries: Vec<(u32, u32)>,
}

impl Binned {
    pub(crate) fn new(x: &Rows) -> Self {
        let mut values: Vec<Vec<f64>> = vec![Vec::new(); x.width()];
        for row in 0..x.len() {
            x.row(row).for_each(|(place, value)| values[place].push(value));
        }
        let edges: Vec<Vec<f64>> = values.into_iter().map(|values| edges(values, x.len())).collect();
        let zero: Vec<u32> = edges.iter().map(|edges| bin(edges, 0.0)).collect();
        let (mut starts, mut entries) = (vec![0], Vec::new());
        for row in 0..x.len() {
            let written = x.row(row).map(|(place, value)| (place as u32, bin(&edges[place], value)));
            entries.extend(written.filter(|&(place, bin)| bin != zero[place as usize]));
            starts.push(entries.len());
        }
        Binned { edges, zero, starts, entries }
    }

    fn row(&self, row: usize) -> &[(u32, u32)] {
        &self.entries[self.starts[row]..self.starts[row + 1]]
    }

    fn bin_of(&self, row: usize, place: usize) -> u32 {
        let entry = self.row(row).iter().find(|(other, _)| *other as usize == place);
        entry.map_or(self.zero[place], |(_, bin)| *bin)
    }

    /// The features that have more than one bin.
    fn varying(&self) -> Vec<usize> {
        (0..self.edges.len()).filter(|&place| !self.edges[place].is_empty()).collect()
    }

    fn bins(&self, place: usize) -> usize {
        self.edges[place].len() + 1
    }
}

fn bin(edges: &[f64], value: f64) -> u32 {
    edges.partition_point(|edge| *edge < value) as u32
}

/// Ends of bins between the values of a feature, of which those that are not zero are given; bins have about equal numbers of
/// rows, and as many of them are made as values differ, up to the most.
fn edges(mut values: Vec<f64>, rows: usize) -> Vec<f64> {
    let zeros = rows - values.len();
    values.sort_by(f64::total_cmp);
    let mut distinct: Vec<(f64, usize)> = Vec::new();
    let below = values.partition_point(|value| *value < 0.0);
    let zeros = std::iter::repeat_n(0.0, usize::from(zeros > 0)).map(|zero| (zero, zeros));
    let all = values[..below].iter().map(|&value| (value, 1)).chain(zeros);
    for (value, count) in all.chain(values[below..].iter().map(|&value| (value, 1))) {
        match distinct.last_mut() {
            Some(last) if last.0 == value => last.1 += count,
            _ => distinct.push((value, count)),
        }
    }
    let (mut edges, mut inside, mut left, mut bins) = (Vec::new(), 0, rows, MOST_BINS);
    let all_fit = distinct.len() <= MOST_BINS;
    for pair in distinct.windows(2) {
        inside += pair[0].1;
        if all_fit || inside * bins >= left && bins > 1 {
            edges.push(0.5 * pair[0].0 + 0.5 * pair[1].0);
            left -= inside;
            (inside, bins) = (0, bins - usize::from(!all_fit));
        }
    }
    edges
}

/// A node: a cut, or the end.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
enum Node {
    Cut { place: u32, at: f64, below: u32, above: u32 },
    Leaf(Vec<f64>),
}

/// A tree; its first node is the root.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Tree {
    nodes: Vec<Node>,
}

impl Tree {
    /// What the leaf of a row holds; the row is given dense.
    fn leaf(&self, row: &[f64]) -> &[f64] {
        let mut here = 0;
        loop {
            match &self.nodes[here] {
                Node::Leaf(values) => return values,
                Node::Cut { place, at, below, above } => {
                    here = if row[*place as usize] <= *at { *below } else { *above } as usize;
                }
            }
        }
    }
}

/// Calls `each` with every row of a block, dense, and the part of the output that is its own.
fn by_row(x: &Rows, width: usize, each: impl Fn(&[f64], &mut [f64]) + Sync) -> Vec<f64> {
    use rayon::prelude::*;
    const BLOCK: usize = 512;
    let mut out = vec![0.0; x.len() * width];
    out.par_chunks_mut(width * BLOCK).enumerate().for_each(|(block, out)| {
        let mut dense = vec![0.0; x.width()];
        for (place, out) in out.chunks_mut(width).enumerate() {
            let row = block * BLOCK + place;
            x.row(row).for_each(|(place, value)| dense[place] = value);
            each(&dense, out);
            x.row(row).for_each(|(place, _)| dense[place] = 0.0);
        }
    });
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_values_have_a_bin_each_and_many_share_them_evenly() {
        assert_eq!(edges(vec![1.0, 1.0, -2.0], 5), [-1.0, 0.5]);
        assert_eq!(edges(vec![3.0; 4], 4), [0.0; 0]);
        let many: Vec<f64> = (1..=6400).map(f64::from).collect();
        let found = edges(many, 6400);
        assert_eq!(found.len(), MOST_BINS - 1);
        assert!(found.windows(2).all(|pair| pair[1] - pair[0] == 100.0), "{found:?}");
    }

    #[test]
    fn rows_are_written_in_bins() {
        let x = Rows::dense(2, [[0.0, 1.0], [2.0, 0.0], [-1.0, 0.0]]);
        let binned = Binned::new(&x);
        assert_eq!((0..3).map(|row| binned.bin_of(row, 0)).collect::<Vec<_>>(), [1, 2, 0]);
        assert_eq!((0..3).map(|row| binned.bin_of(row, 1)).collect::<Vec<_>>(), [1, 0, 0]);
        assert_eq!(binned.row(2).len(), 1);
    }
}
