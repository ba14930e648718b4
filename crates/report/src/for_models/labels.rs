//! Labels that are probably wrong.

use lustrate::{CheckedLabels, Colour, Repair};

use super::tabular::tabular;
use super::{gain, percent, with_error};
use crate::json::of_run;
use crate::lines::labelled;
use crate::numbers::{counted, grouped, of_whole};
use crate::shell::command;
use crate::summary::{example, files};
use crate::values::quoted;
use crate::{Mode, Run};

/// Labels that are shown.
const MOST_EXAMPLES: usize = 3;
/// Classes of which the noise is shown one by one.
const MOST_CLASSES: usize = 8;
/// Characters of a class that are shown.
const LONGEST_CLASS: usize = 24;

/// What was found of the labels of a table: lines led by a word that says what each is about.
pub fn checked_labels_text(checked: &CheckedLabels, run: &Run, colour: Colour) -> String {
    let outcome = &checked.outcome;
    let flagged = outcome.repairs.len() as u64;
    let classes = format!("{} classes", grouped(checked.classes.len() as u64));
    let labelled_rows = match checked.labelled == outcome.totals.rows {
        true => counted(checked.labelled, "row"),
        false => of_whole(checked.labelled, outcome.totals.rows, "row"),
    };
    let mut lines = vec![
        ("Table", format!("{}: `{}` has {classes}, in {labelled_rows}", run.data, checked.target)),
        (
            "Model",
            format!(
                "predicts {} of the labels of rows that it did not see",
                with_error(checked.model.accuracy, checked.model.standard_error)
            ),
        ),
        (
            "Doubtful",
            format!(
                "{}; the model takes {} of the labels for wrong",
                of_whole(flagged, checked.labelled, "label"),
                percent(checked.noise)
            ),
        ),
    ];
    if !checked.protected.is_empty() {
        lines.push(("Groups", format!("{}: each judged by thresholds of its own", checked.protected.join(", "))));
    }
    lines.extend(
        noise(checked).into_iter().enumerate().map(|(place, line)| (if place == 0 { "Noise" } else { "" }, line)),
    );
    lines.push(("Removal", removal(checked)));
    let ranked = checked.order.iter().filter_map(|&place| outcome.repairs.get(place));
    let shown: Vec<&Repair> = ranked.take(MOST_EXAMPLES).collect();
    for (place, repair) in shown.into_iter().enumerate() {
        lines.push((if place == 0 { "Such as" } else { "" }, example(repair, run, colour)));
    }
    lines.push(files(run));
    lines.push(("Next", next(checked, run)));
    labelled(&lines, colour)
}

/// How many labels of each class are probably of each other.
fn noise(checked: &CheckedLabels) -> Vec<String> {
    let noisy = || checked.classes.iter().enumerate().filter(|(class, noise)| noise.probably[*class] < noise.given);
    let mut rows = vec![["given", "rows", "flagged", "of which probably"].map(str::to_owned).to_vec()];
    for (class, noise) in noisy().take(MOST_CLASSES) {
        let mut others: Vec<(u64, &str)> = (noise.probably.iter().zip(&checked.classes).enumerate())
            .filter(|(other, (count, _))| *other != class && **count > 0)
            .map(|(_, (count, other))| (*count, other.class.as_str()))
            .collect();
        others.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(b.1)));
        let others = others.iter().take(3).map(|(count, other)| format!("{} {}", grouped(*count), shown(other)));
        let others = others.collect::<Vec<_>>().join(", ");
        rows.push(vec![shown(&noise.class), grouped(noise.given), grouped(noise.flagged), others]);
    }
    let more = noisy().count().saturating_sub(MOST_CLASSES) as u64;
    if rows.len() == 1 {
        return Vec::new();
    }
    let mut lines = tabular(&rows);
    if more > 0 {
        lines.push(format!(
            "and {}",
            if more == 1 { "1 more class".to_owned() } else { format!("{} more classes", grouped(more)) }
        ));
    }
    lines
}

fn shown(class: &str) -> String {
    quoted(Some(class), LONGEST_CLASS)
}

/// What leaving the flagged rows out does.
fn removal(checked: &CheckedLabels) -> String {
    if checked.outcome.repairs.is_empty() {
        return "no label is doubtful enough".to_owned();
    }
    let judged = &checked.pruning;
    let said = match (judged.helps(), judged.harms()) {
        (true, _) => "the model gains",
        (_, true) => "the model loses: correct labels, do not drop rows",
        _ => "no difference that is sure",
    };
    format!(
        "without such rows the model predicts {} instead of {} ({}): {said}",
        percent(judged.pruned.accuracy),
        percent(judged.all.accuracy),
        gain(judged.gain, judged.standard_error)
    )
}

fn next(checked: &CheckedLabels, run: &Run) -> String {
    let totals = &checked.outcome.totals;
    match (&run.repairs, totals.for_review) {
        _ if run.mode == Mode::DryRun => "run it again without `--dry-run` to write the files".to_owned(),
        (Some(repairs), 1..) => format!(
            "mark `apply` what is right of the {} for review in {repairs}, then {}",
            counted(totals.for_review, "label"),
            command(["apply", repairs, run.files.first().map_or(run.data.as_str(), |file| &file.data)])
        ),
        (None, 1..) => "name a file with `--repairs`, which says for each label what and why".to_owned(),
        (Some(repairs), 0) if totals.applied > 0 => format!("see what changed in {repairs}"),
        _ => "nothing is left to do".to_owned(),
    }
}

/// The same for programs: one JSON object ended by a line end, with the fields of [`CheckedLabels`].
pub fn checked_labels_json(checked: &CheckedLabels, run: &Run) -> String {
    of_run(checked, run)
}
