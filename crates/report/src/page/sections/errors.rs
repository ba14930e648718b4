//! What was wrong, by kind of error and by column.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use lustrate::{Decision, ErrorKind, Repair};
use serde::Serialize;

use super::Content;
use crate::numbers::{counted, grouped, of_whole};
use crate::page::Subject;
use crate::page::charts::{bar, legend};
use crate::page::html::{Html, tag};
use crate::page::room::fitted;
use crate::page::table::{Frame, Head, Holds, Order, behind, head, named, number, numbers, table, unsorted, words};
use crate::page::value::name;

/// What was wrong.
#[derive(Serialize)]
pub(crate) struct Errors {
    /// Cells of a column.
    rows: u64,
    /// Cells that were changed or wait for review.
    cells: u64,
    /// The kinds that occur, the most frequent first.
    kinds: Vec<OfKind>,
    /// The columns in which there are any, those with the most first.
    columns: Vec<OfColumn>,
}

/// Doubtful cells by what became of them.
#[derive(Clone, Copy, Default, PartialEq, Eq, Serialize)]
struct Count {
    changed: u64,
    for_review: u64,
}

#[derive(Serialize)]
struct OfKind {
    kind: ErrorKind,
    count: Count,
}

#[derive(Serialize)]
struct OfColumn {
    column: String,
    count: Count,
    /// The same by kind.
    kinds: BTreeMap<ErrorKind, Count>,
}

/// Bytes that each of the two tables of columns takes at most.
const ROOM: usize = 50_000;

impl Count {
    fn add(&mut self, decision: Decision) {
        match decision {
            Decision::Apply => self.changed += 1,
            Decision::Review => self.for_review += 1,
        }
    }

    fn all(self) -> u64 {
        self.changed + self.for_review
    }
}

impl Content for Errors {
    const TITLE: &'static str = "What was wrong";

    fn of(subject: &Subject<'_>) -> Option<Self> {
        let outcome = subject.report.outcome;
        let mut kinds: BTreeMap<ErrorKind, Count> = BTreeMap::new();
        let mut columns: BTreeMap<&str, (Count, BTreeMap<ErrorKind, Count>)> = BTreeMap::new();
        for Repair { kind, column, decision, .. } in &outcome.repairs {
            kinds.entry(*kind).or_default().add(*decision);
            let of_column = columns.entry(column).or_default();
            of_column.0.add(*decision);
            of_column.1.entry(*kind).or_default().add(*decision);
        }
        let mut kinds: Vec<OfKind> = kinds.into_iter().map(|(kind, count)| OfKind { kind, count }).collect();
        kinds.sort_by_key(|of_kind| Reverse(of_kind.count.all()));
        let of_column = |(column, (count, kinds)): (&str, _)| OfColumn { column: column.to_owned(), count, kinds };
        let mut columns: Vec<OfColumn> = columns.into_iter().map(of_column).collect();
        columns.sort_by_key(|of_column| Reverse(of_column.count.all()));
        let cells = outcome.repairs.len() as u64;
        (cells > 0).then_some(Errors { rows: outcome.totals.rows, cells, kinds, columns })
    }

    fn html(&self) -> Html {
        let parts = legend(["changed", "to review"]);
        Html::from(tag("p").with("Kinds are read off the repairs: how what was written most probably came about."))
            .and(parts)
            .and(tag("div").class("pair").with(self.by_kind()).with(self.by_column()))
            .and(self.by_both())
    }
}

impl Errors {
    fn by_kind(&self) -> Html {
        let most = self.kinds.iter().map(|of_kind| of_kind.count.all()).max().unwrap_or(0);
        let row = |of_kind: &OfKind| row(of_kind.kind.words().into(), of_kind.count, most, self.cells, "doubtful cell");
        let frame = Frame { caption: "By kind of error".to_owned(), class: "bars", order: Order::Fixed };
        table(frame, &heads("Kind"), self.kinds.iter().map(row).collect::<Html>())
    }

    fn by_column(&self) -> Html {
        let most = self.columns.iter().map(|of_column| of_column.count.all()).max().unwrap_or(0);
        let row = |of_column: &OfColumn| row(name(&of_column.column), of_column.count, most, self.rows, "cell");
        let list = fitted(self.columns.iter().map(row), ROOM);
        let caption = match self.columns.len() - list.shown {
            0 => "By column".to_owned(),
            more => format!("By column, without {}", counted(more as u64, "column with fewer")),
        };
        table(Frame { caption, class: "bars", order: Order::Sortable }, &heads("Column"), list.html)
    }

    /// Every column by every kind, folded away: for those who want to know where a kind comes from.
    fn by_both(&self) -> Html {
        let mut heads = vec![head("Column")];
        heads.extend(self.kinds.iter().map(|of_kind| Head { title: of_kind.kind.words(), holds: Holds::Numbers }));
        let row = |of_column: &OfColumn| {
            let cell = |of_kind: &OfKind| {
                let count = of_column.kinds.get(&of_kind.kind).copied().unwrap_or_default().all();
                number(if count == 0 { "–".to_owned() } else { grouped(count) }, count as f64)
            };
            tag("tr").with(named(name(&of_column.column))).with_all(self.kinds.iter().map(cell))
        };
        let rows = fitted(self.columns.iter().map(row), ROOM);
        behind("Cells that were changed or wait for review, by column and kind", &heads, rows.html)
    }
}

fn heads(of: &'static str) -> [Head; 5] {
    [head(of), unsorted(""), numbers("Changed"), numbers("To review"), numbers("Share")]
}

fn row(named_by: Html, count: Count, most: u64, whole: u64, unit: &str) -> Html {
    let share = |part: u64| part as f64 / most.max(1) as f64;
    let text = of_whole(count.all(), whole, unit);
    let of_all = text.rsplit_once('(').map_or("–".to_owned(), |(_, share)| share.trim_end_matches(')').to_owned());
    tag("tr")
        .with(named(named_by))
        .with(words(bar(&[share(count.changed), share(count.for_review)])).class("chart"))
        .with(number(grouped(count.changed), count.changed as f64))
        .with(number(grouped(count.for_review), count.for_review as f64))
        .with(number(of_all, count.all() as f64 / whole.max(1) as f64).attr("title", text))
        .into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::fixture::{cities, orders};

    #[test]
    fn every_doubtful_cell_is_counted_by_kind_and_by_column() {
        let fixture = orders();
        let errors = Errors::of(&fixture.subject()).unwrap();
        let totals = &fixture.outcome.totals;
        let sum = |counts: Vec<Count>| {
            (counts.iter().map(|c| c.changed).sum::<u64>(), counts.iter().map(|c| c.for_review).sum::<u64>())
        };
        let expected = (totals.applied, totals.for_review);
        assert_eq!(sum(errors.kinds.iter().map(|kind| kind.count).collect()), expected);
        assert_eq!(sum(errors.columns.iter().map(|column| column.count).collect()), expected);
        assert_eq!(sum(errors.columns.iter().flat_map(|column| column.kinds.values().copied()).collect()), expected);
    }

    #[test]
    fn a_table_without_errors_has_no_such_section() {
        assert!(Errors::of(&cities("city", "Rome", "Rome").subject()).is_none());
    }
}
