//! What leads to what: boxes and arrows, in layers from left to right (Sugiyama, Tagawa and Toda 1981, "Methods for visual
//! understanding of hierarchical system structures").
//!
//! Labels that lead to each other share a box, so that there is an arrow for what is known and not for each pair. Several
//! that lead to another only together meet in a joint. The same arrows give the same picture.

mod layers;
mod network;

use super::length;
use crate::page::html::{Element, Html, tag};
use crate::values::cut;

use layers::Placed;
use network::{Network, Node};

/// What some labels, by their places, lead to together.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Arrow {
    /// The places of what leads.
    pub(crate) from: Vec<usize>,
    /// The place of what they lead to.
    pub(crate) to: usize,
    /// How sure it is, from 0 to 1: the surer, the thicker.
    pub(crate) sure: f64,
}

/// Which arrows are drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shown {
    /// All.
    All,
    /// Those that do not follow from two or more others.
    NotImplied,
}

/// Characters of a label.
const LONGEST: usize = 24;
/// Room for a line.
const LINE: f64 = 17.0;
/// Room around the lines of a box, the size of a joint, and the room around the picture.
const PADDING: f64 = 8.0;
const JOINT: f64 = 16.0;
const MARGIN: f64 = 6.0;
/// The size of the head of an arrow.
const HEAD: f64 = 7.0;
/// What is less sure than this is dashed.
const SURE: f64 = 0.95;

/// A picture of arrows between labels; labels without an arrow are not drawn. `says` is what it shows, for those who do not
/// see it.
pub(crate) fn graph(says: &str, labels: &[String], arrows: &[Arrow], shown: Shown) -> Html {
    let network = Network::new(labels.len(), arrows, shown);
    let shortened: Vec<String> = labels.iter().map(|label| cut(label, LONGEST)).collect();
    let sizes: Vec<(f64, f64)> = network.nodes.iter().map(|node| size(node, &shortened)).collect();
    let layout = layers::layout(&network, &sizes);
    let (width, height) = (layout.width + 2.0 * MARGIN, layout.height + 2.0 * MARGIN);
    let svg = tag("svg").class("graph").attr("role", "img").attr("aria-label", says);
    let svg = svg.attr("viewBox", format!("{0} {0} {1} {2}", -MARGIN, length(width), length(height)));
    let svg = svg.attr("width", length(width)).attr("height", length(height));
    let lines = layout.edges.iter().map(|edge| line(&edge.points, edge.sure, edge.is_reversed, edge.has_head));
    let boxes = network.nodes.iter().zip(&layout.nodes).map(|(node, placed)| drawn(node, placed, &shortened));
    svg.with_all(lines).with_all(boxes).into()
}

fn size(node: &Node, labels: &[String]) -> (f64, f64) {
    match node {
        Node::Labels(places) => {
            let longest = places.iter().map(|&place| labels[place].chars().map(room).sum()).fold(0.0, f64::max);
            (longest + 2.0 * PADDING, LINE * places.len() as f64 + PADDING)
        }
        Node::Joint => (JOINT, JOINT),
    }
}

/// Room for a character in any of the fonts of the page, with the size that they have here.
fn room(character: char) -> f64 {
    match character {
        'i' | 'j' | 'l' | 'I' | '.' | ',' | ':' | ';' | '\'' | '|' | ' ' => 4.8,
        'f' | 'r' | 't' | '-' | '(' | ')' | '/' => 5.8,
        'M' | 'W' | 'm' | 'w' | '@' | '%' => 12.2,
        'A'..='Z' => 9.4,
        '\u{20}'..='\u{7e}' => 7.8,
        // Scripts with wide letters.
        '\u{1100}'.. => 13.0,
        _ => 9.0,
    }
}

fn drawn(node: &Node, placed: &Placed, labels: &[String]) -> Element {
    let (x, y) = (placed.x, placed.y);
    match node {
        Node::Labels(places) => {
            let rect = tag("rect").attr("x", length(x)).attr("y", length(y)).attr("rx", 4);
            let rect = rect.attr("width", length(placed.width)).attr("height", length(placed.height));
            let text = |(line, &place): (usize, &usize)| {
                let baseline = y + PADDING / 2.0 + LINE * (line as f64 + 0.72);
                let text = tag("text").attr("x", length(x + PADDING)).attr("y", length(baseline));
                text.with(Html::plain(&labels[place]))
            };
            tag("g").class("node").with(rect).with_all(places.iter().enumerate().map(text))
        }
        Node::Joint => {
            let middle = (x + JOINT / 2.0, y + JOINT / 2.0);
            let circle = tag("circle").attr("cx", length(middle.0)).attr("cy", length(middle.1)).attr("r", JOINT / 2.0);
            let text = tag("text").attr("x", length(middle.0)).attr("y", length(middle.1 + 4.0));
            tag("g").class("joint").with(circle).with(text.attr("text-anchor", "middle").with("+"))
        }
    }
}

