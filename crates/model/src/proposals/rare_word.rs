//! The text with each rare word replaced by a word twenty times as common that is one edit away: the result may be
//! a value that the column has never seen.

use crate::map::HashMap;

use super::slot_word::{SHORTEST, common_count, is_word};
use super::{Backing, Doubt, Proposal, Strings, Words};
use crate::text::edits::script;

/// How many times as common the other word must be.
const TIMES_AS_COMMON: u32 = 20;
/// Columns in which fewer of the values have several words are not looked at.
const SEVERAL_WORDS: f64 = 0.3;
/// Columns with a larger share of distinct values are free text.
const FREE_TEXT: f64 = 0.6;

pub(super) fn propose(strings: &Strings<'_>, words: &Words<'_>) -> Vec<Proposal> {
    let cut = words.cut();
    let several = cut.values().filter(|(_, words, _)| words.len() > 1).count() as f64;
    let distinct = cut.values.len() as f64;
    if distinct > FREE_TEXT * strings.rows || several < SEVERAL_WORDS * distinct {
        return Vec::new();
    }
    let counts = &cut.cells;
    let least = common_count(strings.rows);
    let mut common: Vec<(&str, Vec<char>)> = counts
        .iter()
        .filter(|&(word, &count)| count >= least && is_word(word))
        .map(|(&word, _)| (word, word.chars().collect()))
        .collect();
    if common.is_empty() {
        return Vec::new();
    }
    common.sort_unstable();
    let mut meant: HashMap<&str, Option<&str>> = HashMap::default();
    for &word in counts.keys().filter(|word| word.chars().nth(SHORTEST - 1).is_some() && is_word(word)) {
        let chars: Vec<char> = word.chars().collect();
        let near = common.iter().find(|(other, other_chars)| {
            *other != word
                && counts[other] >= counts[word].saturating_mul(TIMES_AS_COMMON)
                && script(other_chars, &chars, 1).is_some_and(|script| script.len() == 1)
        });
        meant.insert(word, near.map(|&(other, _)| other));
    }
    let mut proposals = Vec::new();
    for (written, words, _) in cut.values() {
        let mended: Vec<&str> = words.iter().map(|&word| meant.get(word).copied().flatten().unwrap_or(word)).collect();
        if mended != words {
            proposals.push(Proposal { written, meant: mended.concat(), doubt: Doubt::None, backing: Backing::Cells });
        }
    }
    proposals
}

#[cfg(test)]
mod tests {
    use super::super::tests::proposed;
    use super::*;

    #[test]
    fn a_rare_word_becomes_the_common_one_in_a_value_never_seen() {
        let mut values: Vec<(String, u32)> = (0..30).map(|i| (format!("{i} patients"), 8)).collect();
        values.push(("31 patxents".into(), 1));
        let values: Vec<(&str, u32)> = values.iter().map(|(text, count)| (text.as_str(), *count)).collect();
        assert!(proposed(&values).contains(&("31 patxents".into(), "31 patients".into(), Doubt::None)));
    }

    #[test]
    fn words_of_prose_are_held_against_no_others() {
        let prose = |word: &str| format!("{} {word}", "some words of an essay ".repeat(30));
        let mut values: Vec<(String, u32)> = (0..30).map(|i| (format!("{i} patients"), 8)).collect();
        values.extend([("patients", 40), ("patxents", 1)].map(|(word, count)| (prose(word), count)));
        let values: Vec<(&str, u32)> = values.iter().map(|(text, count)| (text.as_str(), *count)).collect();
        let written = prose("patxents");
        assert!(proposed(&values).iter().all(|(text, meant, _)| *text != written || *meant != prose("patients")));
    }
}
