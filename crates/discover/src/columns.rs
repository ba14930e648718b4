//! What the search looks at: codes, without their texts.

use lustrate_table::{Code, Groups};

/// The codes of one attribute.
#[derive(Clone, Copy, Debug)]
pub struct CodeColumn<'a> {
    /// One code a row.
    pub codes: &'a [Code],
    /// A bound above all codes but null.
    pub distinct: usize,
}

impl CodeColumn<'_> {
    /// How many cells hold each code; the last entry counts the missing cells, which are a value of their own on
    /// the determined side.
    pub fn counts(&self) -> Vec<u32> {
        let mut counts = vec![0; self.distinct + 1];
        for code in self.codes {
            counts[self.slot(*code)] += 1;
        }
        counts
    }

    /// The place of a code in vectors with one entry a value and a last one for null.
    pub fn slot(&self, code: Code) -> usize {
        if code.is_null() { self.distinct } else { code.index() }
    }

    /// The rows by the values of this attribute and others; a row with a missing part is in no group.
    pub fn groups(key: &[CodeColumn<'_>]) -> Groups {
        Groups::by_codes(&key.iter().map(|column| (column.codes, column.distinct)).collect::<Vec<_>>())
    }
}
