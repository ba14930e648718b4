//! Whether the rows of a table are reports of several sources on the same things, where no rule says so.
//!
//! A dependency that a third of its groups break is either wrong or not about rows: `flight -> gate` fails where forty web
//! sites report each flight. The second is the case where another column tells the rows of a group apart, where the values
//! that most do not report are repeated all the same (random errors are not), and where some sources are better than others.
//! Where no rule names the thing, it is the column whose rows say the same far more often than any two rows do.

use std::collections::{BTreeMap, BTreeSet};

use lustrate_rules::{Constraints, Dependency, Fusion, RuleOrigin, Strength};
use lustrate_table::{AttributeId, Schema, Table, count_codes};
use rayon::prelude::*;

use crate::fusion::spread;
use crate::things::{Things, distinct};

/// A source and an entity name a row in this share of the rows.
const LEAST_UNIQUE: f64 = 0.98;
/// Reports of one thing differ in this share of the things, on average over the attributes.
const LEAST_DISAGREEMENT: f64 = 0.3;
/// Of the reports that are not those of most, this share is repeated by another.
const LEAST_REPEATED: f64 = 0.4;
/// The standard deviation of the accuracies of the sources, weighted by their reports. Where all are equally good a count of
/// votes is as good.
const LEAST_SPREAD: f64 = 0.05;
/// Attributes of the thing at least.
const LEAST_ATTRIBUTES: usize = 2;
/// Sources at least.
const LEAST_SOURCES: usize = 3;
/// Reports of a thing, and reports of a source, at least on average.
const LEAST_REPORTS: usize = 5;
/// Two reports of one thing agree on an attribute more often than two of any things by this much. What no rule says must be
/// plain.
const LEAST_AGREEMENT: f64 = 0.25;
/// Names of sources are words: what numbers its rows, or dates them, tells states of a thing apart and not reports.
const MOST_NUMBERS: f64 = 0.1;
/// Pairs of a thing and a source that are looked at where no rule names the thing.
const MOST_GRIDS: usize = 500;

/// The rule on sources that nobody wrote but the rows show: of the entity that determines the most attributes by the
/// dependencies of the rules, or by itself where these name none, and the column whose values differ most in how often they
/// are right. `None` where there is none, or where the rules have one.
pub fn find_sources(table: &Table, constraints: &Constraints) -> Option<Fusion> {
    if !constraints.fusions().is_empty() {
        return None;
    }
    let mut determined: BTreeMap<Vec<AttributeId>, BTreeSet<AttributeId>> = BTreeMap::new();
    let mut dependencies: Vec<Dependency> = Vec::new();
    for (_, constraint) in constraints.iter().filter(|(_, constraint)| constraint.strength.repairs()) {
        let Some(dependency) = constraint.as_dependency() else { continue };
        if constraint.changes.allow(dependency.rhs) {
            determined.entry(dependency.lhs.clone()).or_default().insert(dependency.rhs);
        }
        dependencies.push(dependency);
    }
    let mut entities: Vec<_> = determined.into_iter().filter(|(_, of)| of.len() >= LEAST_ATTRIBUTES).collect();
    entities.sort_by(|a, b| b.1.len().cmp(&a.1.len()).then(a.0.cmp(&b.0)));
    let ruled = entities.into_iter().find_map(|(entity, attributes)| {
        sources_of(table, entity, &attributes, &|source| !attributes.contains(&source)).map(|(fusion, _)| fusion)
    });
    ruled.or_else(|| unruled(table, &dependencies))
}

