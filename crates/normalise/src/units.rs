//! Which unit a bare number is in, from how the numbers of its group lie.
//!
//! A column of minutes in which some wrote hours is, on the log scale, one heap of numbers and the same heap moved by
//! −ln 60; of temperatures the numbers themselves are taken ([`UnitScale`]). For every group the possible explanations are fitted ([`fit`]): all in the declared unit, all in another, a
//! mixture, or two sorts of things that are all in the declared unit. Where a group is in one unit throughout nothing
//! inside it tells which; then only the other groups do ([`prior`]). Every explanation keeps its probability, and so does
//! every shape that the heap may have ([`shape`]): the probability of a number is the average over all of them.
//!
//! How common each explanation is among the groups is learned from the other groups, beginning with [`COMMON`]. The
//! likelihood is tempered, `n` observations counting as `n · α / (α + n)`, because no family of shapes is the truth and a
//! large group would otherwise prove that (Miller and Dunson 2019, "Robust Bayesian inference via coarsening").

mod fit;
mod prior;
mod sample;
mod scale;
mod shape;

use rayon::prelude::*;

use fit::{Explanation, Fit, Setting, log_sum};
use prior::Prior;
use sample::Sample;
pub(crate) use scale::Map;
pub use scale::UnitScale;
use shape::{SHAPES, Shape};

/// An amount whose unit may have to be found out.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Amount {
    /// A number without a unit.
    Bare(f64),
    /// An amount that names its unit, in the declared unit.
    Sure(f64),
}

/// What is believed of the unit of a bare number.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct UnitGuess {
    /// The likeliest of the other units: its place in the list that was given.
    pub unit: usize,
    /// The probability that the number is in that unit.
    pub probability: f64,
}

/// What is believed of the units of a column.
#[derive(Clone, Debug, Default)]
pub struct UnitInference {
    /// For each amount the likeliest other unit; `None` where the declared one is all but certain, or nothing is said.
    pub guesses: Vec<Option<UnitGuess>>,
    /// For each group where its amounts lie, in the declared unit: the median of the likeliest explanation. `None` for a
    /// group without amounts.
    pub centres: Vec<Option<f64>>,
}

/// How common explanations are before any group is seen: all in the declared unit, declared and others mixed, all in one
/// other unit, two sorts of things.
const COMMON: [f64; 4] = [1.0, 0.2, 0.05, 0.05];
/// What [`COMMON`] counts for in groups.
const COMMON_GROUPS: f64 = 5.0;
/// α of the tempered likelihood, in observations.
const TEMPER: f64 = 2000.0;
/// Below this probability a guess is no news.
const NEWS: f64 = 0.05;
/// Above this number of groups one more or less does not move what is expected, and none is left out of it.
const LEAVE_OUT: usize = 200;

/// What is believed of the unit of each bare number. `groups` holds for each amount its group, counted from 0;
/// `scale` the units that there may be. Amounts that have no place on it or are missing say nothing.
///
/// The outcome does not depend on the number of threads.
///
/// # Panics
/// When there are not as many groups as amounts.
pub fn infer_units(amounts: &[Option<Amount>], groups: &[u32], scale: &UnitScale) -> UnitInference {
    assert_eq!(amounts.len(), groups.len(), "each amount has a group");
    let count = groups.iter().max().map_or(0, |&most| most as usize + 1);
    let samples = samples(amounts, groups, count, scale);
    let filled: Vec<usize> = (0..count).filter(|&group| samples[group].count() > 0.0).collect();
    let mut inference = UnitInference { guesses: vec![None; amounts.len()], centres: vec![None; count] };
    let maps = scale.maps();
    if filled.is_empty() || maps.len() < 2 || !scale.is_usable() {
        return inference;
    }
    let column = Column { samples: filled.iter().map(|&group| &samples[group]).collect(), maps };
    let beliefs = column.beliefs();
    let mut place_of = vec![usize::MAX; count];
    for (place, &group) in filled.iter().enumerate() {
        place_of[group] = place;
        inference.centres[group] = Some(scale.number(beliefs[place].centre));
    }
    let guess = |(amount, &group): (&Option<Amount>, &u32)| match amount {
        Some(Amount::Bare(number)) => beliefs[place_of[group as usize]].guess(scale.place(*number)?, maps.len()),
        _ => None,
    };
    inference.guesses = amounts.par_iter().zip(groups).map(guess).collect();
    inference
}

