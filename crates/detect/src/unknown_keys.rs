//! Rows whose keys fit no row of the reference in which they must be.

use lustrate_link::ReferenceIndex;
use lustrate_rules::{Constraints, Lookup};
use lustrate_table::{Column, Groups, RowId, Table};
use rayon::prelude::*;

use crate::RowSet;
use crate::row_predicate::RowPredicate;
use crate::typed::Typed;

/// The rows that a lookup does not find.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownKeys {
    /// The place of the lookup in [`Constraints::lookups`].
    pub lookup: usize,
    /// The rows of which the lookup speaks, all keys of which are there, and which fit no row of the reference.
    pub rows: RowSet,
}

/// What the lookups that set nothing do not find, but for those with a single key of equality: they are constraints on a
/// row, which [`detect`](crate::detect()) looks at. One item for each such lookup, in order.
///
/// # Panics
/// When the constraints are bound to another schema and name attributes that the table does not have.
pub fn unknown_keys(table: &Table, constraints: &Constraints) -> Vec<UnknownKeys> {
    let asks = |lookup: &Lookup| lookup.set.is_empty() && (lookup.on.len() > 1 || lookup.on[0].measure.is_some());
    let asking: Vec<(usize, &Lookup)> =
        constraints.lookups().iter().enumerate().filter(|(_, lookup)| asks(lookup)).collect();
    let unknown = |(place, lookup)| UnknownKeys { lookup: place, rows: not_found(table, constraints, lookup) };
    asking.into_par_iter().map(unknown).collect()
}

fn not_found(table: &Table, constraints: &Constraints, lookup: &Lookup) -> RowSet {
    let typed = Typed { table, columns: constraints.columns() };
    let mut rows = RowSet::full(table.rows());
    lookup.filter.iter().for_each(|predicate| RowPredicate::new(predicate).restrict(typed, &mut rows));
    let index = ReferenceIndex::new(constraints, lookup);
    let columns: Vec<&Column> = lookup.on.iter().map(|key| table.column(key.attribute)).collect();
    let groups = Groups::new(&columns);
    let mut known: Vec<Option<bool>> = vec![None; groups.len()];
    rows.retain(|row: RowId| {
        // A row with a missing key is of no group.
        let Some(group) = groups.group(row) else { return false };
        let texts = || columns.iter().map(|column| column.text(row)).collect::<Vec<_>>();
        !*known[group].get_or_insert_with(|| !index.find(&texts()).rows.is_empty())
    });
    rows
}
