//! Columns that tell rows apart.

use lustrate_discover::{ColumnKind, ColumnProfile, KeyCandidate, ProposedKey, proposed_keys};
use lustrate_rules::{Rule, Unique};

use crate::Section;
use crate::draft::Draft;
use crate::seen::Seen;

/// The keys. A row that is there twice is for a person to see: nothing says which of both is wrong.
pub(crate) fn drafts(seen: &Seen<'_>) -> Vec<Draft> {
    let candidate = |profile: &ColumnProfile| KeyCandidate {
        attribute: profile.attribute,
        is_identifier: matches!(profile.kind, ColumnKind::Code(_) | ColumnKind::Integer(_)),
    };
    let candidates: Vec<KeyCandidate> = seen.of_interest().map(candidate).collect();
    let draft = |found: &ProposedKey| {
        let names = found.columns.iter().map(|&id| seen.name(id));
        let rule = Rule::from(Unique::new(names));
        Draft::rule(Section::Keys, format!("{rule} warn"))
    };
    proposed_keys(&seen.codes(), &candidates).iter().map(draft).collect()
}
