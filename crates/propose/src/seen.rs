//! A table as what proposes looks at it.

use lustrate_discover::{CodeColumn, ColumnKind, ColumnProfile, profile};
use lustrate_table::{AttributeId, Column, Schema, Table, row_hashes};

/// The view of a table in which conventions of writing are followed, with what its columns are.
pub(crate) struct Seen<'a> {
    schema: &'a Schema,
    /// The columns, whose codes count up in the order of the texts: what is found does not depend on the order of the rows.
    columns: Vec<Column>,
    /// One number a row that depends on nothing but its texts, by which samples are drawn.
    pub hashes: Vec<u64>,
    /// What the columns are, in their order.
    pub profiles: Vec<ColumnProfile>,
    /// Columns of which nothing is said.
    left_out: &'a [AttributeId],
}

/// Samples are drawn by hashes with this seed.
const HASH_SEED: u64 = 6;
/// Texts of more characters than this are no keys.
const LONGEST_KEY: u64 = 200;

impl<'a> Seen<'a> {
    /// Looks at a view.
    pub fn new(view: &'a Table, left_out: &'a [AttributeId]) -> Self {
        let columns: Vec<Column> = view.schema().ids().map(|id| view.column(id).sorted()).collect();
        Seen { schema: view.schema(), columns, hashes: row_hashes(view, HASH_SEED), profiles: profile(view), left_out }
    }

    /// The number of rows.
    pub fn rows(&self) -> usize {
        self.hashes.len()
    }

    /// A column.
    pub fn column(&self, attribute: AttributeId) -> &Column {
        &self.columns[attribute.index()]
    }

    /// The name of a column.
    pub fn name(&self, attribute: AttributeId) -> &str {
        self.schema.name(attribute)
    }

    /// The codes of all columns.
    pub fn codes(&self) -> Vec<CodeColumn<'_>> {
        let codes = self.columns.iter().map(|column| (column.codes(), column.dictionary().len()));
        codes.map(|(codes, distinct)| CodeColumn { codes, distinct }).collect()
    }

    /// The columns that hold more than one value, and of which something may be said.
    pub fn of_interest(&self) -> impl Iterator<Item = &ColumnProfile> {
        let says_something = |profile: &&ColumnProfile| {
            !self.left_out.contains(&profile.attribute)
                && !matches!(profile.kind, ColumnKind::Empty | ColumnKind::Constant(_))
        };
        self.profiles.iter().filter(says_something)
    }

    /// The columns that may be determined, and those that may determine: rows agree on these because they are about the
    /// same, while what is measured agrees by accident.
    pub fn targets_and_determinants(&self) -> [Vec<AttributeId>; 2] {
        let names_something = |profile: &&ColumnProfile| {
            let measured = profile.kind.is_measured() && !matches!(profile.kind, ColumnKind::Integer(_));
            !measured && profile.lengths.is_none_or(|(_, longest)| longest <= LONGEST_KEY)
        };
        let ids = |profile: &ColumnProfile| profile.attribute;
        [self.of_interest().map(ids).collect(), self.of_interest().filter(names_something).map(ids).collect()]
    }
}
