//! A number with separators of thousands: `12500.5` becomes `12,500.5`.
//!
//! Exports from spreadsheets.

use lustrate_table::parse_number;

use super::{Example, Kind, Plant, Stream};

pub(super) const KIND: Kind = Kind {
    name: "thousands",
    summary: "a number with separators of thousands",
    example: Example { before: "-12500.5", after: "-12,500.5" },
    plant: Plant::Text(plant),
};

fn plant(text: &str, _: &mut Stream) -> Option<String> {
    parse_number(text)?;
    let start = text.find(|char: char| char.is_ascii_digit())?;
    let whole = text[start..].bytes().take_while(u8::is_ascii_digit).count();
    // A leading zero marks a code, not a quantity.
    if whole < 4 || text[start..].starts_with('0') {
        return None;
    }
    let digits = text[start..start + whole].char_indices();
    let separated = digits.fold(String::new(), |mut separated, (at, digit)| {
        if at > 0 && (whole - at) % 3 == 0 {
            separated.push(',');
        }
        separated.push(digit);
        separated
    });
    Some([&text[..start], &separated, &text[start + whole..]].concat())
}
