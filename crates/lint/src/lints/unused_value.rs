//! A listed value that no row has.

use std::collections::BTreeSet;

use lustrate_diagnostic::{Diagnostic, nearest};
use lustrate_rules::{CellTest, Constraint, Predicate};

use crate::subject::Subject;
use crate::words::shown;
use crate::{Documentation, Example, Lint, Needs};

pub(super) static LINT: Lint = Lint {
    code: "unused-value",
    needs: Needs::Table,
    documentation: Documentation {
        summary: "a value of a list that no row has",
        what: "A rule lists the values of a column, and one of them stands in no row. Values that come from a \
               reference are not listed by the rule, and not told; nor is a list within a rule that says more, which \
               is no list of all values.",
        why: "It may just not occur today, so this is a note; but where the table has a value that is nearly the same, \
              the list is mistyped, and every row with the right value breaks the rule.",
        example: Example { table: "answer\nyes\nno\nno\n", rules: "require answer in (\"yes\", \"mo\")" },
    },
    find,
};

fn find(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let tests = subject.own().filter_map(|rule| match rule.predicates.as_slice() {
        [predicate] => Some(of_predicate(subject, rule, predicate)),
        _ => None,
    });
    tests.flatten().collect()
}

fn of_predicate(subject: &Subject<'_>, constraint: &Constraint, predicate: &Predicate) -> Vec<Diagnostic> {
    let (Predicate::Member { cell, test: CellTest::OneOf(values), .. }, Some(data)) = (predicate, subject.data) else {
        return Vec::new();
    };
    let texts = data.values(cell.attribute, subject.columns().get(cell.attribute));
    let there: BTreeSet<&str> = texts.iter().map(|(text, _)| *text).collect();
    let strange: Vec<&str> = texts.iter().map(|(text, _)| *text).filter(|text| !values.contains(*text)).collect();
    let folded: BTreeSet<String> = there.iter().map(|text| text.to_lowercase()).collect();
    // A value that is there in other letters is told by another lint.
    let unused =
        values.iter().filter(|value| !there.contains(value.as_str()) && !folded.contains(&value.to_lowercase()));
    let listed = unused.filter(|value| subject.says(&constraint.origin, &format!("{value:?}")));
    let diagnose = |value: &String| {
        let title = format!("no row has {} in `{}`", shown(value), subject.column(cell.attribute));
        let diagnostic = match nearest(value, strange.iter().copied()) {
            Some(near) => Diagnostic::warning(LINT.code, title).help(format!("write `{near:?}`")),
            None => Diagnostic::note(LINT.code, title),
        };
        subject.at_piece(diagnostic, &constraint.origin, &format!("{value:?}"), "stands nowhere")
    };
    listed.map(diagnose).collect()
}
