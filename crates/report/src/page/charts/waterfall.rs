//! Terms that add up, each drawn where those before it end.

use super::percent;
use crate::page::html::{Html, tag};
use crate::page::table::{Frame, Order, head, number, numbers, table, unsorted, words};

/// One term.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Step {
    /// What it says.
    pub(crate) words: String,
    /// The term, in nats: above zero it speaks for the change.
    pub(crate) log_odds: f64,
}

/// A waterfall from zero to the sum, as a table whose rows hold the bars. Terms are shown with two decimals and the sum is
/// that of the terms, so that the column adds up but for rounding.
pub(crate) fn waterfall(caption: String, steps: &[Step]) -> Html {
    let mut ends = vec![0.0];
    ends.extend(steps.iter().scan(0.0, |end, step| {
        *end += step.log_odds;
        Some(*end)
    }));
    let sum = ends[steps.len()];
    let least = ends.iter().copied().fold(0.0, f64::min);
    let greatest = ends.iter().copied().fold(0.0, f64::max);
    let range = (greatest - least).max(1e-9);
    let place = |nats: f64| (nats - least) / range;
    let bar = |from: f64, to: f64, class: &'static str| {
        let svg = tag("svg").class("bar fall").attr("aria-hidden", "true").attr("width", "100%").attr("height", "16");
        let zero = tag("line").class("zero").attr("x1", percent(place(0.0))).attr("x2", percent(place(0.0)));
        let (low, high) = (place(from.min(to)), place(from.max(to)));
        let width = (high - low).max(0.002);
        let rect =
            tag("rect").attr("class", class).attr("x", percent(low.min(1.0 - width))).attr("width", percent(width));
        svg.with(zero.attr("y1", "0").attr("y2", "16")).with(rect.attr("y", "2").attr("height", "12"))
    };
    let row = |(step, ends): (&Step, &[f64])| {
        let class = if step.log_odds > 0.0 { "a" } else { "b" };
        let bar = bar(ends[0], ends[1], class);
        tag("tr").with(words(step.words.as_str())).with(words(bar)).with(number(signed(step.log_odds), step.log_odds))
    };
    let total = tag("tr").class("sum");
    let total = total.with(words("in sum, in nats")).with(words(bar(0.0, sum, "s"))).with(number(signed(sum), sum));
    let rows: Html = steps.iter().zip(ends.windows(2)).map(row).chain([total]).collect();
    let heads = [head("What speaks for it (+) or against it (−)"), unsorted("Sum so far"), numbers("Nats")];
    table(Frame { caption, class: "waterfall", order: Order::Fixed }, &heads, rows)
}

/// A number of nats with its sign.
pub(crate) fn signed(nats: f64) -> String {
    let text = format!("{nats:+.2}");
    if text == "-0.00" { "+0.00".to_owned() } else { text.replace('-', "−") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(terms: &[f64]) -> String {
        let step = |&log_odds: &f64| Step { words: "it is so".into(), log_odds };
        waterfall("Why".into(), &terms.iter().map(step).collect::<Vec<_>>()).into_string()
    }

    #[test]
    fn each_term_starts_where_the_one_before_ends() {
        let html = drawn(&[4.0, -1.0]);
        assert!(html.contains("<rect class=\"a\" x=\"0%\" width=\"100%\""), "{html}");
        assert!(html.contains("<rect class=\"b\" x=\"75%\" width=\"25%\""), "{html}");
        assert!(html.contains("<rect class=\"s\" x=\"0%\" width=\"75%\""), "{html}");
        assert!(html.contains(">+3.00</td>") && html.contains(">−1.00</td>"), "{html}");
    }

    #[test]
    fn nothing_and_tiny_terms_are_drawn() {
        for terms in [&[][..], &[0.0], &[1e-12], &[-3.0, 3.0]] {
            assert!(!drawn(terms).contains("NaN"), "{terms:?}");
        }
    }
}
