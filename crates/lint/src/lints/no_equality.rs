//! A rule about two rows without an equality between them.

use lustrate_detect::Budget;
use lustrate_diagnostic::Diagnostic;
use lustrate_rules::{Comparison, Constraint, Operand, Predicate, Scope};

use crate::subject::Subject;
use crate::words::count;
use crate::{Documentation, Example, Lint, Needs};

pub(super) static LINT: Lint = Lint {
    code: "no-equality",
    needs: Needs::Rules,
    documentation: Documentation {
        summary: "a rule about two rows without an equality between them",
        what: "No condition of a rule about two rows equates a column of the one with a column of the other. A note \
               where sorting counts the pairs all the same, a warning with the cost where they are compared one by \
               one.",
        why: "Every row is compared with every other: n rows make n (n - 1) pairs. On a large table a budget ends the \
              search before all are seen.",
        example: Example { table: "", rules: "deny a.start < b.end and a.end > b.start and a.room < b.room" },
    },
    find,
};

/// The size for which the cost is told where there is no table.
const ASSUMED_ROWS: u64 = 100_000;

fn find(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let doubtful = subject.all().filter(|constraint| constraint.scope == Scope::Pair && !equates(constraint));
    doubtful.map(|constraint| diagnostic(subject, constraint)).collect()
}

fn diagnostic(subject: &Subject<'_>, constraint: &Constraint) -> Diagnostic {
    let rows = subject.data.map_or(ASSUMED_ROWS, |data| data.table.rows() as u64);
    let pairs = rows.saturating_mul(rows.saturating_sub(1));
    let title = format!("`{}` compares every row with every other", constraint.name);
    let cost = format!("{} rows make {} pairs", count(rows), count(pairs));
    let help = "add a condition such as `a.COLUMN = b.COLUMN` that says which rows are compared";
    let (diagnostic, label) = if sorting_does(constraint) {
        (Diagnostic::note(LINT.code, title), format!("{cost}, which sorting counts"))
    } else {
        let budget = Budget::default().0;
        let end = if pairs > budget { format!(", of which {} are looked at", count(budget)) } else { String::new() };
        (Diagnostic::warning(LINT.code, title), cost + &end)
    };
    subject.at(diagnostic, &constraint.origin, label).help(help)
}

/// The comparison of a predicate between the two rows.
fn across(predicate: &Predicate) -> Option<Comparison> {
    let compare = predicate.as_compare()?;
    matches!(&compare.right, Operand::Cell(right) if right.tuple != compare.left.tuple).then_some(compare.comparison)
}

fn equates(constraint: &Constraint) -> bool {
    constraint.predicates.iter().any(|predicate| across(predicate) == Some(Comparison::Equal))
}

/// Whether detection needs no pair: at most two orders between the rows and three `!=`, and nothing else.
fn sorting_does(constraint: &Constraint) -> bool {
    let between: Vec<&Predicate> = constraint
        .predicates
        .iter()
        .filter(|predicate| {
            let cells = predicate.cells();
            cells.iter().any(|cell| cell.tuple != cells[0].tuple)
        })
        .collect();
    let comparisons: Option<Vec<Comparison>> = between.into_iter().map(across).collect();
    comparisons.is_some_and(|comparisons| {
        let unequal = comparisons.iter().filter(|comparison| **comparison == Comparison::NotEqual).count();
        unequal <= 3 && comparisons.len() - unequal <= 2
    })
}
