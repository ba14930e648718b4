//! Where the boxes of a graph stand: in layers, so that most lines go from left to right and few cross.

use super::network::{Line, Network, Node};

/// Where a box stands, by its upper left corner.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Placed {
    pub(super) x: f64,
    pub(super) y: f64,
    pub(super) width: f64,
    pub(super) height: f64,
}

/// A line as it is drawn, from left to right.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Edge {
    pub(super) points: Vec<(f64, f64)>,
    pub(super) sure: f64,
    /// It leads to its left end.
    pub(super) is_reversed: bool,
    /// It ends at a box of labels.
    pub(super) has_head: bool,
}

/// Where everything stands.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Layout {
    pub(super) nodes: Vec<Placed>,
    pub(super) edges: Vec<Edge>,
    pub(super) width: f64,
    pub(super) height: f64,
}

/// Room between layers, between boxes of a layer, between parts that no line joins, and for a line that passes a layer.
const BETWEEN_LAYERS: f64 = 64.0;
const BETWEEN_BOXES: f64 = 14.0;
const BETWEEN_PARTS: f64 = 22.0;
const PASSING: f64 = 4.0;
/// How often the layers are put in order and moved.
const SWEEPS: usize = 12;

/// A box, or where a line passes a layer.
struct Stop {
    layer: usize,
    size: (f64, f64),
    y: f64,
    left: Vec<usize>,
    right: Vec<usize>,
}

/// A line as a chain of stops from left to right.
struct Chain {
    stops: Vec<usize>,
    line: usize,
    is_reversed: bool,
}

/// Places boxes of these sizes: the parts that no line joins stand below each other.
pub(super) fn layout(network: &Network, sizes: &[(f64, f64)]) -> Layout {
    let nowhere = Placed { x: 0.0, y: 0.0, width: 0.0, height: 0.0 };
    let mut whole = Layout { nodes: vec![nowhere; sizes.len()], edges: Vec::new(), width: 0.0, height: 0.0 };
    for part in parts(network) {
        let top = if whole.height > 0.0 { whole.height + BETWEEN_PARTS } else { 0.0 };
        let place = |old: usize| part.binary_search(&old).ok();
        let line = |line: &Line| Some(Line { from: place(line.from)?, to: place(line.to)?, ..*line });
        let lines = network.lines.iter().filter_map(line).collect();
        let nodes = part.iter().map(|&node| network.nodes[node].clone()).collect();
        let sizes: Vec<(f64, f64)> = part.iter().map(|&node| sizes[node]).collect();
        let found = layout_of_part(&Network { nodes, lines }, &sizes);
        for (&node, placed) in part.iter().zip(&found.nodes) {
            whole.nodes[node] = Placed { y: placed.y + top, ..*placed };
        }
        let lowered = |mut edge: Edge| {
            edge.points.iter_mut().for_each(|point| point.1 += top);
            edge
        };
        whole.edges.extend(found.edges.into_iter().map(lowered));
        whole.width = whole.width.max(found.width);
        whole.height = top + found.height;
    }
    whole
}

/// The boxes that lines join, each part in the order of its boxes, the largest part first.
fn parts(network: &Network) -> Vec<Vec<usize>> {
    let mut part: Vec<usize> = (0..network.nodes.len()).collect();
    // Each takes the least number of those that it is joined to, until nothing changes.
    loop {
        let before = part.clone();
        for line in &network.lines {
            let least = part[line.from].min(part[line.to]);
            (part[line.from], part[line.to]) = (least, least);
        }
        if part == before {
            break;
        }
    }
    let mut parts: Vec<Vec<usize>> = vec![Vec::new(); network.nodes.len()];
    part.iter().enumerate().for_each(|(node, &of)| parts[of].push(node));
    parts.retain(|part| !part.is_empty());
    parts.sort_by_key(|part| std::cmp::Reverse(part.len()));
    parts
}

