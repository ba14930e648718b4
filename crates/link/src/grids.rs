//! Sources where no rule says what is reported on: pairs of columns, one of things and one of sources.

use std::collections::BTreeMap;

use lustrate_rules::{Dependency, Fusion};
use lustrate_table::{AttributeId, Table, count_codes};
use rayon::prelude::*;

use crate::sizes::Sizes;
use crate::structure::{LEAST_ATTRIBUTES, LEAST_DISAGREEMENT, LEAST_REPORTS, LEAST_SOURCES, LEAST_UNIQUE, sources_of};
use crate::things::Things;

/// Two reports of one thing agree on an attribute more often than two of any things by this much. What no rule says must be
/// plain.
const LEAST_AGREEMENT: f64 = 0.25;
/// This share of the rows would repeat a thing and a source by chance: a source reports on every fifth thing or so. Of
/// columns of events, such as orders, customers and prices, many pairs come once because they seldom come at all.
const LEAST_BY_CHANCE: f64 = 0.1;
/// Names of sources are words: what numbers its rows, or dates them, tells states of a thing apart and not reports.
const MOST_NUMBERS: f64 = 0.1;
/// Pairs of a thing and a source that are looked at.
const MOST_GRIDS: usize = 500;

/// The rule on sources without one that says what a thing is: one column names it, and rows that agree on it agree on others far
/// more often than rows of different things do, and than rows of one source do.
///
/// What a dependency says of an attribute is no report: where a product has one name and one supplier, the products of a
/// supplier do not contradict each other.
pub(crate) fn unruled(table: &Table, dependencies: &[Dependency]) -> Option<Fusion> {
    let ids: Vec<AttributeId> = table.schema().ids().collect();
    let mut grids = grids(table);
    if grids.is_empty() {
        return None;
    }
    let by_chance: Vec<f64> = ids.par_iter().map(|&id| by_chance(table, id)).collect();
    for Grid { entity, source, attributes, .. } in &mut grids {
        let is_report =
            |id: &AttributeId| id != entity && id != source && !belongs_elsewhere(*id, *entity, dependencies);
        attributes.extend(ids.iter().copied().filter(is_report).map(|id| (id, 0.0)));
    }
    let plain = |things: &Things<'_>, id: AttributeId| {
        let differ = things.disagreement(id) >= LEAST_DISAGREEMENT;
        let agreement = if differ { things.agreement(id) } else { 0.0 };
        (agreement - by_chance[id.index()] >= LEAST_AGREEMENT).then_some(agreement)
    };
    // What the rows of things say leaves few of those of sources to be asked.
    let grids = asked(
        table,
        grids,
        |grid| grid.entity,
        |things, grid, known| {
            if grid.attributes.len() < LEAST_ATTRIBUTES || !things.tell_apart(grid.source, LEAST_UNIQUE) {
                return false;
            }
            grid.attributes.retain(|&id, agreement| {
                let plain = *known.entry(id).or_insert_with(|| plain(things, id));
                plain.inspect(|plain| *agreement = *plain).is_some()
            });
            grid.attributes.len() >= LEAST_ATTRIBUTES
        },
    );
    let grids = asked(
        table,
        grids,
        |grid| grid.source,
        |reports, grid, known| {
            grid.attributes.retain(|&id, agreement| {
                let of_source = *known.entry(id).or_insert_with(|| Some(reports.agreement(id)));
                of_source.is_some_and(|of_source| *agreement - of_source >= LEAST_AGREEMENT)
            });
            grid.attributes.len() >= LEAST_ATTRIBUTES
        },
    );
    // The one on which most is reported is the one, and of those the one whose sources differ most; the others need not be
    // weighed, which is what takes time.
    let mut by_attributes: BTreeMap<usize, Vec<Grid>> = BTreeMap::new();
    for grid in grids {
        by_attributes.entry(grid.attributes.len()).or_default().push(grid);
    }
    by_attributes.into_values().rev().find_map(|grids| {
        let weighed = grids.into_par_iter().filter_map(|Grid { entity, source, attributes, .. }| {
            let attributes: Vec<AttributeId> = attributes.into_keys().collect();
            sources_of(table, vec![entity], &attributes, &|other| other == source)
        });
        let found: Vec<(Fusion, f64)> = weighed.collect();
        let best = found.into_iter().reduce(|best, next| if best.1.total_cmp(&next.1).is_lt() { next } else { best });
        best.map(|(fusion, _)| fusion)
    })
}

/// A column that may name things and one that may name the sources that report them.
struct Grid {
    /// How many pairs of a thing and a source are possible.
    rooms: u64,
    entity: AttributeId,
    source: AttributeId,
    /// What may be reported, with how often two reports of one thing agree on it.
    attributes: BTreeMap<AttributeId, f64>,
}

