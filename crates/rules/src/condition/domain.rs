//! What a comparison compares as: the types of the columns decide, and where they leave it open the rule has to say.

use lustrate_diagnostic::Diagnostic;
use lustrate_table::{AttributeId, Kind, parse_number};
use lustrate_values::ColumnType;

use super::{Cell, Condition, Constant, Manner, Relation, Side};
use crate::declaration::example;
use crate::lowering::Lowering;
use crate::name::{Name, quoted};
use crate::{Domain, Form};

/// What a column holds, as far as comparisons ask.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Holds {
    /// Numbers, or what a declared type reads as numbers: days, spans of time, quantities.
    Numbers,
    /// Texts.
    Text,
}

/// What a column holds: as it is declared, or else as its values look.
pub(super) fn holds(lowering: &Lowering<'_>, attribute: AttributeId) -> Holds {
    match (lowering.declared(attribute), lowering.kind(attribute)) {
        (Some(declared), _) if declared.is_ordered() => Holds::Numbers,
        (None, Kind::Number) => Holds::Numbers,
        _ => Holds::Text,
    }
}

/// The number that a constant stands for in a column of numbers; what its type does not read has been reported.
pub(super) fn read_constant(
    lowering: &mut Lowering<'_>,
    condition: &Condition,
    column: &Name,
    attribute: AttributeId,
    constant: &Constant,
) -> Option<f64> {
    let text = constant.text();
    let read = match lowering.declared(attribute) {
        Some(declared) if declared.is_ordered() => declared.constant(text),
        _ => parse_number(text),
    };
    if read.is_none() {
        let (title, help) = match lowering.declared(attribute) {
            Some(declared) => {
                (format!("{constant} is no value of the type of `{}`", column.text), example(declared).to_owned())
            }
            None => (
                format!("{constant} is no number, and `{}` is a column of numbers", column.text),
                format!("write a number, or declare what it holds, such as `column {column} date \"%Y-%m-%d\"`"),
            ),
        };
        let diagnostic = Diagnostic::error("constant-type", title).help(help);
        lowering.report(diagnostic.at(lowering.source(), condition.at.0, "a constant of another type"));
    }
    read
}

/// What a comparison compares as; `None` where it does not fit the columns, which has been reported.
pub(super) fn of_relation(
    lowering: &mut Lowering<'_>,
    condition: &Condition,
    relation: &Relation,
    left: AttributeId,
) -> Option<Domain> {
    match &relation.right {
        Side::Cell(cell) => of_cells(lowering, condition, relation, left, cell),
        Side::Constant(constant) => {
            let ordered = lowering.declared(left).is_some_and(ColumnType::is_ordered);
            let plain = matches!(relation.manner, Manner::Plain | Manner::ByNumberOrText);
            if ordered && plain {
                read_constant(lowering, condition, &relation.left.column, left, constant)?;
                return Some(Domain::Number);
            }
            match constant {
                Constant::Text(text) => of_text(lowering, condition, relation, left, text),
                Constant::Number(number) => of_number(lowering, condition, relation, left, number),
            }
        }
    }
}

fn of_cells(
    lowering: &mut Lowering<'_>,
    condition: &Condition,
    relation: &Relation,
    left: AttributeId,
    right: &Cell,
) -> Option<Domain> {
    let right = lowering.known(&right.column)?;
    match relation.manner {
        Manner::IgnoringCase => return Some(Domain::FoldedText),
        Manner::ByNumber => return Some(Domain::Number),
        Manner::ByText => return Some(Domain::Text),
        Manner::CountingNull => return Some(Domain::TextOrNull),
        Manner::Plain | Manner::ByNumberOrText => {}
    }
    if let (Some(one), Some(other)) = (lowering.declared(left), lowering.declared(right))
        && one.is_ordered()
        && other.is_ordered()
    {
        if !is_comparable(one, other) {
            let title = "the two columns are declared as values of different kinds";
            let help = format!("declare them alike, or write `{condition} by text`");
            let diagnostic = Diagnostic::error("type-mismatch", title).help(help);
            lowering.report(diagnostic.at(lowering.source(), condition.at.0, "of different types"));
            return None;
        }
        return Some(Domain::Number);
    }
    let numbers = holds(lowering, left) == Holds::Numbers && holds(lowering, right) == Holds::Numbers;
    match relation.manner {
        _ if !relation.comparison.is_order() => Some(Domain::Text),
        _ if numbers => Some(number_with_note(lowering, condition, relation)),
        Manner::ByNumberOrText => Some(text_with_note(lowering, condition, relation)),
        _ => {
            report_order_of_text(lowering, condition, relation);
            None
        }
    }
}

/// Whether values of two ordered types are of one kind and one measure.
fn is_comparable(one: &ColumnType, other: &ColumnType) -> bool {
    use ColumnType::{Duration, Integer, Number, NumberOf, Quantity};
    match (one, other) {
        (Duration { unit: one, .. }, Duration { unit: other, .. })
        | (Quantity { unit: one, .. }, Quantity { unit: other, .. }) => one == other,
        (NumberOf(one), NumberOf(other)) => one == other,
        (Integer | Number | NumberOf(_), Integer | Number | NumberOf(_)) => true,
        _ => std::mem::discriminant(one) == std::mem::discriminant(other),
    }
}

