//! What was changed in true tables, where every change is wrong.

use lustrate_benches::{Column, Grid, Section};
use lustrate_report::of_whole;

use super::Row;

pub(super) fn section(rows: &[Row]) -> Section {
    let mut grid = Grid::new(vec![Column::words("table"), Column::words("changed")]);
    for row in rows {
        let changed = match &row.result {
            Ok(measured) => of_whole(measured.raw.changed, measured.cells, "cell"),
            Err(message) => format!("failed: {message}"),
        };
        grid.push(vec![row.table.clone(), changed]);
    }
    let notes = vec!["The truth in the place of the dirty table, with the same rules.".to_owned()];
    Section { title: "Clean tables".into(), notes, grid }
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;
    use crate::plan::Source;

    #[test]
    fn what_was_changed_has_its_whole_and_failures_their_message() {
        let rows = [
            sample::ours("beers", Source::Dataset, 3, 0),
            sample::row("tax", Source::Dataset, "lustrate", Err("no such column".into())),
        ];
        let text = section(&rows).grid.text();
        assert!(text.contains("beers  3 of 1,000 cells (0.3 %)\n"), "{text}");
        assert!(text.contains("tax    failed: no such column\n"), "{text}");
    }
}
