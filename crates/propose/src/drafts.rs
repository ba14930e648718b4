//! What may be proposed, one file a kind of statement.

pub(crate) mod columns;
pub(crate) mod conditions;
pub(crate) mod dependencies;
pub(crate) mod keys;
pub(crate) mod numbers;
pub(crate) mod sources;
pub(crate) mod units;
