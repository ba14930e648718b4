//! What the columns are: kinds, shapes, and what is unlike the rest.

use lustrate::{ProfiledColumn, ShareOfCells, SuspiciousValue, profile_columns};
use serde::Serialize;

use super::Content;
use crate::numbers::{counted, grouped, of_whole};
use crate::page::Subject;
use crate::page::html::{Element, Html, tag};
use crate::page::room::fitted;
use crate::page::table::{Frame, Order, head, named, number, numbers, table, unsorted, words};
use crate::page::value::{name, prose, value};
use crate::values::cut;

/// What the columns of the table are, as it was read.
#[derive(Serialize)]
pub(crate) struct Profile(Vec<ProfiledColumn>);

/// Bytes that the table takes at most.
const ROOM: usize = 70_000;
/// Shapes and suspicious values of a column that are shown, and the longest text of a shape or a pattern, in characters.
const SHAPES: usize = 3;
const SUSPICIOUS: usize = 4;
/// Members of an enumeration that are shown: all or none.
const MEMBERS: usize = 8;
const LONGEST: usize = 40;

impl Content for Profile {
    const TITLE: &'static str = "What the columns are";

    fn of(subject: &Subject<'_>) -> Option<Self> {
        let profile = profile_columns(&subject.report.outcome.original);
        (!profile.is_empty()).then_some(Profile(profile))
    }

    fn html(&self) -> Html {
        let text = "Found from the values of the table as it was read: what most values of a column are, how they are written, \
                    and which are unlike the rest. In shapes, 9 is a digit, A and a are letters, and + stands for more of them. \
                    What is suspicious is not wrong for that, and was not changed for it.";
        // Columns with something suspicious are those that somebody wants to look at, but the order of the table finds them.
        let list = fitted(self.0.iter().map(row), ROOM);
        let caption = match self.0.len() - list.shown {
            0 => "All columns, as they were read".to_owned(),
            more => format!("Columns as they were read, without the last {}", counted(more as u64, "column")),
        };
        let heads = [
            head("Column"),
            head("What it is"),
            numbers("Missing"),
            numbers("Distinct"),
            unsorted("How values look"),
            unsorted("From, middle, to"),
            numbers("Unlike the rest, cells"),
            unsorted("Which"),
        ];
        let frame = Frame { caption, class: "profile", order: Order::Sortable };
        Html::from(tag("p").with(text)).and(table(frame, &heads, list.html))
    }
}

fn row(column: &ProfiledColumn) -> Html {
    let cells = column.present + column.missing + column.stand_ins.iter().map(|stand_in| stand_in.cells).sum::<u64>();
    let counted_cells = |part: u64| number(grouped(part), part as f64).attr("title", of_whole(part, cells, "cell"));
    tag("tr")
        .with(named(name(&column.column)))
        .with(words(kind(column)))
        .with(counted_cells(column.missing))
        .with(number(grouped(column.distinct), column.distinct as f64))
        .with(words(shapes(column)))
        .with(words(range(column)))
        .with(counted_cells(column.suspicious_cells))
        .with(words(suspicious(column)))
        .into()
}

/// What a column is, how far, and what stands in the place of its values.
fn kind(column: &ProfiledColumn) -> Html {
    let small = |text: String| tag("small").with(text);
    let partly = (column.of_kind < column.present).then(|| small(of_whole(column.of_kind, column.present, "value")));
    let pattern = column.pattern.as_ref().map(|pattern| tag("small").with(code(pattern)));
    let unique = column.nearly_unique.then(|| small("nearly no value repeats".to_owned()));
    let stand_in = |stand_in: &ShareOfCells| {
        tag("small").with(value(Some(&stand_in.text))).with(format!(" for none in {}", counted(stand_in.cells, "cell")))
    };
    let member = |(place, member): (usize, &String)| {
        Html::from((place > 0).then_some(", ")).and(value(Some(&cut(member, LONGEST))))
    };
    let members = (1..=MEMBERS)
        .contains(&column.members.len())
        .then(|| tag("small").with(column.members.iter().enumerate().map(member).collect::<Html>()));
    Html::from(cut(&column.kind, 2 * LONGEST))
        .and(members)
        .and(partly)
        .and(pattern)
        .and(unique)
        .and(column.stand_ins.iter().take(SHAPES).map(stand_in).collect::<Html>())
}

