//! The verb: a table and what is declared of it, to the canonical view.

use lustrate_rules::{ColumnRole, ColumnRule, Constraints};
use lustrate_table::{AttributeId, CellId, Column, Table};
use rayon::prelude::*;

use crate::conversion::{Conversion, SURE};
use crate::values::{Canonical, canonical};

/// A table as all later steps see it, and what was changed for that.
#[derive(Clone, Debug, Default)]
pub struct Normalised {
    /// The canonical view: the same rows and columns. Columns in which nothing changes are shared with the table that was
    /// read.
    pub table: Table,
    /// The cells that the view writes otherwise, and those that it may have to, by row and then by column. Null spellings
    /// are not among them: a missing value stays as it is written until something fills it. Nor are cells of columns that
    /// are never repaired.
    pub conversions: Vec<Conversion>,
}

impl Normalised {
    /// How a canonical value that is new to a column is written into the file: as it is, because the canonical form is the
    /// one that the column declares.
    pub fn written(&self, _attribute: AttributeId, canonical: &str) -> String {
        canonical.to_owned()
    }
}

/// The canonical view of a table. Each distinct value is read once; columns are done side by side, with the same outcome
/// for any number of threads.
pub fn normalise(table: &Table, constraints: &Constraints) -> Normalised {
    let declared: Vec<_> = constraints.columns().declared().collect();
    let declared = declared.into_iter().filter(|(attribute, _)| attribute.index() < table.schema().len());
    let declared: Vec<(AttributeId, &ColumnRule)> = declared.collect();
    let views: Vec<Option<View>> = declared.par_iter().map(|&(attribute, rule)| view(table, attribute, rule)).collect();
    let mut normalised = Normalised { table: table.clone(), conversions: Vec::new() };
    for ((attribute, rule), view) in declared.into_iter().zip(views) {
        let Some(view) = view else { continue };
        normalised.table.replace(attribute, view.column);
        if !(rule.never_repair || rule.roles.contains(&ColumnRole::Id)) {
            normalised.conversions.extend(view.conversions);
        }
    }
    normalised.conversions.sort_by_key(|conversion| conversion.cell);
    normalised
}

/// The canonical view of one column.
struct View {
    column: Column,
    conversions: Vec<Conversion>,
}

/// The canonical view of a column; `None` where it is as it was read.
fn view(table: &Table, attribute: AttributeId, rule: &ColumnRule) -> Option<View> {
    let column = table.column(attribute);
    let forms: Vec<Canonical> = column.dictionary().iter().map(|(_, text)| canonical(rule, text)).collect();
    if forms.iter().all(|form| *form == Canonical::Same) {
        return None;
    }
    let values = column.dictionary().iter().zip(&forms).map(|((_, text), form)| match form {
        Canonical::Same => Some(text),
        Canonical::Missing => None,
        Canonical::Changed { text, .. } => Some(text.as_str()),
    });
    let replaced = column.replaced(&values.collect::<Vec<_>>());
    let conversions = table.row_ids().filter_map(|row| {
        let code = column.code(row);
        let Canonical::Changed { text, kind, reason } = forms.get(code.0 as usize)? else { return None };
        Some(Conversion {
            cell: CellId { row, attribute },
            old: column.dictionary().text(code).map(str::to_owned),
            new: Some(text.clone()),
            confidence: SURE,
            kind: *kind,
            reason: reason.clone(),
            alternatives: Vec::new(),
        })
    });
    Some(View { column: replaced, conversions: conversions.collect() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_of_which_nothing_is_declared_is_shared() {
        let column: Column = [Some(" a"), None].into_iter().collect();
        let table = Table::new(vec![("x".into(), column)]).unwrap();
        let normalised = normalise(&table, &Constraints::default());
        assert!(normalised.table.shares(&table, AttributeId(0)));
        assert_eq!(normalised.conversions, []);
    }
}
