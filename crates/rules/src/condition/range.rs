//! Which rows conditions are about.

use std::sync::Arc;

use lustrate_diagnostic::{Diagnostic, SourceText};

use super::{Cell, Condition};
use crate::{Scope, Tuple};

/// Whether the conditions are about one row or about two; otherwise what is wrong with the rows of their columns.
pub(crate) fn range(source: &Arc<SourceText>, conditions: &[Condition]) -> Result<Scope, Vec<Diagnostic>> {
    let cells = || conditions.iter().flat_map(Condition::cells);
    let uses = |tuple: Option<Tuple>| cells().any(|cell| cell.tuple == tuple);
    match (uses(Some(Tuple::A)), uses(Some(Tuple::B))) {
        (false, false) => Ok(Scope::Row),
        (true, true) if !uses(None) => Ok(Scope::Pair),
        (true, true) => {
            Err(cells().filter(|cell| cell.tuple.is_none()).map(|cell| without_row(source, cell)).collect())
        }
        (true, false) => Err(vec![one_row_alone(source, cells(), "a", "b")]),
        (false, true) => Err(vec![one_row_alone(source, cells(), "b", "a")]),
    }
}

/// Diagnostics for columns with a row, in a statement that is about one row only.
pub(crate) fn only_one_row(source: &Arc<SourceText>, keyword: &str, conditions: &[Condition]) -> Vec<Diagnostic> {
    let cells = conditions.iter().flat_map(Condition::cells).filter(|cell| cell.tuple.is_some());
    let diagnose = |cell: &Cell| {
        Diagnostic::error("two-rows", format!("`{keyword}` is about one row"))
            .at(source, cell.column.span(), "a column of one of two rows")
            .help(format!("write `{}`; for two rows write a `deny` rule", cell.column))
    };
    cells.map(diagnose).collect()
}

fn without_row(source: &Arc<SourceText>, cell: &Cell) -> Diagnostic {
    let column = &cell.column;
    Diagnostic::error("row-missing", format!("the rule is about two rows, but `{}` does not say of which", column.text))
        .at(source, column.span(), "of `a` or of `b`?")
        .help(format!("write `a.{column}` or `b.{column}`"))
}

fn one_row_alone<'a>(
    source: &Arc<SourceText>,
    cells: impl Iterator<Item = &'a Cell>,
    used: &str,
    unused: &str,
) -> Diagnostic {
    let with_row: Vec<_> = cells.filter(|cell| cell.tuple.is_some()).map(|cell| &cell.column).collect();
    let first = with_row.first().expect("a rule that uses a row has a column of it");
    let title = format!("a rule about two rows uses only `{used}`");
    Diagnostic::error("one-row-alone", title)
        .at(source, first.span(), format!("`{unused}` occurs nowhere"))
        .help(format!("write `{first}` without `{used}.` for a rule about one row, or compare with `{unused}.{first}`"))
}
