//! The distinct values of a column, in the order of their first appearance.

use std::hash::{BuildHasher, Hasher};
use std::ops::Range;

use foldhash::fast::FixedState;

use crate::Code;
use crate::ends::Ends;
use crate::places::{NONE, Places};

/// An interner: text to code and back. Codes count up from 0 in the order of first appearance.
///
/// The texts lie end to end in one buffer, so that a value costs its bytes, one offset of four bytes and one table slot.
#[derive(Clone, Debug, Default)]
pub struct Dictionary {
    texts: String,
    /// Where the texts end in `texts`, in the order of their codes.
    ends: Ends,
    places: Places,
}

/// A fixed seed: the order of a hash table never reaches output, and runs are alike.
const STATE: FixedState = FixedState::with_seed(0x6c75_7374_7261_7465);

/// How many texts are looked up side by side. What a large dictionary costs is waiting for memory, and waits that are not
/// for each other overlap.
const BATCH: usize = 32;

#[inline]
fn hash(text: &str) -> u32 {
    let mut hasher = STATE.build_hasher();
    hasher.write(text.as_bytes());
    (hasher.finish() >> 32) as u32
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
        self.ends.len() == 0
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
        self.find_hashed(text, hash(text))
    }

    /// The code of a text, which is added where the dictionary does not hold it yet.
    ///
    /// # Panics
    /// When more than 2³² − 2 distinct values are added.
    pub fn intern(&mut self, text: &str) -> Code {
        self.intern_hashed(text, hash(text))
    }

    /// Adds the codes of texts, `None` standing for a missing value, in their order: those that [`Dictionary::intern`] gives
    /// one after the other.
    pub(crate) fn intern_all<'a>(&mut self, texts: impl IntoIterator<Item = Option<&'a str>>, codes: &mut Vec<Code>) {
        let mut texts = texts.into_iter();
        let mut batch = [Lookup::default(); BATCH];
        loop {
            let mut filled = 0;
            for (lookup, text) in batch.iter_mut().zip(texts.by_ref()) {
                *lookup = Lookup { text, hash: text.map_or(0, hash), ..Lookup::default() };
                filled += 1;
            }
            let batch = &mut batch[..filled];
            self.look_up(batch);
            for lookup in batch.iter() {
                codes.push(self.code_of(lookup));
            }
            if filled < BATCH {
                return;
            }
        }
    }

    /// Takes one step of all lookups before the next step of any. No step waits for what it fetches: it only notes it.
    fn look_up(&self, batch: &mut [Lookup<'_>]) {
        for lookup in batch.iter_mut() {
            lookup.place = self.places.first(lookup.hash);
        }
        // The slots are near by now.
        for lookup in batch.iter_mut().filter(|lookup| lookup.place == NONE && lookup.text.is_some()) {
            lookup.place = self.places.find(lookup.hash, |_| true).unwrap_or(NONE);
        }
        for lookup in batch.iter_mut().filter(|lookup| lookup.place != NONE) {
            lookup.held = Span::from(self.ends.range(lookup.place as usize));
        }
        for lookup in batch.iter_mut().filter(|lookup| lookup.place != NONE) {
            let text = lookup.text.unwrap_or_default().as_bytes();
            lookup.is_alike = self.is_alike(lookup.held, text);
        }
    }

    /// Whether a text that is held is as long as another and starts with the same byte, found without a branch by what is held.
    #[inline]
    fn is_alike(&self, held: Span, text: &[u8]) -> bool {
        let first = self.texts.as_bytes().get(held.start).copied().unwrap_or(0);
        (held.end - held.start == text.len()) & (first == text.first().copied().unwrap_or(first))
    }

    /// The places of the texts that are not those of their codes. A missing value is like an empty text.
    pub(crate) fn differing<'a>(&self, codes: &[Code], texts: impl IntoIterator<Item = &'a str>) -> Vec<usize> {
        let mut texts = texts.into_iter();
        let mut differing = Vec::new();
        let mut batch = [Lookup::default(); BATCH];
        for (first, codes) in (0..).step_by(BATCH).zip(codes.chunks(BATCH)) {
            for (lookup, (code, text)) in batch.iter_mut().zip(codes.iter().zip(texts.by_ref())) {
                let held = if code.is_null() { 0..0 } else { self.ends.range(code.index()) };
                *lookup = Lookup { text: Some(text), held: Span::from(held), ..Lookup::default() };
            }
            let batch = &mut batch[..codes.len()];
            for lookup in batch.iter_mut() {
                lookup.is_alike = self.is_alike(lookup.held, lookup.text.unwrap_or_default().as_bytes());
            }
            let places = batch.iter().enumerate().filter(|(_, lookup)| !self.holds(lookup));
            differing.extend(places.map(|(place, _)| first + place));
        }
        differing
    }

    /// All values in the order of their codes.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (Code, &str)> + Clone {
        (0..self.len()).map(|place| (Code(place as u32), self.text_at(place)))
    }

    /// The bytes that the values take in memory.
    pub fn room(&self) -> usize {
        self.texts.capacity() + self.ends.room() + self.places.room()
    }

    /// The bytes of all texts.
    pub fn text_bytes(&self) -> usize {
        self.texts.len()
    }

    /// Gives room back that was taken in advance.
    pub(crate) fn shrink(&mut self) {
        self.texts.shrink_to_fit();
        self.ends.shrink();
    }

    /// Whether a lookup has found its text.
    #[inline]
    fn holds(&self, lookup: &Lookup<'_>) -> bool {
        let text = lookup.text.unwrap_or_default().as_bytes();
        lookup.is_alike && &self.texts.as_bytes()[lookup.held.start..lookup.held.end] == text
    }

    #[inline]
    fn code_of(&mut self, lookup: &Lookup<'_>) -> Code {
        let Some(text) = lookup.text else { return Code::NULL };
        if self.holds(lookup) { Code(lookup.place) } else { self.intern_hashed(text, lookup.hash) }
    }

    fn find_hashed(&self, text: &str, hash: u32) -> Option<Code> {
        self.places.find(hash, |place| self.text_at(place as usize) == text).map(Code)
    }

    fn intern_hashed(&mut self, text: &str, hash: u32) -> Code {
        if let Some(code) = self.find_hashed(text, hash) {
            return code;
        }
        let place = u32::try_from(self.len()).ok().filter(|&place| place != NONE);
        let place = place.expect("a column has fewer than 2^32 - 1 distinct values");
        self.texts.push_str(text);
        self.ends.push(self.texts.len());
        self.places.insert(hash, place);
        Code(place)
    }

    #[inline]
    fn text_at(&self, place: usize) -> &str {
        &self.texts[self.ends.range(place)]
    }
}

