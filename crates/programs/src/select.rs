//! Which explanation is taken for the values of one shape.

use std::collections::BTreeMap;

use lustrate_values::{Operation, Part, Rewrite};

use crate::example::Example;
use crate::shape::shape;

/// What may have been done to the values of a shape.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Explanation {
    /// They are right as they are written.
    Keep,
    /// They are right as they would be written without examples.
    Now,
    /// These rewrites: the first that fits, but for those of [`Rewrite::Every`], which are all applied. The second number
    /// is how probable each is by itself.
    Rewrites(Vec<(Rewrite, f64)>),
}

impl Explanation {
    /// What becomes of a value, and how probable that is by the parts of the explanation; where it does not fit, what would
    /// be written without it.
    pub(crate) fn apply(&self, written: Option<&str>, now: Option<&str>) -> (Option<String>, f64) {
        self.change(written).unwrap_or_else(|| match self {
            Explanation::Keep => (written.map(str::to_owned), 1.0),
            _ => (now.map(str::to_owned), 1.0),
        })
    }

    /// What rewrites make of a value; `None` where none fits.
    pub(crate) fn change(&self, written: Option<&str>) -> Option<(Option<String>, f64)> {
        let Explanation::Rewrites(rewrites) = self else { return None };
        let mut new: Option<(Option<String>, f64)> = None;
        for (rewrite, probability) in rewrites {
            let before = new.as_ref().map_or(written, |(text, _)| text.as_deref());
            if let Some(text) = rewrite.apply(before) {
                let so_far = new.as_ref().map_or(1.0, |(_, probability)| *probability);
                new = Some((text, so_far * probability));
                if !matches!(rewrite, Rewrite::Every { .. }) {
                    break;
                }
            }
        }
        new
    }

    /// Whether no slip of the hand does the same by chance: parts of a value change places.
    pub(crate) fn is_deliberate(&self) -> bool {
        let Explanation::Rewrites(rewrites) = self else { return false };
        let [(Rewrite::Pattern { to, .. }, _)] = &rewrites[..] else { return false };
        let groups: Vec<usize> = to.parts.iter().filter_map(|part| part.group()).collect();
        !groups.is_sorted()
    }

    /// What it costs to tell it, in parts of an example: of two that agree with as many examples the simpler one is taken.
    fn complexity(&self) -> f64 {
        match self {
            Explanation::Keep => 0.0,
            Explanation::Now => -0.01,
            Explanation::Rewrites(rewrites) => rewrites.first().map_or(0.0, |(rewrite, _)| match rewrite {
                Rewrite::Value { .. } => 0.3,
                Rewrite::Every { .. } => 0.1,
                Rewrite::Pattern { to, .. } => {
                    let operation = |operation: &Operation| match operation {
                        Operation::Pad(_) | Operation::StripZeros | Operation::Number => 0.002,
                        _ => 0.004,
                    };
                    let part = |part: &Part| match part {
                        Part::Text(_) => 0.001,
                        Part::Group(_, operations) => operations.iter().map(operation).sum(),
                    };
                    0.05 + to.parts.iter().map(part).sum::<f64>()
                }
            }),
        }
    }
}

/// How an explanation agrees with examples.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Agreement {
    /// The weight of the examples with which it agrees.
    pub(crate) hits: f64,
    /// The weight of all examples of which it says something.
    pub(crate) of: f64,
}

/// The explanation of a shape.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Chosen {
    /// The best one, as a place among the explanations.
    pub(crate) best: usize,
    /// All that agree with as many examples, the best among them.
    pub(crate) equals: Vec<usize>,
    /// Its agreement with the examples of the shape that it rewrites; of explanations that are no rewrites, with all of them.
    pub(crate) here: Agreement,
    /// Its agreement with examples of other shapes that it rewrites.
    pub(crate) elsewhere: Agreement,
}

/// How much the examples of other shapes count where those of the shape do not decide.
const ELSEWHERE: f64 = 0.01;
/// The weight of examples that is more than one.
pub(crate) const SEVERAL: f64 = 1.5;
/// Values that were meant by one that is written were all the same by chance with at most this probability, before one
/// is said to stand for the other.
const BY_CHANCE: f64 = 0.02;
/// Explanations whose scores differ by less are equally good.
const EQUAL: f64 = 0.04;
/// Equally good explanations that are held against each other, at most.
const MOST_EQUALS: usize = 24;

/// Chooses for each shape of the examples. A missing value that is filled by one text for all needs two examples, and two
/// thirds of those of missing values: rows miss values for reasons of their own. So does one value that becomes another.
///
/// `share` is how common a value is among those of the column.
pub(crate) fn select(
    examples: &[Example<'_>],
    explanations: &[Explanation],
    share: &dyn Fn(Option<&str>) -> f64,
) -> BTreeMap<String, Chosen> {
    let shapes: Vec<String> = examples.iter().map(|example| shape(example.written)).collect();
    let agrees = |explanation: &Explanation, example: &Example<'_>| {
        explanation.apply(example.written, example.now).0.as_deref() == example.meant
    };
    let table: Vec<Vec<(bool, bool)>> = explanations
        .iter()
        .map(|explanation| {
            let of =
                |example: &Example<'_>| (agrees(explanation, example), explanation.change(example.written).is_some());
            examples.iter().map(of).collect()
        })
        .collect();
    let mut distinct: Vec<&String> = shapes.iter().collect();
    distinct.sort();
    distinct.dedup();
    let choose = |of: &String| {
        let is_here = |place: usize| shapes[place] == *of;
        let measure = |explanation: usize| {
            let rewrites = matches!(explanations[explanation], Explanation::Rewrites(_));
            let (mut here, mut elsewhere) = (Agreement::default(), Agreement::default());
            let mut all_hits = 0.0;
            for (place, example) in examples.iter().enumerate() {
                let (hit, fits) = table[explanation][place];
                let hits = if hit { example.weight } else { 0.0 };
                if is_here(place) {
                    all_hits += hits;
                }
                let counted = if is_here(place) { &mut here } else { &mut elsewhere };
                if fits || !rewrites && is_here(place) {
                    counted.of += example.weight;
                    counted.hits += hits;
                }
            }
            let allowed = match &explanations[explanation] {
                Explanation::Rewrites(rewrites) => match &rewrites[..] {
                    [(Rewrite::Value { to, .. }, _)] => {
                        let by_chance = share(to.as_deref()).powf(here.hits);
                        here.hits > SEVERAL && here.hits >= 0.66 * here.of && by_chance <= BY_CHANCE
                    }
                    _ => true,
                },
                _ => true,
            };
            let score = all_hits + ELSEWHERE * (2.0 * elsewhere.hits - elsewhere.of).clamp(-5.0, 5.0)
                - explanations[explanation].complexity();
            allowed.then_some((score, here, elsewhere))
        };
        let measured: Vec<_> = (0..explanations.len()).map(measure).collect();
        let score = |place: usize| measured[place].map_or(f64::NEG_INFINITY, |(score, ..)| score);
        let best = (0..explanations.len()).max_by(|&a, &b| score(a).total_cmp(&score(b)).then(b.cmp(&a)))?;
        let (_, here, elsewhere) = measured[best]?;
        let mut equals: Vec<usize> =
            (0..explanations.len()).filter(|&place| score(place) >= score(best) - EQUAL).collect();
        equals.sort_by(|&a, &b| score(b).total_cmp(&score(a)).then(a.cmp(&b)));
        equals.truncate(MOST_EQUALS);
        Some((of.clone(), Chosen { best, equals, here, elsewhere }))
    };
    distinct.into_iter().filter_map(choose).collect()
}
