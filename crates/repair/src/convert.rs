//! Conversions of the canonical view beside the repairs of the model: one decision for each cell.

use std::collections::BTreeMap;

use lustrate_normalise::Conversion;
use lustrate_table::{CellId, Table};

use crate::policy::Policy;
use crate::repairs::{Converted, Decision, Repair, Repairs};

/// The repairs with the conversions among them. `written` is the table as it was read, which every repair is now a change
/// of: the model saw the canonical view.
///
/// Where the model changes a cell, that stands. Where it only has a doubt, a conversion that is sure enough is made and
/// the doubt becomes one of its alternatives.
pub fn with_conversions(repairs: Repairs, conversions: &[Conversion], written: &Table, policy: &Policy) -> Repairs {
    let mut items: BTreeMap<CellId, Repair> = BTreeMap::new();
    for mut repair in repairs.items {
        repair.old = written.text(repair.cell).map(str::to_owned);
        // What the canonical view took for missing may be filled with the very text that stands for it.
        if repair.old != repair.new {
            items.insert(repair.cell, repair);
        }
    }
    for conversion in conversions {
        let Some(decision) = decision(conversion, policy) else { continue };
        let model = items.get(&conversion.cell);
        if model.is_some_and(|model| model.decision == Decision::Apply || decision == Decision::Review) {
            continue;
        }
        let mut repair = converted(conversion, decision);
        if let Some(doubt) = items.remove(&conversion.cell) {
            repair.alternatives.push((doubt.new, doubt.confidence * repair.confidence));
        }
        items.insert(conversion.cell, repair);
    }
    Repairs { items: items.into_values().collect() }
}

fn decision(conversion: &Conversion, policy: &Policy) -> Option<Decision> {
    if conversion.confidence >= policy.apply_at() {
        Some(Decision::Apply)
    } else if conversion.confidence >= policy.review_at() {
        Some(Decision::Review)
    } else {
        None
    }
}

fn converted(conversion: &Conversion, decision: Decision) -> Repair {
    let others = conversion.alternatives.iter().filter(|(text, _)| Some(text) != conversion.new.as_ref());
    Repair {
        cell: conversion.cell,
        old: conversion.old.clone(),
        new: conversion.new.clone(),
        confidence: conversion.confidence,
        decision,
        withheld: None,
        rule: None,
        contributions: Vec::new(),
        alternatives: others.map(|(text, probability)| (Some(text.clone()), *probability)).collect(),
        conversion: Some(Converted { kind: conversion.kind, reason: conversion.reason.clone() }),
    }
}
