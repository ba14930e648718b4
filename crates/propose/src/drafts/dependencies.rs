//! What depends on what.

use lustrate_discover::ProposedDependency;
use lustrate_rules::{Fd, Rule};

use crate::Section;
use crate::draft::Draft;
use crate::seen::Seen;

/// A key that repeats in a smaller share of the rows is no evidence to the model, and a rule that is used for nothing is not
/// worth a line.
const LEAST_COVERED: f64 = 0.3;

/// The dependencies that a person would write.
pub(crate) fn drafts(seen: &Seen<'_>, found: &[ProposedDependency]) -> Vec<Draft> {
    found.iter().filter_map(|found| draft(seen, found)).collect()
}

fn draft(seen: &Seen<'_>, found: &ProposedDependency) -> Option<Draft> {
    let least = LEAST_COVERED * seen.rows() as f64;
    let covered = found.rhs.iter().filter(|(_, support)| f64::from(support.rows) >= least);
    let determined: Vec<&str> = covered.map(|(id, _)| seen.name(*id)).collect();
    let fd = Fd::new(found.lhs.iter().map(|&id| seen.name(id)), determined.iter().copied());
    (!determined.is_empty()).then(|| Draft::rule(Section::Dependencies, Rule::from(fd).to_string()))
}
