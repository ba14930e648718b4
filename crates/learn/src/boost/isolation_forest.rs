//! Rows that few random cuts set apart (Liu, Ting and Zhou, 2008).

use rand::RngExt;
use rand_chacha::ChaCha8Rng;

use crate::random::{shuffled, stream};

/// Trees, and rows that each is grown on: those of the paper.
const TREES: u64 = 100;
const SAMPLE: usize = 256;

/// What Euler's constant is in the mean length of an unsuccessful search.
const EULER: f64 = 0.577_215_664_901_532_9;

enum Node {
    Cut { place: usize, at: f64, below: usize, above: usize },
    Leaf { rows: usize },
}

/// A forest of random cuts.
pub(super) struct IsolationForest {
    trees: Vec<Vec<Node>>,
    usual: f64,
}

impl IsolationForest {
    /// Grows a forest on dense rows; the seed is a fixed one, as the forest is a detector and no experiment.
    pub(super) fn fit(rows: &[Vec<f64>]) -> Self {
        let sample = SAMPLE.min(rows.len());
        let deepest = (sample.max(2) as f64).log2().ceil() as usize;
        let tree = |tree: u64| {
            let mut random = stream(0x150_1A7E, tree);
            let chosen: Vec<usize> = shuffled(rows.len(), &mut random).into_iter().take(sample).collect();
            let mut nodes = Vec::new();
            grow(&mut nodes, rows, chosen, deepest, &mut random);
            nodes
        };
        IsolationForest { trees: (0..TREES).map(tree).collect(), usual: path(sample) }
    }

    /// How easily a row is set apart: above one half more easily than usual, near 1 at once.
    pub(super) fn score(&self, row: &[f64]) -> f64 {
        let depth: f64 = self.trees.iter().map(|nodes| depth(nodes, row)).sum::<f64>() / self.trees.len() as f64;
        2f64.powf(-depth / self.usual.max(1e-9))
    }
}

/// Grows a tree below a new node, and returns the place of that node.
fn grow(
    nodes: &mut Vec<Node>,
    rows: &[Vec<f64>],
    chosen: Vec<usize>,
    deepest: usize,
    random: &mut ChaCha8Rng,
) -> usize {
    let here = nodes.len();
    nodes.push(Node::Leaf { rows: chosen.len() });
    if deepest == 0 || chosen.len() <= 1 {
        return here;
    }
    let range = |place: usize| {
        let values = chosen.iter().map(|&row| rows[row][place]);
        values.fold((f64::INFINITY, f64::NEG_INFINITY), |(least, most), value| (least.min(value), most.max(value)))
    };
    let varying: Vec<usize> = (0..rows[chosen[0]].len()).filter(|&place| range(place).0 < range(place).1).collect();
    if varying.is_empty() {
        return here;
    }
    let place = varying[random.random_range(0..varying.len())];
    let (least, most) = range(place);
    let at = least + random.random_range(0.0..1.0) * (most - least);
    let (below, above): (Vec<usize>, Vec<usize>) = chosen.into_iter().partition(|&row| rows[row][place] <= at);
    let below = grow(nodes, rows, below, deepest - 1, random);
    let above = grow(nodes, rows, above, deepest - 1, random);
    nodes[here] = Node::Cut { place, at, below, above };
    here
}

fn depth(nodes: &[Node], row: &[f64]) -> f64 {
    let (mut here, mut depth) = (0, 0.0);
    loop {
        match nodes[here] {
            Node::Leaf { rows } => return depth + path(rows),
            Node::Cut { place, at, below, above } => {
                here = if row[place] <= at { below } else { above };
                depth += 1.0;
            }
        }
    }
}

/// The mean length of a path in a random tree of so many rows.
fn path(rows: usize) -> f64 {
    match rows {
        0 | 1 => 0.0,
        2 => 1.0,
        rows => 2.0 * (((rows - 1) as f64).ln() + EULER) - 2.0 * (rows - 1) as f64 / rows as f64,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_far_from_all_others_is_set_apart() {
        let mut random = stream(1, 0);
        let mut rows: Vec<Vec<f64>> =
            (0..300).map(|_| vec![random.random_range(-1.0..1.0), random.random_range(-1.0..1.0)]).collect();
        rows.push(vec![8.0, -8.0]);
        let forest = IsolationForest::fit(&rows);
        let scores: Vec<f64> = rows.iter().map(|row| forest.score(row)).collect();
        assert!(scores[300] > 0.7 && scores[..300].iter().all(|&score| score < scores[300]));
    }
}
