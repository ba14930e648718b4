//! Orders and equations between columns of numbers and dates.

use lustrate_discover::{
    ColumnKind, ColumnProfile, Digits, EquationForm, NumberColumn, ProposedEquation, ProposedOrder, Quantity,
    proposed_equations, proposed_orders,
};
use lustrate_rules::column_name;
use lustrate_table::{AttributeId, parse_number};
use lustrate_values::{ColumnType, print_number};

use crate::Section;
use crate::draft::Draft;
use crate::seen::Seen;

/// Orders that are proposed, the best borne out: columns of different things are in order by accident too, and a person reads
/// few lines.
const MOST_ORDERS: usize = 5;

/// Equations and orders.
pub(crate) fn drafts(seen: &Seen<'_>) -> Vec<Draft> {
    let read: Vec<(AttributeId, Quantity, Vec<Option<f64>>)> =
        seen.of_interest().filter_map(|profile| numbers(seen, profile)).collect();
    let columns: Vec<NumberColumn<'_>> = (read.iter())
        .map(|(attribute, quantity, values)| NumberColumn { attribute: *attribute, quantity: *quantity, values })
        .collect();
    let equations = proposed_equations(&columns, &seen.hashes);
    let orders = proposed_orders(&columns, &seen.hashes);
    let statements = equations.iter().map(|equation| equation_words(seen, equation));
    let statements = statements.chain(orders.iter().take(MOST_ORDERS).map(|order| order_words(seen, order)));
    statements.map(|statement| Draft::rule(Section::Numbers, statement)).collect()
}

/// A column as numbers, as a rule on it compares it.
fn numbers(seen: &Seen<'_>, profile: &ColumnProfile) -> Option<(AttributeId, Quantity, Vec<Option<f64>>)> {
    let column = seen.column(profile.attribute);
    let by_value = |read: &dyn Fn(&str) -> Option<f64>| -> Vec<Option<f64>> {
        let values: Vec<Option<f64>> = column.dictionary().iter().map(|(_, text)| read(text)).collect();
        column.codes().iter().map(|code| values.get(code.0 as usize).copied().flatten()).collect()
    };
    let plain =
        matches!(profile.kind, ColumnKind::Integer(Digits::Plain) | ColumnKind::Number { digits: Digits::Plain, .. });
    if plain {
        return Some((profile.attribute, Quantity::Number, by_value(&parse_number)));
    }
    match profile.column_type()? {
        declared @ (ColumnType::Date { .. } | ColumnType::DateTime { .. }) => {
            let values = by_value(&|text| declared.read(text)?.number);
            // Dates compare with dates in days, with moments in seconds: two kinds of numbers.
            let day = matches!(declared, ColumnType::Date { .. });
            let seconds = |days: Option<f64>| days.map(|days| if day { days * 86_400.0 } else { days });
            Some((profile.attribute, Quantity::Date, values.into_iter().map(seconds).collect()))
        }
        _ => None,
    }
}

fn order_words(seen: &Seen<'_>, order: &ProposedOrder) -> String {
    let name = |id: AttributeId| column_name(seen.name(id));
    format!("require {} {} {}", name(order.low), if order.strict { "<" } else { "<=" }, name(order.high))
}

fn equation_words(seen: &Seen<'_>, equation: &ProposedEquation) -> String {
    let name = |id: AttributeId| column_name(seen.name(id));
    let scaled = |scale: f64, words: String| match scale {
        1.0 => words,
        scale => format!("{} * {words}", print_number(scale)),
    };
    let right = match &equation.form {
        EquationForm::Multiple { factor, of } => scaled(*factor, name(*of)),
        EquationForm::Product { factors: [one, other], scale } => {
            scaled(*scale, format!("{} * {}", name(*one), name(*other)))
        }
        EquationForm::Quotient { dividend, divisor } => format!("{} / {}", name(*dividend), name(*divisor)),
        EquationForm::Sum(parts) => parts.iter().map(|&part| name(part)).collect::<Vec<_>>().join(" + "),
    };
    format!("require {} ~= {right} within {}", name(equation.target), print_number(rounded_up(equation.tolerance)))
}

/// A tolerance as a person writes it: two digits, and never less than it is.
fn rounded_up(tolerance: f64) -> f64 {
    if tolerance <= 0.0 {
        return tolerance;
    }
    let decimals = (1.0 - tolerance.log10().floor()) as i32;
    let up = (tolerance * 10f64.powi(decimals) - 1e-9).ceil() * 10f64.powi(-decimals);
    format!("{up:.*}", decimals.max(0) as usize).parse().unwrap_or(up)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tolerances_are_short_and_leave_nothing_out() {
        assert_eq!(
            [0.005, 0.005000005, 0.5, 12.3, 0.0, 1234.0].map(rounded_up),
            [0.005, 0.0051, 0.5, 13.0, 0.0, 1300.0]
        );
    }
}
