//! Pictures of numbers, as inline SVG; one file each.
//!
//! Bars are drawn in per cent of their cell, so that they fit any width. Beside or behind every picture stand the numbers.

mod bar;
mod graph;
mod histogram;
mod reliability;
mod waterfall;

pub(crate) use bar::{bar, legend};
pub(crate) use graph::{Arrow, Shown, graph};
pub(crate) use histogram::{Bars, Pile, histogram};
pub(crate) use reliability::{Dot, interval, reliability};
pub(crate) use waterfall::{Step, waterfall};

/// A length with two decimals, without such as are zero.
fn length(number: f64) -> String {
    let text = format!("{number:.2}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "-0" { "0".to_owned() } else { text.to_owned() }
}

/// A length in per cent of a whole.
fn percent(share: f64) -> String {
    length(100.0 * share) + "%"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_short_and_never_minus_nothing() {
        assert_eq!([1.0, 0.5, 0.126, -0.001, 12.30].map(length), ["1", "0.5", "0.13", "0", "12.3"]);
        assert_eq!(percent(0.5), "50%");
    }
}
