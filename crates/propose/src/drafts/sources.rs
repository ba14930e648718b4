//! Who reports on what.

use lustrate_link::find_sources;
use lustrate_rules::{Constraints, column_name};
use lustrate_table::Table;

use crate::Section;
use crate::draft::{Draft, Evidence};

/// The statement on sources, where the rows look like reports.
pub(crate) fn drafts(view: &Table) -> Option<Draft> {
    let found = find_sources(view, &Constraints::default())?;
    let schema = view.schema();
    let name = |attribute| column_name(schema.name(attribute));
    let entity: Vec<String> = found.entity.iter().map(|&part| name(part)).collect();
    let distinct = |attribute| view.column(attribute).dictionary().len();
    let sources = distinct(found.source);
    let things: usize = found.entity.iter().map(|&part| distinct(part)).product();
    let told = format!("{sources} sources report on {things} things, contradict each other, and are not equally good");
    Some(Draft {
        section: Section::Sources,
        statements: vec![format!("source {} entity {}", name(found.source), entity.join(", "))],
        declares: None,
        evidence: Evidence::Told(told),
    })
}
