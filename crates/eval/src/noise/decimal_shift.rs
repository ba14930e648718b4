//! A number ten, a hundred or a thousand times too large or too small: `12.50` becomes `1250.00`.
//!
//! A point forgotten or read in the wrong place, and cents taken for whole units.

use super::{Example, Kind, Plant, Stream};
use crate::decimal::Decimal;
use crate::generate::one_of;

pub(super) const KIND: Kind = Kind {
    name: "decimal_shift",
    summary: "a number too large or too small by a factor of 10, 100 or 1000",
    example: Example { before: "12.50", after: "1250.00" },
    plant: Plant::Text(plant),
};

/// The powers of ten: the small ones most often.
const POWERS: [i32; 8] = [-3, -2, -1, -1, 1, 1, 2, 3];

fn plant(text: &str, stream: &mut Stream) -> Option<String> {
    Decimal::parse(text).map(|number| number.shifted(one_of(&POWERS, stream)))
}
