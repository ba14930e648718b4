//! A dependency that follows from others.

use std::collections::BTreeSet;

use lustrate_diagnostic::Diagnostic;
use lustrate_rules::{Constraint, Dependency, Strength};

use crate::subject::Subject;
use crate::{Documentation, Example, Lint, Needs};

pub(super) static LINT: Lint = Lint {
    code: "implied-dependency",
    needs: Needs::Rules,
    documentation: Documentation {
        summary: "a dependency that follows from others",
        what: "The right side of a dependency lies in the closure of its left side under other dependencies that are \
               meant as strongly.",
        why: "What is said twice counts twice as evidence, and a reader wonders what it adds.",
        example: Example { table: "", rules: "fd zip -> city\nfd city -> state\nfd zip -> state" },
    },
    find,
};

type Given<'a> = (&'a Constraint, Dependency);

fn find(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let repairing = subject.all().filter(|constraint| constraint.strength.repairs());
    let mut rest: Vec<Given> =
        repairing.filter_map(|constraint| Some((constraint, constraint.as_dependency()?))).collect();
    let mut found = Vec::new();
    // From the last to the first: of two that follow from each other the later is the one that adds nothing.
    for place in (0..rest.len()).rev() {
        let (constraint, dependency) = rest[place].clone();
        let mut others = rest.clone();
        others.remove(place);
        // What holds of the values that are there does not hold of missing ones.
        others.retain(|(other, _)| other.counts_null() || !constraint.counts_null());
        let Some(used) = implied(&dependency, constraint.strength, &others) else { continue };
        rest.remove(place);
        found.push(diagnostic(subject, constraint, &dependency, &used));
    }
    found
}

/// The dependencies by which one follows from others, in the order of the rules; `None` where it does not.
fn implied<'a>(dependency: &Dependency, strength: Strength, others: &[Given<'a>]) -> Option<Vec<&'a Constraint>> {
    let as_strong = |other: &Constraint| other.strength == Strength::Hard || strength != Strength::Hard;
    let usable: Vec<_> = others.iter().filter(|(constraint, _)| as_strong(constraint)).collect();
    let mut known: BTreeSet<_> = dependency.lhs.iter().copied().collect();
    let mut steps = Vec::new();
    loop {
        let next = usable.iter().find(|(_, step)| {
            !known.contains(&step.rhs) && step.lhs.iter().all(|attribute| known.contains(attribute))
        })?;
        known.insert(next.1.rhs);
        steps.push((next.0, &next.1));
        if next.1.rhs == dependency.rhs {
            break;
        }
    }
    // Only the steps that the last one needs.
    let mut needed: BTreeSet<_> = [dependency.rhs].into();
    let mut used: Vec<&Constraint> = Vec::new();
    for (constraint, step) in steps.into_iter().rev() {
        if needed.remove(&step.rhs) {
            needed.extend(step.lhs.iter().filter(|attribute| !dependency.lhs.contains(attribute)));
            used.push(constraint);
        }
    }
    used.sort_by_key(|constraint| (&constraint.origin.file, constraint.origin.span));
    Some(used)
}

fn diagnostic(
    subject: &Subject<'_>,
    constraint: &Constraint,
    dependency: &Dependency,
    used: &[&Constraint],
) -> Diagnostic {
    let lhs: Vec<_> = dependency.lhs.iter().map(|&attribute| subject.column(attribute)).collect();
    let names: Vec<_> =
        used.iter().map(|other| format!("`{}` ({}:{})", other.name, other.origin.file, other.origin.line)).collect();
    let title =
        format!("`{} -> {}` follows from {}", lhs.join(", "), subject.column(dependency.rhs), names.join(" and "));
    let help =
        format!("leave `{}` out on the right, or the rule if nothing else is there", subject.column(dependency.rhs));
    subject.at(Diagnostic::warning(LINT.code, title), &constraint.origin, "adds nothing").help(help)
}
