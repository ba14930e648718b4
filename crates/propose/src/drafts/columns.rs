//! What a column holds, and how it is written.

use lustrate_normalise::FoundFormat;
use lustrate_rules::column_name;
use lustrate_table::{AttributeId, Table};

use crate::Section;
use crate::draft::{Draft, Evidence};

/// The statements on columns of which something is to be said.
pub(crate) fn drafts(table: &Table, formats: &[FoundFormat]) -> Vec<Draft> {
    let of = |id: AttributeId| {
        let formats: Vec<&FoundFormat> = formats.iter().filter(|format| format.attribute == id).collect();
        if formats.is_empty() {
            return None;
        }
        let names: Vec<&str> = formats.iter().map(|format| format.convention.name).collect();
        let told: Vec<&str> = formats.iter().map(|format| format.evidence.as_str()).collect();
        let statement = format!("column {} format {}", column_name(table.schema().name(id)), names.join(", "));
        Some(Draft {
            section: Section::Columns,
            statements: vec![statement],
            declares: Some(id),
            evidence: Evidence::Told(told.join("; ")),
        })
    };
    table.schema().ids().filter_map(of).collect()
}
