//! One explanation of a group's numbers, fitted: expectation–maximisation on the log scale.
//!
//! With `y` the place of a number on the scale, one in unit `k` lies at `a_k y + b_k` in the declared unit (with `y = ln x`,
//! `a_k` is 1 and `b_k` is `ln f_k`) and has density `a_k g((a_k y + b_k − μ) / σ) / σ`: all units share the centre μ and the scale σ, because they measure the same thing. An
//! explanation names the units that occur; their shares are learned. A hundredth of the numbers may lie anywhere, so that
//! a mistyped number does not stretch σ.
//!
//! The E step is that of Dempster, Laird and Rubin (1977). The M step for μ and ln σ is one step of Fisher scoring, which
//! makes it a gradient EM (Lange 1995) for any family of densities.

use super::prior::Prior;
use super::sample::Sample;
use super::scale::Map;
use super::shape::Shape;

/// A way in which a group's numbers may have come about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Explanation {
    /// Each number is in one of these units (0 is the declared one).
    Units(Vec<usize>),
    /// All numbers are in the declared unit, and there are two sorts of things, as short and long visits.
    TwoSorts,
}

/// An explanation with the numbers that fit it best.
#[derive(Clone, Debug)]
pub(super) struct Fit {
    shape: Shape,
    /// For each component the unit, how it becomes the declared one, its centre and scale, and its share.
    components: Vec<Component>,
    log_anywhere: f64,
    /// How well it explains the group: the logarithm of its likelihood, priors and a penalty for what was learned.
    pub(super) log_score: f64,
    /// What the other groups expect of its centre, which is a part of the score.
    pub(super) log_centre: f64,
}

#[derive(Clone, Copy, Debug)]
struct Component {
    unit: usize,
    map: Map,
    centre: f64,
    scale: f64,
    share: f64,
}

/// What a group is fitted to.
#[derive(Clone, Copy)]
pub(super) struct Setting<'a> {
    pub(super) sample: &'a Sample,
    /// How places of each unit become those of the declared one, which comes first.
    pub(super) maps: &'a [Map],
    pub(super) shape: Shape,
    pub(super) prior: Prior,
    /// How far the places of the whole column reach.
    pub(super) reach: f64,
}

/// The share of numbers that may lie anywhere.
const ANYWHERE: f64 = 0.01;
/// No scale is smaller: amounts are rounded.
const LEAST_SCALE: f64 = 0.05;
/// Rounds to tell good starts from bad ones, rounds in all, and the gain below which a fit is done.
const TRIAL: usize = 6;
const ROUNDS: usize = 80;
const DONE: f64 = 1e-5;
/// Observations that the prior on the shares counts for: most are expected in the declared unit.
const SHARE_PRIOR: (f64, f64) = (1.0, 0.1);
/// How far scales of two sorts differ, in logarithms.
const SORTS_DIFFER: f64 = 0.7;

impl Fit {
    /// The best fit of an explanation over several starts.
    pub(super) fn new(setting: Setting<'_>, explanation: &Explanation) -> Fit {
        let mut trials: Vec<Fit> =
            starts(setting, explanation).into_iter().map(|start| start.improved(setting, TRIAL)).collect();
        trials.sort_by(|a, b| b.log_score.total_cmp(&a.log_score));
        trials.truncate(2);
        let mut best = trials.into_iter().map(|trial| trial.improved(setting, ROUNDS));
        let first = best.next().expect("every explanation has a start");
        best.fold(first, |best, other| if other.log_score > best.log_score { other } else { best })
    }

    /// The centre (its median) and the scale, in logarithms of the declared unit.
    pub(super) fn centre(&self) -> (f64, f64) {
        let first = &self.components[0];
        (first.centre + first.scale * self.shape.median(), first.scale)
    }

    /// The share of each unit that the explanation names.
    pub(super) fn responsibilities(&self, y: f64, into: &mut [f64], weight: f64) {
        let logs: Vec<f64> = self.components.iter().map(|component| self.log_component(component, y)).collect();
        let all = log_sum(logs.iter().copied().chain([self.log_anywhere]));
        for (component, log) in self.components.iter().zip(logs) {
            into[component.unit] += weight * (log - all).exp();
        }
        into[0] += weight * (self.log_anywhere - all).exp();
    }

