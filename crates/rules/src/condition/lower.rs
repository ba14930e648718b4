//! Conditions to predicates: columns become attributes, and what they hold decides what they are compared as.

use lustrate_diagnostic::Diagnostic;
use lustrate_table::{AttributeId, Kind, parse_number};

use super::{Cell, Condition, Manner, Side};
use crate::lowering::{Lowering, Standing};
use crate::name::quoted;
use crate::{CellOf, Compare, Domain, Operand, Predicate, Tuple};

/// The predicates of conditions, in order; `None` where one does not fit the columns, which has been reported.
pub(crate) fn predicates(lowering: &mut Lowering<'_>, conditions: &[Condition]) -> Option<Vec<Predicate>> {
    // All are lowered before the first failure counts, so that every mistake is reported.
    let lowered: Vec<_> = conditions.iter().map(|condition| predicate(lowering, condition)).collect();
    lowered.into_iter().collect()
}

fn predicate(lowering: &mut Lowering<'_>, condition: &Condition) -> Option<Predicate> {
    let left = lower_cell(lowering, &condition.left, Standing::Left);
    let right = match &condition.right {
        Side::Cell(cell) => lower_cell(lowering, cell, Standing::Right).map(Operand::Cell),
        Side::Text(constant) | Side::Number(constant) => Some(Operand::Constant(constant.clone())),
    };
    let (left, right) = (left?, right?);
    let domain = match &condition.right {
        Side::Cell(cell) => domain_of_cells(lowering, condition, left.attribute, cell)?,
        Side::Text(text) => domain_of_text(lowering, condition, left.attribute, text)?,
        Side::Number(number) => domain_of_number(lowering, condition, left.attribute, number)?,
    };
    Some(Predicate::Compare(Compare { left, comparison: condition.comparison, right, domain }))
}

fn lower_cell(lowering: &mut Lowering<'_>, cell: &Cell, standing: Standing) -> Option<CellOf> {
    let attribute = lowering.attribute(&cell.column, standing)?;
    Some(CellOf { tuple: cell.tuple.unwrap_or(Tuple::A), attribute })
}

fn domain_of_cells(
    lowering: &mut Lowering<'_>,
    condition: &Condition,
    left: AttributeId,
    right: &Cell,
) -> Option<Domain> {
    let right_kind = lowering.known(&right.column).map(|attribute| lowering.kind(attribute));
    let numbers = lowering.kind(left) == Kind::Number && right_kind == Some(Kind::Number);
    match condition.manner {
        Manner::IgnoringCase => Some(Domain::FoldedText),
        Manner::ByNumber => Some(Domain::Number),
        Manner::ByText => Some(Domain::Text),
        _ if !condition.comparison.is_order() => Some(Domain::Text),
        _ if numbers => Some(Domain::Number),
        Manner::ByNumberOrText => Some(text_with_note(lowering, condition)),
        Manner::Plain => {
            report_order_of_text(lowering, condition);
            None
        }
    }
}

fn domain_of_text(lowering: &mut Lowering<'_>, condition: &Condition, left: AttributeId, text: &str) -> Option<Domain> {
    let is_number = parse_number(text).is_some();
    match condition.manner {
        Manner::IgnoringCase => Some(Domain::FoldedText),
        Manner::ByText => Some(Domain::Text),
        Manner::ByNumberOrText if is_number && lowering.kind(left) == Kind::Number => Some(Domain::Number),
        Manner::ByNumberOrText => Some(text_with_note(lowering, condition)),
        Manner::ByNumber if is_number => Some(Domain::Number),
        Manner::ByNumber => {
            let title = format!("{} is no number", quoted(text));
            let diagnostic = Diagnostic::error("no-number", title);
            let help = "write a number without quotes, or leave `by number` out";
            lowering.report(diagnostic.at(lowering.source(), condition.at.0, "compared by number").help(help));
            None
        }
        Manner::Plain if condition.comparison.is_order() => {
            if is_number && lowering.kind(left) == Kind::Number {
                let title = format!("the order of numbers and the text {}", quoted(text));
                let help = format!("write `{} {} {}`", condition.left, condition.comparison.sign(), text.trim());
                let diagnostic = Diagnostic::error("number-in-quotes", title);
                lowering.report(diagnostic.at(lowering.source(), condition.at.0, "a text in quotes").help(help));
            } else {
                report_order_of_text(lowering, condition);
            }
            None
        }
        Manner::Plain => {
            note_constant_that_is_a_column(lowering, condition, text);
            Some(Domain::Text)
        }
    }
}

