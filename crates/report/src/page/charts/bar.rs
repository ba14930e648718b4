//! A bar in a cell of a table.

use super::percent;
use crate::page::html::{Element, Html, tag};

/// The classes of the two parts of bars: what stands out, and what stands back.
const PARTS: [&str; 2] = ["a", "b"];

/// A bar of one part or two, each a share of the greatest length that a bar may have. The numbers stand beside it, so that it
/// is nothing to those who do not see it.
pub(crate) fn bar(parts: &[f64]) -> Element {
    let svg = tag("svg").class("bar").attr("aria-hidden", "true").attr("width", "100%").attr("height", "12");
    let mut from = 0.0;
    parts.iter().zip(PARTS).fold(svg, |svg, (&part, class)| {
        let rect = tag("rect").attr("class", class).attr("x", percent(from)).attr("width", percent(part));
        from += part;
        if part > 0.0 { svg.with(rect.attr("height", "12")) } else { svg }
    })
}

/// What the parts of bars stand for.
pub(crate) fn legend(parts: [&'static str; 2]) -> Html {
    let item = |(part, class): (&'static str, &'static str)| {
        let swatch = tag("svg").attr("aria-hidden", "true").attr("width", "12").attr("height", "12");
        let rect = tag("rect").attr("class", class).attr("width", "12").attr("height", "12");
        tag("li").with(swatch.with(rect)).with(" ").with(part)
    };
    tag("ul").class("legend").with_all(parts.into_iter().zip(PARTS).map(item)).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_lie_one_behind_the_other_and_nothing_is_not_drawn() {
        let bar = |parts: &[f64]| Html::from(bar(parts)).into_string();
        let both = bar(&[0.25, 0.5]);
        assert!(both.contains("<rect class=\"a\" x=\"0%\" width=\"25%\" height=\"12\"></rect>"), "{both}");
        assert!(both.contains("<rect class=\"b\" x=\"25%\" width=\"50%\" height=\"12\"></rect>"), "{both}");
        assert!(!bar(&[0.0, 1.0]).contains("class=\"a\""));
    }
}
