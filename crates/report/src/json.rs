//! Outcomes and findings for programs.

use std::path::Path;

use lustrate::{ColumnExplanation, Explained, Explanation, Findings, Outcome, RuleExplanation, metadata_path};
use serde::Serialize;

use crate::{DataFileName, DataName, Mode, Run, RunFile, Shown};

/// The version of the form. It changes where a field changes its meaning or goes away; new ones may come at any time.
pub(crate) const SCHEMA: u32 = 1;

/// Everything that a run did, as one JSON object ended by a line end: `schema`, `version`, the files (`null` where a
/// dry run did not write them), and the fields of [`Outcome`].
pub fn json(outcome: &Outcome, run: &Run) -> String {
    of_run(outcome, run)
}

/// What a run came to, with its files.
pub(crate) fn of_run(outcome: &impl Serialize, run: &Run) -> String {
    #[derive(Serialize)]
    struct Form<'a, T: Serialize> {
        schema: u32,
        version: &'static str,
        data: &'a str,
        rule_files: &'a [String],
        /// The saved models that the run went by, and the one that it saved.
        #[serde(skip_serializing_if = "<[_]>::is_empty")]
        model_files: &'a [String],
        #[serde(skip_serializing_if = "Option::is_none")]
        saved_model_file: Option<&'a str>,
        cleaned_file: Option<&'a str>,
        repairs_file: Option<&'a str>,
        metadata_file: Option<String>,
        quarantine_file: Option<&'a str>,
        /// The files of the table where it was read from several; the fields above are those of the first.
        #[serde(skip_serializing_if = "<[_]>::is_empty")]
        files: &'a [RunFile],
        #[serde(flatten)]
        outcome: &'a T,
    }
    let written = |file| (run.mode == Mode::Written).then_some(file);
    let repairs = run.repairs.as_deref().and_then(written);
    pretty(&Form {
        schema: SCHEMA,
        version: env!("CARGO_PKG_VERSION"),
        data: &run.data,
        rule_files: &run.rules,
        model_files: &run.models,
        saved_model_file: run.saved_model.as_deref().and_then(written),
        cleaned_file: written(run.cleaned.as_str()),
        repairs_file: repairs,
        metadata_file: repairs.map(|file| metadata_path(Path::new(file)).display().to_string()),
        quarantine_file: run.quarantine.as_deref().and_then(written),
        files: &run.files,
        outcome,
    })
}

/// What breaks the rules, as one JSON object ended by a line end: `schema`, `version`, `data`, and the fields of
/// [`Findings`].
pub fn findings_json(findings: &Findings, data: impl Into<DataName>) -> String {
    let data = data.into();
    #[derive(Serialize)]
    struct Form<'a> {
        schema: u32,
        version: &'static str,
        data: &'a str,
        #[serde(skip_serializing_if = "<[_]>::is_empty")]
        files: &'a [DataFileName],
        #[serde(flatten)]
        findings: &'a Findings,
    }
    pretty(&Form {
        schema: SCHEMA,
        version: env!("CARGO_PKG_VERSION"),
        data: data.whole(),
        files: data.files(),
        findings,
    })
}

/// Why cells read as they do, as one JSON object ended by a line end: `schema`, `version`, `data`, and in `cells` the fields
/// of each [`Explanation`], with the candidates that are shown and the number of those that are not
/// (`candidates_left_out`); in `rules` and `columns` the fields of those explanations.
pub fn explanations_json(explained: &Explained, shown: Shown, data: &str) -> String {
    #[derive(Serialize)]
    struct Form<'a> {
        schema: u32,
        version: &'static str,
        data: &'a str,
        cells: Vec<Cell>,
        rules: &'a [RuleExplanation],
        columns: &'a [ColumnExplanation],
    }
    #[derive(Serialize)]
    struct Cell {
        #[serde(flatten)]
        explanation: Explanation,
        candidates_left_out: usize,
    }
    let cell = |explanation: &Explanation| {
        let candidates = shown.of(explanation).to_vec();
        let candidates_left_out = explanation.candidates.len() - candidates.len();
        Cell { explanation: Explanation { candidates, ..explanation.clone() }, candidates_left_out }
    };
    let Explained { cells, rules, columns } = explained;
    let cells = cells.iter().map(cell).collect();
    pretty(&Form { schema: SCHEMA, version: env!("CARGO_PKG_VERSION"), data, cells, rules, columns })
}

/// A form as JSON, ended by a line end.
pub(crate) fn pretty(form: &impl Serialize) -> String {
    let text = serde_json::to_string_pretty(form).expect("names, texts and numbers serialise");
    text + "\n"
}
