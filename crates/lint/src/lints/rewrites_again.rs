//! A rewrite that fits what it makes.

use lustrate_diagnostic::Diagnostic;
use lustrate_rules::BoundRewrite;
use lustrate_table::AttributeId;
use lustrate_values::rewrite;

use crate::subject::{Data, Subject};
use crate::words::shown;
use crate::{Documentation, Example, Lint, Needs};

pub(super) static LINT: Lint = Lint {
    code: "rewrites-again",
    needs: Needs::Table,
    documentation: Documentation {
        summary: "a rewrite that changes what it has made when the clean file is cleaned again",
        what: "What the rewrites of a column make of one of its values they would rewrite once more. Rewrites with a \
               condition (`where`) are not looked at.",
        why: "A file that was cleaned is often cleaned again, with new rows or by accident. Days and months that change \
              places are then wrong again, and nobody sees it.",
        example: Example { table: "day\n3-14\n4-15\n", rules: "rewrite day /(\\d+)-(\\d+)/ -> \"{2}-{1}\"" },
    },
    find,
};

fn find(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let Some(data) = subject.data else { return Vec::new() };
    subject.own_rewrites().filter_map(|(attribute, rewrites)| diagnostic(subject, data, attribute, &rewrites)).collect()
}

fn diagnostic(
    subject: &Subject<'_>,
    data: Data<'_>,
    attribute: AttributeId,
    rewrites: &[&BoundRewrite],
) -> Option<Diagnostic> {
    let values = data.values(attribute, subject.columns().get(attribute));
    let (value, first, (second, by)) = values.iter().find_map(|(value, _)| {
        let (first, _) = made(rewrites, Some(value))?;
        let again = made(rewrites, first.as_deref())?;
        Some((*value, first, again))
    })?;
    let shown = |text: Option<&str>| text.map_or_else(|| "a missing value".to_owned(), shown);
    let title = format!(
        "{} becomes {}, which would become {} when the clean file is cleaned again",
        shown(Some(value)),
        shown(first.as_deref()),
        shown(second.as_deref())
    );
    let help =
        "give what it makes another form than what it fits, or say with `where` which rows are still to be rewritten";
    let diagnostic = Diagnostic::warning(LINT.code, title).help(help);
    Some(subject.at(diagnostic, &by.origin, "fits what is made"))
}

/// What statements make of a value one after the other, and the first that changes it.
fn made<'a>(rewrites: &[&'a BoundRewrite], text: Option<&str>) -> Option<(Option<String>, &'a BoundRewrite)> {
    let mut now = text.map(str::to_owned);
    let mut by = None;
    for bound in rewrites {
        if let Some((new, _)) = rewrite(&bound.rewrites, now.as_deref()) {
            now = new;
            by = by.or(Some(*bound));
        }
    }
    by.filter(|_| now.as_deref() != text).map(|by| (now, by))
}
