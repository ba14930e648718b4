//! The longest consistent chain: under `a.x > b.x and a.y < b.y` the rows that are consistent with each other are
//! those that x and y order alike, so the smallest set of rows to change is the complement of a longest chain.
//!
//! Where several chains are longest, no one of them is preferred. A row is *settled* if it is in all of them; the
//! others may have to change. With the longest chain that ends in a point and the longest that starts there, both
//! of which one sweep gives, this is known in n log n (see [`changes`]).

use crate::fenwick::PrefixMaxima;
use crate::partners::Bound;

/// The strictness of a monotone constraint `a.x > b.x and a.y < b.y`, or of one with `>=` or `<=` in it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Monotone {
    /// Of the comparison of x.
    pub(crate) x: Bound,
    /// Of the comparison of y.
    pub(crate) y: Bound,
}

/// A row's place; rows are consistent if they rise together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Place {
    pub(crate) x: u32,
    pub(crate) y: u32,
}

/// What a group needs to become one chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Changes {
    /// The size of a smallest set of rows to change.
    pub(crate) least: u64,
    /// The positions, in the slice that was given, of the rows that some smallest set contains; in order.
    pub(crate) positions: Vec<usize>,
}

/// What has to change so that no two of the places conflict.
///
/// With f the weight of the heaviest chain that ends in a point (the point included), g that of the heaviest that
/// starts there, w its own weight and L the weight of a longest chain: a point is in some longest chain exactly if
/// f + g - w = L, and there it takes the stretch from f - w to f. A longest chain fills 0 to L without overlap, so
/// it leaves a point out exactly if another point overlaps with it.
pub(crate) fn changes(places: &[Place], rule: Monotone) -> Changes {
    let points = merge(places, rule);
    let ending = heaviest_ending(points.iter().map(|point| (point.place, point.weight)), rule);
    let turned = points.iter().rev().map(|point| (Place { x: !point.place.x, y: !point.place.y }, point.weight));
    let mut starting = heaviest_ending(turned, rule);
    starting.reverse();
    let longest = ending.iter().copied().max().unwrap_or(0);

    let mut stretches: Vec<(u32, u32, usize)> = (0..points.len())
        .filter(|&i| ending[i] - points[i].weight + starting[i] == longest)
        .map(|i| (ending[i] - points[i].weight, ending[i], i))
        .collect();
    stretches.sort_unstable();
    let mut settled = vec![false; points.len()];
    let mut reached = 0;
    for (i, &(start, end, point)) in stretches.iter().enumerate() {
        let apart = start >= reached && stretches.get(i + 1).is_none_or(|next| next.0 >= end);
        settled[point] = apart && points[point].positions.len() == points[point].weight as usize;
        reached = reached.max(end);
    }
    let loose = points.iter().zip(settled).filter(|&(_, settled)| !settled);
    let mut positions: Vec<usize> = loose.flat_map(|(point, _)| point.positions.iter().copied()).collect();
    positions.sort_unstable();
    Changes { least: (places.len() - longest as usize) as u64, positions }
}

/// The rows of one place.
struct Point {
    place: Place,
    /// How many of them a chain can hold.
    weight: u32,
    positions: Vec<usize>,
}

/// Merges equal places, sorted by x, then by y. Rows of one place conflict only if neither comparison is strict.
fn merge(places: &[Place], rule: Monotone) -> Vec<Point> {
    let mut order: Vec<usize> = (0..places.len()).collect();
    order.sort_unstable_by_key(|&position| (places[position], position));
    let conflicting = rule.x == Bound::Inclusive && rule.y == Bound::Inclusive;
    let point = |run: &[usize]| Point {
        place: places[run[0]],
        weight: if conflicting { 1 } else { run.len() as u32 },
        positions: run.to_vec(),
    };
    order.chunk_by(|&left, &right| places[left] == places[right]).map(point).collect()
}

/// The weight of the heaviest chain that ends in each point. Points are sorted by x, then by y, each place once.
///
/// A chain steps to a greater x and a greater y (or the same y, where y is compared strictly); and to the same x
/// and a greater y where x is compared strictly.
fn heaviest_ending(points: impl Iterator<Item = (Place, u32)>, rule: Monotone) -> Vec<u32> {
    let points: Vec<(Place, u32)> = points.collect();
    let mut ys: Vec<u32> = points.iter().map(|(place, _)| place.y).collect();
    ys.sort_unstable();
    ys.dedup();
    let mut maxima = PrefixMaxima::new(ys.len());
    let mut heaviest = Vec::with_capacity(points.len());
    for run in points.chunk_by(|left, right| left.0.x == right.0.x) {
        let first = heaviest.len();
        for &(place, weight) in run {
            let from_lower_x = maxima.before(ys.partition_point(|&y| match rule.y {
                Bound::Strict => y <= place.y,
                Bound::Inclusive => y < place.y,
            }));
            let from_same_x = if rule.x == Bound::Strict { heaviest[first..].last().copied().unwrap_or(0) } else { 0 };
            heaviest.push(weight + from_lower_x.max(from_same_x));
        }
        for (&(place, _), &weight) in run.iter().zip(&heaviest[first..]) {
            maxima.raise(ys.partition_point(|&y| y < place.y), weight);
        }
    }
    heaviest
}

#[cfg(test)]
mod tests {
    use super::*;

    const STRICT: Monotone = Monotone { x: Bound::Strict, y: Bound::Strict };

    fn check(rule: Monotone, places: &[(u32, u32)]) -> (u64, Vec<usize>) {
        let places: Vec<Place> = places.iter().map(|&(x, y)| Place { x, y }).collect();
        let changes = changes(&places, rule);
        (changes.least, changes.positions)
    }

    #[test]
    fn the_one_row_off_the_chain_has_to_change() {
        assert_eq!(check(STRICT, &[(4, 40), (1, 10), (2, 90), (3, 30)]), (1, vec![2]));
    }

    #[test]
    fn of_two_rows_in_the_wrong_order_either_may_have_to_change() {
        assert_eq!(check(STRICT, &[(1, 10), (2, 30), (3, 20), (4, 40)]), (1, vec![1, 2]));
    }

    #[test]
    fn rows_of_one_place_stand_together_under_a_strict_comparison() {
        assert_eq!(check(STRICT, &[(1, 20), (2, 10), (2, 10)]), (1, vec![0]));
    }

    #[test]
    fn rows_of_one_place_conflict_where_neither_comparison_is_strict() {
        let rule = Monotone { x: Bound::Inclusive, y: Bound::Inclusive };
        assert_eq!(check(rule, &[(1, 10), (2, 20), (2, 20)]), (1, vec![1, 2]));
    }

    #[test]
    fn one_x_holds_any_y_only_under_a_strict_comparison_of_x() {
        let places = [(1, 10), (1, 20)];
        assert_eq!(check(Monotone { x: Bound::Strict, y: Bound::Inclusive }, &places), (0, vec![]));
        assert_eq!(check(Monotone { x: Bound::Inclusive, y: Bound::Strict }, &places), (1, vec![0, 1]));
    }

    #[test]
    fn nothing_has_to_change_where_there_is_nothing() {
        assert_eq!(check(STRICT, &[]), (0, vec![]));
    }
}
