//! All reports, thing by thing.

use std::collections::{BTreeMap, BTreeSet};
use std::hash::BuildHasher;

use foldhash::fast::FixedState;
use lustrate_rules::Fusion;
use lustrate_table::{AttributeId, CellId, Code, Groups, RowId, Table};

use super::Claim;

/// Two reports of a thing agree at least so often in an attribute of the thing; others are of the report alone.
const LEAST_AGREEMENT: f64 = 0.1;

/// The reports of all sources on all things. A source is its place in `sources`, an attribute its place in `attributes`.
pub(super) struct Panel {
    /// The attributes that are about the things.
    pub attributes: Vec<AttributeId>,
    /// Those with the most reports first: a source copies from one before it.
    pub sources: Vec<Code>,
    /// The accuracy that a rule gives to a source.
    pub given: Vec<Option<f64>>,
    pub things: Vec<Thing>,
}

/// The reports of one thing.
pub(super) struct Thing {
    /// A number that depends on nothing but the texts of the entity.
    pub hash: u64,
    /// The sources that report it, in their order.
    pub sources: Vec<usize>,
    /// By attribute.
    pub reported: Vec<Reported>,
    /// By attribute the place of the value that is known to be true, because somebody said so of a row.
    pub known: Vec<Option<usize>>,
}

/// What is reported of one attribute of a thing.
pub(super) struct Reported {
    /// The values, each once.
    pub values: Vec<Code>,
    /// In the order of the sources.
    pub reports: Vec<Report>,
    /// By place of the source the value that it reports, if it reports one and no other.
    pub only: Vec<Option<usize>>,
}

/// That a source reports a value.
#[derive(Clone, Copy)]
pub(super) struct Report {
    /// The place among the sources of the thing.
    pub place: usize,
    /// The place of the value.
    pub value: usize,
    /// How much it counts: a source that contradicts itself spreads its one vote.
    pub weight: f64,
}

impl Panel {
    /// The reports of the rows of each thing. All of them have a source.
    pub(super) fn new(
        table: &Table,
        fusion: &Fusion,
        attributes: Vec<AttributeId>,
        rows: &[Vec<RowId>],
        known: &BTreeSet<CellId>,
    ) -> Self {
        let source = table.column(fusion.source);
        let about = |attribute: &AttributeId| {
            *attribute != fusion.source
                && !fusion.entity.contains(attribute)
                && agreement(table, rows, *attribute) >= LEAST_AGREEMENT
        };
        let attributes: Vec<AttributeId> = attributes.into_iter().filter(about).collect();
        let sources = ordered_sources(table, fusion.source, &attributes, rows.iter().flatten());
        let mut place = vec![0; source.dictionary().len()];
        sources.iter().enumerate().for_each(|(at, code)| place[code.index()] = at);
        let name = |code: &Code| source.dictionary().text(*code).unwrap_or_default();
        let given = sources.iter().map(|code| fusion.trust.get(name(code)).copied()).collect();
        let of_row = |row: RowId| place[source.code(row).index()];
        let things = rows.iter().map(|rows| Thing::new(table, fusion, &of_row, &attributes, (rows, known))).collect();
        Panel { attributes, sources, given, things }
    }

    /// What is claimed of a thing, likeliest first. `accuracy` is that of each source in the attribute.
    pub(super) fn claims(&self, attribute: usize, thing: usize, beliefs: &[f64], accuracy: &[f64]) -> Vec<Claim> {
        let thing = &self.things[thing];
        let reported = &thing.reported[attribute];
        let claim = |(place, &code): (usize, &Code)| {
            let saying = reported.reports.iter().filter(|report| report.value == place);
            let by = saying.map(|report| thing.sources[report.place]);
            let best = by.clone().reduce(|best, next| if accuracy[next] > accuracy[best] { next } else { best });
            Claim {
                code,
                probability: beliefs[place],
                sources: by.count(),
                best_source: self.sources[best.expect("a value is reported by a source")],
            }
        };
        let mut claims: Vec<Claim> = reported.values.iter().enumerate().map(claim).collect();
        claims.sort_by(|a, b| b.probability.total_cmp(&a.probability).then(a.code.cmp(&b.code)));
        claims
    }
}

impl Thing {
    fn new(
        table: &Table,
        fusion: &Fusion,
        source: &dyn Fn(RowId) -> usize,
        attributes: &[AttributeId],
        (rows, known): (&[RowId], &BTreeSet<CellId>),
    ) -> Self {
        let mut sources: Vec<usize> = rows.iter().map(|&row| source(row)).collect();
        sources.sort_unstable();
        sources.dedup();
        let place = |row: RowId| sources.binary_search(&source(row)).expect("the sources are those of the rows");
        let reported = |&attribute: &AttributeId| {
            let column = table.column(attribute);
            let mut counts: BTreeMap<(usize, Code), f64> = BTreeMap::new();
            for &row in rows.iter().filter(|&&row| !column.code(row).is_null()) {
                *counts.entry((place(row), column.code(row))).or_default() += 1.0;
            }
            Reported::new(&counts, sources.len())
        };
        let text = |row: RowId, part: AttributeId| table.text(CellId { row, attribute: part });
        let entity = rows.first().map(|&row| fusion.entity.iter().map(|&part| text(row, part)).collect::<Vec<_>>());
        let hash = FixedState::with_seed(5).hash_one(entity);
        let reported: Vec<Reported> = attributes.iter().map(reported).collect();
        let truth = |(&attribute, reported): (&AttributeId, &Reported)| {
            let mut said: BTreeMap<Code, usize> = BTreeMap::new();
            for &row in rows.iter().filter(|&&row| known.contains(&CellId { row, attribute })) {
                *said.entry(table.column(attribute).code(row)).or_default() += 1;
            }
            let most = said.values().copied().max()?;
            // Of two that are said as often neither is known.
            let mut likeliest = said.into_iter().filter(|&(_, count)| count == most);
            let (Some((code, _)), None) = (likeliest.next(), likeliest.next()) else { return None };
            reported.values.binary_search(&code).ok()
        };
        let known = attributes.iter().zip(&reported).map(truth).collect();
        Thing { hash, reported, sources, known }
    }
}

