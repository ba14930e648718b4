//! The values of a column that are alike enough to a text, found through an index that fits the measure.
//!
//! Every index is sound: it finds exactly what a comparison with every value would find. What it leaves out cannot
//! reach the measure.

mod edits;
mod numbers;
mod words;

use lustrate_rules::Columns;
use lustrate_table::{AttributeId, Code, Column};
use lustrate_values::Similarity;

use edits::EditIndex;
use numbers::NumberIndex;
use words::WordIndex;

/// A value that is alike, by its code, and how much: 1 for the same text, else less.
pub(crate) type Alike = (Code, f64);

/// An index of the distinct values of a column under one measure. What it finds depends on nothing but the question.
#[derive(Debug)]
pub struct NearIndex {
    measure: Similarity,
    /// The column of the table, whose type reads the values.
    attribute: AttributeId,
    kind: Kind,
}

#[derive(Debug)]
enum Kind {
    Edits(EditIndex),
    Words(WordIndex),
    Numbers(NumberIndex),
    /// No index is sound for the measure: every value is compared, once for each distinct text that is asked for.
    All,
}

impl NearIndex {
    /// An index of a column, which may be one of a reference; the type of `attribute` says how its values are read.
    pub fn new(measure: Similarity, attribute: AttributeId, column: &Column, columns: &Columns) -> Self {
        let kind = match measure {
            Similarity::Levenshtein(least) if least > 0.0 => Kind::Edits(EditIndex::new(column.dictionary())),
            Similarity::Token(least) if least > 0.0 => Kind::Words(WordIndex::new(column.dictionary())),
            Similarity::Within(share) if share >= 1.0 => Kind::All,
            Similarity::Within(_) | Similarity::Days(_) => {
                Kind::Numbers(NumberIndex::new(column.dictionary(), &|text| columns.number(attribute, text)))
            }
            Similarity::Levenshtein(_) | Similarity::JaroWinkler(_) | Similarity::Token(_) => Kind::All,
        };
        NearIndex { measure, attribute, kind }
    }

    /// The values of the column, which is the one that the index is of, that are alike enough to a text, in the order of
    /// their codes.
    pub fn codes(&self, text: &str, column: &Column, columns: &Columns) -> Vec<Code> {
        let number = |text: &str| columns.number(self.attribute, text);
        let enough =
            |code: &Code| Some(self.measure.alike(text, column.dictionary().text(*code)?, &number) == Some(true));
        let mut codes = self.candidates(text, column, columns);
        codes.retain(|code| enough(code).unwrap_or(false));
        codes
    }

    /// At most how many values [`NearIndex::codes`] compares with a text. Asking costs far less than they do.
    pub fn cost(&self, text: &str, column: &Column, columns: &Columns) -> usize {
        match (&self.kind, self.measure) {
            (Kind::Edits(index), Similarity::Levenshtein(least)) => index.cost(text, edits_allowed(text, least)),
            (Kind::Words(index), Similarity::Token(least)) => index.cost(text, least),
            (Kind::All, _) => column.dictionary().len(),
            _ => self.candidates(text, column, columns).len(),
        }
    }

    /// The same as [`NearIndex::codes`] with how alike they are.
    pub(crate) fn alike(&self, text: &str, column: &Column, columns: &Columns) -> Vec<Alike> {
        let number = |text: &str| columns.number(self.attribute, text);
        let likeness = |code| likeness(self.measure, text, column.dictionary().text(code)?, &number);
        let codes = self.codes(text, column, columns);
        codes.into_iter().filter_map(|code| Some((code, likeness(code)?))).collect()
    }

    /// The values that are compared with a text, in the order of their codes.
    fn candidates(&self, text: &str, column: &Column, columns: &Columns) -> Vec<Code> {
        match (&self.kind, self.measure) {
            (Kind::Edits(index), Similarity::Levenshtein(least)) => index.within(text, edits_allowed(text, least)),
            (Kind::Words(index), Similarity::Token(least)) => index.sharing(text, least),
            (Kind::Numbers(index), measure) => {
                columns.number(self.attribute, text).map_or_else(Vec::new, |number| index.around(number, measure))
            }
            _ => column.dictionary().iter().map(|(code, _)| code).collect(),
        }
    }
}

