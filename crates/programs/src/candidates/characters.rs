//! Damaged characters: what stands in a value for each run of characters outside ASCII, told by the examples in which the
//! rest of the value stays as it is.

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
}

impl Characters {
    /// Learns from examples of any columns: what damaged one damaged the others.
    pub(crate) fn learn<'a>(examples: impl IntoIterator<Item = &'a Example<'a>>) -> Self {
        let mut found = Characters::default();
        for example in examples {
            let (Some(written), Some(meant)) = (example.written, example.meant) else { continue };
            if written != meant && !written.is_ascii() {
                for (run, instead) in aligned(written, meant) {
                    *found.meant.entry(run).or_default().entry(instead).or_default() += example.weight;
                }
            }
        }
        found
    }

    /// What is probably meant by each run in these values, longest first, and how probable it is: what the examples say of
    /// that run, or of all runs where they say nothing of it.
    pub(crate) fn rewrites<'a>(&self, values: impl IntoIterator<Item = &'a str>) -> Vec<(Rewrite, f64)> {
        let mut runs: Vec<&str> = values.into_iter().flat_map(runs).collect();
        runs.sort_unstable();
        runs.dedup();
        runs.sort_by(|a, b| b.len().cmp(&a.len()).then(a.cmp(b)));
        let mut any: BTreeMap<String, f64> = BTreeMap::new();
        for instead in self.meant.values() {
            instead.iter().for_each(|(text, weight)| *any.entry(text.clone()).or_default() += weight);
        }
        let decide = |run: &str| {
            let (own, of_all) = (self.meant.get(run), likeliest(&any)?);
            let (instead, share) = own.and_then(likeliest).unwrap_or(of_all);
            let rewrite = Rewrite::Every { from: run.to_owned(), to: instead.to_owned() };
            Some((rewrite, share))
        };
        runs.into_iter().filter_map(decide).collect()
    }
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
    found.into_iter().map(str::to_owned).zip(instead).filter(|(run, instead)| run != instead).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_for_a_run_is_learned_from_other_values() {
        let example = |written, meant| Example { written: Some(written), now: Some(written), meant: Some(meant), weight: 1.0 };
        let examples = [example("rÃ©sumÃ©", "résumé"), example("cafÃ©", "café"), example("naÃ¯ve", "naïve")];
        let found = Characters::learn(&examples).rewrites(["dÃ©jÃ¯"]);
        let told: Vec<String> = found.iter().map(|(rewrite, _)| format!("{rewrite:?}")).collect();
        assert!(told[0].contains("Ã©") && told[0].contains("\"é\""), "{told:?}");
        assert!(found[0].1 > found[1].1);
    }

    #[test]
    fn a_value_that_differs_elsewhere_tells_nothing() {
        assert_eq!(aligned("Ã©a", "éb"), []);
        assert_eq!(aligned("Ã©", "x"), []);
    }
}
