//! The hard rules, held against what will be written.
//!
//! The run judges a view of the table, in which conventions of writing that were found in it are followed. Whoever checks
//! the clean file again has the file only: a value that the view takes for missing, and that stays as it is, breaks a rule
//! there.

use std::collections::{BTreeMap, BTreeSet};

use lustrate_detect::detect;
use lustrate_normalise::normalise;
use lustrate_repair::{Apart, Repairs, apply, quarantine, withhold_apart};
use lustrate_rules::{Constraints, Rules, Strength, bind};
use lustrate_table::{RowId, Table};

/// The rows that are set apart, each with the reasons.
type SetApart = BTreeMap<RowId, BTreeSet<Apart>>;

/// Sets more rows apart until those that stay, written with their repairs and read again, break no hard rule.
pub(crate) fn set_apart_as_written(
    table: &Table,
    rules: &Rules,
    constraints: &Constraints,
    repairs: &mut Repairs,
    apart: &mut SetApart,
) {
    let hard = |strength: Strength| strength == Strength::Hard;
    let any = constraints.iter().any(|(_, constraint)| hard(constraint.strength))
        || constraints.lookups().iter().any(|lookup| hard(lookup.strength));
    if !any {
        return;
    }
    loop {
        let staying: Vec<RowId> = table.row_ids().filter(|row| !apart.contains_key(row)).collect();
        let more = breaking(&as_read_again(&apply(table, repairs), &staying), rules, constraints);
        if more.is_empty() {
            return;
        }
        let number = |row: RowId| staying[row.index()];
        for (row, reasons) in more {
            let of_table = |reason| match reason {
                Apart::Duplicate { rule, of, why } => {
                    Apart::Duplicate { rule, of: number(of), why: why.map(|(with, words)| (number(with), words)) }
                }
                Apart::Breaks(_) | Apart::Unknown(_) => reason,
            };
            apart.entry(number(row)).or_default().extend(reasons.into_iter().map(of_table));
        }
        withhold_apart(repairs, apart);
    }
}

/// Some rows of a table as a table of their own, in which each column is of the kind that its values there are of.
fn as_read_again(table: &Table, rows: &[RowId]) -> Table {
    let mut read = table.select(rows);
    for attribute in table.schema().ids() {
        let column = read.column(attribute).clone();
        read.replace(attribute, column);
    }
    read
}

fn breaking(table: &Table, rules: &Rules, constraints: &Constraints) -> SetApart {
    // Rules that do not fit the columns as they are now break nothing that could be found.
    let bound = bind(rules, table.schema()).unwrap_or_else(|_| constraints.clone());
    let view = normalise(table, &bound).table;
    quarantine(&view, &bound, &detect(&view, &bound))
}
