//! Conditions to predicates: columns become attributes, and what they hold decides what they are compared as.

use std::sync::Arc;

use lustrate_diagnostic::Diagnostic;
use lustrate_table::{AttributeId, parse_number};
use lustrate_values::Similarity;

use super::domain::{self, Holds};
use super::{Cell, Condition, Constant, Membership, Relation, Side, Sign, Term, Test};
use crate::lowering::{Lowering, Standing};
use crate::name::{Name, quoted};
use crate::{Arithmetic, CellOf, CellTest, Compare, Comparison, Formula, Operand, Predicate, Scope, Tolerance, Tuple};

/// The predicates of conditions, in order; `None` where one does not fit the columns, which has been reported.
pub(crate) fn predicates(lowering: &mut Lowering<'_>, conditions: &[Condition]) -> Option<Vec<Predicate>> {
    // All are lowered before the first failure counts, so that every mistake is reported.
    let lowered: Vec<_> = conditions.iter().map(|condition| predicate(lowering, condition)).collect();
    lowered.into_iter().collect()
}

/// The predicates that hold exactly where the conditions do not, unknown apart: what a rule that requires forbids.
pub(crate) fn denied(lowering: &mut Lowering<'_>, conditions: &[Condition]) -> Option<Vec<Predicate>> {
    Some(predicates(lowering, conditions)?.iter().map(Predicate::negated).collect())
}

/// What must hold of both rows for a pair to count: predicates about one row, said of `a` and of `b`. In a scope with
/// one row of the table they are themselves.
pub(crate) fn of_every_row(scope: Scope, predicates: &[Predicate]) -> Vec<Predicate> {
    let mut all = predicates.to_vec();
    if scope == Scope::Pair {
        all.extend(predicates.iter().map(|predicate| predicate.renamed(Tuple::other)));
    }
    all
}

fn predicate(lowering: &mut Lowering<'_>, condition: &Condition) -> Option<Predicate> {
    match &condition.test {
        Test::Relation(relation) => compare(lowering, condition, relation),
        Test::Null { cell, presence } => {
            Some(Predicate::Null { cell: lower_cell(lowering, cell, Standing::Left)?, presence: *presence })
        }
        Test::Member { cell: of, membership, polarity } => {
            let cell = lower_cell(lowering, of, Standing::Left)?;
            let test = test(lowering, condition, of, cell.attribute, membership)?;
            Some(Predicate::Member { cell, test, polarity: *polarity })
        }
        Test::Alike { left, right, measure, polarity } => {
            let lowered = lower_cell(lowering, left, Standing::Left);
            let operand = operand(lowering, right);
            let (lowered, operand) = (lowered?, operand?);
            check_measure(lowering, condition, lowered.attribute, right, *measure)?;
            Some(Predicate::Similar { left: lowered, right: operand, measure: *measure, polarity: *polarity })
        }
        Test::Formula { left, sign, right } => {
            let (left, right) = (formula(lowering, left), formula(lowering, right));
            let (comparison, tolerance) = match sign {
                Sign::Compare(comparison) => (*comparison, Tolerance::Rounding),
                Sign::About(tolerance) => (Comparison::Equal, *tolerance),
            };
            Some(Predicate::Formula { left: left?, comparison, right: right?, tolerance })
        }
    }
}

fn compare(lowering: &mut Lowering<'_>, condition: &Condition, relation: &Relation) -> Option<Predicate> {
    let left = lower_cell(lowering, &relation.left, Standing::Left);
    let right = operand(lowering, &relation.right);
    let (left, right) = (left?, right?);
    let domain = domain::of_relation(lowering, condition, relation, left.attribute)?;
    Some(Predicate::Compare(Compare { left, comparison: relation.comparison, right, domain }))
}

fn operand(lowering: &mut Lowering<'_>, side: &Side) -> Option<Operand> {
    match side {
        Side::Cell(cell) => lower_cell(lowering, cell, Standing::Right).map(Operand::Cell),
        Side::Constant(constant) => Some(Operand::Constant(constant.text().to_owned())),
    }
}

fn lower_cell(lowering: &mut Lowering<'_>, cell: &Cell, standing: Standing) -> Option<CellOf> {
    let attribute = lowering.attribute(&cell.column, standing)?;
    Some(CellOf { tuple: cell.tuple.unwrap_or(Tuple::A), attribute })
}

