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
    let mut items = repairs.items;
    items.retain_mut(|repair| {
        let old = written.text(repair.cell);
        if repair.old.as_deref() != old {
            repair.old = old.map(str::to_owned);
        }
        // What the canonical view took for missing may be filled with the very text that stands for it.
        repair.old != repair.new
    });
    let mut made: BTreeMap<CellId, Repair> = BTreeMap::new();
    for conversion in conversions {
        let Some(decision) = decision(conversion, policy) else { continue };
        let of_model = || items.binary_search_by_key(&conversion.cell, |repair| repair.cell).ok();
        let other = made.get(&conversion.cell).or_else(|| of_model().map(|place| &items[place]));
        if other.is_some_and(|other| other.decision == Decision::Apply || decision == Decision::Review) {
            continue;
        }
        let mut repair = converted(conversion, decision);
        if let Some(doubt) = other {
            repair.alternatives.push((doubt.new.clone(), doubt.confidence * repair.confidence));
        }
        made.insert(conversion.cell, repair);
    }
    if !made.is_empty() {
        items.retain(|repair| !made.contains_key(&repair.cell));
        items.extend(made.into_values());
        items.sort_by_cached_key(|repair| repair.cell);
    }
    Repairs { items }
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
        grounds: Vec::new().into(),
        alternatives: others.map(|(text, probability)| (Some(text.clone()), *probability)).collect(),
        conversion: Some(Box::new(Converted { kind: conversion.kind, reason: conversion.reason.clone() })),
    }
}

#[cfg(test)]
mod tests {
    use lustrate_normalise::ConversionKind;
    use lustrate_table::{AttributeId, Column, RowId};

    use super::*;

    fn cell(row: u32) -> CellId {
        CellId { row: RowId(row), attribute: AttributeId(0) }
    }

    #[test]
    fn a_conversion_stands_where_the_model_only_doubts_and_all_is_in_the_order_of_the_cells() {
        let column: Column = ["a ", "b ", "c", "d ", "-"].map(Some).into_iter().collect();
        let written = Table::new(vec![("x".into(), column)]).unwrap();
        let repair = |row, old: Option<&str>, new: &str, decision| Repair {
            cell: cell(row),
            old: old.map(str::to_owned),
            new: Some(new.into()),
            confidence: 0.5,
            decision,
            withheld: None,
            rule: None,
            grounds: Vec::new().into(),
            alternatives: Vec::new(),
            conversion: None,
        };
        let items = vec![
            repair(0, Some("a"), "A", Decision::Apply),
            repair(1, Some("b"), "B", Decision::Review),
            repair(2, Some("c"), "C", Decision::Review),
            repair(4, None, "-", Decision::Apply),
        ];
        let conversion = |row, old: &str, new: &str| Conversion {
            cell: cell(row),
            old: Some(old.into()),
            new: Some(new.into()),
            kind: ConversionKind::Trim,
            confidence: 0.99,
            reason: String::new(),
            alternatives: Vec::new(),
        };
        let conversions = [conversion(3, "d ", "d"), conversion(1, "b ", "b"), conversion(0, "a ", "a")];
        let found = with_conversions(Repairs { items }, &conversions, &written, &Policy::default()).items;
        let told: Vec<_> =
            found.iter().map(|it| (it.cell.row.0, it.old.as_deref().unwrap(), it.new.as_deref().unwrap())).collect();
        assert_eq!(told, [(0, "a ", "A"), (1, "b ", "b"), (2, "c", "C"), (3, "d ", "d")]);
        assert_eq!(found[1].alternatives, [(Some("B".to_owned()), 0.5 * 0.99)]);
    }
}
