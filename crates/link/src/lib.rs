//! What belongs to one thing: the rows of a reference table that a row speaks of, the reports of several sources, and rows of
//! one table that are one thing twice.
//!
//! [`fuse`] weighs what sources report of one thing by how often each is right.
//! [`ReferenceIndex`] finds the rows of a reference table whose keys fit, exactly or nearly, without comparing every
//! key with every other.
//! [`Records`] learns which rows of a table are one thing, and says why.

mod fusion;
mod grids;
mod map;
mod near;
mod records;
mod reference;
mod sizes;
mod structure;
mod things;

pub use fusion::{Claim, Fused, fuse};
pub use near::NearIndex;
pub use records::{Compared, Level, RecordSettings, Records, Waterfall, WaterfallStep};
pub use reference::{Found, ReferenceIndex};
pub use structure::find_sources;
