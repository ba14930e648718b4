//! What several people agree on, and how far each can be relied on.
//!
//! The model is that of Dawid and Skene (1979, "Maximum likelihood estimation of observer error-rates using the EM algorithm") with
//! one number a person, as cells of free text have no classes to confuse: a person writes the true value with probability `r`, and
//! else any of the other values, those that were said of the cell and one that nobody said. The reliabilities and the true values are
//! learned in turn.

use std::collections::{BTreeMap, BTreeSet};

use lustrate_table::CellId;

use crate::{Agreed, AgreedLabel, Disagreement, Labels, Person, Said};

/// Before anything is compared, people are taken to be right in 19 of 20 cells, and that counts as much as 20 cells in which
/// they can be compared.
const PRIOR_RIGHT: f64 = 19.0;
const PRIOR_WRONG: f64 = 1.0;

/// Learning ends when no reliability changes by more than this, or after so many rounds.
const SETTLED: f64 = 1e-10;
const ROUNDS: usize = 500;

/// A value as somebody said it.
type Value<'a> = Option<&'a str>;

/// A cell of which something was said.
struct Cell<'a> {
    id: CellId,
    /// The values that were said, in their order, each with the labels that say so.
    values: BTreeMap<Value<'a>, Vec<usize>>,
    /// Who said what, in their order.
    votes: Vec<Vote>,
}

/// What a person said of a cell.
#[derive(Clone, Copy, PartialEq, PartialOrd)]
struct Vote {
    person: usize,
    /// The place of the value in those of the cell.
    value: usize,
    /// 1, shared between the values if the person said several.
    weight: f64,
}

impl Labels {
    /// What the labels say together. Nothing in it depends on their order but the places by which it refers to them.
    pub fn agree(&self) -> Agreed {
        let people: Vec<Option<&str>> = self.people();
        let cells = self.cells(&people);
        let reliabilities = learn(&cells, people.len());
        let mut agreed = Agreed::default();
        for cell in &cells {
            let probabilities = posterior(cell, &reliabilities);
            // Of equally probable values the first in their order is taken.
            let best = (0..cell.values.len()).rev().max_by(|&a, &b| probabilities[a].total_cmp(&probabilities[b]));
            let best = best.expect("a cell of which something was said has a value");
            let (value, labels) = cell.values.iter().nth(best).expect("the place is one of them");
            let label = AgreedLabel {
                value: value.map(str::to_owned),
                probability: probabilities[best],
                labels: labels.clone(),
            };
            agreed.cells.insert(cell.id, label);
            if cell.values.len() > 1 {
                let mut labels: Vec<usize> = cell.values.values().flatten().copied().collect();
                labels.sort_unstable();
                agreed.disagreements.push(Disagreement { cell: cell.id, labels });
            }
        }
        agreed.people = people
            .iter()
            .zip(reliabilities)
            .enumerate()
            .map(|(place, (who, reliability))| {
                let mut person = Person { who: who.map(str::to_owned), labels: 0, shared: 0, agreed: 0, reliability };
                cells.iter().for_each(|cell| count(cell, place, &mut person));
                person
            })
            .collect();
        agreed
    }

    /// Everybody who said something, by name.
    fn people(&self) -> Vec<Option<&str>> {
        let people: BTreeSet<Option<&str>> = self.items.iter().map(|label| label.who.as_deref()).collect();
        people.into_iter().collect()
    }

    /// The cells of which somebody said a value.
    fn cells<'a>(&'a self, people: &[Option<&str>]) -> Vec<Cell<'a>> {
        let mut cells: BTreeMap<CellId, Cell<'a>> = BTreeMap::new();
        for (place, label) in self.items.iter().enumerate() {
            let Said::Value(value) = &label.said else { continue };
            let id = label.cell;
            let cell = cells.entry(id).or_insert_with(|| Cell { id, values: BTreeMap::new(), votes: Vec::new() });
            cell.values.entry(value.as_deref()).or_default().push(place);
        }
        let person = |label: &usize| {
            let who = self.items[*label].who.as_deref();
            people.binary_search(&who).expect("who gave a label is among the people")
        };
        let with_votes = |mut cell: Cell<'a>| {
            let votes: BTreeSet<(usize, usize)> = cell
                .values
                .values()
                .enumerate()
                .flat_map(|(value, labels)| labels.iter().map(move |label| (label, value)))
                .map(|(label, value)| (person(label), value))
                .collect();
            let said_by = |person: usize| votes.iter().filter(|vote| vote.0 == person).count() as f64;
            let votes = votes.iter().map(|&(person, value)| Vote { person, value, weight: 1.0 / said_by(person) });
            cell.votes = votes.collect();
            cell
        };
        cells.into_values().map(with_votes).collect()
    }
}

