//! How values are written otherwise, learned from examples of what was written and what was meant.
//!
//! Each changed example has many explanations: another order of its parts, zeros taken away, a map of one value, damaged
//! characters (`candidates`). Values that are written alike ([`shape()`]) are explained alike, so of each shape that
//! explanation is taken that agrees with most examples; what the engine would write by itself, and the value as it is, are
//! two more explanations ([`learn()`]). The search is that of programming by example (Gulwani 2011, "Automating string
//! processing in spreadsheets using input-output examples"), over a small language that prints as rules.

mod calendar;
mod candidates;
mod example;
mod learn;
mod maps;
mod select;
mod shape;
mod tokens;

pub use candidates::characters::odd_runs;
pub use example::{Example, Value};
pub use learn::{Learned, Program, Rewritten, learn};
pub use shape::shape;
