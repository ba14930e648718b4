//! A message about user input: what is wrong, where, why, and what to write instead.
//!
//! Findings are about the user's data, diagnostics about the user's text, errors mean that the run could not go on.
//! This crate is the second. [`Diagnostics`] collects all of a run, sorted by place; [`Diagnostics::render`] gives
//! text in the form of rustc, and every type serialises to JSON.

mod message;
mod nearest;
mod render;
mod source;

pub use message::{Diagnostic, Diagnostics, Label, Severity};
pub use nearest::nearest;
pub use render::Colour;
pub use source::{SourceText, Span};
