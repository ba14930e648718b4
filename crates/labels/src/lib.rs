//! What people said of cells.
//!
//! A label is what one person said of one cell: what it should read, that it is right as it is, or that they do not know.
//!
//! A [`Question`] asks for a row. Questions go out as a [`Sheet`], two lines a row, or as single cells ([`write_tasks`]), which crowd
//! workers can be given too. [`Labels::read`] takes back either, [`Labels::agree`] weighs what several people said.

mod agree;
mod agreed;
mod alike;
mod disagreements;
mod find;
mod label;
mod lost;
mod mistakes;
mod question;
mod read;
mod records;
mod rewritten;
mod sheet;
mod sheet_read;
mod spelling;
mod task;
mod tasks;
mod tasks_read;
#[cfg(test)]
mod testing;
mod why;

pub use agreed::{Agreed, AgreedLabel, Disagreement, Person};
pub use label::{Label, LabelPlace, Labels, Said};
pub use question::{Proposal, Question};
pub use read::NO_LABELS;
pub use sheet::{ROW_HEADER, Sheet, SheetRow};
pub use tasks::{TASK_HEADER, write_tasks};