fn formula(lowering: &mut Lowering<'_>, term: &Term) -> Option<Formula> {
    match term {
        Term::Cell(cell) => {
            let lowered = lower_cell(lowering, cell, Standing::Left)?;
            if domain::holds(lowering, lowered.attribute) == Holds::Text {
                let name = &cell.column;
                let title = format!("arithmetic with `{}`, which is not a column of numbers", name.text);
                let help = format!("declare what it holds, such as `column {name} number`");
                let diagnostic = Diagnostic::error("arithmetic-of-text", title).help(help);
                lowering.report(diagnostic.at(lowering.source(), name.span(), "not a column of numbers"));
                return None;
            }
            Some(Formula::Cell(lowered))
        }
        Term::Number(number) => parse_number(number).map(Formula::Number),
        Term::Negative(inner) => {
            let inner = formula(lowering, inner)?;
            Some(Formula::Binary(Arithmetic::Subtract, Box::new(Formula::Number(0.0)), Box::new(inner)))
        }
        Term::Binary(operation, left, right) => {
            let (left, right) = (formula(lowering, left), formula(lowering, right));
            Some(Formula::Binary(*operation, Box::new(left?), Box::new(right?)))
        }
    }
}

fn test(
    lowering: &mut Lowering<'_>,
    condition: &Condition,
    of: &Cell,
    attribute: AttributeId,
    membership: &Membership,
) -> Option<CellTest> {
    let holds = domain::holds(lowering, attribute);
    let declared = lowering.declared(attribute).is_some();
    match membership {
        Membership::Matches(pattern) => Some(CellTest::Matches(pattern.clone())),
        Membership::OneOf(constants) => {
            let all_numbers = constants.iter().all(|constant| matches!(constant, Constant::Number(_)));
            if holds == Holds::Numbers && (declared || all_numbers) {
                let read: Vec<_> = constants
                    .iter()
                    .map(|constant| domain::read_constant(lowering, condition, &of.column, attribute, constant))
                    .collect();
                return Some(CellTest::OneOfNumbers(Arc::new(read.into_iter().collect::<Option<_>>()?)));
            }
            if all_numbers {
                let texts: Vec<_> = constants.iter().map(|constant| quoted(constant.text())).collect();
                let help = format!("write `{of} in ({})` for the texts", texts.join(", "));
                report_numbers_against_text(lowering, condition, &of.column, help);
                return None;
            }
            Some(CellTest::OneOf(Arc::new(constants.iter().map(|constant| constant.text().to_owned()).collect())))
        }
        Membership::Between(low, high) => {
            if holds == Holds::Text {
                let help = format!("declare what it holds, such as `column {} number`", of.column);
                report_numbers_against_text(lowering, condition, &of.column, help);
                return None;
            }
            let mut end = |constant| domain::read_constant(lowering, condition, &of.column, attribute, constant);
            let (least, greatest) = (end(low), end(high));
            let (least, greatest) = (least?, greatest?);
            if least > greatest {
                let title = format!("no value lies between {low} and {high}");
                let help = format!("write `{of} in {high}..{low}`");
                let diagnostic = Diagnostic::error("empty-range", title).help(help);
                lowering.report(diagnostic.at(lowering.source(), condition.at.0, "upside down"));
                return None;
            }
            Some(CellTest::Between(least, greatest))
        }
    }
}

fn report_numbers_against_text(lowering: &mut Lowering<'_>, condition: &Condition, column: &Name, help: String) {
    let title = format!("`{}` is not a column of numbers", column.text);
    let diagnostic = Diagnostic::error("number-against-text", title).help(help);
    lowering.report(diagnostic.at(lowering.source(), condition.at.0, "held against numbers"));
}

