//! Random pairs of records, and random pairs that agree in a column.

use rand::{Rng, RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::blocking::Pair;
use super::comparisons::Comparisons;
use super::field::{Field, MISSING};

/// Random pairs.
const RANDOM: u64 = 50_000;

/// Pairs that agree in a column.
const AGREEING: u64 = 2_000;

/// Pairs on which u is counted.
#[derive(Debug)]
pub(super) struct Samples {
    /// Any two records.
    pub random: Comparisons,
    /// For each field two records of the same value.
    pub agreeing: Vec<Comparisons>,
}

/// Draws pairs; all of them where there are not more.
pub(super) fn sample(fields: &[Field], records: usize, seed: u64) -> Samples {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let all: Vec<u32> = (0..records as u32).collect();
    let of_field = |field: &Field| Comparisons::new(fields, draw(&groups(field), AGREEING, &mut random));
    let agreeing = fields.iter().map(of_field).collect();
    Samples { agreeing, random: Comparisons::new(fields, draw(&[all], RANDOM, &mut random)) }
}

/// The records of each value.
fn groups(field: &Field) -> Vec<Vec<u32>> {
    let mut groups: Vec<Vec<u32>> = vec![Vec::new(); field.counts.len()];
    for (&code, record) in field.codes.iter().zip(0..) {
        if code != MISSING {
            groups[code as usize].push(record);
        }
    }
    groups.retain(|group| group.len() > 1);
    groups
}

/// So many pairs within groups, each pair as probable as any other.
fn draw(groups: &[Vec<u32>], most: u64, random: &mut impl Rng) -> Vec<Pair> {
    let pairs = |group: &Vec<u32>| group.len() as u64 * (group.len() as u64).saturating_sub(1) / 2;
    let mut ends = Vec::with_capacity(groups.len());
    let mut end = 0;
    for group in groups {
        end += pairs(group);
        ends.push(end);
    }
    if end <= most {
        let of_group = |group: &Vec<u32>| -> Vec<Pair> {
            (0..group.len()).flat_map(|one| group[one + 1..].iter().map(move |&other| (group[one], other))).collect()
        };
        return groups.iter().flat_map(of_group).collect();
    }
    let mut drawn: Vec<Pair> = (0..most)
        .map(|_| {
            let at = random.random_range(0..end);
            let group = &groups[ends.partition_point(|&end| end <= at)];
            let one = random.random_range(0..group.len());
            let other = random.random_range(0..group.len() - 1);
            let other = if other < one { other } else { other + 1 };
            (group[one].min(group[other]), group[one].max(group[other]))
        })
        .collect();
    drawn.sort_unstable();
    drawn
}
