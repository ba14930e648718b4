//! What the examples of all columns teach of each.

use std::collections::BTreeMap;

use lustrate_values::Rewrite;

use crate::calendar::slots;
use crate::candidates::candidates;
use crate::candidates::characters::Characters;
use crate::example::{Example, Value};
use crate::maps::{Map, Maps};
use crate::select::{Chosen, Explanation, SEVERAL, Said, select};
use crate::shape::shape;

/// What was learned of a column.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Learned {
    /// What was learned: by shape, of single values, and of damaged characters.
    pub programs: Vec<Program>,
    /// What becomes of each value, in their order; `None` where nothing was learned that says anything of it.
    pub rewritten: Vec<Option<Rewritten>>,
}

/// What is done with values.
#[derive(Clone, Debug, PartialEq)]
pub struct Program {
    /// The rewrites, in order; none where the values stay as they are written, or as they would be written without examples.
    pub rewrites: Vec<Rewrite>,
    /// The examples that it explains, as places among those of the column.
    pub examples: Vec<usize>,
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

/// The candidates of a column that are looked at, at most, and those of one example.
const MOST_CANDIDATES: usize = 2_000;
const MOST_OF_AN_EXAMPLE: usize = 200;
/// How much what is known beforehand counts, in examples.
const PRIOR: f64 = 1.0;
/// How probable it is beforehand that a rewrite that nobody makes by a slip of the hand is more than that.
const DELIBERATE: f64 = 0.75;
/// How much what the engine found by itself counts, in examples.
const PRIOR_NOW: f64 = 3.0;
/// How much an example of another shape counts.
const OTHER_SHAPE: f64 = 0.5;
/// The weight of the examples that a program must explain, and their share, before it says anything of shapes of which there
/// is no example: three that are all but sure.
const GENERAL: (f64, f64) = (2.5, 0.8);

/// Learns from the examples of all columns of a table, each with the distinct values of the column. `None` for a column of
/// which the examples say nothing but that it is right.
///
/// Permuting the examples or the values permutes what comes out.
pub fn learn(columns: &[(Vec<Example<'_>>, Vec<Value<'_>>)]) -> Vec<Option<Learned>> {
    let characters = Characters::learn(columns.iter().flat_map(|(examples, _)| examples));
    let found: Vec<Option<Found<'_>>> =
        columns.iter().map(|(examples, values)| Found::new(examples, values, &characters)).collect();
    let all = found.iter().flatten().fold((0.0, 0.0), |sum, column| (sum.0 + column.systematic, sum.1 + column.single));
    let prior = (all.0 + 1.0) / (all.0 + all.1 + 2.0);
    let learned = found.into_iter().zip(columns);
    learned.map(|(found, (examples, values))| Some(found?.learned(examples, values, prior, &characters))).collect()
}

/// The explanations of a column, and which is taken for which shape.
struct Found<'a> {
    maps: Maps<'a>,
    explanations: Vec<Explanation>,
    chosen: BTreeMap<String, Chosen>,
    /// The explanation that serves shapes of which there is no example, and how probable it is.
    general: Option<(usize, f64)>,
    /// The weight of the changed examples that have an explanation in common with another.
    systematic: f64,
    /// The weight of the others: a value that is wrong for reasons of its own.
    single: f64,
}

