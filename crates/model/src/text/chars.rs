//! The characters of many texts, end to end.

use lustrate_table::Ends;

/// The characters of texts, by place.
#[derive(Clone, Debug, Default)]
pub(crate) struct Chars {
    chars: Vec<char>,
    ends: Ends,
}

impl Chars {
    /// Those of some texts, in their order.
    pub(crate) fn of<'t>(texts: impl ExactSizeIterator<Item = &'t str> + Clone) -> Self {
        let mut ends = Ends::default();
        let mut chars = Vec::with_capacity(texts.clone().map(|text| text.chars().count()).sum());
        for text in texts {
            chars.extend(text.chars());
            ends.push(chars.len());
        }
        ends.shrink();
        Chars { chars, ends }
    }

    /// The characters of a text.
    pub(crate) fn of_place(&self, place: usize) -> &[char] {
        &self.chars[self.ends.range(place)]
    }

    /// Those of all texts, in their order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &[char]> {
        (0..self.ends.len()).map(|place| self.of_place(place))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_text_has_its_characters() {
        let texts = ["né", "", "ab"];
        let chars = Chars::of(texts.into_iter());
        let again: Vec<String> = chars.iter().map(|chars| chars.iter().collect()).collect();
        assert_eq!(again, texts);
        assert_eq!(chars.of_place(2), ['a', 'b']);
    }
}
