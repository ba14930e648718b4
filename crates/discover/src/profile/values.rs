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
}
