//! What is told of rows of a label file that are not in the table.

use std::sync::Arc;

use lustrate_diagnostic::{Diagnostic, SourceText, Span};
use lustrate_table::RowId;

use crate::find::Lost;
use crate::mistakes::{Mistake, Mistakes};

/// So few rows may be lost one by one; of more, most being lost shows that the file is for other data.
const FEW: usize = 2;

/// A row that is not found.
pub(crate) struct LostRow {
    /// Where it stands in the file.
    pub(crate) span: Span,
    /// Its number there.
    pub(crate) number: Option<u64>,
    /// Why it is not found.
    pub(crate) why: Lost,
    /// Whether something was said of it.
    pub(crate) matters: bool,
}

/// Tells lost rows: each, or that the whole file is for other data.
pub(crate) fn tell_lost(source: &Arc<SourceText>, lost: &[LostRow], rows: usize, mistakes: &mut Mistakes<'_>) {
    if let [first, ..] = lost
        && lost.len() > FEW
        && 2 * lost.len() > rows
    {
        let title =
            format!("`{}` is for other data: {} of its {rows} rows are not in the table", source.name, lost.len());
        let label = "no row of the table reads so";
        mistakes.push_whole(Diagnostic::error("other-data", title).at(source, first.span, label).help(
            "name the table that it was written for; if that was edited since, name the column that identifies its rows \
             with `--id`",
        ));
        return;
    }
    for row in lost.iter().filter(|row| row.matters) {
        mistakes.push(row.span, row.mistake());
    }
}

impl LostRow {
    fn mistake(&self) -> Mistake {
        let row = self.number.map_or("the row".to_owned(), |number| format!("row {number}"));
        let again = "delete its lines and label it again, or name the column that identifies rows with `--id`";
        let (what, label, help) = match &self.why {
            Lost::Nowhere => (format!("{row} is not in the table"), "no row of the table reads so".to_owned(), again),
            Lost::Beyond(rows) => (
                format!("{row} is not in the table"),
                format!("the table has {rows} rows"),
                "write the number of the data row, the first row being 1",
            ),
            Lost::Changed(other) => (
                format!("{row} is not in the table as it was"),
                format!("row {} has its key, and reads otherwise", other.number()),
                "delete its lines, and label the row again",
            ),
            Lost::Several(rows) => (
                format!("{row} may be one of {} rows", rows.len()),
                format!("{} read so", numbers(rows)),
                "put the number of the row that is meant into `row`",
            ),
        };
        Mistake { code: "row-not-found", what, label, help: help.to_owned() }
    }
}

fn numbers(rows: &[RowId]) -> String {
    const SHOWN: usize = 5;
    let shown: Vec<String> = rows.iter().take(SHOWN).map(|row| row.number().to_string()).collect();
    let more = if rows.len() > SHOWN { format!(" and {} more", rows.len() - SHOWN) } else { String::new() };
    format!("rows {}{more}", shown.join(", "))
}
