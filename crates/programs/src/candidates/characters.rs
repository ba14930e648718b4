//! Damaged characters: what stands in a value for each run of characters outside ASCII, told by the examples in which the
//! rest of the value stays as it is. How a value is written otherwise has nothing to do with it, so this is learned beside the
//! explanations of shapes, from all columns together: what damaged one damaged the others.

use std::collections::BTreeMap;

use lustrate_values::Rewrite;
use regex::{Regex, escape};

use crate::example::Example;

/// Runs in a value whose examples are looked at, at most.
const MOST_RUNS: usize = 60;

/// What was meant by runs of characters outside ASCII.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Characters {
    /// How often each was meant by each run.
    meant: BTreeMap<String, BTreeMap<String, f64>>,
    /// The same of all odd runs together.
    of_odd: BTreeMap<String, f64>,
}

impl Characters {
    /// Learns from examples of any columns, those that are right as they are among them.
    pub(crate) fn learn<'a>(examples: impl IntoIterator<Item = &'a Example<'a>>) -> Self {
        let mut found = Characters::default();
        for example in examples {
            let (Some(written), Some(meant)) = (example.written, example.meant) else { continue };
            if !written.is_ascii() {
                for (run, instead) in aligned(written, meant) {
                    if is_odd(&run) {
                        let of = if instead == run { KEPT.to_owned() } else { instead.clone() };
                        *found.of_odd.entry(of).or_default() += example.weight;
                    }
                    *found.meant.entry(run).or_default().entry(instead).or_default() += example.weight;
                }
            }
        }
        found
    }

    /// What probably becomes of each run in a text, and how probable all of it is: what the examples say of the run, or, of
    /// one that is no letter, what they say of all such runs. `None` where nothing would change.
    pub(crate) fn rewrite(&self, text: &str) -> Option<Repaired> {
        let mut found = Repaired { new: String::with_capacity(text.len()), probability: 1.0, rewrites: Vec::new() };
        let mut rest = text;
        for run in runs(text) {
            let place = rest.find(run).unwrap_or(0);
            found.new.push_str(&rest[..place]);
            rest = &rest[place + run.len()..];
            let own = self.meant.get(run).and_then(likeliest);
            let Some((instead, share)) = own.or_else(|| is_odd(run).then(|| likeliest(&self.of_odd)).flatten()) else {
                found.new.push_str(run);
                continue;
            };
            // Of odd runs that no example shows it is known only what becomes of others: they do not stay.
            let instead = if instead == KEPT { run } else { instead };
            found.new.push_str(instead);
            found.probability *= share;
            if instead != run {
                found.rewrites.push(Rewrite::Every { from: run.to_owned(), to: instead.to_owned() });
            }
        }
        found.new.push_str(rest);
        (!found.rewrites.is_empty()).then_some(found)
    }
}

/// A text whose damaged characters were put right.
pub(crate) struct Repaired {
    pub(crate) new: String,
    pub(crate) probability: f64,
    pub(crate) rewrites: Vec<Rewrite>,
}

/// Stands for a run that stays as it is, among what becomes of odd ones.
const KEPT: &str = "\u{0}";

/// Whether a run is not simply letters of another alphabet than English: marks that lie over others, signs, and what stands
/// for a character that could not be read.
pub(crate) fn is_odd(run: &str) -> bool {
    !run.chars().all(char::is_alphabetic)
}

/// The text that has the greatest weight, and its share with Laplace's rule of succession.
fn likeliest(weights: &BTreeMap<String, f64>) -> Option<(&str, f64)> {
    let all: f64 = weights.values().sum();
    let best = weights.iter().max_by(|a, b| a.1.total_cmp(b.1).then(b.0.cmp(a.0)))?;
    Some((best.0, (best.1 + 0.5) / (all + 1.0)))
}

/// The runs of characters outside ASCII in a text.
pub(crate) fn runs(text: &str) -> Vec<&str> {
    text.split(|c: char| c.is_ascii()).filter(|run| !run.is_empty()).collect()
}

/// The runs of characters outside ASCII in a text that are not simply letters: those that may be damaged.
pub fn odd_runs(text: &str) -> Vec<&str> {
    runs(text).into_iter().filter(|run| is_odd(run)).collect()
}

/// Each run of a text with what stands in its place in another; nothing where the rest is not the same.
fn aligned(written: &str, meant: &str) -> Vec<(String, String)> {
    let found = runs(written);
    if found.is_empty() || found.len() > MOST_RUNS || found.len() == 1 && found[0] == written {
        return Vec::new();
    }
    let mut expression = String::from("^(?s)");
    let mut rest = written;
    for run in &found {
        let place = rest.find(run).unwrap_or(0);
        let most = 2 * run.chars().count();
        expression.push_str(&format!("{}(.{{0,{most}}}?)", escape(&rest[..place])));
        rest = &rest[place + run.len()..];
    }
    expression.push_str(&format!("{}$", escape(rest)));
    let Some(groups) = Regex::new(&expression).ok().and_then(|regex| regex.captures(meant)) else { return Vec::new() };
    let instead = groups.iter().skip(1).map(|group| group.map_or("", |group| group.as_str()).to_owned());
    found.into_iter().map(str::to_owned).zip(instead).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_for_a_run_is_learned_from_other_values() {
        let example =
            |written, meant| Example { written: Some(written), now: Some(written), meant: Some(meant), weight: 1.0 };
        let examples = [example("rÃ©sumÃ©", "résumé"), example("cafÃ©", "café"), example("naÃ¯ve", "naïve")];
        let characters = Characters::learn(&examples);
        let found = characters.rewrite("dÃ©jÃ¯").unwrap();
        assert_eq!((found.new.as_str(), found.rewrites.len()), ("déjï", 2));
        assert!(found.probability > 0.5 && found.probability < characters.rewrite("dÃ©").unwrap().probability);
        assert!(characters.rewrite("Müller").is_none());
    }

    #[test]
    fn what_was_said_to_be_right_stays() {
        let example = |text| Example { written: Some(text), now: Some(text), meant: Some(text), weight: 1.0 };
        assert!(Characters::learn(&[example("5 €"), example("ü")]).rewrite("7 € für 3 £").is_none());
    }

    #[test]
    fn a_value_that_differs_elsewhere_tells_nothing() {
        assert_eq!(aligned("Ã©a", "éb"), []);
        assert_eq!(aligned("Ã©", "x"), []);
    }
}
