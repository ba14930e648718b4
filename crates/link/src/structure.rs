//! Whether the rows of a table are reports of several sources on the same things, where no rule says so.
//!
//! A dependency that a third of its groups break is either wrong or not about rows: `flight -> gate` fails where forty web
//! sites report each flight. The second is the case where another column tells the rows of a group apart, where the values
//! that most do not report are repeated all the same (random errors are not), and where some sources are better than others.

use std::collections::{BTreeMap, BTreeSet};

use lustrate_rules::{Constraints, Fusion, RuleOrigin, Strength};
use lustrate_table::{AttributeId, Code, Groups, Schema, Table};

use crate::fusion::spread;

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

/// The rule on sources that nobody wrote but the rows show: of the entity that determines the most attributes by the
/// dependencies of the rules, and the column whose values differ most in how often they are right. `None` where there is none,
/// or where the rules have one.
pub fn find_sources(table: &Table, constraints: &Constraints) -> Option<Fusion> {
    if !constraints.fusions().is_empty() {
        return None;
    }
    let mut determined: BTreeMap<Vec<AttributeId>, BTreeSet<AttributeId>> = BTreeMap::new();
    for (_, constraint) in constraints.iter().filter(|(_, constraint)| constraint.strength.repairs()) {
        if let Some(dependency) = constraint.as_dependency().filter(|found| constraint.changes.allow(found.rhs)) {
            determined.entry(dependency.lhs).or_default().insert(dependency.rhs);
        }
    }
    let mut entities: Vec<_> = determined.into_iter().filter(|(_, of)| of.len() >= LEAST_ATTRIBUTES).collect();
    entities.sort_by(|a, b| b.1.len().cmp(&a.1.len()).then(a.0.cmp(&b.0)));
    entities.into_iter().find_map(|(entity, attributes)| sources_of(table, entity, &attributes))
}

fn sources_of(table: &Table, entity: Vec<AttributeId>, attributes: &BTreeSet<AttributeId>) -> Option<Fusion> {
    let rows = table.rows();
    let key: Vec<_> = entity.iter().map(|&part| table.column(part)).collect();
    let things = Groups::new(&key);
    if things.is_empty() || things.len() * LEAST_REPORTS > rows {
        return None;
    }
    let mean =
        |of: &dyn Fn(AttributeId) -> f64| attributes.iter().map(|&a| of(a)).sum::<f64>() / attributes.len() as f64;
    let disagreement = mean(&|attribute| disagreement(table, &things, attribute));
    if disagreement < LEAST_DISAGREEMENT || repeated(table, &things, attributes) < LEAST_REPEATED {
        return None;
    }
    let candidates = table.schema().ids().filter(|id| !entity.contains(id) && !attributes.contains(id));
    let tells_apart = |source: &AttributeId| {
        let distinct =
            table.column(*source).codes().iter().filter(|code| !code.is_null()).collect::<BTreeSet<_>>().len();
        let names: Vec<_> = key.iter().copied().chain([table.column(*source)]).collect();
        let sources = (LEAST_SOURCES..=rows / LEAST_REPORTS).contains(&distinct);
        sources && Groups::new(&names).len() as f64 >= LEAST_UNIQUE * rows as f64
    };
    let found = candidates.filter(tells_apart).filter_map(|source| {
        let fusion = undeclared(table.schema(), source, &entity);
        let spread = spread(table, &fusion, attributes.iter().copied());
        (spread >= LEAST_SPREAD).then_some((fusion, spread))
    });
    found.reduce(|best, next| if next.1 > best.1 { next } else { best }).map(|(fusion, _)| fusion)
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

/// The values of each thing with their counts.
fn counts(table: &Table, things: &Groups, attribute: AttributeId) -> Vec<BTreeMap<Code, u32>> {
    let column = table.column(attribute);
    let mut counts = vec![BTreeMap::new(); things.len()];
    for row in table.row_ids() {
        if let (Some(thing), false) = (things.group(row), column.code(row).is_null()) {
            *counts[thing].entry(column.code(row)).or_default() += 1;
        }
    }
    counts
}

/// The share of things of which different values are reported.
fn disagreement(table: &Table, things: &Groups, attribute: AttributeId) -> f64 {
    let counts = counts(table, things, attribute);
    counts.iter().filter(|values| values.len() > 1).count() as f64 / counts.len().max(1) as f64
}

/// Of the reports of values that are not those of most, the share whose value another report repeats.
fn repeated(table: &Table, things: &Groups, attributes: &BTreeSet<AttributeId>) -> f64 {
    let (mut again, mut all) = (0u64, 0u64);
    for &attribute in attributes {
        for values in counts(table, things, attribute) {
            let most = values.values().copied().max().unwrap_or(0);
            for &count in values.values().filter(|&&count| count < most) {
                all += u64::from(count);
                again += if count > 1 { u64::from(count) } else { 0 };
            }
        }
    }
    again as f64 / all.max(1) as f64
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
