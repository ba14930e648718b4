//! How alike two values are.
//!
//! Sources: optimal string alignment is the restricted distance of Damerau (1964), "A technique for computer detection and
//! correction of spelling errors", CACM 7(3); Jaro–Winkler is that of Winkler (1990), "String comparator metrics and
//! enhanced decision rules in the Fellegi–Sunter model of record linkage"; the share of common words is the coefficient of
//! Jaccard (1912), "The distribution of the flora in the alpine zone", New Phytologist 11(2). Letters are Unicode scalar
//! values. Two empty texts are alike, and an empty text is like no other.

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
    /// The least similarity that is enough, from 0 to 1; `None` for the measures of numbers and dates, which set a greatest
    /// difference.
    pub fn at_least(self) -> Option<f64> {
        match self {
            Similarity::Levenshtein(least) | Similarity::JaroWinkler(least) | Similarity::Token(least) => Some(least),
            Similarity::Within(_) | Similarity::Days(_) => None,
        }
    }

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

#[cfg(test)]
mod tests {
    use lustrate_table::parse_number;

    use super::*;

    fn check(measure: Similarity, one: &str, other: &str, expected: Option<bool>) {
        assert_eq!(measure.alike(one, other, &parse_number), expected, "{one} and {other}");
        assert_eq!(measure.alike(other, one, &parse_number), expected, "{other} and {one}");
    }

    #[test]
    fn one_typing_error_in_seven_letters_is_alike() {
        check(Similarity::default(), "Messina", "Mesisna", Some(true));
        check(Similarity::default(), "Messina", "Medea", Some(false));
        check(Similarity::Levenshtein(0.75), "Köln", "Koln", Some(true));
    }

    #[test]
    fn a_common_beginning_counts_for_jaro_winkler() {
        // 0.9611 is the value in Winkler's table.
        let closeness = Similarity::JaroWinkler(0.9).closeness("MARTHA", "MARHTA", &parse_number).unwrap();
        assert!((closeness - 0.9611).abs() < 1e-4, "{closeness}");
    }

    #[test]
    fn words_count_in_any_order_and_case() {
        check(Similarity::Token(1.0), "St. Mary's Hospital", "hospital, st mary s", Some(true));
        check(Similarity::Token(0.5), "General Hospital", "General Clinic", Some(false));
    }

    #[test]
    fn two_empty_texts_are_alike_and_one_is_not() {
        for measure in [Similarity::Levenshtein(0.5), Similarity::JaroWinkler(0.5), Similarity::Token(0.5)] {
            check(measure, "", "", Some(true));
            check(measure, "", "abc", Some(false));
        }
    }

    #[test]
    fn numbers_are_near_by_share_or_by_difference_and_texts_are_unknown() {
        check(Similarity::Within(0.05), "100", "95", Some(true));
        check(Similarity::Within(0.05), "100", "94", Some(false));
        check(Similarity::Within(0.05), "0", "0", Some(true));
        check(Similarity::Days(2.0), "10", "12", Some(true));
        check(Similarity::Days(2.0), "10", "13", Some(false));
        check(Similarity::Days(2.0), "10", "soon", None);
    }

    #[test]
    fn measures_of_texts_have_a_least_similarity() {
        assert_eq!((Similarity::default().at_least(), Similarity::Days(2.0).at_least()), (Some(0.85), None));
    }
}