    fn log_component(&self, component: &Component, y: f64) -> f64 {
        let z = (component.map.apply(y) - component.centre) / component.scale;
        let width = component.scale / component.map.slope;
        (1.0 - ANYWHERE).ln() + component.share.ln() + self.shape.log_density(z) - width.ln()
    }

    /// The fit after some rounds of EM; the best that was met.
    fn improved(self, setting: Setting<'_>, rounds: usize) -> Fit {
        let mut best = self.clone();
        let mut now = self;
        let mut last = f64::NEG_INFINITY;
        for _ in 0..rounds {
            let (next, log_likelihood) = now.step(setting);
            now.log_score = now.scored(setting, log_likelihood);
            now.log_centre = setting.prior.log_centre(now.centre().0);
            if now.log_score > best.log_score {
                best = now.clone();
            }
            if (now.log_score - last).abs() < DONE {
                break;
            }
            last = now.log_score;
            now = next;
        }
        best
    }

    /// One round of EM, and the logarithm of the likelihood before it.
    fn step(&self, setting: Setting<'_>) -> (Fit, f64) {
        let mut sums = vec![Sums::default(); self.components.len()];
        let mut log_likelihood = 0.0;
        let mut logs = vec![0.0; self.components.len()];
        for &(y, count) in &setting.sample.bare {
            for (log, component) in logs.iter_mut().zip(&self.components) {
                *log = self.log_component(component, y);
            }
            let all = log_sum(logs.iter().copied().chain([self.log_anywhere]));
            log_likelihood += count * all;
            for ((sums, component), log) in sums.iter_mut().zip(&self.components).zip(&logs) {
                let weight = count * (log - all).exp();
                sums.add(self.shape, component, y, weight);
                sums.bare += weight;
            }
        }
        let declared = Component { share: 1.0, map: setting.maps[0], ..self.components[0] };
        for &(y, count) in &setting.sample.sure {
            let log = self.log_component(&declared, y);
            let all = log_sum([log, self.log_anywhere].into_iter());
            log_likelihood += count * all;
            sums[0].add(self.shape, &declared, y, count * (log - all).exp());
        }
        (self.moved(setting, &sums), log_likelihood)
    }

    /// The M step.
    fn moved(&self, setting: Setting<'_>, sums: &[Sums]) -> Fit {
        let mut next = self.clone();
        let two_sorts = self.two_sorts();
        if two_sorts {
            for (component, sums) in next.components.iter_mut().zip(sums) {
                scoring(component, sums, self.shape, setting.prior);
            }
        } else {
            let shared = sums.iter().fold(Sums::default(), |a, b| a.plus(b));
            let mut first = next.components[0];
            scoring(&mut first, &shared, self.shape, setting.prior);
            for component in &mut next.components {
                (component.centre, component.scale) = (first.centre, first.scale);
            }
        }
        let weights: Vec<f64> = next
            .components
            .iter()
            .zip(sums)
            .enumerate()
            .map(|(place, (component, sums))| {
                let declared = component.unit == 0 && place == 0;
                sums.bare + if declared { SHARE_PRIOR.0 } else { SHARE_PRIOR.1 }
            })
            .collect();
        let all: f64 = weights.iter().sum();
        for (component, weight) in next.components.iter_mut().zip(weights) {
            component.share = weight / all;
        }
        next
    }

    fn two_sorts(&self) -> bool {
        self.components.len() == 2 && self.components[1].unit == 0
    }

    /// The score: shares cost half a logarithm of the number of observations each (Schwarz 1978); the second of two sorts
    /// costs what Laplace's approximation says of its own centre (anywhere within reach) and scale.
    fn scored(&self, setting: Setting<'_>, log_likelihood: f64) -> f64 {
        let first = &self.components[0];
        let count = setting.sample.count().max(1.0);
        let centre = first.centre + first.scale * self.shape.median();
        let mut score = log_likelihood + setting.prior.log_centre(centre) + setting.prior.log_scale(first.scale);
        score -= 0.5 * (self.components.len() as f64 - 1.0) * (1.0 + count).ln();
        if self.two_sorts() {
            let second = &self.components[1];
            let members = (second.share * count).max(1.0);
            let differ = (second.scale / first.scale).ln() / SORTS_DIFFER;
            score += (2.5 * second.scale / (setting.reach * members.sqrt())).ln().min(0.0);
            score -= 0.5 * differ * differ + (SORTS_DIFFER * (2.0 * members).sqrt()).ln().max(0.0);
        }
        score
    }
}

