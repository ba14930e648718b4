//! A hard rule that much of the table breaks.

use lustrate_diagnostic::Diagnostic;
use lustrate_rules::{Constraint, ConstraintId, Dependency, Strength};
use lustrate_table::{Column, Groups};

use crate::subject::{Data, Subject};
use crate::words::of;
use crate::{Documentation, Example, Lint, Needs};

pub(super) static LINT: Lint = Lint {
    code: "hard-rule-broken",
    needs: Needs::Table,
    documentation: Documentation {
        summary: "a hard rule that more than a tenth of its groups, or of the rows, break",
        what: "A `hard` dependency is broken in more than a tenth of the groups of two rows or more that agree on its \
               left side; any other `hard` rule by more than a tenth of the rows.",
        why: "The output has to satisfy a hard rule, so much of the table would be changed. A rule with that many \
              exceptions is not quite true, or is written wrongly.",
        example: Example { table: "name,phone\nAda,1\nAda,2\nBob,3\nBob,3\n", rules: "fd name -> phone hard" },
    },
    find,
};

/// One in so many may break a hard rule.
const TOLERATED: u64 = 10;

fn find(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let Some(data) = subject.data else { return Vec::new() };
    let mut found = Vec::new();
    for (id, constraint) in subject.constraints.iter().filter(|(_, rule)| rule.strength == Strength::Hard) {
        let (broken, whole, what) = broken(data, id, constraint);
        if broken * TOLERATED <= whole {
            continue;
        }
        // A rule that determines several columns is several constraints, of which each is told with its own.
        let column = constraint.as_dependency().map(|dependency| subject.column(dependency.rhs));
        let place = column.map_or(String::new(), |column| format!(" in `{column}`"));
        let title = format!("{} break `{}`{place}, which is hard", of(broken, whole, what), constraint.name);
        let diagnostic = Diagnostic::warning(LINT.code, title);
        let help = "write `soft` if it has exceptions, or `warn` to be told of them; if it is wrong, correct it";
        found.push(subject.at_piece(diagnostic, &constraint.origin, "hard", "too many exceptions").help(help));
    }
    found
}

/// How many of how many break a rule.
fn broken(data: Data<'_>, id: ConstraintId, constraint: &Constraint) -> (u64, u64, &'static str) {
    match constraint.as_dependency() {
        Some(dependency) => {
            let (broken, groups) = groups(data, &dependency);
            (broken, groups, "groups")
        }
        None => (data.detection.of(id).rows.len() as u64, data.table.rows() as u64, "rows"),
    }
}

/// Of the groups of two rows or more, those with two values or more on the right side.
fn groups(data: Data<'_>, dependency: &Dependency) -> (u64, u64) {
    let key: Vec<&Column> = dependency.lhs.iter().map(|&attribute| data.table.column(attribute)).collect();
    let groups = Groups::new(&key).rows_by_group();
    let values = data.table.column(dependency.rhs);
    let (mut broken, mut whole) = (0, 0);
    for rows in groups.iter().filter(|rows| rows.len() > 1) {
        let mut codes = rows.iter().map(|&row| values.code(row)).filter(|code| !code.is_null());
        let first = codes.next();
        whole += 1;
        broken += u64::from(codes.any(|code| Some(code) != first));
    }
    (broken, whole)
}
