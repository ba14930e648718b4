//! Find and repair the wrong cells of a table, by probability.
//!
//! ```standalone_crate
//! use lustrate::{read_table, read_rules, repair, write_table, Settings};
//!
//! fn main() -> Result<(), lustrate::Error> {
//! #   // The example runs in a folder with the first of the orders that ship with the project.
//! #   let shipped = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata");
//! #   let folder = tempfile::tempdir().expect("there is a folder for temporary files");
//! #   let text = std::fs::read_to_string(shipped.join("orders.csv")).expect("the orders ship");
//! #   let first: String = text.split_inclusive('\n').take(301).collect();
//! #   std::fs::write(folder.path().join("orders.csv"), first).expect("the folder can be written to");
//! #   std::fs::copy(shipped.join("orders.rules"), folder.path().join("orders.rules")).expect("the rules ship");
//! #   std::env::set_current_dir(folder.path()).expect("the folder is there");
//!     let table = read_table("orders.csv")?;
//!     let rules = read_rules("orders.rules")?;
//!     let outcome = repair(&table, &rules, &Settings::new().seed(7))?;
//! #   assert!(outcome.totals.applied > 50);
//!     for repair in &outcome.repairs {
//!         println!("{repair}");              // row 4127, city: "Rom" -> "Rome" (0.97)
//!     }
//!     write_table(&outcome.table, "orders.clean.csv")
//! }
//! ```
//!
//! [`repair`] is a composition of public verbs, shown on its page: [`bind`], [`normalise`], [`find_formats`], [`detect`], [`fit`],
//! [`infer`], [`joint`], [`temper`], [`decide`], [`reconcile`], [`quarantine`]. Each can be used alone: a model that was fitted on one table can judge the next.
//! [`explain`] says of single cells what the same run believes of them, and why.
//!
//! [`discover`] gives the rules that a table shows, as a file for people ([`Proposals::text`]) and as rules
//! ([`Proposals::rules`]): where no rules are given, [`repair`] goes by these.
//!
//! What a run learned can be kept: [`SavedModel`] is one file, by which [`repair_with_model`] repairs new rows without the old
//! table, and models add up.
//!
//! [`write_outcome`] writes everything that a run made. [`read_repairs`] reads the repairs file again, after somebody has edited
//! it maybe; [`replay`] makes its repairs, all or some, and [`undo`] takes them back.
//!
//! [`ask`] chooses rows of which people are asked what they should read; a [`Sheet`] is the file that they fill in,
//! and [`read_labels`] takes back what they said.
//!
//! What a table does to a model that is learned from it: [`check_labels`] finds labels that are probably wrong, [`sanitize`] makes a
//! table safe to learn from and fair. Whether cleaning went too far, [`too_much`] tells.
//!
//! An [`Outcome`] is plain data: ids have become names, and it serialises without a schema at hand. Tables come in and
//! go out as files, as Arrow record batches ([`from_record_batches`], [`to_record_batch`]) and, with the feature
//! `polars`, as Polars data frames.

mod as_written;
mod ask;
mod audit;
mod cell_name;
mod check;
mod column_explanation;
mod column_kinds;
mod dependency;
mod discover;
mod distribution;
mod error;
mod error_kind;
mod explain;
mod explanation;
mod files;
mod findings;
mod label_files;
mod labelled;
mod labels_outcome;
mod lessons;
mod memory;
mod model_aware;
mod name;
mod naming;
mod notes;
mod omission;
mod outcome;
mod parts;
mod passes;
mod places;
mod reach;
mod repair;
mod repair_with_model;
mod rule_explanation;
mod rule_strength;
mod run;
mod saved_model;
mod settings;
mod time;
mod whole;
mod write_outcome;

