//! Sparse rows of numbers: what a model sees of a table.

/// A matrix of rows that are mostly zero, each kept as its places and values, in the order of the places.
#[derive(Clone, Debug, PartialEq)]
pub struct Rows {
    starts: Vec<usize>,
    places: Vec<u32>,
    values: Vec<f64>,
    width: usize,
}

impl Rows {
    /// No rows yet, of `width` features.
    pub fn new(width: usize) -> Self {
        Rows { starts: vec![0], places: Vec::new(), values: Vec::new(), width }
    }

    /// Rows of which every entry is given.
    ///
    /// # Panics
    /// When a row is not of `width` entries.
    pub fn dense<R: AsRef<[f64]>>(width: usize, rows: impl IntoIterator<Item = R>) -> Self {
        let mut made = Rows::new(width);
        for row in rows {
            let row = row.as_ref();
            assert_eq!(row.len(), width, "a row has an entry for each feature");
            made.push((0u32..).zip(row.iter().copied()));
        }
        made
    }

    /// Adds a row of entries whose places count up; those of zero are left out.
    ///
    /// # Panics
    /// When a place is not below the width.
    pub fn push(&mut self, entries: impl IntoIterator<Item = (u32, f64)>) {
        for (place, value) in entries.into_iter().filter(|&(_, value)| value != 0.0) {
            assert!((place as usize) < self.width, "a place is below the number of features");
            self.places.push(place);
            self.values.push(value);
        }
        self.starts.push(self.places.len());
    }

    /// The number of rows.
    pub fn len(&self) -> usize {
        self.starts.len() - 1
    }

    /// Whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The number of features.
    pub fn width(&self) -> usize {
        self.width
    }

    /// The entries of a row that are not zero: their places and values.
    #[inline]
    pub fn row(&self, row: usize) -> impl Iterator<Item = (usize, f64)> + '_ {
        let range = self.starts[row]..self.starts[row + 1];
        self.places[range.clone()].iter().map(|&place| place as usize).zip(self.values[range].iter().copied())
    }

    /// The Euclidean length of a row, with the constant 1 that the intercept of a linear model is multiplied by.
    pub fn length(&self, row: usize) -> f64 {
        self.row(row).map(|(_, value)| value * value).fold(1.0, |sum, square| sum + square).sqrt()
    }

    /// A row as a vector of `width` entries.
    pub fn dense_row(&self, row: usize) -> Vec<f64> {
        let mut dense = vec![0.0; self.width];
        self.row(row).for_each(|(place, value)| dense[place] = value);
        dense
    }

    /// Some of the rows, in the given order.
    pub fn select(&self, rows: &[usize]) -> Rows {
        let mut selected = Rows::new(self.width);
        rows.iter().for_each(|&row| selected.push_row(self, row));
        selected
    }

    /// Adds a row of another matrix of the same width.
    ///
    /// # Panics
    /// When the widths differ.
    pub fn push_row(&mut self, other: &Rows, row: usize) {
        assert_eq!(self.width, other.width, "rows of one space are of one width");
        let range = other.starts[row]..other.starts[row + 1];
        self.places.extend_from_slice(&other.places[range.clone()]);
        self.values.extend_from_slice(&other.values[range]);
        self.starts.push(self.places.len());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_keep_what_is_not_zero() {
        let rows = Rows::dense(3, [[0.0, 2.0, 0.0], [1.0, 0.0, 3.0]]);
        assert_eq!((rows.len(), rows.width()), (2, 3));
        assert_eq!(rows.row(1).collect::<Vec<_>>(), [(0, 1.0), (2, 3.0)]);
        assert_eq!(rows.length(0), 5f64.sqrt());
        assert_eq!(rows.select(&[1, 0]).dense_row(1), [0.0, 2.0, 0.0]);
    }
}
