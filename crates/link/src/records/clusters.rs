//! Records that are one thing together.
//!
//! Pairs are joined from the surest on. Two clusters become one where the probability that records of both are one thing is
//! enough on average over all pairs between them (average linkage, Sokal & Michener, "A statistical method for evaluating
//! systematic relationships", 1958), so that a chain of small likenesses does not join what is far apart, as single linkage
//! does.

use super::blocking::Pair;
use crate::map::HashMap;

/// Pairs between two clusters whose probabilities are asked for; of more, those of the records of each at even distances.
const MOST_ASKED: usize = 4_096;

/// The clusters of two records or more, each in order, by their first records. `sure` holds the pairs to join, and
/// `probability` says of any pair how probable it is that it is one thing.
pub(super) fn clusters(
    records: usize,
    mut sure: Vec<(Pair, f64)>,
    enough: f64,
    probability: impl Fn(Pair) -> f64,
) -> Vec<Vec<u32>> {
    let mut known: HashMap<Pair, f64> = sure.iter().copied().collect();
    sure.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    let mut cluster_of: Vec<u32> = (0..records as u32).collect();
    let mut members: Vec<Vec<u32>> = (0..records as u32).map(|record| vec![record]).collect();
    for ((one, other), _) in sure {
        let (a, b) = (cluster_of[one as usize], cluster_of[other as usize]);
        if a == b {
            continue;
        }
        let mut ask = |pair: Pair| *known.entry(pair).or_insert_with(|| probability(pair));
        if mean(&members[a as usize], &members[b as usize], &mut ask) < enough {
            continue;
        }
        let (a, b) = if members[a as usize].len() < members[b as usize].len() { (b, a) } else { (a, b) };
        let moved = std::mem::take(&mut members[b as usize]);
        moved.iter().for_each(|&record| cluster_of[record as usize] = a);
        members[a as usize].extend(moved);
    }
    members.retain(|records| records.len() > 1);
    members.iter_mut().for_each(|records| records.sort_unstable());
    members.sort_unstable();
    members
}

/// The mean over the pairs between two clusters.
fn mean(one: &[u32], other: &[u32], probability: &mut impl FnMut(Pair) -> f64) -> f64 {
    let step = (one.len() * other.len()).div_ceil(MOST_ASKED);
    let (mut sum, mut asked) = (0.0, 0.0);
    for place in (0..one.len() * other.len()).step_by(step.max(1)) {
        let (a, b) = (one[place / other.len()], other[place % other.len()]);
        sum += probability((a.min(b), a.max(b)));
        asked += 1.0;
    }
    sum / asked
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(sure: &[(Pair, f64)], between: f64, expected: &[&[u32]]) {
        let found = clusters(6, sure.to_vec(), 0.5, |_| between);
        assert_eq!(found, expected);
    }

    #[test]
    fn a_chain_is_kept_together_only_where_its_ends_may_be_one_thing() {
        let chain = [((0, 1), 0.99), ((1, 2), 0.98), ((2, 3), 0.97)];
        check(&chain, 0.4, &[&[0, 1, 2, 3]]);
        check(&chain, 0.0, &[&[0, 1], &[2, 3]]);
    }

    #[test]
    fn the_surest_pair_is_joined_first_in_whatever_order_pairs_come() {
        let pairs = [((1, 4), 0.91), ((0, 1), 0.95)];
        check(&pairs, 0.0, &[&[0, 1]]);
        check(&[pairs[1], pairs[0]], 0.0, &[&[0, 1]]);
    }
}
