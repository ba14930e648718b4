//! What a run did, as text for people and as lines for programs.
//!
//! [`summary`] is what the command line shows after a run, [`write_repairs`] the audit file with one record for each
//! doubtful cell, [`json`] all of it for a program; [`findings_text`] and [`findings_json`] are the same for what
//! breaks the rules, with [`findings_csv`] and [`findings_sarif`]; [`explanations_text`] and [`explanations_json`] for single cells. Nothing here opens a file, and colours are used only where they are asked for.

mod diff;
mod explained;
mod explanation;
mod finding;
mod findings;
mod findings_csv;
mod findings_sarif;
mod json;
mod lines;
mod numbers;
mod paint;
mod repairs_file;
mod run;
mod summary;
mod values;

pub use diff::diff;
pub use explained::{columns_text, rules_text};
pub use explanation::{Shown, explanations_text, row_text};
pub use findings::{Extent, findings_text, findings_total};
pub use findings_csv::{FINDINGS_HEADER, findings_csv};
pub use findings_sarif::findings_sarif;
pub use json::{explanations_json, findings_json, json};
pub use lines::{labelled, with_parts};
pub use numbers::{counted, grouped, of_whole};
pub use repairs_file::{REPAIRS_HEADER, RepairsForm, write_repairs};
pub use run::{Mode, Run};
pub use summary::summary;
pub use values::quoted;
