//! How a model, or the labels themselves, treat protected groups.
//!
//! The measures are those of the field, and of fairlearn: differences are the highest rate of a group less the lowest, ratios
//! the lowest by the highest.

use serde::Serialize;

use crate::groups::rows_by_group;
use crate::{Class, ProtectedGroups};

/// One group: how many rows, how often the favourable class is right for them, and how often they get it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct GroupRates {
    /// What the group is called.
    pub group: String,
    /// Its rows.
    pub rows: usize,
    /// The sum of their weights.
    pub weight: f64,
    /// The share that is labelled with the favourable class.
    pub base_rate: f64,
    /// What a model makes of them.
    pub predicted: Option<PredictedRates>,
}

/// What a model makes of the rows of a group.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PredictedRates {
    /// The share that is predicted to be of the favourable class.
    pub selection_rate: f64,
    /// That share among those that are labelled so; `None` where none is.
    pub true_positive_rate: Option<f64>,
    /// That share among all others; `None` where there are none.
    pub false_positive_rate: Option<f64>,
    /// The share of rows whose class is predicted.
    pub accuracy: f64,
    /// The standard error of that share.
    pub standard_error: f64,
}

/// How far a rate differs between groups.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Disparity {
    /// The highest rate less the lowest.
    pub difference: f64,
    /// The lowest rate by the highest; 1 where all are zero.
    pub ratio: f64,
    /// The group with the lowest rate.
    pub lowest: String,
    /// The group with the highest rate.
    pub highest: String,
}

/// The groups and what differs between them.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct GroupReport {
    /// The groups that have rows, in the order of their names.
    pub groups: Vec<GroupRates>,
    /// Of the labels: statistical parity difference and disparate impact of the data.
    pub labels: Option<Disparity>,
    /// Of the predictions: statistical parity difference and disparate impact of the model.
    pub selection: Option<Disparity>,
    /// Equal opportunity: of the rates of true positives.
    pub opportunity: Option<Disparity>,
    /// Equalised odds: the larger difference of the rates of true and of false positives.
    pub equalised_odds: Option<f64>,
}

/// Compares groups by how often they have the favourable class, and get it from a model where predictions are given. Rows count
/// with their weights.
///
/// # Panics
/// When there are not as many labels, groups, predictions and weights.
pub fn group_report(
    groups: &ProtectedGroups,
    of_row: &[usize],
    y: &[Class],
    predicted: Option<&[Class]>,
    weights: Option<&[f64]>,
    favourable: Class,
) -> GroupReport {
    let rows = y.len();
    assert!(
        of_row.len() == rows && predicted.is_none_or(|all| all.len() == rows),
        "a row has a group and a prediction"
    );
    assert!(weights.is_none_or(|all| all.len() == rows), "a row has a weight");
    let weight = |row: usize| weights.map_or(1.0, |weights| weights[row]);
    let mut rates = Vec::new();
    for (of_group, name) in rows_by_group(of_row).into_iter().zip(groups.names()) {
        // The share of the rows of one kind that are of another.
        let share = |among: &dyn Fn(usize) -> bool, of: &dyn Fn(usize) -> bool| {
            let among: Vec<usize> = of_group.iter().copied().filter(|&row| among(row)).collect();
            let all: f64 = among.iter().map(|&row| weight(row)).sum();
            (all > 0.0).then(|| among.iter().filter(|&&row| of(row)).map(|&row| weight(row)).sum::<f64>() / all)
        };
        let is_favoured = |row: usize| y[row] == favourable;
        let Some(base_rate) = share(&|_| true, &is_favoured) else { continue };
        let predicted = predicted.map(|predicted| {
            let is_selected = |row: usize| predicted[row] == favourable;
            let accuracy = share(&|_| true, &|row| predicted[row] == y[row]).unwrap_or(0.0);
            PredictedRates {
                selection_rate: share(&|_| true, &is_selected).unwrap_or(0.0),
                true_positive_rate: share(&is_favoured, &is_selected),
                false_positive_rate: share(&|row| !is_favoured(row), &is_selected),
                accuracy,
                standard_error: (accuracy * (1.0 - accuracy) / of_group.len() as f64).sqrt(),
            }
        });
        let weight = of_group.iter().map(|&row| weight(row)).sum();
        rates.push(GroupRates { group: name.clone(), rows: of_group.len(), weight, base_rate, predicted });
    }
    let of_model =
        |rate: fn(&PredictedRates) -> Option<f64>| disparity(&rates, |group| group.predicted.as_ref().and_then(rate));
    let opportunity = of_model(|model| model.true_positive_rate);
    let alarms = of_model(|model| model.false_positive_rate);
    let odds = [&opportunity, &alarms].into_iter().flatten().map(|disparity| disparity.difference).reduce(f64::max);
    GroupReport {
        labels: disparity(&rates, |group| Some(group.base_rate)),
        selection: of_model(|model| Some(model.selection_rate)),
        opportunity,
        equalised_odds: odds,
        groups: rates,
    }
}

