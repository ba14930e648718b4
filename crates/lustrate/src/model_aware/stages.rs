//! The stages of cleaning for a model, each judged by rows that had no part in it.

use lustrate_learn::{
    Class, Examples, Fitted, GroupReport, Learner, LogisticSettings, Probabilities, ProtectedGroups, Rows,
    SanitiseSettings, Score, group_report, merged_weights, reweighed, sanitise, stratified_folds,
};
use rayon::prelude::*;
use serde::Serialize;

/// Folds of the data that judge where there are no trusted rows, and parts of trusted rows where there are: the others choose
/// what is removed.
const FOLDS: usize = 3;
const HALVES: usize = 2;

/// A stage of cleaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum StageName {
    /// The table as it was read.
    Read,
    /// After rules and repairs.
    Cleaned,
    /// Without the rows that poison the model.
    Sanitized,
    /// With rows that are one thing merged into one.
    Merged,
    /// With weights under which group and class are independent.
    Reweighed,
}

impl StageName {
    /// What a person calls it.
    pub fn words(self) -> &'static str {
        match self {
            StageName::Read => "as read",
            StageName::Cleaned => "cleaned",
            StageName::Sanitized => "sanitised",
            StageName::Merged => "merged",
            StageName::Reweighed => "reweighed",
        }
    }
}

/// The table after a stage, and the model that is learned from it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Stage {
    /// Which.
    pub name: StageName,
    /// The rows with a label from which a model is learned.
    pub rows: u64,
    /// The sum of their weights.
    pub weight: f64,
    /// The model, judged by rows that had no part in learning or choosing.
    pub model: Score,
    /// The groups among the rows that are learned from, by their labels; `None` where no column is protected.
    pub data: Option<GroupReport>,
    /// The groups among the judging rows, by what the model makes of them.
    pub groups: Option<GroupReport>,
}

/// The rows that a pipeline works on. All vectors are as long as the table and the trusted rows behind it.
pub(super) struct Pipeline<'a> {
    /// The rows in one space, as they were read and as they are after rules and repairs.
    pub(super) read: &'a Rows,
    pub(super) cleaned: &'a Rows,
    /// Their labels.
    pub(super) read_labels: &'a [Option<Class>],
    pub(super) labels: &'a [Option<Class>],
    pub(super) classes: usize,
    /// How much each row counts; nothing where it is set apart already.
    pub(super) weights: &'a [f64],
    /// Rows that are set apart by rules.
    pub(super) is_apart: &'a [bool],
    /// The row that each is one thing with, itself mostly.
    pub(super) into: &'a [usize],
    pub(super) groups: &'a ProtectedGroups,
    pub(super) is_protected: bool,
    pub(super) favourable: Class,
    pub(super) learner: Learner,
    pub(super) model: LogisticSettings,
    pub(super) seed: u64,
}

/// What a run of the pipeline leaves: the weights after each stage, in which rows that are gone weigh nothing, and which rows were
/// removed as poison, with the loss of each.
pub(super) struct Left {
    pub(super) stages: Vec<(StageName, Vec<f64>)>,
    pub(super) removed: Vec<(usize, f64)>,
    pub(super) sanitised: lustrate_learn::Sanitised,
}

/// What the models of the stages say of some rows, which are told by their places among those that judge.
type Said = (Vec<usize>, Vec<(StageName, Probabilities)>);

