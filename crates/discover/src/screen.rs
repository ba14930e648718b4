//! Which pairs of columns are worth measuring, where there are too many to measure all.
//!
//! Every measured pair costs a pass over the rows. So that ten thousand columns cost seconds and not hours, each key is
//! first asked with a few pairs of rows that agree on it: how often do they agree on every other column, against what
//! chance would give? With rows laid out one after the other this is a comparison of two stretches of memory.

use lustrate_table::AttributeId;
use rayon::prelude::*;

use crate::numbers::{sample, surprise};
use crate::{CodeColumn, Marginal};

/// Ordered pairs of columns that are measured at most: all pairs of up to 224 columns.
pub(crate) const MOST_TRIES: usize = 50_000;
/// Columns that are looked at at most, the most informative.
const MOST_COLUMNS: usize = 20_000;
/// Cells that are laid out row by row for the screen: 80 MB.
const CELLS: usize = 20_000_000;
/// Comparisons of two cells that the screen may make.
const COMPARISONS: usize = 2_000_000_000;
/// Pairs of rows that a key is asked with.
const FEWEST_PAIRS: usize = 8;
const MOST_PAIRS: usize = 64;
/// The least score of a pair of columns, in nats.
const LEAST_SCORE: f64 = 3.0;
/// Targets of one key, the best.
const MOST_OF_KEY: usize = 256;

/// The keys with the targets that they are measured on, in the order of the keys and of the targets: all pairs where
/// they are at most [`MOST_TRIES`], and otherwise those for which pairs of rows speak most. Nothing depends on the order
/// of rows, as long as `hashes` and the codes of the columns depend on texts alone.
///
/// At most 2·10⁹ comparisons of codes and about 150 MB, however many columns there are.
pub(crate) fn tries(
    columns: &[CodeColumn<'_>],
    marginals: &[Marginal],
    hashes: &[u64],
    determinants: &[AttributeId],
    targets: &[AttributeId],
) -> Vec<(AttributeId, Vec<AttributeId>)> {
    if determinants.len() * targets.len() <= MOST_TRIES {
        let others = |key: AttributeId| targets.iter().copied().filter(|&target| target != key).collect();
        return determinants.iter().map(|&key| (key, others(key))).collect();
    }
    let keys = most_informative(determinants, marginals);
    let targets = most_informative(targets, marginals);
    let sample = sample(hashes, (CELLS / targets.len()).max(2));
    let mut laid_out = vec![u32::MAX; sample.len() * targets.len()];
    laid_out.par_chunks_mut(targets.len()).zip(&sample).for_each(|(cells, &row)| {
        cells.iter_mut().zip(&targets).for_each(|(cell, target)| *cell = columns[target.index()].codes[row].0);
    });
    let chance: Vec<f64> = targets.iter().map(|target| marginals[target.index()].repeat()).collect();
    // No score is more than what so many agreements are worth if all pairs agree.
    let least: Vec<u8> = chance.iter().map(|chance| (LEAST_SCORE / -chance.max(1e-12).ln()).min(255.0) as u8).collect();
    let most = (COMPARISONS / (keys.len() * targets.len())).clamp(FEWEST_PAIRS, MOST_PAIRS);
    let best: Vec<Vec<(f64, AttributeId, AttributeId)>> = keys
        .par_iter()
        .map(|&key| {
            let row = |place: usize| &laid_out[place * targets.len()..][..targets.len()];
            let pairs = agreeing(columns[key.index()], &sample, most);
            let mut scores = scores(&pairs, row, &chance, &least);
            scores.retain(|&(_, place)| targets[place] != key);
            scores.sort_unstable_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
            scores.truncate(MOST_OF_KEY);
            let mut best = Vec::with_capacity(scores.len());
            best.extend(scores.into_iter().map(|(score, place)| (score, key, targets[place])));
            best
        })
        .collect();
    let mut best: Vec<(f64, AttributeId, AttributeId)> = best.into_iter().flatten().collect();
    best.sort_unstable_by(|a, b| b.0.total_cmp(&a.0).then((a.1, a.2).cmp(&(b.1, b.2))));
    best.truncate(MOST_TRIES);
    best.sort_unstable_by_key(|&(_, key, target)| (key, target));
    let of_key = |run: &[(f64, AttributeId, AttributeId)]| (run[0].1, run.iter().map(|&(.., target)| target).collect());
    best.chunk_by(|a, b| a.1 == b.1).map(of_key).collect()
}

/// The columns that could tell most, in their order: what a column tells is bounded by its entropy, of which values that
/// stand once tell nothing.
fn most_informative(attributes: &[AttributeId], marginals: &[Marginal]) -> Vec<AttributeId> {
    let mut attributes = attributes.to_vec();
    if attributes.len() > MOST_COLUMNS {
        let information = |id: &AttributeId| marginals[id.index()].information();
        attributes.sort_by(|a, b| information(b).total_cmp(&information(a)).then(a.cmp(b)));
        attributes.truncate(MOST_COLUMNS);
        attributes.sort_unstable();
    }
    attributes
}

/// Pairs of places of the sample whose rows agree on a key: one of each group, then a second one of each, and so on.
fn agreeing(key: CodeColumn<'_>, sample: &[usize], most: usize) -> Vec<(usize, usize)> {
    let mut by_code: Vec<(u32, usize)> = (sample.iter().enumerate())
        .filter_map(|(place, &row)| Some(key.codes[row]).filter(|code| !code.is_null()).map(|code| (code.0, place)))
        .collect();
    by_code.sort_unstable();
    let mut pairs: Vec<(usize, usize, usize)> = Vec::new();
    for group in by_code.chunk_by(|a, b| a.0 == b.0) {
        let of_group = group.chunks_exact(2).enumerate().take(most);
        pairs.extend(of_group.map(|(nth, pair)| (nth, pair[0].1, pair[1].1)));
    }
    pairs.sort_unstable();
    pairs.truncate(most);
    pairs.into_iter().map(|(_, one, other)| (one, other)).collect()
}

/// For every target how much more often pairs of rows agree on it than by chance: the number of pairs times the
/// divergence of what is seen from what is expected, in nats; those that score enough.
fn scores<'a>(
    pairs: &[(usize, usize)],
    row: impl Fn(usize) -> &'a [u32],
    chance: &[f64],
    least: &[u8],
) -> Vec<(f64, usize)> {
    // At most 64 pairs: bytes count them, and a loop over bytes is done many at a time.
    let mut both = vec![0u8; chance.len()];
    let mut alike = vec![0u8; chance.len()];
    for &(one, other) in pairs {
        for (((both, alike), &a), &b) in both.iter_mut().zip(&mut alike).zip(row(one)).zip(row(other)) {
            let present = u8::from(a != u32::MAX) & u8::from(b != u32::MAX);
            *both += present;
            *alike += present & u8::from(a == b);
        }
    }
    let score = |place: usize| {
        let (both, alike, chance) = (f64::from(both[place]), f64::from(alike[place]), chance[place]);
        surprise(alike, both, chance)
    };
    let places = (0..chance.len()).filter(|&place| alike[place] > 0 && alike[place] >= least[place]);
    places.map(|place| (score(place), place)).filter(|&(score, _)| score >= LEAST_SCORE).collect()
}

