//! A minus that was lost or that does not belong: `-4.5` becomes `4.5`.
//!
//! Debits in the column of credits, and dashes taken for signs.

use super::{Example, Kind, Plant, Stream};
use crate::decimal::Decimal;

pub(super) const KIND: Kind = Kind {
    name: "sign",
    summary: "a number with the other sign",
    example: Example { before: "-4.5", after: "4.5" },
    plant: Plant::Text(plant),
};

fn plant(text: &str, _: &mut Stream) -> Option<String> {
    Decimal::parse(text).filter(|number| !number.is_zero()).map(Decimal::negated)
}