impl<'a> Found<'a> {
    fn new(examples: &[Example<'a>], values: &[Value<'a>], characters: &Characters) -> Option<Self> {
        let says_something = |example: &Example<'_>| example.is_changed() || example.now != example.written;
        let is_damaged = |value: &Value<'_>| value.written.is_some_and(|text| characters.rewrite(text).is_some());
        if !examples.iter().any(says_something) && !values.iter().any(is_damaged) {
            return None;
        }
        let maps = Maps::new(examples, values);
        // What only damaged characters make wrong, and single values that stand for others, say nothing of how values are
        // written.
        let told_otherwise = |example: &Example<'_>| {
            let repaired = example.written.and_then(|text| characters.rewrite(text));
            let by_characters = repaired.is_some_and(|repaired| Some(repaired.new.as_str()) == example.meant);
            by_characters || maps.get(example.written).is_some_and(|map| map.meant == example.meant)
        };
        let is_changed = |example: &&Example<'_>| example.is_changed() && !told_otherwise(example);
        // One value that is labelled in many rows is one example of how values are written.
        let examples = &distinct(examples)[..];
        let changed: Vec<&Example<'_>> = examples.iter().filter(is_changed).collect();
        let mut explanations = vec![Explanation::Keep, Explanation::Now];
        let slots = slots(examples);
        for example in changed {
            let (Some(written), Some(meant)) = (example.written, example.meant) else { continue };
            for rewrite in candidates(written, meant, slots).into_iter().take(MOST_OF_AN_EXAMPLE) {
                let explanation = Explanation::Rewrite(rewrite);
                if explanations.len() < MOST_CANDIDATES && !explanations.contains(&explanation) {
                    explanations.push(explanation);
                }
            }
        }
        let said: Vec<Said> = explanations.iter().map(|explanation| Said::new(explanation, examples)).collect();
        let chosen = select(examples, &explanations, &said);
        let (mut systematic, mut single) = (0.0, 0.0);
        for example in examples.iter().filter(is_changed) {
            let chosen = &chosen[&shape(example.written)];
            let new = explanations[chosen.best].change(example.written);
            let explains = new.is_some_and(|new| new.as_deref() == example.meant);
            if explains && chosen.here.hits + chosen.elsewhere.hits > SEVERAL {
                systematic += example.weight;
            } else if example.now != example.meant {
                single += example.weight;
            }
        }
        let general = general(&said, examples);
        Some(Found { maps, explanations, chosen, general, systematic, single })
    }

    /// What becomes of the values. `prior` is the share of the changed examples of the table that have an explanation in
    /// common with another: of a rewrite that a single example shows, the probability that it is more than that.
    fn learned(self, examples: &[Example<'_>], values: &[Value<'_>], prior: f64, characters: &Characters) -> Learned {
        let prior = (self.systematic + PRIOR * prior) / (self.systematic + self.single + PRIOR);
        let mut learned = Learned { programs: Vec::new(), rewritten: Vec::with_capacity(values.len()) };
        let mut place_of: BTreeMap<Why, usize> = BTreeMap::new();
        for value in values {
            let Some((why, new, probability)) = self.decide(value, prior, characters) else {
                learned.rewritten.push(None);
                continue;
            };
            let program = *place_of.entry(why).or_insert_with_key(|why| {
                learned.programs.push(self.program(why, examples));
                learned.programs.len() - 1
            });
            let as_now = new.as_deref() == value.now;
            learned.rewritten.push(Some(Rewritten { new, probability, program, as_now }));
        }
        // Of damaged characters there is one program, of all that is put right in the column.
        if let Some(&place) = place_of.get(&Why::Characters) {
            let texts = values.iter().filter_map(|value| value.now);
            let rewrites = characters.rewrites(texts);
            let shows = |example: &Example<'_>| {
                example.is_changed() && rewrites.iter().any(|rewrite| rewrite.apply(example.written).is_some())
            };
            let shown = (0..examples.len()).filter(|&place| shows(&examples[place])).collect();
            learned.programs[place] = Program { rewrites, examples: shown };
        }
        learned
    }

    /// What becomes of a value, why, and how probable that is.
    fn decide(&self, value: &Value<'_>, prior: f64, characters: &Characters) -> Option<(Why, Option<String>, f64)> {
        // What would be written so without examples needs none, nor what all values of the shape become.
        let of_shape = self.chosen.get(&shape(value.written)).map(|chosen| &self.explanations[chosen.best]);
        let same = |map: &Map<'_>| {
            let new = of_shape.and_then(|explanation| explanation.change(value.written));
            map.meant == value.now || new.is_some_and(|new| new.as_deref() == map.meant)
        };
        if let Some(Map { meant, hits, of }) = self.maps.get(value.written).filter(|map| !same(map)) {
            let why = Why::Map(value.written.map(str::to_owned));
            return Some((why, meant.map(str::to_owned), (hits + PRIOR * prior) / (of + PRIOR)));
        }
        if let Some(repaired) = value.now.and_then(|text| characters.rewrite(text)) {
            return Some((Why::Characters, Some(repaired.new), repaired.probability));
        }
        let shape = shape(value.written);
        let (best, probability) = match self.chosen.get(&shape) {
            Some(chosen) => (chosen.best, self.probability(chosen, value, prior)),
            None => self.general.filter(|&(place, _)| self.explanations[place].change(value.written).is_some())?,
        };
        Some((Why::Shape(best, shape), self.explanations[best].apply(value.written, value.now), probability))
    }

    fn program(&self, why: &Why, examples: &[Example<'_>]) -> Program {
        let those = |agrees: &dyn Fn(&Example<'_>) -> bool| {
            (0..examples.len()).filter(|&place| agrees(&examples[place])).collect()
        };
        match why {
            Why::Characters => Program { rewrites: Vec::new(), examples: Vec::new() },
            Why::Map(written) => {
                let meant = self.maps.get(written.as_deref()).and_then(|map| map.meant);
                let rewrite = Rewrite::Value { from: written.clone(), to: meant.map(str::to_owned) };
                let agrees = |example: &Example<'_>| example.written == written.as_deref() && example.meant == meant;
                Program { rewrites: vec![rewrite], examples: those(&agrees) }
            }
            Why::Shape(best, of) => {
                let explanation = &self.explanations[*best];
                let rewrites = match explanation {
                    Explanation::Keep | Explanation::Now => Vec::new(),
                    Explanation::Rewrite(rewrite) => vec![rewrite.clone()],
                };
                let agrees = |example: &Example<'_>| match explanation.change(example.written) {
                    Some(new) => new.as_deref() == example.meant,
                    None => {
                        rewrites.is_empty()
                            && shape(example.written) == *of
                            && explanation.apply(example.written, example.now).as_deref() == example.meant
                    }
                };
                let examples = those(&agrees);
                Program { rewrites, examples }
            }
        }
    }

    /// The probability that the explanation of a shape is right of a value.
    fn probability(&self, chosen: &Chosen, value: &Value<'_>, prior: f64) -> f64 {
        let (here, elsewhere) = (chosen.here, chosen.elsewhere);
        let explanation = &self.explanations[chosen.best];
        let new = explanation.apply(value.written, value.now);
        let as_now = new.as_deref() == value.now;
        let (known, prior) = match as_now {
            true => (PRIOR_NOW, 1.0),
            false if explanation.is_deliberate(value.written, new.as_deref()) => (PRIOR, prior.max(DELIBERATE)),
            false => (PRIOR, prior),
        };
        let hits = here.hits + OTHER_SHAPE * elsewhere.hits + known * prior;
        let of = here.of + OTHER_SHAPE * elsewhere.of + known;
        // Explanations that agree with the examples as well may say something else of this value.
        let says = |&&place: &&usize| self.explanations[place].apply(value.written, value.now) == new;
        let agreeing = chosen.equals.iter().filter(says).count();
        hits / of * agreeing as f64 / chosen.equals.len() as f64
    }
}