/// Numbers and days can only be near each other where columns hold them; texts are compared letter by letter.
fn check_measure(
    lowering: &mut Lowering<'_>,
    condition: &Condition,
    left: AttributeId,
    right: &Side,
    measure: Similarity,
) -> Option<()> {
    let by_value = matches!(measure, Similarity::Within(_) | Similarity::Days(_));
    if !by_value {
        if let Side::Constant(Constant::Number(number)) = right {
            let mut help = format!("write `{}` for the text", quoted(number));
            if parse_number(number).is_some_and(|number| number > 0.0 && number <= 1.0) {
                let left = condition.cells().next().map(|cell| cell.to_string()).unwrap_or_default();
                help = format!("write `{left} ~lev({number}) COLUMN`, or `{left} ~ {}` for the text", quoted(number));
            }
            let diagnostic = Diagnostic::error("likeness-to-number", "the likeness of texts, and a number").help(help);
            lowering.report(diagnostic.at(lowering.source(), condition.at.0, "held against a number"));
            return None;
        }
        return Some(());
    }
    let columns = condition.cells().map(|cell| cell.column.clone()).collect::<Vec<_>>();
    let mut fits = true;
    for column in columns {
        let Some(attribute) = lowering.known(&column) else { continue };
        if domain::holds(lowering, attribute) == Holds::Text {
            let example = if matches!(measure, Similarity::Days(_)) { "date \"%Y-%m-%d\"" } else { "number" };
            let title = format!("`{}` is not a column of numbers or dates", column.text);
            let help = format!("declare what it holds, such as `column {column} {example}`");
            let diagnostic = Diagnostic::error("arithmetic-of-text", title).help(help);
            lowering.report(diagnostic.at(lowering.source(), condition.at.0, "near by value"));
            fits = false;
        }
    }
    if let (Side::Constant(constant), true) = (right, fits) {
        let column = condition.cells().next().map(|cell| cell.column.clone());
        let column = column.expect("a likeness is about a cell");
        domain::read_constant(lowering, condition, &column, left, constant)?;
    }
    fits.then_some(())
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use lustrate_diagnostic::SourceText;
    use lustrate_table::{Attribute, Kind, Schema};

    use crate::{bind, parse};

    /// Whether `city = "Rome", n = 2, m = 3, x = null` breaks the rule, or the codes of the messages.
    fn check(rule: &str) -> Result<bool, Vec<&'static str>> {
        let columns = [("city", Kind::Text), ("n", Kind::Number), ("m", Kind::Number), ("x", Kind::Number)];
        let attributes = columns.map(|(name, kind)| Attribute { name: name.to_owned(), kind });
        let parsed = parse(&Arc::new(SourceText::new("x.rules", rule)));
        assert!(parsed.diagnostics.is_empty(), "{}", parsed.diagnostics);
        let bound = bind(&parsed.rules, &Schema::new(attributes.into()).unwrap());
        let constraints = bound.map_err(|errors| errors.iter().map(|error| error.code).collect::<Vec<_>>())?;
        let text = |cell: crate::CellOf| [Some("Rome"), Some("2"), Some("3"), None][cell.attribute.index()];
        Ok(constraints.iter().any(|(_, constraint)| constraint.is_broken(constraints.columns(), &text)))
    }

    #[test]
    fn a_condition_and_what_a_requirement_forbids_are_opposites() {
        for condition in [
            "n + 1 = m",
            "n ~= m within 1",
            "n * 2 - -m > 6",
            "n in 1..2",
            "n in (1, 2.0)",
            "city in (\"Rome\", \"Bern\")",
            "city matches /R.*/",
            "city ~ \"Rome\"",
            "n ~within(50%) m",
            "x is null",
            "city is not null",
        ] {
            assert_eq!(check(&format!("deny {condition}")), Ok(true), "{condition}");
            assert_eq!(check(&format!("require {condition}")), Ok(false), "{condition}");
        }
    }

    #[test]
    fn what_is_unknown_breaks_neither() {
        for condition in ["x + 1 = n", "x ~= n", "x in 1..2", "x not in (1, 2)", "x ~within(5%) n", "n / 0 > 1"] {
            assert_eq!(check(&format!("deny {condition}")), Ok(false), "{condition}");
            assert_eq!(check(&format!("require {condition}")), Ok(false), "{condition}");
        }
    }

    #[test]
    fn numbers_are_not_held_against_texts() {
        assert_eq!(check("deny city + 1 > n"), Err(vec!["arithmetic-of-text"]));
        assert_eq!(check("deny city in 1..2"), Err(vec!["number-against-text"]));
        assert_eq!(check("deny city in (1, 2)"), Err(vec!["number-against-text"]));
        assert_eq!(check("deny n in \"a\"..5"), Err(vec!["constant-type"]));
        assert_eq!(check("deny n in 5..1"), Err(vec!["empty-range"]));
        assert_eq!(check("deny city ~ 0.9"), Err(vec!["likeness-to-number"]));
        assert_eq!(check("deny city ~days(2) n"), Err(vec!["arithmetic-of-text"]));
    }
}
