//! What a run did, as text for people and as lines for programs.
//!
//! [`summary`] is what the command line shows after a run, [`diff`] what a dry run would change, [`json`] all of it for a
//! program, [`replayed_text`] and [`replayed_json`] what became of a repairs file; [`findings_text`], [`findings_csv`],
//! [`findings_json`] and [`findings_sarif`] tell what breaks the rules, [`explanations_text`] and [`explanations_json`]
//! of single cells, [`checked_labels_text`] and [`sanitized_text`] what a table does to a model, [`discovered_text`] and [`discovered_json`] the rules that a table shows. [`report_html`] is all of it as a page to look at. Nothing here opens a file, and colours are used
//! only where they are asked for.

mod against_truth;
mod data_name;
mod diff;
mod discovered;
mod explained;
mod explanation;
mod finding;
mod findings;
mod findings_csv;
mod findings_sarif;
mod for_models;
mod json;
mod lines;
mod merged;
mod numbers;
mod page;
mod paint;
mod repairs_file;
mod replayed;
mod run;
mod shell;
mod summary;
mod values;

pub use against_truth::{AgainstTruth, ClaimedCells, Judged};
pub use data_name::{DataFileName, DataName};
pub use diff::diff;
pub use discovered::{Discovered, discovered_json, discovered_text};
pub use explained::{columns_text, rules_text};
pub use explanation::{Shown, explanations_text, row_text};
pub use findings::{Extent, findings_text, findings_total};
pub use findings_csv::{FINDINGS_HEADER, findings_csv};
pub use findings_sarif::findings_sarif;
pub use for_models::{
    ActiveEnd, ActiveFiles, active_json, active_text, boosted_json, boosted_text, checked_labels_json,
    checked_labels_text, curve_svg, is_picture, sanitized_json, sanitized_text,
};
pub use json::{explanations_json, findings_json, json};
pub use lines::{labelled, with_parts};
pub use merged::merged;
pub use numbers::{counted, grouped, of_whole};
pub use page::{MOST_BYTES, Report, cells_to_explain, report_html};
pub use replayed::{ReplayRun, replayed_json, replayed_text};
pub use run::{Mode, Run, RunFile, STANDARD_INPUT, STANDARD_OUTPUT};
pub use summary::summary;
pub use values::quoted;
