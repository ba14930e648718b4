//! The boxes of a graph and the lines between them.

use std::collections::{BTreeMap, BTreeSet};

use super::{Arrow, Shown};

/// What a box holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Node {
    /// Labels by their places, which lead to each other where they are several.
    Labels(Vec<usize>),
    /// Where labels meet that lead to another only together.
    Joint,
}

/// A line from one box to another.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Line {
    pub(super) from: usize,
    pub(super) to: usize,
    pub(super) sure: f64,
}

/// Boxes and the lines between them, each once.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Network {
    pub(super) nodes: Vec<Node>,
    pub(super) lines: Vec<Line>,
}

impl Network {
    pub(super) fn new(labels: usize, arrows: &[Arrow], shown: Shown) -> Network {
        let groups = groups(labels, arrows);
        let of_label = |label: usize| groups.iter().position(|group| group.contains(&label)).unwrap_or_default();
        let mut lines: BTreeMap<(usize, usize), f64> = BTreeMap::new();
        let mut joints: BTreeMap<Vec<usize>, BTreeMap<usize, f64>> = BTreeMap::new();
        for arrow in arrows {
            let from: BTreeSet<usize> = arrow.from.iter().map(|&label| of_label(label)).collect();
            let to = of_label(arrow.to);
            // What is within a box is said by the box.
            if from.contains(&to) {
                continue;
            }
            let surest = match from.iter().copied().collect::<Vec<_>>()[..] {
                [] => continue,
                [only] => lines.entry((only, to)).or_default(),
                _ => joints.entry(from.into_iter().collect()).or_default().entry(to).or_default(),
            };
            *surest = surest.max(arrow.sure);
        }
        if shown == Shown::NotImplied {
            let all: BTreeSet<(usize, usize)> = lines.keys().copied().collect();
            lines.retain(|&line, _| !is_implied(line, &all));
        }
        let mut nodes: Vec<Node> = groups.into_iter().map(Node::Labels).collect();
        let mut found: Vec<Line> = lines.into_iter().map(|((from, to), sure)| Line { from, to, sure }).collect();
        for (from, to) in joints {
            let joint = nodes.len();
            nodes.push(Node::Joint);
            let surest = to.values().copied().fold(0.0, f64::max);
            found.extend(from.into_iter().map(|from| Line { from, to: joint, sure: surest }));
            found.extend(to.into_iter().map(|(to, sure)| Line { from: joint, to, sure }));
        }
        Network { nodes, lines: found }.without_lonely()
    }

    /// The network without boxes of one label that no line touches.
    fn without_lonely(self) -> Network {
        let touched: BTreeSet<usize> = self.lines.iter().flat_map(|line| [line.from, line.to]).collect();
        let stays = |place: usize, node: &Node| {
            touched.contains(&place) || matches!(node, Node::Labels(labels) if labels.len() > 1)
        };
        let kept: Vec<usize> = (0..self.nodes.len()).filter(|&place| stays(place, &self.nodes[place])).collect();
        let place = |old: usize| kept.binary_search(&old).expect("a box that a line touches stays");
        let line = |line: &Line| Line { from: place(line.from), to: place(line.to), ..*line };
        let lines = self.lines.iter().map(line).collect();
        Network { nodes: kept.iter().map(|&old| self.nodes[old].clone()).collect(), lines }
    }
}

/// The labels that lead to each other, one by one, together; in the order of their first labels.
fn groups(labels: usize, arrows: &[Arrow]) -> Vec<Vec<usize>> {
    let mut reaches = vec![vec![false; labels]; labels];
    for arrow in arrows {
        if let [only] = arrow.from[..] {
            reaches[only][arrow.to] = true;
        }
    }
    // The closure of Warshall (1962); there are a few dozen labels.
    for over in 0..labels {
        let onward = reaches[over].clone();
        for from in reaches.iter_mut().filter(|from| from[over]) {
            from.iter_mut().zip(&onward).for_each(|(reached, also)| *reached |= also);
        }
    }
    let mut groups: Vec<Vec<usize>> = Vec::new();
    for (label, reached) in reaches.iter().enumerate() {
        let both = |group: &&mut Vec<usize>| reaches[group[0]][label] && reached[group[0]];
        match groups.iter_mut().find(both) {
            Some(group) => group.push(label),
            None => groups.push(vec![label]),
        }
    }
    groups
}

/// Whether one end of a line is reached from the other over more than one line.
fn is_implied((from, to): (usize, usize), lines: &BTreeSet<(usize, usize)>) -> bool {
    let after = |place: usize| lines.range((place, 0)..(place + 1, 0)).map(|&(_, next)| next);
    let mut waiting: Vec<usize> = after(from).filter(|&next| next != to).collect();
    let mut seen: BTreeSet<usize> = waiting.iter().copied().collect();
    while let Some(place) = waiting.pop() {
        if place == to {
            return true;
        }
        waiting.extend(after(place).filter(|&next| seen.insert(next)));
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    fn network(labels: usize, arrows: &[(&[usize], usize)], shown: Shown) -> (Vec<Node>, Vec<(usize, usize)>) {
        let arrow = |(from, to): &(&[usize], usize)| Arrow { from: from.to_vec(), to: *to, sure: 1.0 };
        let Network { nodes, lines } = Network::new(labels, &arrows.iter().map(arrow).collect::<Vec<_>>(), shown);
        (nodes, lines.iter().map(|line| (line.from, line.to)).collect())
    }

    #[test]
    fn what_leads_to_each_other_shares_a_box() {
        let (nodes, lines) = network(4, &[(&[0], 2), (&[2], 0), (&[0], 1), (&[2], 1)], Shown::All);
        assert_eq!(nodes, [Node::Labels(vec![0, 2]), Node::Labels(vec![1])]);
        assert_eq!(lines, [(0, 1)]);
    }

    #[test]
    fn what_follows_from_others_is_left_out_where_asked() {
        let arrows: [(&[usize], usize); 3] = [(&[0], 1), (&[1], 2), (&[0], 2)];
        assert_eq!(network(3, &arrows, Shown::All).1.len(), 3);
        assert_eq!(network(3, &arrows, Shown::NotImplied).1, [(0, 1), (1, 2)]);
    }

    #[test]
    fn what_leads_only_together_meets_in_a_joint() {
        let (nodes, lines) = network(4, &[(&[0, 1], 2), (&[1, 0], 3)], Shown::All);
        assert_eq!(nodes.last(), Some(&Node::Joint));
        assert_eq!(lines, [(0, 4), (1, 4), (4, 2), (4, 3)]);
    }

    #[test]
    fn what_is_within_a_box_is_no_line() {
        let (nodes, lines) = network(3, &[(&[0], 1), (&[1], 0), (&[0, 2], 1)], Shown::All);
        assert_eq!((nodes, lines), (vec![Node::Labels(vec![0, 1])], vec![]));
    }
}
