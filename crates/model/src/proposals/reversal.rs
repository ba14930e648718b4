//! The text read backwards, where that is a value of the column or reads much more like one.

use std::cell::LazyCell;

use crate::map::HashMap;

use super::{Backing, Doubt, Proposal, Strings, Words};
use crate::text::classes::skeleton;

/// A reversal that the column has never seen must be better by this in the bigram log likelihood.
const MUCH_BETTER: f64 = 8.0;
/// Longer texts are not read backwards.
const LONGEST: usize = 200;

pub(super) fn propose(strings: &Strings<'_>, _: &Words<'_>) -> Vec<Proposal> {
    let bigrams = Bigrams::new(strings);
    let skeletons = LazyCell::new(|| {
        let mut skeletons: HashMap<String, u32> = HashMap::default();
        for (_, text, count) in strings.values() {
            *skeletons.entry(skeleton(text)).or_default() += count;
        }
        skeletons
    });
    let share = |text: &str| skeletons.get(&skeleton(text)).copied().unwrap_or(0);
    let mut proposals = Vec::new();
    let (mut marked, mut backwards) = (Vec::new(), String::new());
    for (written, text, count) in strings.values() {
        backwards.clear();
        backwards.extend(text.chars().rev());
        if backwards == text || text.chars().nth(1).is_none() {
            continue;
        }
        let doubt = match strings.count(&backwards) {
            Some(other) if other >= count.saturating_mul(3) && share(text).saturating_mul(5) <= share(&backwards) => {
                Doubt::Suspect
            }
            Some(_) => Doubt::None,
            None if !readable(text) => continue,
            None => {
                let [likelihood, as_written] = bigrams.log_likelihoods(text, &mut marked);
                if likelihood - as_written <= MUCH_BETTER {
                    continue;
                }
                Doubt::None
            }
        };
        proposals.push(Proposal { written, meant: backwards.clone(), doubt, backing: Backing::Cells });
    }
    proposals
}

fn readable(text: &str) -> bool {
    text.chars().filter(|c| c.is_alphabetic()).count() >= 3 && text.chars().count() <= LONGEST
}

/// How often one character follows another in the distinct values of a column.
struct Bigrams {
    /// The place of each character; marks for the start and the end of a value come first.
    places: HashMap<char, u32>,
    /// By pair of places; side by side for each first one where there are few.
    pairs: Pairs,
    firsts: Vec<f64>,
}

/// Counts by pair.
enum Pairs {
    Table { width: usize, counts: Vec<f64> },
    Map(HashMap<(u32, u32), f64>),
}

/// Up to so many characters all pairs are counted side by side.
const FEW: usize = 256;
const START: u32 = 0;
const END: u32 = 1;

impl Pairs {
    fn of(&self, (first, second): (u32, u32)) -> f64 {
        match self {
            Pairs::Table { width, counts } => counts[first as usize * width + second as usize],
            Pairs::Map(counts) => counts.get(&(first, second)).copied().unwrap_or(0.0),
        }
    }

    fn add(&mut self, (first, second): (u32, u32)) {
        match self {
            Pairs::Table { width, counts } => counts[first as usize * *width + second as usize] += 1.0,
            Pairs::Map(counts) => *counts.entry((first, second)).or_default() += 1.0,
        }
    }
}

impl Bigrams {
    fn new(strings: &Strings<'_>) -> Self {
        let mut places: HashMap<char, u32> = HashMap::default();
        for c in strings.values().flat_map(|(_, text, _)| text.chars()) {
            let next = places.len() as u32 + 2;
            places.entry(c).or_insert(next);
        }
        let width = places.len() + 2;
        let pairs = match width <= FEW {
            true => Pairs::Table { width, counts: vec![0.0; width * width] },
            false => Pairs::Map(HashMap::default()),
        };
        let mut bigrams = Bigrams { places, pairs, firsts: vec![0.0; width] };
        let mut marked = Vec::new();
        for (_, text, _) in strings.values() {
            bigrams.mark(text, &mut marked);
            for pair in marked.windows(2) {
                bigrams.pairs.add((pair[0], pair[1]));
                bigrams.firsts[pair[0] as usize] += 1.0;
            }
        }
        bigrams
    }

    /// The places of the characters of a value of the column, between marks.
    fn mark(&self, text: &str, marked: &mut Vec<u32>) {
        marked.clear();
        marked.push(START);
        marked.extend(text.chars().map(|c| self.places[&c]));
        marked.push(END);
    }

    /// The log likelihood of a value read backwards, and that of the value as it is written: both without what the value
    /// itself adds to the counts.
    fn log_likelihoods(&self, text: &str, marked: &mut Vec<u32>) -> [f64; 2] {
        self.mark(text, marked);
        let own = |pair: (u32, u32)| {
            let (mut same, mut first) = (0.0, 0.0);
            for other in marked.windows(2).filter(|other| other[0] == pair.0) {
                first += 1.0;
                same += if other[1] == pair.1 { 1.0 } else { 0.0 };
            }
            (same, first)
        };
        let log = |pair: (u32, u32)| {
            let (own_pair, own_first) = own(pair);
            let same = (self.pairs.of(pair) - own_pair).max(0.0);
            let first = (self.firsts[pair.0 as usize] - own_first).max(0.0);
            ((same + 0.1) / (first + 4.0)).ln()
        };
        let turned = |mark: u32| match mark {
            START => END,
            END => START,
            place => place,
        };
        let forwards = marked.windows(2).map(|pair| log((pair[0], pair[1]))).sum();
        let backwards = marked.windows(2).rev().map(|pair| log((turned(pair[1]), turned(pair[0])))).sum();
        [backwards, forwards]
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::proposed;
    use super::*;

    #[test]
    fn a_value_of_the_column_written_backwards_is_recognised() {
        let proposals = proposed(&[("boston", 12), ("notsob", 1), ("salem", 9)]);
        assert!(proposals.contains(&("notsob".into(), "boston".into(), Doubt::None)));
    }
}