/// The same without a rule that says what a thing is: one column names it, and rows that agree on it agree on others far
/// more often than rows of different things do, and than rows of one source do.
///
/// What a dependency says of an attribute is no report: where a product has one name and one supplier, the products of a
/// supplier do not contradict each other.
fn unruled(table: &Table, dependencies: &[Dependency]) -> Option<Fusion> {
    let ids: Vec<AttributeId> = table.schema().ids().collect();
    let by_chance: Vec<f64> = ids.par_iter().map(|&id| by_chance(table, id)).collect();
    let mut grids = grids(table);
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
            sources_of(table, vec![entity], &attributes.into_keys().collect(), &|other| other == source)
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

/// The grids that are looked at. Only where as many pairs are possible as there are rows can a pair name a row; those that
/// leave fewest rooms empty are likeliest to be made of reports.
fn grids(table: &Table) -> Vec<Grid> {
    let repeats: Vec<(AttributeId, usize)> = (table.schema().ids())
        .map(|id| (id, distinct(table.column(id))))
        .filter(|(_, things)| (2..=table.rows() / LEAST_REPORTS).contains(things))
        .collect();
    let sources: Vec<_> = repeats.iter().filter(|(id, _)| are_names(table, *id)).collect();
    let mut grids: Vec<Grid> = (repeats.iter())
        .flat_map(|entity| sources.iter().map(move |source| (entity, *source)))
        .filter(|(entity, source)| entity.0 != source.0)
        .map(|(&(entity, things), &(source, reports))| {
            let rooms = things as u64 * reports as u64;
            Grid { rooms, entity, source, attributes: BTreeMap::new() }
        })
        .filter(|grid| grid.rooms as f64 >= LEAST_UNIQUE * table.rows() as f64)
        .collect();
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

/// The best of the sources that are allowed, with the spread of their accuracies.
fn sources_of(
    table: &Table,
    entity: Vec<AttributeId>,
    attributes: &BTreeSet<AttributeId>,
    allowed: &dyn Fn(AttributeId) -> bool,
) -> Option<(Fusion, f64)> {
    let rows = table.rows();
    let things = Things::new(table, &entity);
    if things.len() == 0 || things.len() * LEAST_REPORTS > rows {
        return None;
    }
    let disagreement: f64 = attributes.iter().map(|&attribute| things.disagreement(attribute)).sum();
    if disagreement / (attributes.len() as f64) < LEAST_DISAGREEMENT || things.repeated(attributes) < LEAST_REPEATED {
        return None;
    }
    let candidates = table.schema().ids().filter(|id| !entity.contains(id) && allowed(*id));
    let tells_apart = |source: &AttributeId| {
        let sources = LEAST_SOURCES..=rows / LEAST_REPORTS;
        sources.contains(&distinct(table.column(*source))) && things.tell_apart(*source, LEAST_UNIQUE)
    };
    let found = candidates.filter(tells_apart).filter_map(|source| {
        let fusion = undeclared(table.schema(), source, &entity);
        let spread = spread(table, &fusion, attributes.iter().copied());
        (spread >= LEAST_SPREAD).then_some((fusion, spread))
    });
    found.reduce(|best, next| if next.1 > best.1 { next } else { best })
}

/// The rule that nobody wrote.
fn undeclared(schema: &Schema, source: AttributeId, entity: &[AttributeId]) -> Fusion {
    let names: Vec<&str> = entity.iter().map(|&part| schema.name(part)).collect();
    Fusion {
        name: format!("source {} entity {}", schema.name(source), names.join(", ")),
        origin: RuleOrigin::nowhere(),
        strength: Strength::Soft { log_weight: None },
        source,
        entity: entity.to_vec(),
        trust: BTreeMap::new(),
    }
}

#[cfg(test)]
mod tests {
    use lustrate_rules::{CellOf, Changes, Compare, Comparison, Constraint, Domain, Operand, Predicate, Scope, Tuple};
    use lustrate_table::Column;

    use super::*;

    const SITE: AttributeId = AttributeId(0);
    const FLIGHT: AttributeId = AttributeId(1);
    const GATE: AttributeId = AttributeId(2);
    const TERMINAL: AttributeId = AttributeId(3);

    fn dependency(lhs: AttributeId, rhs: AttributeId) -> Constraint {
        let predicate = |attribute, comparison| {
            let cell = |tuple| CellOf { tuple, attribute };
            let (left, right) = (cell(Tuple::A), Operand::Cell(cell(Tuple::B)));
            Predicate::Compare(Compare { left, comparison, right, domain: Domain::Text })
        };
        Constraint {
            name: "fd".into(),
            origin: RuleOrigin::nowhere(),
            scope: Scope::Pair,
            predicates: vec![predicate(lhs, Comparison::Equal), predicate(rhs, Comparison::NotEqual)],
            strength: Strength::Soft { log_weight: None },
            changes: Changes::Any,
        }
    }

    fn constraints() -> Constraints {
        Constraints::new(vec![dependency(FLIGHT, GATE), dependency(FLIGHT, TERMINAL)])
    }

    /// Eight sites on sixty flights; `wrong` says whether a site errs on a flight, and in which of two ways.
    fn table(wrong: impl Fn(usize, usize) -> Option<usize>) -> Table {
        let mut cells: [Vec<String>; 4] = Default::default();
        for flight in 0..60 {
            for site in 0..8 {
                let way = wrong(site, flight).map_or(String::new(), |way| format!("-{way}"));
                let row =
                    [format!("site{site}"), format!("F{flight}"), format!("G{flight}{way}"), format!("T{flight}{way}")];
                row.into_iter().zip(&mut cells).for_each(|(cell, column)| column.push(cell));
            }
        }
        let column = |cells: &Vec<String>| cells.iter().map(|cell| Some(cell.as_str())).collect::<Column>();
        let names = ["site", "flight", "gate", "terminal"];
        let columns = names.iter().zip(&cells).map(|(name, cells)| (name.to_string(), column(cells)));
        Table::new(columns.collect()).unwrap()
    }

    #[test]
    fn sources_that_are_better_and_worse_are_found() {
        let table = table(|site, flight| (site > 4 && (flight + site) % 3 != 0).then_some(flight % 2));
        let found = find_sources(&table, &constraints()).unwrap();
        assert_eq!((found.source, found.entity), (SITE, vec![FLIGHT]));
        assert_eq!(found.name, "source site entity flight");
    }

    #[test]
    fn what_is_reported_on_is_found_without_a_rule() {
        let table = table(|site, flight| (site > 4 && (flight + site) % 3 != 0).then_some(flight % 2));
        let found = find_sources(&table, &Constraints::default()).unwrap();
        assert_eq!((found.source, found.entity), (SITE, vec![FLIGHT]));
    }

    #[test]
    fn what_another_attribute_determines_is_no_report() {
        // The same rows read as suppliers with two products each, whose names their numbers determine.
        let table = table(|site, flight| (site > 4 && (flight + site) % 3 != 0).then_some(flight % 2));
        assert!(find_sources(&table, &Constraints::new(vec![dependency(GATE, TERMINAL)])).is_none());
    }

    #[test]
    fn states_of_a_thing_are_no_reports() {
        // A shop a month: who leads it, and where it is, changes now and then for good.
        const MONTHS: &str = "January February March April May June July August September October November December";
        let months: Vec<&str> = MONTHS.split(' ').collect();
        let mut cells: [Vec<String>; 4] = Default::default();
        for shop in 0..60 {
            for (month, name) in months.iter().enumerate() {
                let state = usize::from(month > shop % 12);
                let row =
                    [(*name).to_owned(), format!("S{shop}"), format!("L{shop}-{state}"), format!("P{shop}-{state}")];
                row.into_iter().zip(&mut cells).for_each(|(cell, column)| column.push(cell));
            }
        }
        let column = |cells: &Vec<String>| cells.iter().map(|cell| Some(cell.as_str())).collect::<Column>();
        let names = ["month", "shop", "leader", "place"];
        let columns = names.iter().zip(&cells).map(|(name, cells)| (name.to_string(), column(cells)));
        assert!(find_sources(&Table::new(columns.collect()).unwrap(), &Constraints::default()).is_none());
    }

    #[test]
    fn errors_that_nobody_repeats_are_no_reports() {
        let table = table(|site, flight| (site > 4 && (flight + site) % 3 != 0).then_some(1_000 * site + flight));
        assert!(find_sources(&table, &constraints()).is_none());
    }

    #[test]
    fn a_table_with_few_errors_has_no_sources() {
        let table = table(|site, flight| (site > 5 && flight % 20 == 0).then_some(1));
        assert!(find_sources(&table, &constraints()).is_none());
    }

    #[test]
    fn a_declared_source_is_not_looked_for() {
        let table = table(|site, flight| (site > 4 && (flight + site) % 3 != 0).then_some(flight % 2));
        let found = find_sources(&table, &constraints()).unwrap();
        assert!(find_sources(&table, &constraints().with_fusions(vec![found])).is_none());
    }
}