impl Pipeline<'_> {
    /// Runs on some rows of the table, with these trusted rows.
    pub(super) fn run(&self, rows: &[usize], trusted: &[usize]) -> Left {
        let mut weights = vec![0.0; self.weights.len()];
        rows.iter().for_each(|&row| weights[row] = self.weights[row]);
        let mut stages = vec![(StageName::Read, weights.clone())];
        rows.iter().filter(|&&row| self.is_apart[row]).for_each(|&row| weights[row] = 0.0);
        stages.push((StageName::Cleaned, weights.clone()));

        let learned: Vec<usize> =
            rows.iter().copied().filter(|&row| weights[row] > 0.0 && self.labels[row].is_some()).collect();
        let all: Vec<usize> = learned.iter().chain(trusted).copied().collect();
        let examples = self.examples(&all);
        let places: Vec<usize> = (learned.len()..all.len()).collect();
        let groups = self.groups.of(&all);
        let of_all: Vec<f64> =
            all.iter().map(|&row| if weights[row] > 0.0 { weights[row] } else { self.weights[row] }).collect();
        let settings = SanitiseSettings {
            groups: self.is_protected.then_some(&groups[..]),
            weights: Some(&of_all),
            seed: self.seed,
            learner: self.learner,
            model: self.model,
            ..SanitiseSettings::default()
        };
        let sanitised = sanitise(&examples, (!places.is_empty()).then_some(&places[..]), &settings);
        let removed: Vec<(usize, f64)> =
            sanitised.removed.iter().map(|&place| (all[place], sanitised.losses[place])).collect();
        removed.iter().for_each(|&(row, _)| weights[row] = 0.0);
        stages.push((StageName::Sanitized, weights.clone()));

        let merged = merged_weights(&weights, &self.survivors(&weights));
        if merged != weights {
            weights = merged;
            stages.push((StageName::Merged, weights.clone()));
        }
        if self.is_protected {
            let kept: Vec<usize> =
                rows.iter().copied().filter(|&row| weights[row] > 0.0 && self.labels[row].is_some()).collect();
            let y: Vec<Class> = kept.iter().filter_map(|&row| self.labels[row]).collect();
            let of_kept: Vec<f64> = kept.iter().map(|&row| weights[row]).collect();
            let balanced = reweighed(&self.groups.of(&kept), &y, Some(&of_kept));
            kept.iter().zip(balanced).for_each(|(&row, weight)| weights[row] = weight);
            stages.push((StageName::Reweighed, weights));
        }
        Left { stages, removed, sanitised }
    }

    /// For each row the one that carries its weight: of a thing whose own survivor is gone the first that is left.
    fn survivors(&self, weights: &[f64]) -> Vec<usize> {
        let mut carrier: Vec<Option<usize>> =
            (0..weights.len()).map(|row| (weights[row] > 0.0 && self.into[row] == row).then_some(row)).collect();
        for row in (0..weights.len()).filter(|&row| weights[row] > 0.0) {
            carrier[self.into[row]].get_or_insert(row);
        }
        (0..weights.len())
            .map(|row| if weights[row] > 0.0 { carrier[self.into[row]].unwrap_or(row) } else { row })
            .collect()
    }

    fn examples(&self, rows: &[usize]) -> Examples {
        Examples {
            x: self.cleaned.select(rows),
            y: rows.iter().filter_map(|&row| self.labels[row]).collect(),
            classes: self.classes,
            rows: rows.to_vec(),
        }
    }

    /// A model of a stage.
    fn fit(&self, name: StageName, weights: &[f64]) -> Fitted {
        let (x, labels) = match name {
            StageName::Read => (self.read, self.read_labels),
            _ => (self.cleaned, self.labels),
        };
        let rows: Vec<usize> = (0..weights.len()).filter(|&row| weights[row] > 0.0 && labels[row].is_some()).collect();
        let y: Vec<Class> = rows.iter().filter_map(|&row| labels[row]).collect();
        let weights: Vec<f64> = rows.iter().map(|&row| weights[row]).collect();
        self.learner.fit(&x.select(&rows), &y, self.classes, Some(&weights), &self.model, self.seed)
    }

    /// The stages of a run on all rows, each judged by runs that the judging rows had no part in: the halves of the trusted rows in
    /// turn, or parts of the table.
    pub(super) fn judged(&self, rows: &[usize], trusted: &[usize], whole: &Left) -> Vec<Stage> {
        let judges: Vec<usize> = match trusted {
            [] => rows.iter().copied().filter(|&row| self.labels[row].is_some() && !self.is_apart[row]).collect(),
            trusted => trusted.to_vec(),
        };
        let y: Vec<Class> = judges.iter().filter_map(|&row| self.labels[row]).collect();
        let parts = if trusted.is_empty() { FOLDS } else { HALVES };
        let part_of = stratified_folds(&y, parts, self.seed.wrapping_add(7));
        let says: Vec<Said> = (0..parts)
            .into_par_iter()
            .map(|part| {
                let judging: Vec<usize> = (0..judges.len()).filter(|&place| part_of[place] == part).collect();
                let held: Vec<usize> = judging.iter().map(|&place| judges[place]).collect();
                let mut is_held = vec![false; self.weights.len()];
                held.iter().for_each(|&row| is_held[row] = true);
                let others = |rows: &[usize]| rows.iter().copied().filter(|&row| !is_held[row]).collect::<Vec<_>>();
                let left = self.run(&others(rows), &others(trusted));
                let x = self.cleaned.select(&held);
                let says =
                    |(name, weights): &(StageName, Vec<f64>)| (*name, self.fit(*name, weights).probabilities(&x));
                (judging, left.stages.par_iter().map(says).collect())
            })
            .collect();
        whole.stages.iter().map(|(name, weights)| self.stage(*name, weights, (&judges, &y), &says)).collect()
    }

    fn stage(&self, name: StageName, weights: &[f64], (judges, y): (&[usize], &[Class]), says: &[Said]) -> Stage {
        let mut shares = vec![0.0; judges.len() * self.classes];
        for (judging, stages) in says {
            // Nothing was merged in a part of the rows: it is as it was before.
            let of_stage = stages.iter().rev().find(|(other, _)| (*other as usize) <= name as usize);
            let Some((_, p)) = of_stage else { continue };
            for (place, &judge) in judging.iter().enumerate() {
                shares[judge * self.classes..(judge + 1) * self.classes].copy_from_slice(p.row(place));
            }
        }
        let p = Probabilities::new(self.classes, shares);
        let predicted: Vec<Class> = (0..p.len()).map(|row| p.argmax(row)).collect();
        let labels = if name == StageName::Read { self.read_labels } else { self.labels };
        let rows: Vec<usize> = (0..weights.len()).filter(|&row| weights[row] > 0.0 && labels[row].is_some()).collect();
        let of_rows: Vec<f64> = rows.iter().map(|&row| weights[row]).collect();
        let given: Vec<Class> = rows.iter().filter_map(|&row| labels[row]).collect();
        let report = |rows: &[usize], y: &[Class], predicted: Option<&[Class]>, weights: Option<&[f64]>| {
            let groups = self.groups.of(rows);
            self.is_protected.then(|| group_report(self.groups, &groups, y, predicted, weights, self.favourable))
        };
        Stage {
            name,
            rows: rows.len() as u64,
            weight: of_rows.iter().sum(),
            model: Score::new(&p, y),
            data: report(&rows, &given, None, Some(&of_rows)),
            groups: report(judges, y, Some(&predicted), None),
        }
    }
}
