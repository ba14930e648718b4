//! How sure the cells of a column are.

use std::ops::{Index, IndexMut};
use std::sync::Arc;

use lustrate_table::Code;

use crate::lexicon::slot;

/// How much each cell of a column counts: how sure it is, from 0.05 to 1, or [`KNOWN`](crate::settings::KNOWN) where somebody
/// said so. Before anything is seen of a large table it is a matter of the value that is written, and held once for each.
#[derive(Clone, Debug)]
pub(crate) enum Confidence {
    /// By row.
    OfCells(Vec<f32>),
    /// By the slot of what is written.
    OfValues {
        /// What is written in each row.
        written: Arc<Vec<Code>>,
        /// The confidence in each value.
        of: Box<[f32]>,
    },
}

impl Confidence {
    /// By row.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &f32> {
        (0..self.len()).map(|row| &self[row])
    }

    fn len(&self) -> usize {
        match self {
            Confidence::OfCells(cells) => cells.len(),
            Confidence::OfValues { written, .. } => written.len(),
        }
    }
}

impl Index<usize> for Confidence {
    type Output = f32;

    #[inline]
    fn index(&self, row: usize) -> &f32 {
        match self {
            Confidence::OfCells(cells) => &cells[row],
            Confidence::OfValues { written, of } => &of[slot(written[row])],
        }
    }
}

impl IndexMut<usize> for Confidence {
    fn index_mut(&mut self, row: usize) -> &mut f32 {
        if let Confidence::OfValues { .. } = self {
            *self = self.iter().copied().collect();
        }
        match self {
            Confidence::OfCells(cells) => &mut cells[row],
            Confidence::OfValues { .. } => unreachable!("they were just told apart by row"),
        }
    }
}

impl FromIterator<f32> for Confidence {
    fn from_iter<I: IntoIterator<Item = f32>>(cells: I) -> Self {
        Confidence::OfCells(cells.into_iter().collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_that_is_changed_leaves_others_with_the_value_as_sure_as_they_were() {
        let written = Arc::new(vec![Code(0), Code::NULL, Code(0)]);
        let mut confidence = Confidence::OfValues { written, of: [0.3, 0.9].into() };
        assert_eq!(confidence.iter().copied().collect::<Vec<_>>(), [0.9, 0.3, 0.9]);
        confidence[2] = 0.5;
        assert_eq!(confidence.iter().copied().collect::<Vec<_>>(), [0.9, 0.3, 0.5]);
    }
}
