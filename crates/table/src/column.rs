//! One column: a code for each row, and the dictionary of its values.

use std::sync::Arc;

use crate::{Code, Dictionary, RowId};

/// A column of a table. See the crate's page for what codes are. A clone shares codes and values until one is written to.
#[derive(Clone, Debug, Default)]
pub struct Column {
    codes: Arc<Vec<Code>>,
    dictionary: Arc<Dictionary>,
    /// Whether codes count up in the order of the texts, and some row has each.
    is_sorted: bool,
}

impl Column {
    /// The codes, one a row.
    pub fn codes(&self) -> &[Code] {
        &self.codes
    }

    /// The distinct values. It may hold values that no row has any more (after [`Column::set`]).
    pub fn dictionary(&self) -> &Dictionary {
        &self.dictionary
    }

    /// The codes and the distinct values by themselves.
    pub fn into_parts(self) -> (Arc<Vec<Code>>, Arc<Dictionary>) {
        (self.codes, self.dictionary)
    }

    /// The bytes that the codes and the values take in memory.
    pub fn room(&self) -> usize {
        self.codes.capacity() * size_of::<Code>() + self.dictionary.room()
    }

    /// Whether these are the codes of another column, in the same place of memory.
    pub fn shares_codes(&self, codes: &Arc<Vec<Code>>) -> bool {
        Arc::ptr_eq(&self.codes, codes)
    }

    /// The code of a row.
    pub fn code(&self, row: RowId) -> Code {
        self.codes[row.index()]
    }

    /// The text of a row; `None` where it is missing.
    pub fn text(&self, row: RowId) -> Option<&str> {
        self.dictionary.text(self.code(row))
    }

    /// The number of rows.
    pub fn len(&self) -> usize {
        self.codes.len()
    }

    /// Whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.codes.is_empty()
    }

    /// The cells of some rows, in the given order, with the same dictionary.
    pub fn select(&self, rows: &[RowId]) -> Column {
        let codes: Vec<Code> = rows.iter().map(|&row| self.code(row)).collect();
        Column { codes: Arc::new(codes), dictionary: Arc::clone(&self.dictionary), is_sorted: false }
    }

    /// The rows from `first` on whose texts are not the given ones, of which there is one for each row. A missing value is like
    /// an empty text.
    ///
    /// # Panics
    /// When there are more texts than rows.
    pub fn differing<'a>(&self, first: RowId, texts: impl ExactSizeIterator<Item = &'a str>) -> Vec<RowId> {
        let codes = &self.codes[first.index()..first.index() + texts.len()];
        let places = self.dictionary.differing(codes, texts);
        places.into_iter().map(|place| RowId(first.0 + place as u32)).collect()
    }

    /// Writes one cell; a text that is new to the column gets the next code.
    pub fn set(&mut self, row: RowId, text: Option<&str>) {
        let code = text.map_or(Code::NULL, |text| {
            let known = self.dictionary.find(text);
            known.unwrap_or_else(|| Arc::make_mut(&mut self.dictionary).intern(text))
        });
        Arc::make_mut(&mut self.codes)[row.index()] = code;
        self.is_sorted = false;
    }

    /// The column with every value replaced: `values` holds for each code what stands in its place, `None` for a missing
    /// value. Codes count up in the order of first appearance, as those of a column that was read so.
    ///
    /// # Panics
    /// When `values` is shorter than the dictionary.
    pub fn replaced(&self, values: &[Option<&str>]) -> Column {
        let mut dictionary = Dictionary::new();
        let mut map: Vec<Option<Code>> = vec![None; self.dictionary.len()];
        let mut replace = |code: Code| {
            if code.is_null() {
                return code;
            }
            let known = &mut map[code.index()];
            *known.get_or_insert_with(|| values[code.index()].map_or(Code::NULL, |text| dictionary.intern(text)))
        };
        let codes = self.codes.iter().map(|&code| replace(code)).collect();
        Column::new(codes, dictionary)
    }

    /// The same cells with codes that count up in the order of the texts. Values that no row has any more are gone.
    pub fn sorted(&self) -> Column {
        if self.is_sorted {
            return self.clone();
        }
        let mut held = vec![false; self.dictionary.len()];
        self.codes.iter().filter(|code| !code.is_null()).for_each(|code| held[code.index()] = true);
        let mut values: Vec<(Code, &str)> = self.dictionary.iter().filter(|(code, _)| held[code.index()]).collect();
        values.sort_unstable_by_key(|&(_, text)| text);
        let mut dictionary = Dictionary::new();
        let mut moved = vec![Code::NULL; held.len()];
        values.into_iter().for_each(|(code, text)| moved[code.index()] = dictionary.intern(text));
        let code = |&code: &Code| if code.is_null() { code } else { moved[code.index()] };
        Column { is_sorted: true, ..Column::new(self.codes.iter().map(code).collect(), dictionary) }
    }

    fn new(codes: Vec<Code>, dictionary: Dictionary) -> Self {
        Column { codes: Arc::new(codes), dictionary: Arc::new(dictionary), is_sorted: false }
    }
}

impl<'a> FromIterator<Option<&'a str>> for Column {
    fn from_iter<I: IntoIterator<Item = Option<&'a str>>>(cells: I) -> Self {
        let mut builder = ColumnBuilder::default();
        builder.extend(cells);
        builder.finish()
    }
}

/// Goes on below the last row of a column.
impl From<Column> for ColumnBuilder {
    fn from(column: Column) -> Self {
        ColumnBuilder { codes: Arc::unwrap_or_clone(column.codes), dictionary: Arc::unwrap_or_clone(column.dictionary) }
    }
}

