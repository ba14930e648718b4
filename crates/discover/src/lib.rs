//! What a table shows, found on dirty data: what its columns are; which attributes determine which, everywhere or under a condition; which are
//! put together from others or are a part of them; orders and equations between numbers; keys; whose values stand where;
//! and whether sources report on the same things.
//!
//! There are two kinds of functions. [`pair_gains`], [`dependencies`] and [`derived_columns`] give the model all that helps
//! to predict a cell. The functions whose names start with `proposed`, with [`conditional_dependencies`],
//! [`conditional_constants`], [`derived_parts`] and [`contested_thing`], give the few things that a person would write down,
//! best first, each with its rows and exceptions.
//!
//! Everything rests on leave-one-out statistics: a cell never counts as evidence for itself, so that a key with one row
//! determines nothing. What is proposed has to be more than an accident of all that was tried: evidence is the log of a Bayes
//! factor or of Chernoff's bound, in nats, and has to pass the log of the number of tries by seven. And it has to be
//! contradicted by errors only, which disagree with each other, and not by a second truth, whose rows agree.
//!
//! Nothing depends on the order of rows or the number of threads: samples are drawn by hashes of the rows' texts, which the
//! caller gives, and codes count up in the order of the texts. Work is bounded however many columns there are; each function
//! says by what.

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
mod profile;
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
pub use profile::{
    ColumnKind, ColumnProfile, Counted, DayOrder, Digits, Doubt, Numbering, Quantiles, Shape, Suspicious, Uniqueness,
    profile, profile_column,
};
pub use proposals::{DependencySearch, ProposedDependency, proposed_dependencies};
pub use support::{Marginal, Support, support};
