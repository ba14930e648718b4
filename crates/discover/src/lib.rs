//! What a table shows, dirty as it is: what its columns are, which attributes determine which, how strongly
//! attributes are related, and which are put together from others.
//!
//! Everything rests on leave-one-out statistics: a cell never counts as evidence for itself, so that a key with
//! one row determines nothing.

mod columns;
mod dependencies;
mod derived;
mod leave_one_out;
mod profile;

pub use columns::CodeColumn;
pub use dependencies::{FoundDependency, PairGain, dependencies, pair_gains};
pub use derived::{Derived, derived_columns};
pub use leave_one_out::{Agreement, leave_one_out};
pub use profile::{
    ColumnKind, ColumnProfile, Counted, DayOrder, Digits, Doubt, Numbering, Quantiles, Shape, Suspicious, Uniqueness,
    profile, profile_column,
};
