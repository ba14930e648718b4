//! What people said of cells.
//!
//! A label is what one person said of one cell: what it should read, that it is right as it is, or that they do not know.

mod agreed;
mod label;
mod question;

pub use agreed::{Agreed, AgreedLabel, Disagreement, Person};
pub use label::{Label, LabelPlace, Labels, Said};
pub use question::{Proposal, Question};
