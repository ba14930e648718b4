//! The distinct values of a column, in the order of their texts.

use lustrate_table::{Code, Column, count_codes};

/// A value and the cells that hold it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Counted {
    /// The value, in the dictionary of its column.
    pub code: Code,
    /// The cells that hold it.
    pub cells: u64,
}

/// A value of a column as the searches see it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Value<'a> {
    pub(super) code: Code,
    /// The text without blanks around it, which no type counts.
    pub(super) text: &'a str,
    pub(super) cells: u64,
    /// Whether there are blanks around it.
    pub(super) padded: bool,
}

impl Value<'_> {
    pub(super) fn counted(&self) -> Counted {
        Counted { code: self.code, cells: self.cells }
    }
}

/// The values that some cell holds and that are not blank, in the order of their texts, so that the order of the rows
/// does not matter.
pub(super) fn present(column: &Column) -> Vec<Value<'_>> {
    let dictionary = column.dictionary();
    let counts = count_codes(column.codes(), dictionary.len());
    let mut held: Vec<(&str, Code)> =
        dictionary.iter().filter(|(code, _)| counts[code.index()] > 0).map(|(code, text)| (text, code)).collect();
    held.sort_unstable_by_key(|&(text, _)| text);
    let value = |(text, code)| {
        let trimmed = str::trim(text);
        Value { code, text: trimmed, cells: u64::from(counts[code.index()]), padded: trimmed.len() < text.len() }
    };
    held.into_iter().map(value).filter(|value| !value.text.is_empty()).collect()
}

/// The cells of some values.
pub(super) fn cells<'v, 'a: 'v>(values: impl IntoIterator<Item = &'v Value<'a>>) -> u64 {
    values.into_iter().map(|value| value.cells).sum()
}

/// The values in most cells, of those in as many the ones that come first, in this order.
pub(super) fn most_frequent<'v, 'a>(values: &'v [Value<'a>], most: usize) -> Vec<&'v Value<'a>> {
    let mut ranked: Vec<(std::cmp::Reverse<u64>, usize)> =
        values.iter().enumerate().map(|(place, value)| (std::cmp::Reverse(value.cells), place)).collect();
    if most > 0 && most < ranked.len() {
        ranked.select_nth_unstable(most - 1);
        ranked.truncate(most);
    }
    ranked.sort_unstable();
    ranked.into_iter().map(|(_, place)| &values[place]).collect()
}

/// Some thousands of many values, in their order: those in most cells, and others that lie evenly among the rest and count
/// for as many as they stand for. All values where there are few.
pub(super) fn sample<'a>(values: &[Value<'a>]) -> Vec<Value<'a>> {
    const HALF: usize = 2_000;
    if values.len() <= 2 * HALF {
        return values.to_vec();
    }
    let frequent = most_frequent(values, HALF);
    let least = frequent.last().map_or(0, |value| value.cells);
    let step = (values.len() - HALF).div_ceil(HALF);
    let mut rest = 0;
    let mut ties = frequent.iter().filter(|value| value.cells == least).count();
    let mut sample = Vec::with_capacity(2 * HALF);
    for value in values {
        let is_tie = value.cells == least && ties > 0;
        if value.cells > least || is_tie {
            ties -= usize::from(is_tie);
            sample.push(*value);
            continue;
        }
        if rest % step == 0 {
            sample.push(Value { cells: value.cells * step as u64, ..*value });
        }
        rest += 1;
    }
    sample
}

/// Whether a test is passed by so few of the values that most cells cannot pass it; looked at in a sample of many.
pub(super) fn are_few(values: &[Value<'_>], test: impl Fn(&str) -> bool) -> bool {
    // A kind needs nine tenths of all.
    const LEAST: f64 = 0.8;
    let sample = sample(values);
    let passed = cells(sample.iter().filter(|value| test(value.text)));
    (passed as f64) < LEAST * cells(&sample) as f64
}

/// Values of these texts and counts, whose codes count up, for tests.
#[cfg(test)]
pub(super) fn of<'a>(cells: &[(&'a str, u64)]) -> Vec<Value<'a>> {
    let mut sorted = cells.to_vec();
    sorted.sort_unstable();
    let numbered = sorted.into_iter().enumerate();
    numbered.map(|(code, (text, cells))| Value { code: Code(code as u32), text, cells, padded: false }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blank_values_are_none_and_texts_come_in_their_order() {
        let column: Column = [Some("b"), None, Some(" "), Some("a "), Some("b"), Some("")].into_iter().collect();
        let values: Vec<_> = present(&column).iter().map(|value| (value.text, value.cells)).collect();
        assert_eq!(values, [("a", 1), ("b", 2)]);
    }

    #[test]
    fn a_sample_holds_what_is_frequent_and_stands_for_the_rest() {
        let texts: Vec<String> = (0..50_000).map(|place| format!("{place:05}")).collect();
        let cells_of = |place: usize| if place == 31_337 { 90_000 } else { 1 };
        let all: Vec<_> = texts.iter().enumerate().map(|(place, text)| (text.as_str(), cells_of(place))).collect();
        let all = of(&all);
        let sample = sample(&all);
        assert!(sample.len() <= 4_000 && sample.iter().any(|value| value.cells == 90_000));
        let (whole, of_sample) = (cells(&all) as f64, cells(&sample) as f64);
        assert!((of_sample / whole - 1.0).abs() < 0.01, "{of_sample} of {whole}");
        assert!(!are_few(&all, |text| text == "31337" || text < "40000"));
        assert!(are_few(&all, |text| text != "31337"));
    }

    #[test]
    fn the_most_frequent_come_first() {
        let values = of(&[("a", 1), ("b", 3), ("c", 1), ("d", 2)]);
        let texts = |most: usize| most_frequent(&values, most).iter().map(|value| value.text).collect::<String>();
        assert_eq!([0, 1, 3, 9].map(texts), ["bdac", "b", "bda", "bdac"]);
    }
}
