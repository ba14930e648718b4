//! Whether cleaning went too far: what a table no longer represents.

use lustrate_diagnostic::{Diagnostic, Diagnostics};
use lustrate_learn::{Compared, ProtectedGroups, Shift, Subject, Verdict, shifts};
use lustrate_table::{RowId, Table};
use serde::Serialize;

use crate::outcome::Outcome;

/// Of a column that is changed in fewer cells than this share, in a table that keeps its rows, no distribution can have moved as far
/// as is told.
const LEAST_CHANGED: f64 = 0.005;

/// How the distributions of a table moved when it was cleaned: of every column, of the protected groups, and of the columns within
/// each group.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct TooMuch {
    /// The columns whose groups are told apart.
    pub protected: Vec<String>,
    /// What was compared; columns that hardly changed, in tables that keep their rows, are not.
    pub shifts: Vec<Shift>,
}

/// Compares the table that an outcome writes with the one that was read, rows that are set apart being gone from it, by the
/// population stability index and the distance of the distributions.
///
/// Columns that are protected and not in the table are not asked about.
pub fn too_much(outcome: &Outcome, protected: &[String]) -> TooMuch {
    let apart = outcome.set_apart();
    let kept: Vec<RowId> = outcome.table.row_ids().filter(|row| !apart.contains_key(row)).collect();
    let loses_rows = apart.len() as f64 >= LEAST_CHANGED * outcome.table.rows() as f64 && !apart.is_empty();
    let mut changed = std::collections::BTreeMap::<&str, usize>::new();
    outcome.applied().for_each(|repair| *changed.entry(&repair.column).or_default() += 1);
    let least = LEAST_CHANGED * outcome.table.rows() as f64;
    let schema = outcome.original.schema();
    let compared: Vec<_> = schema
        .ids()
        .filter(|&id| loses_rows || changed.get(schema.name(id)).is_some_and(|&cells| cells as f64 >= least))
        .collect();
    let protected: Vec<String> = protected.iter().filter(|name| schema.find(name).is_some()).cloned().collect();
    if compared.is_empty() || kept.is_empty() {
        return TooMuch { protected, shifts: Vec::new() };
    }
    let columns = |table: &Table| {
        let named = compared.iter().map(|&id| (schema.name(id).to_owned(), table.column(id).clone()));
        Table::new(named.collect()).expect("columns of one table are of one length and have names of their own")
    };
    let after = outcome.table.select(&kept);
    let groups = |table: &Table| ProtectedGroups::new(table, &protected).expect("the protected columns are there");
    let (groups_before, groups_after) = (groups(&outcome.original), groups(&after));
    let (before, after) = (columns(&outcome.original), columns(&after));
    let shifts = shifts(
        &Compared { table: &before, groups: &groups_before },
        &Compared { table: &after, groups: &groups_after },
    );
    TooMuch { protected, shifts }
}

impl TooMuch {
    /// The distributions that moved.
    pub fn moved(&self) -> impl Iterator<Item = &Shift> {
        self.shifts.iter().filter(|shift| shift.verdict != Verdict::Same)
    }

    /// A warning that names what moved, if anything did.
    pub fn warning(&self) -> Diagnostics {
        const MOST_NAMED: usize = 4;
        let moved: Vec<&Shift> = self.moved().collect();
        let Some(most) = moved.iter().copied().max_by(|a, b| a.stability.total_cmp(&b.stability)) else {
            return Diagnostics::default();
        };
        let name = |shift: &Shift| {
            let subject = match &shift.subject {
                Subject::Column(column) => format!("`{column}`"),
                Subject::Groups => "the shares of the protected groups".to_owned(),
            };
            let within = shift.group.as_ref().map_or(String::new(), |group| format!(" where {group}"));
            format!("{subject}{within} ({:.2})", shift.stability)
        };
        let mut named: Vec<String> = moved.iter().take(MOST_NAMED).map(|shift| name(shift)).collect();
        if moved.len() > MOST_NAMED {
            named.push(format!("{} more", moved.len() - MOST_NAMED));
        }
        let title = format!(
            "the cleaned table no longer represents the rows that were read: {} moved (population stability index; 0.1 is a move, \
             0.25 another population)",
            named.join(", ")
        );
        let of_most = match &most.subject {
            Subject::Column(column) => format!("look at the repairs of `{column}` and at the rows that are set apart"),
            Subject::Groups => "look at the rows that are set apart, group by group".to_owned(),
        };
        let help = format!("{of_most}: cleaning may have gone too far, or the dirt had a pattern that is gone now");
        Diagnostic::warning("too-much-cleaning", title).help(help).into()
    }
}
