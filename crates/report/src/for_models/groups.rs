//! Protected groups, and how they are treated.

use lustrate::{Disparity, GroupReport};

use super::percent;
use super::tabular::tabular;
use crate::numbers::grouped;

/// A line for each group: rows, how many have the favourable class, how many get it, and how well they are predicted.
pub(super) fn groups(data: &GroupReport, model: &GroupReport, favourable: &str) -> Vec<String> {
    let heads = ["group", "rows", &format!("with {favourable}"), "predicted so", "found", "wrongly", "accuracy"];
    let mut rows = vec![heads.map(str::to_owned).to_vec()];
    for group in &data.groups {
        let judged = model.groups.iter().find(|other| other.group == group.group);
        let predicted = judged.and_then(|judged| judged.predicted.as_ref());
        let rate = |rate: Option<f64>| rate.map_or("–".to_owned(), percent);
        rows.push(vec![
            group.group.clone(),
            grouped(group.rows as u64),
            percent(group.base_rate),
            rate(predicted.map(|predicted| predicted.selection_rate)),
            rate(predicted.and_then(|predicted| predicted.true_positive_rate)),
            rate(predicted.and_then(|predicted| predicted.false_positive_rate)),
            rate(predicted.map(|predicted| predicted.accuracy)),
        ]);
    }
    tabular(&rows)
}

/// The difference of a rate between groups, to three digits.
pub(super) fn difference(disparity: Option<&Disparity>) -> String {
    disparity.map_or("–".to_owned(), |disparity| format!("{:.3}", disparity.difference))
}

/// The ratio of a rate between groups, to two digits.
pub(super) fn ratio(disparity: Option<&Disparity>) -> String {
    disparity.map_or("–".to_owned(), |disparity| format!("{:.2}", disparity.ratio))
}
