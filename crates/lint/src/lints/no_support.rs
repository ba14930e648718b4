//! A rule that says nothing of the table.

use lustrate_diagnostic::Diagnostic;
use lustrate_rules::{CellOf, Compare, Comparison, Constraint, Domain, Operand, Polarity, Predicate, Scope, Tuple};
use lustrate_table::{Column, Groups, RowId};

use crate::subject::{Data, Subject};
use crate::words;
use crate::{Documentation, Example, Lint, Needs};

pub(super) static LINT: Lint = Lint {
    code: "no-support",
    needs: Needs::Table,
    documentation: Documentation {
        summary: "a rule whose conditions no row, or no two rows, ever meet",
        what: "No row meets the conditions under which a rule asks for something; or one of the values that a rule \
               forbids to stand together stands nowhere; or no two rows agree on the columns by which a rule compares \
               them. Of a file that the rule file uses this is not told, since such a file serves many tables.",
        why: "The rule can never be broken and supports no repair. A constant is mistyped, or the columns on the left \
              of a dependency identify every row.",
        example: Example {
            table: "area,city\n212,New York\n617,Boston\n",
            rules: "if area = \"0212\" then city = \"New York\"\nfd area -> city",
        },
    },
    find,
};

fn find(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let Some(data) = subject.data.filter(|data| data.table.rows() > 1) else { return Vec::new() };
    let mut found: Vec<Diagnostic> = Vec::new();
    for constraint in subject.own() {
        let diagnostic = match constraint.scope {
            Scope::Row => row_rule(subject, data, constraint),
            Scope::Pair => pair_rule(subject, data, constraint),
            Scope::Reference(_) => None,
        };
        // A rule of several consequences is told once.
        found.extend(diagnostic.filter(|new| !found.contains(new)));
    }
    found
}

fn row_rule(subject: &Subject<'_>, data: Data<'_>, constraint: &Constraint) -> Option<Diagnostic> {
    let (demands, others): (Vec<_>, Vec<_>) = constraint.predicates.iter().partition(|predicate| demands(predicate));
    if constraint.predicates.len() < 2 {
        return None;
    }
    let meets = |predicates: &[&Predicate], row: RowId| {
        predicates.iter().all(|predicate| data.holds(predicate, subject.columns(), row))
    };
    let met = |predicates: &[&Predicate]| data.table.row_ids().any(|row| meets(predicates, row));
    // Where something else is forbidden under conditions, they must be met together; where only values that stand
    // together are forbidden, each must stand somewhere.
    let unmet: Vec<&Predicate> = match others.is_empty() {
        false if met(&demands) => return None,
        false => demands,
        true => vec![*demands.iter().find(|predicate| !met(&[**predicate]))?],
    };
    let conditions: Vec<_> = unmet.iter().map(|predicate| words::predicate(subject.schema, predicate)).collect();
    let title = format!("no row meets `{}`", conditions.join(" and "));
    let piece = match unmet.as_slice() {
        [Predicate::Compare(Compare { right: Operand::Constant(text), .. })] => format!("{text:?}"),
        _ => constraint.name.clone(),
    };
    let diagnostic = Diagnostic::warning(LINT.code, title).help(mend(subject, data, &unmet));
    Some(subject.at_piece(diagnostic, &constraint.origin, &piece, "never met"))
}

/// The nearest value that the column has, where a constant is probably mistyped.
fn mend(subject: &Subject<'_>, data: Data<'_>, unmet: &[&Predicate]) -> String {
    let near = unmet.iter().find_map(|predicate| match predicate {
        Predicate::Compare(Compare { left, right: Operand::Constant(text), domain: Domain::Text, .. }) => {
            let values = data.values(left.attribute, subject.columns().get(left.attribute));
            let texts: Vec<&str> = values.into_iter().map(|(text, _)| text).collect();
            if texts.contains(&text.as_str()) {
                return None;
            }
            lustrate_diagnostic::nearest(text, texts).map(|near| format!("write `{near:?}`"))
        }
        _ => None,
    });
    near.unwrap_or_else(|| "correct the condition, or leave the rule out".to_owned())
}

/// Whether a predicate picks rows by a value: what a rule is about, rather than what it asks of them.
fn demands(predicate: &Predicate) -> bool {
    match predicate {
        Predicate::Compare(compare) => compare.comparison == Comparison::Equal,
        Predicate::Member { polarity, .. } | Predicate::Similar { polarity, .. } => *polarity == Polarity::Positive,
        Predicate::Null { .. } | Predicate::Formula { .. } => false,
    }
}

fn pair_rule(subject: &Subject<'_>, data: Data<'_>, constraint: &Constraint) -> Option<Diagnostic> {
    let mut key = Vec::new();
    let mut conclusion = false;
    let mut filters: Vec<&Predicate> = Vec::new();
    for predicate in &constraint.predicates {
        match equated(predicate) {
            Some(attribute) => key.push(attribute),
            None if of_row_a(predicate) => filters.push(predicate),
            None => conclusion |= crosses(predicate),
        }
    }
    // A rule of equalities alone is a key, which every row should keep.
    if key.is_empty() || !conclusion {
        return None;
    }
    let columns: Vec<&Column> = key.iter().map(|&attribute| data.table.column(attribute)).collect();
    let kept = |row: &&RowId| filters.iter().all(|filter| data.holds(filter, subject.columns(), **row));
    let groups = Groups::new(&columns).rows_by_group();
    if groups.iter().any(|rows| rows.len() > 1 && rows.iter().filter(kept).nth(1).is_some()) {
        return None;
    }
    let names: Vec<_> = key.iter().map(|&attribute| subject.column(attribute)).collect();
    let title = format!("no two rows that `{}` compares agree on {}", constraint.name, names.join(", "));
    let help = "name fewer columns, or leave the rule out: on this table nothing can break it";
    Some(subject.at(Diagnostic::warning(LINT.code, title), &constraint.origin, "never met").help(help))
}

/// The column that a predicate equates between the two rows, as text.
fn equated(predicate: &Predicate) -> Option<lustrate_table::AttributeId> {
    let Predicate::Compare(Compare { left, comparison: Comparison::Equal, right: Operand::Cell(right), domain }) =
        predicate
    else {
        return None;
    };
    let same = left.attribute == right.attribute && left.tuple != right.tuple && *domain == Domain::Text;
    same.then_some(left.attribute)
}

fn of_row_a(predicate: &Predicate) -> bool {
    predicate.cells().iter().all(|cell| cell.tuple == Tuple::A)
}

fn crosses(predicate: &Predicate) -> bool {
    let cells: Vec<CellOf> = predicate.cells();
    cells.iter().any(|cell| cell.tuple == Tuple::A) && cells.iter().any(|cell| cell.tuple == Tuple::B)
}
