//! How far some sources are better than others.

use std::collections::{BTreeMap, BTreeSet};

use lustrate_rules::Fusion;
use lustrate_table::{AttributeId, Code, RowId, Table};

use super::belief::Beliefs;
use super::copying::Likeness;
use super::panel::Panel;
use super::{SETTINGS, learn};

/// Pairs of reports at most that are compared.
const MOST_PAIRS: usize = 200_000;

/// The standard deviation of the accuracies of the sources, each weighted by its reports, as far as it is theirs: what every
/// second thing and the others say of them together is no chance (the root of the covariance). 0 where they contradict each
/// other. What is true is learned from all things: sources that copy could pass for the majority among half of them.
pub(crate) fn spread(table: &Table, fusion: &Fusion, attributes: &[AttributeId], things: &[Vec<RowId>]) -> f64 {
    let source = table.column(fusion.source);
    let reports = |rows: &Vec<RowId>| rows.iter().copied().filter(|&row| !source.code(row).is_null()).collect();
    let rows: Vec<Vec<RowId>> = things.iter().map(reports).collect();
    let panel = Panel::new(table, fusion, attributes.to_vec(), &rows, &BTreeSet::new());
    let learned = learn(&panel, &Likeness::new(&panel, MOST_PAIRS), SETTINGS[1]);
    let [one, other] = [0, 1].map(|first| records(&panel, &learned.beliefs, first));
    let judged_twice = one.iter().filter_map(|(source, record)| Some((record, other.get(source)?)));
    covariance(judged_twice).max(0.0).sqrt()
}

/// The reports of a source.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Record {
    /// Those that are believed.
    right: f64,
    all: f64,
}

impl Record {
    fn accuracy(&self) -> f64 {
        self.right / self.all
    }
}

/// What is believed of the reports of each source on every second thing, from one of the first two on.
fn records(panel: &Panel, beliefs: &[Beliefs], first: usize) -> BTreeMap<Code, Record> {
    let mut records: BTreeMap<Code, Record> = BTreeMap::new();
    for (place, thing) in panel.things.iter().enumerate().skip(first).step_by(2) {
        for (reported, beliefs) in thing.reported.iter().zip(beliefs) {
            for report in &reported.reports {
                let record = records.entry(panel.sources[thing.sources[report.place]]).or_default();
                record.right += report.weight * beliefs.of(place)[report.value];
                record.all += report.weight;
            }
        }
    }
    records
}

/// The covariance of the accuracies, each pair weighted by its fewer reports; 0 where there are no two pairs.
fn covariance<'r>(pairs: impl Iterator<Item = (&'r Record, &'r Record)>) -> f64 {
    let pairs: Vec<(f64, f64, f64)> =
        pairs.map(|(one, other)| (one.all.min(other.all), one.accuracy(), other.accuracy())).collect();
    let all: f64 = pairs.iter().map(|(weight, ..)| weight).sum();
    if pairs.len() < 2 {
        return 0.0;
    }
    let mean = |of: &dyn Fn(f64, f64) -> f64| pairs.iter().map(|&(w, a, b)| w * of(a, b)).sum::<f64>() / all;
    let (one, other) = (mean(&|a, _| a), mean(&|_, b| b));
    mean(&|a, b| (a - one) * (b - other))
}

#[cfg(test)]
mod tests {
    use super::super::made_up::{chance, fusion, table};
    use super::super::panel::things;
    use super::*;

    /// The spread of ten sources on so many flights, of which the first four are wrong so often and the others in one of
    /// twenty reports.
    fn of(flights: usize, wrong: f64) -> f64 {
        let mut rows = Vec::new();
        for flight in 0..flights {
            for source in 0..10 {
                let said = |column: usize| {
                    let slips = chance([source, flight, column]) < if source < 4 { wrong } else { 0.05 };
                    if slips { format!("slip{source}-{flight}") } else { format!("right{flight}") }
                };
                rows.push([format!("s{source}"), format!("F{flight}"), said(2), said(3)]);
            }
        }
        let (table, fusion) = (table(&rows), fusion(&[]));
        let attributes: Vec<AttributeId> = table.schema().ids().skip(2).collect();
        spread(&table, &fusion, &attributes, &things(&table, &fusion).1)
    }

    #[test]
    fn what_differs_by_chance_alone_is_no_spread() {
        let by_chance: Vec<f64> = [20, 40, 80].map(|flights| of(flights, 0.05)).into();
        assert!(by_chance.iter().all(|spread| *spread < 0.03), "{by_chance:?}");
    }

    #[test]
    fn the_spread_is_that_of_how_often_the_sources_are_right() {
        // Four of ten err a quarter more often than the others.
        let spread = of(200, 0.3);
        assert!((spread - 0.25 * (0.4f64 * 0.6).sqrt()).abs() < 0.02, "{spread}");
    }
}
