//! Of many dependencies the few that imply the others.

use std::collections::{BTreeMap, BTreeSet};

use lustrate_rules::Dependency;
use lustrate_table::AttributeId;

use crate::Support;

/// A dependency and what speaks for it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Edge {
    pub dependency: Dependency,
    pub support: Support,
    /// The rows of the table that the measured ones stand for.
    pub whole: f64,
}

impl Edge {
    /// The share of the rows of the table that the dependency covers.
    pub(crate) fn covers(&self) -> f64 {
        f64::from(self.support.rows) / self.whole
    }
}

/// Leaves out what the rest implies, worst first. `edges` are at most a few thousand; work is quadratic in them.
///
/// Attributes that determine each other are a class: one of them speaks for all, the others determine it and are
/// determined by it.
pub(crate) fn cover(edges: Vec<Edge>) -> Vec<Edge> {
    let speaker = speakers(&edges);
    let speaks = |id: &AttributeId| speaker.get(id).unwrap_or(id) == id;
    let class = |id: &AttributeId| *speaker.get(id).unwrap_or(id);
    // How soon an edge is given up.
    let rank = |edge: &Edge| {
        let (lhs, rhs) = (&edge.dependency.lhs, edge.dependency.rhs);
        if lhs.len() > 1 {
            return 5 + lhs.iter().filter(|id| !speaks(id)).count();
        }
        let inside = class(&lhs[0]) == class(&rhs);
        match (inside, speaks(&lhs[0]), speaks(&rhs)) {
            (true, true, _) | (true, _, true) => 0,
            (false, true, true) => 1,
            (false, true, false) => 2,
            (false, false, _) => 3,
            (true, false, false) => 4,
        }
    };
    let mut order: Vec<usize> = (0..edges.len()).collect();
    order.sort_by(|&a, &b| {
        let (a, b) = (&edges[a], &edges[b]);
        let weaker = a.support.evidence.total_cmp(&b.support.evidence);
        rank(b).cmp(&rank(a)).then(weaker).then_with(|| b.dependency.cmp(&a.dependency))
    });
    let mut kept = vec![true; edges.len()];
    for at in order {
        kept[at] = false;
        kept[at] = !is_implied(&edges[at], edges.iter().zip(&kept).filter(|&(_, &kept)| kept).map(|(edge, _)| edge));
    }
    edges.into_iter().zip(kept).filter(|(_, kept)| *kept).map(|(edge, _)| edge).collect()
}

/// Whether a dependency follows from others that cover as many rows, about.
fn is_implied<'a>(edge: &Edge, others: impl Iterator<Item = &'a Edge>) -> bool {
    let mut others: Vec<&Edge> = others.filter(|other| 2.0 * other.covers() >= edge.covers()).collect();
    let mut known: BTreeSet<AttributeId> = edge.dependency.lhs.iter().copied().collect();
    loop {
        let before = others.len();
        others.retain(|other| {
            let applies = other.dependency.lhs.iter().all(|part| known.contains(part));
            if applies {
                known.insert(other.dependency.rhs);
            }
            !applies
        });
        if known.contains(&edge.dependency.rhs) {
            return true;
        }
        if others.len() == before {
            return false;
        }
    }
}

/// For every attribute of a class of more than one, the attribute that speaks for the class: the first of those whose
/// values tell the others nearly as well as any.
fn speakers(edges: &[Edge]) -> BTreeMap<AttributeId, AttributeId> {
    let single = |edge: &&Edge| edge.dependency.lhs.len() == 1;
    let agreement: BTreeMap<(AttributeId, AttributeId), f64> = (edges.iter().filter(single))
        .map(|edge| ((edge.dependency.lhs[0], edge.dependency.rhs), edge.support.agreement()))
        .collect();
    let mutual = |a: AttributeId, b: AttributeId| agreement.contains_key(&(b, a));
    let mut class: BTreeMap<AttributeId, AttributeId> = BTreeMap::new();
    fn root(class: &BTreeMap<AttributeId, AttributeId>, mut id: AttributeId) -> AttributeId {
        while let Some(&up) = class.get(&id).filter(|&&up| up != id) {
            id = up;
        }
        id
    }
    for &(a, b) in agreement.keys().filter(|&&(a, b)| a < b && mutual(a, b)) {
        let (a, b) = (root(&class, a), root(&class, b));
        class.insert(a.max(b), a.min(b));
        class.insert(a.min(b), a.min(b));
    }
    let mut members: BTreeMap<AttributeId, Vec<AttributeId>> = BTreeMap::new();
    for &id in class.keys() {
        members.entry(root(&class, id)).or_default().push(id);
    }
    let mut speaker = BTreeMap::new();
    for members in members.values() {
        let tells = |&id: &AttributeId| {
            let of = |&other: &AttributeId| agreement.get(&(id, other)).copied().unwrap_or(0.0);
            members.iter().filter(|&&other| other != id).map(of).sum::<f64>() / (members.len() - 1) as f64
        };
        let best = members.iter().map(tells).fold(0.0, f64::max);
        let chosen = members.iter().copied().find(|id| tells(id) >= best - NEARLY);
        speaker.extend(members.iter().map(|&id| (id, chosen.unwrap_or(id))));
    }
    speaker
}

/// An attribute tells of others nearly as well as another if it does so in this share of the rows less.
const NEARLY: f64 = 0.02;

#[cfg(test)]
mod tests {
    use super::*;

    fn covered(pairs: &[(&[u32], u32)]) -> Vec<(Vec<u32>, u32)> {
        let support = Support { rows: 100, agreed: 100, evidence: 50.0, ..Support::default() };
        let edge = |&(lhs, rhs): &(&[u32], u32)| Edge {
            dependency: Dependency { lhs: lhs.iter().map(|&id| AttributeId(id)).collect(), rhs: AttributeId(rhs) },
            support,
            whole: 100.0,
        };
        let kept = cover(pairs.iter().map(edge).collect());
        kept.iter().map(|e| (e.dependency.lhs.iter().map(|id| id.0).collect(), e.dependency.rhs.0)).collect()
    }

    #[test]
    fn what_follows_is_left_out() {
        assert_eq!(covered(&[(&[0], 1), (&[0], 2), (&[1], 2)]), [(vec![0], 1), (vec![1], 2)]);
    }

    #[test]
    fn one_of_a_class_speaks_for_all() {
        let all: Vec<(&[u32], u32)> =
            vec![(&[0], 1), (&[0], 2), (&[1], 0), (&[1], 2), (&[2], 0), (&[2], 1), (&[0], 3), (&[1], 3), (&[2], 3)];
        let kept = covered(&all);
        assert_eq!(kept, [(vec![0], 1), (vec![0], 2), (vec![1], 0), (vec![2], 0), (vec![0], 3)]);
    }

    #[test]
    fn a_pair_that_follows_from_its_parts_is_left_out() {
        assert_eq!(covered(&[(&[0], 1), (&[0, 2], 3), (&[1, 2], 3)]), [(vec![0], 1), (vec![1, 2], 3)]);
    }
}
