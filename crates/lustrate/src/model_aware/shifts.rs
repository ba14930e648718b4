//! Whether cleaning went too far: what a table no longer represents.

use std::collections::BTreeMap;

use lustrate_diagnostic::{Diagnostic, Diagnostics};
use lustrate_learn::{Compared, ProtectedGroups, Shift, Subject, Verdict, shifts};
use lustrate_table::{AttributeId, CellId, RowId, Table};
use serde::Serialize;

use crate::distribution::{ColumnChange, Population, column_changes};
use crate::outcome::{Outcome, Repair};

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
    /// The columns whose repaired cells are distributed otherwise than those that were left alone, beyond chance.
    pub another: Vec<String>,
    /// The columns in which enough cells were changed to move them, so that they may have moved because of the dirt.
    pub changed: Vec<String>,
}

/// Compares the table that an outcome writes with the one that was read, rows that are set apart being gone from it, by the
/// population stability index and the distance of the distributions. What is only written otherwise (dates, units) is the same,
/// and so are cells in which something was missing.
///
/// Columns that are protected and not in the table are not asked about.
pub fn too_much(outcome: &Outcome, protected: &[String]) -> TooMuch {
    let apart = outcome.set_apart();
    let schema = outcome.original.schema();
    let protected: Vec<String> = protected.iter().filter(|name| schema.find(name).is_some()).cloned().collect();
    let mut cells = BTreeMap::<&str, usize>::new();
    outcome
        .applied()
        .filter(|repair| is_other(repair))
        .for_each(|repair| *cells.entry(&repair.column).or_default() += 1);
    let least = LEAST_CHANGED * outcome.table.rows() as f64;
    let is_changed = |name: &str| cells.get(name).is_some_and(|&cells| cells as f64 >= least);
    let loses_rows = !apart.is_empty() && apart.len() as f64 >= least;
    let compared: Vec<AttributeId> = schema.ids().filter(|&id| loses_rows || is_changed(schema.name(id))).collect();
    let changed: Vec<String> =
        compared.iter().map(|&id| schema.name(id)).filter(|name| is_changed(name)).map(str::to_owned).collect();
    let asked = |change: &ColumnChange| change.population.as_ref().is_some_and(Population::is_another);
    let another: Vec<String> = match cells.is_empty() {
        true => Vec::new(),
        false => column_changes(outcome).into_iter().filter(asked).map(|change| change.column).collect(),
    };
    let kept: Vec<RowId> = outcome.table.row_ids().filter(|row| !apart.contains_key(row)).collect();
    if compared.is_empty() || kept.is_empty() {
        return TooMuch { protected, shifts: Vec::new(), another, changed };
    }
    let groups = |table: &Table| ProtectedGroups::new(table, &protected).expect("the protected columns are there");
    let [before, after] = comparable(outcome, &compared);
    let after = after.select(&kept);
    let groups = [groups(&outcome.original), groups(&outcome.table.select(&kept))];
    let shifts =
        shifts(&Compared { table: &before, groups: &groups[0] }, &Compared { table: &after, groups: &groups[1] });
    TooMuch { protected, shifts, another, changed }
}

/// Whether a cell means something else than it did: no other form, and nothing that was missing.
fn is_other(repair: &Repair) -> bool {
    !repair.kind.is_form() && repair.old.is_some()
}

/// Some columns before and after. Cells that only have another form read as they do now in both, and those that were missing are
/// missing in both.
fn comparable(outcome: &Outcome, compared: &[AttributeId]) -> [Table; 2] {
    let schema = outcome.original.schema();
    let columns = |table: &Table| {
        let named = compared.iter().map(|&id| (schema.name(id).to_owned(), table.column(id).clone()));
        Table::new(named.collect()).expect("columns of one table are of one length and have names of their own")
    };
    let [mut before, mut after] = [columns(&outcome.original), columns(&outcome.table)];
    for repair in outcome.applied().filter(|repair| !is_other(repair)) {
        let Some(attribute) = before.schema().find(&repair.column) else { continue };
        let cell = CellId { row: RowId((repair.row - 1) as u32), attribute };
        match &repair.old {
            Some(_) => before.set(cell, repair.new.as_deref()),
            None => after.set(cell, None),
        }
    }
    [before, after]
}

