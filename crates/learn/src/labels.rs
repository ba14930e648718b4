//! Labels that are probably wrong: confident learning (Northcutt, Jiang and Chuang, 2021).
//!
//! A row counts as one of true class k where the model is as sure of k as it is on average of the rows labelled k. These counts
//! of given and confident classes, brought to the totals of the given labels, say how many labels of each class are wrong and
//! what they should be; as many are flagged, those first of which the model is most sure. It is what cleanlab does by default
//! (`find_label_issues(filter_by="prune_by_noise_rate")`), step by step, so that the same rows are flagged.
//!
//! Symbols: `s` the given class, `k` the true one, `p` the probabilities out of fold, `t` the thresholds, `C[s][k]` the counts,
//! `T[k][s]` the probability of label `s` where `k` is true.

use serde::Serialize;

use crate::{Class, Probabilities};

/// What two probabilities may differ by and still be taken for equal, as cleanlab has it.
const EQUAL: f64 = 1e-6;

/// Rows of every class that a group needs to be judged by itself. With fewer, its thresholds are accidents.
const LEAST_ROWS: usize = 20;

/// What flagged labels are ordered by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LabelRanking {
    /// The probability of the given label, the least first. Best where all classes are confused alike.
    #[default]
    Given,
    /// The probability that the given label is the true one after the noise has been taken out of the model's belief:
    /// r ~ `q[s] T[s][s]`, q = T⁻ᵀ p. Far better where one class is mislabelled as another and hardly the other way round.
    Corrected,
}

/// The rows of each class that its noise is read off: a part of those that are labelled so, the surest first.
const SURE_SHARE: usize = 20;
const LEAST_SURE: usize = 10;

/// How wrong labels are looked for.
#[derive(Clone, Copy, Debug, Default)]
pub struct LabelSettings<'a> {
    /// What flagged labels are ordered by.
    pub ranking: LabelRanking,
    /// A group for each row, where groups are protected: each is judged by thresholds of its own, so that a group with another
    /// share of a class is not flagged for that. Groups with few rows of a class are judged together.
    pub groups: Option<&'a [usize]>,
}

/// A label that is probably wrong.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct LabelIssue {
    /// The place of the row.
    pub row: usize,
    /// The label that it has.
    pub given: Class,
    /// The label that the model would give it.
    pub suggested: Class,
    /// The probability of the given label, out of fold.
    pub given_probability: f64,
    /// The probability of the suggested label, out of fold.
    pub suggested_probability: f64,
    /// What it is ordered by, the least first: see [`LabelRanking`].
    pub score: f64,
}

/// The noise of the labels, and where it is.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct LabelFindings {
    /// How many rows of each given class are of each true class: `joint[s][k]`, adding up to the rows.
    pub joint: Vec<Vec<usize>>,
    /// The labels that are probably wrong, the surest first.
    pub issues: Vec<LabelIssue>,
    /// What every row is ordered by, flagged or not.
    pub scores: Vec<f64>,
}

impl LabelFindings {
    /// The share of labels that the joint counts as wrong.
    pub fn noise(&self) -> f64 {
        let right: usize = self.joint.iter().enumerate().map(|(class, counts)| counts[class]).sum();
        let all: usize = self.joint.iter().flatten().sum();
        1.0 - right as f64 / all.max(1) as f64
    }
}

/// The labels `y` that are probably wrong under probabilities from a model that did not see them
/// ([`out_of_fold`](crate::out_of_fold)).
///
/// # Panics
/// When there are not as many labels, or groups, as rows of probabilities.
pub fn label_issues(p: &Probabilities, y: &[Class], settings: &LabelSettings<'_>) -> LabelFindings {
    assert_eq!(p.len(), y.len(), "a row has a label");
    let parts = match settings.groups {
        Some(groups) => parts(y, p.classes(), groups),
        None => vec![(0..y.len()).collect()],
    };
    let mut joint = vec![vec![0; p.classes()]; p.classes()];
    let mut scores = vec![0.0; y.len()];
    let mut flagged = Vec::new();
    for rows in parts {
        let counts = confident_joint(p, y, &rows);
        flagged.extend(prune(p, y, &rows, &counts));
        let corrected = match settings.ranking {
            LabelRanking::Given => None,
            LabelRanking::Corrected => Correction::new(transition(p, y, &rows)),
        };
        for &row in &rows {
            scores[row] = match &corrected {
                Some(correction) => correction.score(p.row(row), y[row]),
                None => p.of(row, y[row]),
            };
        }
        for (sums, counts) in joint.iter_mut().zip(&counts) {
            sums.iter_mut().zip(counts).for_each(|(sum, count)| *sum += count);
        }
    }
    let issue = |row: usize| {
        let suggested = p.argmax(row);
        LabelIssue {
            row,
            given: y[row],
            suggested,
            given_probability: p.of(row, y[row]),
            suggested_probability: p.of(row, suggested),
            score: scores[row],
        }
    };
    let mut issues: Vec<LabelIssue> = flagged.into_iter().map(issue).collect();
    issues.sort_by(|a, b| a.score.total_cmp(&b.score).then(a.row.cmp(&b.row)));
    LabelFindings { joint, issues, scores }
}

