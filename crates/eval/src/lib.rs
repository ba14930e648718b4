//! Judges repairs, and makes what they are judged on.
//!
//! [`score`] compares a repaired table with its truth. [`generate`] makes a true table from a seed, [`spoil`] makes it
//! dirty and lists what it planted. Ground truth enters this crate and no other.

mod score;

pub use score::{Detail, Score, ScoreError, TableScore, Tally, score};
