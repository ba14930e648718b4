//! What a text means: as a number, a date, a time, a duration, a quantity with a unit; and how alike two texts are.
//!
//! A [`ColumnType`] reads a text into a [`Reading`]: the number that it is compared by, and its canonical text where it
//! is written in another form that the type accepts. Nothing here knows of tables or rules.

mod calendar;
mod column_type;
mod letter_case;
mod literal;
mod measured;
mod numerals;
mod rewrite;
mod similarity;
mod units;

pub use calendar::{Format, Moment};
pub use column_type::{ColumnType, DurationForm, Interpretation, Reading};
pub use letter_case::LetterCase;
pub use literal::{between_slashes, quoted};
pub use measured::Clock;
pub use numerals::print_number;
pub use rewrite::{Operation, Part, Rewrite, Template, TemplateError, Whole, rewrite};
pub use similarity::Similarity;
pub use units::{Dimension, Unit};
