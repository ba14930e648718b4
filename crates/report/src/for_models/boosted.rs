//! Which detector and which repair help a model.

use lustrate::{BoostOutcome, Colour, NamedArm, Picking};
use serde::Serialize;

use super::tabular::tabular;
use super::{gain, percent, with_error};
use crate::json::of_run;
use crate::lines::labelled;
use crate::numbers::{counted, grouped, of_whole};
use crate::summary::files;
use crate::{Mode, Run};

/// Arms that are shown; all are in the file of arms.
const MOST_ARMS: usize = 10;

/// The arms, what they are worth together, and what was made of the table. `pipeline` is the file of the pipeline, if one is written.
pub fn boosted_text(boosted: &BoostOutcome, run: &Run, pipeline: Option<&str>, colour: Colour) -> String {
    let outcome = &boosted.outcome;
    let tried = match boosted.arms.len() as u64 {
        1 => "only doing nothing was tried: no detector marks a cell".to_owned(),
        arms => format!("{} tried", counted(arms, "arm")),
    };
    let picking = match boosted.picking {
        Picking::Greedy { .. } => "greedy averaging",
        Picking::AdaBoost { .. } => "AdaBoost, as in the paper",
    };
    let mut lines = vec![(
        "Table",
        format!(
            "{}: {}; {tried} on a model of `{}`, {picking}",
            run.data,
            counted(outcome.totals.rows, "row"),
            boosted.target
        ),
    )];
    for (place, line) in arms(boosted).into_iter().enumerate() {
        lines.push((if place == 0 { "Arms" } else { "" }, line));
    }
    lines.push(("Together", together(boosted)));
    lines.push((
        "Best",
        format!(
            "{}: {}, {} set apart",
            boosted.best,
            of_whole(outcome.totals.applied, outcome.totals.cells, "cell"),
            counted(outcome.quarantine.len() as u64, "row")
        ),
    ));
    let (word, mut written) = files(run);
    if let (Some(pipeline), Mode::Written) = (pipeline, run.mode) {
        written += &format!("; {pipeline} is the pipeline as rules");
    }
    lines.push((word, written));
    lines.push(("Next", next(boosted, run)));
    labelled(&lines, colour)
}

fn arms(boosted: &BoostOutcome) -> Vec<String> {
    let heads = ["detector", "learning", "predicting", "cells", "accuracy", "log loss less by", "weight"];
    let mut rows = vec![heads.map(str::to_owned).to_vec()];
    let row = |arm: &NamedArm| {
        vec![
            arm.detector.clone(),
            arm.training.clone(),
            arm.prediction.clone(),
            grouped(arm.judged.cells as u64),
            with_error(arm.judged.score.accuracy, arm.judged.score.standard_error),
            format!("{:+.4} ± {:.4}", arm.judged.gain, arm.judged.standard_error),
            if arm.judged.weight > 0.0 { format!("{:.1}", arm.judged.weight) } else { String::new() },
        ]
    };
    rows.extend(boosted.arms.iter().take(MOST_ARMS).map(row));
    let mut lines = tabular(&rows);
    let more = boosted.arms.len().saturating_sub(MOST_ARMS) as u64;
    if more > 0 {
        let worst = boosted.arms.iter().map(|arm| arm.judged.score.accuracy).fold(1.0, f64::min);
        lines.push(format!("and {}, down to {}", counted(more, "more arm"), percent(worst)));
    }
    lines
}

fn together(boosted: &BoostOutcome) -> String {
    let Some(judged) = &boosted.judged else { return "not judged".to_owned() };
    let said = match judged.gain {
        gain if gain > judged.standard_error => "",
        gain if gain < -judged.standard_error => ": cleaning loses, leave the table as it is",
        _ => ": no difference that is sure",
    };
    format!(
        "the picked arms predict {} of rows that had no part in picking them, doing nothing {} ({}){said}",
        percent(judged.picked.accuracy),
        percent(judged.nothing.accuracy),
        gain(judged.gain, judged.standard_error)
    )
}

fn next(boosted: &BoostOutcome, run: &Run) -> String {
    let totals = &boosted.outcome.totals;
    if run.mode == Mode::DryRun {
        return "run it again without `--dry-run` to write the files".to_owned();
    }
    match totals.applied > 0 || !boosted.outcome.quarantine.is_empty() {
        true => format!("learn from {}; what is predicted must be cleaned the same way", run.cleaned),
        false => "nothing is to be done: no arm is better than doing nothing".to_owned(),
    }
}

/// The same for programs: one JSON object ended by a line end, with the fields of [`BoostOutcome`].
pub fn boosted_json(boosted: &BoostOutcome, run: &Run, pipeline: Option<&str>) -> String {
    #[derive(Serialize)]
    struct Form<'a> {
        pipeline_file: Option<&'a str>,
        #[serde(flatten)]
        boosted: &'a BoostOutcome,
    }
    of_run(&Form { pipeline_file: pipeline.filter(|_| run.mode == Mode::Written), boosted }, run)
}
