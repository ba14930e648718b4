//! Constraints that a program makes, without a rule file: each part is given whole, in the order of its ids.

use std::collections::BTreeSet;

use lustrate_table::{AttributeId, CellId};

use crate::{Check, ColumnRole, ColumnRule, Columns, Constraints, Duplicates, Fusion, Lookup, Reference};

impl Constraints {
    /// The same with what is declared of the columns.
    pub fn with_columns(mut self, columns: Columns) -> Self {
        self.columns = columns;
        self
    }

    /// The same with these columns identifying rows, beside those that the rules declare to.
    pub fn with_ids(mut self, ids: &[AttributeId]) -> Self {
        for id in ids {
            if self.columns.items.len() <= id.index() {
                self.columns.items.resize(id.index() + 1, ColumnRule::default());
            }
            self.columns.items[id.index()].roles.insert(ColumnRole::Id);
        }
        self
    }

    /// The same with these reference tables; [`ReferenceId`](crate::ReferenceId) is the place among them.
    pub fn with_references(mut self, references: Vec<Reference>) -> Self {
        self.references = references;
        self
    }

    /// The same with these lookups.
    pub fn with_lookups(mut self, lookups: Vec<Lookup>) -> Self {
        self.lookups = lookups;
        self
    }

    /// The same with these rules on duplicates.
    pub fn with_duplicates(mut self, duplicates: Vec<Duplicates>) -> Self {
        self.duplicates = duplicates;
        self
    }

    /// The same with these rules on sources.
    pub fn with_fusions(mut self, fusions: Vec<Fusion>) -> Self {
        self.fusions = fusions;
        self
    }

    /// The same without what rules say of how values are written otherwise.
    pub fn without_rewrites(mut self) -> Self {
        self.columns.items.iter_mut().for_each(|column| column.rewrites.clear());
        self
    }

    /// The same for a table in which these cells are known to be right: somebody said so. No step changes them, and each
    /// speaks for several that are only believed.
    pub fn with_known(mut self, cells: BTreeSet<CellId>) -> Self {
        self.known = cells;
        self
    }

    /// The same with these rules on the table as a whole.
    pub fn with_checks(mut self, checks: Vec<Check>) -> Self {
        self.checks = checks;
        self
    }
}

impl Columns {
    /// What is declared of each column, in the order of the schema; of columns beyond the end nothing is.
    pub fn new(items: Vec<ColumnRule>) -> Self {
        Columns { items }
    }
}
