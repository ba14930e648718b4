//! Accuracy against records cleaned, as a picture of its own (SVG).

use lustrate::{ActiveProgress, CurvePoint};

use super::percent;
use crate::numbers::grouped;
use crate::page::{Html, tag};

const WIDTH: f64 = 640.0;
const HEIGHT: f64 = 360.0;
/// Room for the numbers at the axes.
const LEFT: f64 = 64.0;
const RIGHT: f64 = 24.0;
const TOP: f64 = 40.0;
const BOTTOM: f64 = 48.0;
/// Lines across.
const LINES: usize = 4;

/// The curve with a band of one standard error, as an SVG document.
pub fn curve_svg(progress: &ActiveProgress) -> String {
    let points = &progress.curve;
    let scale = Scale::of(points);
    let title = format!("Accuracy of a model of {} against records cleaned", progress.target);
    let mut svg = tag("svg")
        .attr("xmlns", "http://www.w3.org/2000/svg")
        .attr("viewBox", format!("0 0 {WIDTH} {HEIGHT}"))
        .attr("font-family", "sans-serif")
        .attr("font-size", "12")
        .with(tag("title").with(Html::plain(&title)))
        .with(tag("rect").attr("width", WIDTH.to_string()).attr("height", HEIGHT.to_string()).attr("fill", "#fff"))
        .with(text(LEFT, 20.0, "start", &title));
    for line in 0..=LINES {
        let share = scale.low + (scale.high - scale.low) * line as f64 / LINES as f64;
        let y = scale.y(share);
        let rule = tag("line").attr("x1", number(LEFT)).attr("x2", number(WIDTH - RIGHT));
        svg = svg.with(rule.attr("y1", number(y)).attr("y2", number(y)).attr("stroke", "#ddd")).with(text(
            LEFT - 6.0,
            y + 4.0,
            "end",
            &percent(share),
        ));
        let records = scale.most * line as f64 / LINES as f64;
        svg = svg.with(text(scale.x(records), HEIGHT - 24.0, "middle", &grouped(records.round() as u64)));
    }
    svg = svg.with(text((LEFT + WIDTH - RIGHT) / 2.0, HEIGHT - 6.0, "middle", "records cleaned"));
    let at = |point: &CurvePoint, share: f64| {
        format!("{},{}", number(scale.x(point.records as f64)), number(scale.y(share)))
    };
    let above = points.iter().map(|point| at(point, point.accuracy + point.standard_error));
    let below = points.iter().rev().map(|point| at(point, point.accuracy - point.standard_error));
    let band = above.chain(below).collect::<Vec<_>>().join(" ");
    let line = points.iter().map(|point| at(point, point.accuracy)).collect::<Vec<_>>().join(" ");
    svg = svg.with(tag("polygon").attr("points", band).attr("fill", "#1f6feb").attr("fill-opacity", "0.15"));
    let drawn = tag("polyline").attr("points", line).attr("fill", "none").attr("stroke", "#1f6feb");
    svg = svg.with(drawn.attr("stroke-width", "2"));
    for point in points {
        let dot =
            tag("circle").attr("cx", number(scale.x(point.records as f64))).attr("cy", number(scale.y(point.accuracy)));
        let said = format!("{} records: {}", grouped(point.records as u64), percent(point.accuracy));
        svg = svg.with(dot.attr("r", "3").attr("fill", "#1f6feb").with(tag("title").with(Html::plain(&said))));
    }
    Html::from(svg).into_string() + "\n"
}

/// Where numbers are in the picture.
struct Scale {
    most: f64,
    low: f64,
    high: f64,
}

impl Scale {
    fn of(points: &[CurvePoint]) -> Self {
        let most = points.iter().map(|point| point.records).max().unwrap_or(0).max(1) as f64;
        let low = points.iter().map(|point| point.accuracy - point.standard_error).fold(1.0, f64::min).max(0.0);
        let high = points.iter().map(|point| point.accuracy + point.standard_error).fold(0.0, f64::max).min(1.0);
        // A curve that does not move is drawn as a line in the middle.
        let room = if high - low < 0.01 { 0.01 } else { 0.05 * (high - low) };
        Scale { most, low: (low - room).max(0.0), high: (high + room).min(1.0) }
    }

    fn x(&self, records: f64) -> f64 {
        LEFT + (WIDTH - LEFT - RIGHT) * records / self.most
    }

    fn y(&self, share: f64) -> f64 {
        TOP + (HEIGHT - TOP - BOTTOM) * (self.high - share) / (self.high - self.low)
    }
}

fn number(value: f64) -> String {
    format!("{value:.1}")
}

fn text(x: f64, y: f64, anchor: &'static str, said: &str) -> Html {
    tag("text").attr("x", number(x)).attr("y", number(y)).attr("text-anchor", anchor).with(Html::plain(said)).into()
}

#[cfg(test)]
mod tests {
    use lustrate::Estimator;

    use super::*;

    fn progress(accuracies: &[f64]) -> ActiveProgress {
        let point = |(place, &accuracy): (usize, &f64)| CurvePoint {
            records: 50 * place,
            changed: 0,
            estimator: Estimator::Mixture,
            accuracy,
            standard_error: 0.01,
            log_loss: 0.4,
        };
        ActiveProgress {
            target: "a<b>&\"c".to_owned(),
            doubtful: 9,
            judges: 40,
            trusted: false,
            curve: accuracies.iter().enumerate().map(point).collect(),
        }
    }

    #[test]
    fn every_point_is_in_the_picture_and_no_name_breaks_it() {
        let svg = curve_svg(&progress(&[0.7, 0.8, 0.9]));
        assert_eq!(svg.matches("<circle").count(), 3);
        assert!(svg.contains("a&lt;b&gt;&amp;"), "{svg}");
        for point in svg.split("cy=\"").skip(1) {
            let y: f64 = point.split('"').next().unwrap().parse().unwrap();
            assert!((TOP..=HEIGHT - BOTTOM).contains(&y), "{y}");
        }
    }

    #[test]
    fn a_curve_of_one_point_is_drawn() {
        assert!(!curve_svg(&progress(&[1.0])).contains("NaN"));
        assert!(!curve_svg(&progress(&[])).contains("NaN"));
    }
}