/// A text on its way to its code.
#[derive(Clone, Copy, Default)]
struct Lookup<'a> {
    text: Option<&'a str>,
    hash: u32,
    /// Where the text is likely to be; [`NONE`] where nothing is alike.
    place: u32,
    /// The text that is there.
    held: Span,
    is_alike: bool,
}

/// A range that is copied.
#[derive(Clone, Copy, Default)]
struct Span {
    start: usize,
    end: usize,
}

impl From<Range<usize>> for Span {
    fn from(Range { start, end }: Range<usize>) -> Self {
        Span { start, end }
    }
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

    #[test]
    fn texts_looked_up_side_by_side_get_the_codes_that_they_get_one_by_one() {
        let texts: Vec<Option<String>> = (0..3000_u64)
            .map(|i| (i % 7 != 3).then(|| "x".repeat((i * i % 11) as usize) + &(i % 401).to_string()))
            .collect();
        for length in [0, 1, BATCH - 1, BATCH, BATCH + 1, texts.len()] {
            let (mut together, mut alone, mut codes) = (Dictionary::new(), Dictionary::new(), Vec::new());
            together.intern_all(texts[..length].iter().map(Option::as_deref), &mut codes);
            let one = |text: &Option<String>| text.as_deref().map_or(Code::NULL, |text| alone.intern(text));
            assert_eq!(codes, texts[..length].iter().map(one).collect::<Vec<_>>());
            assert!(together.iter().eq(alone.iter()));
        }
    }
}
