//! Judges repairs, and makes what they are judged on.
//!
//! [`score`] compares a repaired table with its truth, [`reliability`] the confidence of its repairs. [`generate`] makes a true table from a seed, [`spoil`] makes it
//! dirty and lists what it planted; [`spoil_sources`] does so with a table of reports. Ground truth enters this crate and
//! no other.

mod decimal;
mod dirt;
mod generate;
mod noise;
mod reliability;
mod score;

pub use dirt::{DirtError, DirtSettings, Planted, SourceDirt, Spoiled, spoil, spoil_sources};
pub use generate::{Generated, Shape, generate};
pub use noise::{Example, KINDS, Kind, find_kind};
pub use reliability::{Claim, Reliability, ReliabilityBin, reliability};
pub use score::{Detail, Score, ScoreError, TableScore, Tally, score};
