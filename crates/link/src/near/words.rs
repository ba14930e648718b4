//! Texts that share many of their words, through the rarest of these.
//!
//! Two texts whose sets of words A and B have a Jaccard similarity of at least t share at least t·|A| words, so that one
//! of any |A| − ⌈t·|A|⌉ + 1 words of A is in B: the rarest are probed (the prefix filter of Chaudhuri, Ganti & Kaushik,
//! "A primitive operator for similarity joins", ICDE 2006).

use std::collections::BTreeSet;

use lustrate_table::{Code, Dictionary};

use crate::map::HashMap;

/// An index of the values of a dictionary.
#[derive(Debug, Default)]
pub(super) struct WordIndex {
    postings: HashMap<String, Vec<Code>>,
    wordless: Vec<Code>,
}

impl WordIndex {
    pub(super) fn new(dictionary: &Dictionary) -> Self {
        let mut index = WordIndex::default();
        for (code, text) in dictionary.iter() {
            let words = words(text);
            if words.is_empty() {
                index.wordless.push(code);
            }
            for word in words {
                index.postings.entry(word).or_default().push(code);
            }
        }
        index
    }

    /// The values that can share this much of their words with a text, in the order of their codes.
    pub(super) fn sharing(&self, text: &str, least: f64) -> Vec<Code> {
        let mut values = self.lists(text, least).concat();
        values.sort_unstable();
        values.dedup();
        values
    }

    /// At most how many values are compared with a text.
    pub(super) fn cost(&self, text: &str, least: f64) -> usize {
        self.lists(text, least).iter().map(|list| list.len()).sum()
    }

    /// Lists of values that together hold all that can share this much of their words.
    fn lists(&self, text: &str, least: f64) -> Vec<&[Code]> {
        let words = words(text);
        if words.is_empty() {
            return vec![&self.wordless];
        }
        let mut lists: Vec<&[Code]> =
            words.iter().map(|word| self.postings.get(word).map_or(&[][..], Vec::as_slice)).collect();
        lists.sort_by_key(|list| list.len());
        // The share is rounded down a little, lest rounding leave a value out.
        let shared = (least * lists.len() as f64 - 1e-9).ceil().max(1.0) as usize;
        lists.truncate((lists.len() + 1).saturating_sub(shared));
        lists
    }
}

/// The words of a text as [`Similarity::Token`](lustrate_values::Similarity::Token) has them.
fn words(text: &str) -> BTreeSet<String> {
    text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_lowercase).collect()
}
