//! Which explanation is taken for the values of one shape.

use std::collections::BTreeMap;

use lustrate_values::{Operation, Part, Rewrite};

use crate::example::Example;
use crate::shape::shape;
use crate::tokens::tokens;

/// What may have been done to the values of a shape.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Explanation {
    /// They are right as they are written.
    Keep,
    /// They are right as they would be written without examples.
    Now,
    /// They are rewritten.
    Rewrite(Rewrite),
}

impl Explanation {
    /// What becomes of a value; where a rewrite does not fit, what would be written without it.
    pub(crate) fn apply(&self, written: Option<&str>, now: Option<&str>) -> Option<String> {
        self.change(written).unwrap_or_else(|| match self {
            Explanation::Keep => written.map(str::to_owned),
            _ => now.map(str::to_owned),
        })
    }

    /// What a rewrite makes of a value; `None` where it does not fit, and of what is no rewrite.
    pub(crate) fn change(&self, written: Option<&str>) -> Option<Option<String>> {
        match self {
            Explanation::Rewrite(rewrite) => rewrite.apply(written),
            Explanation::Keep | Explanation::Now => None,
        }
    }

    /// Whether no slip of the hand turns one value into the other: parts change places, and signs or parts are written
    /// otherwise too. A day and a month that only change places are a slip that people make.
    pub(crate) fn is_deliberate(&self, written: Option<&str>, new: Option<&str>) -> bool {
        let Explanation::Rewrite(Rewrite::Pattern { to, .. }) = self else { return false };
        let groups: Vec<usize> = to.parts.iter().filter_map(Part::group).collect();
        let done = |part: &Part| matches!(part, Part::Group(_, operations) if !operations.is_empty());
        let signs = |text: Option<&str>| {
            let found = tokens(text.unwrap_or_default()).into_iter();
            found.filter(|token| token.is_sign()).map(|token| token.text.to_owned()).collect::<Vec<_>>()
        };
        !groups.is_sorted() && (to.parts.iter().any(done) || signs(written) != signs(new))
    }

    /// What it costs to tell it, in parts of an example: of two that agree with as many examples the simpler one is taken.
    fn complexity(&self) -> f64 {
        match self {
            Explanation::Keep => 0.0,
            Explanation::Now => -0.01,
            Explanation::Rewrite(Rewrite::Pattern { to, .. }) => {
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
            Explanation::Rewrite(_) => 0.1,
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

impl Agreement {
    fn add(&mut self, hit: bool, weight: f64) {
        self.of += weight;
        self.hits += if hit { weight } else { 0.0 };
    }
}

/// The explanation of a shape.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Chosen {
    /// The best one, as a place among the explanations.
    pub(crate) best: usize,
    /// Those that agree with as many examples, the best among them.
    pub(crate) equals: Vec<usize>,
    /// Its agreement with the examples of the shape that it is about.
    pub(crate) here: Agreement,
    /// Its agreement with examples of other shapes that it is about.
    pub(crate) elsewhere: Agreement,
}

/// How much the examples of other shapes count where those of the shape do not decide.
const ELSEWHERE: f64 = 0.01;
/// The weight of examples that is more than one.
pub(crate) const SEVERAL: f64 = 1.5;
/// Explanations whose scores differ by less are equally good.
const EQUAL: f64 = 0.04;
/// Equally good explanations that are held against each other, at most.
const MOST_EQUALS: usize = 24;

/// What an explanation says of the examples, each as whether it agrees and whether it is about it: rewrites it, or says of a
/// value that would be written otherwise whether that is right.
pub(crate) struct Said(Vec<(bool, bool)>);

impl Said {
    pub(crate) fn new(explanation: &Explanation, examples: &[Example<'_>]) -> Self {
        let of = |example: &Example<'_>| match explanation.change(example.written) {
            Some(new) => (new.as_deref() == example.meant, true),
            None => {
                // What would be written without examples is borne out by the cells that it would change, and so is that these
                // are right as they are. A cell that was meant to read something else is wrong for a reason of its own, or its
                // label is, and says nothing of it.
                let is_question = example.now != example.written;
                let answers = example.meant == example.now || example.meant == example.written;
                let acts = !matches!(explanation, Explanation::Rewrite(_)) && is_question && answers;
                (explanation.apply(example.written, example.now).as_deref() == example.meant, acts)
            }
        };
        Said(examples.iter().map(of).collect())
    }

    /// Its agreement with the examples that it is about.
    pub(crate) fn about(&self, examples: &[Example<'_>]) -> Agreement {
        let mut sum = Agreement::default();
        for (example, &(hit, _)) in examples.iter().zip(&self.0).filter(|(_, (_, fits))| *fits) {
            sum.add(hit, example.weight);
        }
        sum
    }
}

/// Chooses for each shape of the examples. `said` is what each explanation says of them.
pub(crate) fn select(
    examples: &[Example<'_>],
    explanations: &[Explanation],
    said: &[Said],
) -> BTreeMap<String, Chosen> {
    let mut of_shape: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (place, example) in examples.iter().enumerate() {
        of_shape.entry(shape(example.written)).or_default().push(place);
    }
    let everywhere: Vec<Agreement> = said.iter().map(|said| said.about(examples)).collect();
    let choose = |places: &[usize]| {
        let measure = |explanation: usize| {
            let (mut here, mut all_hits) = (Agreement::default(), 0.0);
            for &place in places {
                let ((hit, fits), weight) = (said[explanation].0[place], examples[place].weight);
                all_hits += if hit { weight } else { 0.0 };
                if fits {
                    here.add(hit, weight);
                }
            }
            let all = everywhere[explanation];
            let elsewhere = Agreement { hits: (all.hits - here.hits).max(0.0), of: (all.of - here.of).max(0.0) };
            let others = (2.0 * elsewhere.hits - elsewhere.of).clamp(-5.0, 5.0);
            (all_hits + ELSEWHERE * others - explanations[explanation].complexity(), here, elsewhere)
        };
        let measured: Vec<_> = (0..explanations.len()).map(measure).collect();
        let score = |place: usize| measured[place].0;
        let best = (0..explanations.len()).max_by(|&a, &b| score(a).total_cmp(&score(b)).then(b.cmp(&a)))?;
        let mut equals: Vec<usize> =
            (0..explanations.len()).filter(|&place| score(place) >= score(best) - EQUAL).collect();
        equals.sort_by(|&a, &b| score(b).total_cmp(&score(a)).then(a.cmp(&b)));
        equals.truncate(MOST_EQUALS);
        if !matches!(explanations[best], Explanation::Rewrite(_)) {
            // Whether to keep a value is no question where nothing says that what would be written is wrong.
            equals = vec![best];
        }
        let (_, here, elsewhere) = measured[best];
        Some(Chosen { best, equals, here, elsewhere })
    };
    of_shape.into_iter().filter_map(|(shape, places)| Some((shape, choose(&places)?))).collect()
}
