//! Tables for these tests: of texts, with the hashes by which samples are drawn.

use std::collections::{BTreeMap, BTreeSet};
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

/// All dependencies with one or two attributes on the left that no two rows contradict, minimal or not. Missing cells of the
/// left make no group, and of the right say nothing. Every group is listed by its texts.
pub fn exact_dependencies(table: &Texts) -> BTreeSet<(Vec<AttributeId>, AttributeId)> {
    let ids = table.ids();
    let text = |id: AttributeId, row: u32| table.columns[id.index()].text(RowId(row));
    let mut keys: Vec<Vec<AttributeId>> = ids.iter().map(|&id| vec![id]).collect();
    keys.extend(
        ids.iter().flat_map(|&one| ids.iter().filter(move |&&other| other > one).map(move |&other| vec![one, other])),
    );
    let mut found = BTreeSet::new();
    for key in keys {
        for &target in ids.iter().filter(|id| !key.contains(id)) {
            let mut groups: BTreeMap<Vec<&str>, BTreeSet<&str>> = BTreeMap::new();
            for row in 0..table.rows() as u32 {
                let key: Option<Vec<&str>> = key.iter().map(|&part| text(part, row)).collect();
                if let (Some(key), Some(value)) = (key, text(target, row)) {
                    groups.entry(key).or_default().insert(value);
                }
            }
            if groups.values().all(|values| values.len() == 1) {
                found.insert((key.clone(), target));
            }
        }
    }
    found
}
