//! Approximate dependencies of a table, found on dirty data: which attributes determine which, how strongly
//! attributes are related, and which are put together from others.
//!
//! Everything rests on leave-one-out statistics: a cell never counts as evidence for itself, so that a key with
//! one row determines nothing.

mod accept;
mod columns;
mod cover;
mod dependencies;
mod derived;
mod key_groups;
mod leave_one_out;
mod profile;
mod proposals;
mod screen;
mod support;

pub use columns::CodeColumn;
pub use dependencies::{FoundDependency, PairGain, dependencies, pair_gains};
pub use derived::{Derived, derived_columns};
pub use key_groups::KeyGroups;
pub use leave_one_out::{Agreement, leave_one_out};
pub use profile::{
    ColumnKind, ColumnProfile, Counted, DayOrder, Digits, Doubt, Numbering, Quantiles, Shape, Suspicious, Uniqueness,
    profile,
};
pub use proposals::{DependencySearch, ProposedDependency, proposed_dependencies};
pub use support::{Marginal, Support, support};
