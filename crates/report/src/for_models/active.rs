//! The loop that says which records to clean next.

use std::path::Path;

use lustrate::{ActiveProgress, Colour, CurvePoint, Estimator, Outcome};
use serde::Serialize;

use super::tabular::tabular;
use super::{gain, with_error};
use crate::json::of_run;
use crate::lines::labelled;
use crate::numbers::{counted, grouped};
use crate::shell::command;
use crate::summary::files;
use crate::{Mode, Run};

/// Points of the curve that are shown: the first ones and the last.
const MOST_POINTS: usize = 12;

/// How the loop stands.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case", tag = "next")]
pub enum ActiveEnd {
    /// A batch is out.
    Clean {
        /// The file that is to be filled in.
        batch_file: String,
        /// Its rows.
        rows: u64,
    },
    /// The budget is spent.
    Spent,
    /// No row is left that may be wrong.
    NothingLeft,
    /// The last batches have brought no gain that is sure.
    Settled,
}

/// The files of a loop.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ActiveFiles {
    /// Where its state is.
    pub state_file: Option<String>,
    /// The picture of the curve.
    pub picture_file: Option<String>,
}

/// How far the loop has come and what comes next. `run` is given once the table is written.
pub fn active_text(
    progress: &ActiveProgress,
    end: &ActiveEnd,
    files_of_loop: &ActiveFiles,
    run: Option<&Run>,
    colour: Colour,
) -> String {
    let judges = match progress.trusted {
        true => counted(progress.judges, "trusted row"),
        false => format!("{} that are not doubtful", counted(progress.judges, "row")),
    };
    let mut lines = vec![(
        "Doubtful",
        format!("{}; the model of `{}` is judged by {judges}", counted(progress.doubtful, "row"), progress.target),
    )];
    for (place, line) in curve(&progress.curve).into_iter().enumerate() {
        lines.push((if place == 0 { "Curve" } else { "" }, line));
    }
    if let [first, .., last] = &progress.curve[..] {
        let error = (first.standard_error.powi(2) + last.standard_error.powi(2)).sqrt();
        lines.push(("Gain", gain(last.accuracy - first.accuracy, error)));
    }
    if let Some(run) = run {
        let (word, mut text) = files(run);
        if let (Some(picture), Mode::Written) = (&files_of_loop.picture_file, run.mode) {
            text += &format!("; {picture} shows the curve");
        }
        lines.push((word, text));
    }
    lines.push(("Next", next(end, run)));
    labelled(&lines, colour)
}

fn curve(points: &[CurvePoint]) -> Vec<String> {
    let heads = ["records", "changed", "accuracy", "log loss", "estimator"];
    let mut rows = vec![heads.map(str::to_owned).to_vec()];
    let row = |point: &CurvePoint| {
        vec![
            grouped(point.records as u64),
            grouped(point.changed as u64),
            with_error(point.accuracy, point.standard_error),
            format!("{:.4}", point.log_loss),
            estimator(point.estimator).to_owned(),
        ]
    };
    if points.len() <= MOST_POINTS {
        rows.extend(points.iter().map(row));
    } else {
        let half = MOST_POINTS / 2;
        rows.extend(points[..half].iter().map(row));
        rows.push(vec!["…".to_owned()]);
        rows.extend(points[points.len() - half..].iter().map(row));
    }
    tabular(&rows)
}

/// What a person calls an estimator.
fn estimator(estimator: Estimator) -> &'static str {
    match estimator {
        Estimator::LearnedRepair => "learned repair",
        Estimator::EngineRepair => "our repairs",
        Estimator::Reweighted => "reweighted",
        Estimator::Drop => "drop",
        Estimator::Mixture => "mixture",
        Estimator::Paper { .. } => "paper",
    }
}

fn next(end: &ActiveEnd, run: Option<&Run>) -> String {
    let done = match end {
        ActiveEnd::Clean { batch_file, rows } => {
            return format!(
                "correct the {} in {batch_file} and write `yes` into `checked`, then run the same line again",
                counted(*rows, "row")
            );
        }
        ActiveEnd::Spent => "the budget is spent: a larger `--budget` goes on",
        ActiveEnd::NothingLeft => "no row is left that may be wrong",
        ActiveEnd::Settled => "the last batches brought no gain that is sure: `--patience 0` goes on all the same",
    };
    match run.filter(|run| run.mode == Mode::Written) {
        Some(run) => format!("{done}; learn from {}, or {} takes it back", run.cleaned, undo(run)),
        None => done.to_owned(),
    }
}

fn undo(run: &Run) -> String {
    let repairs = run.repairs.as_deref().unwrap_or("REPAIRS");
    command(["apply", "--undo", repairs, &run.cleaned])
}

/// The same for programs.
pub fn active_json(
    progress: &ActiveProgress,
    end: &ActiveEnd,
    files: &ActiveFiles,
    (outcome, run): (&Outcome, &Run),
) -> String {
    #[derive(Serialize)]
    struct Form<'a> {
        #[serde(flatten)]
        progress: &'a ActiveProgress,
        #[serde(flatten)]
        end: &'a ActiveEnd,
        #[serde(flatten)]
        files: &'a ActiveFiles,
        #[serde(flatten)]
        outcome: &'a Outcome,
    }
    of_run(&Form { progress, end, files, outcome }, run)
}

/// Whether a picture can be drawn into a file of this name.
pub fn is_picture(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("svg"))
}
