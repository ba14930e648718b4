//! How often each source is right.

use statrs::function::gamma::digamma;

use super::belief::Beliefs;
use super::panel::Panel;

/// What is thought of a source before it has reported anything, and how many reports that is worth.
const FIRST_ACCURACY: f64 = 0.8;
const FIRST_REPORTS: f64 = 2.0;
/// How many reports the accuracy in the other attributes is worth.
const POOL: f64 = 20.0;
/// How many reports one counts on a thing that is known.
const KNOWN: f64 = 5.0;
/// No source is wrong in less than so many reports.
const LEAST_WRONG: f64 = 0.05;
/// No source is taken to be better or worse than this where its errors are compared with those of others.
const ACCURACIES: (f64, f64) = (0.02, 0.98);

/// Whether a source is judged in an attribute by what it says there, or only by what it says in the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Own {
    Ignored,
    Counted,
}

/// The accuracies of the sources by attribute.
///
/// They are not known but by so many reports, so what counts in a belief is the mean of their logarithm (a beta
/// distribution): a source with few reports is neither trusted nor distrusted much.
pub(super) struct Accuracies {
    /// By attribute and source.
    accuracies: Vec<Vec<Accuracy>>,
}

#[derive(Clone, Copy)]
struct Accuracy {
    mean: f64,
    log_right: f64,
    log_wrong: f64,
}

impl Accuracy {
    fn given(right: f64) -> Self {
        let mean = right.clamp(1e-6, 1.0 - 1e-6);
        Accuracy { mean, log_right: mean.ln(), log_wrong: (1.0 - mean).ln() }
    }

    /// Of a source that was right and wrong so many times.
    fn learned(right: f64, wrong: f64) -> Self {
        let (right, wrong) = (right.max(LEAST_WRONG), wrong.max(LEAST_WRONG));
        let all = digamma(right + wrong);
        Accuracy { mean: right / (right + wrong), log_right: digamma(right) - all, log_wrong: digamma(wrong) - all }
    }
}

impl Accuracies {
    /// Before anything is believed.
    pub(super) fn first(panel: &Panel) -> Self {
        let learned = Accuracy::learned(POOL * FIRST_ACCURACY, POOL * (1.0 - FIRST_ACCURACY));
        let of = |given: &Option<f64>| given.map_or(learned, Accuracy::given);
        Accuracies { accuracies: vec![panel.given.iter().map(of).collect(); panel.attributes.len()] }
    }

    /// By what is believed of the things.
    pub(super) fn new(panel: &Panel, beliefs: &[Beliefs], own: Own) -> Self {
        let (attributes, sources) = (panel.attributes.len(), panel.sources.len());
        let mut right = vec![vec![0.0; sources]; attributes];
        let mut reports = vec![vec![0.0; sources]; attributes];
        for attribute in 0..attributes {
            for (place, thing) in panel.things.iter().enumerate() {
                let belief = beliefs[attribute].of(place);
                let counts = if thing.known[attribute].is_some() { KNOWN } else { 1.0 };
                for report in &thing.reported[attribute].reports {
                    let source = thing.sources[report.place];
                    right[attribute][source] += counts * report.weight * belief[report.value];
                    reports[attribute][source] += counts * report.weight;
                }
            }
        }
        let of = |attribute: usize, source: usize| {
            if let Some(given) = panel.given[source] {
                return Accuracy::given(given);
            }
            // With a single attribute there is nothing else to judge a source by.
            let counts = |other: &usize| *other != attribute || attributes == 1;
            let total =
                |sums: &[Vec<f64>]| (0..attributes).filter(counts).map(|other| sums[other][source]).sum::<f64>();
            let pooled = (total(&right) + FIRST_ACCURACY * FIRST_REPORTS) / (total(&reports) + FIRST_REPORTS);
            let (right, reports) = match own {
                Own::Ignored => (0.0, 0.0),
                Own::Counted => (right[attribute][source], reports[attribute][source]),
            };
            Accuracy::learned(right + POOL * pooled, reports - right + POOL * (1.0 - pooled))
        };
        let accuracies = |attribute: usize| (0..sources).map(|source| of(attribute, source)).collect();
        Accuracies { accuracies: (0..attributes).map(accuracies).collect() }
    }

    pub(super) fn sources(&self) -> usize {
        self.accuracies.first().map_or(0, Vec::len)
    }

    /// The share of its reports in which a source is right.
    pub(super) fn mean(&self, attribute: usize, source: usize) -> f64 {
        self.accuracies[attribute][source].mean
    }

    /// How often a source is wrong, where its errors are compared with those of others.
    pub(super) fn wrong(&self, attribute: usize, source: usize) -> f64 {
        1.0 - self.mean(attribute, source).clamp(ACCURACIES.0, ACCURACIES.1)
    }

    /// The logarithms of the probabilities that a source is right and that it is wrong.
    pub(super) fn logs(&self, attribute: usize, source: usize) -> [f64; 2] {
        let accuracy = self.accuracies[attribute][source];
        [accuracy.log_right, accuracy.log_wrong]
    }
}

#[cfg(test)]
mod tests {
    use super::super::belief::believe;
    use super::super::copying::Copying;
    use super::super::made_up::{panel, table, trusting};
    use super::*;

    /// Source z is alone against three others in the first column, and right in the second.
    fn reports() -> lustrate_table::Table {
        let row = |source: &str, flight: usize, first: &str| {
            [source.to_owned(), format!("F{flight}"), first.to_owned(), "right".to_owned()]
        };
        let of = |flight: usize| {
            ["a", "b", "c", "z"].map(|source| row(source, flight, if source == "z" { "z" } else { "x" }))
        };
        table(&(0..30).flat_map(of).collect::<Vec<_>>())
    }

    fn learned(panel: &Panel, own: Own) -> Accuracies {
        let (first, copying) = (Accuracies::first(panel), Copying::none(panel));
        let beliefs: Vec<Beliefs> = (0..2).map(|place| believe(panel, place, &first, &copying, None, 1.0)).collect();
        Accuracies::new(panel, &beliefs, own)
    }

    #[test]
    fn a_source_is_judged_by_its_own_reports_or_by_the_others() {
        let panel = panel(&reports());
        // Sources with equally many reports are in the order of their names.
        let z = 3;
        let [own, others] = [Own::Counted, Own::Ignored].map(|own| learned(&panel, own).mean(0, z));
        assert!(own < 0.5 && others > 0.9, "{own} {others}");
    }

    #[test]
    fn a_given_accuracy_stays() {
        let table = reports();
        let panel = trusting(&table, &[("z", 0.97)]);
        assert!((learned(&panel, Own::Counted).mean(0, 3) - 0.97).abs() < 1e-9);
    }

    #[test]
    fn few_reports_count_for_little_in_a_belief() {
        let odds = |accuracy: Accuracy| accuracy.log_right - accuracy.log_wrong;
        assert!(odds(Accuracy::learned(3.0, 1.0)) < odds(Accuracy::given(0.75)) + 0.5);
        assert!(odds(Accuracy::learned(1.0, 1.0)).abs() < 1e-9);
        assert!(odds(Accuracy::learned(300.0, 100.0)) - odds(Accuracy::given(0.75)) < 0.01);
    }
}
