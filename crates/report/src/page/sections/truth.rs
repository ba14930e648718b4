//! What the run was worth, where the truth is known.

use serde::Serialize;

use super::Content;
use crate::numbers::{counted, grouped, of_whole};
use crate::page::Subject;
use crate::page::charts::{Dot, interval, reliability};
use crate::page::html::{Element, Html, tag};
use crate::page::room::fitted;
use crate::page::table::{Frame, Order, behind, head, named, number, numbers, table};
use crate::page::value::{file_name, name};
use crate::{AgainstTruth, ClaimedCells, Judged};

/// The run held against the truth.
#[derive(Serialize)]
pub(crate) struct Truth(AgainstTruth);

/// Bytes that columns take at most.
const ROOM: usize = 60_000;

impl Content for Truth {
    const TITLE: &'static str = "Against the truth";

    fn of(subject: &Subject<'_>) -> Option<Self> {
        subject.report.truth.cloned().map(Truth)
    }

    fn html(&self) -> Html {
        let all = &self.0.all;
        let text = format!(
            "The truth is {}. To the letter, {} {} right, {} {} mended, and {} that {} right {} broken.",
            crate::values::cut(file_name(&self.0.truth), 80),
            of_whole(all.correct, all.changed, "change"),
            is(all.changed),
            of_whole(all.correct, all.errors, "wrong cell"),
            is(all.errors),
            counted(all.broken, "cell"),
            was(all.broken),
            was(all.broken),
        );
        Html::from(tag("p").with(text)).and(self.readings()).and(self.diagram()).and(self.columns())
    }
}

impl Truth {
    /// Both readings of "the same".
    fn readings(&self) -> Html {
        let row = |(name, judged): (&'static str, &Judged)| counts(tag("tr").with(named(name)), judged, rates);
        let rows = [("to the letter", &self.0.all), ("case, blanks, missing and numbers folded", &self.0.folded)];
        let heads = [
            head("Reading"),
            numbers("Wrong before"),
            numbers("Changed"),
            numbers("Right"),
            numbers("Broken"),
            numbers("Wrong now"),
            numbers("Precision"),
            numbers("Recall"),
            numbers("F1"),
        ];
        let frame = Frame { caption: "Cells, held against the truth".into(), class: "plain", order: Order::Fixed };
        table(frame, &heads, rows.into_iter().map(row).collect::<Html>())
    }

    fn diagram(&self) -> Html {
        let dot = |claimed: &ClaimedCells| Dot {
            confidence: claimed.confidence,
            claims: claimed.cells,
            right: claimed.right,
        };
        let dots: Vec<Dot> = self.0.claims.iter().map(dot).collect();
        let Some(error) = self.0.calibration_error else { return Html::none() };
        let row = |claimed: &ClaimedCells| {
            let share = claimed.right as f64 / claimed.cells.max(1) as f64;
            let (low, high) = interval(claimed.right, claimed.cells.max(1));
            tag("tr")
                .with(named(format!("{:.1} to {:.1}", claimed.from, claimed.to)))
                .with(number(grouped(claimed.cells), claimed.cells as f64))
                .with(number(format!("{:.3}", claimed.confidence), claimed.confidence))
                .with(number(grouped(claimed.right), claimed.right as f64))
                .with(number(format!("{share:.3}"), share))
                .with(number(format!("{low:.3} to {high:.3}"), low))
        };
        let heads = [
            head("Confidence"),
            numbers("Cells"),
            numbers("Mean confidence"),
            numbers("Right"),
            numbers("Share right"),
            numbers("95 % interval"),
        ];
        let caption = format!(
            "Each dot is all cells, changed or for review, of one tenth of confidence; its size says how many, its bar where \
             the share lies 95 times in 100. On the diagonal, confidence means what it says. On average the two are \
             {error:.3} apart."
        );
        let says = "Reliability diagram: the share that is right by confidence";
        let figure = tag("figure").with(reliability(says, &dots)).with(tag("figcaption").with(caption));
        let numbers = behind(
            "Cells by confidence, and how many are right",
            &heads,
            self.0.claims.iter().map(row).collect::<Html>(),
        );
        Html::from(tag("h3").with("Does confidence mean what it says?")).and(figure).and(numbers)
    }

    fn columns(&self) -> Html {
        let row = |(column, judged): &(String, Judged)| counts(tag("tr").with(named(name(column))), judged, rates);
        let heads = [
            head("Column"),
            numbers("Wrong before"),
            numbers("Changed"),
            numbers("Right"),
            numbers("Broken"),
            numbers("Wrong now"),
            numbers("Precision"),
            numbers("Recall"),
            numbers("F1"),
        ];
        let list = fitted(self.0.columns.iter().map(row), ROOM);
        let caption = match self.0.columns.len() - list.shown {
            0 => "By column, to the letter".to_owned(),
            more => format!("By column, to the letter, without the last {}", counted(more as u64, "column")),
        };
        let frame = Frame { caption, class: "plain", order: Order::Sortable };
        if self.0.columns.is_empty() { Html::none() } else { table(frame, &heads, list.html) }
    }
}

fn is(number: u64) -> &'static str {
    if number == 1 { "is" } else { "are" }
}

fn was(number: u64) -> &'static str {
    if number == 1 { "was" } else { "were" }
}

fn counts(row: Element, judged: &Judged, more: fn(Element, &Judged) -> Element) -> Element {
    let Judged { errors, changed, correct, broken, after, .. } = *judged;
    let row = row.with_all([errors, changed, correct, broken, after].map(|count| number(grouped(count), count as f64)));
    more(row, judged)
}

fn rates(row: Element, judged: &Judged) -> Element {
    row.with_all([judged.precision, judged.recall, judged.f1].map(|rate| number(format!("{rate:.3}"), rate)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::fixture::{Fixture, cities};

    fn judged() -> Fixture {
        let all = Judged {
            errors: 10,
            changed: 8,
            correct: 7,
            broken: 1,
            after: 4,
            precision: 0.875,
            recall: 0.7,
            f1: 0.7778,
        };
        let claims = vec![ClaimedCells { from: 0.9, to: 1.0, cells: 8, right: 7, confidence: 0.95 }];
        let truth = AgainstTruth {
            truth: "table.truth.csv".into(),
            all,
            folded: all,
            columns: vec![("<city>".into(), all)],
            claims,
            calibration_error: Some(0.075),
        };
        Fixture { truth: Some(truth), ..cities("city", "Rome", "Rone") }
    }

    #[test]
    fn what_the_run_was_worth_is_told_with_wholes() {
        let html = Truth::of(&judged().subject()).unwrap().html().into_string();
        let expected = "To the letter, 7 of 8 changes (87.5 %) are right, 7 of 10 wrong cells (70.0 %) are mended, and 1 cell that was \
                        right was broken.";
        assert!(html.contains(expected), "{html}");
        assert!(html.contains("0.075 apart") && html.contains("&lt;city&gt;"), "{html}");
        assert!(html.contains("0.529 to 0.978"), "{html}");
    }

    #[test]
    fn without_a_truth_there_is_no_such_section() {
        assert!(Truth::of(&cities("city", "Rome", "Rone").subject()).is_none());
    }
}