pub use ask::{ask, ask_with};
pub use audit::{read_repairs, read_repairs_with, replay, undo};
pub use cell_name::{CellName, CellsName, find_columns};
pub use check::check;
pub use column_explanation::{ColumnContext, ColumnExplanation, Counted};
pub use column_kinds::{ProfiledColumn, ShareOfCells, SuspiciousValue, profile_columns};
pub use dependency::DependencyOutcome;
pub use discover::discover;
pub use distribution::{
    ColumnChange, ColumnProfile, HistogramBin, NumberChange, Population, Quantiles, ValueChange, ValueGroup,
    ValueShift, column_changes,
};
pub use error::Error;
pub use error_kind::ErrorKind;
pub use explain::{Asked, Explained, explain, explain_all, explain_with};
pub use explanation::{ExplainedCandidate, ExplainedContribution, Explanation, Fate, ReadAs, RulePlace, Verdict};
pub use files::{
    parse_rule_files, parse_rule_files_with, read_rule_files, read_rule_text, read_rules, read_table, rule_text,
    write_rows, write_table, write_table_with,
};
pub use findings::{BlamedCell, Findings, Meant, RuleFindings, find};
pub use label_files::{id_columns, read_labels, write_sheet};
pub use labels_outcome::{LabelsOutcome, PersonOutcome, ProgramOutcome};
pub use model_aware::{
    ActiveLoop, ActiveNext, ActiveOptions, ActiveProgress, ActiveState, BoostOptions, BoostOutcome, CheckedLabels,
    ClassNoise, CorrectedCell, Corrections, DoubtfulRow, LabelOptions, ModelTask, NamedArm, SanitizeOptions, Sanitized,
    Stage, StageName, TooMuch, boost, check_labels, sanitize, too_much,
};
pub use name::Name;
pub use omission::Omission;
pub use outcome::{Alternative, Cause, Decision, Doubt, Outcome, Quarantined, Reason, Repair, RuleOutcome, Totals};
pub use parts::outcome_parts;
pub use places::{Places, places};
pub use reach::Reach;
pub use repair::{repair, repair_and_explain, repair_with, withhold_unfit};
pub use repair_with_model::{Basis, Choose, Keep, Repaired, repair_keeping, repair_with_model};
pub use rule_explanation::{CellOfRule, RuleExplanation, RuleShare};
pub use rule_strength::{RuleStrength, WeighedBy};
pub use run::Progress;
pub use saved_model::{CellDecision, RulesOrigin, SavedModel};
pub use settings::Settings;
pub use whole::{
    CheckOutcome, ColumnWeight, DuplicateOutcome, FailedRule, Measured, SameThingOutcome, Thing, UnknownOutcome,
};
pub use write_outcome::{OutcomeFiles, QuarantineFile, RunSources, write_outcome, write_outcome_of};

pub use lustrate_audit::{
    Apart as SetApartRows, Change, Changed, Choice, Direction, Edited, Left, Likeness, Metadata, REPAIRS_HEADER,
    REPAIRS_SCHEMA, RepairsFile, RepairsForm, Replayed, Shortened, conditions, metadata_path, rounded_down,
};
pub use lustrate_detect::{Detection, checks, detect, duplicates, unknown_keys};
pub use lustrate_diagnostic::{Colour, Diagnostic, Diagnostics, Severity, SourceText, nearest};
pub use lustrate_io::{
    Abandoned, CsvOptions, LinePart, Overwrite, ReadError, Reading, RecordBatch, Region, RowChange, Selection,
    SyncedFile, TableFile, WriteError, abandon_unfinished, bytes_read, bytes_written, check_output, check_table_name,
    ending_by_content, from_record_batches, is_guarded, is_table_name, read_csv_bytes, read_table_file,
    read_table_files, read_table_with, renamed, row_changes, to_record_batch, with_word, write_file_safely,
    write_record, write_together,
};
#[cfg(feature = "polars")]
pub use lustrate_io::{DataFrame, from_data_frame, to_data_frame};
pub use lustrate_joint::{concerned, joint};
pub use lustrate_labels::{
    Agreed, AgreedLabel, Disagreement, Label, LabelPlace, Labels, NO_LABELS, Person, Proposal as LabelProposal,
    Question, ROW_HEADER, Said, Sheet, SheetRow, TASK_HEADER, write_tasks,
};
pub use lustrate_learn::{
    ActiveSettings, Arm, Blind, CurvePoint, Disparity, Estimator, GroupRates, GroupReport, JudgedArm, JudgedPicking,
    JudgedPruning, JudgedShare, LabelRanking, Learner, Picking, PredictedRates, Sampling, Score, Shift, Subject,
    Verdict as ShiftVerdict,
};
pub use lustrate_link::find_sources;
pub use lustrate_lint::{Lint, lints};
pub use lustrate_model::{Attention, Judgement, Model, Part, Posterior, fit, infer, infer_asked, temper};
pub use lustrate_normalise::{
    CONVENTIONS, Convention, Conversion, ConversionKind, FoundFormat, Normalised, find_formats, normalise,
};
pub use lustrate_propose::{Proposal, Proposals, Section};
pub use lustrate_repair::{
    Apart, Policy, Reconciled, Repairs, apply, decide, decide_once, guard, quarantine, reconcile, with_conversions,
    withhold_apart,
};
pub use lustrate_rules::{
    Constraints, Form as RuleForm, Parsed, Role, Rules, StatementKind, bind, bind_what_fits, format as format_rules,
    parse, reference, share_above, statement_kinds, to_json as rules_to_json,
};
pub use lustrate_table::{
    AttributeId, CellId, Column, Encoding, Formulas, Kind, Origin, OriginPart, RowId, Table, escape_formula,
};

/// The verbs' own settings and types, where they differ from those of [`repair`].
pub mod verbs {
    pub use lustrate_audit::{
        DataFile, HashedFile, Quarantine, SetApart, SettingsUsed, TextForm, Written as WrittenRecords,
    };
    pub use lustrate_model::Settings as ModelSettings;
    pub use lustrate_normalise::{Change, Changes, Written};
    pub use lustrate_repair::{Authority, Converted, Decision, Grounds, Repair, Signs, Told, Withheld};
}
