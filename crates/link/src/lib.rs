//! What belongs to one thing: the rows of a reference table that a row speaks of.
//!
//! [`ReferenceIndex`] finds the rows of a reference table whose keys fit, exactly or nearly, without comparing every
//! key with every other.

mod map;
mod near;
mod reference;

pub use near::NearIndex;
pub use reference::{Found, ReferenceIndex};
