//! Which rows of a table a file gets.

use std::collections::{BTreeMap, BTreeSet};

use lustrate_table::{RowId, Table};

/// Which rows of a table are written.
#[derive(Clone, Copy, Debug)]
pub enum Selection<'a> {
    /// All of them.
    All,
    /// All but these.
    Without(&'a BTreeSet<RowId>),
    /// These only, each with the reason why it is set apart in a column of its own behind the others.
    SetApart(&'a BTreeMap<RowId, String>),
}

/// The column that says why a row is set apart.
const REASON: &str = "quarantined_because";

impl Selection<'_> {
    /// Whether a row is written.
    pub(crate) fn has(&self, row: RowId) -> bool {
        match self {
            Selection::All => true,
            Selection::Without(rows) => !rows.contains(&row),
            Selection::SetApart(rows) => rows.contains_key(&row),
        }
    }

    /// Why a row is set apart.
    pub(crate) fn reason(&self, row: RowId) -> Option<&str> {
        match self {
            Selection::SetApart(rows) => rows.get(&row).map(String::as_str),
            Selection::All | Selection::Without(_) => None,
        }
    }

    /// The name of the column of reasons, where there is one: one that no column of the table has.
    pub(crate) fn reason_column(&self, table: &Table) -> Option<String> {
        let Selection::SetApart(_) = self else { return None };
        let mut name = REASON.to_owned();
        while table.schema().find(&name).is_some() {
            name.push('_');
        }
        Some(name)
    }
}
