//! What follows from a single value.

use lustrate_discover::{
    ConditionalConstant, ConditionalDependency, DependencySearch, ProposedDependency, conditional_constants,
    conditional_dependencies,
};
use lustrate_rules::{column_name, quoted};
use lustrate_table::{AttributeId, Code};

use crate::Section;
use crate::draft::Draft;
use crate::seen::Seen;

/// Dependencies that hold where a column has a certain value, and values that follow from one. `known` holds everywhere.
pub(crate) fn drafts(seen: &Seen<'_>, search: &DependencySearch<'_>, known: &[ProposedDependency]) -> Vec<Draft> {
    let name = |id: AttributeId| column_name(seen.name(id));
    let equals = |(id, code): (AttributeId, Code)| {
        let value = seen.column(id).dictionary().text(code).unwrap_or_default();
        format!("{} = {}", name(id), quoted(value))
    };
    let dependency = |found: &ConditionalDependency| {
        format!("fd {} -> {} when {}", name(found.lhs), name(found.rhs), equals(found.condition))
    };
    let constant =
        |found: &ConditionalConstant| format!("if {} then {}", equals(found.condition), equals(found.constant));
    let dependencies = conditional_dependencies(search, known);
    let constants = conditional_constants(search, known);
    let statements = dependencies.iter().map(dependency).chain(constants.iter().map(constant));
    statements.map(|statement| Draft::rule(Section::Conditions, statement)).collect()
}