/// Sums over the numbers of a component, weighted by how much they belong to it.
#[derive(Clone, Copy, Debug, Default)]
struct Sums {
    /// Bare numbers, and all.
    bare: f64,
    all: f64,
    /// The scores for the centre and for the logarithm of the scale.
    centre: f64,
    scale: f64,
}

impl Sums {
    fn add(&mut self, shape: Shape, component: &Component, y: f64, weight: f64) {
        let z = (component.map.apply(y) - component.centre) / component.scale;
        let score = shape.score(z);
        self.all += weight;
        self.centre += weight * score;
        self.scale += weight * (z * score - 1.0);
    }

    fn plus(self, other: &Sums) -> Sums {
        Sums {
            bare: self.bare + other.bare,
            all: self.all + other.all,
            centre: self.centre + other.centre,
            scale: self.scale + other.scale,
        }
    }
}

/// One step of Fisher scoring, no longer than a scale.
fn scoring(component: &mut Component, sums: &Sums, shape: Shape, prior: Prior) {
    let scale = component.scale;
    let (information, of_scale) = shape.information();
    let (pull, stiff) = prior.pull(component.centre + scale * shape.median());
    let (pull_scale, stiff_scale) = prior.pull_scale(scale);
    let by = (sums.centre / scale + pull) / (sums.all * information / (scale * scale) + stiff).max(1e-9);
    component.centre += by.clamp(-scale, scale);
    let by = (sums.scale + pull_scale) / (sums.all * of_scale + stiff_scale);
    component.scale = (scale * by.clamp(-0.5, 0.5).exp()).max(LEAST_SCALE);
}

/// Where EM starts: each unit of the explanation in turn holds one of several quantiles of the group, and the centre that is
/// expected of it.
fn starts(setting: Setting<'_>, explanation: &Explanation) -> Vec<Fit> {
    let sample = setting.sample;
    let quantiles = [0.05, 0.25, 0.5, 0.75, 0.95].map(|share| sample.quantile(share));
    let spread = ((quantiles[3] - quantiles[1]) / 1.35).max(0.2);
    let fit = |components| Fit {
        shape: setting.shape,
        components,
        log_anywhere: (ANYWHERE / setting.reach).ln(),
        log_score: f64::NEG_INFINITY,
        log_centre: 0.0,
    };
    match explanation {
        Explanation::TwoSorts => {
            let component =
                |centre, scale: f64, share| Component { unit: 0, map: setting.maps[0], centre, scale, share };
            let pairs = [(0, 2), (2, 4), (1, 3), (0, 4), (2, 0), (4, 2)];
            let start = |(a, b): (usize, usize)| {
                fit(vec![component(quantiles[a], 0.5 * spread, 0.5), component(quantiles[b], 0.5 * spread, 0.5)])
            };
            pairs.into_iter().map(start).collect()
        }
        Explanation::Units(units) => {
            let share = 1.0 / units.len() as f64;
            let start = |centre: f64, scale: f64| {
                let component = |&unit: &usize| Component { unit, map: setting.maps[unit], centre, scale, share };
                fit(units.iter().map(component).collect())
            };
            let mut starts = Vec::new();
            for &unit in units {
                let places: &[f64] = if units.len() == 1 { &quantiles[2..3] } else { &quantiles };
                starts.extend(places.iter().map(|place| start(setting.maps[unit].apply(*place), spread.min(1.0))));
            }
            starts.extend(setting.prior.middle().map(|middle| start(middle, spread.min(1.0))));
            starts
        }
    }
}

/// The logarithm of a sum of exponentials.
pub(super) fn log_sum(logs: impl Iterator<Item = f64> + Clone) -> f64 {
    let most = logs.clone().fold(f64::NEG_INFINITY, f64::max);
    if most == f64::NEG_INFINITY { most } else { most + logs.map(|log| (log - most).exp()).sum::<f64>().ln() }
}
