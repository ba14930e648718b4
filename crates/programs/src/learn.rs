//! What the examples of all columns teach of each.

use std::collections::BTreeMap;

use lustrate_values::Rewrite;

use crate::calendar::slots;
use crate::candidates::candidates;
use crate::candidates::characters::Characters;
use crate::example::{Example, Value};
use crate::select::{Chosen, Explanation, SEVERAL, select};
use crate::shape::shape;

/// What was learned of a column.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Learned {
    /// What was learned, by shape.
    pub programs: Vec<Program>,
    /// What becomes of each value, in their order; `None` where nothing was learned that says anything of it.
    pub rewritten: Vec<Option<Rewritten>>,
}

/// What is done with the values of a shape.
#[derive(Clone, Debug, PartialEq)]
pub struct Program {
    /// The rewrites, in order; none where the values stay as they are written, or as they would be written without examples.
    pub rewrites: Vec<Rewrite>,
    /// The examples that it explains, as places among those of the column.
    pub examples: Vec<usize>,
    /// The examples of its shape.
    pub of: usize,
}

/// What becomes of a value.
#[derive(Clone, Debug, PartialEq)]
pub struct Rewritten {
    /// What it should read; `None` where there is no value.
    pub new: Option<String>,
    /// The probability of that, from 0 to 1; where the value stays as it would be written without examples, how far the
    /// examples bear that out.
    pub probability: f64,
    /// What says so, as a place among the programs.
    pub program: usize,
    /// Whether it is written as it would be without examples.
    pub as_now: bool,
}

/// The candidates of a column that are looked at, at most.
const MOST_CANDIDATES: usize = 2_000;
/// How much what is known beforehand counts, in examples.
const PRIOR: f64 = 1.0;
/// How probable it is beforehand that a rewrite that nobody makes by a slip of the hand is more than that.
const DELIBERATE: f64 = 0.75;
/// How much what the engine found by itself counts, in examples.
const PRIOR_NOW: f64 = 3.0;
/// How much an example of another shape counts.
const OTHER_SHAPE: f64 = 0.5;
/// Examples of which a program must explain this many, and this share, before it says anything of shapes of which there is
/// no example.
const GENERAL: (f64, f64) = (3.0, 0.8);

/// Learns from the examples of all columns of a table, each with the distinct values of the column. `None` for a column of
/// which the examples say nothing but that it is right.
///
/// Permuting the examples or the values permutes what comes out.
pub fn learn(columns: &[(Vec<Example<'_>>, Vec<Value<'_>>)]) -> Vec<Option<Learned>> {
    let characters = Characters::learn(columns.iter().flat_map(|(examples, _)| examples));
    let found: Vec<Option<Found>> =
        columns.iter().map(|(examples, values)| Found::new(examples, values, &characters)).collect();
    let all = found.iter().flatten().fold((0.0, 0.0), |sum, column| (sum.0 + column.systematic, sum.1 + column.single));
    let prior = (all.0 + 1.0) / (all.0 + all.1 + 2.0);
    let learned = found.into_iter().zip(columns);
    learned.map(|(found, (examples, values))| Some(found?.learned(examples, values, prior, &characters))).collect()
}

/// The explanations of a column, and which is taken for which shape.
struct Found {
    explanations: Vec<Explanation>,
    chosen: BTreeMap<String, Chosen>,
    /// The weight of the changed examples that have an explanation in common with another.
    systematic: f64,
    /// The weight of the others: a value that is wrong for reasons of its own.
    single: f64,
}

