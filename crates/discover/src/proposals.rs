//! The dependencies that a person would write down: those that the rows bear out, without what the others imply, the
//! strongest first.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

use lustrate_rules::Dependency;
use lustrate_table::AttributeId;
use rayon::prelude::*;

use crate::accept::{Dirt, covers_as_pair, is_borne_out, is_clean_enough};
use crate::cover::{Edge, cover};
use crate::screen::tries;
use crate::{CodeColumn, KeyGroups, Marginal, Support, support};

/// Where dependencies are looked for.
#[derive(Clone, Copy, Debug)]
pub struct DependencySearch<'a> {
    /// The codes of all columns. Codes count up in the order of the texts, so that the order of rows is of no account.
    pub columns: &'a [CodeColumn<'a>],
    /// One number a row that depends on nothing but its texts: by it samples are drawn.
    pub hashes: &'a [u64],
    /// The attributes that may determine others, in order. Measures such as prices and long free texts are no keys, and
    /// what they determine is mostly an accident.
    pub determinants: &'a [AttributeId],
    /// The attributes that may be determined, in order.
    pub targets: &'a [AttributeId],
}

/// A line `fd lhs -> rhs, rhs, …`.
#[derive(Clone, Debug, PartialEq)]
pub struct ProposedDependency {
    /// The determining attributes, sorted: one or two.
    pub lhs: Vec<AttributeId>,
    /// What they determine, in the order of the columns, each with what speaks for it in all rows.
    pub rhs: Vec<(AttributeId, Support)>,
    /// The evidence for the line as a whole, in nats: see [`Support::evidence`].
    pub score: f64,
}

impl ProposedDependency {
    /// The largest number of rows that one of the determined attributes covers, its exceptions, and their groups.
    pub fn rows(&self) -> u32 {
        self.rhs.iter().map(|(_, support)| support.rows).max().unwrap_or(0)
    }

    /// The exceptions of all determined attributes together: cells, not rows.
    pub fn exceptions(&self) -> u32 {
        self.rhs.iter().map(|(_, support)| support.exceptions).sum()
    }
}

/// Rows of a key that are looked at in the search; what is found is measured on all.
const SAMPLE: usize = 20_000;
/// And of all keys and targets together.
const SINGLE_ROWS: usize = 200_000_000;
/// Dependencies that the cover is made of, the strongest.
const MOST_EDGES: usize = 3_000;
/// Lines that are proposed.
const MOST_LINES: usize = 10;
/// Keys of two attributes that are tried, together with a target: so many rows in all.
const PAIR_ROWS: usize = 40_000_000;
/// And at most so many.
const MOST_PAIRS: usize = 10_000;
/// Of a target the best single attributes that pairs are made of.
const MOST_PARTS: usize = 100;

/// Proposes at most ten lines, the best borne out first.
///
/// A dependency is proposed where its evidence is no accident of so many tries, where its exceptions are errors rather
/// than second truths ([`Support::systematic`]) and no more than the table is dirty, and where others do not imply it.
/// Two attributes determine what neither does alone. The result depends on no order of rows.
pub fn proposed_dependencies(search: &DependencySearch<'_>) -> Vec<ProposedDependency> {
    let marginals: Vec<Marginal> = search.columns.par_iter().map(|&column| Marginal::new(column)).collect();
    let Singles { edges: singles, most } = singles(search, &marginals);
    let tries = search.determinants.len() * search.targets.len();
    let borne_out: Vec<&Edge> = singles.iter().filter(|edge| is_borne_out(&edge.support, edge.whole, tries)).collect();
    let dirt = Dirt::of(borne_out.iter().map(|edge| &edge.support));
    let mut edges: Vec<Edge> =
        borne_out.into_iter().filter(|edge| is_clean_enough(&edge.support, dirt)).cloned().collect();
    edges.extend(pairs(search, &marginals, &singles, most, &edges, dirt));
    edges.sort_by(|a, b| {
        b.support.evidence.total_cmp(&a.support.evidence).then_with(|| a.dependency.cmp(&b.dependency))
    });
    edges.truncate(MOST_EDGES);
    lines(verified(search, &marginals, edges, dirt, tries))
}

/// What single attributes say of targets.
pub(crate) struct Singles {
    /// By key and target.
    pub edges: Vec<Edge>,
    /// The rows of a key that were looked at, at most about.
    most: usize,
}

