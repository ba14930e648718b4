//! What depends on what.

use lustrate_discover::{
    CodeColumn, ColumnKind, ColumnProfile, DependencySearch, ProposedDependency, proposed_dependencies,
};
use lustrate_rules::{Fd, Rule};
use lustrate_table::{AttributeId, Column, Schema};

use crate::Section;
use crate::draft::Draft;

/// A key that repeats in a smaller share of the rows is no evidence to the model, and a rule that is used for nothing is not
/// worth a line.
const LEAST_COVERED: f64 = 0.3;
/// Texts of more characters than this are no keys.
const LONGEST_KEY: u64 = 200;

/// The dependencies that a person would write, among the columns of a view whose codes count up in the order of the texts.
/// `hashes` has a number for each row that depends on nothing but its texts.
pub(crate) fn drafts(
    schema: &Schema,
    columns: &[Column],
    hashes: &[u64],
    profiles: &[ColumnProfile],
    left_out: &[AttributeId],
) -> Vec<Draft> {
    let codes: Vec<CodeColumn<'_>> = (columns.iter())
        .map(|column| CodeColumn { codes: column.codes(), distinct: column.dictionary().len() })
        .collect();
    let of_interest = || {
        let kept = |profile: &&ColumnProfile| {
            !left_out.contains(&profile.attribute)
                && !matches!(profile.kind, ColumnKind::Empty | ColumnKind::Constant(_))
        };
        profiles.iter().filter(kept)
    };
    let targets: Vec<AttributeId> = of_interest().map(|profile| profile.attribute).collect();
    let determinants: Vec<AttributeId> =
        of_interest().filter(|profile| names_something(profile)).map(|profile| profile.attribute).collect();
    let search = DependencySearch { columns: &codes, hashes, determinants: &determinants, targets: &targets };
    proposed_dependencies(&search).iter().filter_map(|found| draft(found, schema, hashes.len())).collect()
}

/// Whether rows may agree on a column because they are about the same: what is measured agrees by accident.
fn names_something(profile: &ColumnProfile) -> bool {
    let measured = profile.kind.is_measured() && !matches!(profile.kind, ColumnKind::Integer(_));
    !measured && profile.lengths.is_none_or(|(_, longest)| longest <= LONGEST_KEY)
}

fn draft(found: &ProposedDependency, schema: &Schema, rows: usize) -> Option<Draft> {
    let covered = found.rhs.iter().filter(|(_, support)| f64::from(support.rows) >= LEAST_COVERED * rows as f64);
    let determined: Vec<&str> = covered.map(|(id, _)| schema.name(*id)).collect();
    let fd = Fd::new(found.lhs.iter().map(|&id| schema.name(id)), determined.iter().copied());
    (!determined.is_empty()).then(|| Draft::rule(Section::Dependencies, Rule::from(fd).to_string()))
}
