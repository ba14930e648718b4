//! Which cells a report shows as examples, and which it explains.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

use lustrate::{CellName, ErrorKind, Outcome, Repair};

/// Examples of one kind of error.
const OF_A_KIND: usize = 3;
/// Examples that are explained, and cells for review that are.
const EXPLAINED: usize = 6;

/// The cells that a report explains: of the repairs that it shows as examples those that the model made, of every kind of error
/// one before any has two; and of the cells for review the likeliest, of every reason for a doubt one before any has two. Twelve
/// at most.
pub fn cells_to_explain(outcome: &Outcome) -> Vec<CellName> {
    let examples = examples(outcome).into_iter().filter(|repair| !repair.kind.is_form());
    let made = by_turns(examples.collect(), |repair| repair.kind);
    let doubtful = likeliest_first(outcome).into_iter().filter(|repair| !repair.kind.is_form());
    let doubtful = by_turns(doubtful.take(1_000).collect(), |repair| repair.doubt);
    let chosen = made.into_iter().take(EXPLAINED).chain(doubtful.into_iter().take(EXPLAINED));
    chosen.map(CellName::of).collect()
}

/// The surest repairs of each kind of error, each of another column; those with a rule behind them first, as a person can
/// check them.
pub(super) fn examples(outcome: &Outcome) -> Vec<&Repair> {
    let mut best: BTreeMap<(ErrorKind, &str), &Repair> = BTreeMap::new();
    for repair in outcome.applied() {
        let place = best.entry((repair.kind, &repair.column)).or_insert(repair);
        if surer(repair, place) == Ordering::Less {
            *place = repair;
        }
    }
    let of_kind = |kind: &ErrorKind| {
        let mut repairs: Vec<&Repair> =
            best.range((*kind, "")..).take_while(|(key, _)| key.0 == *kind).map(|(_, r)| *r).collect();
        repairs.sort_by(|a, b| surer(a, b));
        repairs.truncate(OF_A_KIND);
        repairs
    };
    ErrorKind::ALL.iter().flat_map(of_kind).collect()
}

/// The cells for review, those first that are most probably wrong; of equals in the order of the table.
pub(super) fn likeliest_first(outcome: &Outcome) -> Vec<&Repair> {
    let mut repairs: Vec<&Repair> = outcome.for_review().collect();
    repairs.sort_by(|a, b| b.confidence.total_cmp(&a.confidence));
    repairs
}

fn surer(a: &Repair, b: &Repair) -> Ordering {
    b.rule.is_some().cmp(&a.rule.is_some()).then(b.confidence.total_cmp(&a.confidence))
}

/// The first of each group, then the second of each, and so on.
fn by_turns<K: Ord>(repairs: Vec<&Repair>, group: impl Fn(&Repair) -> K) -> Vec<&Repair> {
    let mut left = repairs;
    let mut ordered = Vec::with_capacity(left.len());
    while !left.is_empty() {
        let mut seen = BTreeSet::new();
        let (turn, rest): (Vec<&Repair>, Vec<&Repair>) =
            left.into_iter().partition(|repair| seen.insert(group(repair)));
        ordered.extend(turn);
        left = rest;
    }
    ordered
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::fixture::orders;

    #[test]
    fn examples_are_of_every_kind_and_no_two_of_a_kind_are_of_one_column() {
        let orders = orders();
        let examples = examples(&orders.outcome);
        let kinds: BTreeSet<ErrorKind> = orders.outcome.applied().map(|repair| repair.kind).collect();
        assert!(kinds.len() >= 3, "{kinds:?}");
        assert_eq!(examples.iter().map(|repair| repair.kind).collect::<BTreeSet<_>>(), kinds);
        let places: BTreeSet<_> = examples.iter().map(|repair| (repair.kind, &repair.column)).collect();
        assert_eq!(places.len(), examples.len());
    }

    #[test]
    fn cells_that_are_explained_are_few_of_all_kinds_and_can_be_explained() {
        let orders = orders();
        assert!((1..=12).contains(&orders.explanations.len()));
        assert!(orders.explanations.iter().all(|explanation| !explanation.candidates.is_empty()));
        let places: BTreeSet<_> = orders.explanations.iter().map(|e| (e.row, &e.column)).collect();
        assert_eq!(places.len(), orders.explanations.len());
    }
}