/// All single attributes against all targets, or those that the screen lets pass; by key and target. Of 20,000 rows of a key where
/// at most 10,000 pairs are tried, and of 4,000 where they are most.
pub(crate) fn singles(search: &DependencySearch<'_>, marginals: &[Marginal]) -> Singles {
    let tries = tries(search.columns, marginals, search.hashes, search.determinants, search.targets);
    let passes: usize = tries.iter().map(|(_, targets)| targets.len()).sum();
    let most = rows_of_key(passes);
    let by_key: Vec<Vec<Edge>> = (tries.into_par_iter())
        .map(|(key, targets)| {
            let groups = groups(search, &[key], most);
            if groups.rows() == 0 {
                return Vec::new();
            }
            targets.into_iter().map(|target| edge(search, marginals, &groups, vec![key], target)).collect()
        })
        .collect();
    Singles { edges: by_key.into_iter().flatten().collect(), most }
}

/// The rows of a key that are looked at where so many keys and targets are tried.
fn rows_of_key(tries: usize) -> usize {
    SAMPLE.min(SINGLE_ROWS / tries.max(1))
}

/// Two attributes that may determine a third.
struct PairTry {
    target: AttributeId,
    key: [AttributeId; 2],
    /// The evidence of both parts together, and of the better one, in nats.
    sum: f64,
    best: f64,
}

/// Pairs of attributes for targets that no single attribute determines in most rows. They are held against what their parts
/// say alone, of as many rows of a key, `most`.
fn pairs(
    search: &DependencySearch<'_>,
    marginals: &[Marginal],
    singles: &[Edge],
    most: usize,
    accepted: &[Edge],
    dirt: Dirt,
) -> Vec<Edge> {
    let rows = search.hashes.len();
    let determined: BTreeSet<AttributeId> =
        (accepted.iter()).filter(|edge| 2.0 * edge.covers() >= 1.0).map(|edge| edge.dependency.rhs).collect();
    let mut evidence: BTreeMap<AttributeId, Vec<(AttributeId, f64)>> = BTreeMap::new();
    for edge in singles.iter().filter(|edge| !determined.contains(&edge.dependency.rhs)) {
        evidence.entry(edge.dependency.rhs).or_default().push((edge.dependency.lhs[0], edge.support.evidence));
    }
    let told: BTreeSet<(AttributeId, AttributeId)> =
        accepted.iter().map(|edge| (edge.dependency.lhs[0], edge.dependency.rhs)).collect();
    let keys_of = |part: AttributeId| -> BTreeSet<AttributeId> {
        told.iter().filter(|&&(_, of)| of == part).map(|&(key, _)| key).collect()
    };
    let told_by: BTreeMap<AttributeId, BTreeSet<AttributeId>> =
        search.determinants.iter().map(|&part| (part, keys_of(part))).collect();
    // What tells a thing apart from few others by two of its properties is no key of it.
    let are_properties = |one: AttributeId, other: AttributeId| !told_by[&one].is_disjoint(&told_by[&other]);
    let mut tries: Vec<PairTry> = Vec::new();
    for (&target, parts) in &mut evidence {
        parts.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        parts.truncate(MOST_PARTS);
        for (place, &(first, one)) in parts.iter().enumerate() {
            let others = parts[place + 1..].iter().filter(|&&(second, _)| !are_properties(first, second));
            tries.extend(others.map(|&(second, other)| PairTry {
                sum: one + other,
                best: one.max(other).max(0.0),
                target,
                key: [first.min(second), first.max(second)],
            }));
        }
        // What is best by its parts is tried first; memory stays bounded where there are many attributes.
        let most_tries = MOST_PAIRS.min(PAIR_ROWS / rows.clamp(1, SAMPLE));
        if tries.len() > most_tries {
            tries.select_nth_unstable_by(most_tries, |a, b| {
                b.sum.total_cmp(&a.sum).then((a.target, a.key).cmp(&(b.target, b.key)))
            });
            tries.truncate(most_tries);
        }
    }
    let all = search.determinants.len() * search.targets.len() + tries.len();
    // The part with more values leads: its groups are drawn once, and split by the other.
    let distinct = |part: AttributeId| search.columns[part.index()].distinct;
    let lead = |tried: &PairTry| tried.key.into_iter().max_by_key(|&part| (distinct(part), part));
    tries.sort_unstable_by_key(|tried| (lead(tried), tried.key, tried.target));
    let by_lead: Vec<&[PairTry]> = tries.chunk_by(|a, b| lead(a) == lead(b)).collect();
    let of_lead = |tries: &&[PairTry]| -> Vec<Edge> {
        let Some(first) = lead(&tries[0]) else { return Vec::new() };
        let whole = groups(search, &[first], most);
        let mut found = Vec::new();
        for tries in tries.chunk_by(|a, b| a.key == b.key) {
            let key = tries[0].key;
            let split = whole.split(search.columns[key[usize::from(key[0] == first)].index()]);
            for tried in tries {
                let edge = edge(search, marginals, &split, key.to_vec(), tried.target);
                // The pair has to tell more than its better part by as much as a single one has to tell more than
                // nothing.
                let beyond = Support { evidence: edge.support.evidence - tried.best, ..edge.support };
                let holds = covers_as_pair(&beyond, edge.whole)
                    && is_borne_out(&beyond, edge.whole, all)
                    && is_clean_enough(&beyond, dirt);
                found.extend(holds.then_some(edge));
            }
        }
        found
    };
    let found: Vec<Vec<Edge>> = by_lead.par_iter().map(of_lead).collect();
    best_pairs(found.into_iter().flatten().collect())
}