/// The rows that are judged together: those of each group with enough of every class, and all others.
fn parts(y: &[Class], classes: usize, groups: &[usize]) -> Vec<Vec<usize>> {
    assert_eq!(y.len(), groups.len(), "a row has a group");
    let mut of_group = vec![Vec::new(); groups.iter().max().map_or(0, |most| most + 1)];
    groups.iter().enumerate().for_each(|(row, &group)| of_group[group].push(row));
    let large = |rows: &Vec<usize>| {
        (0..classes).all(|class| rows.iter().filter(|&&row| y[row].index() == class).count() >= LEAST_ROWS)
    };
    let (mut parts, small): (Vec<_>, Vec<_>) = of_group.into_iter().partition(large);
    let mut rest = small.concat();
    rest.sort_unstable();
    if !rest.is_empty() {
        parts.push(rest);
    }
    parts
}

/// `C[s][k]`, brought to the totals of the given labels and rounded so that these are kept.
fn confident_joint(p: &Probabilities, y: &[Class], rows: &[usize]) -> Vec<Vec<usize>> {
    let classes = p.classes();
    let mut totals = vec![0usize; classes];
    let mut thresholds = vec![0.0; classes];
    for &row in rows {
        totals[y[row].index()] += 1;
        thresholds[y[row].index()] += p.of(row, y[row]);
    }
    for (threshold, &total) in thresholds.iter_mut().zip(&totals) {
        // No row is confidently of a class that no label names.
        *threshold = if total == 0 { f64::INFINITY } else { (*threshold / total as f64).max(2.0 * EQUAL) };
    }
    let mut counts = vec![vec![0usize; classes]; classes];
    for &row in rows {
        let mut confident = (0..classes).filter(|&class| p.row(row)[class] >= thresholds[class] - EQUAL);
        let Some(first) = confident.next() else { continue };
        let truly = if confident.next().is_some() { p.argmax(row).index() } else { first };
        counts[y[row].index()][truly] += 1;
    }
    (0..classes).for_each(|class| counts[class][class] = counts[class][class].max(1));
    let calibrated = counts.iter().zip(&totals).map(|(counts, &total)| {
        let sum: usize = counts.iter().sum();
        rounded(&counts.iter().map(|&count| count as f64 / sum as f64 * total as f64).collect::<Vec<_>>())
    });
    calibrated.collect()
}

/// Whole numbers near the given ones with the same sum: those that lost most are rounded up, or the other way round.
fn rounded(numbers: &[f64]) -> Vec<usize> {
    let mut whole: Vec<f64> = numbers.iter().map(|number| number.round_ties_even()).collect();
    let sum = numbers.iter().sum::<f64>().round_ties_even();
    let missing = sum - whole.iter().sum::<f64>();
    let mut order: Vec<usize> = (0..numbers.len()).collect();
    order.sort_by(|&a, &b| (numbers[a] - whole[a]).total_cmp(&(numbers[b] - whole[b])));
    if missing > 0.0 {
        order.reverse();
    }
    order.into_iter().take(missing.abs() as usize).for_each(|place| whole[place] += missing.signum());
    whole.into_iter().map(|number| number.max(0.0) as usize).collect()
}

