//! One digit of a number replaced by another: `1947` becomes `1547`.
//!
//! Figures read from bad print or copied by hand. The number keeps its length, and can be far off or near.

use lustrate_table::parse_number;
use rand::RngExt;
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
    let (at, digit) = text.char_indices().filter(|(_, char)| char.is_ascii_digit()).choose(stream)?;
    let other = char::from(b'0' + (digit as u8 - b'0' + stream.random_range(1..10)) % 10);
    Some([&text[..at], other.encode_utf8(&mut [0; 4]), &text[at + 1..]].concat())
}
