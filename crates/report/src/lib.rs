//! What a run did, as text for people and as lines for programs.
//!
//! [`summary`] is what the command line shows after a run, [`write_repairs`] the audit file with one record for each
//! doubtful cell, [`json`] all of it for a program; [`findings_text`] and [`findings_json`] are the same for what
//! breaks the rules, [`explanations_text`] and [`explanations_json`] for single cells. [`report_html`] is all of
//! it as a page to look at. Nothing here opens a file, and colours are used only where they are asked for.

mod against_truth;
mod explanation;
mod findings;
mod json;
mod lines;
mod numbers;
mod page;
mod paint;
mod repairs_file;
mod run;
mod summary;
mod values;

pub use against_truth::{AgainstTruth, ClaimedCells, Judged};
pub use explanation::{Shown, explanations_text};
pub use findings::findings_text;
pub use json::{explanations_json, findings_json, json};
pub use lines::{labelled, with_parts};
pub use numbers::{counted, grouped, of_whole};
pub use page::{MOST_BYTES, Report, cells_to_explain, report_html};
pub use repairs_file::{REPAIRS_HEADER, RepairsForm, write_repairs};
pub use run::{Mode, Run};
pub use summary::summary;
pub use values::quoted;