fn shapes(column: &ProfiledColumn) -> Html {
    let item = |shape: &ShareOfCells| {
        tag("li").with(code(&shape.text)).with(format!(" {}", percent(shape.cells, column.present)))
    };
    let shown = column.shapes.len().min(SHAPES);
    let more = column.more_shapes + (column.shapes.len() - shown) as u64;
    let more = (more > 0).then(|| tag("li").with(tag("small").with(format!("and {}", counted(more, "other")))));
    tag("ul").with_all(column.shapes.iter().take(SHAPES).map(item)).with(Html::from(more)).into()
}

fn range(column: &ProfiledColumn) -> Html {
    match (&column.range, column.lengths) {
        (Some(range), _) => {
            let item = |text: &String| tag("li").with(tag("bdi").with(cut(text, LONGEST)));
            tag("ul").with_all(range.iter().map(item)).into()
        }
        (None, Some((least, most))) if least == most => {
            tag("span").class("aside").with(counted(least, "character")).into()
        }
        (None, Some((least, most))) => {
            tag("span").class("aside").with(format!("{} to {}", grouped(least), counted(most, "character"))).into()
        }
        (None, None) => Html::none(),
    }
}

/// Suspicious values, those that are so for one reason together.
fn suspicious(column: &ProfiledColumn) -> Html {
    let told = &column.suspicious[..column.suspicious.len().min(SUSPICIOUS)];
    let mut by_reason: Vec<(&str, Vec<&SuspiciousValue>)> = Vec::new();
    for one in told {
        match by_reason.iter_mut().find(|(why, _)| *why == one.why) {
            Some((_, values)) => values.push(one),
            None => by_reason.push((&one.why, vec![one])),
        }
    }
    let shown = |(place, one): (usize, &&SuspiciousValue)| {
        let times = (one.cells > 1).then(|| format!(" ×{}", grouped(one.cells)));
        Html::from((place > 0).then_some(", ")).and(value(Some(&cut(&one.value, LONGEST)))).and(Html::from(times))
    };
    let item = |(why, values): &(&str, Vec<&SuspiciousValue>)| {
        let values = values.iter().enumerate().map(shown).collect::<Html>();
        tag("li").with(values).with(tag("small").with(prose(&cut(why, 3 * LONGEST))))
    };
    let more = column.suspicious_cells - told.iter().map(|one| one.cells).sum::<u64>();
    let more =
        (more > 0).then(|| tag("li").with(tag("small").with(format!("and others in {}", counted(more, "cell")))));
    tag("ul").with_all(by_reason.iter().map(item)).with(Html::from(more)).into()
}

fn code(text: &str) -> Element {
    tag("code").with(cut(text, LONGEST))
}

/// A share of the values; what is neither none nor all is never shown as such.
fn percent(part: u64, whole: u64) -> String {
    match 100.0 * part as f64 / whole.max(1) as f64 {
        ..1.0 => "< 1 %".to_owned(),
        share if part < whole && share >= 99.5 => "> 99 %".to_owned(),
        share => format!("{share:.0} %"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::fixture::{Fixture, cities, orders};

    fn drawn(fixture: &Fixture) -> String {
        Profile::of(&fixture.subject()).unwrap().html().into_string()
    }

    #[test]
    fn every_column_is_told() {
        let fixture = orders();
        assert_eq!(drawn(&fixture).matches("<tr><th scope=\"row\">").count() as u64, fixture.outcome.totals.columns);
    }

    #[test]
    fn what_is_unlike_the_rest_is_told_with_the_reason() {
        let row = |row: usize| if row == 7 { "4x\n".to_owned() } else { format!("{}\n", 20 + row % 50) };
        let html = drawn(&Fixture::new(&format!("age\n{}", (0..200).map(row).collect::<String>()), ""));
        assert!(html.contains("integer<small>199 of 200 values (99.5 %)</small>"), "{html}");
        assert!(html.contains("<bdi class=\"v\">4x</bdi><small>is no integer"), "{html}");
        assert!(html.contains("<code>99</code> &gt; 99 %"), "{html}");
    }

    #[test]
    fn markup_in_a_value_is_text() {
        let html = drawn(&cities("city", "Rome<script>", "Rone<script>"));
        assert!(!html.contains("<script>") && html.contains("Rone&lt;script&gt;"), "{html}");
    }

    #[test]
    fn shares_are_none_or_all_only_where_they_are() {
        assert_eq!(
            [(0, 0), (1, 1_000), (999, 1_000), (5, 5)].map(|(part, whole)| percent(part, whole)),
            ["< 1 %", "< 1 %", "> 99 %", "100 %"]
        );
    }
}
