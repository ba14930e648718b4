//! The verb: a table and what is declared of it, to the canonical view.

use lustrate_rules::{ColumnRole, ColumnRule, Constraints};
use lustrate_table::{AttributeId, CellId, Column, Table, count_codes};
use rayon::prelude::*;

use crate::ConversionKind;
use crate::conversion::{Conversion, SURE};
use crate::inferred::infer;
use crate::rewrites::Rewritten;
use crate::values::{Canonical, canonical, only_form};

/// A table as all later steps see it, and what was changed for that.
#[derive(Clone, Debug, Default)]
pub struct Normalised {
    /// The canonical view: the same rows and columns. Columns in which nothing changes are shared with the table that was
    /// read.
    pub table: Table,
    /// The cells that the view writes otherwise, and those that it may have to, by row and then by column. Null spellings
    /// are not among them: a missing value stays as it is written until something fills it. Nor is what is in no list of its
    /// column, in whatever letters. Nor are cells of columns that
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
    let plain = |attribute| view(table, attribute, constraints.columns().get(attribute)).map(|view| view.column);
    let rewritten = Rewritten::new(table, constraints, plain);
    let (read, table) = (table, &rewritten.table);
    let views: Vec<Option<View>> = declared.par_iter().map(|&(attribute, rule)| view(table, attribute, rule)).collect();
    let mut normalised = Normalised { table: table.clone(), conversions: Vec::new() };
    let mut conversions: Vec<Vec<Conversion>> = Vec::new();
    for (&(attribute, _), view) in declared.iter().zip(views) {
        conversions.push(view.map_or_else(Vec::new, |view| {
            normalised.table.replace(attribute, view.column);
            view.conversions
        }));
    }
    // Groups are those of the canonical view, so units come after the columns by which they are grouped.
    let formatted = normalised.table.clone();
    for (&(attribute, rule), conversions) in declared.iter().zip(&mut conversions) {
        infer(table, &formatted, &mut normalised.table, (attribute, rule), conversions);
    }
    for (&(_, rule), conversions) in declared.iter().zip(conversions) {
        if !(rule.never_repair || rule.roles.contains(&ColumnRole::Id)) {
            normalised.conversions.extend(conversions);
        }
    }
    normalised.conversions = rewritten.conversions(read, constraints, normalised.conversions);
    normalised.conversions.sort_by_key(|conversion| conversion.cell);
    normalised
}

/// The canonical view of one column.
struct View {
    column: Column,
    conversions: Vec<Conversion>,
}

/// What a distinct value is written as instead.
struct Change {
    text: String,
    confidence: f64,
    kind: ConversionKind,
    reason: String,
    alternatives: Vec<(String, f64)>,
}

/// The canonical view of a column; `None` where it is as it was read.
fn view(table: &Table, attribute: AttributeId, rule: &ColumnRule) -> Option<View> {
    let column = table.column(attribute);
    let forms: Vec<Canonical> = column.dictionary().iter().map(|(_, text)| canonical(rule, text)).collect();
    if forms.iter().all(|form| *form == Canonical::Same) {
        return None;
    }
    let changes = changes(column, rule, &forms);
    let values = column.dictionary().iter().zip(changes.iter().zip(&forms));
    let values = values.map(|((_, text), (change, form))| match (form, change) {
        (Canonical::Missing, _) => None,
        (Canonical::Read(read), _) => Some(read.as_str()),
        (_, Some(change)) => Some(change.text.as_str()),
        (_, None) => Some(text),
    });
    let replaced = column.replaced(&values.collect::<Vec<_>>());
    let conversions = table.row_ids().filter_map(|row| {
        let code = column.code(row);
        let change = changes.get(code.0 as usize)?.as_ref()?;
        Some(Conversion {
            cell: CellId { row, attribute },
            old: column.dictionary().text(code).map(str::to_owned),
            new: Some(change.text.clone()),
            confidence: change.confidence,
            kind: change.kind,
            reason: change.reason.clone(),
            alternatives: change.alternatives.clone(),
        })
    });
    Some(View { column: replaced, conversions: conversions.collect() })
}

/// What becomes of each distinct value. A text that several forms read differently is taken as the commonest of these forms
/// among the cells that only one form reads (with Laplace's rule of succession).
fn changes(column: &Column, rule: &ColumnRule, forms: &[Canonical]) -> Vec<Option<Change>> {
    let in_doubt = forms.iter().any(|form| matches!(form, Canonical::Doubtful { .. }));
    let mut cells_of_form: Vec<f64> = Vec::new();
    if in_doubt {
        let counts = count_codes(column.codes(), column.dictionary().len());
        for (code, text) in column.dictionary().iter() {
            let Some(form) = only_form(rule, text) else { continue };
            cells_of_form.resize(cells_of_form.len().max(form + 1), 0.0);
            cells_of_form[form] += f64::from(counts[code.index()]);
        }
    }
    let change = |form| match form {
        Canonical::Same | Canonical::Missing | Canonical::Read(_) => None,
        Canonical::Changed { text, kind, reason } => {
            Some(Change { text, confidence: SURE, kind, reason, alternatives: Vec::new() })
        }
        Canonical::Doubtful { readings, kind } => {
            let weight = |form: usize| 1.0 + cells_of_form.get(form).copied().unwrap_or_default();
            let all: f64 = readings.iter().map(|(form, _)| weight(*form)).sum();
            let mut alternatives: Vec<_> =
                readings.into_iter().map(|(form, text)| (text, (weight(form) / all).min(SURE))).collect();
            alternatives.sort_by(|a, b| b.1.total_cmp(&a.1));
            let (text, confidence) = alternatives.first()?.clone();
            let others: Vec<_> = alternatives[1..].iter().map(|(other, _)| format!("`{other}`")).collect();
            let reason =
                format!("it may be `{text}` or {}; the other cells favour the first form", others.join(" or "));
            Some(Change { text, confidence, kind, reason, alternatives })
        }
    };
    forms.iter().cloned().map(change).collect()
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
