//! Columns that determine each other, none of which is known to be right.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use lustrate_diagnostic::Diagnostic;
use lustrate_rules::{ColumnRole, Constraint, Scope, Tuple};
use lustrate_table::AttributeId;

use crate::subject::Subject;
use crate::{Documentation, Example, Lint, Needs};

pub(super) static LINT: Lint = Lint {
    code: "dependency-cycle",
    needs: Needs::Rules,
    documentation: Documentation {
        summary: "columns that determine each other, none of which is known to be right",
        what: "Dependencies lead from a column back to itself, and no column on the way is checked against a \
               reference, identifies rows (`id`) or is never repaired.",
        why: "If two columns determine each other, a row in which they disagree can be made right from either side, \
              and frequent values win: both may change together into another thing's values.",
        example: Example { table: "", rules: "fd code -> name\nfd name -> code" },
    },
    find,
};

/// For each column the columns that it helps to determine, with the rule.
type Edges<'a> = BTreeMap<AttributeId, Vec<(AttributeId, &'a Constraint)>>;

fn find(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let anchored = anchored(subject);
    let mut edges: Edges = BTreeMap::new();
    for constraint in subject.all().filter(|constraint| constraint.strength.repairs()) {
        let Some(dependency) = constraint.as_dependency() else { continue };
        if anchored.contains(&dependency.rhs) {
            continue;
        }
        for &from in dependency.lhs.iter().filter(|from| !anchored.contains(from)) {
            edges.entry(from).or_default().push((dependency.rhs, constraint));
        }
    }
    let mut told = BTreeSet::new();
    let mut found = Vec::new();
    for &start in edges.keys() {
        let Some(cycle) = shortest_cycle(&edges, start) else { continue };
        // Cycles that share a column are one doubt.
        if cycle.iter().any(|(column, _)| told.contains(column)) {
            continue;
        }
        told.extend(cycle.iter().map(|(column, _)| *column));
        found.push(diagnostic(subject, &cycle));
    }
    found
}

/// The columns that a reference, an identity or a declaration holds in place.
fn anchored(subject: &Subject<'_>) -> BTreeSet<AttributeId> {
    let declared = subject.columns().declared();
    let held = declared.filter(|(_, rule)| rule.never_repair || rule.roles.contains(&ColumnRole::Id));
    let mut anchored: BTreeSet<_> = held.map(|(attribute, _)| attribute).collect();
    let looked_up = subject.all().filter(|constraint| matches!(constraint.scope, Scope::Reference(_)));
    let cells = looked_up.flat_map(Constraint::cells).filter(|cell| cell.tuple == Tuple::A);
    anchored.extend(cells.map(|cell| cell.attribute));
    anchored.extend(subject.constraints.lookups().iter().flat_map(|lookup| &lookup.set).map(|set| set.attribute));
    anchored
}

/// The columns of a shortest way from a column back to itself, each with the rule that leads on from it.
fn shortest_cycle<'a>(edges: &Edges<'a>, start: AttributeId) -> Option<Vec<(AttributeId, &'a Constraint)>> {
    let mut came_from: BTreeMap<AttributeId, (AttributeId, &Constraint)> = BTreeMap::new();
    let mut queue = VecDeque::from([start]);
    while let Some(from) = queue.pop_front() {
        for &(to, constraint) in edges.get(&from).into_iter().flatten() {
            came_from.entry(to).or_insert_with(|| {
                queue.push_back(to);
                (from, constraint)
            });
        }
    }
    let mut cycle = vec![*came_from.get(&start)?];
    while cycle[cycle.len() - 1].0 != start {
        cycle.push(came_from[&cycle[cycle.len() - 1].0]);
    }
    cycle.reverse();
    Some(cycle)
}

fn diagnostic(subject: &Subject<'_>, cycle: &[(AttributeId, &Constraint)]) -> Diagnostic {
    let start = subject.column(cycle[0].0);
    let way: Vec<_> = cycle.iter().map(|(column, _)| subject.column(*column)).collect();
    let title = format!("`{} -> {start}` is a cycle, and no reference says which column is right", way.join(" -> "));
    let last = cycle.iter().map(|(_, constraint)| *constraint).max_by_key(|constraint| constraint.origin.span);
    let help = format!(
        "write `column {start} never repair` if it is right, look one of the columns up in a reference, or leave a rule \
         out"
    );
    let diagnostic = Diagnostic::warning(LINT.code, title).help(help);
    match last {
        Some(constraint) => subject.at(diagnostic, &constraint.origin, "leads back"),
        None => diagnostic,
    }
}
