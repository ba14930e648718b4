//! A table that was made safe to learn from.

use lustrate::{Blind, Cause, Colour, Sanitized, Stage};

use super::groups::{difference, groups, ratio};
use super::tabular::tabular;
use super::{percent, with_error};
use crate::json::of_run;
use crate::lines::labelled;
use crate::numbers::{counted, grouped, of_whole};
use crate::summary::{example, examples, files};
use crate::{Mode, Run};

/// What was done and what it is worth: a table of the stages, one of the groups, and lines led by a word that says what each is
/// about. `weights` is the file of the weights, if one is written.
pub fn sanitized_text(sanitized: &Sanitized, run: &Run, weights: Option<&str>, colour: Colour) -> String {
    let outcome = &sanitized.outcome;
    let rows = counted(outcome.totals.rows, "row");
    let mut lines = vec![
        ("Table", format!("{}: {rows}; the model predicts `{}`", run.data, sanitized.target)),
        ("Repaired", of_whole(outcome.totals.applied, outcome.totals.cells, "cell")),
        ("Set apart", set_apart(sanitized)),
        ("Judged", judged(sanitized)),
    ];
    push(&mut lines, "Stages", tabular(&stages(sanitized)));
    push(&mut lines, "Groups", groups(&sanitized.stages, &sanitized.favourable));
    for (place, repair) in examples(outcome).into_iter().take(2).enumerate() {
        lines.push((if place == 0 { "Such as" } else { "" }, example(repair, run, colour)));
    }
    let (word, mut written) = files(run);
    if let Some(weights) = weights {
        written += &format!("; {weights} has the weight of each row");
    }
    lines.push((word, written));
    lines.push(("Next", next(sanitized, run, weights)));
    labelled(&lines, colour)
}

fn push<'a>(lines: &mut Vec<(&'a str, String)>, word: &'a str, of_table: Vec<String>) {
    lines.extend(of_table.into_iter().enumerate().map(|(place, line)| (if place == 0 { word } else { "" }, line)));
}

fn set_apart(sanitized: &Sanitized) -> String {
    let outcome = &sanitized.outcome;
    let of = |cause: Cause| outcome.quarantine.iter().filter(|row| row.cause == cause).count() as u64;
    let parts = [
        (of(Cause::Model), "mislead the model"),
        (of(Cause::Duplicate), "are one thing with rows that stay"),
        (of(Cause::HardRule), "cannot satisfy a hard rule"),
    ];
    let parts = parts.iter().filter(|(rows, _)| *rows > 0).map(|(rows, what)| format!("{} {what}", grouped(*rows)));
    let parts = parts.collect::<Vec<_>>().join(", ");
    let total = of_whole(outcome.quarantine.len() as u64, outcome.totals.rows, "row");
    if parts.is_empty() { total } else { format!("{total}: {parts}") }
}

fn judged(sanitized: &Sanitized) -> String {
    if sanitized.trusted > 0 {
        return format!("by {}, each by models that it had no part in", counted(sanitized.trusted, "trusted row"));
    }
    let blind = |blind: &Blind| match blind {
        Blind::OneSidedFlips => "labels of one class that were flipped to another",
        Blind::DenseClusters => "many wrong rows that are alike",
    };
    let unseen: Vec<&str> = sanitized.blind.iter().map(blind).collect();
    let what = "by the rows of the table themselves, wrong ones among them";
    if unseen.is_empty() {
        return what.to_owned();
    }
    format!("{what}; {} cannot be seen without `--trusted` rows", unseen.join(" and "))
}

/// A line for each stage.
fn stages(sanitized: &Sanitized) -> Vec<Vec<String>> {
    let is_fair = !sanitized.protected.is_empty();
    let mut heads: Vec<String> = ["stage", "rows", "accuracy"].map(str::to_owned).to_vec();
    if is_fair {
        heads.extend(["parity", "impact", "opportunity", "odds", "parity of labels"].map(str::to_owned));
    }
    let mut rows = vec![heads];
    for stage in &sanitized.stages {
        rows.push(stage_row(stage, is_fair));
    }
    rows
}

fn stage_row(stage: &Stage, is_fair: bool) -> Vec<String> {
    let mut row = vec![
        stage.name.words().to_owned(),
        grouped(stage.rows),
        with_error(stage.model.accuracy, stage.model.standard_error),
    ];
    if let (true, Some(model)) = (is_fair, &stage.groups) {
        let data = stage.data.as_ref();
        row.extend([
            difference(model.selection.as_ref()),
            ratio(model.selection.as_ref()),
            difference(model.opportunity.as_ref()),
            model.equalised_odds.map_or("–".to_owned(), |odds| format!("{odds:.3}")),
            difference(data.and_then(|data| data.labels.as_ref())),
        ]);
    }
    row
}

fn next(sanitized: &Sanitized, run: &Run, weights: Option<&str>) -> String {
    let (first, last) = (sanitized.stages.first(), sanitized.stages.last());
    let worse = match (first, last) {
        (Some(first), Some(last)) => {
            let error = first.model.standard_error.max(last.model.standard_error);
            last.model.accuracy < first.model.accuracy - error
        }
        _ => false,
    };
    if run.mode == Mode::DryRun {
        return "run it again without `--dry-run` to write the files".to_owned();
    }
    if let (true, Some(first), Some(last)) = (worse, first, last) {
        return format!(
            "the model predicts fewer rows than before ({} instead of {}): use the table as it was read, or look at what each stage \
             did",
            percent(last.model.accuracy),
            percent(first.model.accuracy)
        );
    }
    match weights {
        Some(weights) => format!("learn from {} with the weights in {weights}", run.cleaned),
        None => format!("learn from {}", run.cleaned),
    }
}

/// The same for programs: one JSON object ended by a line end, with the fields of [`Sanitized`]. The weights are in their file.
pub fn sanitized_json(sanitized: &Sanitized, run: &Run, weights: Option<&str>) -> String {
    #[derive(serde::Serialize)]
    struct Form<'a> {
        weights_file: Option<&'a str>,
        #[serde(flatten)]
        sanitized: &'a Sanitized,
    }
    of_run(&Form { weights_file: weights.filter(|_| run.mode == Mode::Written), sanitized }, run)
}
