//! One digit of a number replaced by another: `1947` becomes `1547`.
//!
//! Figures read from bad print or copied by hand. The number keeps its length, and can be far off or near.

use lustrate_table::parse_number;
use rand::seq::IteratorRandom;

use super::{Example, Kind, Plant, Stream};

pub(super) const KIND: Kind = Kind {
    name: "digit_slip",
    summary: "one digit of a number replaced",
    example: Example { before: "1947", after: "1547" },
    plant: Plant::Text(plant),
};

fn plant(text: &str, stream: &mut Stream) -> Option<String> {
    parse_number(text)?;
    let first = text.find(|char: char| char.is_ascii_digit())?;
    let (at, digit) = text.char_indices().filter(|(_, char)| char.is_ascii_digit()).choose(stream)?;
    // A number of several digits gets no zero before it: that would be another kind of text.
    let leading = at == first && digit != '0' && text[at + 1..].starts_with(|char: char| char.is_ascii_digit());
    let others = ('0'..='9').filter(|&other| other != digit && !(leading && other == '0'));
    let other = others.choose(stream)?;
    Some([&text[..at], other.encode_utf8(&mut [0; 4]), &text[at + 1..]].concat())
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng;

    use super::*;

    #[test]
    fn one_digit_changes_and_none_becomes_a_leading_zero() {
        let mut stream = Stream::seed_from_u64(1);
        for text in ["25", "-7.50", "007", "3"] {
            for _ in 0..100 {
                let slipped = plant(text, &mut stream).unwrap();
                let changed = text.chars().zip(slipped.chars()).filter(|(a, b)| a != b).count();
                assert_eq!((slipped.len(), changed), (text.len(), 1), "{slipped}");
                assert!(text != "25" || !slipped.starts_with('0'), "{slipped}");
            }
        }
        assert_eq!(plant("2024-01-31", &mut stream), None);
    }
}