/// The places of the amounts of each group.
fn samples(amounts: &[Option<Amount>], groups: &[u32], count: usize, scale: &UnitScale) -> Vec<Sample> {
    let mut places: Vec<(Vec<f64>, Vec<f64>)> = vec![Default::default(); count];
    for (amount, &group) in amounts.iter().zip(groups) {
        let (bare, sure) = &mut places[group as usize];
        match *amount {
            Some(Amount::Bare(number)) => bare.extend(scale.place(number)),
            Some(Amount::Sure(number)) => sure.extend(scale.place(number)),
            None => {}
        }
    }
    places.iter().map(|(bare, sure)| Sample::new(bare, sure)).collect()
}

/// What is believed of one group: fits and their probabilities, which add up to 1.
struct Belief {
    fits: Vec<(f64, Fit)>,
    centre: f64,
}

impl Belief {
    fn guess(&self, y: f64, units: usize) -> Option<UnitGuess> {
        let mut probabilities = vec![0.0; units];
        for (weight, fit) in &self.fits {
            fit.responsibilities(y, &mut probabilities, *weight);
        }
        let others = probabilities.into_iter().enumerate().skip(1);
        let (unit, probability) = others.reduce(|best, other| if other.1 > best.1 { other } else { best })?;
        (probability >= NEWS).then(|| UnitGuess { unit: unit - 1, probability: probability.min(1.0) })
    }
}

/// The groups of a column that have bare numbers.
struct Column<'a> {
    samples: Vec<&'a Sample>,
    maps: &'a [Map],
}

/// The fits of one group under one shape, one for each explanation.
type Fits = Vec<Fit>;