/// The spread of a rate; `None` where fewer than two groups have one.
fn disparity(groups: &[GroupRates], rate: impl Fn(&GroupRates) -> Option<f64>) -> Option<Disparity> {
    let rates: Vec<(f64, &str)> =
        groups.iter().filter_map(|group| Some((rate(group)?, group.group.as_str()))).collect();
    let lowest = rates.iter().min_by(|a, b| a.0.total_cmp(&b.0))?;
    let highest = rates.iter().rev().max_by(|a, b| a.0.total_cmp(&b.0))?;
    (rates.len() > 1).then(|| Disparity {
        difference: highest.0 - lowest.0,
        ratio: if highest.0 > 0.0 { lowest.0 / highest.0 } else { 1.0 },
        lowest: lowest.1.to_owned(),
        highest: highest.1.to_owned(),
    })
}

/// Weights under which group and label are independent (Kamiran and Calders, 2012): w(a, y) = P(a) P(y) / P(a, y), times the
/// weights that rows have already. Their sum stays the same.
///
/// # Panics
/// When there are not as many groups, labels and weights.
pub fn reweighed(of_row: &[usize], y: &[Class], weights: Option<&[f64]>) -> Vec<f64> {
    assert_eq!(of_row.len(), y.len(), "a row has a group");
    let weight = |row: usize| weights.map_or(1.0, |weights| weights[row]);
    let groups = of_row.iter().max().map_or(0, |most| most + 1);
    let classes = y.iter().map(|class| class.index() + 1).max().unwrap_or(0);
    let (mut of_group, mut of_class) = (vec![0.0; groups], vec![0.0; classes]);
    let mut together = vec![0.0; groups * classes];
    for (row, (&group, class)) in of_row.iter().zip(y).enumerate() {
        of_group[group] += weight(row);
        of_class[class.index()] += weight(row);
        together[group * classes + class.index()] += weight(row);
    }
    let total: f64 = of_group.iter().sum();
    let balanced = |row: usize| {
        let (group, class) = (of_row[row], y[row].index());
        let joint = together[group * classes + class];
        if joint > 0.0 { weight(row) * of_group[group] * of_class[class] / (total * joint) } else { 0.0 }
    };
    (0..y.len()).map(balanced).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn reweighed_rows_have_one_base_rate_in_all_groups(
            rows in prop::collection::vec((0usize..3, 0u32..3, 0.5f64..2.0), 1..80),
        ) {
            let groups: Vec<usize> = rows.iter().map(|row| row.0).collect();
            let y: Vec<Class> = rows.iter().map(|row| Class(row.1)).collect();
            let weights: Vec<f64> = rows.iter().map(|row| row.2).collect();
            let made = reweighed(&groups, &y, Some(&weights));
            let sum = |group: Option<usize>, class: Option<u32>, weights: &[f64]| -> f64 {
                let of = |row: &usize| group.is_none_or(|g| g == groups[*row]) && class.is_none_or(|c| c == y[*row].0);
                (0..rows.len()).filter(of).map(|row| weights[row]).sum()
            };
            for group in 0..3 {
                for class in 0..3 {
                    if sum(Some(group), Some(class), &weights) > 0.0 {
                        let expected = sum(Some(group), None, &weights) * sum(None, Some(class), &weights) / sum(None, None, &weights);
                        prop_assert!((sum(Some(group), Some(class), &made) - expected).abs() < 1e-9);
                    }
                }
            }
        }
    }

    #[test]
    fn the_weights_are_those_of_the_paper() {
        // Three of four a-rows are positive, one of four b-rows: w(a, +) = (4/8 · 4/8) / (3/8) = 2/3, w(a, −) = 2.
        let groups = [0, 0, 0, 0, 1, 1, 1, 1];
        let y = [1, 1, 1, 0, 1, 0, 0, 0].map(Class);
        let weights = reweighed(&groups, &y, None);
        assert!((weights[0] - 2.0 / 3.0).abs() < 1e-12 && (weights[3] - 2.0).abs() < 1e-12);
        assert!((weights.iter().sum::<f64>() - 8.0).abs() < 1e-12);
    }
}
