//! A table of texts, for the terminal and as Markdown.

use std::fmt::Write;
use std::iter;

/// A table of texts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grid {
    columns: Vec<Column>,
    rows: Vec<Vec<String>>,
}

/// The head of a column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    title: String,
    side: Side,
}

/// The side of a column on which its texts are flush.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Side {
    Left,
    Right,
}

impl Column {
    /// A column of words.
    pub fn words(title: impl Into<String>) -> Self {
        Column { title: title.into(), side: Side::Left }
    }

    /// A column of numbers.
    pub fn numbers(title: impl Into<String>) -> Self {
        Column { title: title.into(), side: Side::Right }
    }
}

impl Grid {
    /// A table without rows.
    pub fn new(columns: Vec<Column>) -> Self {
        Grid { columns, rows: Vec::new() }
    }

    /// Adds a row; columns for which it has no text stay empty.
    pub fn push(&mut self, mut row: Vec<String>) {
        row.resize(self.columns.len(), String::new());
        self.rows.push(row);
    }

    /// Whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Lines with columns of even width, and a rule below the head.
    pub fn text(&self) -> String {
        let titles: Vec<String> = self.columns.iter().map(|column| column.title.clone()).collect();
        let width = |place: usize| {
            let column = self.rows.iter().chain([&titles]).map(|row| row[place].chars().count());
            column.max().unwrap_or_default()
        };
        let widths: Vec<usize> = (0..self.columns.len()).map(width).collect();
        let line = |row: &[String]| {
            let padded = row.iter().zip(&self.columns).zip(&widths).map(|((text, column), &width)| match column.side {
                Side::Left => format!("{text:width$}"),
                Side::Right => format!("{text:>width$}"),
            });
            padded.collect::<Vec<_>>().join("  ").trim_end().to_owned() + "\n"
        };
        let rule: Vec<String> = widths.iter().map(|&width| "-".repeat(width)).collect();
        [titles, rule].iter().chain(&self.rows).map(|row| line(row)).collect()
    }

    /// A table of Markdown.
    pub fn markdown(&self) -> String {
        let mut text = String::new();
        let titles: Vec<String> = self.columns.iter().map(|column| column.title.clone()).collect();
        let rules = self.columns.iter().map(|column| match column.side {
            Side::Left => "---".to_owned(),
            Side::Right => "---:".to_owned(),
        });
        let escaped = self.rows.iter().map(|row| row.iter().map(|cell| escaped(cell)).collect());
        for row in [titles, rules.collect()].into_iter().chain(escaped) {
            let cells: Vec<String> = row;
            writeln!(text, "| {} |", cells.join(" | ")).expect("writing to a string does not fail");
        }
        text
    }
}

/// A text that ends neither its cell nor its line.
fn escaped(text: &str) -> String {
    text.chars()
        .flat_map(|character| match character {
            '|' => iter::once('\\').chain(Some('|')),
            '\n' => iter::once(' ').chain(None),
            other => iter::once(other).chain(None),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grid() -> Grid {
        let mut grid = Grid::new(vec![Column::words("table"), Column::numbers("F1"), Column::words("note")]);
        grid.push(vec!["beers".into(), "1.000".into()]);
        grid.push(vec!["größte".into(), ".9".into(), "a|b".into()]);
        grid
    }

    #[test]
    fn words_are_flush_left_and_numbers_right() {
        let lines = ["table      F1  note", "------  -----  ----", "beers   1.000", "größte     .9  a|b", ""];
        assert_eq!(grid().text(), lines.join("\n"));
    }

    #[test]
    fn markdown_keeps_its_cells() {
        let lines =
            ["| table | F1 | note |", "| --- | ---: | --- |", "| beers | 1.000 |  |", "| größte | .9 | a\\|b |", ""];
        assert_eq!(grid().markdown(), lines.join("\n"));
    }

    #[test]
    fn a_grid_is_empty_until_a_row_is_added() {
        assert!(Grid::new(Vec::new()).is_empty() && !grid().is_empty());
    }
}