/// For every target the one pair that determines most other targets as well, and of these the best borne out: where a
/// formula ties columns together, each follows from many pairs.
fn best_pairs(pairs: Vec<Edge>) -> Vec<Edge> {
    let mut targets: BTreeMap<Vec<AttributeId>, usize> = BTreeMap::new();
    pairs.iter().for_each(|edge| *targets.entry(edge.dependency.lhs.clone()).or_default() += 1);
    let mut best: BTreeMap<AttributeId, Edge> = BTreeMap::new();
    let better = |a: &Edge, b: &Edge| {
        let by_targets = targets[&a.dependency.lhs].cmp(&targets[&b.dependency.lhs]);
        let by_evidence = a.support.evidence.total_cmp(&b.support.evidence);
        by_targets.then(by_evidence).then_with(|| b.dependency.cmp(&a.dependency)).is_gt()
    };
    for edge in pairs {
        match best.entry(edge.dependency.rhs) {
            Entry::Vacant(place) => drop(place.insert(edge)),
            Entry::Occupied(mut place) if better(&edge, place.get()) => drop(place.insert(edge)),
            Entry::Occupied(_) => (),
        }
    }
    best.into_values().collect()
}

/// The cover of the edges whose members hold in all rows.
fn verified(
    search: &DependencySearch<'_>,
    marginals: &[Marginal],
    mut edges: Vec<Edge>,
    dirt: Dirt,
    tries: usize,
) -> Vec<Edge> {
    let rows = search.hashes.len() as f64;
    let mut known: BTreeMap<Dependency, Support> = BTreeMap::new();
    loop {
        let mut covered = cover(edges.clone());
        let unknown: Vec<&Edge> = covered.iter().filter(|edge| !known.contains_key(&edge.dependency)).collect();
        let measured: Vec<(Dependency, Support)> = unknown
            .par_iter()
            .map(|found| {
                let Dependency { lhs, rhs } = found.dependency.clone();
                let groups = groups(search, &lhs, usize::MAX);
                let found = edge(search, marginals, &groups, lhs, rhs);
                (found.dependency, found.support)
            })
            .collect();
        known.extend(measured);
        let holds = |support: &Support| is_borne_out(support, rows, tries) && is_clean_enough(support, dirt);
        let before = edges.len();
        edges.retain(|edge| known.get(&edge.dependency).is_none_or(holds));
        if edges.len() == before {
            covered.iter_mut().for_each(|edge| edge.support = known[&edge.dependency]);
            return covered;
        }
    }
}