/// Places boxes that lines join.
fn layout_of_part(network: &Network, sizes: &[(f64, f64)]) -> Layout {
    let reversed = reversed(network);
    let layers = layers(network, &reversed);
    let stop = |(&layer, &size): (&usize, &(f64, f64))| Stop { layer, size, y: 0.0, left: vec![], right: vec![] };
    let mut stops: Vec<Stop> = layers.iter().zip(sizes).map(stop).collect();
    let chains: Vec<Chain> = (0..network.lines.len()).map(|line| chain(network, line, &reversed, &mut stops)).collect();
    let depth = stops.iter().map(|stop| stop.layer + 1).max().unwrap_or(0);
    let mut by_layer: Vec<Vec<usize>> = vec![Vec::new(); depth];
    (0..stops.len()).for_each(|place| by_layer[stops[place].layer].push(place));
    by_layer.iter().for_each(|layer| stack(layer, &mut stops));
    for sweep in 0..SWEEPS {
        let to_right = sweep % 2 == 0;
        let order: Vec<usize> = if to_right { (0..depth).collect() } else { (0..depth).rev().collect() };
        for layer in order {
            sort(&mut by_layer[layer], &mut stops, to_right);
        }
    }
    for sweep in 0..SWEEPS {
        let order: Vec<usize> = if sweep % 2 == 0 { (0..depth).collect() } else { (0..depth).rev().collect() };
        for layer in order {
            settle(&by_layer[layer], &mut stops);
        }
    }
    placed(network, sizes.len(), &stops, &chains, &by_layer)
}

/// The lines that would close a circle, in the order of the boxes: they are drawn from right to left.
fn reversed(network: &Network) -> Vec<bool> {
    #[derive(Clone, Copy, PartialEq)]
    enum Seen {
        Not,
        Open,
        Done,
    }
    let mut seen = vec![Seen::Not; network.nodes.len()];
    let mut reversed = vec![false; network.lines.len()];
    let after: Vec<Vec<usize>> = (0..network.nodes.len())
        .map(|node| (0..network.lines.len()).filter(|&line| network.lines[line].from == node).collect())
        .collect();
    for start in 0..network.nodes.len() {
        if seen[start] != Seen::Not {
            continue;
        }
        // Depth first; each entry is a box and how many of its lines were followed.
        let mut path: Vec<(usize, usize)> = vec![(start, 0)];
        seen[start] = Seen::Open;
        while let Some((node, followed)) = path.last_mut() {
            let Some(&line) = after[*node].get(*followed) else {
                seen[*node] = Seen::Done;
                path.pop();
                continue;
            };
            *followed += 1;
            let to = network.lines[line].to;
            match seen[to] {
                Seen::Open => reversed[line] = true,
                Seen::Not => {
                    seen[to] = Seen::Open;
                    path.push((to, 0));
                }
                Seen::Done => {}
            }
        }
    }
    reversed
}

/// The layer of each box: one more than the last of those that lead to it.
fn layers(network: &Network, reversed: &[bool]) -> Vec<usize> {
    let mut layers: Vec<usize> = vec![0; network.nodes.len()];
    // Without circles a path is no longer than there are boxes.
    for _ in 0..network.nodes.len() {
        for (line, &is_reversed) in network.lines.iter().zip(reversed) {
            let (from, to) = if is_reversed { (line.to, line.from) } else { (line.from, line.to) };
            layers[to] = layers[to].max(layers[from] + 1);
        }
    }
    // What nothing leads to stands right before the first that it leads to.
    for node in 0..network.nodes.len() {
        let is_end = |(line, &is_reversed): (&Line, &bool)| {
            if is_reversed { line.from == node } else { line.to == node }
        };
        if network.lines.iter().zip(reversed).any(is_end) {
            continue;
        }
        let next = network.lines.iter().zip(reversed).filter_map(|(line, &is_reversed)| {
            let (from, to) = if is_reversed { (line.to, line.from) } else { (line.from, line.to) };
            (from == node).then_some(layers[to])
        });
        layers[node] = next.min().map_or(0, |next| next.saturating_sub(1));
    }
    layers
}

