//! What belongs to one thing: the rows of a reference table that a row speaks of, and the reports of several sources.
//!
//! [`fuse`] weighs what sources report of one thing by how often each is right.
//! [`ReferenceIndex`] finds the rows of a reference table whose keys fit, exactly or nearly, without comparing every
//! key with every other.

mod fusion;
mod grids;
mod map;
mod near;
mod reference;
mod sizes;
mod structure;
mod things;

pub use fusion::{Claim, Fused, fuse};
pub use near::NearIndex;
pub use reference::{Found, ReferenceIndex};
pub use structure::find_sources;
