//! A part of the report that was measured.

use lustrate_benches::{Column, Grid, NONE, Section};

use crate::args::Part;

/// A part of the report that was measured.
pub(crate) struct Measured {
    /// What is shown.
    pub(crate) section: Section,
    /// Whether a job failed.
    pub(crate) failed: bool,
}

impl Measured {
    /// A part that failed as a whole.
    pub(crate) fn failure(part: Part, message: String) -> Self {
        let mut rows = Rows::new(&["part"], &[]);
        rows.push(vec![part.title().to_owned()], Err(message));
        rows.measured(part, Vec::new())
    }
}

/// Rows of numbers, each with the message of a job that failed in their place.
pub(crate) struct Rows {
    columns: Vec<Column>,
    numbers: usize,
    rows: Vec<Row>,
}

struct Row {
    words: Vec<String>,
    numbers: Result<Vec<String>, String>,
}

impl Rows {
    /// Columns of words, and those of numbers behind them.
    pub(crate) fn new(words: &[&str], numbers: &[&str]) -> Self {
        let words = words.iter().copied().map(Column::words);
        let columns = words.chain(numbers.iter().copied().map(Column::numbers)).collect();
        Rows { columns, numbers: numbers.len(), rows: Vec::new() }
    }

    /// Adds a row.
    pub(crate) fn push(&mut self, words: Vec<String>, numbers: Result<Vec<String>, String>) {
        debug_assert!(numbers.as_ref().is_ok_and(|numbers| numbers.len() == self.numbers) || numbers.is_err());
        self.rows.push(Row { words, numbers });
    }

    /// The part of the report. There is a column of messages where a job failed.
    pub(crate) fn measured(self, part: Part, notes: Vec<String>) -> Measured {
        let failed = self.rows.iter().any(|row| row.numbers.is_err());
        let mut columns = self.columns;
        columns.extend(failed.then(|| Column::words("note")));
        let mut grid = Grid::new(columns);
        for Row { words, numbers } in self.rows {
            let (numbers, note) = match numbers {
                Ok(numbers) => (numbers, None),
                Err(message) => (vec![NONE.to_owned(); self.numbers], Some(format!("failed: {message}"))),
            };
            grid.push(words.into_iter().chain(numbers).chain(note).collect());
        }
        Measured { section: Section { title: part.title().to_owned(), notes, grid }, failed }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows() -> Rows {
        let mut rows = Rows::new(&["system"], &["s", "MB"]);
        rows.push(vec!["lustrate".into()], Ok(vec!["1.00".into(), "38".into()]));
        rows
    }

    #[test]
    fn a_job_that_failed_is_a_row_with_its_message() {
        let mut rows = rows();
        rows.push(vec!["peer".into()], Err("out of luck".into()));
        let measured = rows.measured(Part::Reading, vec!["All.".into()]);
        let lines = [
            "## Reading\n\nAll.\n\n| system | s | MB | note |",
            "| --- | ---: | ---: | --- |",
            "| lustrate | 1.00 | 38 |  |",
            "| peer | – | – | failed: out of luck |\n",
        ];
        assert_eq!(measured.section.markdown(), lines.join("\n"));
        assert!(measured.failed);
    }

    #[test]
    fn a_part_that_failed_has_a_row_that_says_why() {
        let failure = Measured::failure(Part::Wide, "disk full".into());
        assert!(failure.failed && !failure.section.is_empty());
        assert!(failure.section.markdown().ends_with("| A wide table | failed: disk full |\n"));
    }

    #[test]
    fn without_a_failure_there_are_no_messages() {
        let measured = rows().measured(Part::Reading, Vec::new());
        assert!(!measured.failed && !measured.section.text().contains("note"));
    }
}
