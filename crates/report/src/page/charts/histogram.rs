//! How many things lie where on a line.

use super::length;
use crate::numbers::grouped;
use crate::page::html::{Element, Html, tag};

/// The bars over one piece of the line.
pub(crate) struct Bars {
    /// What is written below its start; nothing where there is no room.
    pub(crate) label: String,
    /// The numbers: what stands out, and what stands back.
    pub(crate) heights: [u64; 2],
}

/// How the two bars over one piece lie.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Pile {
    /// They are parts of one whole.
    Stacked,
    /// They are compared: the one that stands back is broad, the other narrow and in front of it.
    Nested,
}

const WIDTH: f64 = 360.0;
const HEIGHT: f64 = 150.0;
/// Room on the left for the numbers of the scale, below for the labels, above for the highest of them.
const LEFT: f64 = 44.0;
const BELOW: f64 = 20.0;
const ABOVE: f64 = 10.0;

/// A histogram. `says` is what it shows, for those who do not see it.
pub(crate) fn histogram(says: &str, bars: &[Bars], pile: Pile) -> Html {
    let height = |bars: &Bars| match pile {
        Pile::Stacked => bars.heights[0] + bars.heights[1],
        Pile::Nested => bars.heights[0].max(bars.heights[1]),
    };
    let (top, step) = scale(bars.iter().map(height).max().unwrap_or(0));
    let y = |number: u64| HEIGHT - BELOW - (HEIGHT - BELOW - ABOVE) * number as f64 / top as f64;
    let piece = (WIDTH - LEFT) / bars.len().max(1) as f64;
    let view = format!("0 0 {WIDTH} {HEIGHT}");
    let mut svg = tag("svg").class("chart").attr("viewBox", view).attr("role", "img").attr("aria-label", says);
    for number in (0..=top).step_by(step as usize) {
        let line = tag("line").class("grid").attr("x1", LEFT).attr("x2", WIDTH);
        svg = svg.with(line.attr("y1", length(y(number))).attr("y2", length(y(number))));
        let text = tag("text").attr("x", LEFT - 6.0).attr("y", length(y(number) + 4.0)).attr("text-anchor", "end");
        svg = svg.with(text.with(grouped(number)));
    }
    for (place, bars) in bars.iter().enumerate() {
        let x = LEFT + piece * place as f64;
        let [out, back] = bars.heights;
        let gap = (piece * 0.1).min(1.5);
        let full = (x + gap, piece - 2.0 * gap);
        let [front, behind] = match pile {
            Pile::Stacked => [rect("a", full, y(out), y(0)), rect("b", full, y(out + back), y(out))],
            Pile::Nested => {
                let narrow = (x + piece * 0.3, piece * 0.4);
                [rect("a", narrow, y(out), y(0)), rect("b", full, y(back), y(0))]
            }
        };
        let label = (!bars.label.is_empty()).then(|| {
            let text = tag("text").attr("x", length(x)).attr("y", HEIGHT - 4.0).attr("text-anchor", "middle");
            text.with(bars.label.as_str())
        });
        svg = svg.with((back > 0).then_some(behind)).with((out > 0).then_some(front)).with(label);
    }
    svg.into()
}

fn rect(class: &'static str, (x, width): (f64, f64), top: f64, bottom: f64) -> Element {
    // What is there is seen, however little it is beside the rest.
    let height = (bottom - top).max(1.0);
    let rect = tag("rect").attr("class", class).attr("x", length(x)).attr("y", length(bottom - height));
    rect.attr("width", length(width)).attr("height", length(height))
}

/// The upper end of a scale that holds a number, and the step between its lines: 1, 2 or 5 times a power of ten, so that
/// there are two to five steps.
fn scale(most: u64) -> (u64, u64) {
    let most = most.max(1);
    let mut step = 1_u64;
    'found: loop {
        for times in [1, 2, 5] {
            if most.div_ceil(step.saturating_mul(times)) <= 4 {
                step = step.saturating_mul(times);
                break 'found;
            }
        }
        step = step.saturating_mul(10);
    }
    (most.div_ceil(step).saturating_mul(step), step)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scales_end_above_the_greatest_number_in_few_round_steps() {
        assert_eq!(
            [0, 1, 4, 7, 99, 1_203, 42_000].map(scale),
            [(1, 1), (1, 1), (4, 1), (8, 2), (100, 50), (1_500, 500), (60_000, 20_000)]
        );
        assert!(scale(u64::MAX).0 >= u64::MAX / 2);
    }

    #[test]
    fn a_histogram_of_nothing_is_drawn() {
        let bars = |heights| Bars { label: String::new(), heights };
        for heights in [vec![], vec![bars([0, 0])], vec![bars([1, 0]), bars([0, 900_000])]] {
            let svg = histogram("cells by confidence", &heights, Pile::Stacked).into_string();
            assert!(svg.contains("role=\"img\" aria-label=\"cells by confidence\"") && !svg.contains("NaN"), "{svg}");
        }
    }
}
