//! The cells that a person should look at.

use lustrate::Doubt;
use serde::Serialize;

use super::Content;
use super::examples::Cell;
use crate::Mode;
use crate::numbers::{counted, grouped, of_whole};
use crate::page::Subject;
use crate::page::choice::likeliest_first;
use crate::page::html::{Html, tag};
use crate::page::room::fitted;
use crate::page::table::{Frame, Order, head, number, numbers, table, unsorted, words};
use crate::page::value::{change, name, prose};
use crate::repairs_file::rounded_down;
use crate::values::cut;

/// The cells that a person should look at.
#[derive(Serialize)]
pub(crate) struct Review {
    /// All of them, of how many cells.
    for_review: u64,
    cells: u64,
    /// The file in which they all are; `None` where it was not written.
    repairs: Option<String>,
    /// Those that are most probably wrong, as many as may be shown.
    likeliest: Vec<Doubtful>,
}

#[derive(Serialize)]
struct Doubtful {
    cell: Cell,
    doubt: Option<Doubt>,
}

/// Bytes that the table takes at most.
const ROOM: usize = 320_000;
/// Cells beyond this number never have room.
const MOST: usize = 2_000;

impl Content for Review {
    const TITLE: &'static str = "Cells to review";

    fn of(subject: &Subject<'_>) -> Option<Self> {
        let (outcome, run) = (subject.report.outcome, subject.report.run);
        let doubtful = likeliest_first(outcome).into_iter().take(MOST);
        let likeliest =
            doubtful.map(|repair| Doubtful { cell: Cell::of(&subject.report, repair), doubt: repair.doubt });
        (outcome.totals.for_review > 0).then(|| Review {
            for_review: outcome.totals.for_review,
            cells: outcome.totals.cells,
            repairs: run.repairs.clone().filter(|_| run.mode == Mode::Written),
            likeliest: likeliest.collect(),
        })
    }

    fn html(&self) -> Html {
        let list = fitted(self.likeliest.iter().map(row), ROOM);
        let shown = list.shown as u64;
        let all = of_whole(self.for_review, self.cells, "cell");
        let waits = if self.for_review == 1 { "waits" } else { "wait" };
        let place = self.repairs.as_ref().map(|file| format!(" In {} they are marked `review`.", cut(file, 80)));
        let text = match self.for_review - shown {
            0 => format!(
                "{all} {waits} for a person. Those come first that are most probably wrong.{}",
                place.unwrap_or_default()
            ),
            more => {
                let file = match &self.repairs {
                    Some(file) => format!("all are in {}, marked `review`", cut(file, 80)),
                    None => "a run that writes its files lists all in the repairs file".to_owned(),
                };
                format!(
                    "{all} wait for a person. Below are the {} that are most probably wrong; {} less probable ones are not on \
                     this page: {file}.",
                    grouped(shown),
                    grouped(more)
                )
            }
        };
        let heads = [
            numbers("Row"),
            head("Column"),
            head("Written"),
            head("Perhaps"),
            numbers("Sure"),
            head("Kind"),
            head("Waits because"),
            unsorted("Why"),
        ];
        let caption = format!("{} to review", counted(shown, "cell"));
        let frame = Frame { caption, class: "cards review", order: Order::Sortable };
        Html::from(tag("p").with(prose(&text))).and(filter()).and(table(frame, &heads, list.html))
    }
}

/// What the script of the page fills and shows; without it all rows are there.
fn filter() -> Html {
    let label = |text: &'static str, field: Html| tag("label").with(tag("span").with(text)).with(field);
    let select = |name: &'static str, column: u32, all: &'static str| {
        let option = tag("option").attr("value", "").with(all);
        tag("select").attr("name", name).attr("data-column", column).with(option).into()
    };
    let search = tag("input")
        .attr("type", "search")
        .attr("name", "text")
        .attr("placeholder", "any text")
        .attr("autocomplete", "off");
    tag("form")
        .class("filter")
        .flag("hidden")
        .attr("role", "search")
        .attr("aria-label", "Cells to review")
        .with(label("Contains", search.into()))
        .with(label("Column", select("column", 1, "all columns")))
        .with(label("Kind", select("kind", 5, "all kinds")))
        .with(label("Waits because", select("doubt", 6, "all reasons")))
        .with(tag("output").attr("aria-live", "polite"))
        .into()
}

fn row(doubtful: &Doubtful) -> Html {
    let cell = &doubtful.cell;
    let (old, new) = change(cell.old.as_deref(), cell.new.as_deref());
    let row = cell.row_text();
    let (row, more) = row.split_once(", ").map_or((row.as_str(), None), |(row, more)| (row, Some(more)));
    let place = Html::from(row.trim_start_matches("row ")).and(more.map(|more| tag("small").with(more)));
    tag("tr")
        .with(number(place, cell.row as f64))
        .with(words(name(&cell.column)))
        .with(words(old))
        .with(words(new))
        .with(number(rounded_down(cell.confidence, 2), cell.confidence))
        .with(words(cell.kind.words()))
        .with(words(doubtful.doubt.map_or("", Doubt::words)))
        .with(words(cell.reason()))
        .into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::fixture::orders;

    #[test]
    fn the_likeliest_come_first_and_none_is_lost() {
        let fixture = orders();
        let review = Review::of(&fixture.subject()).unwrap();
        assert_eq!(review.likeliest.len() as u64, fixture.outcome.totals.for_review);
        assert!(review.likeliest.is_sorted_by(|a, b| a.cell.confidence >= b.cell.confidence));
        let html = review.html().into_string();
        assert!(html.contains("In table.repairs.csv they are marked <code>review</code>."), "{html}");
        assert_eq!(html.matches("<tr>").count() as u64, 1 + review.for_review);
    }

    #[test]
    fn what_has_no_room_is_counted_with_the_file_that_holds_it() {
        let mut fixture = orders();
        let doubtful = fixture.outcome.for_review().next().unwrap().clone();
        fixture.outcome.repairs = (1..=100_000).map(|row| lustrate::Repair { row, ..doubtful.clone() }).collect();
        fixture.outcome.totals.for_review = 100_000;
        let html = Review::of(&fixture.subject()).unwrap().html().into_string();
        assert!(html.len() < ROOM + 10_000, "{}", html.len());
        let shown = html.matches("<tr>").count() as u64 - 1;
        assert!(shown > 200, "{shown}");
        let more = format!(
            "{} less probable ones are not on this page: all are in table.repairs.csv",
            grouped(100_000 - shown)
        );
        assert!(html.contains(&more), "{shown}");
    }
}
