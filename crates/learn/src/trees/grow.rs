//! How one tree is grown: cut by cut, each the one that raises the score of the two sides most.

use rand::seq::index::sample;
use rand_chacha::ChaCha8Rng;

use super::{Binned, Node, Tree};

/// What a tree is grown for. Every row has a few sums, which add up over the rows of a node.
pub(super) trait Goal {
    /// The number of sums.
    fn sums(&self) -> usize;

    /// Adds those of a row.
    fn add(&self, row: usize, sums: &mut [f64]);

    /// How good a node with these sums is; a cut is as good as its sides are better together than the node.
    fn score(&self, sums: &[f64]) -> f64;

    /// Whether a side with these sums may stand by itself.
    fn may_stand(&self, sums: &[f64]) -> bool;

    /// What a leaf with these sums holds.
    fn leaf(&self, sums: &[f64]) -> Vec<f64>;
}

/// How far trees go.
pub(super) struct Limits {
    /// Cuts from the root to a leaf.
    pub deepest: usize,
    /// Rows of a leaf.
    pub least_rows: usize,
    /// Features that are tried for a cut; all where there is no more.
    pub tried: usize,
}

/// The best cut of a node.
struct Cut {
    gain: f64,
    place: usize,
    bin: u32,
}

/// Grows a tree on some of the rows. Random is only which features are tried.
pub(super) fn grow(
    binned: &Binned,
    rows: &mut [u32],
    goal: &impl Goal,
    limits: &Limits,
    random: &mut ChaCha8Rng,
) -> Tree {
    let mut growing = Growing {
        binned,
        goal,
        limits,
        varying: binned.varying(),
        slot: vec![u32::MAX; binned.edges.len()],
        sums: Vec::new(),
        nodes: Vec::new(),
    };
    growing.node(rows, 0, random);
    Tree { nodes: growing.nodes }
}

struct Growing<'a, G> {
    binned: &'a Binned,
    goal: &'a G,
    limits: &'a Limits,
    varying: Vec<usize>,
    /// Where the sums of the bins of each tried feature begin.
    slot: Vec<u32>,
    /// The sums of each bin, and of the rows in it.
    sums: Vec<f64>,
    nodes: Vec<Node>,
}

impl<G: Goal> Growing<'_, G> {
    /// Grows the node of some rows, and returns its place.
    fn node(&mut self, rows: &mut [u32], depth: usize, random: &mut ChaCha8Rng) -> u32 {
        let here = self.nodes.len();
        let mut total = vec![0.0; self.goal.sums()];
        rows.iter().for_each(|&row| self.goal.add(row as usize, &mut total));
        self.nodes.push(Node::Leaf(self.goal.leaf(&total)));
        if depth >= self.limits.deepest || rows.len() < 2 * self.limits.least_rows {
            return here as u32;
        }
        let Some(cut) = self.best_cut(rows, &total, random) else { return here as u32 };
        let binned = self.binned;
        let middle = partition(rows, |row| binned.bin_of(row as usize, cut.place) <= cut.bin);
        let (below, above) = rows.split_at_mut(middle);
        let below = self.node(below, depth + 1, random);
        let above = self.node(above, depth + 1, random);
        let at = binned.edges[cut.place][cut.bin as usize];
        self.nodes[here] = Node::Cut { place: cut.place as u32, at, below, above };
        here as u32
    }

    fn best_cut(&mut self, rows: &[u32], total: &[f64], random: &mut ChaCha8Rng) -> Option<Cut> {
        let mut tried: Vec<usize> = if self.limits.tried < self.varying.len() {
            let chosen = sample(random, self.varying.len(), self.limits.tried);
            chosen.iter().map(|place| self.varying[place]).collect()
        } else {
            self.varying.clone()
        };
        tried.sort_unstable();
        self.fill(rows, &tried);
        let width = total.len() + 1;
        let whole: Vec<f64> = total.iter().copied().chain([rows.len() as f64]).collect();
        let before = self.goal.score(total);
        let mut best: Option<Cut> = None;
        let (mut below, mut above) = (vec![0.0; width], vec![0.0; width]);
        for &place in &tried {
            let first = self.slot[place] as usize;
            let bins = &mut self.sums[first * width..][..self.binned.bins(place) * width];
            complete(bins, self.binned.zero[place] as usize, &whole);
            below.fill(0.0);
            for (bin, sums) in bins.chunks(width).enumerate().take(self.binned.bins(place) - 1) {
                add(&mut below, sums);
                above.iter_mut().zip(&whole).zip(&below).for_each(|((above, whole), below)| *above = whole - below);
                let least = self.limits.least_rows as f64;
                if below[width - 1] < least || above[width - 1] < least {
                    continue;
                }
                let (left, right) = (&below[..width - 1], &above[..width - 1]);
                if !(self.goal.may_stand(left) && self.goal.may_stand(right)) {
                    continue;
                }
                let gain = self.goal.score(left) + self.goal.score(right) - before;
                if gain > best.as_ref().map_or(1e-9, |best| best.gain) {
                    best = Some(Cut { gain, place, bin: bin as u32 });
                }
            }
        }
        tried.iter().for_each(|&place| self.slot[place] = u32::MAX);
        best
    }

    /// The sums of the bins of the tried features, without those of zero.
    fn fill(&mut self, rows: &[u32], tried: &[usize]) {
        let width = self.goal.sums() + 1;
        let mut bins = 0;
        for &place in tried {
            self.slot[place] = bins as u32;
            bins += self.binned.bins(place);
        }
        self.sums.clear();
        self.sums.resize(bins * width, 0.0);
        let mut of_row = vec![0.0; width];
        for &row in rows {
            of_row.fill(0.0);
            self.goal.add(row as usize, &mut of_row[..width - 1]);
            of_row[width - 1] = 1.0;
            for &(place, bin) in self.binned.row(row as usize) {
                let slot = self.slot[place as usize];
                if slot != u32::MAX {
                    add(&mut self.sums[(slot + bin) as usize * width..][..width], &of_row);
                }
            }
        }
    }
}

/// The bin of zero has what the others have not.
fn complete(bins: &mut [f64], zero: usize, whole: &[f64]) {
    let width = whole.len();
    let mut rest = whole.to_vec();
    for sums in bins.chunks(width) {
        rest.iter_mut().zip(sums).for_each(|(rest, sum)| *rest -= sum);
    }
    bins[zero * width..][..width].copy_from_slice(&rest);
}

fn add(sums: &mut [f64], parts: &[f64]) {
    sums.iter_mut().zip(parts).for_each(|(sum, part)| *sum += part);
}

/// Brings the rows for which it holds to the front, both sides in order; returns how many they are.
fn partition(rows: &mut [u32], is_below: impl Fn(u32) -> bool) -> usize {
    let (below, above): (Vec<u32>, Vec<u32>) = rows.iter().partition(|&&row| is_below(row));
    rows[..below.len()].copy_from_slice(&below);
    rows[below.len()..].copy_from_slice(&above);
    below.len()
}