#[cfg(test)]
mod tests {
    use lustrate_table::Code;

    use super::*;

    #[test]
    fn related_columns_are_found_among_very_many() {
        // 400 columns of noise, and a key with what it determines.
        let rows = 600u64;
        let noise = |column: u64, row: u64| {
            let mixed = (((row + 1) * 0x9e37_79b9) ^ (column * 0x85eb_ca6b)).wrapping_mul(0xc2b2_ae3d_27d4_eb4f);
            Code((mixed >> 40) as u32 % 30)
        };
        let mut cells: Vec<Vec<Code>> =
            (0..400).map(|column| (0..rows).map(|row| noise(column, row)).collect()).collect();
        cells[310] = cells[20].iter().map(|code| Code(code.0 / 3)).collect();
        let columns: Vec<CodeColumn<'_>> = cells.iter().map(|codes| CodeColumn { codes, distinct: 30 }).collect();
        let marginals: Vec<Marginal> = columns.iter().map(|&column| Marginal::new(column)).collect();
        let hashes: Vec<u64> = (0..rows).map(|row| row.wrapping_mul(0x9e37_79b9_7f4a_7c15)).collect();
        let all: Vec<AttributeId> = (0..400).map(AttributeId).collect();
        let found = tries(&columns, &marginals, &hashes, &all, &all);
        let measured: usize = found.iter().map(|(_, targets)| targets.len()).sum();
        assert!(found.iter().any(|(key, targets)| key.0 == 20 && targets.contains(&AttributeId(310))));
        assert!(measured < 10_000, "{measured} of 159,600 pairs");
    }

    #[test]
    fn all_pairs_of_few_columns_are_measured() {
        let codes = [Code(0), Code(1)];
        let columns = [CodeColumn { codes: &codes, distinct: 2 }; 3];
        let marginals: Vec<Marginal> = columns.iter().map(|&column| Marginal::new(column)).collect();
        let all: Vec<AttributeId> = (0..3).map(AttributeId).collect();
        let found = tries(&columns, &marginals, &[1, 2], &all, &all[1..]);
        assert_eq!(found.iter().map(|(_, targets)| targets.len()).collect::<Vec<_>>(), [2, 1, 1]);
    }
}
