//! Cleaning for a model: what a table does to the model that somebody wants to learn from it.
//!
//! A [`ModelTask`] says what is to be predicted. [`check_labels`] looks for labels that are probably wrong, [`sanitize`] for rows
//! that poison the model, and balances protected groups; an [`ActiveLoop`] says which records to clean next, and [`boost()`]
//! which detector and which repair help. What is found comes as an [`Outcome`](crate::Outcome), so that it is
//! written, reviewed and taken back as repairs are. What a table no longer represents after cleaning, [`too_much`] tells.

mod active;
mod boost;
mod labels;
mod readable;
mod sanitize;
mod shifts;
mod stages;
mod task;

pub use active::{
    ActiveLoop, ActiveNext, ActiveOptions, ActiveProgress, ActiveState, CorrectedCell, Corrections, DoubtfulRow,
};
pub use boost::{BoostOptions, BoostOutcome, NamedArm, boost};
pub use labels::{CheckedLabels, ClassNoise, LabelOptions, check_labels};
pub use sanitize::{SanitizeOptions, Sanitized, sanitize};
pub use shifts::{TooMuch, too_much};
pub use stages::{Stage, StageName};
pub use task::ModelTask;
