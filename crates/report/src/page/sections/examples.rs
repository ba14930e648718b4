//! Repairs before and after, with the characters marked in which they differ.

use lustrate::{ErrorKind, Repair};
use serde::Serialize;

use super::Content;
use crate::numbers::grouped;
use crate::page::choice::examples;
use crate::page::html::{Html, tag};
use crate::page::sections::explanations::why;
use crate::page::table::{Frame, Order, head, named, number, numbers, table, unsorted, words};
use crate::page::value::{change, name};
use crate::page::{Report, Subject};
use crate::repairs_file::rounded_down;
use crate::values::cut;

/// Repairs as examples.
#[derive(Serialize)]
pub(crate) struct Examples {
    /// The cells that were changed, of which these are some.
    changed: u64,
    examples: Vec<Cell>,
}

/// A repair as it is shown.
#[derive(Serialize)]
pub(super) struct Cell {
    pub(super) row: u64,
    pub(super) line: Option<u64>,
    pub(super) key: Vec<String>,
    pub(super) column: String,
    pub(super) old: Option<String>,
    pub(super) new: Option<String>,
    pub(super) confidence: f64,
    pub(super) kind: ErrorKind,
    pub(super) reason: String,
    /// The place of its explanation, from 1, if it has one.
    pub(super) explanation: Option<usize>,
}

/// Characters of a reason that are shown.
const LONGEST_REASON: usize = 220;

impl Content for Examples {
    const TITLE: &'static str = "Before and after";

    fn of(subject: &Subject<'_>) -> Option<Self> {
        let outcome = subject.report.outcome;
        let examples: Vec<Cell> =
            examples(outcome).into_iter().map(|repair| Cell::of(&subject.report, repair)).collect();
        (!examples.is_empty()).then_some(Examples { changed: outcome.totals.applied, examples })
    }

    fn html(&self) -> Html {
        let row = |cell: &Cell| {
            let (old, new) = change(cell.old.as_deref(), cell.new.as_deref());
            tag("tr")
                .with(named(cell.place()))
                .with(words(old))
                .with(words(new))
                .with(number(rounded_down(cell.confidence, 2), cell.confidence))
                .with(words(cell.kind.words()))
                .with(words(cell.reason()))
        };
        let number = self.examples.len() as u64;
        let text = format!(
            "{} of the {} cells that were changed, the surest of each kind of error. Marked is in what they differ.",
            grouped(number),
            grouped(self.changed)
        );
        let frame = Frame { caption: "Examples of repairs".to_owned(), class: "cards examples", order: Order::Fixed };
        let heads = [head("Cell"), head("Before"), head("After"), numbers("Sure"), head("Kind"), unsorted("Why")];
        Html::from(tag("p").with(text)).and(table(frame, &heads, self.examples.iter().map(row).collect::<Html>()))
    }
}

impl Cell {
    pub(super) fn of(report: &Report<'_>, repair: &Repair) -> Self {
        let is_it =
            |explanation: &lustrate::Explanation| explanation.row == repair.row && explanation.column == *repair.column;
        Cell {
            row: repair.row,
            line: repair.line,
            key: repair.key.clone(),
            column: repair.column.to_string(),
            old: repair.old.clone(),
            new: repair.new.clone(),
            confidence: repair.confidence,
            kind: repair.kind,
            reason: repair.reason.to_string(),
            explanation: report.explanations.iter().position(is_it).map(|place| place + 1),
        }
    }

    /// Where it is: the column, the row, the line of the file and the key.
    pub(super) fn place(&self) -> Html {
        tag("span").class("place").with(name(&self.column)).with(tag("small").with(self.row_text())).into()
    }

    /// The row, the line of the file and the key.
    pub(super) fn row_text(&self) -> String {
        row_text(self.row, self.line, &self.key)
    }

    /// Why, and where it is explained in numbers.
    pub(super) fn reason(&self) -> Html {
        let link = self
            .explanation
            .map(|place| Html::from(" ").and(tag("a").attr("href", format!("#{}", why(place))).with("in numbers")));
        // Why it is not applied is told beside it.
        let reason = self.reason.split("; not applied: ").next().unwrap_or_default();
        Html::from(cut(reason, LONGEST_REASON)).and(link)
    }
}

/// A row with its line in the file and its key.
pub(super) fn row_text(row: u64, line: Option<u64>, key: &[String]) -> String {
    let line = line.map_or(String::new(), |line| format!(", line {}", grouped(line)));
    let key = if key.is_empty() { String::new() } else { format!(", {}", cut(&key.join(" | "), 60)) };
    format!("row {}{line}{key}", grouped(row))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::fixture::{cities, orders};

    #[test]
    fn what_differs_is_marked_and_what_is_explained_is_linked() {
        let fixture = cities("city", "Rome", "Rone");
        let html = Examples::of(&fixture.subject()).unwrap().html().into_string();
        assert!(html.contains("<bdi class=\"v\">Ro<del>n</del>e</bdi>"), "{html}");
        assert!(html.contains("<bdi class=\"v\">Ro<ins>m</ins>e</bdi>"), "{html}");
        assert!(html.contains("row 8, line 9"), "{html}");
        assert!(html.contains("href=\"#why-1\""), "{html}");
    }

    #[test]
    fn examples_are_of_the_cells_that_were_changed() {
        let fixture = orders();
        let examples = Examples::of(&fixture.subject()).unwrap();
        assert!(examples.examples.len() as u64 <= examples.changed);
        assert!(examples.examples.iter().all(|cell| cell.old != cell.new));
    }
}
