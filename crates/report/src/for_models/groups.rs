//! Protected groups, and how they are treated.

use lustrate::{Disparity, GroupRates, GroupReport, Stage};

use super::percent;
use super::tabular::tabular;
use crate::numbers::grouped;

/// Lines of the table of groups; of more stages and groups only the first and the last stage are shown.
const MOST_LINES: usize = 24;

/// A line for each group after each stage: rows, how many have the favourable class, how many get it, and how well they are
/// predicted.
pub(super) fn groups(stages: &[Stage], favourable: &str) -> Vec<String> {
    let heads =
        ["stage", "group", "rows", &format!("with {favourable}"), "predicted so", "found", "wrongly", "accuracy"];
    let mut rows = vec![heads.map(str::to_owned).to_vec()];
    let of_all: usize = stages.iter().filter_map(|stage| stage.data.as_ref()).map(|data| data.groups.len()).sum();
    let last = stages.len().saturating_sub(1);
    let shown = stages.iter().enumerate().filter(|(place, _)| of_all <= MOST_LINES || [0, last].contains(place));
    for (_, stage) in shown {
        let (Some(data), Some(model)) = (&stage.data, &stage.groups) else { continue };
        rows.extend(data.groups.iter().map(|group| group_row(stage, group, model)));
    }
    if rows.len() == 1 { Vec::new() } else { tabular(&rows) }
}

fn group_row(stage: &Stage, group: &GroupRates, model: &GroupReport) -> Vec<String> {
    let judged = model.groups.iter().find(|other| other.group == group.group);
    let predicted = judged.and_then(|judged| judged.predicted.as_ref());
    let rate = |rate: Option<f64>| rate.map_or("–".to_owned(), percent);
    vec![
        stage.name.words().to_owned(),
        group.group.clone(),
        grouped(group.rows as u64),
        percent(group.base_rate),
        rate(predicted.map(|predicted| predicted.selection_rate)),
        rate(predicted.and_then(|predicted| predicted.true_positive_rate)),
        rate(predicted.and_then(|predicted| predicted.false_positive_rate)),
        rate(predicted.map(|predicted| predicted.accuracy)),
    ]
}

/// The difference of a rate between groups, to three digits.
pub(super) fn difference(disparity: Option<&Disparity>) -> String {
    disparity.map_or("–".to_owned(), |disparity| format!("{:.3}", disparity.difference))
}

/// The ratio of a rate between groups, to two digits.
pub(super) fn ratio(disparity: Option<&Disparity>) -> String {
    disparity.map_or("–".to_owned(), |disparity| format!("{:.2}", disparity.ratio))
}