fn of_text(
    lowering: &mut Lowering<'_>,
    condition: &Condition,
    relation: &Relation,
    left: AttributeId,
    text: &str,
) -> Option<Domain> {
    let is_number = parse_number(text).is_some();
    let numbers = holds(lowering, left) == Holds::Numbers;
    match relation.manner {
        Manner::IgnoringCase => Some(Domain::FoldedText),
        // A constant is never missing.
        Manner::ByText | Manner::CountingNull => Some(Domain::Text),
        Manner::ByNumberOrText if is_number && numbers => Some(number_with_note(lowering, condition, relation)),
        Manner::ByNumberOrText => Some(text_with_note(lowering, condition, relation)),
        Manner::ByNumber if is_number || lowering.declared(left).is_some_and(ColumnType::is_ordered) => {
            Some(Domain::Number)
        }
        Manner::ByNumber => {
            let title = format!("{} is no number", quoted(text));
            let diagnostic = Diagnostic::error("no-number", title);
            let help = "write a number without quotes, or leave `by number` out";
            lowering.report(diagnostic.at(lowering.source(), condition.at.0, "compared by number").help(help));
            None
        }
        Manner::Plain if relation.comparison.is_order() => {
            if is_number && numbers {
                let title = format!("the order of numbers and the text {}", quoted(text));
                let help = format!("write `{} {} {}`", relation.left, relation.comparison.sign(), text.trim());
                let diagnostic = Diagnostic::error("number-in-quotes", title);
                lowering.report(diagnostic.at(lowering.source(), condition.at.0, "a text in quotes").help(help));
            } else {
                report_order_of_text(lowering, condition, relation);
            }
            None
        }
        Manner::Plain => {
            note_constant_that_is_a_column(lowering, condition, relation, text);
            Some(Domain::Text)
        }
    }
}

fn of_number(
    lowering: &mut Lowering<'_>,
    condition: &Condition,
    relation: &Relation,
    left: AttributeId,
    number: &str,
) -> Option<Domain> {
    match relation.manner {
        Manner::ByNumber => Some(Domain::Number),
        Manner::ByText | Manner::CountingNull => Some(Domain::Text),
        Manner::IgnoringCase => Some(Domain::FoldedText),
        _ if holds(lowering, left) == Holds::Numbers => Some(Domain::Number),
        Manner::ByNumberOrText => Some(text_with_note(lowering, condition, relation)),
        Manner::Plain => {
            let (cell, sign) = (&relation.left, relation.comparison.sign());
            let column = &cell.column.text;
            let mut help = format!("write `{cell} {sign} {number} by number` for the cells of it that are numbers");
            if !relation.comparison.is_order() {
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

fn report_order_of_text(lowering: &mut Lowering<'_>, condition: &Condition, relation: &Relation) {
    let sign = relation.comparison.sign();
    lowering.report(
        Diagnostic::error("order-of-text", format!("`{sign}` compares columns that do not hold numbers"))
            .at(lowering.source(), condition.at.0, "the order of text")
            .help(format!("write `{condition} by text`, or `{condition} by number` for the cells that are numbers")),
    );
}

/// Notes in files of others, which compared all values as texts, that numbers compare as numbers.
fn number_with_note(lowering: &mut Lowering<'_>, condition: &Condition, relation: &Relation) -> Domain {
    if relation.comparison.is_order() && matches!(lowering.form(), Form::HoloClean | Form::Dependencies) {
        let title = format!("the order of {} is that of numbers", columns(condition));
        let diagnostic = Diagnostic::note("order-of-numbers", title);
        let help = "write the rule in the language of this program, with `by text`, if the order of texts is meant";
        lowering.note_once(diagnostic.at(lowering.source(), condition.at.0, "columns of numbers").help(help));
    }
    Domain::Number
}

fn text_with_note(lowering: &mut Lowering<'_>, condition: &Condition, relation: &Relation) -> Domain {
    if relation.comparison.is_order() {
        let title = format!("the order of {} is that of text", columns(condition));
        let diagnostic = Diagnostic::note("order-of-text", title);
        let help = "write the rule in the language of this program, with `by number`, if numbers are meant";
        lowering.note_once(diagnostic.at(lowering.source(), condition.at.0, "not columns of numbers").help(help));
    }
    Domain::Text
}

/// The columns of a condition, for a message.
fn columns(condition: &Condition) -> String {
    let mut columns: Vec<_> = condition.cells().map(|cell| format!("`{}`", cell.column.text)).collect();
    columns.dedup();
    columns.join(" and ")
}

/// `"Order Date"` on the right of a sign is a text; a column of that name was perhaps meant.
fn note_constant_that_is_a_column(lowering: &mut Lowering<'_>, condition: &Condition, relation: &Relation, text: &str) {
    if relation.left.tuple.is_none() && lowering.has_column(text) {
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
    fn numbers_in_the_files_of_others_are_compared_as_numbers_with_a_note() {
        let attribute = |name: &str, kind| Attribute { name: name.to_owned(), kind };
        let schema = Schema::new(vec![attribute("n", Kind::Number), attribute("m", Kind::Number)]).unwrap();
        let text = "t1&t2&GT(t1.n,t2.n)&LT(t1.m,t2.m)\nt1&GTE(t1.n,'5')\nt1&t2&EQ(t1.n,t2.n)&IQ(t1.m,t2.m)";
        let parsed = parse(&Arc::new(SourceText::new("x.txt", text)));
        let constraints = bind(&parsed.rules, &schema).unwrap();
        let domains = constraints.iter().map(|(_, constraint)| constraint.predicates[0].as_compare().unwrap().domain);
        assert_eq!(domains.collect::<Vec<_>>(), [Domain::Number, Domain::Number, Domain::Text]);
        let notes: Vec<_> = constraints.notes().iter().map(|note| note.title.as_str()).collect();
        assert_eq!(notes, ["the order of `n` is that of numbers", "the order of `m` is that of numbers"]);
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
