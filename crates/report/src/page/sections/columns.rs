//! What the run did to the values of each column.

use std::cmp::Reverse;

use lustrate::{ColumnChange, ColumnProfile, HistogramBin, NumberChange, Population, ValueGroup, ValueShift};
use serde::Serialize;

use super::Content;
use super::overview::notice;
use crate::numbers::{counted, grouped, of_whole};
use crate::page::Subject;
use crate::page::charts::{Bars, Pile, bar, histogram, legend};
use crate::page::html::{Html, tag};
use crate::page::room::fitted;
use crate::page::table::{Frame, Order, behind, head, named, number, numbers, table, unsorted, words};
use crate::page::value::{name, value};

/// What the run did to the values of each column.
#[derive(Serialize)]
pub(crate) struct Columns(Vec<ColumnChange>);

/// Bytes that the table of all columns takes at most, and the pictures of those in which something was changed.
const TABLE_ROOM: usize = 80_000;
const PICTURE_ROOM: usize = 130_000;
/// A column of numbers with fewer distinct ones is shown by its values.
const FEW: u64 = 12;

impl Content for Columns {
    const TITLE: &'static str = "What it did to the columns";

    fn of(subject: &Subject<'_>) -> Option<Self> {
        (!subject.changes.is_empty()).then(|| Columns(subject.changes.clone()))
    }

    fn html(&self) -> Html {
        let text = "Where errors strike whatever is written and repairs give back what was meant, the repaired cells hold the \
                    same values as the cells that were left alone, but for chance. “Moved” is the share of a column's cells that \
                    would have to hold another value for it to look like the cells that were left alone (total variation \
                    distance); a warning says that this is more than chance does in 999 of 1,000 tables, by 1 % of the cells \
                    at least. Typing errors that are gone move nothing.";
        let warned = self.0.iter().filter_map(|change| warning(change, change.population.as_ref()?));
        let mut changed: Vec<&ColumnChange> = self.0.iter().filter(|change| change.changed > 0).collect();
        changed.sort_by_key(|change| Reverse((is_warned(change), change.changed)));
        let pictures = fitted(changed.iter().map(|change| picture(change)), PICTURE_ROOM);
        let more = changed.len() - pictures.shown;
        let more = (more > 0).then(|| {
            tag("p").class("aside").with(format!(
                "{} in which fewer cells were changed are in the table only.",
                counted(more as u64, "column")
            ))
        });
        Html::from(tag("p").with(text))
            .and(fitted(warned, TABLE_ROOM).html)
            .and(self.table())
            .and((pictures.shown > 0).then(|| legend(["now", "before"])))
            .and(tag("div").class("pictures").with(pictures.html))
            .and(more)
    }
}

impl Columns {
    fn table(&self) -> Html {
        let heads = [
            head("Column"),
            numbers("Changed, cells"),
            numbers("Missing before"),
            numbers("Missing now"),
            numbers("Distinct before"),
            numbers("Distinct now"),
            numbers("Moved"),
            head("Looks like its population"),
        ];
        // Those in which something was changed come first, so that they are seen where there are many.
        let mut changes: Vec<&ColumnChange> = self.0.iter().collect();
        changes.sort_by_key(|change| change.changed == 0);
        let list = fitted(changes.into_iter().map(row), TABLE_ROOM);
        let caption = match self.0.len() - list.shown {
            0 => "All columns".to_owned(),
            more => format!(
                "All columns, without {}",
                counted(more as u64, "column in which nothing or little was changed")
            ),
        };
        table(Frame { caption, class: "plain", order: Order::Sortable }, &heads, list.html)
    }
}

fn row(change: &ColumnChange) -> Html {
    let missing = |profile: &ColumnProfile| {
        let shown = number(grouped(profile.missing), profile.missing as f64);
        shown.attr("title", of_whole(profile.missing, profile.cells, "cell"))
    };
    let distinct = |profile: &ColumnProfile| number(grouped(profile.distinct), profile.distinct as f64);
    let (moved, says) = match &change.population {
        Some(population) => (number(percent(population.moved), population.moved), verdict(population)),
        None => {
            (number("–", -1.0), if change.changed == 0 { "nothing was changed" } else { "its meaning was not changed" })
        }
    };
    let says = if is_warned(change) { words(tag("b").with(says)) } else { words(says) };
    tag("tr")
        .with(named(name(&change.column)))
        .with(
            number(grouped(change.changed), change.changed as f64)
                .attr("title", of_whole(change.changed, change.before.cells, "cell")),
        )
        .with(missing(&change.before))
        .with(missing(&change.after))
        .with(distinct(&change.before))
        .with(distinct(&change.after))
        .with(moved)
        .with(says)
        .into()
}

