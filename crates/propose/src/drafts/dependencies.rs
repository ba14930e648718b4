//! What depends on what.

use lustrate_discover::{CodeColumn, dependencies, pair_gains};
use lustrate_rules::{Fd, Rule};
use lustrate_table::{AttributeId, Table};

use crate::Section;
use crate::draft::Draft;

/// The dependencies that a person would write.
pub(crate) fn drafts(view: &Table, active: &[AttributeId]) -> Vec<Draft> {
    let columns: Vec<CodeColumn<'_>> = (view.schema().ids())
        .map(|id| view.column(id))
        .map(|column| CodeColumn { codes: column.codes(), distinct: column.dictionary().len() })
        .collect();
    let gains = pair_gains(&columns, active);
    let name = |id: &AttributeId| view.schema().name(*id);
    let found = dependencies(&columns, active, &gains);
    let draft = |found: &lustrate_discover::FoundDependency| {
        let rule = Rule::from(Fd::new(found.dependency.lhs.iter().map(name), [name(&found.dependency.rhs)]));
        Draft::rule(Section::Dependencies, rule.to_string())
    };
    found.iter().map(draft).collect()
}
