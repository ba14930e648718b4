//! The distinct values of a column, in the order of their first appearance.

use std::hash::BuildHasher;

use foldhash::fast::FixedState;
use hashbrown::HashTable;

use crate::Code;

/// An interner: text to code and back. Codes count up from 0 in the order of first appearance.
///
/// The texts lie end to end in one buffer, so that a value costs its bytes, one offset and one table slot.
#[derive(Clone, Debug, Default)]
pub struct Dictionary {
    texts: String,
    /// `ends[c]` is where the text of code `c` ends in `texts`.
    ends: Vec<usize>,
    places: HashTable<u32>,
}

/// A fixed seed: the order of a hash table never reaches output, and runs are alike.
const SEED: u64 = 0x6c75_7374_7261_7465;

fn hash(text: &str) -> u64 {
    FixedState::with_seed(SEED).hash_one(text)
}

impl Dictionary {
    /// An empty dictionary.
    pub fn new() -> Self {
        Self::default()
    }

    /// The number of distinct values.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there is no value.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// The text of a code; `None` for [`Code::NULL`].
    ///
    /// # Panics
    /// When the code is not of this dictionary.
    pub fn text(&self, code: Code) -> Option<&str> {
        (!code.is_null()).then(|| self.text_at(code.index()))
    }

    /// The code of a text that the dictionary holds.
    pub fn find(&self, text: &str) -> Option<Code> {
        self.places.find(hash(text), |&place| self.text_at(place as usize) == text).map(|&place| Code(place))
    }

    /// The code of a text, which is added where the dictionary does not hold it yet.
    ///
    /// # Panics
    /// When more than 2³² − 2 distinct values are added.
    pub fn intern(&mut self, text: &str) -> Code {
        let hashed = hash(text);
        let Self { texts, ends, places } = self;
        if let Some(&place) = places.find(hashed, |&place| text_at(texts, ends, place as usize) == text) {
            return Code(place);
        }
        let place = u32::try_from(ends.len()).ok().filter(|&place| place < u32::MAX);
        let place = place.expect("a column has fewer than 2^32 - 1 distinct values");
        texts.push_str(text);
        ends.push(texts.len());
        places.insert_unique(hashed, place, |&other| hash(text_at(texts, ends, other as usize)));
        Code(place)
    }

    /// All values in the order of their codes.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (Code, &str)> {
        (0..self.len()).map(|place| (Code(place as u32), self.text_at(place)))
    }

    fn text_at(&self, place: usize) -> &str {
        text_at(&self.texts, &self.ends, place)
    }
}

fn text_at<'a>(texts: &'a str, ends: &[usize], place: usize) -> &'a str {
    let start = if place == 0 { 0 } else { ends[place - 1] };
    &texts[start..ends[place]]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_count_up_in_the_order_of_first_appearance() {
        let mut dictionary = Dictionary::new();
        let codes: Vec<_> = ["b", "a", "b", ""].map(|text| dictionary.intern(text).0).into();
        assert_eq!(codes, [0, 1, 0, 2]);
        assert_eq!(dictionary.iter().map(|(_, text)| text).collect::<Vec<_>>(), ["b", "a", ""]);
        assert_eq!(dictionary.find("a"), Some(Code(1)));
        assert_eq!(dictionary.find("c"), None);
        assert_eq!(dictionary.text(Code::NULL), None);
    }

    #[test]
    fn growth_keeps_every_value_findable() {
        let mut dictionary = Dictionary::new();
        for i in 0..5000 {
            dictionary.intern(&format!("v{i}"));
        }
        assert!((0..5000).all(|i| dictionary.find(&format!("v{i}")) == Some(Code(i))));
    }
}
