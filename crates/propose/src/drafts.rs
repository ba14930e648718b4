//! What may be proposed, one file a kind of statement.

pub(crate) mod columns;
pub(crate) mod dependencies;
pub(crate) mod sources;
pub(crate) mod units;
