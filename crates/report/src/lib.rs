//! What a run did, as text for people and as lines for programs.
//!
//! [`summary`] is what the command line shows after a run, [`json`] all of it for a program, [`replayed_text`] and
//! [`replayed_json`] what became of a repairs file; [`findings_text`] and [`findings_json`] are the same for what
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
mod replayed;
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
pub use replayed::{ReplayRun, replayed_json, replayed_text};
pub use run::{Mode, Run};
pub use summary::summary;
pub use values::quoted;