fn lines(edges: Vec<Edge>) -> Vec<ProposedDependency> {
    let mut by_key: BTreeMap<Vec<AttributeId>, Vec<(AttributeId, Support)>> = BTreeMap::new();
    for edge in edges {
        by_key.entry(edge.dependency.lhs).or_default().push((edge.dependency.rhs, edge.support));
    }
    let line = |(lhs, mut rhs): (_, Vec<(AttributeId, Support)>)| {
        rhs.sort_by_key(|&(attribute, _)| attribute);
        let score = rhs.iter().map(|(_, support)| support.evidence).sum();
        ProposedDependency { lhs, rhs, score }
    };
    let mut lines: Vec<ProposedDependency> = by_key.into_iter().map(line).collect();
    lines.sort_by(|a, b| b.score.total_cmp(&a.score).then_with(|| a.lhs.cmp(&b.lhs)));
    lines.truncate(MOST_LINES);
    lines
}

pub(crate) fn groups(search: &DependencySearch<'_>, key: &[AttributeId], most: usize) -> KeyGroups {
    let columns: Vec<CodeColumn<'_>> = key.iter().map(|part| search.columns[part.index()]).collect();
    KeyGroups::new(&columns, search.hashes, most)
}

fn edge(
    search: &DependencySearch<'_>,
    marginals: &[Marginal],
    groups: &KeyGroups,
    lhs: Vec<AttributeId>,
    rhs: AttributeId,
) -> Edge {
    let support = support(groups.iter(), search.columns[rhs.index()], &marginals[rhs.index()]);
    Edge { dependency: Dependency { lhs, rhs }, support, whole: groups.whole() }
}

#[cfg(test)]
mod tests {
    use lustrate_table::Column;

    use super::*;

    fn propose(columns: &[Vec<String>]) -> Vec<(Vec<u32>, Vec<u32>)> {
        let columns: Vec<Column> = columns
            .iter()
            .map(|cells| cells.iter().map(|cell| Some(cell.as_str())).collect::<Column>().sorted())
            .collect();
        let codes: Vec<_> = columns
            .iter()
            .map(|column| CodeColumn { codes: column.codes(), distinct: column.dictionary().len() })
            .collect();
        let all: Vec<_> = (0..codes.len() as u32).map(AttributeId).collect();
        let hashes: Vec<u64> =
            (0..columns[0].len() as u64).map(|row| row.wrapping_mul(0x9e37_79b9_7f4a_7c15)).collect();
        let search = DependencySearch { columns: &codes, hashes: &hashes, determinants: &all, targets: &all };
        let ids = |line: ProposedDependency| {
            (line.lhs.iter().map(|id| id.0).collect(), line.rhs.iter().map(|(id, _)| id.0).collect())
        };
        proposed_dependencies(&search).into_iter().map(ids).collect()
    }

    fn column(rows: usize, cell: impl Fn(usize) -> usize) -> Vec<String> {
        (0..rows).map(|row| cell(row).to_string()).collect()
    }

    #[test]
    fn a_hundred_columns_are_searched_as_few_are_and_wider_tables_in_fewer_rows() {
        assert_eq!(rows_of_key(100 * 99), SAMPLE);
        assert_eq!(rows_of_key(crate::screen::MOST_TRIES), 4_000);
    }

    #[test]
    fn a_line_says_all_that_a_key_determines() {
        let mut city = column(400, |row| row % 40 % 8 + 100);
        city[7] = "typo".into();
        let state = column(400, |row| row % 40 % 7);
        assert_eq!(propose(&[column(400, |row| row % 40), city, state]), [(vec![0], vec![1, 2])]);
    }

    #[test]
    fn a_city_in_two_counties_determines_no_county() {
        // Four of forty cities.
        let county = column(400, |row| if row % 10 == 5 && row / 40 % 2 == 0 { 9 } else { row % 40 % 8 });
        assert_eq!(propose(&[column(400, |row| row % 40), county]), []);
    }

    #[test]
    fn two_attributes_determine_what_neither_does() {
        let c = column(900, |row| (row % 6) * 2 + (row / 6 % 6) / 3);
        let found = propose(&[column(900, |row| row % 6), column(900, |row| row / 6 % 6), c]);
        assert!(found.contains(&(vec![0, 1], vec![2])), "{found:?}");
    }

    #[test]
    fn a_table_without_rows_or_with_one_shows_nothing() {
        assert_eq!(propose(&[Vec::new(), Vec::new()]), []);
        assert_eq!(propose(&[column(1, |_| 1), column(1, |_| 2)]), []);
        assert_eq!(propose(&[column(500, |row| row), column(500, |_| 2)]), []);
    }
}
