//! Approximate dependencies of a table, found on dirty data: which attributes determine which, how strongly
//! attributes are related, and which are put together from others.
//!
//! Everything rests on leave-one-out statistics: a cell never counts as evidence for itself, so that a key with
//! one row determines nothing.

mod accept;
mod columns;
mod conditional;
mod contested;
mod cover;
mod dependencies;
mod derived;
mod equations;
mod inclusion;
mod key_groups;
mod keys;
mod leave_one_out;
mod numbers;
mod orders;
mod proposals;
mod screen;
mod support;

pub use columns::CodeColumn;
pub use conditional::{ConditionalConstant, ConditionalDependency, conditional_constants, conditional_dependencies};
pub use contested::{ContestedThing, contested_thing};
pub use dependencies::{FoundDependency, PairGain, dependencies, pair_gains};
pub use derived::{Derived, DerivedPart, derived_columns, derived_parts};
pub use equations::{EquationForm, ProposedEquation, proposed_equations};
pub use inclusion::{InclusionColumn, ProposedInclusion, inclusions_in_reference, proposed_inclusions};
pub use key_groups::KeyGroups;
pub use keys::{KeyCandidate, ProposedKey, proposed_keys};
pub use leave_one_out::{Agreement, leave_one_out};
pub use numbers::{NumberColumn, Quantity};
pub use orders::{ProposedOrder, proposed_orders};
pub use proposals::{DependencySearch, ProposedDependency, proposed_dependencies};
pub use support::{Marginal, Support, support};