impl Reported {
    /// From how often each source, by its place, reports each value.
    fn new(counts: &BTreeMap<(usize, Code), f64>, sources: usize) -> Self {
        let mut values: Vec<Code> = counts.keys().map(|&(_, code)| code).collect();
        values.sort_unstable();
        values.dedup();
        let mut totals = vec![0.0; sources];
        counts.iter().for_each(|(&(place, _), count)| totals[place] += count);
        let value = |code| values.binary_search(&code).expect("the values are those of the counts");
        let report = |(&(place, code), count): (&(usize, Code), &f64)| {
            let weight = count / totals[place];
            Report { place, value: value(code), weight }
        };
        let reports: Vec<Report> = counts.iter().map(report).collect();
        let mut only = vec![None; sources];
        reports.iter().filter(|report| report.weight == 1.0).for_each(|report| only[report.place] = Some(report.value));
        Reported { values, reports, only }
    }
}

/// The thing of each row with a source, and the rows of each thing.
pub(super) fn things(table: &Table, fusion: &Fusion) -> (Vec<Option<usize>>, Vec<Vec<RowId>>) {
    let key: Vec<_> = fusion.entity.iter().map(|&part| table.column(part)).collect();
    let entities = Groups::new(&key);
    let source = table.column(fusion.source);
    let reports = |row: RowId| !source.code(row).is_null();
    let thing: Vec<_> = table.row_ids().map(|row| entities.group(row).filter(|_| reports(row))).collect();
    let mut rows = vec![Vec::new(); entities.len()];
    for (row, thing) in thing.iter().enumerate() {
        if let Some(thing) = thing {
            rows[*thing].push(RowId(row as u32));
        }
    }
    (thing, rows)
}

/// The share of pairs of reports of one thing that agree in an attribute.
fn agreement(table: &Table, things: &[Vec<RowId>], attribute: AttributeId) -> f64 {
    let column = table.column(attribute);
    let (mut agree, mut all) = (0.0, 0.0);
    for rows in things {
        let mut counts: BTreeMap<Code, f64> = BTreeMap::new();
        for &row in rows.iter().filter(|&&row| !column.code(row).is_null()) {
            *counts.entry(column.code(row)).or_default() += 1.0;
        }
        let total: f64 = counts.values().sum();
        // Every thing counts alike, not every pair: a thing with many reports would outweigh all others.
        if total > 1.0 {
            agree += counts.values().map(|n| n * (n - 1.0)).sum::<f64>() / (total * (total - 1.0));
            all += 1.0;
        }
    }
    if all > 0.0 { agree / all } else { 0.0 }
}

/// The sources, those with the most reports first and equals by their names, so that the order of the rows does not matter.
fn ordered_sources<'r>(
    table: &Table,
    source: AttributeId,
    attributes: &[AttributeId],
    rows: impl Iterator<Item = &'r RowId>,
) -> Vec<Code> {
    let column = table.column(source);
    let mut reports: BTreeMap<Code, usize> = BTreeMap::new();
    for &row in rows {
        let told = attributes.iter().filter(|&&attribute| !table.column(attribute).code(row).is_null());
        *reports.entry(column.code(row)).or_default() += told.count();
    }
    let mut sources: Vec<(Code, usize)> = reports.into_iter().collect();
    let name = |code: Code| column.dictionary().text(code);
    sources.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| name(a.0).cmp(&name(b.0))));
    sources.into_iter().map(|(code, _)| code).collect()
}

#[cfg(test)]
mod tests {
    use super::super::made_up::{panel, table};

    #[test]
    fn a_source_that_contradicts_itself_spreads_its_vote() {
        let panel = panel(&table(&[["x", "F", "1"], ["x", "F", "2"], ["y", "F", "2"], ["z", "F", "2"]]));
        let reported = &panel.things[0].reported[0];
        let weights: Vec<(usize, f64)> = reported.reports.iter().map(|report| (report.place, report.weight)).collect();
        assert_eq!(weights, [(0, 0.5), (0, 0.5), (1, 1.0), (2, 1.0)]);
        assert_eq!(reported.only, [None, Some(1), Some(1)]);
    }

    #[test]
    fn sources_with_more_reports_come_first_and_then_by_name() {
        let table = table(&[["b", "F", "1"], ["a", "F", "1"], ["c", "F", "1"], ["c", "H", "1"]]);
        let panel = panel(&table);
        let names: Vec<&str> = panel
            .sources
            .iter()
            .map(|&code| table.column(lustrate_table::AttributeId(0)).dictionary().text(code).unwrap())
            .collect();
        assert_eq!(names, ["c", "a", "b"]);
    }
}