fn chain(network: &Network, line: usize, reversed: &[bool], stops: &mut Vec<Stop>) -> Chain {
    let is_reversed = reversed[line];
    let ends = (network.lines[line].from, network.lines[line].to);
    let (left, right) = if is_reversed { (ends.1, ends.0) } else { ends };
    let mut passed = vec![left];
    for layer in stops[left].layer + 1..stops[right].layer {
        stops.push(Stop { layer, size: (0.0, PASSING), y: 0.0, left: vec![], right: vec![] });
        passed.push(stops.len() - 1);
    }
    passed.push(right);
    for pair in passed.windows(2) {
        stops[pair[0]].right.push(pair[1]);
        stops[pair[1]].left.push(pair[0]);
    }
    Chain { stops: passed, line, is_reversed }
}

/// Puts the stops of a layer below each other.
fn stack(layer: &[usize], stops: &mut [Stop]) {
    let mut y = 0.0;
    for &place in layer {
        stops[place].y = y;
        y += stops[place].size.1 + BETWEEN_BOXES;
    }
}

fn middle(stop: &Stop) -> f64 {
    stop.y + stop.size.1 / 2.0
}

/// The mean of the middles of some stops; `None` where there are none.
fn mean(of: &[usize], stops: &[Stop]) -> Option<f64> {
    (!of.is_empty()).then(|| of.iter().map(|&place| middle(&stops[place])).sum::<f64>() / of.len() as f64)
}

/// Orders a layer by what its stops are tied to on one side; those that are tied to nothing keep their place.
fn sort(layer: &mut [usize], stops: &mut [Stop], to_right: bool) {
    let wanted = |place: usize| {
        let stop = &stops[place];
        mean(if to_right { &stop.left } else { &stop.right }, stops).unwrap_or(middle(stop))
    };
    let mut keyed: Vec<(f64, usize)> = layer.iter().map(|&place| (wanted(place), place)).collect();
    keyed.sort_by(|one, other| one.0.total_cmp(&other.0));
    layer.iter_mut().zip(keyed).for_each(|(place, (_, sorted))| *place = sorted);
    stack(layer, stops);
}

/// Moves the stops of a layer, in their order, as near as it goes to what they are tied to.
fn settle(layer: &[usize], stops: &mut [Stop]) {
    let wanted: Vec<f64> = layer
        .iter()
        .map(|&place| {
            let stop = &stops[place];
            let tied: Vec<usize> = stop.left.iter().chain(&stop.right).copied().collect();
            mean(&tied, stops).unwrap_or(middle(stop)) - stop.size.1 / 2.0
        })
        .collect();
    // Each below the one before it, then all moved by the mean of what they were pushed down.
    let mut least = f64::NEG_INFINITY;
    let mut pushed = 0.0;
    for (&place, &wanted) in layer.iter().zip(&wanted) {
        stops[place].y = wanted.max(least);
        pushed += stops[place].y - wanted;
        least = stops[place].y + stops[place].size.1 + BETWEEN_BOXES;
    }
    let back = pushed / layer.len().max(1) as f64;
    layer.iter().for_each(|&place| stops[place].y -= back);
}

fn placed(network: &Network, boxes: usize, stops: &[Stop], chains: &[Chain], by_layer: &[Vec<usize>]) -> Layout {
    let top = stops.iter().map(|stop| stop.y).fold(f64::INFINITY, f64::min);
    let top = if top.is_finite() { top } else { 0.0 };
    let mut lefts = Vec::with_capacity(by_layer.len());
    let mut x = 0.0;
    for layer in by_layer {
        let widest = layer.iter().map(|&place| stops[place].size.0).fold(0.0, f64::max);
        lefts.push((x, widest));
        x += widest + BETWEEN_LAYERS;
    }
    let at = |place: usize| {
        let stop = &stops[place];
        let (left, widest) = lefts[stop.layer];
        let x = left + (widest - stop.size.0) / 2.0;
        Placed { x, y: stop.y - top, width: stop.size.0, height: stop.size.1 }
    };
    let nodes: Vec<Placed> = (0..boxes).map(at).collect();
    let edges = chains.iter().map(|chain| {
        let line = &network.lines[chain.line];
        Edge {
            points: points(chain, chains, stops, &at),
            sure: line.sure,
            is_reversed: chain.is_reversed,
            has_head: matches!(network.nodes[line.to], Node::Labels(_)),
        }
    });
    let edges = edges.collect();
    let height = stops.iter().map(|stop| stop.y - top + stop.size.1).fold(0.0, f64::max);
    Layout { nodes, edges, width: (x - BETWEEN_LAYERS).max(0.0), height }
}

