//! Whether what is said with a confidence is right so often.

use super::length;
use crate::page::html::{Element, Html, tag};

/// Claims of one confidence.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Dot {
    /// Their mean confidence, from 0 to 1.
    pub(crate) confidence: f64,
    /// How many they are.
    pub(crate) claims: u64,
    /// How many of them are right.
    pub(crate) right: u64,
}

const SIDE: f64 = 240.0;
const LEFT: f64 = 36.0;
const BELOW: f64 = 34.0;
const ABOVE: f64 = 24.0;
/// Standard deviations of an interval that holds the true share 95 times in 100.
const Z: f64 = 1.96;

/// A reliability diagram: for each bin the share that is right over the confidence, with an interval, against the diagonal on
/// which confidence means what it says.
pub(crate) fn reliability(says: &str, dots: &[Dot]) -> Html {
    let (width, height) = (LEFT + SIDE + 10.0, ABOVE + SIDE + BELOW);
    let view = format!("0 0 {width} {height}");
    let mut svg = tag("svg").class("chart square").attr("viewBox", view).attr("role", "img").attr("aria-label", says);
    for tenth in [0, 2, 4, 6, 8, 10] {
        let share = f64::from(tenth) / 10.0;
        let label = length(share);
        svg = svg.with(line("grid", (0.0, share), (1.0, share))).with(line("grid", (share, 0.0), (share, 1.0)));
        svg = svg.with(text("end", LEFT - 6.0, y(share) + 4.0, &label));
        svg = svg.with(text("middle", x(share), ABOVE + SIDE + 15.0, &label));
    }
    svg = svg.with(text("middle", x(0.5), ABOVE + SIDE + 30.0, "confidence"));
    svg = svg.with(text("start", 8.0, 12.0, "share that is right"));
    svg = svg.with(line("ideal", (0.0, 0.0), (1.0, 1.0)));
    let most = dots.iter().map(|dot| dot.claims).max().unwrap_or(1).max(1) as f64;
    for dot in dots.iter().filter(|dot| dot.claims > 0) {
        let share = dot.right as f64 / dot.claims as f64;
        let (low, high) = interval(dot.right, dot.claims);
        let radius = 2.5 + 5.5 * (dot.claims as f64 / most).sqrt();
        let circle = tag("circle").class("a").attr("cx", length(x(dot.confidence))).attr("cy", length(y(share)));
        svg = svg
            .with(line("span", (dot.confidence, low), (dot.confidence, high)))
            .with(circle.attr("r", length(radius)));
    }
    svg.into()
}

/// Where the true share lies 95 times in 100, by the score interval (Wilson 1927).
pub(crate) fn interval(right: u64, claims: u64) -> (f64, f64) {
    let (n, share) = (claims as f64, right as f64 / claims as f64);
    let middle = (share + Z * Z / (2.0 * n)) / (1.0 + Z * Z / n);
    let half = Z / (1.0 + Z * Z / n) * (share * (1.0 - share) / n + Z * Z / (4.0 * n * n)).sqrt();
    ((middle - half).max(0.0), (middle + half).min(1.0))
}

fn x(share: f64) -> f64 {
    LEFT + SIDE * share
}

fn y(share: f64) -> f64 {
    ABOVE + SIDE * (1.0 - share)
}

fn line(class: &'static str, from: (f64, f64), to: (f64, f64)) -> Element {
    let line = tag("line").class(class).attr("x1", length(x(from.0))).attr("y1", length(y(from.1)));
    line.attr("x2", length(x(to.0))).attr("y2", length(y(to.1)))
}

fn text(anchor: &'static str, x: f64, y: f64, content: &str) -> Element {
    tag("text").attr("x", length(x)).attr("y", length(y)).attr("text-anchor", anchor).with(content)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_interval_is_that_of_wilson() {
        // Worked by hand for 8 of 10: (0.8 + 0.19208) / 1.38416 ± 1.96 / 1.38416 · √(0.016 + 0.009604).
        let (low, high) = interval(8, 10);
        assert!((low - 0.4902).abs() < 1e-4 && (high - 0.9433).abs() < 1e-4, "{low} {high}");
        assert_eq!(interval(5, 5).1, 1.0);
    }

    #[test]
    fn a_bin_without_claims_is_not_drawn() {
        let dots = [Dot { confidence: 0.5, claims: 0, right: 0 }, Dot { confidence: 0.9, claims: 4, right: 3 }];
        let svg = reliability("reliability", &dots).into_string();
        assert_eq!(svg.matches("<circle").count(), 1);
        assert!(!svg.contains("NaN"), "{svg}");
    }
}
