//! Things of which several sources report, and contradict each other: forty web sites on each flight.
//!
//! A dependency that a third of its groups break is no rule about rows. Where another column tells the rows of each group
//! apart, as the source of a report does, it may be one about things.

use lustrate_table::{AttributeId, Groups};
use rayon::prelude::*;

use crate::accept::covers_as_pair;
use crate::cover::Edge;
use crate::numbers::SURE;
use crate::proposals::singles;
use crate::{CodeColumn, DependencySearch, Marginal, ProposedDependency, Support};

/// A thing of which several sources report.
#[derive(Clone, Debug, PartialEq)]
pub struct ContestedThing {
    /// The attribute whose values tell which source reports.
    pub source: AttributeId,
    /// The attribute that names the thing.
    pub thing: AttributeId,
    /// What is reported of it, in the order of the columns.
    pub reported: Vec<(AttributeId, Support)>,
}

/// Source and thing name a row in this share of the rows.
const UNIQUE: f64 = 0.98;
/// Reports of a thing, and of a source, on average.
const LEAST_REPORTS: f64 = 5.0;
/// Sources and reported attributes at least.
const LEAST_SOURCES: usize = 3;
const LEAST_REPORTED: usize = 2;
/// A report that others repeat and yet is not that of most: this share of all, on average over the attributes.
const CONTESTED: f64 = 0.05;
/// What a thing tells of a report, in nats.
const TELLS: f64 = 0.5;
/// Pairs of source and thing that are tried.
const MOST_TRIES: usize = 200;

/// Finds the thing that reports are about, if the table is one of reports. `known` are the dependencies that hold: what
/// they determine is not contested.
///
/// Of things that sources report of, the one of which most attributes are reported; of its sources the one with the fewest
/// values. Whether some sources are better than others is for the fusion of reports to say.
pub fn contested_thing(search: &DependencySearch<'_>, known: &[ProposedDependency]) -> Option<ContestedThing> {
    let rows = search.hashes.len();
    let marginals: Vec<Marginal> = search.columns.par_iter().map(|&column| Marginal::new(column)).collect();
    let counted = |&attribute: &AttributeId| {
        let mut counts = search.columns[attribute.index()].counts();
        let missing = counts.pop().unwrap_or(0);
        let distinct = counts.iter().filter(|&&count| count > 0).count();
        let names = f64::from(missing) <= (1.0 - UNIQUE) * rows as f64
            && distinct >= LEAST_SOURCES
            && rows as f64 >= LEAST_REPORTS * distinct as f64;
        names.then_some((distinct, attribute))
    };
    let mut names: Vec<(usize, AttributeId)> = search.determinants.iter().filter_map(counted).collect();
    names.sort_unstable();
    let is_known = |target: AttributeId| known.iter().any(|line| line.rhs.iter().any(|&(known, _)| known == target));
    let edges = singles(search, &marginals).edges;
    let sure = SURE + (edges.len().max(1) as f64).ln();
    let reports = |edge: &&Edge| {
        let told = edge.support.evidence >= sure.max(TELLS * f64::from(edge.support.rows));
        told && !is_known(edge.dependency.rhs) && covers_as_pair(&edge.support, edge.whole)
    };
    let mut things: Vec<(AttributeId, Vec<(AttributeId, Support)>)> = Vec::new();
    for edge in
        edges.iter().filter(|edge| names.iter().any(|&(_, name)| name == edge.dependency.lhs[0])).filter(reports)
    {
        match things.last_mut().filter(|(thing, _)| *thing == edge.dependency.lhs[0]) {
            Some((_, reported)) => reported.push((edge.dependency.rhs, edge.support)),
            None => things.push((edge.dependency.lhs[0], vec![(edge.dependency.rhs, edge.support)])),
        }
    }
    things.retain(|(_, reported)| {
        let contested =
            |(_, found): &(AttributeId, Support)| f64::from(found.systematic) / f64::from(found.rows.max(1));
        let mean = reported.iter().map(contested).sum::<f64>() / reported.len() as f64;
        reported.len() >= LEAST_REPORTED && mean >= CONTESTED
    });
    things.sort_by_key(|(thing, reported)| (std::cmp::Reverse(reported.len()), *thing));
    let mut tries = things.into_iter().flat_map(|thing| names.iter().map(move |&(_, source)| (source, thing.clone())));
    let found = tries.by_ref().take(MOST_TRIES).find(|(source, (thing, reported))| {
        let is_reported = reported.iter().any(|(attribute, _)| attribute == source);
        source != thing && !is_reported && tell_apart(search, *source, *thing)
    });
    found.map(|(source, (thing, mut reported))| {
        reported.sort_by_key(|&(attribute, _)| attribute);
        ContestedThing { source, thing, reported }
    })
}

/// Whether two attributes together name nearly every row.
fn tell_apart(search: &DependencySearch<'_>, source: AttributeId, thing: AttributeId) -> bool {
    let groups: Groups = CodeColumn::groups(&[search.columns[source.index()], search.columns[thing.index()]]);
    groups.len() as f64 >= UNIQUE * search.hashes.len() as f64
}

#[cfg(test)]
mod tests {
    use lustrate_table::Code;

    use super::*;
    use crate::proposed_dependencies;

    fn mix(row: u32, salt: u64) -> u32 {
        let mixed = (u64::from(row) + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15 ^ salt.wrapping_mul(0xc2b2_ae3d_27d4_eb4f));
        ((mixed ^ (mixed >> 29)).wrapping_mul(0xbf58_476d_1ce4_e5b9) >> 33) as u32
    }

    fn find(rows: u32, columns: &[&dyn Fn(u32) -> u32]) -> Option<(u32, u32, Vec<u32>)> {
        let cells: Vec<Vec<Code>> = columns.iter().map(|cell| (0..rows).map(|row| Code(cell(row))).collect()).collect();
        let codes: Vec<CodeColumn<'_>> = cells.iter().map(|codes| CodeColumn { codes, distinct: 1000 }).collect();
        let all: Vec<_> = (0..codes.len() as u32).map(AttributeId).collect();
        let hashes: Vec<u64> = (0..u64::from(rows)).map(|row| row.wrapping_mul(0x9e37_79b9_7f4a_7c15)).collect();
        let search = DependencySearch { columns: &codes, hashes: &hashes, determinants: &all, targets: &all };
        let found = contested_thing(&search, &proposed_dependencies(&search))?;
        Some((found.source.0, found.thing.0, found.reported.iter().map(|(id, _)| id.0).collect()))
    }

    #[test]
    fn sources_that_copy_each_others_errors_are_reports_of_a_thing() {
        let (source, thing) = (|row: u32| row % 20, |row: u32| row / 20);
        // A third of the things is reported by half of the sources as by an outdated one.
        let stale = |row: u32, salt: u64| {
            u32::from(mix(thing(row), salt).is_multiple_of(3) && mix(source(row), 9).is_multiple_of(2))
        };
        let gate = |row: u32| (mix(thing(row), 1) + stale(row, 3)) % 50;
        let time = |row: u32| (mix(thing(row), 2) + stale(row, 4)) % 300;
        assert_eq!(find(1200, &[&source, &thing, &gate, &time]), Some((0, 1, vec![2, 3])));
    }

    #[test]
    fn what_nobody_contests_is_no_report() {
        let (source, thing) = (|row: u32| row % 20, |row: u32| row / 20);
        let gate = |row: u32| mix(thing(row), 1) % 50;
        assert_eq!(find(1200, &[&source, &thing, &gate, &|row| mix(row, 2) % 300]), None);
    }
}
