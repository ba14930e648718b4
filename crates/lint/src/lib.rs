//! What is doubtful about rules that can be used: a file that says one thing twice, a rule that no row can keep, a
//! range that leaves out a third of the table.
//!
//! [`lint()`] reads rules, and the table that they are for where there is one, and gives warnings and notes with their
//! places and mends. It finds no mistakes: those are told by parsing and binding. Lints see constraints in lowered
//! form, so a doubt about a rule does not depend on the statement that it was written with.
//!
//! A new lint is one file in `src/lints/` and its line in `src/lints.rs`.

mod lint;
mod lints;
mod subject;
mod words;

pub use lint::{Documentation, Example, Lint, Needs, lint};
pub use lints::lints;