impl Found {
    fn new(examples: &[Example<'_>], values: &[Value<'_>], characters: &Characters) -> Option<Self> {
        let says_something = |example: &Example<'_>| example.is_changed() || example.now != example.written;
        let is_damaged = |value: &Value<'_>| value.written.is_some_and(|text| characters.rewrite(text).is_some());
        if !examples.iter().any(says_something) && !values.iter().any(is_damaged) {
            return None;
        }
        let mut explanations = vec![Explanation::Keep, Explanation::Now];
        let slots = slots(examples);
        // What only damaged characters make wrong says nothing of how values are written.
        let explained = |example: &Example<'_>| {
            let repaired = example.written.and_then(|text| characters.rewrite(text));
            repaired.is_some_and(|repaired| Some(repaired.new.as_str()) == example.meant)
        };
        let is_changed = |example: &&Example<'_>| example.is_changed() && !explained(example);
        let mut changed: Vec<&Example<'_>> = examples.iter().filter(is_changed).collect();
        changed.sort_by_key(|example| (example.written, example.meant));
        changed.dedup_by_key(|example| (example.written, example.meant));
        for example in changed {
            let (from, to) = (example.written.map(str::to_owned), example.meant.map(str::to_owned));
            let mut new = vec![Rewrite::Value { from, to }];
            if let (Some(written), Some(meant)) = (example.written, example.meant) {
                new.extend(candidates(written, meant, slots));
            }
            for rewrite in new {
                let explanation = Explanation::Rewrites(vec![(rewrite, 1.0)]);
                if explanations.len() < MOST_CANDIDATES && !explanations.contains(&explanation) {
                    explanations.push(explanation);
                }
            }
        }
        let all: f64 = values.iter().map(|value| value.cells as f64).sum();
        let cells: BTreeMap<Option<&str>, u64> = values.iter().map(|value| (value.written, value.cells)).collect();
        let share = |text: Option<&str>| (cells.get(&text).copied().unwrap_or(0) as f64 + 1.0) / (all + 1.0);
        let chosen = select(examples, &explanations, &share);
        let (mut systematic, mut single) = (0.0, 0.0);
        for example in examples.iter().filter(is_changed) {
            let chosen = &chosen[&shape(example.written)];
            let explanation = &explanations[chosen.best];
            let by_rewrite = explanation.change(example.written);
            let explains = by_rewrite.is_some_and(|(new, _)| new.as_deref() == example.meant);
            if explains && chosen.here.hits + chosen.elsewhere.hits > SEVERAL {
                systematic += example.weight;
            } else if example.now != example.meant {
                single += example.weight;
            }
        }
        Some(Found { explanations, chosen, systematic, single })
    }

    /// What becomes of the values. `prior` is the share of the changed examples of the table that have an explanation in
    /// common with another: of a rewrite that a single example shows, the probability that it is more than that.
    fn learned(self, examples: &[Example<'_>], values: &[Value<'_>], prior: f64, characters: &Characters) -> Learned {
        let prior = (self.systematic + PRIOR * prior) / (self.systematic + self.single + PRIOR);
        let general = self.general(examples);
        let mut learned = Learned { programs: Vec::new(), rewritten: Vec::with_capacity(values.len()) };
        let mut place_of: BTreeMap<(usize, String), usize> = BTreeMap::new();
        let mut damage: BTreeMap<Vec<String>, usize> = BTreeMap::new();
        for value in values {
            if let Some(repaired) = value.now.and_then(|text| characters.rewrite(text)) {
                let key = repaired.rewrites.iter().map(|rewrite| format!("{rewrite:?}")).collect();
                let program = *damage.entry(key).or_insert_with(|| {
                    learned.programs.push(damage_program(&repaired.rewrites, examples));
                    learned.programs.len() - 1
                });
                let (new, probability) = (Some(repaired.new), repaired.probability);
                learned.rewritten.push(Some(Rewritten { new, probability, program, as_now: false }));
                continue;
            }
            let shape = shape(value.written);
            let decided = match self.chosen.get(&shape) {
                Some(chosen) => Some((chosen.best, self.probability(chosen, value, prior))),
                None => general.filter(|&(place, _)| self.explanations[place].change(value.written).is_some()),
            };
            let Some((best, probability)) = decided else {
                learned.rewritten.push(None);
                continue;
            };
            let (new, parts) = self.explanations[best].apply(value.written, value.now);
            let program = *place_of.entry((best, shape)).or_insert_with_key(|(best, shape)| {
                learned.programs.push(self.program(*best, shape, examples));
                learned.programs.len() - 1
            });
            let as_now = new.as_deref() == value.now;
            learned.rewritten.push(Some(Rewritten { new, probability: probability * parts, program, as_now }));
        }
        learned
    }

    fn program(&self, best: usize, of: &str, examples: &[Example<'_>]) -> Program {
        let explanation = &self.explanations[best];
        let here = |example: &Example<'_>| shape(example.written) == of;
        let agrees = |example: &Example<'_>| {
            explanation.apply(example.written, example.now).0.as_deref() == example.meant
                && (here(example) || explanation.change(example.written).is_some())
        };
        let rewrites = match explanation {
            Explanation::Keep | Explanation::Now => Vec::new(),
            Explanation::Rewrites(rewrites) => rewrites.iter().map(|(rewrite, _)| rewrite.clone()).collect(),
        };
        Program {
            rewrites,
            examples: (0..examples.len()).filter(|&place| agrees(&examples[place])).collect(),
            of: examples.iter().filter(|example| here(example)).count(),
        }
    }

    /// The probability that the explanation of a shape is right of a value.
    fn probability(&self, chosen: &Chosen, value: &Value<'_>, prior: f64) -> f64 {
        let (here, elsewhere) = (chosen.here, chosen.elsewhere);
        let explanation = &self.explanations[chosen.best];
        let new = explanation.apply(value.written, value.now).0;
        let as_now = new.as_deref() == value.now;
        let (known, prior) = match as_now {
            true => (PRIOR_NOW, 1.0),
            false if explanation.is_deliberate() => (PRIOR, prior.max(DELIBERATE)),
            false => (PRIOR, prior),
        };
        let hits = here.hits + OTHER_SHAPE * elsewhere.hits + known * prior;
        let of = here.of + OTHER_SHAPE * elsewhere.of + known;
        // Explanations that agree with the examples as well may say something else of this value.
        let says = |&&place: &&usize| self.explanations[place].apply(value.written, value.now).0 == new;
        let agreeing = chosen.equals.iter().filter(says).count();
        hits / of * agreeing as f64 / chosen.equals.len() as f64
    }

    /// What is said of shapes of which there is no example, and how probable it is.
    fn general(&self, examples: &[Example<'_>]) -> Option<(usize, f64)> {
        let measure = |(place, explanation): (usize, &Explanation)| {
            let (mut hits, mut of) = (0.0, 0.0);
            for example in examples {
                if let Some((new, _)) = explanation.change(example.written) {
                    of += example.weight;
                    hits += if new.as_deref() == example.meant { example.weight } else { 0.0 };
                }
            }
            let single = matches!(explanation, Explanation::Rewrites(rewrites) if matches!(rewrites[..], [(Rewrite::Value { .. }, _)]));
            (!single && hits >= GENERAL.0 && hits >= GENERAL.1 * of).then_some((place, hits, hits / (of + PRIOR)))
        };
        let measured = self.explanations.iter().enumerate().filter_map(measure);
        let best = measured.max_by(|a, b| a.1.total_cmp(&b.1).then(b.0.cmp(&a.0)))?;
        Some((best.0, best.2))
    }
}

