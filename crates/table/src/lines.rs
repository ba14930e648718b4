//! Which line of the file a row starts on.

use crate::RowId;

/// The lines of the file on which the rows start, kept as the places where a row is not one line below the row
/// before it (embedded line ends, blank lines), so that it costs nothing for plain files.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RowLines {
    rows: u32,
    last: u64,
    /// `(row, line)`: from this row on, lines count up by one from this line.
    anchors: Vec<(u32, u64)>,
}

impl RowLines {
    /// No rows yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds the next row, which starts on `line` (from 1).
    pub fn push(&mut self, line: u64) {
        if self.rows == 0 || line != self.last + 1 {
            self.anchors.push((self.rows, line));
        }
        self.rows += 1;
        self.last = line;
    }

    /// Adds the rows of a later chunk, whose lines are counted from 1 at its own start; `before` is the number
    /// of lines that lie before that start.
    pub fn append(&mut self, later: &RowLines, before: u64) {
        for (i, &(row, line)) in later.anchors.iter().enumerate() {
            let line = line + before;
            if i > 0 || self.rows == 0 || line != self.last + 1 {
                self.anchors.push((self.rows + row, line));
            }
        }
        self.rows += later.rows;
        if later.rows > 0 {
            self.last = later.last + before;
        }
    }

    /// The line on which a row starts, from 1; `None` where nothing is known (a table that came from no file).
    pub fn line(&self, row: RowId) -> Option<u64> {
        if row.0 >= self.rows {
            return None;
        }
        let after = self.anchors.partition_point(|&(first, _)| first <= row.0);
        let (first, line) = self.anchors[after - 1];
        Some(line + u64::from(row.0 - first))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_found_around_embedded_newlines_and_across_chunks() {
        let mut whole = RowLines::new();
        [2, 3, 6, 7, 9].into_iter().for_each(|line| whole.push(line));
        assert_eq!(
            (0..6).map(|row| whole.line(RowId(row))).collect::<Vec<_>>(),
            [Some(2), Some(3), Some(6), Some(7), Some(9), None]
        );
        let (mut first, mut second) = (RowLines::new(), RowLines::new());
        [2, 3].into_iter().for_each(|line| first.push(line));
        [1, 2, 4].into_iter().for_each(|line| second.push(line));
        first.append(&second, 5);
        assert_eq!(first, whole);
    }
}
