//! Candidates that the model may not have: what rules, references and groups name.

use lustrate_rules::{CellTest, Comparison, ConstraintId, Constraints, Operand, Predicate, Strength};
use lustrate_table::{AttributeId, RowId, Table, count_codes};
use rapidfuzz::distance::osa;

use crate::factors::Factor;
use crate::numbers::{NumberColumn, NumberColumns, solution};
use crate::shares::CATEGORIES;

/// Members of an enumeration that are proposed: the nearest.
const NEAREST: usize = 6;

/// The values that factors propose for a cell, the surest first; they may repeat.
pub(crate) fn proposals(
    table: &Table,
    constraints: &Constraints,
    row: RowId,
    attribute: AttributeId,
    factors: &[&Factor<'_>],
) -> Vec<String> {
    let written = table.column(attribute).text(row);
    let mut proposed = Vec::new();
    for factor in factors {
        match factor {
            Factor::Row { constraint, .. } => {
                for predicate in &constraint.predicates {
                    named(predicate, attribute, written, &mut proposed);
                }
            }
            Factor::Group(group) if group.dependency.rhs == attribute => {
                let leader = group.proposal(table, constraints, row);
                let text = leader.and_then(|code| table.column(attribute).dictionary().text(code));
                proposed.extend(text.map(str::to_owned));
            }
            Factor::Group(_) => {}
            Factor::Lookup(lookup) => proposed.extend(lookup.proposals(table, row, attribute)),
            Factor::Relation(_) | Factor::Order(_) | Factor::Usual(_) => {}
        }
    }
    proposed
}

/// The numbers that the rest of a row gives a cell of a column of numbers: those that rules name, those that make an
/// equation true, the ends of the interval that an order leaves, and those for which a formula of a rule is equal to its other side.
pub(crate) fn numbers(
    table: &Table,
    row: RowId,
    column: &NumberColumn,
    columns: &NumberColumns,
    factors: &[&Factor<'_>],
) -> Vec<String> {
    let number = |attribute: AttributeId| columns.get(&attribute)?.written[row.index()];
    let mut proposed = Vec::new();
    for factor in factors {
        match factor {
            Factor::Relation(relation) if relation.attributes.contains(&column.attribute) => {
                proposed.extend(relation.solve(column, &number));
            }
            Factor::Order(order) => proposed.extend(order.ends(table, row, column, columns)),
            Factor::Row { constraint, .. } => {
                for predicate in &constraint.predicates {
                    let Predicate::Formula { left, comparison: Comparison::NotEqual, right, .. } = predicate else {
                        continue;
                    };
                    let solved = solution(left, right, column.attribute, &number);
                    proposed.extend(solved.map(|solved| column.places.print(solved)));
                }
            }
            _ => {}
        }
    }
    proposed
}

/// The values that hard rules of the row name as those that must be (`attribute != "c"` is forbidden), with the rules.
pub(crate) fn named_by_rules<'a>(attribute: AttributeId, factors: &[&'a Factor<'_>]) -> Vec<(&'a str, ConstraintId)> {
    let mut named: Vec<(&str, ConstraintId)> = Vec::new();
    for factor in factors {
        let Factor::Row { rule, constraint, .. } = factor else { continue };
        if constraint.strength != Strength::Hard {
            continue;
        }
        for compare in constraint.predicates.iter().filter_map(Predicate::as_compare) {
            let forbids_others = compare.comparison == Comparison::NotEqual && compare.left.attribute == attribute;
            if let (true, Operand::Constant(constant)) = (forbids_others, &compare.right)
                && named.iter().all(|(known, _)| known != constant)
            {
                named.push((constant, *rule));
            }
        }
    }
    named
}

/// The values of a column of few values, the most frequent first.
pub(crate) fn common_values(table: &Table, attribute: AttributeId) -> Vec<String> {
    let column = table.column(attribute);
    if column.dictionary().len() > CATEGORIES {
        return Vec::new();
    }
    let counts = count_codes(column.codes(), column.dictionary().len());
    let mut values: Vec<(u32, &str)> =
        column.dictionary().iter().map(|(code, text)| (counts[code.index()], text)).collect();
    values.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(b.1)));
    values.into_iter().map(|(_, text)| text.to_owned()).collect()
}

/// The constants that a predicate names for an attribute.
fn named(predicate: &Predicate, attribute: AttributeId, written: Option<&str>, proposed: &mut Vec<String>) {
    match predicate {
        Predicate::Compare(compare) if compare.left.attribute == attribute => {
            let equality = matches!(compare.comparison, Comparison::Equal | Comparison::NotEqual);
            if let (true, Operand::Constant(constant)) = (equality, &compare.right) {
                proposed.push(constant.clone());
            }
        }
        Predicate::Member { cell, test: CellTest::OneOf(values), .. } if cell.attribute == attribute => {
            let distance = |value: &str| osa::distance(value.chars(), written.unwrap_or("").chars());
            let mut near: Vec<(usize, &String)> = values.iter().map(|value| (distance(value), value)).collect();
            near.sort();
            proposed.extend(near.into_iter().take(NEAREST).map(|(_, value)| value.clone()));
        }
        _ => {}
    }
}
