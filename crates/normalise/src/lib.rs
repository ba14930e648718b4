//! The canonical view of a table: what every later step sees.
//!
//! [`normalise`] goes through the declared columns in the fixed order of the rule language: rewrites, trim, null spellings,
//! format, unit, type. What it changes it also tells, as [`Conversion`]s with their probabilities, so that a policy can decide
//! which of them are written. Columns of which nothing is declared are shared with the table that was read.
//!
//! [`find_formats`] looks for conventions of writing in the columns of which nothing is declared, and
//! [`Normalised::with_formats`] writes the view so. A new convention is one file in `src/conventions/` and its line in
//! [`CONVENTIONS`].
//!
//! [`infer_units`] is the one step that weighs evidence: for a column with `infer unit` it says of each bare number how
//! likely it is in another unit than the declared one, from how the numbers of its group lie. [`find_mixed_units`] looks for columns of which that should be declared.

mod agreement;
mod conventions;
mod conversion;
mod found;
mod inferred;
mod mixed;
mod normalise;
mod plain_number;
mod rewrites;
mod shape;
mod shown;
mod traits;
mod units;
mod values;

pub use conventions::{CONVENTIONS, Change, Changes, Convention, FoundFormat, Written, find_formats};
pub use conversion::{Conversion, ConversionKind};
pub use found::view;
pub use mixed::{MixedUnits, NamedUnit, find_mixed_units};
pub use normalise::{Normalised, normalise};
pub use shown::Shown;
pub use units::{Amount, UnitGuess, UnitInference, UnitScale, infer_units};
