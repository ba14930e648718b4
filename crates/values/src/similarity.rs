//! How alike two values are.

use std::collections::BTreeSet;

use rapidfuzz::distance::{jaro_winkler, osa};

/// A measure of likeness, with what it must reach.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Similarity {
    /// Normalised Damerau–Levenshtein similarity (optimal string alignment, 1 − distance / longer length), at least this.
    Levenshtein(f64),
    /// Jaro–Winkler similarity, at least this.
    JaroWinkler(f64),
    /// Jaccard similarity of the sets of words, without case, at least this.
    Token(f64),
    /// Numbers that differ by at most this share of the greater one.
    Within(f64),
    /// Dates that lie at most so many days apart.
    Days(f64),
}

impl Default for Similarity {
    fn default() -> Self {
        Similarity::Levenshtein(0.85)
    }
}

impl Similarity {
    /// Whether two values are alike enough; `None` where that is unknown because one of them is no number. `number` reads a
    /// value as the type of its column does.
    pub fn alike(self, one: &str, other: &str, number: &dyn Fn(&str) -> Option<f64>) -> Option<bool> {
        match self {
            Similarity::Levenshtein(least) => Some(osa::normalized_similarity(one.chars(), other.chars()) >= least),
            Similarity::JaroWinkler(least) => Some(jaro_winkler::similarity(one.chars(), other.chars()) >= least),
            Similarity::Token(least) => Some(jaccard(one, other) >= least),
            Similarity::Within(share) => {
                let (one, other) = (number(one)?, number(other)?);
                Some((one - other).abs() <= share * one.abs().max(other.abs()))
            }
            Similarity::Days(most) => Some((number(one)? - number(other)?).abs() <= most),
        }
    }

    /// How alike two values are: the similarity that the measure sets a least value for, or the difference of the numbers
    /// with a minus. Greater is nearer; `None` where that is unknown. It orders the values that are alike enough.
    pub fn closeness(self, one: &str, other: &str, number: &dyn Fn(&str) -> Option<f64>) -> Option<f64> {
        match self {
            Similarity::Levenshtein(_) => Some(osa::normalized_similarity(one.chars(), other.chars())),
            Similarity::JaroWinkler(_) => Some(jaro_winkler::similarity(one.chars(), other.chars())),
            Similarity::Token(_) => Some(jaccard(one, other)),
            Similarity::Within(_) | Similarity::Days(_) => Some(-(number(one)? - number(other)?).abs()),
        }
    }
}

/// The share of words that two texts have in common among all words of either; 1 for two texts without words.
fn jaccard(one: &str, other: &str) -> f64 {
    let words = |text: &str| -> BTreeSet<String> {
        text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_lowercase).collect()
    };
    let (one, other) = (words(one), words(other));
    let all = one.union(&other).count();
    if all == 0 { 1.0 } else { one.intersection(&other).count() as f64 / all as f64 }
}
