//! Whether the rows of a table are reports of several sources on the same things, where no rule says so.
//!
//! A dependency that a third of its groups break is either wrong or not about rows: `flight -> gate` fails where forty web
//! sites report each flight. The second is the case where another column tells the rows of a group apart, where the values
//! that most do not report are repeated all the same (random errors are not), and where some sources are better than others.
//! That a thing and a source come together once tells something only where by chance they would come together again: a
//! source reports on many of the things. Where no rule names the thing, it is the column whose rows say the same far more
//! often than any two rows do, and more must be seen.

use std::collections::{BTreeMap, BTreeSet};

use lustrate_rules::{Constraints, Dependency, Fusion, RuleOrigin, Strength};
use lustrate_table::{AttributeId, Schema, Table};

use crate::fusion::spread;
use crate::grids::unruled;
use crate::sizes::Sizes;
use crate::things::Things;

/// A source and an entity name a row in this share of the rows.
pub(crate) const LEAST_UNIQUE: f64 = 0.98;
/// Reports of one thing differ in this share of the things, on average over the attributes.
pub(crate) const LEAST_DISAGREEMENT: f64 = 0.3;
/// Of the reports that are not those of most, this share is repeated by another.
const LEAST_REPEATED: f64 = 0.4;
/// The standard deviation of the accuracies of the sources that is no chance. Where all are equally good a count of votes is
/// as good.
const LEAST_SPREAD: f64 = 0.05;
/// Attributes of the thing at least.
pub(crate) const LEAST_ATTRIBUTES: usize = 2;
/// Sources at least.
pub(crate) const LEAST_SOURCES: usize = 3;
/// Reports of a thing, and reports of a source, at least on average.
pub(crate) const LEAST_REPORTS: usize = 5;

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
        let attributes: Vec<AttributeId> = attributes.into_iter().collect();
        sources_of(table, entity, &attributes, &|source| !attributes.contains(&source)).map(|(fusion, _)| fusion)
    });
    ruled.or_else(|| unruled(table, &dependencies))
}

/// The best of the sources that are allowed, with the spread of their accuracies.
pub(crate) fn sources_of(
    table: &Table,
    entity: Vec<AttributeId>,
    attributes: &[AttributeId],
    allowed: &dyn Fn(AttributeId) -> bool,
) -> Option<(Fusion, f64)> {
    let rows = table.rows();
    let things = Things::new(table, &entity);
    if things.sizes().len() == 0 || things.sizes().len() * LEAST_REPORTS > rows {
        return None;
    }
    // What is cheap to ask leaves little else to be asked.
    let reports = |source: &AttributeId| {
        let sizes = Sizes::of(table.column(*source));
        let sources = LEAST_SOURCES..=rows / LEAST_REPORTS;
        // Where chance would hardly bring a thing and a source together twice, it says nothing that they do not come so.
        let tells = || sizes.repeated_by_chance(things.sizes(), rows) > 1.0 - LEAST_UNIQUE;
        sources.contains(&sizes.len()) && tells()
    };
    let candidates = table.schema().ids().filter(|id| !entity.contains(id) && allowed(*id));
    let mut candidates: Vec<AttributeId> = candidates.filter(reports).collect();
    candidates.retain(|&source| things.tell_apart(source, LEAST_UNIQUE));
    if candidates.is_empty() {
        return None;
    }
    let disagreement: f64 = attributes.iter().map(|&attribute| things.disagreement(attribute)).sum();
    if disagreement / (attributes.len() as f64) < LEAST_DISAGREEMENT || things.repeated(attributes) < LEAST_REPEATED {
        return None;
    }
    let found = candidates.into_iter().filter_map(|source| {
        let fusion = undeclared(table.schema(), source, &entity);
        let spread = spread(table, &fusion, attributes, things.rows());
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
mod tests;