fn is_warned(change: &ColumnChange) -> bool {
    change.population.as_ref().is_some_and(Population::is_another)
}

fn verdict(population: &Population) -> &'static str {
    if population.is_another() {
        "no longer: look at it"
    } else if population.moved > population.by_chance {
        "nearly: hardly more than chance"
    } else {
        "yes: no more than chance"
    }
}

/// What a column no longer looks like, and what may be behind it.
fn warning(change: &ColumnChange, population: &Population) -> Option<Html> {
    if !population.is_another() {
        return None;
    }
    let Population { replaced, kept, moved, by_chance, values } = population;
    let shifts =
        values.iter().enumerate().map(|(place, shift)| Html::from((place > 0).then_some("; ")).and(shifted(shift)));
    let told = tag("p")
        .with(tag("b").with(name(&change.column)))
        .with(format!(
            ": the values of the {} that repairs wrote do not look like those of the {} that were left alone. {} of its cells \
             would have to hold another value; chance moves {} at most. The greatest differences: ",
            counted(*replaced, "cell"),
            counted(*kept, "cell"),
            percent(*moved),
            percent(*by_chance)
        ))
        .with_all(shifts)
        .with(". Either errors strike some values more often than others, or repairs favour what is frequent: look at some of them before shares of this column are used.");
    Some(notice("No longer like its population", told))
}

fn shifted(shift: &ValueShift) -> Html {
    let of = match &shift.group {
        ValueGroup::Value(text) => value(Some(text)),
        ValueGroup::Numbers(from, to) => format!("{} to {}", plain(*from), plain(*to)).into(),
        ValueGroup::Others => "all other values".into(),
    };
    of.and(format!(" {} of the repaired cells, {} of the others", percent(shift.replaced), percent(shift.kept)))
}

/// A column in which something was changed, before and after.
fn picture(change: &ColumnChange) -> Html {
    let heading = tag("h3").with(name(&change.column));
    let cells = format!("{} changed", of_whole(change.changed, change.before.cells, "cell"));
    let by_numbers = change.numbers.as_ref().filter(|_| change.after.distinct > FEW);
    let content = match by_numbers {
        Some(numbers) => in_numbers(change, numbers),
        None => in_values(change),
    };
    tag("article").with(heading).with(tag("p").class("aside").with(cells)).with(content).into()
}

fn in_values(change: &ColumnChange) -> Html {
    let most = change.values.iter().map(|value| value.before.max(value.after)).max().unwrap_or(0).max(1) as f64;
    let row = |counts: &lustrate::ValueChange| {
        let bars = tag("div")
            .class("twin")
            .with(bar(&[counts.after as f64 / most]))
            .with(bar(&[0.0, counts.before as f64 / most]));
        tag("tr")
            .with(named(value(Some(&counts.value))))
            .with(words(bars).class("chart"))
            .with(number(grouped(counts.before), counts.before as f64))
            .with(number(grouped(counts.after), counts.after as f64))
    };
    let heads = [head("Value"), unsorted(""), numbers("Before"), numbers("Now")];
    let caption = format!("Most frequent values, cells of {}", grouped(change.after.cells));
    let rows: Html = change.values.iter().map(row).collect();
    table(Frame { caption, class: "values", order: Order::Fixed }, &heads, rows)
}

fn in_numbers(change: &ColumnChange, numbers_of: &NumberChange) -> Html {
    let bins = &numbers_of.histogram;
    // A label takes the room of several bars; it stands below the start of its bin.
    let every = bins.len().div_ceil(6).max(1);
    let label = |(place, bin): (usize, &HistogramBin)| match bin.from {
        Some(from) if place % every == 0 => plain(from),
        _ => String::new(),
    };
    let bars: Vec<Bars> = bins
        .iter()
        .enumerate()
        .map(|(place, bin)| Bars { label: label((place, bin)), heights: [bin.after, bin.before] })
        .collect();
    let says = format!("Histogram of {} before and after", crate::values::cut(&change.column, 60));
    let row = |bin: &HistogramBin| {
        let range = match (bin.from, bin.to) {
            (Some(from), Some(to)) => format!("{} to below {}", plain(from), plain(to)),
            (None, Some(to)) => format!("below {}", plain(to)),
            (Some(from), None) => format!("{} and more", plain(from)),
            (None, None) => "all".to_owned(),
        };
        tag("tr")
            .with(named(range))
            .with(number(grouped(bin.before), bin.before as f64))
            .with(number(grouped(bin.after), bin.after as f64))
    };
    let heads = [head("Numbers"), numbers("Before, cells"), numbers("Now, cells")];
    legend(["now", "before"]).and(histogram(&says, &bars, Pile::Nested)).and(quantiles(numbers_of)).and(behind(
        "Cells by number",
        &heads,
        bins.iter().map(row).collect::<Html>(),
    ))
}