/// The reliability of each person.
fn learn(cells: &[Cell<'_>], people: usize) -> Vec<f64> {
    let mut reliabilities = vec![PRIOR_RIGHT / (PRIOR_RIGHT + PRIOR_WRONG); people];
    for _ in 0..ROUNDS {
        let mut right = vec![PRIOR_RIGHT; people];
        let mut all = vec![PRIOR_RIGHT + PRIOR_WRONG; people];
        for cell in cells {
            let probabilities = posterior(cell, &reliabilities);
            for vote in &cell.votes {
                right[vote.person] += vote.weight * probabilities[vote.value];
                all[vote.person] += vote.weight;
            }
        }
        let learned: Vec<f64> = right.iter().zip(&all).map(|(right, all)| right / all).collect();
        let moved = learned.iter().zip(&reliabilities).map(|(new, old)| (new - old).abs()).fold(0.0, f64::max);
        reliabilities = learned;
        if moved < SETTLED {
            break;
        }
    }
    reliabilities
}

/// The probability of each value that was said of a cell, and behind them that of any other.
fn posterior(cell: &Cell<'_>, reliabilities: &[f64]) -> Vec<f64> {
    // Besides the true value there are as many others as were said: one of those may be true, and one that nobody said is there.
    let others = cell.values.len() as f64;
    let log_weight = |truth: usize| -> f64 {
        let of_vote = |vote: &Vote| {
            let right = reliabilities[vote.person];
            let probability = if vote.value == truth { right } else { (1.0 - right) / others };
            vote.weight * probability.ln()
        };
        cell.votes.iter().map(of_vote).sum()
    };
    let log_weights: Vec<f64> = (0..=cell.values.len()).map(log_weight).collect();
    let most = log_weights.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let weights: Vec<f64> = log_weights.iter().map(|log_weight| (log_weight - most).exp()).collect();
    let sum: f64 = weights.iter().sum();
    weights.iter().map(|weight| weight / sum).collect()
}

/// Counts a cell for a person who said something of it.
fn count(cell: &Cell<'_>, place: usize, person: &mut Person) {
    let own: Vec<usize> = cell.votes.iter().filter(|vote| vote.person == place).map(|vote| vote.value).collect();
    if own.is_empty() {
        return;
    }
    person.labels += 1;
    let others: BTreeSet<usize> = cell.votes.iter().map(|vote| vote.person).filter(|&other| other != place).collect();
    if others.is_empty() {
        return;
    }
    person.shared += 1;
    let same = |&&other: &&usize| {
        let mut votes = cell.votes.iter().filter(|vote| vote.person == other);
        own.len() == 1 && votes.all(|vote| vote.value == own[0])
    };
    person.agreed += u64::from(2 * others.iter().filter(same).count() > others.len());
}

#[cfg(test)]
mod tests {
    use lustrate_table::{AttributeId, RowId};
    use proptest::prelude::*;

    use super::*;
    use crate::{Label, LabelPlace};

    fn label(row: u32, who: Option<&str>, value: &str) -> Label {
        Label {
            cell: CellId { row: RowId(row), attribute: AttributeId(0) },
            said: Said::Value(Some(value.to_owned()).filter(|value| !value.is_empty())),
            who: who.map(str::to_owned),
            place: LabelPlace { file: "x.csv".to_owned(), line: row as usize + 2 },
        }
    }

    fn agreed(labels: &[Label]) -> Agreed {
        Labels { items: labels.to_vec() }.agree()
    }

    /// A number from 0 to 99 that looks drawn, the same in every run.
    fn drawn(row: u32, person: u32) -> u32 {
        let mut state = (u64::from(row) << 32 | u64::from(person)).wrapping_add(0x9e37_79b9_7f4a_7c15);
        state = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        state = (state ^ (state >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((state ^ (state >> 31)) % 100) as u32
    }

    #[test]
    fn a_person_alone_is_taken_to_be_right_in_nineteen_of_twenty_cells() {
        let labels: Vec<_> = (0..30).map(|row| label(row, None, "a")).collect();
        let agreed = agreed(&labels);
        assert!((agreed.people[0].reliability - 0.95).abs() < 1e-6);
        assert!(agreed.cells.values().all(|cell| (cell.probability - 0.95).abs() < 1e-6));
        assert_eq!((agreed.people[0].labels, agreed.people[0].shared), (30, 0));
    }

    #[test]
    fn of_five_people_the_careless_one_is_told_apart() {
        let people = ["ann", "bob", "cy", "dan", "eve"];
        let mut labels = Vec::new();
        for row in 0..80 {
            for (person, who) in people.into_iter().enumerate() {
                let errs_in = if who == "dan" { 50 } else { 5 };
                let is_wrong = drawn(row, person as u32) < errs_in;
                let value = if is_wrong { format!("w{}", drawn(row, 9) % 3) } else { format!("t{row}") };
                labels.push(label(row, Some(who), &value));
            }
        }
        let agreed = agreed(&labels);
        for person in &agreed.people {
            let range = if person.who.as_deref() == Some("dan") { 0.4..0.7 } else { 0.88..0.99 };
            assert!(range.contains(&person.reliability), "{person:?}");
        }
        let right = agreed.cells.iter().filter(|(cell, label)| label.value == Some(format!("t{}", cell.row.0))).count();
        assert!(right >= 79, "{right} of 80");
    }

    #[test]
    fn who_errs_in_a_twentieth_of_the_cells_is_estimated_so() {
        let mut labels = Vec::new();
        for row in 0..400 {
            for (person, who) in ["ann", "bob", "cy"].into_iter().enumerate() {
                let is_wrong = drawn(row, person as u32 + 20) < 5;
                labels.push(label(row, Some(who), if is_wrong { who } else { "right" }));
            }
        }
        let agreed = agreed(&labels);
        assert!(agreed.people.iter().all(|person| (person.reliability - 0.95).abs() < 0.025), "{:?}", agreed.people);
        let right = agreed.cells.values().filter(|label| label.value.as_deref() == Some("right")).count();
        assert!(right >= 396, "{right} of 400");
    }

    #[test]
    fn a_majority_is_surer_than_a_person_alone_and_a_tie_is_unsure() {
        let two = agreed(&[label(0, Some("ann"), "a"), label(0, Some("bob"), "a")]).cells;
        assert!(two.values().all(|cell| cell.probability > 0.99));
        let tie = agreed(&[label(0, Some("ann"), "a"), label(0, Some("bob"), "")]);
        assert!(tie.cells.values().all(|cell| cell.probability < 0.5));
        assert_eq!(tie.disagreements.len(), 1);
        assert_eq!(
            tie.people.iter().map(|person| (person.shared, person.agreed)).collect::<Vec<_>>(),
            [(1, 0), (1, 0)]
        );
    }

    #[test]
    fn who_says_two_things_of_a_cell_disagrees_with_themselves() {
        let agreed = agreed(&[label(0, None, "a"), label(0, None, "b"), label(1, None, "a"), label(1, None, "a")]);
        assert_eq!(agreed.disagreements.iter().map(|found| found.labels.clone()).collect::<Vec<_>>(), [[0, 1]]);
        assert!(agreed.cells.values().next().unwrap().probability < 0.6);
    }

    #[test]
    fn not_to_know_is_no_value_and_no_disagreement() {
        let unknown = Label { said: Said::Unknown, ..label(0, Some("bob"), "") };
        let agreed = agreed(&[label(0, Some("ann"), "a"), unknown]);
        assert_eq!((agreed.cells.len(), agreed.disagreements.len()), (1, 0));
        assert_eq!(agreed.people.iter().map(|person| person.labels).collect::<Vec<_>>(), [1, 0]);
    }

    proptest! {
        #[test]
        fn the_order_of_the_labels_changes_nothing(
            drawn in prop::collection::vec((0u32..4, 0usize..4, "[ab]?"), 1..30),
            seed in any::<u64>(),
        ) {
            let people = [None, Some("ann"), Some("bob"), Some("cy")];
            let labels: Vec<_> = drawn.iter().map(|(row, who, value)| label(*row, people[*who], value)).collect();
            let mut order: Vec<usize> = (0..labels.len()).collect();
            order.sort_by_key(|&place| (place as u64).wrapping_add(seed).wrapping_mul(0x9e37_79b9_7f4a_7c15));
            let moved = agreed(&order.iter().map(|&place| labels[place].clone()).collect::<Vec<_>>());
            let back = |places: &[usize]| {
                let mut back: Vec<usize> = places.iter().map(|&place| order[place]).collect();
                back.sort_unstable();
                back
            };
            let mut expected = agreed(&labels);
            expected.cells.values_mut().for_each(|cell| cell.labels.sort_unstable());
            let mut moved = moved;
            moved.cells.values_mut().for_each(|cell| cell.labels = back(&cell.labels));
            moved.disagreements.iter_mut().for_each(|found| found.labels = back(&found.labels));
            prop_assert_eq!(moved, expected);
        }

        #[test]
        fn probabilities_are_some(drawn in prop::collection::vec((0u32..3, 0usize..3, "[ab]?"), 0..40)) {
            let people = [None, Some("ann"), Some("bob")];
            let labels: Vec<_> = drawn.iter().map(|(row, who, value)| label(*row, people[*who], value)).collect();
            let agreed = agreed(&labels);
            let is_some = |probability: f64| probability > 0.0 && probability < 1.0;
            prop_assert!(agreed.people.iter().all(|person| is_some(person.reliability)));
            prop_assert!(agreed.cells.values().all(|cell| is_some(cell.probability)));
        }
    }
}
