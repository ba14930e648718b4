//! What stands in the place of a value: spellings of a missing one, and words among numbers and dates.

use super::values::{Value, cells};

/// What is never a value, in small letters.
const NEVER_VALUES: [&str; 9] = ["#n/a", "(null)", "<na>", "<null>", "[null]", "n/a", "n.a.", "not available", "null"];
/// What is no number, date or time, in small letters.
const NO_MEASURES: [&str; 12] = ["-", "--", "---", ".", "?", "??", "missing", "na", "nan", "nil", "none", "unknown"];
/// A word that repeats among numbers stands for what is not known if it is in this share of the cells,
const OFTEN: f64 = 0.01;
/// and in so many.
const FEWEST: u64 = 3;
/// Columns with more such words than these are not of numbers alone: sizes are `38`, `40`, `S`, `M` and `L`.
const WORDS: usize = 2;
/// A longer text is no such word.
const LONGEST: usize = 24;

/// What is not a value in any column, and the rest.
pub(super) fn never_values<'a>(values: &[Value<'a>]) -> (Vec<Value<'a>>, Vec<Value<'a>>) {
    values.iter().partition(|value| value.text == "NaN" || is_one_of(value.text, &NEVER_VALUES))
}

/// What is not a value in a column of numbers, dates or times, and the rest: words of the list, and at most two words
/// without a digit that repeat, as `empty` or `pending`, which no list names.
pub(super) fn among_measures<'a>(values: &[Value<'a>]) -> (Vec<Value<'a>>, Vec<Value<'a>>) {
    let whole = cells(values) as f64;
    let repeated = |value: &Value<'_>| {
        value.cells >= FEWEST
            && value.cells as f64 >= OFTEN * whole
            && value.text.len() <= LONGEST
            && !value.text.chars().any(char::is_numeric)
    };
    let listed = |value: &Value<'_>| is_one_of(value.text, &NO_MEASURES);
    let words = values.iter().filter(|value| repeated(value) && !listed(value)).count();
    values.iter().partition(|value| listed(value) || (words <= WORDS && repeated(value)))
}

fn is_one_of(text: &str, words: &[&str]) -> bool {
    words.iter().any(|word| word.eq_ignore_ascii_case(text))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::profile::values::of;

    fn texts<'a>(values: &[Value<'a>]) -> Vec<&'a str> {
        values.iter().map(|value| value.text).collect()
    }

    #[test]
    fn spellings_of_a_missing_value_are_none_anywhere() {
        let values = of(&[("Rome", 9), ("N/A", 3), ("Nan", 1), ("none", 2)]);
        assert_eq!(texts(&never_values(&values).0), ["N/A"]);
    }

    #[test]
    fn a_word_that_repeats_among_numbers_is_no_number() {
        let values = of(&[("12", 90), ("13", 90), ("pending", 9), ("-", 1), ("oops", 1)]);
        assert_eq!(texts(&among_measures(&values).0), ["-", "pending"]);
    }

    #[test]
    fn several_words_are_values_themselves() {
        let values = of(&[("38", 90), ("40", 90), ("S", 9), ("M", 9), ("L", 9)]);
        assert!(among_measures(&values).0.is_empty());
    }
}