/// The rows to flag: of each given class `s` and other class `k` the `C[s][k]` with the largest `p[k] − p[s]`, but for those
/// whose given class is the most probable. One row of each class is left.
fn prune(p: &Probabilities, y: &[Class], rows: &[usize], joint: &[Vec<usize>]) -> Vec<usize> {
    let classes = p.classes();
    let counts = at_least_one_right(joint);
    let mut flagged = vec![false; y.len()];
    for given in (0..classes as u32).map(Class) {
        let labelled: Vec<usize> = rows.iter().copied().filter(|&row| y[row] == given).collect();
        if labelled.len() <= 1 {
            continue;
        }
        for truly in (0..classes).filter(|&truly| truly != given.index() && counts[truly][given.index()] > 0) {
            let margin = |row: usize| p.row(row)[truly] - p.of(row, given);
            let mut order = labelled.clone();
            order.sort_by(|&a, &b| margin(b).total_cmp(&margin(a)).then(a.cmp(&b)));
            order.into_iter().take(counts[truly][given.index()]).for_each(|row| flagged[row] = true);
        }
    }
    let is_most_probable = |row: usize| {
        let given = p.of(row, y[row]) + EQUAL;
        let other = |(class, share): (usize, &f64)| {
            class == y[row].index() || (*share < given || (*share == given && class > y[row].index()))
        };
        p.row(row).iter().enumerate().all(other)
    };
    rows.iter().copied().filter(|&row| flagged[row] && !is_most_probable(row)).collect()
}

/// The counts by true class, `[k][s]`, with one right label a class at least; what is added there is taken from the others.
fn at_least_one_right(joint: &[Vec<usize>]) -> Vec<Vec<usize>> {
    let classes = joint.len();
    let mut counts: Vec<Vec<f64>> =
        (0..classes).map(|truly| (0..classes).map(|given| joint[given][truly] as f64).collect()).collect();
    for given in 0..classes {
        let added = (1.0 - counts[given][given]).max(0.0);
        let noisy = (0..classes).filter(|&truly| counts[truly][given] != 0.0).count().saturating_sub(1).max(1);
        for (truly, row) in counts.iter_mut().enumerate() {
            row[given] = if truly == given { row[given] + added } else { (row[given] - added / noisy as f64).max(0.0) };
        }
    }
    counts.iter().map(|row| rounded(row)).collect()
}

/// `T[k][s]`: how the rows are labelled that the model is surest are of class k. Of these k is true, if of any, so that another
/// label is noise and not doubt (Patrini, Rozza, Menon, Nock and Qu, 2017; the counts above take the one for the other).
fn transition(p: &Probabilities, y: &[Class], rows: &[usize]) -> Vec<Vec<f64>> {
    let classes = p.classes();
    let mut labelled = vec![0usize; classes];
    rows.iter().for_each(|&row| labelled[y[row].index()] += 1);
    let of_class = |k: usize| {
        let sure = (labelled[k] / SURE_SHARE).max(LEAST_SURE).min(rows.len());
        let mut order = rows.to_vec();
        let surer = |a: &usize, b: &usize| p.row(*b)[k].total_cmp(&p.row(*a)[k]).then(a.cmp(b));
        if sure < order.len() {
            order.select_nth_unstable_by(sure, surer);
            order.truncate(sure);
        }
        // One row more as the model believes, so that no label is impossible.
        let mut shares = vec![0.0; classes];
        for &row in &order {
            shares[y[row].index()] += 1.0;
            shares.iter_mut().zip(p.row(row)).for_each(|(sum, share)| *sum += share / order.len() as f64);
        }
        shares.iter_mut().for_each(|share| *share /= order.len() as f64 + 1.0);
        // Which of many other labels a few rows have is mostly chance: so many rows more have all of them alike.
        let kept = order.len() as f64 / (order.len() + LEAST_SURE) as f64;
        let alike = (1.0 - shares[k]) / (classes - 1).max(1) as f64;
        let evened = |(s, share): (usize, f64)| if s == k { share } else { kept * share + (1.0 - kept) * alike };
        shares.into_iter().enumerate().map(evened).collect()
    };
    (0..classes).map(of_class).collect()
}

/// What takes the noise of the labels out of a belief in them.
struct Correction {
    /// `T[k][s]`.
    transition: Vec<Vec<f64>>,
    /// The inverse of T.
    inverse: Vec<Vec<f64>>,
}

impl Correction {
    /// `None` where the noise cannot be taken out, as some classes are labelled alike.
    fn new(transition: Vec<Vec<f64>>) -> Option<Self> {
        Some(Correction { inverse: inverted(&transition)?, transition })
    }

    fn score(&self, p: &[f64], given: Class) -> f64 {
        let classes = p.len();
        // Where nothing is left of a class, a little of what the model believes of it keeps the rows in order.
        let truly = (0..classes).map(|k| (0..classes).map(|s| self.inverse[s][k] * p[s]).sum::<f64>().max(1e-3 * p[k]));
        let shares: Vec<f64> = truly.enumerate().map(|(k, q)| q * self.transition[k][given.index()]).collect();
        let sum: f64 = shares.iter().sum();
        if sum > 0.0 { shares[given.index()] / sum } else { p[given.index()] }
    }
}