/// The points of a line: it leaves and reaches boxes where no other line does.
fn points(chain: &Chain, chains: &[Chain], stops: &[Stop], at: &dyn Fn(usize) -> Placed) -> Vec<(f64, f64)> {
    let last = chain.stops.len() - 1;
    let mut points = Vec::with_capacity(last + 1);
    for (place, &stop) in chain.stops.iter().enumerate() {
        let Placed { x, y, width, height } = at(stop);
        if place > 0 && place < last {
            points.push((x, y + height / 2.0));
            continue;
        }
        // The lines of this side, from the top down by where they go.
        let next = |chain: &Chain| if place == 0 { chain.stops[1] } else { chain.stops[chain.stops.len() - 2] };
        let is_here =
            |other: &&Chain| *(if place == 0 { &other.stops[0] } else { &other.stops[other.stops.len() - 1] }) == stop;
        let mut here: Vec<&Chain> = chains.iter().filter(is_here).collect();
        here.sort_by(|one, other| middle(&stops[next(one)]).total_cmp(&middle(&stops[next(other)])));
        let rank = here.iter().position(|other| other.line == chain.line).unwrap_or_default();
        let share = (rank as f64 + 1.0) / (here.len() as f64 + 1.0);
        points.push((if place == 0 { x + width } else { x }, y + height * share));
    }
    points
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::charts::graph::{Arrow, Shown};

    fn placed_of(labels: usize, arrows: &[(&[usize], usize)]) -> Layout {
        let arrow = |(from, to): &(&[usize], usize)| Arrow { from: from.to_vec(), to: *to, sure: 1.0 };
        let network = Network::new(labels, &arrows.iter().map(arrow).collect::<Vec<_>>(), Shown::All);
        layout(&network, &vec![(80.0, 25.0); network.nodes.len()])
    }

    #[test]
    fn what_leads_stands_left_of_what_it_leads_to() {
        let found = placed_of(3, &[(&[0], 1), (&[1], 2), (&[0], 2)]);
        assert!(found.nodes[0].x < found.nodes[1].x && found.nodes[1].x < found.nodes[2].x);
        // The long line passes the layer between.
        assert_eq!(found.edges.iter().map(|edge| edge.points.len()).max(), Some(3));
    }

    #[test]
    fn a_line_that_closes_a_circle_is_drawn_backwards() {
        // Only one by one do labels share a box.
        let found = placed_of(3, &[(&[0, 1], 2), (&[2], 0)]);
        assert_eq!(found.edges.iter().filter(|edge| edge.is_reversed).count(), 1);
        assert!(found.edges.iter().all(|edge| edge.points.windows(2).all(|pair| pair[0].0 < pair[1].0)));
    }

    #[test]
    fn parts_that_no_line_joins_stand_below_each_other() {
        let found = placed_of(5, &[(&[3], 4), (&[0], 1), (&[1], 2)]);
        assert!(found.nodes[0].y < found.nodes[3].y && found.nodes[3].y < 80.0, "{found:?}");
        assert_eq!(found.nodes[3].x, 0.0);
    }

    #[test]
    fn lines_of_one_box_leave_it_apart() {
        let found = placed_of(4, &[(&[0], 1), (&[0], 2), (&[0], 3)]);
        let mut starts: Vec<f64> = found.edges.iter().map(|edge| edge.points[0].1).collect();
        starts.sort_by(f64::total_cmp);
        assert!(starts.windows(2).all(|pair| pair[1] - pair[0] > 3.0), "{starts:?}");
    }
}
