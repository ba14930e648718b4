//! Two rules that the same rows break.

use std::collections::BTreeMap;

use lustrate_diagnostic::Diagnostic;
use lustrate_rules::Constraint;
use lustrate_table::RowId;

use crate::subject::Subject;
use crate::words::count;
use crate::{Documentation, Example, Lint, Needs};

pub(super) static LINT: Lint = Lint {
    code: "always-together",
    needs: Needs::Table,
    documentation: Documentation {
        summary: "two rules that the same rows break",
        what: "Three rows or more break a rule, and exactly the same rows break another.",
        why: "Two rules that always speak together are probably one fact, which then counts twice as evidence.",
        example: Example {
            table: "sex,title,relationship\nF,Mr,Wife\nF,Mr,Wife\nF,Mr,Wife\nM,Mr,Husband\n",
            rules: "deny sex = \"F\" and title = \"Mr\"\ndeny title = \"Mr\" and relationship = \"Wife\"",
        },
    },
    find,
};

/// Fewer rows agree by chance.
const FEWEST_ROWS: usize = 3;

fn find(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let Some(data) = subject.data else { return Vec::new() };
    let mut first: BTreeMap<Vec<RowId>, &Constraint> = BTreeMap::new();
    let mut found = Vec::new();
    for (id, constraint) in subject.constraints.iter() {
        let rows: Vec<RowId> = data.detection.of(id).rows.iter().collect();
        if rows.len() < FEWEST_ROWS {
            continue;
        }
        let broken = rows.len() as u64;
        let earlier = *first.entry(rows).or_insert(constraint);
        // Constraints of one rule belong together.
        if earlier.origin != constraint.origin {
            found.push(diagnostic(subject, earlier, constraint, broken));
        }
    }
    found
}

fn diagnostic(subject: &Subject<'_>, earlier: &Constraint, later: &Constraint, rows: u64) -> Diagnostic {
    let origin = &earlier.origin;
    let title = format!(
        "the {} rows that break this are those that break `{}` ({}:{})",
        count(rows),
        earlier.name,
        origin.file,
        origin.line
    );
    let help = "leave one of the two out if they say one thing";
    subject.at(Diagnostic::warning(LINT.code, title), &later.origin, "always together with the other").help(help)
}
