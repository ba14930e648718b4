//! Evidence that does not drift with the size of the table: shares of rows, smoothed by a constant share.

use std::collections::{BTreeMap, BTreeSet};

use lustrate_table::{AttributeId, CellId, Code, RowId, Table};

use crate::row::Imagined;

/// The share that every assignment has before anything is counted. A share, not a count: what it leaves of a difference
/// is the same for any number of rows. So large that two ways out are told apart only by what twenty rows would tell
/// too: the share of a value in a sample of twenty is off by a tenth easily.
const FIRST_SHARE: f64 = 0.5;
/// Columns of more values than this are no categories.
pub(crate) const CATEGORIES: usize = 32;

/// The shares of the values of some attributes together.
pub(crate) struct Shares {
    attributes: Vec<AttributeId>,
    together: BTreeMap<Vec<Code>, u32>,
    rows: f64,
}

impl Shares {
    /// The shares among all rows but those that break a hard rule.
    pub(crate) fn new(table: &Table, attributes: &[AttributeId], without: &BTreeSet<RowId>) -> Self {
        let mut together: BTreeMap<Vec<Code>, u32> = BTreeMap::new();
        let mut rows = 0.0_f64;
        for row in table.row_ids().filter(|row| !without.contains(row)) {
            let codes = attributes.iter().map(|&attribute| table.code(CellId { row, attribute })).collect();
            *together.entry(codes).or_default() += 1;
            rows += 1.0;
        }
        Shares { attributes: attributes.to_vec(), together, rows: rows.max(1.0) }
    }

    /// The log share of the assignment. A value that is not listed has the share of one that was never seen.
    pub(crate) fn log_factor(&self, imagined: &Imagined<'_>) -> f64 {
        let code = |&attribute: &AttributeId| {
            if imagined.is_unlisted(attribute) {
                return None;
            }
            let Some(text) = imagined.text(attribute) else { return Some(Code::NULL) };
            imagined.table.column(attribute).dictionary().find(text)
        };
        let codes: Option<Vec<Code>> = self.attributes.iter().map(code).collect();
        let seen = codes.and_then(|codes| self.together.get(&codes).copied()).unwrap_or(0);
        (f64::from(seen) / self.rows + FIRST_SHARE).ln()
    }
}