/// The values of a column within so many edits of a text (optimal string alignment), with their normalised likeness.
#[derive(Debug)]
pub(crate) struct SpellingIndex(EditIndex);

impl SpellingIndex {
    pub(crate) fn new(column: &Column) -> Self {
        SpellingIndex(EditIndex::new(column.dictionary()))
    }

    /// The values within one edit, or one for every five characters of the text, in the order of their codes.
    pub(crate) fn near(&self, text: &str, column: &Column) -> Vec<Alike> {
        let limit = (text.chars().count() / 5).max(1);
        let near = self.0.within(text, limit).into_iter().filter_map(|code| {
            let other = column.dictionary().text(code)?;
            Some((code, Similarity::default().closeness(text, other, &|_| None)?))
        });
        near.collect()
    }
}

/// The most edits at which a text can still reach `least`. With d edits the longer text has at most n + d characters, so
/// that 1 − d / (n + d) ≥ least, or d ≤ n (1 − least) / least.
fn edits_allowed(text: &str, least: f64) -> usize {
    let length = text.chars().count() as f64;
    // A least similarity next to nothing allows more edits than anything could need.
    (length * (1.0 - least).max(0.0) / least + 1e-9).min(1e9) as usize
}

/// How alike two values are, from 0 to 1: what the measure says where it is a similarity; the smaller share of the
/// greater for numbers; and 1 at no day apart, falling evenly to 1/(most + 1) at the most days that are allowed.
fn likeness(measure: Similarity, text: &str, other: &str, number: &dyn Fn(&str) -> Option<f64>) -> Option<f64> {
    if text == other {
        return Some(1.0);
    }
    let closeness = measure.closeness(text, other, number)?;
    let likeness = match measure {
        Similarity::Levenshtein(_) | Similarity::JaroWinkler(_) | Similarity::Token(_) => closeness,
        Similarity::Within(_) => {
            let greater = number(text)?.abs().max(number(other)?.abs());
            if greater == 0.0 { 1.0 } else { 1.0 + closeness / greater }
        }
        Similarity::Days(most) => 1.0 + closeness / (most + 1.0),
    };
    Some(likeness.clamp(0.0, 1.0))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check_sound(measure: Similarity, values: &[String], text: &str) -> Result<(), TestCaseError> {
        let column: Column = values.iter().map(|value| Some(value.as_str())).collect();
        let columns = Columns::default();
        let index = NearIndex::new(measure, AttributeId(0), &column, &columns);
        let found: Vec<Code> = index.alike(text, &column, &columns).into_iter().map(|(code, _)| code).collect();
        let number = |text: &str| columns.number(AttributeId(0), text);
        let alike = |other: &str| measure.alike(text, other, &number) == Some(true);
        let expected: Vec<Code> =
            column.dictionary().iter().filter(|(_, other)| alike(other)).map(|(code, _)| code).collect();
        prop_assert_eq!(found, expected);
        Ok(())
    }

    proptest! {
        #[test]
        fn edits_find_what_every_comparison_finds(
            values in prop::collection::vec("[abc]{0,9}", 0..40), text in "[abc]{0,9}", least in 0.0f64..1.1,
        ) {
            check_sound(Similarity::Levenshtein(least), &values, &text)?;
        }

        #[test]
        fn words_find_what_every_comparison_finds(
            values in prop::collection::vec("[abA ]{0,9}", 0..40), text in "[abA ]{0,9}", least in 0.0f64..1.1,
        ) {
            check_sound(Similarity::Token(least), &values, &text)?;
        }

        #[test]
        fn numbers_find_what_every_comparison_finds(
            values in prop::collection::vec("(-?[0-9]{1,2}(\\.5)?|x)", 0..40), text in "(-?[0-9]{1,2}|x)",
            by in 0.0f64..1.2,
        ) {
            check_sound(Similarity::Within(by), &values, &text)?;
            check_sound(Similarity::Days(by * 5.0), &values, &text)?;
        }
    }

    #[test]
    fn a_transposition_is_one_edit_of_a_code() {
        let column: Column = ["00184", "20184", "90210"].map(Some).into_iter().collect();
        let near = SpellingIndex::new(&column).near("01084", &column);
        assert_eq!(near.iter().map(|(code, _)| code.0).collect::<Vec<_>>(), [0]);
    }
}
