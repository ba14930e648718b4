//! A pattern that tells no values apart.

use std::collections::BTreeSet;

use lustrate_diagnostic::Diagnostic;
use lustrate_rules::{CellTest, Constraint, Polarity, Predicate, Scope};
use lustrate_table::{AttributeId, RowId};

use crate::subject::{Data, Subject};
use crate::words::{count, shown};
use crate::{Documentation, Example, Lint, Needs};

pub(super) static LINT: Lint = Lint {
    code: "idle-pattern",
    needs: Needs::Table,
    documentation: Documentation {
        summary: "a pattern that no value of its column matches, or that any text matches",
        what: "No value of a column matches the pattern that a rule holds it against, or all do and so would any \
                other text.",
        why: "A pattern must match the whole text. One that matches nothing is mistyped; one that matches everything \
              forbids nothing.",
        example: Example { table: "zip\n00184\n10115\n", rules: "require zip matches /[0-9]{4}/" },
    },
    find,
};

/// Texts that have nothing in common: what matches them all matches any.
const PROBES: [&str; 6] = ["", " ", "a", "0", "-é 9,", "no pattern asks for this text"];

fn find(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let predicates = subject.own().flat_map(|rule| rule.predicates.iter().map(move |predicate| (rule, predicate)));
    predicates.filter_map(|(rule, predicate)| diagnostic(subject, rule, predicate)).collect()
}

fn diagnostic(subject: &Subject<'_>, constraint: &Constraint, predicate: &Predicate) -> Option<Diagnostic> {
    let Predicate::Member { cell, test: CellTest::Matches(pattern), polarity } = predicate else { return None };
    let column = subject.column(cell.attribute);
    let data = subject.data?;
    let values = match constraint.scope == Scope::Row && constraint.predicates.len() > 1 {
        true => values_where_the_rest_holds(subject, data, constraint, predicate, cell.attribute),
        false => data
            .values(cell.attribute, subject.columns().get(cell.attribute))
            .into_iter()
            .map(|(text, _)| text)
            .collect(),
    };
    let matching = values.iter().filter(|text| pattern.matches(text)).count();
    let (title, label, help) = match values.first() {
        // A condition that no row meets is told as such.
        Some(_) if matching == 0 && is_condition(constraint, *polarity) => return None,
        Some(example) if matching == 0 => (
            format!(
                "none of the {} different values of `{column}` matches {pattern}, {} for one",
                count(values.len() as u64),
                shown(example)
            ),
            "matches nothing",
            "the whole text must match: write `.*` where anything may stand",
        ),
        Some(_) if matching == values.len() && excludes_nothing(&|text| pattern.matches(text), *polarity) => {
            (format!("any text matches {pattern}"), "matches everything", "leave the pattern out, or make it narrower")
        }
        _ => return None,
    };
    let diagnostic = Diagnostic::warning(LINT.code, title).help(help);
    Some(subject.at_piece(diagnostic, &constraint.origin, &pattern.to_string(), label))
}

/// Whether a pattern picks the rows of which a rule speaks, rather than saying what they hold.
fn is_condition(constraint: &Constraint, polarity: Polarity) -> bool {
    constraint.scope == Scope::Row && constraint.predicates.len() > 1 && polarity == Polarity::Positive
}

/// The distinct values of the rows of which a rule speaks: a pattern of British postal codes is not idle because it
/// matches no French one.
fn values_where_the_rest_holds<'a>(
    subject: &Subject<'a>,
    data: Data<'a>,
    constraint: &Constraint,
    predicate: &Predicate,
    attribute: AttributeId,
) -> Vec<&'a str> {
    let rest: Vec<&Predicate> = constraint.predicates.iter().filter(|other| *other != predicate).collect();
    let nulls = &subject.columns().get(attribute).nulls;
    let speaks = |&row: &RowId| rest.iter().all(|other| data.holds(other, subject.columns(), row));
    let texts = data.table.row_ids().filter(speaks).filter_map(|row| data.table.column(attribute).text(row));
    let distinct: BTreeSet<&str> = texts.filter(|text| !nulls.contains(*text)).collect();
    distinct.into_iter().collect()
}

/// That all values of a clean column match the pattern that they must match says nothing against it.
fn excludes_nothing(matches: &dyn Fn(&str) -> bool, polarity: Polarity) -> bool {
    polarity == Polarity::Positive || PROBES.iter().all(|probe| matches(probe))
}