/// What puts damaged characters right, with the examples that show it.
fn damage_program(rewrites: &[Rewrite], examples: &[Example<'_>]) -> Program {
    let shows = |example: &Example<'_>| {
        let fits = |rewrite: &&Rewrite| rewrite.apply(example.written).is_some();
        example.is_changed() && rewrites.iter().any(|rewrite| fits(&rewrite))
    };
    let shown: Vec<usize> = (0..examples.len()).filter(|&place| shows(&examples[place])).collect();
    Program { rewrites: rewrites.to_vec(), of: shown.len(), examples: shown }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What becomes of the values of a column, from examples of what was written and meant; `None` where nothing does that is
    /// at least as probable as a repair that is made.
    fn learned<'a>(examples: &[(&'a str, &'a str)], values: &[&'a str]) -> Vec<Option<String>> {
        let example = |&(written, meant): &(&'a str, &'a str)| Example {
            written: Some(written),
            now: Some(written),
            meant: Some(meant),
            weight: 0.95,
        };
        let value = |text: &'a str| Value { written: Some(text), now: Some(text), cells: 1 };
        let examples: Vec<Example<'a>> = examples.iter().map(example).collect();
        let all: Vec<Value<'a>> =
            values.iter().copied().chain(examples.iter().filter_map(|example| example.written)).map(value).collect();
        let learned = learn(&[(examples, all)]).pop().flatten().unwrap_or_default();
        let of = |place: usize| {
            let rewritten = learned.rewritten.get(place)?.as_ref()?;
            (rewritten.probability >= 0.7).then(|| rewritten.new.clone())?.filter(|new| new != values[place])
        };
        (0..values.len()).map(of).collect()
    }

    fn all_of(texts: &[&str]) -> Vec<Option<String>> {
        texts.iter().map(|text| Some((*text).to_owned())).collect()
    }

    #[test]
    fn parts_are_put_in_the_order_that_examples_show() {
        let examples = [("3/14/2015", "2015-03-14"), ("12/1/2016", "2016-12-01")];
        assert_eq!(learned(&examples, &["7/4/2020", "1/31/1999"]), all_of(&["2020-07-04", "1999-01-31"]));
    }

    #[test]
    fn an_example_that_two_programs_explain_decides_only_where_they_agree() {
        // The month and the day are both 4: which of them comes first nothing tells.
        let found = learned(&[("4/4/2015", "2015-04-04")], &["7/7/2020", "1/3/1999"]);
        assert_eq!(found, [Some("2020-07-07".to_owned()), None]);
    }

    #[test]
    fn a_value_that_was_wrong_for_reasons_of_its_own_teaches_nothing() {
        let examples = [("0.05", "0.5"), ("0.07", "0.07"), ("0.02", "0.02"), ("0.09", "0.09")];
        assert_eq!(learned(&examples, &["0.03", "0.08"]), [None, None]);
        let mixed = [("Bostn", "Boston"), ("Rome", "Bern"), ("Oslo", "Oslo")];
        assert_eq!(learned(&mixed, &["Kiel", "Rome", "Lima"]), [None, None, None]);
    }

    #[test]
    fn shapes_are_judged_one_by_one() {
        let examples = [("00184", "184"), ("02134", "2134"), ("10115", "10115"), ("75001", "75001")];
        assert_eq!(learned(&examples, &["00501", "33101"]), [Some("501".to_owned()), None]);
    }

    #[test]
    fn one_value_stands_for_another_only_if_several_examples_say_so() {
        assert_eq!(learned(&[("shpd", "shipped")], &["shpd"]), [None]);
        let values = ["shpd", "open", "open", "open", "open", "open", "open", "open", "open", "open"];
        assert_eq!(learned(&[("shpd", "shipped"), ("shpd", "shipped")], &values)[0], Some("shipped".to_owned()));
    }

    #[test]
    fn the_order_of_examples_and_values_says_nothing() {
        let mut examples = [("a, b", "b a"), ("c, d", "d c"), ("x", "x"), ("e, f", "f e"), ("5 kg", "5")];
        let mut values = ["u, v", "y", "7 kg", "w, z"];
        let mut one: Vec<_> = values.into_iter().zip(learned(&examples, &values)).collect();
        examples.reverse();
        values.reverse();
        let mut other: Vec<_> = values.into_iter().zip(learned(&examples, &values)).collect();
        one.sort();
        other.sort();
        assert_eq!(one, other);
    }
}
