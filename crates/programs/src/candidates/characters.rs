//! Damaged characters: what stands in a value for each run of characters outside ASCII, told by the examples in which the
//! rest of the value stays as it is. How a value is written otherwise has nothing to do with it, so this is learned beside the
//! explanations of shapes, from all columns together: what damaged one damaged the others.

use std::collections::{BTreeMap, BTreeSet};

use lustrate_values::Rewrite;
use regex::{Regex, escape};

use crate::example::Example;
use crate::select::SEVERAL;

/// Runs in a value whose examples are looked at, at most.
const MOST_RUNS: usize = 60;

/// What was meant by runs of characters outside ASCII.
#[derive(Clone, Debug, Default)]
pub(crate) struct Characters {
    /// By run what was meant by it.
    meant: BTreeMap<String, BTreeMap<String, Support>>,
    /// The same of all odd runs together, [`KEPT`] for those that stay.
    of_odd: BTreeMap<String, Support>,
}

/// What says that something was meant.
#[derive(Clone, Debug, Default)]
struct Support {
    weight: f64,
    /// The values, or of odd runs together the runs.
    distinct: BTreeSet<String>,
}

impl Support {
    fn add(&mut self, weight: f64, of: &str) {
        self.weight += weight;
        self.distinct.insert(of.to_owned());
    }
}

impl Characters {
    /// Learns from examples of any columns, those that are right as they are among them.
    pub(crate) fn learn<'a>(examples: impl IntoIterator<Item = &'a Example<'a>>) -> Self {
        let mut found = Characters::default();
        for example in examples {
            let (Some(written), Some(meant)) = (example.written, example.meant) else { continue };
            if written.is_ascii() {
                continue;
            }
            for (run, instead) in aligned(written, meant) {
                if is_odd(&run) {
                    let of = if instead == run { KEPT } else { instead.as_str() };
                    found.of_odd.entry(of.to_owned()).or_default().add(example.weight, &run);
                }
                found.meant.entry(run).or_default().entry(instead).or_default().add(example.weight, written);
            }
        }
        found
    }

    /// What probably becomes of each run in a text, and how probable all of it is. `None` where nothing would change.
    pub(crate) fn rewrite(&self, text: &str) -> Option<Repaired> {
        let mut found = Repaired { new: String::with_capacity(text.len()), probability: 1.0 };
        let mut rest = text;
        for run in runs(text) {
            let place = rest.find(run).unwrap_or(0);
            found.new.push_str(&rest[..place]);
            rest = &rest[place + run.len()..];
            let (instead, share) = self.instead(run).unwrap_or((run, 1.0));
            found.new.push_str(instead);
            found.probability *= share;
        }
        found.new.push_str(rest);
        (found.new != text).then_some(found)
    }

    /// What is put right in these texts, as rewrites, longest runs first.
    pub(crate) fn rewrites<'a>(&self, texts: impl IntoIterator<Item = &'a str>) -> Vec<Rewrite> {
        let all: BTreeSet<&str> = texts.into_iter().flat_map(runs).collect();
        let changed = all.into_iter().filter_map(|run| Some((run, self.instead(run)?.0)));
        let mut changed: Vec<(&str, &str)> = changed.filter(|(run, instead)| run != instead).collect();
        changed.sort_by(|a, b| b.0.len().cmp(&a.0.len()).then(a.0.cmp(b.0)));
        let rewrite = |(run, instead): (&str, &str)| Rewrite::Every { from: run.to_owned(), to: instead.to_owned() };
        changed.into_iter().map(rewrite).collect()
    }

    /// What becomes of a run, and how probable that is: what the examples say of it, or, of one that is no letter, what they
    /// say of several such runs. A run of letters may be a whole word, which means something else in another row: of it
    /// several values must say the same.
    fn instead<'r>(&'r self, run: &'r str) -> Option<(&'r str, f64)> {
        if let Some(meant) = self.meant.get(run) {
            let (instead, share, support) = likeliest(meant)?;
            let several = support.weight > SEVERAL && support.distinct.len() > 1;
            return (is_odd(run) || instead == run || several).then_some((instead, share));
        }
        let (instead, share, support) = likeliest(&self.of_odd)?;
        let several = support.weight > SEVERAL && support.distinct.len() > 1;
        (is_odd(run) && instead != KEPT && several).then_some((instead, share))
    }
}

/// A text whose damaged characters were put right.
pub(crate) struct Repaired {
    pub(crate) new: String,
    pub(crate) probability: f64,
}

/// Stands for a run that stays as it is, among what becomes of odd ones.
const KEPT: &str = "\u{0}";

/// Whether a run is not simply letters of another alphabet than English: marks that lie over others, signs, and what stands
/// for a character that could not be read.
pub(crate) fn is_odd(run: &str) -> bool {
    !run.chars().all(char::is_alphabetic)
}

/// The text that has the greatest weight, its share with Laplace's rule of succession, and what says so.
fn likeliest(meant: &BTreeMap<String, Support>) -> Option<(&str, f64, &Support)> {
    let all: f64 = meant.values().map(|support| support.weight).sum();
    let best = meant.iter().max_by(|a, b| a.1.weight.total_cmp(&b.1.weight).then(b.0.cmp(a.0)))?;
    Some((best.0, (best.1.weight + 0.5) / (all + 1.0), best.1))
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
    if written == meant {
        return found.into_iter().map(|run| (run.to_owned(), run.to_owned())).collect();
    }
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
        assert_eq!((found.new.as_str(), characters.rewrites(["dÃ©jÃ¯"]).len()), ("déjï", 2));
        assert!(found.probability > 0.5 && found.probability < characters.rewrite("dÃ©").unwrap().probability);
        assert!(characters.rewrite("Müller").is_none());
    }

    #[test]
    fn what_one_run_meant_says_nothing_of_others() {
        let example =
            |written, meant| Example { written: Some(written), now: Some(written), meant: Some(meant), weight: 1.0 };
        let characters = Characters::learn(&[example("cafÃ©", "café"), example("Müller", "Mueller")]);
        for text in ["MÃ¼ller", "5 – 7", "Jürgen", "20 °"] {
            assert!(characters.rewrite(text).is_none(), "{text}");
        }
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
