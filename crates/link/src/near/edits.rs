//! Texts within a few edits, through their rarest bigrams.
//!
//! Of the bigrams of a text (its two ends count as characters) an insertion, deletion or substitution touches two, an
//! exchange of neighbours three. A text within k edits therefore lacks at most 3k of them, and one of any 3k + 1 leads to
//! it: the rarest are probed (the prefix filter of Xiao, Wang, Lin & Yu, "Ed-Join", VLDB 2008). Where a text has no more
//! than 3k, all values of a length within k are looked at.

use lustrate_table::{Code, Dictionary};
use rapidfuzz::distance::osa;

use crate::map::HashMap;

type Bigram = (Option<char>, Option<char>);

/// An index of the values of a dictionary.
#[derive(Debug, Default)]
pub(super) struct EditIndex {
    texts: Vec<Vec<char>>,
    postings: HashMap<Bigram, Vec<u32>>,
    by_length: Vec<Vec<u32>>,
}

impl EditIndex {
    pub(super) fn new(dictionary: &Dictionary) -> Self {
        let mut index = EditIndex::default();
        for (code, text) in dictionary.iter() {
            let text: Vec<char> = text.chars().collect();
            for bigram in bigrams(&text) {
                index.postings.entry(bigram).or_default().push(code.0);
            }
            if index.by_length.len() <= text.len() {
                index.by_length.resize(text.len() + 1, Vec::new());
            }
            index.by_length[text.len()].push(code.0);
            index.texts.push(text);
        }
        index
    }

    /// At most how many values are compared with a text.
    pub(super) fn cost(&self, text: &str, limit: usize) -> usize {
        let text: Vec<char> = text.chars().collect();
        self.lists(&text, limit).iter().map(|list| list.len()).sum()
    }

    /// The values within so many edits of a text, in the order of their codes.
    pub(super) fn within(&self, text: &str, limit: usize) -> Vec<Code> {
        let text: Vec<char> = text.chars().collect();
        let near_length = |value: u32| self.texts[value as usize].len().abs_diff(text.len()) <= limit;
        let probed = self.lists(&text, limit).into_iter().flat_map(|list| list.iter().copied());
        let mut candidates: Vec<u32> = probed.filter(|&value| near_length(value)).collect();
        candidates.sort_unstable();
        candidates.dedup();
        let scorer = osa::BatchComparator::new(text.iter().copied());
        let arguments = osa::Args::default().score_cutoff(limit);
        candidates.retain(|&value| {
            scorer.distance_with_args(self.texts[value as usize].iter().copied(), &arguments).is_some()
        });
        candidates.into_iter().map(Code).collect()
    }
}

impl EditIndex {
    /// Lists of values that together hold all within so many edits.
    fn lists(&self, text: &[char], limit: usize) -> Vec<&[u32]> {
        let bigrams = bigrams(text);
        let probes = limit.saturating_mul(3).saturating_add(1);
        if probes > bigrams.len() {
            let shortest = text.len().saturating_sub(limit).min(self.by_length.len());
            let longest = text.len().saturating_add(limit).saturating_add(1).min(self.by_length.len());
            return self.by_length[shortest..longest].iter().map(Vec::as_slice).collect();
        }
        let mut lists: Vec<&[u32]> =
            bigrams.iter().map(|bigram| self.postings.get(bigram).map_or(&[][..], Vec::as_slice)).collect();
        lists.sort_by_key(|list| list.len());
        lists.truncate(probes);
        lists
    }
}

/// The distinct bigrams of a text, with its ends.
fn bigrams(text: &[char]) -> Vec<Bigram> {
    let mut ends: Vec<Option<char>> = vec![None];
    ends.extend(text.iter().copied().map(Some));
    ends.push(None);
    let mut bigrams: Vec<Bigram> = ends.windows(2).map(|pair| (pair[0], pair[1])).collect();
    bigrams.sort_unstable();
    bigrams.dedup();
    bigrams
}