/// A line through points, level at each of them, with a head where it ends.
fn line(points: &[(f64, f64)], sure: f64, is_reversed: bool, has_head: bool) -> Element {
    let mut points = points.to_vec();
    let head = has_head.then(|| {
        let at = if is_reversed { 0 } else { points.len() - 1 };
        let back = if is_reversed { HEAD } else { -HEAD };
        let (x, y) = points[at];
        points[at].0 += back;
        let [tip, side] = [x, x + back].map(length);
        let [above, below] = [y - HEAD / 2.0, y + HEAD / 2.0].map(length);
        tag("path").class("head").attr("d", format!("M{tip} {}L{side} {above}V{below}Z", length(y)))
    });
    let mut path = format!("M{} {}", length(points[0].0), length(points[0].1));
    for pair in points.windows(2) {
        let middle = length((pair[0].0 + pair[1].0) / 2.0);
        let [from, to] = [pair[0].1, pair[1].1].map(length);
        path.push_str(&format!("C{middle} {from} {middle} {to} {} {to}", length(pair[1].0)));
    }
    // From one unit for what is hardly sure to three for what is.
    let thickness = 1.0 + 2.0 * ((sure - 0.9) / 0.1).clamp(0.0, 1.0);
    let curve = tag("path").attr("class", if sure < SURE { "edge weak" } else { "edge" }).attr("d", path);
    tag("g").with(curve.attr("stroke-width", length(thickness))).with(Html::from(head))
}

#[cfg(test)]
mod tests {
    use super::layers::Layout;
    use super::*;

    fn arrow(from: &[usize], to: usize) -> Arrow {
        Arrow { from: from.to_vec(), to, sure: 0.99 }
    }

    fn labels(count: usize) -> Vec<String> {
        (0..count).map(|place| format!("column {place}")).collect()
    }

    #[test]
    fn boxes_do_not_overlap_whatever_the_arrows() {
        for seed in 0..60_usize {
            let count = 3 + seed % 28;
            let from = |place: usize| (place * 7 + seed * 13) % count;
            let mut arrows: Vec<Arrow> = (0..2 * count)
                .map(|place| arrow(&[from(place)], (place * 5 + seed) % count))
                .filter(|arrow| arrow.from[0] != arrow.to)
                .collect();
            arrows.push(arrow(&[0, 1], 2));
            let network = Network::new(count, &arrows, if seed % 2 == 0 { Shown::All } else { Shown::NotImplied });
            let sizes: Vec<_> = network.nodes.iter().map(|node| size(node, &labels(count))).collect();
            let Layout { nodes, width, height, .. } = layers::layout(&network, &sizes);
            for (place, one) in nodes.iter().enumerate() {
                assert!(one.x >= 0.0 && one.y >= -0.01 && one.x + one.width <= width + 0.01, "{seed}");
                assert!(one.y + one.height <= height + 0.01, "{seed}");
                for other in &nodes[place + 1..] {
                    let apart = one.x + one.width < other.x
                        || other.x + other.width < one.x
                        || one.y + one.height < other.y
                        || other.y + other.height < one.y;
                    assert!(apart, "{seed}: {one:?} {other:?}");
                }
            }
        }
    }

    #[test]
    fn a_label_is_text_and_is_cut() {
        let labels = vec!["<b>\u{202e}".repeat(30), "zip".to_owned()];
        let html = graph("Dependencies", &labels, &[arrow(&[0], 1)], Shown::All).into_string();
        assert!(!html.contains("<b>") && !html.contains('\u{202e}') && !html.contains("<span"), "{html}");
        assert!(html.contains("role=\"img\" aria-label=\"Dependencies\""));
    }

    #[test]
    fn what_is_less_sure_is_thinner_and_dashed() {
        let arrows = [Arrow { sure: 0.9, ..arrow(&[0], 1) }, arrow(&[0], 2)];
        let html = graph("Dependencies", &labels(3), &arrows, Shown::All).into_string();
        assert_eq!(html.matches("class=\"edge weak\"").count(), 1, "{html}");
        assert!(html.contains("stroke-width=\"1\"") && html.contains("stroke-width=\"2.8\""), "{html}");
        assert_eq!(html.matches("class=\"head\"").count(), 2);
    }

    #[test]
    fn a_picture_of_nothing_is_drawn() {
        assert!(!graph("Dependencies", &[], &[], Shown::All).into_string().contains("NaN"));
    }
}