impl TooMuch {
    /// The distributions that moved for another reason than that the dirt is gone: the shares of groups, columns that moved within a
    /// group more than in all rows, and those that moved because rows are gone.
    pub fn moved(&self) -> impl Iterator<Item = &Shift> {
        let of_all = |subject: &Subject| {
            let all = self.shifts.iter().find(|shift| shift.group.is_none() && shift.subject == *subject);
            all.map_or(Verdict::Same, |all| all.verdict)
        };
        self.shifts.iter().filter(move |shift| match &shift.subject {
            _ if shift.verdict == Verdict::Same => false,
            Subject::Groups => true,
            Subject::Column(column) if shift.group.is_none() => !self.changed.contains(column),
            Subject::Column(_) => shift.verdict > of_all(&shift.subject),
        })
    }

    /// A warning that names what moved, if anything did.
    pub fn warning(&self) -> Diagnostics {
        const MOST_NAMED: usize = 4;
        let named = |names: Vec<String>| match names.len().saturating_sub(MOST_NAMED) {
            0 => names.join(", "),
            more => format!("{}, and {more} more", names[..MOST_NAMED].join(", ")),
        };
        let mut warnings = Diagnostics::default();
        let moved = self.moved().map(|shift| {
            let subject = match &shift.subject {
                Subject::Column(column) => format!("`{column}`"),
                Subject::Groups => "the shares of the protected groups".to_owned(),
            };
            let within = shift.group.as_ref().map_or(String::new(), |group| format!(" where {group}"));
            format!("{subject}{within} ({:.2})", shift.stability)
        });
        let moved: Vec<String> = moved.collect();
        if !moved.is_empty() {
            let title = format!(
                "the cleaned table no longer represents the rows that were read: {} moved (population stability index; 0.1 is a \
                 move, 0.25 another population)",
                named(moved)
            );
            let help = "look at the rows that are set apart, and at the repairs, group by group: cleaning may have gone too far";
            warnings.push(Diagnostic::warning("too-much-cleaning", title).help(help));
        }
        if !self.another.is_empty() {
            let columns: Vec<String> = self.another.iter().map(|name| format!("`{name}`")).collect();
            let title =
                format!("what was repaired in {} is distributed otherwise than what was left alone", named(columns));
            let help = "what is missing or wrong by a pattern is no accident: `--report` shows both, column by column";
            warnings.push(Diagnostic::note("another-population", title).help(help));
        }
        warnings
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outcome::{Cause, Quarantined};
    use crate::{Rules, Settings, repair};

    /// 300 rows of two groups, of which the rows that a test names are set apart.
    fn outcome(is_apart: impl Fn(usize) -> bool) -> Outcome {
        let column = |text: &dyn Fn(usize) -> String| (0..300).map(|row| Some(text(row))).collect::<Vec<_>>();
        let texts = [column(&|row| ["f", "m"][row % 2].to_owned()), column(&|row| (row * 7 % 50).to_string())];
        let named = ["sex", "age"]
            .into_iter()
            .zip(&texts)
            .map(|(name, texts)| (name.to_owned(), texts.iter().map(|text| text.as_deref()).collect()));
        let table = Table::new(named.collect()).unwrap();
        let mut outcome = repair(&table, &Rules::default(), &Settings::new()).unwrap();
        let apart = |row: usize| Quarantined {
            cause: Cause::Model,
            row: row as u64 + 1,
            line: None,
            rules: Vec::new(),
            reason: String::new(),
        };
        outcome.set_apart_too((0..300).filter(|&row| is_apart(row)).map(apart).collect());
        outcome
    }

    fn moved(outcome: &Outcome) -> Vec<Subject> {
        too_much(outcome, &["sex".to_owned()]).moved().map(|shift| shift.subject.clone()).collect()
    }

    #[test]
    fn rows_that_go_at_random_move_nothing() {
        assert_eq!(moved(&outcome(|_| false)), []);
        assert_eq!(moved(&outcome(|row| row % 7 == 3)), []);
    }

    #[test]
    fn a_group_that_goes_is_told() {
        let outcome = outcome(|row| row % 2 == 0 && row % 5 != 0);
        assert!(moved(&outcome).contains(&Subject::Groups));
        let warnings = too_much(&outcome, &["sex".to_owned()]).warning();
        assert!(warnings.iter().any(|warning| warning.code == "too-much-cleaning"));
    }

    #[test]
    fn a_part_of_a_column_that_goes_is_told() {
        assert!(moved(&outcome(|row| row * 7 % 50 > 35)).contains(&Subject::Column("age".to_owned())));
    }
}
