//! The rules that a table shows: what was found in it, as statements of the rule language, each with its evidence.
//!
//! `discover`, `normalise` and `link` measure; this crate decides what of it a person would write down, in which words and
//! in which order. A kind of statement is one file in `src/drafts/` and its line in `drafts.rs`.
//!
//! Nothing is proposed that a run would not keep: drafts become rules by being parsed, they are held against all rows by the
//! detector that every rule is held against, and one of which a lint has a doubt is dropped ([`propose`]).

mod draft;
mod drafts;
mod proposals;
mod propose;
mod remarks;
mod seen;
mod words;

pub use proposals::{Proposal, Proposals, Section};
pub use propose::{Without, propose};