fn domain_of_number(
    lowering: &mut Lowering<'_>,
    condition: &Condition,
    left: AttributeId,
    number: &str,
) -> Option<Domain> {
    match condition.manner {
        Manner::ByNumber => Some(Domain::Number),
        Manner::ByText => Some(Domain::Text),
        Manner::IgnoringCase => Some(Domain::FoldedText),
        _ if lowering.kind(left) == Kind::Number => Some(Domain::Number),
        Manner::ByNumberOrText => Some(text_with_note(lowering, condition)),
        Manner::Plain => {
            let (cell, sign) = (&condition.left, condition.comparison.sign());
            let column = &cell.column.text;
            let mut help = format!("write `{cell} {sign} {number} by number` for the cells of it that are numbers");
            if !condition.comparison.is_order() {
                help = format!("write `{cell} {sign} {}` for the text, or `by number` behind it", quoted(number));
            }
            lowering.report(
                Diagnostic::error("number-against-text", format!("`{column}` is not a column of numbers"))
                    .at(lowering.source(), condition.at.0, "compared with a number")
                    .help(help),
            );
            None
        }
    }
}

fn report_order_of_text(lowering: &mut Lowering<'_>, condition: &Condition) {
    let sign = condition.comparison.sign();
    lowering.report(
        Diagnostic::error("order-of-text", format!("`{sign}` compares columns that do not hold numbers"))
            .at(lowering.source(), condition.at.0, "the order of text")
            .help(format!("write `{condition} by text`, or `{condition} by number` for the cells that are numbers")),
    );
}

fn text_with_note(lowering: &mut Lowering<'_>, condition: &Condition) -> Domain {
    if condition.comparison.is_order() {
        let mut cells: Vec<_> = condition.cells().map(|cell| format!("`{}`", cell.column.text)).collect();
        cells.dedup();
        let title = format!("the order of {} is that of text", cells.join(" and "));
        let diagnostic = Diagnostic::note("order-of-text", title);
        let help = "write the rule in the language of this program, with `by number`, if numbers are meant";
        lowering.note_once(diagnostic.at(lowering.source(), condition.at.0, "not columns of numbers").help(help));
    }
    Domain::Text
}

/// `"Order Date"` on the right of a sign is a text; a column of that name was perhaps meant.
fn note_constant_that_is_a_column(lowering: &mut Lowering<'_>, condition: &Condition, text: &str) {
    if condition.left.tuple.is_none() && lowering.has_column(text) {
        let title = format!("{} is a text here, and a column is called so too", quoted(text));
        let diagnostic = Diagnostic::warning("text-or-column", title);
        let help = format!("write `column {}` if the column is meant", quoted(text));
        lowering.report(diagnostic.at(lowering.source(), condition.at.0, "compared with the text").help(help));
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use lustrate_diagnostic::SourceText;
    use lustrate_table::{Attribute, Kind, Schema};

    use crate::{Domain, bind, parse};

    /// The domain of the first predicate of each constraint, or the mends.
    fn check(rules: &str) -> Result<Vec<Domain>, Vec<String>> {
        let attribute = |name: &str, kind| Attribute { name: name.to_owned(), kind };
        let attributes =
            vec![attribute("city", Kind::Text), attribute("n", Kind::Number), attribute("m", Kind::Number)];
        let schema = Schema::new(attributes).unwrap();
        let parsed = parse(&Arc::new(SourceText::new("x.rules", rules)));
        assert!(parsed.diagnostics.is_empty(), "{:?}", parsed.diagnostics);
        match bind(&parsed.rules, &schema) {
            Ok(constraints) => Ok(constraints
                .iter()
                .map(|(_, constraint)| constraint.predicates[0].as_compare().unwrap().domain)
                .collect()),
            Err(diagnostics) => Err(diagnostics.iter().map(|d| d.help.clone().unwrap_or_default()).collect()),
        }
    }

    #[test]
    fn columns_of_numbers_have_the_order_of_numbers() {
        assert_eq!(check("deny n > m\ndeny n < 5\ndeny n = 1"), Ok(vec![Domain::Number; 3]));
        assert_eq!(check("deny a.n > b.m and a.m = b.n"), Ok(vec![Domain::Number]));
    }

    #[test]
    fn equality_of_cells_is_that_of_text() {
        assert_eq!(check("deny n = m\ndeny city = \"x\"\ndeny n = \"01\""), Ok(vec![Domain::Text; 3]));
        assert_eq!(check("deny n = m by number"), Ok(vec![Domain::Number]));
        assert_eq!(check("deny city != \"x\" ignoring case"), Ok(vec![Domain::FoldedText]));
    }

    #[test]
    fn order_of_text_must_be_asked_for() {
        let help = "write `city > n by text`, or `city > n by number` for the cells that are numbers";
        assert_eq!(check("deny city > n"), Err(vec![help.to_owned()]));
        assert_eq!(check("deny city > n by text\ndeny city > \"m\" by text"), Ok(vec![Domain::Text; 2]));
        assert_eq!(check("deny city > n by number or text"), Ok(vec![Domain::Text]));
    }

    #[test]
    fn a_number_is_not_compared_with_text() {
        let helps = [
            "write `city = \"5\"` for the text, or `by number` behind it",
            "write `city < 5 by number` for the cells of it that are numbers",
            "write `n > 5`",
        ];
        assert_eq!(check("deny city = 5\ndeny 5 > city\ndeny n > \"5\""), Err(helps.map(str::to_owned).into()));
    }
}
