//! What a table is called, and its rows.

use serde::Serialize;

use crate::numbers::grouped;

/// What a table is called: like its file, or, where it was read from several, by a name for all of them and their own. Rows are
/// counted through all files.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DataName {
    whole: String,
    files: Vec<DataFileName>,
}

/// One of several files of a table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DataFileName {
    /// Its name.
    pub data: String,
    /// Its data rows.
    pub rows: u64,
}

/// A row in its own file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct OwnRow<'a> {
    /// The place of the file among all.
    pub(crate) place: usize,
    /// The name of the file.
    pub(crate) file: &'a str,
    /// The row, from 1.
    pub(crate) row: u64,
}

impl From<&str> for DataName {
    fn from(file: &str) -> Self {
        DataName { whole: file.to_owned(), files: Vec::new() }
    }
}

impl DataName {
    /// The name of a table of several files.
    pub fn of_files(whole: impl Into<String>, files: Vec<DataFileName>) -> Self {
        DataName { whole: whole.into(), files }
    }

    /// The name of the table.
    pub(crate) fn whole(&self) -> &str {
        &self.whole
    }

    /// Its files, if they are several.
    pub(crate) fn files(&self) -> &[DataFileName] {
        &self.files
    }

    /// A row, counted from 1, in its own file.
    pub(crate) fn own(&self, row: u64) -> OwnRow<'_> {
        let mut own = row;
        for (place, file) in self.files.iter().enumerate() {
            if own <= file.rows {
                return OwnRow { place, file: &file.data, row: own };
            }
            own -= file.rows;
        }
        OwnRow { place: 0, file: &self.whole, row }
    }

    /// The number of a row, and of several files the one that it is in: `5`, `5 of part-2.csv`.
    pub(crate) fn row(&self, row: u64) -> String {
        let OwnRow { file, row, .. } = self.own(row);
        if self.files.is_empty() { grouped(row) } else { format!("{} of {file}", grouped(row)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_counted_in_their_own_file() {
        let file = |data: &str, rows| DataFileName { data: data.to_owned(), rows };
        let several = DataName::of_files("*.csv", vec![file("a.csv", 2), file("empty.csv", 0), file("b.csv", 1200)]);
        assert_eq!(
            [1, 2, 3, 1202].map(|row| several.row(row)),
            ["1 of a.csv", "2 of a.csv", "1 of b.csv", "1,200 of b.csv"]
        );
        assert_eq!(several.own(3), OwnRow { place: 2, file: "b.csv", row: 1 });
        assert_eq!(DataName::from("a.csv").own(3), OwnRow { place: 0, file: "a.csv", row: 3 });
        assert_eq!(DataName::from("a.csv").row(1202), "1,202");
    }
}
