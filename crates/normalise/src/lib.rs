//! The canonical view of a table: what every later step sees.
//!
//! [`normalise`] goes through the declared columns in the fixed order of the rule language: trim, null spellings, format,
//! unit, type. What it changes it also tells, as [`Conversion`]s with their probabilities, so that a policy can decide
//! which of them are written. Columns of which nothing is declared are shared with the table that was read.

mod conversion;
mod normalise;
mod units;
mod values;

pub use conversion::{Conversion, ConversionKind};
pub use normalise::{Normalised, normalise};
pub use units::{Amount, UnitGuess, UnitInference, infer_units};