/// The grids that are looked at. Only where as many pairs are possible as there are rows can a pair name a row, and only where
/// rows would repeat pairs by chance does it tell that they do not; those that leave fewest rooms empty are likeliest to be
/// made of reports.
fn grids(table: &Table) -> Vec<Grid> {
    let rows = table.rows();
    let ids: Vec<AttributeId> = table.schema().ids().collect();
    let repeats: Vec<(AttributeId, Sizes)> = ids.into_par_iter().map(|id| (id, Sizes::of(table.column(id)))).collect();
    let repeats: Vec<(AttributeId, Sizes)> =
        repeats.into_iter().filter(|(_, sizes)| (2..=rows / LEAST_REPORTS).contains(&sizes.len())).collect();
    let mut grids: Vec<Grid> = Vec::new();
    for (source, reports) in repeats.iter().filter(|(_, reports)| reports.len() >= LEAST_SOURCES) {
        let is_grid = |(entity, things): &&(AttributeId, Sizes)| {
            let rooms = things.len() as f64 * reports.len() as f64;
            entity != source
                && rooms >= LEAST_UNIQUE * rows as f64
                && things.repeated_by_chance(reports, rows) >= LEAST_BY_CHANCE
        };
        let mut entities = repeats.iter().filter(is_grid).peekable();
        if entities.peek().is_some() && are_names(table, *source) {
            let grid = |(entity, things): &(AttributeId, Sizes)| {
                let rooms = things.len() as u64 * reports.len() as u64;
                Grid { rooms, entity: *entity, source: *source, attributes: BTreeMap::new() }
            };
            grids.extend(entities.map(grid));
        }
    }
    grids.sort_by_key(|grid| (grid.rooms, grid.entity, grid.source));
    grids.truncate(MOST_GRIDS);
    grids
}

/// The grids that pass a test, in their order. The rows are put together by the column of one side of a grid, once for all
/// grids that have it there, and what is known of a column in them is known to the test of each.
fn asked(
    table: &Table,
    grids: Vec<Grid>,
    side: fn(&Grid) -> AttributeId,
    test: impl Fn(&Things<'_>, &mut Grid, &mut BTreeMap<AttributeId, Option<f64>>) -> bool + Sync,
) -> Vec<Grid> {
    let mut of_side: BTreeMap<AttributeId, Vec<Grid>> = BTreeMap::new();
    for grid in grids {
        of_side.entry(side(&grid)).or_default().push(grid);
    }
    let passed = of_side.into_iter().collect::<Vec<_>>().into_par_iter().flat_map_iter(|(column, mut grids)| {
        let (things, mut known) = (Things::new(table, &[column]), BTreeMap::new());
        grids.retain_mut(|grid| test(&things, grid, &mut known));
        grids
    });
    let mut passed: Vec<Grid> = passed.collect();
    passed.sort_by_key(|grid| (grid.rooms, grid.entity, grid.source));
    passed
}

/// Whether a dependency that says nothing of an entity's own attributes determines one, or lets it determine others.
fn belongs_elsewhere(attribute: AttributeId, entity: AttributeId, dependencies: &[Dependency]) -> bool {
    let mut others = dependencies.iter().filter(|dependency| !dependency.lhs.contains(&entity));
    others.any(|dependency| dependency.rhs == attribute || dependency.lhs == [attribute])
}

/// How months and days of the week begin.
const TIMES: &str = "jan feb mar apr may jun jul aug sep oct nov dec mon tue wed thu fri sat sun";

/// Whether a column holds names: words, and not numbers, dates, or names of months and days.
fn are_names(table: &Table, attribute: AttributeId) -> bool {
    let column = table.column(attribute);
    let counts = count_codes(column.codes(), column.dictionary().len());
    let (mut numbers, mut all) = (0u64, 0u64);
    for (code, text) in column.dictionary().iter() {
        let count = u64::from(counts[code.index()]);
        let digits = text.chars().filter(char::is_ascii_digit).count();
        all += count;
        let is_time = || {
            let start = text.get(..3).unwrap_or_default().to_lowercase();
            text.len() <= "wednesday".len() && TIMES.split(' ').any(|time| time == start)
        };
        numbers += if 2 * digits >= text.chars().count() || is_time() { count } else { 0 };
    }
    all > 0 && numbers as f64 <= MOST_NUMBERS * all as f64
}

/// How often two rows with a value have the same one.
fn by_chance(table: &Table, attribute: AttributeId) -> f64 {
    let column = table.column(attribute);
    let counts = count_codes(column.codes(), column.dictionary().len());
    let (same, all) = (pairs(counts.iter().copied()), pairs([counts.iter().sum()]));
    same / all.max(1.0)
}

fn pairs(counts: impl IntoIterator<Item = u32>) -> f64 {
    counts.into_iter().map(|count| f64::from(count) * (f64::from(count) - 1.0) / 2.0).sum()
}