fn quantiles(numbers_of: &NumberChange) -> Html {
    let row = |(what, quantiles): (&'static str, Option<&lustrate::Quantiles>)| {
        let cells = quantiles.map_or([f64::NAN; 6], |q| [q.least, q.q05, q.median, q.q95, q.greatest, q.mean]);
        let cell = |number_of: f64| {
            if number_of.is_nan() { words("–").class("n") } else { number(plain(number_of), number_of) }
        };
        tag("tr").with(named(what)).with_all(cells.map(cell))
    };
    let rows = [("before", numbers_of.before.as_ref()), ("now", Some(&numbers_of.after))];
    let heads = [
        head(""),
        numbers("Least"),
        numbers("5 %"),
        numbers("Median"),
        numbers("95 %"),
        numbers("Greatest"),
        numbers("Mean"),
    ];
    let frame = Frame { caption: "Where the numbers lie".to_owned(), class: "tight", order: Order::Fixed };
    table(frame, &heads, rows.into_iter().map(row).collect::<Html>())
}

/// A share as people read it; what is neither none nor all is never shown as such.
fn percent(share: f64) -> String {
    match 100.0 * share {
        0.0 => "0 %".to_owned(),
        ..0.05 => "< 0.1 %".to_owned(),
        shown => format!("{shown:.1} %"),
    }
}

/// A number with at most four significant digits behind the point, as short as it goes.
fn plain(number: f64) -> String {
    let size = number.abs();
    if size != 0.0 && !(1e-4..1e12).contains(&size) {
        return format!("{number:.2e}").replace('-', "−");
    }
    let places = if size >= 1_000.0 || size == 0.0 { 1 } else { 4 - size.log10().floor().max(-4.0) as usize % 5 };
    let text = format!("{number:.places$}");
    let text = if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { &text };
    let (sign, digits) = text.strip_prefix('-').map_or(("", text), |digits| ("−", digits));
    let (whole, part) =
        digits.split_once('.').map_or((digits, String::new()), |(whole, part)| (whole, format!(".{part}")));
    let whole = whole.parse().map_or_else(|_| whole.to_owned(), grouped);
    format!("{sign}{whole}{part}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::fixture::{cities, orders};

    #[test]
    fn numbers_are_short() {
        let shown = [0.0, 1.0, -0.25, 12.3456789, 1_234.56, 1e15, 0.000_01, 100.0, 0.004].map(plain);
        assert_eq!(shown, ["0", "1", "−0.25", "12.346", "1,234.6", "1.00e15", "1.00e−5", "100", "0.004"]);
    }

    #[test]
    fn every_column_is_told_and_those_that_changed_are_drawn() {
        let fixture = orders();
        let columns = Columns::of(&fixture.subject()).unwrap();
        assert_eq!(columns.0.len() as u64, fixture.outcome.totals.columns);
        let html = columns.html().into_string();
        let changed = columns.0.iter().filter(|change| change.changed > 0).count();
        assert_eq!(html.matches("<article>").count(), changed);
    }

    #[test]
    fn typing_errors_that_are_gone_are_no_reason_to_warn() {
        for fixture in [orders(), cities("city", "Rome", "Rone")] {
            let columns = Columns::of(&fixture.subject()).unwrap();
            assert!(columns.0.iter().all(|change| !is_warned(change)));
            assert!(!columns.html().into_string().contains("class=\"notice\""));
        }
    }

    #[test]
    fn a_mode_that_is_filled_in_wherever_a_value_was_missing_is_warned_of() {
        let fixture = cities("city", "Rome", "Rone");
        let mut columns = Columns::of(&fixture.subject()).unwrap();
        let group = ValueGroup::Value("<b>".into());
        let values = vec![ValueShift { group, kept: 0.4, replaced: 1.0 }];
        columns.0[1].population =
            Some(Population { replaced: 1_000, kept: 9_000, moved: 0.06, by_chance: 0.02, values });
        let html = columns.html().into_string();
        assert!(
            html.contains("6.0 % of its cells would have to hold another value; chance moves 2.0 % at most"),
            "{html}"
        );
        assert!(html.contains("&lt;b&gt;</bdi> 100.0 % of the repaired cells, 40.0 % of the others"), "{html}");
        assert!(html.contains("no longer: look at it"));
    }
}
