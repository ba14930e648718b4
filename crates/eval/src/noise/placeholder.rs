//! A word or number that stands for nothing: `unknown`, `99999`.
//!
//! Required fields and people without an answer. One placeholder a column, for missing values too.

use rand::seq::IndexedRandom;

use super::{Edit, Example, Kind, Plant, Stream};
use crate::dirt::Site;

pub(super) const KIND: Kind = Kind {
    name: "placeholder",
    summary: "a value that stands for nothing, one a column",
    example: Example { before: "Rome", after: "unknown" },
    plant: Plant::Cells(plant),
};

const PLACEHOLDERS: [&str; 12] =
    ["-", "0", "11111111", "1900-01-01", "99999", "?", "N/A", "TBD", "none", "test", "unknown", "xxx"];

fn plant(site: &Site<'_>, _: &mut Stream) -> Vec<Edit> {
    let placeholder = PLACEHOLDERS.choose(&mut site.column_constants()).map(|&text| text.to_owned());
    vec![(site.cell(), placeholder)]
}
