//! A rule about two rows that two equal rows break.

use lustrate_diagnostic::Diagnostic;
use lustrate_rules::{Compare, Comparison, Constraint, ConstraintId, Operand, Predicate, Scope};

use crate::subject::Subject;
use crate::{Documentation, Example, Lint, Needs};

pub(super) static LINT: Lint = Lint {
    code: "fires-on-itself",
    needs: Needs::Rules,
    documentation: Documentation {
        summary: "a rule about two rows that two equal rows break",
        what: "A row would break the rule together with itself: each condition compares a column of one row with the \
               same column of the other by `=`, `<=` or `>=`, and one of them by `<=` or `>=`.",
        why: "Pairs are of two different rows, but two rows with the same values break such a rule, which was hardly \
              meant: of an order between rows one side is usually strict.",
        example: Example { table: "", rules: "deny a.state = b.state and a.salary >= b.salary and a.rate <= b.rate" },
    },
    find,
};

fn find(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let duplicates =
        |id: ConstraintId| subject.constraints.duplicates().iter().any(|rule| rule.alternatives.contains(&id));
    let doubtful = subject
        .constraints
        .iter()
        .filter(|(id, constraint)| constraint.scope == Scope::Pair && !duplicates(*id) && fires(constraint));
    let diagnose = |(_, constraint): (ConstraintId, &Constraint)| {
        let title = format!("two rows with the same values break `{}`", constraint.name);
        let help = "write `<` for `<=`, or `>` for `>=`, in one of the conditions";
        subject.at(Diagnostic::warning(LINT.code, title), &constraint.origin, "holds of a row and itself").help(help)
    };
    doubtful.map(diagnose).collect()
}

fn fires(constraint: &Constraint) -> bool {
    let reflexive = |predicate: &Predicate| match predicate {
        Predicate::Compare(Compare { left, comparison, right: Operand::Cell(right), .. }) => {
            left.attribute == right.attribute && comparison.holds(std::cmp::Ordering::Equal)
        }
        _ => false,
    };
    let strict =
        |predicate: &Predicate| predicate.as_compare().is_some_and(|compare| compare.comparison == Comparison::Equal);
    constraint.predicates.iter().all(reflexive) && !constraint.predicates.iter().all(strict)
}
