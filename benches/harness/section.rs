//! A part of the report: a title, a table, and what must be known to read it.

use crate::grid::Grid;

/// A part of the report.
pub struct Section {
    /// What it is called.
    pub title: String,
    /// Sentences below the title.
    pub notes: Vec<String>,
    /// The table.
    pub grid: Grid,
}

impl Section {
    /// Whether there is nothing to show.
    pub fn is_empty(&self) -> bool {
        self.grid.is_empty()
    }

    /// The part for a terminal.
    pub fn text(&self) -> String {
        let notes: String = self.notes.iter().map(|note| format!("{note}\n")).collect();
        format!("== {} ==\n{notes}\n{}", self.title, self.grid.text())
    }

    /// The part as Markdown.
    pub fn markdown(&self) -> String {
        let notes: String = self.notes.iter().map(|note| format!("{note}\n")).collect();
        format!("## {}\n\n{notes}\n{}", self.title, self.grid.markdown())
    }
}

#[cfg(test)]
mod tests {
    use crate::grid::Column;

    use super::*;

    #[test]
    fn a_section_is_its_title_its_notes_and_its_table() {
        let mut grid = Grid::new(vec![Column::words("table")]);
        grid.push(vec!["beers".into()]);
        let section = Section { title: "Quality".into(), notes: vec!["All.".into()], grid };
        assert_eq!(section.text(), "== Quality ==\nAll.\n\ntable\n-----\nbeers\n");
        assert_eq!(section.markdown(), "## Quality\n\nAll.\n\n| table |\n| --- |\n| beers |\n");
    }
}
