//! Values that differ from a list only in the case of their letters.

use std::collections::BTreeMap;

use lustrate_diagnostic::Diagnostic;
use lustrate_rules::{CellTest, Polarity, Predicate};
use lustrate_values::LetterCase;

use crate::subject::Subject;
use crate::words::{count, shown};
use crate::{Documentation, Example, Lint, Needs};

pub(super) static LINT: Lint = Lint {
    code: "case-difference",
    needs: Needs::Table,
    documentation: Documentation {
        summary: "values that differ from those of a list only in the case of their letters",
        what: "A rule asks for one of several values, and cells of the column hold one of them in other letters: \
               `YES` for `yes`.",
        why: "Every such cell breaks the rule. If case means nothing, say so once instead of repairing each cell; if \
              the list is wrong, mend the list.",
        example: Example {
            table: "emergency\nYes\nno\nno\n",
            rules: "if emergency != \"no\" then emergency in (\"yes\")",
        },
    },
    find,
};

fn find(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let Some(data) = subject.data else { return Vec::new() };
    let mut found = Vec::new();
    for constraint in subject.all() {
        for predicate in &constraint.predicates {
            let Predicate::Member { cell, test: CellTest::OneOf(values), polarity: Polarity::Negative } = predicate
            else {
                continue;
            };
            let declared = subject.columns().get(cell.attribute);
            // With a declared case the letters are changed before the rule looks.
            if declared.letter_case.is_some() {
                continue;
            }
            let folded: BTreeMap<String, &String> = values.iter().map(|value| (value.to_lowercase(), value)).collect();
            let texts = data.values(cell.attribute, declared);
            let differing: Vec<(&str, u64, &String)> = texts
                .into_iter()
                .filter(|(text, _)| !values.contains(*text))
                .filter_map(|(text, cells)| Some((text, cells, *folded.get(&text.to_lowercase())?)))
                .collect();
            let Some((text, _, value)) = differing.first() else { continue };
            let cells: u64 = differing.iter().map(|(_, cells, _)| cells).sum();
            let column = subject.column(cell.attribute);
            let title = format!(
                "{} cells of `{column}` differ from the list only in case, such as {} for {}",
                count(cells),
                shown(text),
                shown(value)
            );
            let cases = [("upper", LetterCase::Upper), ("lower", LetterCase::Lower), ("title", LetterCase::Title)];
            let fits = |(_, case): &&(&str, LetterCase)| values.iter().all(|value| case.apply(value) == *value);
            let help = match cases.iter().find(fits) {
                Some((word, _)) => format!("write `{text:?}` in the list, or `case {word}` in the column's statement"),
                None => format!("write `{text:?}` in the list too, or correct the cells"),
            };
            let diagnostic = Diagnostic::warning(LINT.code, title).help(help);
            found.push(subject.at_piece(
                diagnostic,
                &constraint.origin,
                &format!("{value:?}"),
                "in other letters there",
            ));
        }
    }
    found
}