/// Builds a column from the top. Chunks built apart are joined in order by [`ColumnBuilder::append`], which gives
/// the same codes as one builder that saw all rows.
#[derive(Clone, Debug, Default)]
pub struct ColumnBuilder {
    codes: Vec<Code>,
    dictionary: Dictionary,
}

impl ColumnBuilder {
    /// An empty builder.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a row.
    pub fn push(&mut self, text: Option<&str>) {
        let code = text.map_or(Code::NULL, |text| self.dictionary.intern(text));
        self.codes.push(code);
    }

    /// Adds rows, as [`ColumnBuilder::push`] does one after the other, and faster.
    pub fn extend<'a>(&mut self, texts: impl IntoIterator<Item = Option<&'a str>>) {
        self.dictionary.intern_all(texts, &mut self.codes);
    }

    /// Makes room for so many more rows, of which there may be so many in all. What is taken for those that may come is no more
    /// than three times what there is.
    pub fn reserve(&mut self, more: usize, in_all: usize) {
        let codes = &mut self.codes;
        if codes.capacity() - codes.len() < more {
            codes.reserve_exact(in_all.min(4 * (codes.len() + more)).saturating_sub(codes.len()).max(more));
        }
    }

    /// The bytes that the codes and the values take in memory so far.
    pub fn room(&self) -> usize {
        self.codes.capacity() * size_of::<Code>() + self.dictionary.room()
    }

    /// The number of rows so far.
    pub fn len(&self) -> usize {
        self.codes.len()
    }

    /// Whether there is no row yet.
    pub fn is_empty(&self) -> bool {
        self.codes.is_empty()
    }

    /// Adds the rows of a later chunk below the rows of this one.
    pub fn append(&mut self, later: ColumnBuilder) {
        if self.is_empty() {
            *self = later;
            return;
        }
        let ColumnBuilder { codes, dictionary } = later;
        let map: Vec<Code> = dictionary.iter().map(|(_, text)| self.dictionary.intern(text)).collect();
        let map = |code: Code| if code.is_null() { code } else { map[code.index()] };
        self.codes.extend(codes.into_iter().map(map));
    }

    /// The column.
    pub fn finish(mut self) -> Column {
        self.codes.shrink_to_fit();
        self.dictionary.shrink();
        Column::new(self.codes, self.dictionary)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn replaced_values_share_a_code_where_they_are_the_same() {
        let column: Column = [Some(" a"), None, Some("b"), Some("a"), Some("-")].into_iter().collect();
        let replaced = column.replaced(&[Some("a"), Some("b"), Some("a"), None]);
        assert_eq!(replaced.codes(), [Code(0), Code::NULL, Code(1), Code(0), Code::NULL]);
        assert_eq!(replaced.dictionary().len(), 2);
    }

    #[test]
    fn sorted_codes_count_up_with_the_texts_that_are_there() {
        let mut column: Column = [Some("c"), Some("a"), None, Some("b")].into_iter().collect();
        column.set(RowId(1), Some("d"));
        let sorted = column.sorted();
        assert_eq!(sorted.codes(), [Code(1), Code(2), Code::NULL, Code(0)]);
        assert_eq!(sorted.dictionary().find("a"), None);
        assert!((0..4).map(RowId).all(|row| sorted.text(row) == column.text(row)));
    }

    #[test]
    fn room_is_taken_in_advance_and_given_back() {
        let mut builder = ColumnBuilder::new();
        builder.reserve(10, 1000);
        builder.extend(std::iter::repeat_n(Some("x"), 10));
        assert_eq!(builder.codes.capacity(), 40);
        builder.reserve(30, 1000);
        assert_eq!(builder.codes.capacity(), 40);
        builder.reserve(31, 100);
        assert_eq!(builder.codes.capacity(), 100);
        builder.extend(std::iter::repeat_n(None, 31));
        let column = builder.finish();
        assert_eq!((column.len(), column.codes.capacity()), (41, 41));
    }

    proptest! {
        #[test]
        fn rows_differ_where_their_texts_do(
            cells in prop::collection::vec(prop::option::of("[ab]{0,2}"), 0..90),
            others in prop::collection::vec(("[ab]{0,2}", 0..9), 90),
            first in 0usize..90,
        ) {
            let column: Column = cells.iter().map(|cell| cell.as_deref()).collect();
            let first = first.min(cells.len());
            let held = |row: usize| cells[row].as_deref().unwrap_or("");
            let texts: Vec<&str> =
                (first..cells.len()).map(|row| if others[row].1 == 0 { others[row].0.as_str() } else { held(row) }).collect();
            let expected = (first..cells.len()).filter(|&row| texts[row - first] != held(row));
            let expected: Vec<RowId> = expected.map(|row| RowId(row as u32)).collect();
            prop_assert_eq!(column.differing(RowId(first as u32), texts.iter().copied()), expected);
        }

        #[test]
        fn chunks_joined_in_order_give_the_codes_of_the_whole(
            cells in prop::collection::vec(prop::option::of("[ab]{0,2}"), 0..60),
            cuts in prop::collection::vec(0usize..60, 0..4),
        ) {
            let whole: Column = cells.iter().map(|cell| cell.as_deref()).collect();
            let mut cuts: Vec<_> = cuts.into_iter().map(|cut| cut.min(cells.len())).collect();
            cuts.push(cells.len());
            cuts.sort_unstable();
            let mut joined = ColumnBuilder::new();
            let mut start = 0;
            for cut in cuts {
                let mut chunk = ColumnBuilder::new();
                cells[start..cut].iter().for_each(|cell| chunk.push(cell.as_deref()));
                joined.append(chunk);
                start = cut;
            }
            let joined = joined.finish();
            prop_assert_eq!(joined.codes(), whole.codes());
            prop_assert!(joined.dictionary().iter().eq(whole.dictionary().iter()));
        }
    }
}
