//! Approximate functional dependencies with one or two attributes on the left, and the gain of every single
//! attribute for every other.

use std::collections::BTreeMap;

use lustrate_rules::Dependency;
use lustrate_table::{AttributeId, RowsByGroup};
use rayon::prelude::*;

use crate::{Agreement, CodeColumn, leave_one_out};

/// A dependency that the data show.
#[derive(Clone, Debug, PartialEq)]
pub struct FoundDependency {
    /// The dependency.
    pub dependency: Dependency,
    /// How well it holds.
    pub agreement: Agreement,
}

/// How much one attribute tells of another.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PairGain {
    /// The attribute that is known.
    pub key: AttributeId,
    /// The attribute that is predicted.
    pub target: AttributeId,
    /// How well.
    pub agreement: Agreement,
}

/// A key needs at most this share of distinct values: where nearly every row has its own, nothing is repeated.
const KEY_DISTINCT: f64 = 0.6;
/// A dependency holds for at least this share of the rows that its key covers.
const HOLDS: f64 = 0.97;
/// Its exceptions are at most this share of what guessing the commonest value would get wrong.
const LIFT: f64 = 0.34;
/// A target with this many determinants of one attribute needs no pairs.
const ENOUGH_SINGLE: usize = 3;

/// The gains of all ordered pairs of the attributes in `active`, by target and then by key.
pub fn pair_gains(columns: &[CodeColumn<'_>], active: &[AttributeId]) -> Vec<PairGain> {
    let counts: Vec<Vec<u32>> = columns.par_iter().map(CodeColumn::counts).collect();
    let by_key: Vec<Vec<PairGain>> = keys(columns, &counts, active)
        .into_par_iter()
        .map(|key| {
            let groups = CodeColumn::groups(&[columns[key.index()]]).rows_by_group();
            let targets = active.iter().filter(|&&target| target != key);
            let gain = |&target: &AttributeId| PairGain {
                key,
                target,
                agreement: leave_one_out(&groups, columns[target.index()], &counts[target.index()]),
            };
            targets.map(gain).collect()
        })
        .collect();
    let mut gains: Vec<PairGain> = by_key.into_iter().flatten().collect();
    gains.sort_by_key(|gain| (gain.target, gain.key));
    gains
}

/// Finds approximate dependencies among the attributes in `active`, by target, single attributes before pairs.
///
/// `gains` are [`pair_gains`] of the same columns. Pairs are tried over small domains (at most 2√rows values, and
/// never fewer than 64) and only where fewer than three single attributes determine the target.
pub fn dependencies(columns: &[CodeColumn<'_>], active: &[AttributeId], gains: &[PairGain]) -> Vec<FoundDependency> {
    let rows = columns.first().map_or(0, |column| column.codes.len()) as f64;
    let counts: Vec<Vec<u32>> = columns.par_iter().map(CodeColumn::counts).collect();
    let small = 64.0_f64.max(2.0 * rows.sqrt());
    let found: Vec<Vec<FoundDependency>> = active
        .par_iter()
        .map(|&target| {
            let counts_of = |attribute: AttributeId| &counts[attribute.index()];
            let mode = f64::from(counts_of(target).iter().copied().max().unwrap_or(0)) / rows;
            let singles: BTreeMap<AttributeId, Agreement> =
                gains.iter().filter(|gain| gain.target == target).map(|gain| (gain.key, gain.agreement)).collect();
            let (holding, weaker): (Vec<_>, Vec<_>) =
                singles.iter().partition(|(_, agreement)| agreement.coverage > 0.2 && holds(agreement, mode));
            let mut found: Vec<FoundDependency> =
                holding.iter().map(|&(&key, &agreement)| found_dependency(vec![key], target, agreement)).collect();
            if found.len() < ENOUGH_SINGLE {
                let is_small = |key: AttributeId| (distinct(counts_of(key)) as f64) <= small;
                let weaker: Vec<_> = weaker.into_iter().filter(|&(&key, _)| is_small(key)).collect();
                found.extend(pairs(columns, target, counts_of(target), &weaker));
            }
            found
        })
        .collect();
    found.into_iter().flatten().collect()
}

fn pairs(
    columns: &[CodeColumn<'_>],
    target: AttributeId,
    counts: &[u32],
    weaker: &[(&AttributeId, &Agreement)],
) -> Vec<FoundDependency> {
    let mut found = Vec::new();
    for (i, &(&first, one)) in weaker.iter().enumerate() {
        for &(&second, other) in &weaker[i + 1..] {
            if one.gain + other.gain <= 0.02 {
                continue;
            }
            let groups = grouped(columns, &[first, second]);
            let agreement = leave_one_out(&groups, columns[target.index()], counts);
            if agreement.coverage > 0.5 && holds(&agreement, one.agreement.max(other.agreement)) {
                found.push(found_dependency(vec![first, second], target, agreement));
            }
        }
    }
    found
}

fn holds(agreement: &Agreement, base: f64) -> bool {
    agreement.agreement >= HOLDS && 1.0 - agreement.agreement < LIFT * (1.0 - base)
}

fn found_dependency(mut lhs: Vec<AttributeId>, rhs: AttributeId, agreement: Agreement) -> FoundDependency {
    lhs.sort_unstable();
    FoundDependency { dependency: Dependency { lhs, rhs }, agreement }
}

fn grouped(columns: &[CodeColumn<'_>], key: &[AttributeId]) -> RowsByGroup {
    CodeColumn::groups(&key.iter().map(|&attribute| columns[attribute.index()]).collect::<Vec<_>>()).rows_by_group()
}

fn keys(columns: &[CodeColumn<'_>], counts: &[Vec<u32>], active: &[AttributeId]) -> Vec<AttributeId> {
    let repeats = |&attribute: &AttributeId| {
        let rows = columns[attribute.index()].codes.len() as f64;
        distinct(&counts[attribute.index()]) as f64 <= KEY_DISTINCT * rows
    };
    active.iter().copied().filter(repeats).collect()
}

fn distinct(counts: &[u32]) -> usize {
    counts.iter().filter(|&&count| count > 0).count()
}

#[cfg(test)]
mod tests {
    use lustrate_table::Column;

    use super::*;

    fn find(columns: &[Vec<String>]) -> Vec<(Vec<u32>, u32)> {
        let columns: Vec<Column> =
            columns.iter().map(|cells| cells.iter().map(|cell| Some(cell.as_str())).collect()).collect();
        let codes: Vec<_> = columns
            .iter()
            .map(|column| CodeColumn { codes: column.codes(), distinct: column.dictionary().len() })
            .collect();
        let active: Vec<_> = (0..codes.len() as u32).map(AttributeId).collect();
        let found = dependencies(&codes, &active, &pair_gains(&codes, &active));
        let ids =
            |found: &FoundDependency| (found.dependency.lhs.iter().map(|id| id.0).collect(), found.dependency.rhs.0);
        found.iter().map(ids).collect()
    }

    #[test]
    fn a_dependency_is_found_through_errors_and_its_reverse_is_not() {
        let zip: Vec<String> = (0..400).map(|row| format!("z{}", row % 40)).collect();
        let mut city: Vec<String> = (0..400).map(|row| format!("c{}", row % 40 % 8)).collect();
        city[7] = "c0".into();
        assert_eq!(find(&[zip, city]), [(vec![0], 1)]);
    }

    #[test]
    fn two_attributes_may_determine_what_neither_does() {
        let a: Vec<String> = (0..900).map(|row| (row % 6).to_string()).collect();
        let b: Vec<String> = (0..900).map(|row| (row / 6 % 6).to_string()).collect();
        let c: Vec<String> = (0..900).map(|row| ((row % 6) * 2 + (row / 6 % 6) / 3).to_string()).collect();
        assert!(find(&[a, b, c]).contains(&(vec![0, 1], 2)));
    }
}
