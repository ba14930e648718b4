//! The longest consistent chain: under `a.x > b.x and a.y < b.y` the rows that are consistent with each other are
//! those that x and y order alike, so the smallest set of rows to change is the complement of a longest chain.
//!
//! Where several chains are longest, no one of them is preferred. A row is *settled* if it is in all of them; the
//! others may have to change. With the longest chain that ends in a point and the longest that starts there, both
//! of which one sweep gives, this is known in n log n (see [`Changes::find`]).

use crate::axis::Bound;
use crate::fenwick::PrefixMaxima;
use crate::packed::{packed, position, sort_by_place};

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

/// What a group needs to become one chain. It is used for one group after another, for its memory.
#[derive(Default)]
pub(crate) struct Changes {
    /// The size of a smallest set of rows to change.
    pub(crate) least: u64,
    /// The positions, in the slice that was given, of the rows that some smallest set contains; in order.
    pub(crate) positions: Vec<u32>,
    sorted: Vec<u64>,
    spare: Vec<u64>,
    points: Vec<Point>,
}

/// The rows of one place.
#[derive(Clone, Copy)]
struct Point {
    place: Place,
    /// How many of them a chain can hold.
    weight: u32,
    /// Where they are in the sorted positions.
    start: u32,
    end: u32,
}

impl Changes {
    /// Finds what has to change so that no two of the places conflict.
    ///
    /// With f the weight of the heaviest chain that ends in a point (the point included), g that of the heaviest that
    /// starts there, w its own weight and L the weight of a longest chain: a point is in some longest chain exactly if
    /// f + g - w = L, and there it takes the stretch from f - w to f. A longest chain fills 0 to L without overlap, so
    /// it leaves a point out exactly if another point overlaps with it.
    pub(crate) fn find(&mut self, places: &[Place], rule: Monotone) {
        self.positions.clear();
        self.merge(places, rule);
        let points = &self.points;
        let ending = heaviest_ending(points.iter().map(|point| (point.place, point.weight)), rule);
        let longest = ending.iter().copied().max().unwrap_or(0);
        self.least = (places.len() - longest as usize) as u64;
        if self.least == 0 {
            return;
        }
        let turned = points.iter().rev().map(|point| (Place { x: !point.place.x, y: !point.place.y }, point.weight));
        let starting = heaviest_ending(turned, rule);
        let in_longest = |(point, (ending, starting)): (&Point, (&u32, &u32))| {
            let start = ending - point.weight;
            (start + starting == longest).then_some(start as usize..*ending as usize)
        };
        let stretches = || points.iter().zip(ending.iter().zip(starting.iter().rev())).map(in_longest);
        let mut taken = vec![0u32; longest as usize];
        stretches().flatten().flatten().for_each(|unit| taken[unit] += 1);
        for (point, stretch) in points.iter().zip(stretches()) {
            let apart = stretch.is_some_and(|mut stretch| stretch.all(|unit| taken[unit] == 1));
            if !(apart && point.end - point.start == point.weight) {
                let rows = &self.sorted[point.start as usize..point.end as usize];
                self.positions.extend(rows.iter().map(|&row| position(row) as u32));
            }
        }
        self.positions.sort_unstable();
    }

    /// Merges equal places, sorted by x, then by y. Rows of one place conflict only if neither comparison is strict.
    fn merge(&mut self, places: &[Place], rule: Monotone) {
        self.sorted.clear();
        self.sorted.extend((0u32..).zip(places).map(|(position, place)| packed(place.x, position)));
        sort_by_place(&mut self.sorted, &mut self.spare);
        let x = |row: u64| places[position(row)].x;
        for run in self.sorted.chunk_by_mut(|&one, &other| x(one) == x(other)).filter(|run| run.len() > 1) {
            run.iter_mut().for_each(|row| *row = packed(places[position(*row)].y, position(*row) as u32));
            run.sort_unstable();
        }
        let conflicting = rule.x == Bound::Inclusive && rule.y == Bound::Inclusive;
        self.points.clear();
        let mut start = 0;
        let place = |row: u64| places[position(row)];
        for run in self.sorted.chunk_by(|&one, &other| place(one) == place(other)) {
            let end = start + run.len() as u32;
            let weight = if conflicting { 1 } else { run.len() as u32 };
            self.points.push(Point { place: place(run[0]), weight, start, end });
            start = end;
        }
    }
}

/// The weight of the heaviest chain that ends in each point. Points are sorted by x, then by y, each place once.
///
/// A chain steps to a greater x and a greater y (or the same y, where y is compared strictly); and to the same x
/// and a greater y where x is compared strictly.
fn heaviest_ending(points: impl Iterator<Item = (Place, u32)>, rule: Monotone) -> Vec<u32> {
    if rule.x == Bound::Strict && rule.y == Bound::Strict {
        return heaviest_by_patience(points.map(|(place, weight)| (place.y, weight)));
    }
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

/// The same where a chain steps to whatever comes later and has no lower y: patience sorting, with a card for each row of
/// a place.
fn heaviest_by_patience(points: impl Iterator<Item = (u32, u32)>) -> Vec<u32> {
    // The lowest y that a chain of each weight ends with; it never falls.
    let mut lowest: Vec<u32> = Vec::new();
    let ending = points.map(|(y, weight)| {
        let before = not_above(&lowest, y);
        let after = before + weight as usize;
        let known = after.min(lowest.len());
        lowest[before..known].fill(y);
        lowest.resize(lowest.len().max(after), y);
        after as u32
    });
    ending.collect()
}

/// How many of some sorted numbers are not above one. Searched from the end, with growing steps: on data that are mostly in
/// order it is near.
fn not_above(sorted: &[u32], number: u32) -> usize {
    let (mut end, mut step) = (sorted.len(), 1);
    while end > 0 {
        let probe = end.saturating_sub(step);
        if sorted[probe] <= number {
            return probe + 1 + sorted[probe + 1..end].partition_point(|&other| other <= number);
        }
        end = probe;
        step *= 2;
    }
    0
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const STRICT: Monotone = Monotone { x: Bound::Strict, y: Bound::Strict };

    fn check(rule: Monotone, places: &[(u32, u32)]) -> (u64, Vec<u32>) {
        let places: Vec<Place> = places.iter().map(|&(x, y)| Place { x, y }).collect();
        let mut changes = Changes::default();
        changes.find(&places, rule);
        (changes.least, changes.positions)
    }

    proptest! {
        #[test]
        fn patience_gives_the_heaviest_chain_that_ends_in_each_point(places in prop::collection::vec((0u32..9, 0u32..9, 1u32..4), 0..40)) {
            let mut points: Vec<(Place, u32)> = places.into_iter().map(|(x, y, weight)| (Place { x, y }, weight)).collect();
            points.sort_unstable();
            points.dedup_by_key(|point| point.0);
            let mut plain: Vec<u32> = Vec::new();
            for (at, &(place, weight)) in points.iter().enumerate() {
                let before = points[..at].iter().zip(&plain).filter(|((other, _), _)| other.y <= place.y);
                plain.push(weight + before.map(|(_, &heaviest)| heaviest).max().unwrap_or(0));
            }
            prop_assert_eq!(heaviest_ending(points.into_iter(), STRICT), plain);
        }
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
