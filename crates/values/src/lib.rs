//! What a text means: as a number, a date, a time, a duration, a quantity with a unit; and how alike two texts are.
//!
//! A [`ColumnType`] reads a text into a [`Reading`]: the number that it is compared by, and its canonical text where it
//! is written in another form that the type accepts. Nothing here knows of tables or rules.

mod column_type;
mod letter_case;
mod similarity;

pub use column_type::{ColumnType, Reading};
pub use letter_case::LetterCase;
pub use similarity::Similarity;
