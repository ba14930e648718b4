//! The rules that a table shows: what was found in it, as statements of the rule language, each with its evidence.
//!
//! `discover` and `normalise` measure; this crate decides which of it a person would write down, in which order, and in
//! which words.
