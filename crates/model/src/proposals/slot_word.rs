//! The text with a rare word replaced by the word that fills its place in most texts of as many words, where both
//! have one length and agree in a quarter of their letters: a scrambled word.

use crate::map::HashMap;

use super::{Backing, Doubt, Proposal, Strings, Words};

/// Shorter words are too easily taken for one another.
pub(super) const SHORTEST: usize = 4;

/// A word fills a place only where so many cells say so: of two texts of a length one says nothing of the other.
const SEEN: u32 = 3;

pub(super) fn propose(strings: &Strings<'_>, words: &Words<'_>) -> Vec<Proposal> {
    let cut = words.cut();
    let counts = &cut.cells;
    let least = common_count(strings.rows);
    let mut common: HashMap<usize, Vec<&str>> = HashMap::default();
    for (&word, _) in counts.iter().filter(|&(word, &count)| count >= least && is_word(word)) {
        common.entry(word.chars().count()).or_default().push(word);
    }
    if common.is_empty() {
        return Vec::new();
    }
    common.values_mut().for_each(|words| words.sort_unstable());
    let mut texts_of_length: HashMap<usize, u32> = HashMap::default();
    let mut slots: HashMap<(usize, usize, &str), u32> = HashMap::default();
    for (_, words, count) in cut.values() {
        *texts_of_length.entry(words.len()).or_default() += count;
        for (place, &word) in words.iter().enumerate() {
            if word.chars().nth(SHORTEST - 1).is_some() {
                *slots.entry((words.len(), place, word)).or_default() += count;
            }
        }
    }
    let fills = |length: usize, place: usize, word: &str| {
        let filled = slots.get(&(length, place, word)).copied().unwrap_or(0);
        filled >= SEEN && 10 * u64::from(filled) >= 3 * u64::from(texts_of_length[&length])
    };
    let mut proposals = Vec::new();
    for (written, words, _) in cut.values().filter(|(_, words, _)| words.len() > 1) {
        let mended: Vec<&str> = (words.iter().enumerate())
            .map(|(place, &word)| {
                if counts[word] > 2 || !is_word(word) {
                    return word;
                }
                let length = word.chars().count();
                let alike = |other: &&&str| word.chars().zip(other.chars()).filter(|(a, b)| a == b).count();
                let best = common.get(&length).and_then(|words| words.iter().max_by_key(alike));
                let fits = |best: &&&str| alike(best) >= 2.max(length.div_ceil(4)) && fills(words.len(), place, best);
                best.filter(fits).copied().unwrap_or(word)
            })
            .collect();
        if mended != words {
            proposals.push(Proposal { written, meant: mended.concat(), doubt: Doubt::None, backing: Backing::Cells });
        }
    }
    proposals
}

/// A word is common from this many cells on: a fiftieth of the column, and never fewer than ten.
pub(super) fn common_count(rows: f64) -> u32 {
    10.max((0.02 * rows).ceil() as u32)
}

/// Long enough, and not a number.
pub(super) fn is_word(word: &str) -> bool {
    word.chars().nth(SHORTEST - 1).is_some() && !word.chars().all(|c| c.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::super::tests::proposed;
    use super::*;

    #[test]
    fn a_scrambled_word_is_put_right_in_its_place() {
        let proposals = proposed(&[("12 percent", 20), ("15 percent", 20), ("17 pxrcqnw", 1)]);
        assert!(proposals.contains(&("17 pxrcqnw".into(), "17 percent".into(), Doubt::None)));
    }
}
