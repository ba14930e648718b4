//! Numbers and dates that lie close to each other, through their order.

use lustrate_table::{Code, Dictionary};
use lustrate_values::Similarity;

/// The values of a dictionary that read as numbers, sorted by these.
#[derive(Debug)]
pub(super) struct NumberIndex {
    sorted: Vec<(f64, Code)>,
}

impl NumberIndex {
    pub(super) fn new(dictionary: &Dictionary, number: &dyn Fn(&str) -> Option<f64>) -> Self {
        let numbers = dictionary.iter().filter_map(|(code, text)| Some((number(text)?, code)));
        let mut sorted: Vec<(f64, Code)> = numbers.collect();
        sorted.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        NumberIndex { sorted }
    }

    /// The values that can lie close enough to a number, in the order of their codes. Numbers that differ by a share s < 1
    /// of the greater differ by at most s / (1 − s) of either.
    pub(super) fn around(&self, number: f64, measure: Similarity) -> Vec<Code> {
        let by = match measure {
            Similarity::Within(share) => number.abs() * share / (1.0 - share),
            Similarity::Days(most) => most,
            Similarity::Levenshtein(_) | Similarity::JaroWinkler(_) | Similarity::Token(_) => return Vec::new(),
        };
        // A little more than asked for, lest rounding leave a value out; what is too far is found when it is compared.
        let by = by + 1e-9 * (1.0 + number.abs() + by.abs());
        let first = self.sorted.partition_point(|&(other, _)| other < number - by);
        let last = self.sorted.partition_point(|&(other, _)| other <= number + by);
        let mut codes: Vec<Code> = self.sorted[first..last.max(first)].iter().map(|&(_, code)| code).collect();
        codes.sort_unstable();
        codes
    }
}
