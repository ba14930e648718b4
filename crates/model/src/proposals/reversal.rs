//! The text read backwards, where that is a value of the column or reads much more like one.

use crate::map::HashMap;

use super::{Backing, Doubt, Proposal, Strings};
use crate::text::classes::skeleton;

/// A reversal that the column has never seen must be better by this in the bigram log likelihood.
const MUCH_BETTER: f64 = 8.0;
/// Longer texts are not read backwards.
const LONGEST: usize = 200;

pub(super) fn propose(strings: &Strings<'_>) -> Vec<Proposal> {
    let bigrams = Bigrams::new(strings);
    let mut skeletons: HashMap<String, u32> = HashMap::default();
    for (_, text, count) in strings.values() {
        *skeletons.entry(skeleton(text)).or_default() += count;
    }
    let share = |text: &str| skeletons.get(&skeleton(text)).copied().unwrap_or(0);
    let mut proposals = Vec::new();
    for (written, text, count) in strings.values() {
        let backwards: String = text.chars().rev().collect();
        if backwards == text || text.chars().nth(1).is_none() {
            continue;
        }
        let doubt = match strings.count(&backwards) {
            Some(other) if other >= count.saturating_mul(3) && share(text).saturating_mul(5) <= share(&backwards) => {
                Doubt::Suspect
            }
            Some(_) => Doubt::None,
            None if readable(text)
                && bigrams.log_likelihood(&backwards, text) - bigrams.log_likelihood(text, text) > MUCH_BETTER =>
            {
                Doubt::None
            }
            None => continue,
        };
        proposals.push(Proposal { written, meant: backwards, doubt, backing: Backing::Cells });
    }
    proposals
}

fn readable(text: &str) -> bool {
    text.chars().filter(|c| c.is_alphabetic()).count() >= 3 && text.chars().count() <= LONGEST
}

/// Bigrams over the distinct values, each counted once.
struct Bigrams {
    pairs: HashMap<(char, char), f64>,
    firsts: HashMap<char, f64>,
}

impl Bigrams {
    fn new(strings: &Strings<'_>) -> Self {
        let mut bigrams = Bigrams { pairs: HashMap::default(), firsts: HashMap::default() };
        for (_, text, _) in strings.values() {
            for pair in pairs(text) {
                *bigrams.pairs.entry(pair).or_default() += 1.0;
                *bigrams.firsts.entry(pair.0).or_default() += 1.0;
            }
        }
        bigrams
    }

    /// The log likelihood of a text when the value `own` is left out of the counts.
    fn log_likelihood(&self, text: &str, own: &str) -> f64 {
        let own = pairs(own);
        let mut log = 0.0;
        for pair in pairs(text) {
            let own_pair = own.iter().filter(|&&other| other == pair).count() as f64;
            let own_first = own.iter().filter(|other| other.0 == pair.0).count() as f64;
            let same = (self.pairs.get(&pair).copied().unwrap_or(0.0) - own_pair).max(0.0);
            let first = (self.firsts.get(&pair.0).copied().unwrap_or(0.0) - own_first).max(0.0);
            log += ((same + 0.1) / (first + 4.0)).ln();
        }
        log
    }
}

fn pairs(text: &str) -> Vec<(char, char)> {
    let marked: Vec<char> = std::iter::once('\u{2}').chain(text.chars()).chain(std::iter::once('\u{3}')).collect();
    marked.windows(2).map(|pair| (pair[0], pair[1])).collect()
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
