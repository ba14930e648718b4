//! What is believed of each thing, given how often the sources are right and who copies.

use super::accuracy::Accuracies;
use super::copying::Copying;
use super::panel::{Panel, Report, Reported, Thing};

/// N: how many wrong values a source that is wrong chooses from.
pub(super) const WRONG_VALUES: f64 = 5.0;

/// What is believed of one attribute.
#[derive(Default)]
pub(super) struct Beliefs {
    things: Vec<Belief>,
}

/// What is believed of one attribute of a thing.
#[derive(Default)]
struct Belief {
    /// The probability of each value, and behind them that of what nobody reports.
    probabilities: Vec<f64>,
    popularity: Popularity,
}

impl Beliefs {
    /// The probabilities of the values of a thing; the last is that of what nobody reports.
    pub(super) fn of(&self, thing: usize) -> &[f64] {
        &self.things[thing].probabilities
    }

    /// The mean of `ln π` of a value over what may be true instead, times the probability that it is wrong.
    pub(super) fn log_popularity(&self, thing: usize, value: usize) -> f64 {
        let Belief { probabilities, popularity } = &self.things[thing];
        let others = probabilities.iter().enumerate().filter(|&(truth, _)| truth != value);
        others.map(|(truth, belief)| belief * popularity.log(value, truth)).sum()
    }

    /// Keeps a share of older beliefs; says by how much a belief differs from its older one at most.
    pub(super) fn blend(&mut self, older: &Beliefs, inertia: f64) -> f64 {
        let mut most: f64 = 0.0;
        for (new, old) in self.things.iter_mut().zip(&older.things) {
            for (new, old) in new.probabilities.iter_mut().zip(&old.probabilities) {
                most = most.max((*new - old).abs());
                *new += inertia * (old - *new);
            }
        }
        most
    }
}

/// π: what is said where it is wrong.
#[derive(Clone, Debug, Default)]
struct Popularity {
    /// By value the logarithm of its reports; empty where all are equally likely.
    log_reports: Vec<f64>,
    /// By truth, that nobody reports last, the logarithm of the reports of other values.
    log_others: Vec<f64>,
}

impl Popularity {
    /// `reports` is by value how many reports there are that are no copies.
    fn new(reports: &[f64], kappa: f64) -> Self {
        let all: f64 = reports.iter().sum();
        let others = |right: f64| (all - right).max(0.0) + kappa * WRONG_VALUES;
        Popularity {
            log_reports: reports.iter().map(|reports| (reports + kappa).ln()).collect(),
            log_others: reports.iter().chain([&0.0]).map(|&right| others(right).ln()).collect(),
        }
    }

    /// `ln π(value | truth)`.
    fn log(&self, value: usize, truth: usize) -> f64 {
        if self.log_reports.is_empty() { -WRONG_VALUES.ln() } else { self.log_reports[value] - self.log_others[truth] }
    }
}

/// The beliefs in an attribute. Without `kappa` all wrong values are equally likely; `heat` multiplies the log odds.
pub(super) fn believe(
    panel: &Panel,
    attribute: usize,
    accuracies: &Accuracies,
    copying: &Copying,
    kappa: Option<f64>,
    heat: f64,
) -> Beliefs {
    let of = |thing: &Thing| {
        let reported = &thing.reported[attribute];
        let copied: Vec<Option<f64>> =
            reported.reports.iter().map(|report| copied(thing, reported, report, copying, attribute)).collect();
        let mut own = vec![0.0; reported.values.len()];
        for (report, copied) in reported.reports.iter().zip(&copied) {
            own[report.value] += report.weight * (1.0 - copied.unwrap_or(0.0));
        }
        let popularity = kappa.map_or_else(Popularity::default, |kappa| Popularity::new(&own, kappa));
        let mut log_odds = vec![0.0; reported.values.len() + 1];
        for (report, copied) in reported.reports.iter().zip(&copied) {
            let [log_right, log_wrong] = accuracies.logs(attribute, thing.sources[report.place]);
            for (truth, sum) in log_odds.iter_mut().enumerate() {
                let log =
                    if truth == report.value { log_right } else { log_wrong + popularity.log(report.value, truth) };
                *sum += report.weight * copied.map_or(log, |rate| (rate + (1.0 - rate) * log.exp()).ln());
            }
        }
        let mut probabilities = normalised(&log_odds, heat);
        if let Some(truth) = thing.known[attribute] {
            probabilities.fill(0.0);
            probabilities[truth] = 1.0;
        }
        Belief { probabilities, popularity }
    };
    Beliefs { things: panel.things.iter().map(of).collect() }
}

/// How probably a report is copied, where it agrees with the one that it may be copied from. Where it differs it is not
/// copied, and its source is judged as any other.
fn copied(thing: &Thing, reported: &Reported, report: &Report, copying: &Copying, attribute: usize) -> Option<f64> {
    let value = reported.only[report.place]?;
    let earlier = |source: usize| {
        let place = thing.sources[..report.place].binary_search(&source).ok()?;
        reported.only[place]
    };
    let originals = copying.originals(attribute, thing.sources[report.place]);
    let (original, rate) = originals.iter().find_map(|original| Some((earlier(original.source)?, original.rate)))?;
    (original == value).then_some(rate)
}

fn normalised(log_odds: &[f64], heat: f64) -> Vec<f64> {
    let top = log_odds.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let odds: Vec<f64> = log_odds.iter().map(|odds| (heat * (odds - top)).exp()).collect();
    let total: f64 = odds.iter().sum();
    odds.into_iter().map(|odds| odds / total).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_said_often_is_likelier_where_it_is_wrong() {
        let popularity = Popularity::new(&[6.0, 3.0, 1.0], 1.0);
        // If the first value is true, four reports are wrong, and five values might be.
        assert!((popularity.log(1, 0).exp() - 4.0 / 9.0).abs() < 1e-12);
        assert!(popularity.log(1, 0) > popularity.log(2, 0));
        // If none of them is, all reports are wrong.
        assert!((popularity.log(0, 3).exp() - 7.0 / 15.0).abs() < 1e-12);
    }

    #[test]
    fn without_counts_all_wrong_values_are_equally_likely() {
        assert!((Popularity::default().log(0, 1).exp() - 1.0 / WRONG_VALUES).abs() < 1e-12);
    }

    #[test]
    fn heat_makes_odds_steeper() {
        let [mild, steep] = [0.1, 1.0].map(|heat| normalised(&[0.0, -4.0], heat)[0]);
        assert!((mild.ln() - (1.0 - mild).ln() - 0.4).abs() < 1e-12);
        assert!((steep.ln() - (1.0 - steep).ln() - 4.0).abs() < 1e-12);
    }

    #[test]
    fn older_beliefs_are_kept_in_part() {
        let beliefs = |value: f64| {
            let belief = Belief { probabilities: vec![value, 1.0 - value], popularity: Popularity::default() };
            Beliefs { things: vec![belief] }
        };
        let mut new = beliefs(0.9);
        assert!((new.blend(&beliefs(0.1), 0.5) - 0.8).abs() < 1e-12);
        assert!((new.of(0)[0] - 0.5).abs() < 1e-12);
    }
}