/// The examples, each once, with the weight of the surest of those that say the same.
fn distinct<'a>(examples: &[Example<'a>]) -> Vec<Example<'a>> {
    let mut distinct = examples.to_vec();
    let key = |example: &Example<'a>| (example.written, example.meant, example.now);
    distinct.sort_by(|a, b| key(a).cmp(&key(b)).then(b.weight.total_cmp(&a.weight)));
    distinct.dedup_by_key(|example| key(example));
    distinct
}

/// What says what becomes of a value.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Why {
    /// It stands for another.
    Map(Option<String>),
    /// Its characters are damaged.
    Characters,
    /// An explanation, by its place, of values of a shape.
    Shape(usize, String),
}

/// What is said of shapes of which there is no example, and how probable it is.
fn general(said: &[Said], examples: &[Example<'_>]) -> Option<(usize, f64)> {
    // The first two are no rewrites.
    let measured = said.iter().enumerate().skip(2).filter_map(|(place, said)| {
        let sum = said.about(examples);
        let serves = sum.hits >= GENERAL.0 && sum.hits >= GENERAL.1 * sum.of;
        serves.then_some((place, sum.hits, sum.hits / (sum.of + PRIOR)))
    });
    let best = measured.max_by(|a, b| a.1.total_cmp(&b.1).then(b.0.cmp(&a.0)))?;
    Some((best.0, best.2))
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
    fn parts_of_one_row_that_only_changed_places_may_be_a_slip() {
        assert_eq!(learned(&[("3/7/2013", "7/3/2013")], &["4/5/2013", "9/8/2010"]), [None, None]);
    }

    #[test]
    fn what_stands_behind_numbers_is_taken_away_and_numbers_stay_whole() {
        let examples = [("5 kg", "5"), ("12 kg", "12"), ("7 kg", "7"), ("3 kg", "3")];
        let found = learned(&examples, &["9 kg", "12.5", "2015-03-14", "1,200", "2.5 kg"]);
        assert_eq!(found[..4], [Some("9".to_owned()), None, None, None]);
        assert_eq!(found[4].as_deref().unwrap_or("2.5"), "2.5");
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
        let two = [("shpd", "shipped"), ("opn", "open"), ("shpd", "shipped"), ("opn", "open")];
        let values = ["shpd", "opn", "x", "y", "z", "u", "v", "w", "open"];
        assert_eq!(learned(&two, &values)[..2], all_of(&["shipped", "open"]));
    }

    #[test]
    fn one_value_that_many_rows_hold_is_one_example() {
        let examples = [("abc.", "abc"), ("abc.", "abc"), ("abc.", "abc"), ("abc.", "abc")];
        assert_eq!(learned(&examples, &["Inc.", "Dr."]), [None, None]);
    }

    #[test]
    fn a_convention_is_judged_by_the_cells_that_it_changes() {
        let of =
            |written, now, meant| Example { written: Some(written), now: Some(now), meant: Some(meant), weight: 0.95 };
        let typos = vec![of("Xslo", "Xslo", "Oslo"), of("Rxme", "Rxme", "Rome"), of("Bern", "Bern", "Bern")];
        let value = |written, now| Value { written: Some(written), now: Some(now), cells: 3 };
        let values = vec![value("oslo", "Oslo"), value("Rome", "Rome")];
        let kept = learn(&[(typos.clone(), values.clone())]).pop().flatten().unwrap();
        let kept = kept.rewritten[0].clone().unwrap();
        assert!(kept.as_now && kept.probability > 0.99, "{kept:?}");
        // A label that says something else of a cell that the convention changes is wrong, or the cell is.
        let two = [of("rome", "Rome", "Rome"), of("rome", "Rome", "Lima"), of("rome", "Rome", "Rome")];
        let two = learn(&[(two.to_vec(), values.clone())]).pop().flatten().unwrap();
        assert!(two.rewritten[0].clone().unwrap().probability > 0.99);
        let odd = learn(&[(vec![of("rome", "Rome", "Lima")], values.clone())]).pop().flatten().unwrap();
        assert!(odd.rewritten[0].clone().unwrap().probability > 0.99);
        let against = [typos, vec![of("rome", "Rome", "rome"), of("bern", "Bern", "bern"), of("kiel", "Kiel", "kiel")]];
        let left = learn(&[(against.concat(), values)]).pop().flatten().unwrap();
        assert_eq!(left.rewritten[0].clone().unwrap().new.as_deref(), Some("oslo"));
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