/// The inverse of a matrix by elimination with row exchanges; `None` where it is all but singular.
fn inverted(matrix: &[Vec<f64>]) -> Option<Vec<Vec<f64>>> {
    let size = matrix.len();
    let mut rows: Vec<Vec<f64>> = matrix
        .iter()
        .enumerate()
        .map(|(place, row)| {
            row.iter().copied().chain((0..size).map(|other| f64::from(u8::from(other == place)))).collect()
        })
        .collect();
    for column in 0..size {
        let pivot = (column..size).max_by(|&a, &b| rows[a][column].abs().total_cmp(&rows[b][column].abs()))?;
        rows.swap(column, pivot);
        let head = rows[column][column];
        if head.abs() < 1e-9 {
            return None;
        }
        rows[column].iter_mut().for_each(|entry| *entry /= head);
        let pivot_row = rows[column].clone();
        for (_, row) in rows.iter_mut().enumerate().filter(|(place, _)| *place != column) {
            let factor = row[column];
            row.iter_mut().zip(&pivot_row).for_each(|(entry, pivot)| *entry -= factor * pivot);
        }
    }
    Some(rows.into_iter().map(|mut row| row.split_off(size)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Rows of two classes, of which the model is as sure as told.
    fn probabilities(of_second: &[f64]) -> Probabilities {
        Probabilities::new(2, of_second.iter().flat_map(|&share| [1.0 - share, share]).collect())
    }

    #[test]
    fn the_label_that_the_model_contradicts_is_flagged() {
        let p = probabilities(&[0.1, 0.2, 0.1, 0.95, 0.9, 0.8, 0.9, 0.9]);
        let y = [0, 0, 0, 0, 1, 1, 1, 1].map(Class);
        let found = label_issues(&p, &y, &LabelSettings::default());
        assert_eq!(found.joint, [[3, 1], [0, 4]]);
        let [issue] = &found.issues[..] else { panic!("one label is wrong: {:?}", found.issues) };
        assert_eq!((issue.row, issue.given, issue.suggested), (3, Class(0), Class(1)));
        assert_eq!(found.noise(), 0.125);
    }

    #[test]
    fn rounding_keeps_the_sum() {
        assert_eq!(rounded(&[1.4, 1.4, 1.2]), [1, 2, 1]);
        assert_eq!(rounded(&[0.6, 0.6, 0.8]), [0, 1, 1]);
    }

    #[test]
    fn noise_that_goes_one_way_is_taken_out() {
        // Half of the second class is labelled as the first, so that the model is sure of no second row: 0.5 is as high as its
        // belief goes, and means that the row is of the second class.
        let correction = Correction::new(vec![vec![1.0, 0.0], vec![0.5, 0.5]]).unwrap();
        assert!(correction.score(&[0.5, 0.5], Class(0)) < 0.01);
        assert!(correction.score(&[0.99, 0.01], Class(0)) > 0.95);
        // What is surer still comes first.
        assert!(correction.score(&[0.3, 0.7], Class(0)) < correction.score(&[0.4, 0.6], Class(0)));
        assert!(Correction::new(vec![vec![0.5, 0.5], vec![0.5, 0.5]]).is_none());
    }

    #[test]
    fn a_group_is_judged_by_its_own_thresholds() {
        // The model is less sure of the second group altogether: by common thresholds none of its rows is confidently anything.
        let mut of_second = Vec::new();
        let (mut y, mut groups) = (Vec::new(), Vec::new());
        for row in 0..100u32 {
            let (label, group) = (row % 2, (row / 2) % 2);
            let sure = if group == 0 { 0.98 } else { 0.6 };
            let truly = if row == 2 { 1 - label } else { label };
            of_second.push(if truly == 1 { sure } else { 1.0 - sure });
            y.push(Class(label));
            groups.push(group as usize);
        }
        let p = probabilities(&of_second);
        assert_eq!(label_issues(&p, &y, &LabelSettings::default()).issues, []);
        let settings = LabelSettings { groups: Some(&groups), ..LabelSettings::default() };
        let flagged: Vec<usize> = label_issues(&p, &y, &settings).issues.iter().map(|issue| issue.row).collect();
        assert_eq!(flagged, [2]);
    }
}