impl Column<'_> {
    fn beliefs(&self) -> Vec<Belief> {
        let explanations = explanations(self.maps.len());
        let shapes: Vec<(f64, Vec<Fits>, Vec<Vec<f64>>)> = SHAPES
            .iter()
            .map(|&shape| {
                let fits = self.fits(shape, &explanations);
                let (log_evidence, probabilities) = self.weigh(&fits, &explanations);
                (log_evidence, fits, probabilities)
            })
            .collect();
        let all = log_sum(shapes.iter().map(|shape| shape.0));
        let belief = |group: usize| {
            let mut fits = Vec::new();
            for (log_evidence, of_shape, probabilities) in &shapes {
                let of_shape = of_shape[group].iter().zip(&probabilities[group]);
                fits.extend(of_shape.map(|(fit, p)| ((log_evidence - all).exp() * p, fit.clone())));
            }
            let best = fits.iter().reduce(|best, other| if other.0 > best.0 { other } else { best });
            let centre = best.map_or(0.0, |(_, fit)| fit.centre().0);
            fits.retain(|(weight, _)| *weight > 1e-6);
            Belief { fits, centre }
        };
        (0..self.samples.len()).map(belief).collect()
    }

    /// The fits of all groups: first each for itself, then twice with what the others lead to expect.
    fn fits(&self, shape: Shape, explanations: &[Explanation]) -> Vec<Fits> {
        let reach = self.reach();
        let fit_all = |priors: &[Prior]| -> Vec<Fits> {
            let fit = |(&sample, &prior): (&&Sample, &Prior)| {
                let setting = Setting { sample, maps: self.maps, shape, prior, reach };
                explanations.iter().map(|explanation| Fit::new(setting, explanation)).collect()
            };
            self.samples.par_iter().zip(priors).map(fit).collect()
        };
        let mut fits = fit_all(&vec![Prior::vague(); self.samples.len()]);
        for _ in 0..if self.samples.len() > 1 { 2 } else { 0 } {
            let (_, probabilities) = self.weigh(&fits, explanations);
            let seen: Vec<(f64, f64)> =
                fits.iter().zip(&probabilities).map(|(fits, p)| likeliest(fits, p).centre()).collect();
            let priors: Vec<Prior> = if seen.len() > LEAVE_OUT {
                vec![Prior::of_others(&seen); seen.len()]
            } else {
                (0..seen.len()).map(|own| Prior::of_others(&[&seen[..own], &seen[own + 1..]].concat())).collect()
            };
            fits = fit_all(&priors);
        }
        fits
    }

    /// The probabilities of the explanations of each group, and the logarithm of the evidence for the shape.
    fn weigh(&self, fits: &[Fits], explanations: &[Explanation]) -> (f64, Vec<Vec<f64>>) {
        let common = common(explanations);
        let scores: Vec<Vec<f64>> = fits
            .iter()
            .zip(&self.samples)
            .map(|(fits, sample)| {
                let temper = TEMPER / (TEMPER + sample.count());
                // What is expected of a centre is no observation of this group.
                fits.iter().map(|fit| temper * (fit.log_score - fit.log_centre) + fit.log_centre).collect()
            })
            .collect();
        let mut probabilities: Vec<Vec<f64>> = scores.iter().map(|scores| normalised(scores, &common).1).collect();
        let mut log_evidence = 0.0;
        for _ in 0..5 {
            let mut totals = vec![0.0; explanations.len()];
            for group in &probabilities {
                totals.iter_mut().zip(group).for_each(|(total, p)| *total += p);
            }
            log_evidence = 0.0;
            let next = scores.iter().zip(&probabilities).map(|(scores, own)| {
                let others = fits.len() as f64 - 1.0;
                let learned = common.iter().zip(totals.iter().zip(own)).map(|(common, (total, own))| {
                    (COMMON_GROUPS * common + (total - own).max(0.0)) / (COMMON_GROUPS + others)
                });
                let (log, p) = normalised(scores, &learned.collect::<Vec<_>>());
                log_evidence += log;
                p
            });
            probabilities = next.collect();
        }
        (log_evidence, probabilities)
    }

    /// How far the places reach, whatever unit they are in.
    fn reach(&self) -> f64 {
        let points = || self.samples.iter().flat_map(|sample| sample.bare.iter().chain(&sample.sure));
        let ends = points().fold((f64::MAX, f64::MIN), |(low, high), point| (low.min(point.0), high.max(point.0)));
        let low = self.maps.iter().map(|map| map.apply(ends.0)).fold(ends.0, f64::min);
        let high = self.maps.iter().map(|map| map.apply(ends.1)).fold(ends.1, f64::max);
        high - low + 1.0
    }
}

/// The explanations of a group with so many units, the declared one among them.
fn explanations(units: usize) -> Vec<Explanation> {
    let mut explanations = vec![Explanation::Units(vec![0]), Explanation::TwoSorts];
    explanations.extend((1..units).map(|unit| Explanation::Units(vec![0, unit])));
    explanations.extend((1..units).map(|unit| Explanation::Units(vec![unit])));
    if units > 2 {
        explanations.push(Explanation::Units((0..units).collect()));
    }
    explanations
}

/// How common each explanation is before any group is seen.
fn common(explanations: &[Explanation]) -> Vec<f64> {
    let class = |explanation: &Explanation| match explanation {
        Explanation::Units(units) if units == &[0] => 0,
        Explanation::Units(units) if units[0] == 0 => 1,
        Explanation::Units(_) => 2,
        Explanation::TwoSorts => 3,
    };
    let of_class = |wanted: usize| explanations.iter().filter(|other| class(other) == wanted).count() as f64;
    let all: f64 = COMMON.iter().sum();
    explanations.iter().map(|explanation| COMMON[class(explanation)] / of_class(class(explanation)) / all).collect()
}

/// Probabilities from logarithms and priors, and the logarithm of what they were divided by.
fn normalised(scores: &[f64], priors: &[f64]) -> (f64, Vec<f64>) {
    let logs = scores.iter().zip(priors).map(|(score, prior)| score + prior.ln());
    let all = log_sum(logs.clone());
    (all, logs.map(|log| (log - all).exp()).collect())
}

fn likeliest<'a>(fits: &'a [Fit], probabilities: &[f64]) -> &'a Fit {
    let best =
        (1..fits.len()).fold(0, |best, other| if probabilities[other] > probabilities[best] { other } else { best });
    &fits[best]
}
