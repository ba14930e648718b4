//! One wrong value in a share of the rows of a right one: of forty times `Rome`, twelve are `Rmoe`.
//!
//! A source, a form or a script that is wrong in the same way every time. The wrong value has support of its own, so
//! that its count alone does not give it away.

use lustrate_table::{CellId, RowId};
use rand::RngExt;
use rand::seq::{IndexedRandom, IteratorRandom};

use super::{Edit, Example, Kind, Plant, Stream, typo};
use crate::dirt::Site;

pub(super) const KIND: Kind = Kind {
    name: "repeated",
    summary: "the same wrong value in a share of the rows of a right one",
    example: Example { before: "Rome\nRome\nOslo\nRome\nRome", after: "Oslo\nRome\nOslo\nOslo\nRome" },
    plant: Plant::Cells(plant),
};

/// Fewer rows than this have no share to speak of.
const FEWEST_ROWS: usize = 4;

/// The largest number of copies of one wrong value.
const MOST_COPIES: usize = 12;

/// The share of the rows that go wrong: below a half, so that the right value stays the majority.
const SHARE: std::ops::Range<f64> = 0.2..0.5;

fn plant(site: &Site<'_>, stream: &mut Stream) -> Vec<Edit> {
    let CellId { row, attribute } = site.cell();
    let Some(right) = site.text(site.cell()) else { return Vec::new() };
    let rows = site.rows_of_same_value();
    let free: Vec<RowId> = rows.iter().copied().filter(|&other| other != row && site.is_free(other)).collect();
    let most = site.room().min(MOST_COPIES).saturating_sub(1);
    if rows.len() < FEWEST_ROWS || most == 0 {
        return Vec::new();
    }
    let wrong = if stream.random_bool(0.5) { typo::plant(right, stream) } else { another(site, right, stream) };
    let copies = (rows.len() as f64 * stream.random_range(SHARE)).ceil() as usize;
    let others = free.sample(stream, copies.saturating_sub(1).clamp(1, most)).copied();
    let Some(wrong) = wrong else { return Vec::new() };
    [row].into_iter().chain(others).map(|row| (CellId { row, attribute }, Some(wrong.clone()))).collect()
}

fn another(site: &Site<'_>, right: &str, stream: &mut Stream) -> Option<String> {
    let values = site.column().dictionary().iter().map(|(_, text)| text);
    values.filter(|text| *text != right && !text.is_empty()).choose(stream).map(str::to_owned)
}
