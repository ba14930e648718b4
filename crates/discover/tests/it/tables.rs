//! Tables for these tests: of texts, with the hashes by which samples are drawn.

use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher};

use lustrate_discover::{CodeColumn, DependencySearch, ProposedDependency, proposed_dependencies};
use lustrate_table::{AttributeId, Column, RowId};

/// A table with names.
pub struct Texts {
    pub names: Vec<String>,
    pub columns: Vec<Column>,
}

impl Texts {
    /// A table of columns without names of their own.
    pub fn of(columns: &[Vec<Option<String>>]) -> Texts {
        let column = |cells: &Vec<Option<String>>| cells.iter().map(Option::as_deref).collect::<Column>().sorted();
        let names = (0..columns.len()).map(|place| format!("c{place}")).collect();
        Texts { names, columns: columns.iter().map(column).collect() }
    }

    pub fn rows(&self) -> usize {
        self.columns.first().map_or(0, Column::len)
    }

    pub fn codes(&self) -> Vec<CodeColumn<'_>> {
        let code = |column| -> CodeColumn<'_> {
            let column: &Column = column;
            CodeColumn { codes: column.codes(), distinct: column.dictionary().len() }
        };
        self.columns.iter().map(code).collect()
    }

    pub fn ids(&self) -> Vec<AttributeId> {
        (0..self.columns.len() as u32).map(AttributeId).collect()
    }

    /// One number a row that depends on its texts alone.
    pub fn hashes(&self) -> Vec<u64> {
        let hasher = BuildHasherDefault::<DefaultHasher>::default();
        let texts = |row| self.columns.iter().map(|column| column.text(RowId(row))).collect::<Vec<_>>();
        (0..self.rows() as u32).map(|row| hasher.hash_one(texts(row))).collect()
    }

    /// The proposed dependencies among all columns.
    pub fn proposed(&self) -> Vec<ProposedDependency> {
        let (columns, hashes, all) = (self.codes(), self.hashes(), self.ids());
        let search = DependencySearch { columns: &columns, hashes: &hashes, determinants: &all, targets: &all };
        proposed_dependencies(&search)
    }

    /// A line as it is read: `zip -> city, state`.
    pub fn line(&self, found: &ProposedDependency) -> String {
        let name = |id: &AttributeId| self.names[id.index()].as_str();
        let lhs: Vec<&str> = found.lhs.iter().map(name).collect();
        let rhs: Vec<&str> = found.rhs.iter().map(|(id, _)| name(id)).collect();
        format!("{} -> {}", lhs.join(", "), rhs.join(", "))
    }
}
