//! A table with what its columns are declared as: what a predicate needs to be asked of cells.

use lustrate_rules::Columns;
use lustrate_table::{AttributeId, Column, Table};

/// A table, and how the texts of its columns are read.
#[derive(Clone, Copy)]
pub(crate) struct Typed<'t> {
    pub(crate) table: &'t Table,
    pub(crate) columns: &'t Columns,
}

/// One column of it.
#[derive(Clone, Copy)]
pub(crate) struct TypedColumn<'t> {
    pub(crate) column: &'t Column,
    /// The attribute by whose type the texts are read: of a reference that is the one that it is held against.
    pub(crate) reader: AttributeId,
    pub(crate) columns: &'t Columns,
}

impl<'t> Typed<'t> {
    /// A column, read by its own type.
    pub(crate) fn column(self, attribute: AttributeId) -> TypedColumn<'t> {
        TypedColumn { column: self.table.column(attribute), reader: attribute, columns: self.columns }
    }

    /// What every row of a column reads as under [`Domain::Number`](lustrate_rules::Domain::Number), read once for each
    /// distinct value.
    pub(crate) fn numbers(self, attribute: AttributeId) -> Vec<Option<f64>> {
        let column = self.column(attribute);
        let of_code: Vec<Option<f64>> =
            column.column.dictionary().iter().map(|(_, text)| column.number(text)).collect();
        let of_row = column.column.codes().iter();
        of_row.map(|code| if code.is_null() { None } else { of_code[code.index()] }).collect()
    }
}

impl TypedColumn<'_> {
    /// What a text is compared by under [`Domain::Number`](lustrate_rules::Domain::Number).
    pub(crate) fn number(self, text: &str) -> Option<f64> {
        self.columns.number(self.reader, text).filter(|number| !number.is_nan())
    }
}
