//! A number far outside of its column: among ages of at most 90, `1350`.
//!
//! Broken instruments and fields, test entries, two numbers typed as one. It is written like the number that it
//! replaces.

use rand::RngExt;

use super::{Edit, Example, Kind, Plant, Stream};
use crate::decimal::Decimal;
use crate::dirt::Site;

pub(super) const KIND: Kind = Kind {
    name: "outlier",
    summary: "a number far outside of its column",
    example: Example { before: "31\n90\n54", after: "1350\n90\n54" },
    plant: Plant::Cells(plant),
};

/// How many values of the column are looked at to see how far it reaches.
const LOOKED_AT: usize = 300;

/// How many times as large as the largest of them: a power of ten within these bounds.
const POWERS: std::ops::Range<f64> = 0.5..1.7;

fn plant(site: &Site<'_>, stream: &mut Stream) -> Vec<Edit> {
    let Some(number) = site.text(site.cell()).and_then(Decimal::parse) else { return Vec::new() };
    let values = site.column().dictionary();
    let step = values.len().div_ceil(LOOKED_AT);
    let numbers = values.iter().step_by(step).filter_map(|(_, text)| Decimal::parse(text));
    let reach = numbers.map(|number| number.value().abs()).fold(number.value().abs().max(1.0), f64::max);
    let size = reach * 10f64.powf(stream.random_range(POWERS));
    let value = if stream.random_ratio(1, 5) { -size } else { size };
    vec![(site.cell(), Some(format!("{value:.*}", number.decimals())))]
}
