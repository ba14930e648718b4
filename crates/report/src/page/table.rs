//! Tables of data on a page.

use super::html::{Element, Html, tag};

/// A column of a table.
pub(crate) struct Head {
    /// What it is called.
    pub(crate) title: &'static str,
    /// What is in it.
    pub(crate) holds: Holds,
}

/// What the cells of a column hold.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Holds {
    /// Words, by which rows can be sorted.
    Words,
    /// Numbers, by which rows can be sorted.
    Numbers,
    /// A picture or a long text, by which nobody sorts.
    Else,
}

/// Whether a reader can put the rows into another order.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Order {
    /// The script of the page makes buttons of the heads.
    Sortable,
    /// The order says something.
    Fixed,
}

/// What a table is about and how it is laid out.
pub(crate) struct Frame {
    /// What it shows, for those who come to it from elsewhere.
    pub(crate) caption: String,
    /// The classes of the table.
    pub(crate) class: &'static str,
    /// Whether it can be sorted.
    pub(crate) order: Order,
}

/// A table of rows; it scrolls in itself where it is wider than the page.
pub(crate) fn table(frame: Frame, heads: &[Head], rows: impl Into<Html>) -> Html {
    let Frame { caption, class, order } = frame;
    let head = |head: &Head| {
        let th = tag("th").attr("scope", "col");
        let th = if head.holds == Holds::Numbers { th.class("n") } else { th };
        let th = match (order, head.holds) {
            (Order::Sortable, Holds::Numbers) => th.attr("data-sort", "number"),
            (Order::Sortable, Holds::Words) => th.attr("data-sort", "text"),
            _ => th,
        };
        th.with(head.title)
    };
    let table = tag("table")
        .attr("class", class)
        .with(tag("caption").with(caption.clone()))
        .with(tag("thead").with(tag("tr").with_all(heads.iter().map(head))))
        .with(tag("tbody").with(rows));
    // What scrolls must be reached by the keyboard.
    let scrolls = tag("div").class("scroll").attr("tabindex", 0).attr("role", "group").attr("aria-label", caption);
    scrolls.with(table).into()
}

/// A table that says in numbers what a picture shows, folded away.
pub(crate) fn behind(caption: &str, heads: &[Head], rows: impl Into<Html>) -> Html {
    let frame = Frame { caption: caption.to_owned(), class: "plain", order: Order::Fixed };
    tag("details").with(tag("summary").with("The numbers")).with(table(frame, heads, rows)).into()
}

/// A cell of words.
pub(crate) fn words(content: impl Into<Html>) -> Element {
    tag("td").with(content)
}

/// A cell that names its row.
pub(crate) fn named(content: impl Into<Html>) -> Element {
    tag("th").attr("scope", "row").with(content)
}

/// A cell with a number as people read it, and as rows are sorted by it.
pub(crate) fn number(shown: impl Into<Html>, value: f64) -> Element {
    tag("td").class("n").attr("data-v", value).with(shown)
}

/// The head of a column of words.
pub(crate) const fn head(title: &'static str) -> Head {
    Head { title, holds: Holds::Words }
}

/// The head of a column of numbers.
pub(crate) const fn numbers(title: &'static str) -> Head {
    Head { title, holds: Holds::Numbers }
}

/// The head of a column by which nobody sorts.
pub(crate) const fn unsorted(title: &'static str) -> Head {
    Head { title, holds: Holds::Else }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_says_what_it_is_about_and_can_be_reached() {
        let frame = Frame { caption: "Rules".into(), class: "wide", order: Order::Sortable };
        let row = tag("tr").with(named("a")).with(number("1,000", 1000.0));
        let html = table(frame, &[head("Rule"), numbers("Rows"), unsorted("Why")], row).into_string();
        assert!(
            html.starts_with("<div class=\"scroll\" tabindex=\"0\" role=\"group\" aria-label=\"Rules\">"),
            "{html}"
        );
        assert!(html.contains("<caption>Rules</caption>"));
        assert!(html.contains("<th scope=\"col\" data-sort=\"text\">Rule</th>"));
        assert!(
            html.contains("<th scope=\"col\" class=\"n\" data-sort=\"number\">Rows</th><th scope=\"col\">Why</th>")
        );
        assert!(html.contains("<tr><th scope=\"row\">a</th><td class=\"n\" data-v=\"1000\">1,000</td></tr>"));
    }
}
