//! Functional dependencies, and all constraints that work alike: within a group, rows conflict exactly if their
//! values differ.
//!
//! The rows of one value are a part; a group is consistent if it has one part. The smallest change keeps the largest
//! part, the plurality, and changes all others. Where several parts are largest each might be the one to keep, so
//! that all rows of the group are in some smallest change.

use lustrate_table::{Code, RowId};

use crate::RowSet;
use crate::blocks::{Block, Blocks};
use crate::pair_rule::PairRule;

/// The conflicts of a rule whose groups fall into parts.
pub(crate) struct Conflicts {
    /// The rows in a group of more than one part.
    pub(crate) rows: RowSet,
    /// The number of pairs of rows in different parts.
    pub(crate) pairs: u64,
    /// The rows that some smallest change contains.
    pub(crate) loose: RowSet,
    /// The size of a smallest change.
    pub(crate) least: u64,
}

/// The conflicts of rows that agree on the equalities of a rule and differ in `value`, one code a row.
pub(crate) fn conflicts(rule: &PairRule, value: &[Code]) -> Conflicts {
    let mut conflicts =
        Conflicts { rows: RowSet::empty(rule.rows), pairs: 0, loose: RowSet::empty(rule.rows), least: 0 };
    for found in Blocks::new(rule, &[]).fold(|found, block| split(found, block, value)) {
        conflicts.rows.extend(found.rows);
        conflicts.pairs += found.pairs;
        conflicts.loose.extend(found.loose);
        conflicts.least += found.least;
    }
    conflicts
}

#[derive(Default)]
struct Found {
    rows: Vec<RowId>,
    pairs: u64,
    loose: Vec<RowId>,
    least: u64,
    /// Kept from block to block for its memory only.
    sorted: Vec<Code>,
}

fn split(found: &mut Found, block: Block, value: &[Code]) {
    let rows = block.a;
    let of = |row: RowId| value[row.index()];
    if rows.iter().all(|&row| of(row) == of(rows[0])) {
        return;
    }
    found.sorted.clear();
    found.sorted.extend(rows.iter().map(|&row| of(row)));
    found.sorted.sort_unstable();
    let square = |n: usize| n as u64 * n as u64;
    let (mut largest, mut plurality, mut agreeing) = (0, None, 0);
    for part in found.sorted.chunk_by(|left, right| left == right) {
        if part.len() >= largest {
            plurality = (part.len() > largest).then_some(part[0]);
            largest = part.len();
        }
        agreeing += square(part.len());
    }
    found.rows.extend(rows);
    found.pairs += (square(rows.len()) - agreeing) / 2;
    found.loose.extend(rows.iter().filter(|&&row| Some(of(row)) != plurality));
    found.least += (rows.len() - largest) as u64;
}
