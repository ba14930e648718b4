//! A value that is missing.
//!
//! Fields that were not filled in, joins that did not match.

use super::{Edit, Example, Kind, Plant, Stream};
use crate::dirt::Site;

pub(super) const KIND: Kind = Kind {
    name: "missing",
    summary: "no value",
    example: Example { before: "Rome | 100", after: " | 100" },
    plant: Plant::Cells(plant),
};

fn plant(site: &Site<'_>, _: &mut Stream) -> Vec<Edit> {
    vec![(site.cell(), None)]
}
