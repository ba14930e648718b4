//! Newtypes for the positions of things, so that a row is never taken for an attribute.

use std::fmt;

/// A data row, counted from 0 in the order of the input. People are shown [`RowId::number`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct RowId(pub u32);

impl RowId {
    /// The position in vectors that hold one item for each row.
    #[inline]
    pub fn index(self) -> usize {
        self.0 as usize
    }

    /// The number that people are shown: data rows counted from 1.
    pub fn number(self) -> u64 {
        u64::from(self.0) + 1
    }
}

/// A column, counted from 0 in the order of the schema.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct AttributeId(pub u32);

impl AttributeId {
    /// The position in vectors that hold one item for each attribute.
    #[inline]
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// One cell of a table; ordered by row, then by attribute.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct CellId {
    /// The row of the cell.
    pub row: RowId,
    /// The column of the cell.
    pub attribute: AttributeId,
}

/// A value of a column: its place in the column's [`Dictionary`](crate::Dictionary), or [`Code::NULL`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Code(pub u32);

impl Code {
    /// The missing value. It is no place in a dictionary, and it compares after every other code.
    pub const NULL: Code = Code(u32::MAX);

    /// Whether the value is missing.
    #[inline]
    pub fn is_null(self) -> bool {
        self == Code::NULL
    }

    /// The place in the dictionary. Meaningful only where the value is not null.
    #[inline]
    pub fn index(self) -> usize {
        debug_assert!(!self.is_null(), "null is no place in a dictionary");
        self.0 as usize
    }
}

impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_null() { f.write_str("null") } else { write!(f, "#{}", self.0) }
    }
}
